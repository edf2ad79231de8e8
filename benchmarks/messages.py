"""Whether the fates of messages are told: the real engine against the lab's messenger, compared with what that knows.

300 made-up keywords, half of them hit by each act of the censor in turn, under each kind of weather, for five seeds. The
truth is the lab's own; and what the lab still holds after each run is counted.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from figure import describe_machine
from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).parents[1]))  # the same words and the same truth as in the tests

from tests.scenarios.messaging import SECOND_LOOK, Exchanged, exchange, made_up_words, spread

from probe.lab.messenger_policy import MessageAct, MessengerPolicy
from probe.model.verdict import Status

ACTS = tuple(act for act in MessageAct if act is not MessageAct.SILENT_REVIEW)
SHARE = 0.5
_OPEN = (Status.INCONCLUSIVE, Status.UNMEASURED)


@dataclass(frozen=True, kw_only=True)
class Weather:
    """What else happens, and whether words may then stay open."""

    policy: Mapping[str, Any] = field(default_factory=dict)
    limits: Mapping[str, Any] = field(default_factory=dict)
    acts: Sequence[MessageAct] = ACTS
    may_stay_open: int = 0
    """Words in a hundred that may be inconclusive or unmeasured."""
    all_unmeasured: bool = False
    """Nothing can be said of any word."""


WEATHERS = {
    "fair": Weather(),
    # What is taken away again before the next reading is absent to whoever reads.
    "slow, 5 to 12 s": Weather(
        policy={"latency": (5.0, 12.0)}, acts=[act for act in ACTS if act is not MessageAct.WITHDRAW]
    ),
    "duplicates are refused": Weather(policy={"duplicates": "said"}),
    "duplicates vanish": Weather(policy={"duplicates": "silent"}),
    "8 hits: muted for 30 s": Weather(
        policy={"escalation": (8, 30.0, "said")}, limits={"control_wait": 10.0}
    ),
    "8 hits: all refused for 30 s": Weather(
        policy={"escalation": (8, 30.0, "same")}, limits={"control_wait": 10.0}, may_stay_open=5
    ),
    "8 hits: shadow ban for 30 s": Weather(
        policy={"escalation": (8, 30.0, "shadow")}, limits={"control_wait": 10.0}, may_stay_open=5
    ),
    "answers lost, readings fail": Weather(
        policy={"error_rate": 0.03, "lost_rate": 0.03, "read_error_rate": 0.03}, may_stay_open=2
    ),
    "shadow-banned account": Weather(
        policy={"shadow_banned": frozenset({"probe-sender"})}, all_unmeasured=True
    ),
}


@dataclass(frozen=True, kw_only=True)
class Row:
    """What came of one weather with one seed."""

    fates: Counter[str]
    """Right verdicts, by what was done."""
    wrong: list[str]
    still_open: int
    left: int
    questions: int


def main() -> int:
    """Run what is asked for, print the table; 1 where a verdict is wrong, too many stay open, or a message is left."""
    options = _options()
    chosen = {name: one for name, one in WEATHERS.items() if not options.only or options.only in name}
    tasks = [(name, seed, options.keywords) for name in chosen for seed in range(options.seeds)]
    begun = time.monotonic()
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        rows = list(pool.map(_measure, tasks))
    table = Table(
        title=f"Messages: {options.keywords} keywords, {options.seeds} seeds each", title_justify="left"
    )
    for heading in ("weather", "right", "open", "wrong", "left behind", "questions a keyword"):
        table.add_column(heading, justify="left" if heading == "weather" else "right")
    ok = True
    for name, weather in chosen.items():
        mine = [row for (other, _, _), row in zip(tasks, rows, strict=True) if other == name]
        ok &= _add(table, name, weather, mine, options.keywords)
    Console().print(table)
    fates = sum((row.fates for row in rows), Counter[str]())
    Console().print(
        "right, by fate: " + ", ".join(f"{fate} {count}" for fate, count in sorted(fates.items()))
    )
    for row in rows:
        for line in row.wrong[:5]:
            Console().print(f"wrong: {line}")
    Console().print(f"{describe_machine()}, {time.monotonic() - begun:.0f} s")
    return 0 if ok else 1


def _add(table: Table, name: str, weather: Weather, rows: Sequence[Row], keywords: int) -> bool:
    total = keywords * len(rows)
    right = sum(sum(row.fates.values()) for row in rows)
    wrong, left = sum(len(row.wrong) for row in rows), sum(row.left for row in rows)
    still_open = sum(row.still_open for row in rows)
    asked = sum(row.questions for row in rows) / total
    table.add_row(name, f"{right} of {total}", str(still_open), str(wrong), str(left), f"{asked:.2f}")
    most_open = total if weather.all_unmeasured else total * weather.may_stay_open // 100
    return not wrong and not left and still_open <= most_open and (not weather.all_unmeasured or right == 0)


def _measure(task: tuple[str, int, int]) -> Row:
    name, seed, keywords = task
    weather = WEATHERS[name]
    words = made_up_words(keywords, seed)
    settings = {"latency": (0.1, 1.0), "slow": 15.0, "withdraw_after": SECOND_LOOK / 2, **weather.policy}
    policy = MessengerPolicy(name="messenger", words=spread(words, weather.acts, SHARE), **settings)
    came = asyncio.run(exchange(policy, words, seed=seed, rate=50.0, limits=dict(weather.limits)))
    return _count(came)


def _count(came: Exchanged) -> Row:
    wrong, still_open = [], 0
    said = set(came.wrong())
    fates: Counter[str] = Counter()
    for verdict in came.verdicts:
        line = came.describe(verdict)
        if verdict.status in _OPEN:
            still_open += 1
        elif line in said:
            wrong.append(line)
        else:
            fates[str(came.truth(verdict) or "delivered")] += 1
    assert came.document is not None
    questions = sum(use.questions for use in came.document.endpoints)
    return Row(fates=fates, wrong=wrong, still_open=still_open, left=len(came.left()), questions=questions)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keywords", type=int, default=300)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--only", help="weathers with this in their name")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
