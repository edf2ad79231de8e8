"""Keywords decided in a second: probe in pools, probe one by one, and ffuf, on the same list, side by side in one run.

Two services that look for words in what is posted: the practice platform's moderation service, which takes 50 ms for each
answer, and HAProxy (Debian's package), which answers at once. The whole command is measured, its start included, and what it
found is compared with the words that the service really has. ffuf (Debian's package) judges nothing but what it is told to
match, asks each word once, and asks no controls.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import socket
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from subprocess import DEVNULL, Popen

from figure import HERE, PROBE, describe_machine, run_child, workplace
from rich.console import Console
from rich.table import Table

from probe.cli.practice import practice_platform
from probe.lab.policy import Act, Form, Policy

DELAY = 0.05
CANARIES = ("禁词样本", "谣言")
"""Of the practice platform, and of the definition for HAProxy."""
DEFINITION = HERE.parent / "tests" / "real" / "definitions" / "filtered-comments.yaml"
_HAPROXY = """
defaults
    mode http
    timeout connect 5s
    timeout client 30s
    timeout server 30s
frontend filter
    bind 127.0.0.1:{port}
    http-request wait-for-body time 2s
    http-request deny deny_status 403 if {{ req.body -m sub -i -f {words} }}
    http-request return status 200 content-type application/json string '{{"taken":true}}'
"""


@dataclass(frozen=True, kw_only=True)
class Service:
    """One that is asked by all."""

    name: str
    ask: Sequence[str]
    """Options of `probe run`."""
    fuzz: Sequence[str]
    """Arguments of ffuf, which prints what it matches."""


@dataclass(frozen=True, kw_only=True)
class Row:
    service: str
    program: str
    seconds: float
    questions: int


def main() -> int:
    """Measure, print one table."""
    options = _options()
    print(describe_machine())
    words = [f"词{number}号" for number in range(options.keywords)]
    censored = set(random.Random(1).sample(words, options.keywords // 100))
    with workplace() as (folder, environment), ExitStack() as stack:
        place = folder / "words.txt"
        place.write_text("\n".join(words) + "\n", encoding="utf-8")
        run_child([*PROBE, "run", "--help"], environment)  # compiles the modules
        services = [stack.enter_context(_lab(censored))]
        if shutil.which("haproxy", path="/usr/sbin:/usr/bin:/sbin:/bin"):
            services.append(stack.enter_context(_haproxy(folder, censored)))
        rows = [
            row
            for service in services
            for row in _measure(service, place, censored, environment, options.in_flight, options.rounds)
        ]
    _show(rows, options.keywords)
    return 0


def _measure(
    service: Service,
    words: Path,
    censored: set[str],
    environment: Mapping[str, str],
    in_flight: int,
    rounds: int,
) -> Iterator[Row]:
    output = words.with_name("output")
    common = [*PROBE, "run", "-q", "-f", "json", "-k", str(words), "--store", "none", "--rate", "100000"]
    asking = [*common, "--concurrency", str(in_flight), *service.ask]
    programs = {f"probe --pool {mode}": [*asking, "--pool", mode] for mode in ("auto", "off")}
    if shutil.which("ffuf"):
        programs["ffuf"] = ["ffuf", "-s", "-w", str(words), "-t", str(in_flight), *service.fuzz]
    for program, command in programs.items():
        best: Row | None = None
        for _ in range(rounds):
            done = run_child(command, environment, output=output)
            if done.code:
                raise SystemExit(f"{program} at {service.name}: exit code {done.code}")
            found, questions = _read(output, program)
            if found != censored:
                raise SystemExit(f"{program} at {service.name}: {len(found ^ censored)} words are wrong")
            row = Row(service=service.name, program=program, seconds=done.seconds, questions=questions)
            best = row if best is None or row.seconds < best.seconds else best
        assert best is not None
        yield best


def _read(output: Path, program: str) -> tuple[set[str], int]:
    """The words that were found censored, and how many questions that took."""
    text = output.read_text(encoding="utf-8")
    if program == "ffuf":
        words = sum(1 for _ in output.with_name("words.txt").open(encoding="utf-8"))
        return set(text.split()), words
    document = json.loads(text)
    found = {one["keyword"] for one in document["verdicts"] if one["status"] != "ok"}
    return found, document["counts"]["questions"]


@contextmanager
def _lab(censored: set[str]) -> Iterator[Service]:
    policy = Policy(
        name="moderation",
        form=Form.MODERATION,
        hard=frozenset(censored),
        hard_act=Act.BLOCK,
        delay=(DELAY, DELAY),
    )
    with practice_platform(0, policies=[policy]) as lab:
        post = ("-X", "POST", "-H", "Content-Type: application/json", "-d", '{"text":"FUZZ"}')
        yield Service(
            name=f"practice platform, {DELAY * 1000:.0f} ms",
            ask=("-e", "lab-moderation", "--set", f"base={lab.base}"),
            fuzz=(*post, "-u", f"{lab.base}/moderation/check", "-mc", "599", "-mr", '"block"'),
        )


@contextmanager
def _haproxy(folder: Path, censored: set[str]) -> Iterator[Service]:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        port = holder.getsockname()[1]
    words, configuration = folder / "censored.lst", folder / "haproxy.cfg"
    words.write_text("\n".join([*censored, *CANARIES]) + "\n", encoding="utf-8")
    configuration.write_text(_HAPROXY.format(port=port, words=words))
    mine = folder / "filter.yaml"
    # Kept connections, as ffuf has them.
    mine.write_text(DEFINITION.read_text(encoding="utf-8").replace("  connection: fresh\n", ""), "utf-8")
    program = shutil.which("haproxy", path="/usr/sbin:/usr/bin:/sbin:/bin") or "haproxy"
    process = Popen([program, "-db", "-f", str(configuration)], stdout=DEVNULL, stderr=DEVNULL)
    try:
        _wait_for(port)
        base = f"http://127.0.0.1:{port}"
        post = ("-X", "POST", "-H", "Content-Type: application/json", "-d", '{"text":"FUZZ"}')
        yield Service(
            name="HAProxy",
            ask=("-e", str(mine), "--set", f"base={base}"),
            fuzz=(*post, "-u", f"{base}/post", "-mc", "403"),
        )
    finally:
        process.terminate()
        process.wait()


def _wait_for(port: int) -> None:
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise SystemExit("HAProxy does not start")


def _show(rows: Sequence[Row], keywords: int) -> None:
    table = Table(title=f"{keywords:,} keywords, 1 % censored; all verdicts right")
    for head in ("service", "program", "keywords a second", "of ffuf's", "of one by one", "questions"):
        table.add_column(head, justify="left" if head in ("service", "program") else "right")
    for row in rows:
        beside = {one.program: one for one in rows if one.service == row.service}
        ratios = [
            "" if name not in beside else f"{beside[name].seconds / row.seconds:.2f}"
            for name in ("ffuf", "probe --pool off")
        ]
        rate = f"{keywords / row.seconds:,.0f}"
        table.add_row(row.service, row.program, rate, *ratios, f"{row.questions:,}")
    Console(width=110).print(table)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--keywords", type=int, default=5_000)
    parser.add_argument("--in-flight", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=2)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
