"""Whether verdicts are true under noise: the real engine against the practice platform, compared with what that knows.

2,000 made-up keywords, 2 % of them hard and 2 % soft, are asked under each condition of conditions.py, canaries on, for
five seeds. Nothing that is compared is written down here: the truth is the lab's (`Lab.truth`), and what a verdict rests
on is checked against the lab's record of what it answered. Limits and counts are of all seeds of a condition together.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, fields
from multiprocessing import get_context
from pathlib import Path

from conditions import CONDITIONS, Condition, Words, make_words
from figure import Figure, describe_machine
from listed import Listed
from rich.console import Console
from rich.table import Table

from probe.assembly import Job, assemble
from probe.events import Event, GivenUp, Judged
from probe.lab.censor import Cause
from probe.lab.server import Lab
from probe.model.definition import Endpoint
from probe.model.run import Run
from probe.model.verdict import Certainty, Status, Verdict
from probe.run import run
from probe.sending.pacing import Clock

MOST_LIKELY = 1 / 1000
"""Of the benign words: so many may be called blocked or filtered, `likely`."""
LEAST_FOUND = 0.99
"""Of the censored words that could be measured."""

FEW, ROOM = 1000, 1.1
"""Below so many keywords, how much more a keyword may cost: with few questions there are few canaries, and the trigger rate
that follows from them is off by a tenth as easily as not."""

_DECIDED = (Status.BLOCKED, Status.FILTERED, Status.OK)


@dataclass(frozen=True, kw_only=True)
class Row:
    """What came of one condition: counts, which add up over seeds, and seconds."""

    keywords: int = 0
    benign: int = 0
    """Words that the platform serves, by the lab's own word."""
    confirmed: int = 0
    """Benign words that are called blocked or filtered, confirmed."""
    likely: int = 0
    """The same, likely."""
    censored: int = 0
    given_up: int = 0
    """Words of any kind that are unmeasured because the endpoint was given up."""
    lost: int = 0
    """The censored ones among them: nobody could have found them."""
    found: int = 0
    """Censored words with their true status."""
    wrong: int = 0
    """Words of any kind that are called blocked, filtered or ok, and are not."""
    unproved: int = 0
    """Verdicts of blocked, filtered or ok that count more answers than the platform really gave about the word: captchas, an
    outage, a residual block and a new layout are no answers."""
    undecided: int = 0
    """Inconclusive or unmeasured, of all words."""
    unanswered: int = 0
    """Words without a verdict."""
    questions: int = 0
    """Without controls."""
    controls: int = 0
    seconds: float = 0.0
    """Real."""

    def __add__(self, other: Row) -> Row:
        sums = {one.name: getattr(self, one.name) + getattr(other, one.name) for one in fields(Row)}
        return Row(**sums)

    @property
    def findable(self) -> int:
        return self.censored - self.lost

    @property
    def found_share(self) -> float:
        """1 where there was nothing to find."""
        return self.found / self.findable if self.findable else 1.0


def measure(condition: Condition, keywords: int, seed: int) -> Row:
    """Ask so many keywords under one condition, once."""
    words = make_words(keywords, seed)
    started = time.perf_counter()
    row = asyncio.run(_practise(condition, words, seed))
    return row + Row(seconds=time.perf_counter() - started)


async def _practise(condition: Condition, words: Words, seed: int) -> Row:
    """Lab and engine in one loop: an answer then costs no switch between threads."""
    clock = Clock(condition.clock_rate)
    policy = condition.plant(words)
    verdicts: list[Verdict] = []
    given_up: list[str] = []

    def listen(event: Event) -> None:
        if isinstance(event, Judged):
            verdicts.append(event.verdict)
        elif isinstance(event, GivenUp):
            given_up.append(event.reason)

    async with Lab([policy], seed=seed, now=clock.now, sleep=clock.sleep, wall=clock.wall) as lab:
        endpoint = condition.open(lab.base, policy)
        job = Job(
            endpoints=[endpoint],
            keywords=Listed(texts=words.texts),
            clock=clock,
            chance=random.Random(seed),
            results=[listen],
        )
        document = await run(assemble(job))
    return _compare(lab, endpoint, policy.name, words, verdicts, document, given_up=given_up)


def _compare(
    lab: Lab,
    endpoint: Endpoint,
    platform: str,
    words: Words,
    verdicts: Sequence[Verdict],
    document: Run,
    *,
    given_up: Sequence[str],
) -> Row:
    """Count, with nothing but the lab's truth and the lab's record to go by."""
    truths = {text: lab.truth(platform, text) for text in words.texts}
    answers = _real_answers(lab, endpoint)
    counts: Counter[str] = Counter()
    for verdict in verdicts:
        true = truths[verdict.keyword]
        called = verdict.status in (Status.BLOCKED, Status.FILTERED)
        decided = verdict.status in _DECIDED
        resting_on = verdict.counts.agreeing + verdict.counts.contradicting
        counts["confirmed"] += true == "ok" and called and verdict.certainty is Certainty.CONFIRMED
        counts["likely"] += true == "ok" and called and verdict.certainty is Certainty.LIKELY
        counts["found"] += true != "ok" and verdict.status == true
        # What was asked too seldom when the endpoint was given up says so in its reason.
        unasked = not decided and any(why in verdict.reason for why in given_up)
        counts["given_up"] += unasked
        counts["lost"] += unasked and true != "ok"
        counts["wrong"] += decided and verdict.status != true
        counts["unproved"] += decided and not 1 <= resting_on <= answers[verdict.keyword]
        counts["undecided"] += not decided
    benign = sum(true == "ok" for true in truths.values())
    return Row(
        **counts,
        keywords=len(words.texts),
        benign=benign,
        censored=len(words.texts) - benign,
        unanswered=len(words.texts) - len({verdict.keyword for verdict in verdicts}),
        questions=document.counts.questions - document.counts.controls,
        controls=document.counts.controls,
    )


def _real_answers(lab: Lab, endpoint: Endpoint) -> Counter[str]:
    """How often the platform really answered about each keyword, alone or inside the truism."""
    truism = endpoint.definition.controls.truism
    before, _, after = (truism or "{keyword}").partition("{keyword}")
    answers: Counter[str] = Counter()
    if len(lab.received) != sum(lab.counts.values()):
        raise SystemExit("more questions than the lab remembers: ask fewer keywords")
    for received in lab.received:
        if received.cause not in (Cause.GATE, Cause.RESIDUAL, Cause.REQUEST) and not received.new_layout:
            answers[received.text] += 1
            if truism and received.text.startswith(before) and received.text.endswith(after):
                answers[received.text.removeprefix(before).removesuffix(after)] += 1
    return answers


def figures(condition: Condition, row: Row) -> list[Figure]:
    """What was promised of a condition, beside what came of it."""
    name = condition.name
    bounded = [
        Figure(what=f"{name}: benign words called confirmed", value=row.confirmed, at_most=0),
        Figure(
            what=f"{name}: benign words called likely", value=row.likely, at_most=row.benign * MOST_LIKELY
        ),
        Figure(what=f"{name}: share of censored words found", value=row.found_share, at_least=LEAST_FOUND),
        Figure(what=f"{name}: verdicts that rest on no answer", value=row.unproved, at_most=0),
        Figure(what=f"{name}: words without a verdict", value=row.unanswered, at_most=0),
    ]
    if not condition.may_give_up:
        bounded.append(Figure(what=f"{name}: words given up", value=row.given_up, at_most=0))
    if condition.exact:
        bounded.append(Figure(what=f"{name}: verdicts that are not true", value=row.wrong, at_most=0))
    if condition.most_questions is not None:
        share = row.questions / row.keywords
        most = condition.most_questions * (ROOM if row.keywords < FEW else 1)
        bounded.append(Figure(what=f"{name}: questions a keyword", value=share, at_most=most))
    return bounded


def collect(names: Sequence[str], *, keywords: int, seeds: Sequence[int], jobs: int) -> dict[str, list[Row]]:
    """A row for each seed of each condition; so many at a time, each in a process of its own."""
    tasks = [(name, keywords, seed) for name in names for seed in seeds]
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        rows = list(pool.map(_measure_by_name, tasks))
    return {name: [row for task, row in zip(tasks, rows, strict=True) if task[0] == name] for name in names}


def _measure_by_name(task: tuple[str, int, int]) -> Row:
    name, keywords, seed = task
    row = measure(CONDITIONS[name], keywords, seed)
    print(f"measured {name}, seed {seed}: {row.seconds:.0f} s", file=sys.stderr, flush=True)
    return row


def all_figures() -> list[Figure]:
    """Every promise, for the table of all benchmarks."""
    rows = collect(list(CONDITIONS), keywords=2000, seeds=range(5), jobs=2)
    return [one for name, seeds in rows.items() for one in figures(CONDITIONS[name], sum(seeds, start=Row()))]


def draw(rows: dict[str, Row]) -> Table:
    """One line a condition; below the table stands what each column counts."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("condition", no_wrap=True)
    for title in ("words", "confirmed", "likely", "found", "given up", "wrong", "no answer", "undecided"):
        table.add_column(title, justify="right")
    for title in ("questions", "controls", "seconds"):
        table.add_column(title, justify="right")
    for name, row in rows.items():
        table.add_row(
            name,
            f"{row.keywords:,}",
            *(str(one) for one in (row.confirmed, row.likely)),
            f"{row.found}/{row.findable}",
            *(str(one) for one in (row.given_up, row.wrong, row.unproved, row.undecided)),
            *(f"{one / row.keywords:.2f}" for one in (row.questions, row.controls)),
            f"{row.seconds:.0f}",
        )
    return table


_LEGEND = """
confirmed, likely: benign words called blocked or filtered. found: censored words with their true status, of those that could
be found. given up: words not measured, as the endpoint was given up. wrong: blocked, filtered or ok, and not true.
no answer: such verdicts that rest on more answers than the platform gave. questions and controls: a keyword."""


def main() -> int:
    """Measure, print, and return 1 where a promise is broken."""
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--keywords", type=int, default=2000)
    options.add_argument("--seeds", type=int, default=5, help="seeds 0 to N-1")
    options.add_argument("--quick", action="store_true", help="200 keywords, one seed")
    options.add_argument(
        "--only", action="append", choices=list(CONDITIONS), metavar="NAME", help="may be repeated"
    )
    options.add_argument("--jobs", type=int, default=2, help="processes at a time")
    options.add_argument("--json", type=Path, metavar="FILE", help="all figures, seed by seed")
    chosen = options.parse_args()
    keywords, seeds = (200, 1) if chosen.quick else (chosen.keywords, chosen.seeds)
    names = chosen.only or list(CONDITIONS)
    print(describe_machine())
    by_seed = collect(names, keywords=keywords, seeds=range(seeds), jobs=chosen.jobs)
    rows = {name: sum(some, start=Row()) for name, some in by_seed.items()}
    # Not narrower than its columns, so that a pipe gets whole lines.
    console = Console(width=max(Console().width, 125))
    console.print(draw(rows))
    print(_LEGEND)
    missed = [one for name in names for one in figures(CONDITIONS[name], rows[name]) if not one.holds]
    for one in missed:
        print(f"MISSED {one.what}: {one.value:.4g}, promised {one.bound}")
    if chosen.json is not None:
        document = {
            name: {
                "what": CONDITIONS[name].what,
                "sum": asdict(rows[name]),
                "seeds": [asdict(row) for row in by_seed[name]],
                "missed": [one.what for one in figures(CONDITIONS[name], rows[name]) if not one.holds],
            }
            for name in names
        }
        chosen.json.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
