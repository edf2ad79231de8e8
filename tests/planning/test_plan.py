"""Which keyword comes next, and what became of it?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest

from probe.judging.decision import Next, decide
from probe.judging.verdict import Circumstances, conclude
from probe.model.exchange import Purpose
from probe.model.keyword import Keyword
from probe.model.observation import Observation, Outcome
from probe.model.record import Answer
from probe.model.verdict import Verdict
from probe.planning.plan import MOST_AT_ONCE, MOST_VOID, KeywordPlanner, Known
from tests.builders import (
    make_endpoint,
    make_grounds,
    make_keyword,
    make_observation,
    make_question,
)

SERVED = make_observation(Outcome.SERVED)
CUT = make_observation(Outcome.BLOCKED)
LIMIT = make_observation(Outcome.THROTTLED)


def decide_now(observations: Sequence[Observation]) -> Next:
    return decide(observations, make_grounds())


def planner(
    *words: str,
    decides: Callable[[Sequence[Observation]], Next] = decide_now,
    known: dict[str, Known] | None = None,
    **changes: Any,
) -> KeywordPlanner:
    keywords = [Keyword(components=tuple(word.split("+"))) for word in words]
    recalled = known or {}
    return KeywordPlanner(
        make_endpoint(**changes), keywords, decides, recall=lambda keyword: recalled.get(keyword.line)
    )


def verdict_of(word: str) -> Verdict:
    around = Circumstances()
    return conclude(make_keyword(word), make_endpoint(), [SERVED], make_grounds(), around, run="r")


def kept(word: str, observation: Observation, attempt: int = 1) -> Answer:
    return Answer(question=make_question(word, attempt=attempt), observation=observation)


def test_keywords_come_in_order_and_only_as_many_as_there_is_room() -> None:
    """The list's order is kept, and no question is made before it can be asked."""
    plan = planner("a", "b", "c")
    assert [one.text for one in plan.ready(2)] == ["a", "b"]
    assert [one.text for one in plan.ready(2)] == ["c"]
    assert plan.ready(2) == []


def test_the_end_of_the_list_is_known_as_soon_as_it_is_reached() -> None:
    """Whoever has no question left to spend must not think that there is more to ask."""
    plan = planner("a")
    assert not plan.is_done
    (question,) = plan.ready(1)
    plan.tell(question, SERVED)
    assert plan.is_done
    assert planner().is_done


def test_the_list_is_read_one_ahead_and_no_further() -> None:
    """A list of millions is never held."""
    read = 0

    def keywords() -> Iterator[Keyword]:
        nonlocal read
        for number in range(1000):
            read += 1
            yield make_keyword(str(number))

    plan = KeywordPlanner(make_endpoint(), keywords(), decide_now)
    plan.ready(3)
    assert not plan.is_done
    assert read <= 4


def test_components_are_joined_as_the_definition_says() -> None:
    """A + B goes out as one text."""
    (question,) = planner("维权+律师", join=" & ").ready(1)
    assert (question.text, question.components) == ("维权 & 律师", ("维权", "律师"))


def test_ambiguous_evidence_is_asked_again_before_anything_new() -> None:
    """Few cases stay open, and each asking has its own number and id."""
    plan = planner("a", "b")
    (first,) = plan.ready(1)
    assert not plan.was_hit(first)
    assert plan.tell(first, CUT) == "confirm"
    assert plan.was_hit(first)
    (second,) = plan.ready(1)
    assert (second.text, second.attempt) == ("a", 2)
    assert first.id != second.id
    assert plan.tell(second, CUT) is None
    (case,) = plan.take_settled()
    assert (case.observations, case.why_not, plan.take_settled()) == ([CUT, CUT], None, [])


@pytest.mark.parametrize(
    ("word", "purpose", "text"),
    [
        (Next.TRUISM, Purpose.TRUISM, "天气 OR a b"),
        (Next.REFERENCE, Purpose.REFERENCE, "a b"),
        (Next.RETRY, Purpose.KEYWORD, "a b"),
        (Next.CONFIRM, Purpose.KEYWORD, "a b"),
    ],
)
def test_the_decision_says_what_is_asked(word: Next, purpose: Purpose, text: str) -> None:
    """The keyword again, or inside the truism, or of the reference; all are about the same components."""
    plan = planner("a+b", decides=lambda seen: word, controls={"truism": "天气 OR {keyword}"})
    (first,) = plan.ready(1)
    assert plan.tell(first, SERVED) == word.value
    (second,) = plan.ready(1)
    assert (second.purpose, second.text, second.components) == (purpose, text, ("a", "b"))
    assert second.attempt == 2


def test_void_answers_are_asked_again_but_not_for_ever() -> None:
    """A keyword after which controls always fail ends unmeasured, with the reason."""
    plan = planner("a")
    for _ in range(MOST_VOID):
        (question,) = plan.ready(1)
        plan.void(question, "a captcha")
    assert plan.ready(1) == []
    (case,) = plan.take_settled()
    assert (case.observations, case.void) == ([], MOST_VOID)
    assert case.why_not == f"controls failed after each of {MOST_VOID} askings (a captcha)"
    assert plan.is_done


def test_void_answers_between_others_that_stand_do_not_end_the_asking() -> None:
    """A service that is angry after each few hits voids some answers about every word, and the others add up."""
    plan = planner("a", decides=lambda observations: Next.CONFIRM if len(observations) < 4 else Next.SETTLE)
    for _ in range(3):
        for _ in range(MOST_VOID - 1):
            (question,) = plan.ready(1)
            plan.void(question, "an angry service")
        (question,) = plan.ready(1)
        plan.tell(question, CUT)
    (question,) = plan.ready(1)
    plan.tell(question, CUT)
    (case,) = plan.take_settled()
    assert (case.why_not, len(case.observations), case.void) == (None, 4, 3 * (MOST_VOID - 1))


def test_a_void_answer_is_asked_for_again_as_it_was() -> None:
    """The truism's inside the truism."""
    plan = planner("a", decides=lambda seen: Next.TRUISM, controls={"truism": "t {keyword}"})
    (first,) = plan.ready(1)
    plan.tell(first, SERVED)
    (second,) = plan.ready(1)
    plan.void(second, "a captcha")
    (third,) = plan.ready(1)
    assert (third.purpose, third.attempt) == (Purpose.TRUISM, 3)


def test_texts_that_cannot_be_sent_are_settled_without_asking() -> None:
    """Too long, or not to be written in the endpoint's encoding: said so, and the next one is asked."""
    plan = KeywordPlanner(
        make_endpoint(),
        [make_keyword("long"), make_keyword("b")],
        decide_now,
        lambda text: "too long" if text == "long" else None,
    )
    assert [one.text for one in plan.ready(5)] == ["b"]
    (case,) = plan.take_settled()
    assert (case.keyword.line, case.why_not) == ("long", "too long")


def test_abandoning_leaves_nothing_out() -> None:
    """What was under way and what was never asked all get the reason; what earlier sessions know is kept."""
    known = {
        "d": Known(verdict=verdict_of("d")),
        "e": Known(standing=[kept("e", CUT)], pending=[kept("e", CUT, 2)], attempts=2),
    }
    plan = planner("a", "b", "c", "d", "e", known=known)
    first, _ = plan.ready(2)
    plan.tell(first, SERVED)
    abandoned = list(plan.abandon("given up"))
    assert [(case.text, case.why_not) for case in abandoned] == [
        (word, "given up") for word in ("b", "c", "d", "e")
    ]
    assert abandoned[2].verdict == known["d"].verdict
    assert abandoned[3].observations == [CUT]
    assert plan.is_done
    assert [case.text for case in plan.take_settled()] == ["a"]


def test_a_verdict_of_an_earlier_session_is_final() -> None:
    """It is passed on, and nothing is asked."""
    plan = planner("a", "b", known={"a": Known(verdict=verdict_of("a"))})
    assert [one.text for one in plan.ready(5)] == ["b"]
    (case,) = plan.take_settled()
    assert case.verdict == verdict_of("a")


def test_standing_answers_of_an_earlier_session_count() -> None:
    """The decision is made anew from them, by what is known now; the numbers of askings go on."""
    known = {
        "a": Known(standing=[kept("a", CUT)], attempts=4),
        "b": Known(standing=[kept("b", CUT), kept("b", CUT, 2)], attempts=2),
    }
    plan = planner("a", "b", "c", known=known)
    assert [(one.text, one.attempt) for one in plan.ready(5)] == [("a", 5), ("c", 1)]
    (case,) = plan.take_settled()
    assert (case.text, case.observations) == ("b", [CUT, CUT])


def test_pending_answers_wait_for_their_control_before_more_is_asked() -> None:
    """They are handed out once, and count when they are told."""
    known = {"a": Known(standing=[kept("a", CUT)], pending=[kept("a", CUT, 2)], attempts=2)}
    plan = planner("a", "b", known=known)
    assert [one.text for one in plan.ready(5)] == ["b"]
    (answer,) = plan.take_pending()
    assert plan.take_pending() == []
    assert answer == known["a"].pending[0]
    assert plan.tell(answer.question, answer.observation) is None
    (case,) = plan.take_settled()
    assert (case.text, case.observations) == ("a", [CUT, CUT])


@pytest.mark.parametrize("pending", [1, 2, 5])
def test_void_pending_answers_are_asked_for_again_once(pending: int) -> None:
    """However many there were: a keyword has one question under way at a time, and is settled once."""
    answers = [kept("a", CUT, number + 1) for number in range(pending)]
    plan = planner("a", known={"a": Known(pending=answers, attempts=pending)})
    assert plan.ready(5) == []
    for answer in plan.take_pending():
        plan.void(answer.question, "a captcha")
    again = plan.ready(5)
    settled = plan.take_settled()
    assert len(again) + len(settled) == 1
    assert [one.attempt for one in again] == ([pending + 1] if pending < MOST_VOID else [])
    if again:
        plan.tell(again[0], SERVED)
        settled = plan.take_settled()
    assert [case.text for case in settled] == ["a"]
    assert plan.is_done


def test_of_several_pending_answers_those_that_stand_decide() -> None:
    """Whichever comes last, void or not."""
    answers = [kept("a", CUT, 1), kept("a", CUT, 2)]
    for order in (answers, answers[::-1]):
        plan = planner("a", known={"a": Known(pending=answers, attempts=2)})
        plan.ready(1)
        plan.take_pending()
        plan.void(order[0].question, "a captcha")
        plan.tell(order[1].question, CUT)
        again = plan.ready(5)
        assert [one.attempt for one in again] == [3]


def test_a_keyword_that_nothing_is_known_of_is_asked_from_its_next_number() -> None:
    """All its answers were void: the next asking must not have the id of one of them."""
    plan = planner("a", known={"a": Known(attempts=3)})
    assert [(one.text, one.attempt) for one in plan.ready(1)] == [("a", 4)]


def test_very_many_known_keywords_leave_others_their_turn() -> None:
    """Each call settles so many at most, and the last one is reached all the same."""
    words = [f"w{number}" for number in range(2 * MOST_AT_ONCE + 10)]
    plan = planner(*words, "new", known={word: Known(verdict=verdict_of("a")) for word in words})
    settled: list[int] = []
    while not (questions := plan.ready(1)):
        settled.append(len(plan.take_settled()))
        assert settled[-1] > 0
        assert not plan.is_done
    assert settled == [MOST_AT_ONCE, MOST_AT_ONCE]
    assert [one.text for one in questions] == ["new"]
    assert len(plan.take_settled()) == 10
