"""How near probe comes to what a platform allows, and how ffuf and wfuzz fare beside it.

20,000 keywords at a loopback server that answers each question after 50 ms with a results page of 4 kB: with 20 in flight
nobody can get more than 400 answers a second, with 50 no more than 1,000. The whole program is measured, from the list on
disk to the JSON lines, rules and controls included, its start too. ffuf and wfuzz judge nothing but status and size.

Each is run in turns, and the best of its rounds counts: whatever else the machine does only ever slows them down.
"""

from __future__ import annotations

import argparse
import json
import shlex
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from figure import HERE, PROBE, Figure, describe_machine, report, run_child, workplace, write_words
from server import serve

DELAY = 0.05
"""Seconds until the server answers."""
_ENDPOINT = shlex.quote(str(HERE / "endpoint.yaml"))
SHARES = {20: 0.9, 50: 0.65}
"""In flight: the least share of the limit that probe must reach."""


@dataclass(frozen=True, kw_only=True)
class _Tool:
    """A program that is measured."""

    name: str
    command: Sequence[str]
    keywords: int
    checked: bool = False
    """Whether its output must hold a verdict for each keyword."""


def measure(questions: int = 20_000, others: int = 5_000, rounds: int = 2) -> list[Figure]:
    """Ask with each number in flight; the other tools get fewer keywords, as they need no run-up."""
    with workplace() as (folder, environment), serve(DELAY) as base:
        words = write_words(folder / "words.txt", questions)
        fewer = write_words(folder / "fewer.txt", others)
        run_child([*PROBE, "run", "--help"], environment)  # compiles the modules
        return [
            figure
            for in_flight, share in SHARES.items()
            for figure in _compare(
                _tools(base, in_flight, (words, questions), (fewer, others)),
                in_flight,
                share,
                folder / "out.jsonl",
                environment,
                rounds,
            )
        ]


def _tools(base: str, in_flight: int, ours: tuple[Path, int], theirs: tuple[Path, int]) -> list[_Tool]:
    (words, questions), (fewer, others) = ours, theirs
    asking = f"run -q -f jsonl -k {words} -e {_ENDPOINT} --set base={base} --concurrency {in_flight}"
    url = f"{base}/search?q=FUZZ"
    tools = [
        _Tool(name="probe", command=(*PROBE, *shlex.split(asking)), keywords=questions, checked=True),
        _Tool(
            name="ffuf",
            command=["ffuf", "-s", "-w", str(fewer), "-t", str(in_flight), "-u", url],
            keywords=others,
        ),
        _Tool(name="wfuzz", command=["wfuzz", "-w", str(fewer), "-t", str(in_flight), url], keywords=others),
    ]
    return [one for one in tools if one.name == "probe" or shutil.which(one.name)]


def _compare(
    tools: Sequence[_Tool],
    in_flight: int,
    share: float,
    output: Path,
    environment: Mapping[str, str],
    rounds: int,
) -> list[Figure]:
    rates = {one.name: 0.0 for one in tools}
    cpu = float("inf")
    for _ in range(rounds):
        for one in tools:
            done = run_child(one.command, environment, output=output)
            if done.code:
                raise SystemExit(f"{one.name} failed with exit code {done.code}")
            rates[one.name] = max(rates[one.name], one.keywords / done.seconds)
            if one.checked:
                check_output(output, one.keywords)
                cpu = min(cpu, done.cpu / one.keywords * 1000)
    limit = in_flight / DELAY
    return [
        *(
            Figure(what=f"{name}, {in_flight} in flight", value=rate, unit="/s")
            for name, rate in rates.items()
        ),
        Figure(what=f"probe's CPU a question, {in_flight} in flight", value=cpu, unit="ms"),
        Figure(
            what=f"probe / limit of {limit:,.0f}/s, {in_flight} in flight",
            value=rates["probe"] / limit,
            at_least=share,
        ),
    ]


def check_output(output: Path, keywords: int) -> None:
    """Make sure that every keyword has its `ok`, and the run its end: fast and wrong would be worth nothing."""
    seen = set()
    run = None
    with output.open(encoding="utf-8") as lines:
        for line in lines:
            one = json.loads(line)
            if one["type"] == "run":
                run = one
            elif one["status"] == "ok":
                seen.add(one["keyword"])
    if run is None or not run["complete"] or len(seen) != keywords:
        raise SystemExit(f"probe's output is wrong: {len(seen):,} of {keywords:,} are ok, run: {run}")


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--questions", type=int, default=20_000, help="keywords for probe")
    options.add_argument("--others", type=int, default=5_000, help="keywords for ffuf and wfuzz")
    options.add_argument("--rounds", type=int, default=2)
    chosen = options.parse_args()
    print(describe_machine())
    sys.exit(report(measure(chosen.questions, chosen.others, chosen.rounds)))
