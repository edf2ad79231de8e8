"""Happenings: what the practice platform does in each of ten weeks, and the definitions that read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import msgspec
from conditions import PATIENT_SECONDS, SERVER_ERROR, make_words

from probe.inputs.endpoints import open_endpoints
from probe.lab.censor import Act, Policy
from probe.lab.policies import STANDARD
from probe.model.definition import Endpoint
from probe.model.exchange import digest
from probe.sending.pacing import Clock

WEEKS = 10
NEW_LAYOUT, EDITED = 6, 9
"""The weeks in which the pages are built differently, and in which our definitions are edited."""
NOISE = 0.03
CLOCK_RATE = 4000.0
FIRST_MONDAY = 1_767_600_000.0
WEEK = 7 * 86400.0
SCRIPT = """
group     hard in weeks  soft in weeks  listed in weeks
always    1-10           -              1-10
mild      -              1-10           1-10
old       1              -              1-10
event     3-4            -              1-10
holiday   -              4-7            1-10
unseen    7-10           -              1-10
tougher   8-10           1-7            1-10
milder    1-7            8-10           1-10
edited    9-10           -              1-10
late      10             -              1-10
leaving   1-10           -              1-4
coming    5-10           -              5-10
innocent  -              -              1-10
"""
"""What the censor does to which words, and when they are on the list; `unseen` begins while nobody can look."""
SIZES = {"always": 6, "mild": 4, "event": 5, "holiday": 6}
"""Words of a group where it is not 3; `innocent` are all that are left."""
HAPPENINGS = {
    2: "some words are lifted",
    3: "an event",
    4: "holidays begin",
    5: "the event is over; the list is edited",
    6: "a new layout: nothing can be read",
    7: "the old layout; blocked in between",
    8: "holidays are over; hard to soft and back",
    9: "blocked while our definition is edited",
    10: "some more",
}

_NAMES = ("notice", "sources", "silent", "wall")


@dataclass(frozen=True, kw_only=True)
class Group:
    """Some words, and in which weeks what becomes of them."""

    hard: range
    soft: range
    listed: range
    words: Sequence[str]


class WeekClock(Clock):
    """A fast clock that starts on the Monday of a week."""

    def __init__(self, week: int) -> None:
        super().__init__(CLOCK_RATE)
        self._offset = FIRST_MONDAY + week * WEEK - self.now()

    def wall(self) -> float:
        return self._offset + self.now()


def read_script(seed: int, count: int) -> list[Group]:
    """The groups, each with words of its own."""
    words = [*make_words(count, seed).texts]
    groups = []
    for line in SCRIPT.split("\n")[2:-1]:
        name, *spans = line.split()
        size = len(words) if name == "innocent" else SIZES.get(name, 3)
        hard, soft, listed = map(_read_span, spans)
        groups.append(Group(hard=hard, soft=soft, listed=listed, words=words[:size]))
        del words[:size]
    return groups


def _read_span(text: str) -> range:
    first, _, last = text.partition("-")
    return range(int(first), int(last or first) + 1) if first else range(0)


def policies(groups: Sequence[Group], week: int) -> list[Policy]:
    """The four platforms as they are in a week: one proves what it does, the others do what the noise does, too."""
    hard = frozenset(word for one in groups if week in one.hard for word in one.words)
    soft = frozenset(word for one in groups if week in one.soft for word in one.words)
    names = {one.name: one for one in STANDARD}
    layout = 0 if week == NEW_LAYOUT else None
    weather = (
        ("notice", {"error_rate": NOISE}),
        ("sources", {"error_rate": NOISE, "hard_act": Act.ERROR, "soft": soft}),
        ("silent", {"empty_rate": NOISE}),
        ("wall", {"cut_rate": NOISE, "residual": 90.0}),
    )
    return [
        replace(names[name], hard=hard, combos=frozenset(), layout_after=layout, **changes)
        for name, changes in weather
    ]


def open_definitions(base: str, week: int) -> list[Endpoint]:
    """The definitions that read them; they are edited once."""
    return [
        _change(one, week) for one in open_endpoints([f"lab-{name}" for name in _NAMES], [f"base={base}"])
    ]


def _change(endpoint: Endpoint, week: int) -> Endpoint:
    definition = endpoint.definition
    waits = {"residual_wait": 120.0} if endpoint.name == "lab-wall" else {}
    limits = {"rate": None, "deadline": PATIENT_SECONDS * CLOCK_RATE, "control_wait": 5.0, **waits}
    own = (SERVER_ERROR,) if endpoint.name == "lab-sources" else ()
    changed = msgspec.structs.replace(
        definition,
        rules=(*own, *definition.rules),
        limits=msgspec.structs.replace(definition.limits, **limits),
    )
    edition = "second" if week >= EDITED else "first"
    sha256 = digest(endpoint.digest, edition).ljust(64, "0")
    return msgspec.structs.replace(endpoint, definition=changed, digest=sha256)
