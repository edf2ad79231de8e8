"""Is what triggers said in words that nobody can misread?"""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from probe.model.isolation import Isolation, Trigger
from probe.model.verdict import Verdict
from probe.showing.triggers import describe_isolation, mark, write_triggers

from .samples import a_verdict

WORD = Trigger(components=("谣言",), spans=((2, 4),), confirmed=True, doubt=0.00048)
PAIR = Trigger(
    components=("维权", "律师"),
    spans=((7, 9), (11, 13)),
    confirmed=True,
    doubt=0.0,
    any_order=True,
    apart=True,
)


def isolated(*triggers: Trigger, **changes: Any) -> Verdict:
    settings = {"complete": True, "reason": None, "every": False, "questions": 9, "separator": " ", **changes}
    found = Isolation(triggers=triggers, **settings)
    return msgspec.structs.replace(a_verdict("说说谣言四起，维权找律师", "lab-notice", "B"), isolation=found)


def facts(verdict: Verdict) -> dict[str, str]:
    """By label; what explains a trigger under an empty one."""
    return dict(describe_isolation(verdict))


def test_a_verdict_without_an_isolation_says_nothing_of_parts() -> None:
    """Null in JSON, empty in a sheet."""
    plain = a_verdict("谣言", "lab-notice", "B")
    assert list(describe_isolation(plain)) == []
    assert write_triggers(plain, between=" | ") is None


def test_a_trigger_is_named_marked_and_said_how_sure() -> None:
    """With what it cost."""
    said = facts(isolated(WORD))
    assert said["trigger"] == "谣言"
    assert said[""] == "triggers alone, all of it is needed, wrong about 1 time in 2,100"
    assert said["where"] == "说说[谣言]四起，维权找律师"
    assert said["parts"] == "9 questions about parts of it, controls apart"
    assert "not known" not in said


def test_several_components_say_how_they_may_stand() -> None:
    """All are needed, in which order, and with what between them."""
    assert facts(isolated(PAIR))[""] == "triggers alone, all of them are needed, in any order"
    strict = msgspec.structs.replace(PAIR, any_order=False, apart=False)
    assert facts(isolated(strict))[""].endswith("in this order only, with nothing else between them")


def test_what_is_not_known_is_said() -> None:
    """The least that is known to trigger is not called the trigger."""
    some = Trigger(components=("说谣言四起",), spans=((1, 6),), confirmed=False)
    said = facts(isolated(some, complete=False, reason="the budget is spent"))
    assert said["at most"] == "说谣言四起"
    assert said[""] == "triggers; whether less of it does is not known"
    assert said["not known"] == "the rest: the budget is spent"
    assert "trigger" not in said


def test_sheets_name_only_what_is_confirmed() -> None:
    """In the line format of keywords."""
    some = Trigger(components=("四起",), spans=((4, 6),), confirmed=False)
    assert write_triggers(isolated(WORD, PAIR, some), between=" | ") == "谣言 | 维权 + 律师"


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ([], "abcdef"),
        ([(0, 2), (4, 6)], "[ab]cd[ef]"),
        ([(4, 6), (0, 2)], "[ab]cd[ef]"),
        ([(0, 3), (2, 5)], "[abcde]f"),
        ([(0, 2), (2, 4)], "[ab][cd]ef"),
    ],
)
def test_marks_stand_around_each_span(spans: list[tuple[int, int]], expected: str) -> None:
    """Those that overlap have one."""
    assert mark("abcdef", spans) == expected
