"""A verdict finds all answers about its keyword, those about pools of it too, and each once."""

from __future__ import annotations

from probe.keeping.evidence.open_answers import OpenAnswers
from probe.model.exchange import Purpose, Question
from probe.model.record import Answer
from tests.keeping.samples import observation_of, question_about


def answer(question: Question) -> Answer:
    return Answer(question=question, observation=observation_of(question))


def test_an_answer_about_a_pool_is_one_about_each_of_its_keywords() -> None:
    """Keywords stand in it as lists write them."""
    pool = question_about("a\nb + c", purpose=Purpose.POOL)
    alone = question_about("b", "c")
    answers = OpenAnswers()
    answers.add("example", answer(pool))
    answers.add("example", answer(alone))
    answers.void("example", pool)
    assert [(one.question, one.void) for one in answers.take("example", ("a",))] == [(pool, True)]
    both = [(one.question, one.void) for one in answers.take("example", ("b", "c"))]
    assert both == [(pool, True), (alone, False)]
    assert len(answers) == 0


def test_controls_and_parts_are_nobodys() -> None:
    """They wait for no verdict, and would never be forgotten."""
    part = Question(endpoint="e", purpose=Purpose.KEYWORD, components=("a",), text="a", is_part=True)
    answers = OpenAnswers()
    for question in (question_about("a", purpose=Purpose.BENIGN), part):
        answers.add("example", answer(question))
    assert len(answers) == 0


def test_endpoints_are_told_apart() -> None:
    """The same keyword may be asked at several."""
    answers = OpenAnswers()
    answers.add("one", answer(question_about("a")))
    assert answers.take("other", ("a",)) == []
    assert len(answers.take("one", ("a",))) == 1
