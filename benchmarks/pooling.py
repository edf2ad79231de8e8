"""What pooling costs: 10,000 made-up keywords, beside the information limit, and beside asking one by one.

The real planner and the real judge ask a made-up service, which answers each text at once; controls are asked beside, and
not counted. A keyword that is asked alone while a pool is searched counts as confirmed. Means of 20 seeds.
"""

from __future__ import annotations

import argparse
import math
import random
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

from figure import describe_machine
from pool_world import CATEGORIES, Came, Service, ask_all, make_words
from rich.console import Console
from rich.table import Table

from probe.model.keyword import Keyword
from probe.model.verdict import Status
from probe.planning.economy import least_questions

KEYWORDS = 10_000
PREVALENCES = (0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2)
HIT_COST = 100.0
PAIRS = 200
MISSES, FALSE = 0.25, 0.005
MOST_MISSED = 0.002
MODES = ("quiet", "priors", "hits", "noise", "pairs", "watching")


@dataclass(frozen=True, kw_only=True)
class Task:
    mode: str
    prevalence: float
    seed: int
    keywords: int


@dataclass(frozen=True, kw_only=True)
class Row:
    """All seeds of one mode at one prevalence."""

    mode: str
    prevalence: float
    censored: int
    came: Sequence[Came]

    @property
    def questions(self) -> float:
        return sum(one.questions for one in self.came) / len(self.came)

    @property
    def hits(self) -> float:
        return sum(one.hits for one in self.came) / len(self.came)

    @property
    def missed(self) -> int:
        return sum(one.missed for one in self.came)

    @property
    def wrong(self) -> int:
        return sum(one.missed + one.blamed + one.still_open for one in self.came)


def main() -> int:
    """Measure, print one table; 1 where a figure is missed."""
    options = _options()
    modes = [one for one in MODES if not options.only or one in options.only]
    kinds = [(mode, share) for mode in modes for share in (PREVALENCES if mode != "watching" else (0.01,))]
    tasks = [
        Task(mode=mode, prevalence=share, seed=seed, keywords=options.keywords)
        for mode, share in kinds
        for seed in range(options.seeds)
    ]
    begun = time.monotonic()
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        came = dict(zip(tasks, pool.map(_measure, tasks, chunksize=1), strict=True))
    rows = {
        kind: Row(
            mode=kind[0],
            prevalence=kind[1],
            censored=round(options.keywords * kind[1]),
            came=[one for task, one in came.items() if (task.mode, task.prevalence) == kind],
        )
        for kind in kinds
    }
    table = Table(
        title=f"Pooling: {options.keywords:,} keywords, {options.seeds} seeds each", title_justify="left"
    )
    for heading in ("", "censored", "questions", "limit", "times", "hits", "wrong", "asked for"):
        table.add_column(heading, justify="left" if heading == "" else "right")
    holds = True
    for mode in modes:
        for row in (one for one in rows.values() if one.mode == mode):
            holds &= _add(table, row, rows.get(("quiet", row.prevalence)), options.keywords)
        table.add_section()
    Console(width=140).print(table)
    print(f"{describe_machine()}, {time.monotonic() - begun:.0f} s")
    return 0 if holds else 1


def _add(table: Table, row: Row, quiet: Row | None, keywords: int) -> bool:
    noisy = row.mode == "noise"
    limit = least_questions(keywords, row.censored, trigger=1 - MISSES * noisy, noise=FALSE * noisy)
    times = row.questions / limit
    asked_for, holds = _judge(row, quiet, keywords, limit)
    wrong = f"{row.missed:,} of {row.censored * len(row.came):,} missed" if noisy else f"{row.wrong:,}"
    if noisy and row.wrong - row.missed:
        wrong += (
            f", {sum(one.blamed for one in row.came)} blamed, {sum(one.still_open for one in row.came)} open"
        )
    table.add_row(
        row.mode,
        f"{row.prevalence:.1%}",
        f"{row.questions:,.1f}",
        f"{limit:,.0f}",
        f"{times:.3f}",
        f"{row.hits:,.0f}",
        wrong,
        asked_for if holds else f"{asked_for} MISSED",
    )
    return holds


def _judge(row: Row, quiet: Row | None, keywords: int, limit: float) -> tuple[str, bool]:
    """What was promised of a row, in words, and whether it holds."""
    match row.mode:
        case "quiet":
            most = 1.2 if row.prevalence == 0.001 else 1.15
            return f"at most {most:g} times, exact", row.questions <= most * limit and not row.wrong
        case "priors":
            return "below the limit, exact", row.questions < limit and not row.wrong
        case "hits":
            cost, alone = row.questions + HIT_COST * row.hits, keywords + HIT_COST * row.censored
            plain = math.inf if quiet is None else quiet.questions + HIT_COST * quiet.hits
            words = f"cost {cost:,.0f}: at most one by one {alone:,.0f}, cheap hits {plain:,.0f}"
            return words, cost <= alone and cost <= plain and not row.wrong
        case "noise":
            share = row.missed / (row.censored * len(row.came))
            blamed = sum(one.blamed for one in row.came)
            return f"at most {MOST_MISSED:.1%} missed, none blamed", share <= MOST_MISSED and not blamed
        case "pairs":
            return f"exact, with {PAIRS} pairs", not row.wrong
    return "at most 400 questions, exact", row.questions <= 400 and not row.wrong


def _measure(task: Task) -> Came:
    chance = random.Random(f"{task.mode} {task.prevalence} {task.seed}")
    words = make_words(task.keywords, chance)
    censored = round(task.keywords * task.prevalence)
    if task.mode == "watching":
        return _watch(words, censored, chance, task.seed)
    if task.mode == "priors":
        return _ask_with_priors(words, censored, chance)
    bad = frozenset(chance.sample(words, censored))
    noisy = task.mode == "noise"
    service = Service(
        censored=bad,
        together=_pairs(words, chance) if task.mode == "pairs" else {},
        trigger=1 - MISSES * noisy,
        noise=FALSE * noisy,
        hit_cost=HIT_COST if task.mode == "hits" else 0.0,
    )
    return ask_all([Keyword(components=(word,)) for word in words], service, chance)


def _ask_with_priors(words: Sequence[str], censored: int, chance: random.Random) -> Came:
    """Half of the categories are ten times likelier than the others, as an earlier run of other words has shown."""
    keywords = [
        Keyword(components=(word,), category=CATEGORIES[place % len(CATEGORIES)])
        for place, word in enumerate(words)
    ]
    chance.shuffle(keywords)
    likely = [one.line for one in keywords if one.category in CATEGORIES[:4]]
    others = [one.line for one in keywords if one.category not in CATEGORIES[:4]]
    many = round(censored * 10 / 11)
    bad = frozenset([*chance.sample(likely, many), *chance.sample(others, censored - many)])
    rates = {True: many / len(likely), False: (censored - many) / len(others)}
    earlier = {
        (f"{category}{number}",): (
            Status.BLOCKED if chance.random() < rates[category in CATEGORIES[:4]] else Status.OK,
            category,
        )
        for category in CATEGORIES
        for number in range(len(words))
    }
    return ask_all(keywords, Service(censored=bad), chance, earlier=earlier)


def _watch(words: Sequence[str], censored: int, chance: random.Random, turn: int) -> Came:
    """Of those blocked in the last run five are lifted, and five of the others are blocked now."""
    before = chance.sample(words, censored)
    others = [word for word in words if word not in set(before)]
    now = frozenset([*before[5:], *chance.sample(others, 5)])
    earlier = {(word,): (Status.OK, None) for word in others} | {
        (word,): (Status.BLOCKED, None) for word in before
    }
    keywords = [Keyword(components=(word,)) for word in words]
    return ask_all(keywords, Service(censored=now), chance, earlier=earlier, turn=turn)


def _pairs(words: Sequence[str], chance: random.Random) -> dict[str, frozenset[str]]:
    together: dict[str, frozenset[str]] = {}
    for _ in range(PAIRS):
        one, other = chance.sample(words, 2)
        together[one] = together.get(one, frozenset()) | {other}
        together[other] = together.get(other, frozenset()) | {one}
    return together


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keywords", type=int, default=KEYWORDS)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--only", nargs="*", choices=MODES, help="only these")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
