"""Ten weeks: whether what a platform changes is reported in its week, and nothing else is.

The real engine asks the real practice platform every week, keeps the runs in a store, and compares each with the last one
(`--baseline last --confirm-changes`). What the censor does changes from week to week as `happenings.py` says; 3 % of all
answers are noise. What changed is the platform's own truth of two weeks, never the program's; only the words for it stand
here (`KINDS`).
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

from figure import Figure, describe_machine
from happenings import (
    EDITED,
    HAPPENINGS,
    NEW_LAYOUT,
    WEEKS,
    WeekClock,
    open_definitions,
    policies,
    read_script,
)
from listed import Listed
from rich.console import Console
from rich.table import Table

from probe.assembly import Job, assemble
from probe.assembly.job import Compare
from probe.cli.baseline import open_baseline
from probe.cli.keeping import kept
from probe.events import Event, Judged, LeftList
from probe.lab.censor import truth
from probe.lab.server import Lab
from probe.model.change import Change
from probe.model.definition import Endpoint
from probe.model.record import Command
from probe.model.run import Run
from probe.model.verdict import Status, Verdict
from probe.run import run
from probe.sending.pacing import Clock

KINDS = {
    ("ok", "blocked"): "newly-blocked",
    ("ok", "filtered"): "newly-filtered",
    ("blocked", "ok"): "lifted",
    ("filtered", "ok"): "lifted",
    ("filtered", "blocked"): "hardened",
    ("blocked", "filtered"): "softened",
}
_Pair = tuple[str, str]
"""Endpoint and keyword."""


@dataclass(kw_only=True)
class Week:
    """What was planted in a week, and what came of it: counts that add up over seeds."""

    counts: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


async def live_through(seed: int, words: int, *, confirm: bool) -> list[Week]:
    """All ten weeks, one after the other, with one store."""
    groups = read_script(seed, words)
    weeks, truths, port = [], {}, 0
    with TemporaryDirectory(prefix="probe-weeks-") as folder:
        for number in range(1, WEEKS + 1):
            clock = WeekClock(number)
            lab = Lab(
                policies(groups, number),
                seed=seed * 100 + number,
                now=clock.now,
                sleep=clock.sleep,
                wall=clock.wall,
            )
            base = await lab.start(port=port)
            port = int(base.rpartition(":")[2])  # of an endpoint at another address nothing could be compared
            texts = [word for one in groups if number in one.listed for word in one.words]
            random.Random(f"{seed} {number}").shuffle(texts)
            try:
                asked = await _ask(
                    open_definitions(base, number), texts, clock, seed, Path(folder, "store.db"), confirm
                )
            finally:
                await lab.stop()
            now = {
                (f"lab-{policy.name}", text): truth(policy, text)
                for policy in policies(groups, number)
                for text in texts
            }
            weeks.append(_compare(number, truths, now, *asked))
            if number != NEW_LAYOUT:
                truths = now
    return weeks


async def _ask(
    endpoints: list[Endpoint], texts: Sequence[str], clock: Clock, seed: int, store: Path, confirm: bool
) -> tuple[list[Verdict], list[Change], Run]:
    """One run, as `probe run --baseline last` makes it."""
    verdicts: list[Verdict] = []
    changes: list[Change] = []

    def listen(event: Event) -> None:
        if isinstance(event, Judged):
            verdicts.append(event.verdict)
        if isinstance(event, Judged | LeftList) and event.change is not None:
            changes.append(event.change)

    job = Job(
        endpoints=endpoints,
        keywords=Listed(texts=texts),
        clock=clock,
        chance=random.Random(seed),
        results=[listen],
    )
    with ExitStack() as stack:
        baseline = stack.enter_context(
            open_baseline(
                "last",
                place=store,
                endpoints=endpoints,
                keywords=job.keywords,
                vantage=job.vantage,
                resumes=None,
            )
        )
        job = replace(job, compare=Compare(baseline=baseline, confirm=confirm))
        job = stack.enter_context(
            kept(job, place=store, command=Command(), record=None, keep_exchanges="none", secrets={})
        )
        document = await run(assemble(job))
    return verdicts, changes, document


def _compare(
    number: int,
    before: dict[_Pair, str],
    now: dict[_Pair, str],
    verdicts: Sequence[Verdict],
    changes: Sequence[Change],
    document: Run,
) -> Week:
    """What was planted beside what was reported."""
    is_hidden = number == NEW_LAYOUT
    planted = {
        pair: KINDS[before[pair], state]
        for pair, state in now.items()
        if not is_hidden and pair in before and before[pair] != state
    }
    news = {(one.endpoint, one.keyword): str(one.kind) for one in changes if one.news}
    apart = {(one.endpoint, one.keyword): str(one.kind) for one in changes if one.is_apart}
    wanted, other = (apart, news) if number == EDITED else (news, apart)
    week = Week()
    week.counts["planted"] = len(planted)
    week.counts["found"] = sum(wanted.get(pair) == kind for pair, kind in planted.items())
    week.counts["false"] = sum(planted.get(pair) != kind for pair, kind in (*news.items(), *other.items()))
    week.counts["doubted"] = sum(one.is_weak for one in changes)
    week.counts["news"], week.counts["apart"] = len(news), len(apart)
    week.counts.update(str(one.kind) for one in changes if one.carried is None)
    week.counts["pairs"] = len(now)
    week.counts["unmeasured"] = sum(one.status is Status.UNMEASURED for one in verdicts)
    week.counts["questions"] = document.counts.questions
    week.faults += _name_faults(number, planted, wanted, {**news, **other}, verdicts)
    return week


def _name_faults(
    number: int,
    planted: dict[_Pair, str],
    wanted: dict[_Pair, str],
    told: dict[_Pair, str],
    verdicts: Sequence[Verdict],
) -> Iterator[str]:
    said = {(one.endpoint, one.keyword): one for one in verdicts}
    for pair in sorted(planted.keys() | told.keys()):
        if planted.get(pair) != (wanted.get(pair) or told.get(pair)):
            verdict = said.get(pair)
            what = (
                "no verdict" if verdict is None else f"{verdict.status}, {verdict.reason}, {verdict.counts}"
            )
            yield (
                f"week {number}, {pair[0]}, {pair[1]}: planted {planted.get(pair, 'nothing')},"
                f" told {told.get(pair, 'nothing')}; {what}"
            )


def figures(weeks: Sequence[Counter[str]]) -> list[Figure]:
    """What was promised, beside what came of it."""
    planted = sum(one["planted"] for one in weeks)
    hidden = weeks[NEW_LAYOUT - 1]
    return [
        Figure(
            what="planted changes that are reported in their week with the right kind",
            value=sum(one["found"] for one in weeks),
            at_least=planted,
        ),
        Figure(
            what="changes reported that nobody planted", value=sum(one["false"] for one in weeks), at_most=0
        ),
        Figure(
            what="pairs measured in the week with another layout",
            value=hidden["pairs"] - hidden["unmeasured"],
            at_most=0,
        ),
        Figure(what="news in that week", value=hidden["news"] + hidden["apart"], at_most=0),
    ]


def collect(
    seeds: Sequence[int], words: int, jobs: int, *, confirm: bool
) -> tuple[list[Counter[str]], list[str]]:
    """The counts of each week, over all seeds; and what was wrong."""
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        told = [*pool.map(_measure, [(seed, words, confirm) for seed in seeds])]
    sums: list[Counter[str]] = [
        sum((own[number].counts for own in told), Counter()) for number in range(WEEKS)
    ]
    faults = [
        f"seed {seed}: {fault}"
        for seed, own in zip(seeds, told, strict=True)
        for one in own
        for fault in one.faults
    ]
    return sums, faults


def _measure(task: tuple[int, int, bool]) -> list[Week]:
    seed, words, confirm = task
    started = time.perf_counter()
    weeks = asyncio.run(live_through(seed, words, confirm=confirm))
    print(f"measured seed {seed}: {time.perf_counter() - started:.0f} s", file=sys.stderr, flush=True)
    return weeks


_COLUMNS = (
    ("planted", "planted"),
    ("found", "found"),
    ("false", "false"),
    ("doubted", "doubted"),
    ("apart", "apart"),
    ("new", "appeared"),
    ("left", "left"),
    ("lost", "became-unmeasured"),
    ("again", "measured-again"),
    ("unmeasured", "unmeasured"),
)
"""Heading and count."""


def draw(weeks: Sequence[Counter[str]]) -> Table:
    """One line a week."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("week", justify="right")
    table.add_column("what happens", no_wrap=True)
    for title in ("pairs", *(head for head, _ in _COLUMNS), "questions"):
        table.add_column(title, justify="right")
    for number, counts in enumerate(weeks, 1):
        each = counts["questions"] / counts["pairs"]
        numbers = (f"{counts[name]:,}" for name in ("pairs", *(name for _, name in _COLUMNS)))
        table.add_row(str(number), HAPPENINGS.get(number, ""), *numbers, f"{each:.2f}")
    return table


_LEGEND = """
found: planted changes that are news of that week, of the right kind; in week 9, that stand apart, as our definition was
edited as well. false: what is reported and was not planted. doubted: changes that are said not to be carried by evidence.
new, left: of the list. lost, again: became unmeasured, measured again. questions: a pair, controls included."""


def main() -> int:
    """Measure, print, and return 1 where a promise is broken."""
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--words", type=int, default=120)
    options.add_argument("--seeds", type=int, default=5, help="so many, one after the other")
    options.add_argument("--first", type=int, default=0, help="the first seed")
    options.add_argument("--jobs", type=int, default=2, help="processes at a time")
    options.add_argument("--no-confirm", action="store_true", help="without --confirm-changes, to compare")
    chosen = options.parse_args()
    print(describe_machine())
    weeks, faults = collect(
        range(chosen.first, chosen.first + chosen.seeds),
        chosen.words,
        chosen.jobs,
        confirm=not chosen.no_confirm,
    )
    Console(width=max(Console().width, 170)).print(draw(weeks))
    print(_LEGEND)
    for fault in faults:
        print(f"FAULT {fault}")
    missed = [one for one in figures(weeks) if not one.holds]
    for one in missed:
        print(f"MISSED {one.what}: {one.value:.4g}, promised {one.bound}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
