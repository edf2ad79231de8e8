"""Whether what triggers is found, and with how many questions: isolation beside the component-aware binary split.

1,000 made-up rules for each of 20 seeds, each in a text of made-up Chinese. A pretended censor answers both; it misses as
often as the row says, and isolation is told how often. Questions are counted against those that the binary split takes for
the same rules where nothing is missed; controls are asked beside either, and not counted. Rows below the line are for what
isolation does not expect, or does besides: components of one or of 12 characters, six of them, innocent texts that get hits,
hits that are dear, and finding out whether order and distance matter.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

from binary_split import split
from figure import describe_machine
from rich.console import Console
from rich.table import Table

from probe.planning.channel import Channel
from probe.planning.isolation import Isolator, Word

ALPHABET = [chr(number) for number in range(0x4E00, 0x4E00 + 3000)]
SEPARATOR = " "
LEAST_EXACT = 0.99
MOST_ASKED = 5_000
"""Questions after which the binary split, led astray by a wrong answer, would be stopped. It never was."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """Rules of one kind, in texts of one length, under one kind of censor."""

    name: str = "1 to 4 components of 2 to 6"
    characters: int
    miss: float = 0.0
    false: float = 0.0
    most: float | None = None
    """Questions, as many times as the binary split takes without misses."""
    components: tuple[float, ...] = (0.6, 0.25, 0.1, 0.05)
    """How often a rule has 1, 2, ... components."""
    lengths: tuple[int, int] = (2, 6)
    hit_cost: float = 1.0
    looks_at_arrangement: bool = False
    is_extra: bool = False


@dataclass(frozen=True, kw_only=True)
class Sums:
    """What came of one row with one seed."""

    rules: int
    split_asked: int
    """Without misses."""
    split_exact: int
    """With them."""
    asked: int
    exact: int
    hits: int


BOUNDS = ((0.0, 1.0), (0.01, 1.3), (0.05, 1.6), (0.25, 3.0))
ROWS = [
    *(Row(characters=size, miss=miss, most=most) for size in (40, 400, 4000) for miss, most in BOUNDS),
    *(
        Row(name=name, characters=400, miss=miss, components=parts, lengths=lengths, is_extra=True)
        for name, parts, lengths in (
            ("1 to 4 components of 1", (0.6, 0.25, 0.1, 0.05), (1, 1)),
            ("1 to 4 components of 12", (0.6, 0.25, 0.1, 0.05), (12, 12)),
            ("6 components of 2 to 6", (0.0, 0.0, 0.0, 0.0, 0.0, 1.0), (2, 6)),
        )
        for miss in (0.0, 0.05, 0.25)
    ),
    Row(name="innocent texts get hits", characters=400, miss=0.05, false=0.02, is_extra=True),
    Row(name="innocent texts get hits", characters=400, miss=0.25, false=0.05, is_extra=True),
    Row(name="hits cost 5 times as much", characters=400, hit_cost=5.0, is_extra=True),
    Row(name="hits cost 20 times as much", characters=400, hit_cost=20.0, is_extra=True),
    Row(name="order and distance, too", characters=400, looks_at_arrangement=True, is_extra=True),
    Row(name="order and distance, too", characters=400, miss=0.25, looks_at_arrangement=True, is_extra=True),
]


def main() -> int:
    """Measure all rows, print the table; 1 where a figure is missed."""
    options = _options()
    rows = [row for row in ROWS if not options.only or options.only in row.name]
    tasks = [(row, seed, options.rules) for row in rows for seed in range(options.seeds)]
    begun = time.monotonic()
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        sums = list(pool.map(_measure, tasks, chunksize=1))
    table = Table(
        title=f"Isolation: {options.rules:,} rules, {options.seeds} seeds each", title_justify="left"
    )
    headings = ("rules", "characters", "misses", "false", "split", "split exact", "exact")
    for heading in (*headings, "hits", "questions", "/ split", "asked for"):
        table.add_column(heading, justify="left" if heading == "rules" else "right")
    ok, was_extra = True, False
    for row in rows:
        if row.is_extra and not was_extra:
            table.add_section()
        was_extra = row.is_extra
        mine = [one for (other, _, _), one in zip(tasks, sums, strict=True) if other is row]
        ok &= _add(table, row, mine)
    Console(width=140).print(table)
    print(f"{describe_machine()}, {time.monotonic() - begun:.0f} s")
    return 0 if ok else 1


def _add(table: Table, row: Row, sums: Sequence[Sums]) -> bool:
    rules = sum(one.rules for one in sums)
    split_mean = sum(one.split_asked for one in sums) / rules
    split_exact = sum(one.split_exact for one in sums) / rules
    exact = sum(one.exact for one in sums) / rules
    asked, hits = sum(one.asked for one in sums) / rules, sum(one.hits for one in sums) / rules
    least = 1.0 if row.miss == row.false == 0.0 else LEAST_EXACT
    holds = exact >= least and (row.most is None or asked <= row.most * split_mean)
    bound = "" if row.most is None else f"at most {row.most:g}"
    table.add_row(
        row.name,
        f"{row.characters:,}",
        f"{row.miss:.0%}",
        f"{row.false:.0%}",
        f"{split_mean:.2f}",
        f"{split_exact:.1%}",
        f"{exact:.2%}",
        f"{hits:.1f}",
        f"{asked:.2f}",
        f"{asked / split_mean:.3f}",
        bound if holds else f"{bound} MISSED",
    )
    return holds


def _measure(task: tuple[Row, int, int]) -> Sums:
    row, seed, rules = task
    chance = random.Random(f"{seed} {row.characters} {row.components} {row.lengths}")
    noise = random.Random(f"{seed} {row}")
    split_asked = split_exact = asked = exact = hits = 0
    for _ in range(rules):
        text, rule = _make(row, chance)
        _, steps = _split(text, rule, noise, miss=0.0, false=0.0)
        split_asked += steps
        found, _ = _split(text, rule, noise, miss=row.miss, false=row.false)
        split_exact += found == frozenset(rule)
        found, steps, blocked = _isolate(text, rule, noise, row)
        exact += found == frozenset(rule)
        asked += steps
        hits += blocked
    return Sums(
        rules=rules, split_asked=split_asked, split_exact=split_exact, asked=asked, exact=exact, hits=hits
    )


def _make(row: Row, chance: random.Random) -> tuple[str, list[str]]:
    """A text, and a rule whose components stand in it, none over another."""
    while True:
        number = chance.choices(range(1, len(row.components) + 1), row.components)[0]
        lengths = [chance.randint(*row.lengths) for _ in range(number)]
        if sum(lengths) <= row.characters:
            break
    text = "".join(chance.choices(ALPHABET, k=row.characters))
    gaps = sorted(chance.randint(0, row.characters - sum(lengths)) for _ in lengths)
    rule, used = [], 0
    for gap, length in zip(gaps, lengths, strict=True):
        rule.append(text[gap + used : gap + used + length])
        used += length
    return text, rule


def _answer(
    pieces: Sequence[str], rule: Sequence[str], chance: random.Random, miss: float, false: float
) -> bool:
    text = SEPARATOR.join(pieces)
    rate = 1 - miss if all(component in text for component in rule) else false
    return chance.random() < rate


def _split(
    text: str, rule: Sequence[str], chance: random.Random, *, miss: float, false: float
) -> tuple[frozenset[str], int]:
    """What the binary split finds, and how often it asks."""
    asking = split(text)
    asked = 0
    try:
        pieces = next(asking)
        while asked < MOST_ASKED:
            asked += 1
            pieces = asking.send(_answer(pieces, rule, chance, miss, false))
    except StopIteration as end:
        return frozenset(end.value), asked
    raise RuntimeError("the binary split does not come to an end")


def _isolate(
    text: str, rule: Sequence[str], chance: random.Random, row: Row
) -> tuple[frozenset[str], int, int]:
    """What isolation finds, how often it asks, and how often that is a hit."""
    isolator = Isolator(
        [text],
        channel=Channel(miss=row.miss, false=row.false, hit_cost=row.hit_cost),
        separator=SEPARATOR,
        filler="abc",
        looks_at_arrangement=row.looks_at_arrangement,
    )
    hits = 0
    while not isolator.is_done:
        for ask in isolator.ready():
            hit = _answer(ask.pieces, rule, chance, row.miss, row.false)
            hits += hit
            isolator.tell(Word.BLOCKED if hit else Word.CLEAN)
    found = isolator.result()
    confirmed = [one.components for one in found.triggers if one.confirmed]
    return frozenset(confirmed[0] if confirmed else ()), isolator.asked, hits


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rules", type=int, default=1000, help="for each row and seed")
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--only", help="rows with this in their name")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
