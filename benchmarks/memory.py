"""How much memory a run takes, and whether it grows with the list; what a keyword costs without a network.

100,000 and 1,000,000 keywords go through the whole program, from a list on disk to JSON lines in a file. There is no
network: a stand-in for the transport answers at once, with the results page of the throughput benchmark, so that a million
takes minutes and not hours. All else is the real program, in a process of its own. `--profile` adds where the time goes.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import pstats
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from figure import HERE, Figure, Finished, describe_machine, report, run_child, workplace, write_words
from server import write_page

SIZES = (100_000, 1_000_000)
MOST_MB = 200
MOST_GROWTH = 1.15
PROFILED = 20_000
"""Keywords under the profiler, which makes everything about twice as slow."""


def measure(sizes: Sequence[int] = SIZES) -> list[Figure]:
    """Run both sizes; peak memory of each, and the ratio."""
    print("memory: a stand-in for the transport answers at once; nothing is sent", flush=True)
    figures = []
    with workplace() as (folder, environment):
        _run(folder, environment, 10)  # compiles the modules, which takes memory too
        peaks = []
        for size in sizes:
            done = _run(folder, environment, size)
            peaks.append(done.peak)
            figures += [
                Figure(what=f"peak, {size:,} keywords", value=done.peak, at_most=MOST_MB, unit="MB"),
                Figure(what=f"keywords a second, {size:,} keywords", value=size / done.seconds, unit="/s"),
                Figure(what=f"CPU a keyword, {size:,} keywords", value=done.cpu / size * 1000, unit="ms"),
            ]
    what = f"peak, {sizes[-1]:,} / {sizes[0]:,} keywords"
    return [*figures, Figure(what=what, value=peaks[-1] / peaks[0], at_most=MOST_GROWTH)]


def print_profile(most: int = 10) -> None:
    """The functions that cost most, by their own time."""
    with workplace() as (folder, environment):
        _run(folder, environment, 10)
        _run(folder, environment, PROFILED, profile=folder / "profile")
        stats = pstats.Stats(str(folder / "profile"))
    print(f"\nOwn time of {PROFILED:,} keywords under cProfile, {stats.total_tt:.1f} s in all")  # type: ignore[attr-defined]
    costs = stats.get_stats_profile().func_profiles.items()
    for name, one in sorted(costs, key=lambda item: -item[1].tottime)[:most]:
        place = one.file_name.rpartition("site-packages/")[2].rpartition("src/")[2]
        print(f"{one.tottime:7.2f} s {one.ncalls:>10} calls  {place}:{one.line_number} {name}")


def _run(folder: Path, environment: Mapping[str, str], size: int, *, profile: Path | None = None) -> Finished:
    words = write_words(folder / f"{size}.txt", size)
    output = folder / f"{size}.jsonl"
    drive = [sys.executable, __file__, "--drive", str(words), str(output)]
    done = run_child([*drive, *([str(profile)] if profile else [])], environment)
    if done.code:
        raise SystemExit(f"probe failed with exit code {done.code}")
    _check_output(output, size)
    return done


def _check_output(output: Path, size: int) -> None:
    """Make sure that every keyword has its verdict; line by line, so that this process stays small too.

    Linux counts what a process held before it started another program: a child would seem as large as its parent.
    """
    statuses: Counter[str | None] = Counter()
    seen = bytearray(size)
    with output.open(encoding="utf-8") as lines:
        for line in lines:
            one = json.loads(line)
            statuses[one.get("status")] += 1
            if one["type"] == "verdict":
                seen[int(one["keyword"].removeprefix("测试词"))] = 1
    if statuses != {"ok": size, None: 1} or not all(seen):
        raise SystemExit(f"probe's output is wrong: {dict(statuses)}")


def drive(words: str, output: str, profile: str | None = None) -> int:
    """In the child: the whole program, with the stand-in below."""
    from probe.cli import start
    from probe.model.exchange import Request, Response, Step
    from probe.sending.transport import Transport

    body = write_page()
    headers = (("content-type", "text/html; charset=utf-8"), ("content-length", str(len(body))))

    async def send(self: Transport, request: Request, *, deadline: float) -> Step:
        await asyncio.sleep(0)  # so that the workers take turns, as they do on a network
        return Step(request=request, response=Response(status=200, headers=headers, body=body))

    Transport.send = send  # type: ignore[method-assign]
    endpoint = ["-e", str(HERE / "endpoint.yaml"), "--set", "base=http://127.0.0.1:9"]
    arguments = ["run", "-q", "-k", words, *endpoint, "-o", output]
    if profile is None:
        return start(arguments)
    import cProfile

    with cProfile.Profile() as profiler:
        code = start(arguments)
    profiler.dump_stats(profile)
    return code


if __name__ == "__main__":
    if sys.argv[1:2] == ["--drive"]:
        sys.exit(drive(*sys.argv[2:]))
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--sizes", type=int, nargs=2, default=SIZES, metavar="N", help="keywords")
    options.add_argument("--profile", action="store_true", help="print where the time goes, too")
    chosen = options.parse_args()
    print(describe_machine())
    code = report(measure(chosen.sizes))
    if chosen.profile:
        print_profile()
    sys.exit(code)
