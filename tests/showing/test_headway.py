"""Headway is counted from events, and tells pace and time left from them."""

from __future__ import annotations

import pytest

from probe.events import Answered, Asked, ControlFailed, GivenUp, Judged, Planned, Rested, RetryPlanned
from probe.showing.headway import Headway

from .samples import a_verdict
from .test_plan_text import an_endpoint


class Watch:
    """A clock that goes when told to."""

    def __init__(self) -> None:
        self.time = 1000.0

    def __call__(self) -> float:
        return self.time


def start(*names: str, keywords: int = 12) -> tuple[Headway, Watch]:
    """A run of these endpoints that has just been planned."""
    watch = Watch()
    headway = Headway(watch)
    headway(Planned(run="r", keywords=keywords, endpoints=tuple(map(an_endpoint, names))))
    return headway, watch


def answer(headway: Headway, name: str, times: int = 1) -> None:
    """So many questions asked and answered."""
    for _ in range(times):
        headway(Asked(endpoint=name, control=False))
        headway(Answered(endpoint=name, control=False, outcome="served"))


def judge(headway: Headway, name: str, times: int = 1) -> None:
    """So many verdicts."""
    for _ in range(times):
        headway(Judged(verdict=a_verdict(endpoint=name)))


def test_events_are_counted_for_their_endpoint() -> None:
    """Asked, answered, judged, failed controls and retries."""
    headway, _ = start("a", "b")
    answer(headway, "a", 3)
    judge(headway, "b", 2)
    headway(ControlFailed(endpoint="b", reason="x", void=1))
    headway(RetryPlanned(endpoint="b", keyword="k", attempt=2, reason="429"))
    a, b = headway.endpoints["a"], headway.endpoints["b"]
    assert (a.asked, a.answered, b.judged, b.controls_failed) == (3, 3, 2, 1)
    assert (headway.judged, headway.pairs, headway.retries) == (2, 24, {"429": 1})


def test_the_time_left_is_not_known_at_first() -> None:
    """Neither in the first seconds nor before the first answers of the slowest endpoint."""
    headway, watch = start("a")
    answer(headway, "a", 10)
    watch.time += 1
    assert headway.estimate_left() is None
    headway, watch = start("a", "b")
    answer(headway, "a", 10)
    watch.time += 10
    assert headway.estimate_left() is None
    answer(headway, "b", 10)
    assert headway.estimate_left() == pytest.approx(20)  # 10 of 30 planned questions in 10 s


def test_the_slowest_endpoint_tells_the_time_left() -> None:
    """Verdicts are better evidence than questions; who is done or given up no longer counts."""
    headway, watch = start("a", "b", "c")
    watch.time += 12
    judge(headway, "a", 6)
    judge(headway, "b", 3)
    headway(GivenUp(endpoint="c", reason="captcha"))
    assert headway.estimate_left() == pytest.approx(36)
    judge(headway, "b", 9)
    assert headway.estimate_left() == pytest.approx(12)
    judge(headway, "a", 6)
    assert headway.estimate_left() == 0


def test_a_rest_is_part_of_the_time_left() -> None:
    """The longest of several rests holds, and runs down."""
    headway, watch = start("a")
    watch.time += 12
    judge(headway, "a", 11)
    headway(Rested(endpoint="a", seconds=120, reason="reset"))
    headway(Rested(endpoint="a", seconds=5, reason="429"))
    assert headway.estimate_left() == pytest.approx(120)
    watch.time += 100
    one = headway.endpoints["a"]
    assert headway.rest_left(one) == pytest.approx(20)
    assert one.rest_reason == "reset"
    watch.time += 100
    assert headway.rest_left(one) == 0


def test_the_pace_is_that_of_the_last_seconds() -> None:
    """A burst at the start does not flatter an endpoint that rests."""
    headway, watch = start("a")
    assert headway.measure_pace() is None
    for _ in range(10):
        watch.time += 1
        answer(headway, "a", 4)
        pace = headway.measure_pace()
    assert pace == pytest.approx(4)
    for _ in range(40):
        watch.time += 0.5
        pace = headway.measure_pace()
    assert pace == 0
    assert len(headway._samples) < 30


def test_an_endpoint_that_nobody_planned_is_counted_too() -> None:
    """A display does not fail over it."""
    headway, _ = start()
    answer(headway, "new")
    assert headway.endpoints["new"].asked == 1


def test_reasons_for_retries_are_bounded() -> None:
    """Reasons that differ each time are summed up."""
    headway, _ = start("a")
    for number in range(200):
        headway(RetryPlanned(endpoint="a", keyword="k", attempt=2, reason=f"reason {number}"))
    assert len(headway.retries) == 51
    assert headway.retries["other reasons"] == 150
