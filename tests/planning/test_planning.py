"""Do all parts of planning together ask what they should, whatever is answered?"""

from __future__ import annotations

import pytest

from probe.model.exchange import Question
from probe.model.record import Answer
from probe.planning.plan import Known
from tests.builders import make_question
from tests.planning.asking import (
    CAPTCHA,
    ERROR,
    NOTICE,
    SERVED,
    answer,
    ask,
    passes,
    pending,
    plan,
    settled,
    take,
)


def test_normal_answers_of_an_earlier_session_are_closed_with_the_next_block() -> None:
    """They wait as those of this one do."""
    planner = plan(2, known={"k0": pending("k0", SERVED)})
    passes(planner, "C", "k1")
    assert settled(planner) == []
    passes(planner, "C")
    assert settled(planner) == ["k0", "k1"]


def test_hits_of_an_earlier_session_need_two_controls_at_once() -> None:
    """Nobody knows any more what was asked around them."""
    planner = plan(1, known={"k0": pending("k0", NOTICE)})
    passes(planner, "C", "C")
    assert settled(planner) == ["k0"]
    planner = plan(1, known={"k0": pending("k0", ERROR)})
    passes(planner, "C", "C", "C", "k0")
    assert planner.controls.passed == 3


def test_pending_answers_are_void_when_the_control_after_them_fails() -> None:
    """And asked again, under a new number; whoever keeps them hears of it."""
    void: list[Question] = []
    planner = plan(1, known={"k0": pending("k0", ERROR, 4)}, void=void)
    passes(planner, "C")
    assert ask(planner) == ["C"]
    answer(planner, CAPTCHA)
    assert [one.attempt for one in void] == [4]
    passes(planner, "C", "C")
    (question,) = take(planner)
    assert (question.text, question.attempt) == ("k0", 5)


@pytest.mark.parametrize("words", [0, 1, 3])
def test_what_is_known_already_needs_no_question(words: int) -> None:
    """Only the opening control is asked, as nobody knows before it whether there is more."""
    answers = {f"k{number}": Known(standing=[_kept(number)], attempts=1) for number in range(words)}
    planner = plan(words, known=answers)
    asked = 0
    while not planner.is_done:
        for _ in take(planner):
            asked += 1
            answer(planner, SERVED)
    assert asked <= 1
    assert len(settled(planner)) == words


def _kept(number: int) -> Answer:
    return Answer(question=make_question(f"k{number}"), observation=NOTICE)
