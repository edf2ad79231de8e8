"""Which answers count, by controls that may be judged in another way than they were."""

from __future__ import annotations

import msgspec
import pytest

from probe.judging.vouching import Closing, Vouching, read_closing
from probe.model.exchange import Purpose
from probe.model.observation import Outcome
from probe.model.record import Answer
from tests.builders import make_observation, make_question


def control(
    started: float, then: bool = True, now: bool | None = None, ended: float | None = None
) -> Closing:
    return Closing(
        started=started,
        ended=started + 0.1 if ended is None else ended,
        passed_then=then,
        passes_now=then if now is None else now,
    )


def answer(
    started: float, *, ended: float | None = None, void: bool = False, purpose: Purpose = Purpose.KEYWORD
) -> Answer:
    seen = make_observation(started=started)
    seen = msgspec.structs.replace(seen, ended=started + 0.5 if ended is None else ended)
    return Answer(question=make_question(purpose=purpose), observation=seen, void=void)


@pytest.mark.parametrize(
    ("controls", "asked", "counts"),
    [
        ([control(0), control(10)], answer(5), True),
        ([control(0), control(10, False)], answer(5), False),
        ([control(0), control(10), control(20, False)], answer(5), True),
        ([control(0, False), control(10)], answer(5), True),
        ([control(0)], answer(5), False),
        ([], answer(5), False),
        ([control(0), control(10)], answer(5, void=True), False),
        ([control(0), control(10, False, True)], answer(5, void=True), True),
        ([control(0), control(10, True, False)], answer(5), False),
        ([control(0), control(5.2, False), control(10)], answer(5), False),
        ([control(0), control(5.2, True), control(10)], answer(5), True),
        ([control(0), control(4.9, False, ended=5.2), control(10)], answer(5), False),
        ([control(0), control(5.2, False, True), control(10)], answer(5, void=True), True),
        ([control(0)], answer(5, purpose=Purpose.REFERENCE), True),
        ([control(0)], answer(5, purpose=Purpose.REFERENCE, void=True), False),
        ([control(0), control(10)], answer(5, purpose=Purpose.TRUISM), True),
    ],
)
def test_an_answer_counts_if_the_next_control_passes(
    controls: list[Closing], asked: Answer, counts: bool
) -> None:
    """And none fails that was answered while it was under way; what was void for another reason stays void."""
    assert Vouching(controls).counts(asked) is counts


def test_a_control_that_came_too_early_says_nothing() -> None:
    """A 429 is no failure of the endpoint, and vouches for nobody."""
    served, throttled = make_observation(Outcome.SERVED), make_observation(Outcome.THROTTLED)
    assert read_closing(served, throttled) is None
    closing = read_closing(throttled, served)
    assert closing is not None
    assert closing.is_mended


def test_controls_are_counted_up_to_the_closing_one() -> None:
    """As the verdicts of a run count them."""
    vouching = Vouching([control(0), control(10, False), control(20), control(30)])
    assert [vouching.until(moment) for moment in (5.5, 15.0, 99.0, None)] == [(1, 1), (2, 1), (3, 1), (3, 1)]
