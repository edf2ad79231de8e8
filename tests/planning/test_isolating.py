"""Do controls, voiding, rests and budgets hold for the parts of keywords as for keywords?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count, repeat

import msgspec

from probe.judging.decision import decide
from probe.model.exchange import Purpose, Question
from probe.model.keyword import Keyword
from probe.model.observation import Observation, Outcome, Weight
from probe.planning.allowance import Questions
from probe.planning.channel import Channel
from probe.planning.controls import ControlledPlanner
from probe.planning.isolating import MOST_OPEN, IsolatingPlanner
from probe.planning.isolation import Isolator
from probe.planning.plan import Case, KeywordPlanner
from probe.planning.schedule import Schedule
from probe.planning.transcript import Target
from tests.builders import make_endpoint, make_grounds
from tests.planning.asking import CAPTCHA, CUT, NOTICE, SERVED
from tests.planning.censors import Censor, components
from tests.planning.test_transcript import read

TEXT = "今天有人说谣言四起的时候"


@dataclass
class Session:
    """A planner, and a service that answers it; what is settled is isolated if it was hit."""

    censor: Censor
    keywords: list[str]
    budget: Questions | None = None
    disturb: Callable[[Question, int], Observation | None] = lambda question, number: None
    """An answer instead of the service's, for a question and its number."""
    hit: Observation = NOTICE
    asked: list[Question] = field(default_factory=list)
    settled: list[Case] = field(default_factory=list)
    voided: list[Question] = field(default_factory=list)
    rests: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        endpoint = make_endpoint(limits={"block": 5, "patience": 5, "control_wait": 5, "residual_wait": 90})
        definition = endpoint.definition
        keywords = KeywordPlanner(
            endpoint,
            [Keyword(components=(one,)) for one in self.keywords],
            lambda seen: decide(seen, make_grounds(definition)),
        )
        self.inner = IsolatingPlanner(keywords, self.aim)
        words = (f"b{number}" for number in count())
        self.planner = ControlledPlanner(
            endpoint,
            self.inner,
            Schedule("example", definition, words, repeat("zzq"), keywords=len(self.keywords)),
            allowances=[] if self.budget is None else [self.budget],
            on_void=self.voided.append,
        )

    def aim(self, case: Case) -> Target:
        return Target(
            endpoint="example",
            open=lambda: Isolator(case.keyword.components, channel=Channel()),
            read=read,
            channel=Channel,
        )

    def run(self, room: int = 1) -> None:
        """Ask until all is done, so many questions at a time."""
        while not self.planner.is_done:
            questions = self.planner.ready(room)
            self.take()
            if not questions and self.planner.is_done:
                break
            assert questions or self.planner.ended_early or not self.planner.is_done
            for question in questions:
                self.asked.append(question)
            for question in questions:
                rest = self.planner.tell(question, self.answer(question))
                self.rests += [] if rest is None else [rest.seconds]
                self.take()
        leave = self.planner.given_up
        self.finish(self.inner.tell_known() if leave is None else self.planner.abandon(leave))

    def take(self) -> None:
        for case in self.planner.take_settled():
            if case.isolation is None and any(one.outcome.is_hit for one in case.observations):
                another = Case(keyword=case.keyword, text=case.text)
                assert self.inner.isolate(another)
            else:
                self.settled.append(case)

    def finish(self, cases: Iterator[Case]) -> None:
        self.settled += cases

    def answer(self, question: Question) -> Observation:
        seen = self.disturb(question, len(self.asked))
        if seen is None:
            hit = question.purpose is Purpose.KEYWORD and self.censor.hits(question.text)
            seen = self.hit if hit else SERVED
        return msgspec.structs.replace(seen, question=question.id, purpose=question.purpose)

    def isolated(self, text: str) -> list[tuple[str, ...]]:
        (case,) = [one for one in self.settled if one.text == text]
        assert case.isolation is not None
        return components(case.isolation)


def parts(session: Session) -> list[Question]:
    return [one for one in session.asked if one.is_part]


def test_a_keyword_that_is_hit_is_asked_about_in_parts() -> None:
    """Others are settled as ever, and nothing of them is asked."""
    session = Session(Censor([("谣言",)]), [TEXT, "天气很好"])
    session.run()
    assert session.isolated(TEXT) == [("谣言",)]
    assert [case.text for case in session.settled if case.isolation is None] == ["天气很好"]
    assert len({one.id for one in session.asked}) == len(session.asked)


def test_clean_answers_share_a_control() -> None:
    """One for each block and one after each hit, and not one for each question."""
    session = Session(Censor([("谣言",)]), [TEXT])
    session.run()
    hits = sum(session.censor.hits(one.text) for one in parts(session))
    benign = sum(one.purpose is Purpose.BENIGN for one in session.asked)
    assert benign <= 3 + hits + len(parts(session)) // 5
    assert benign < len(parts(session)) + 2


def test_a_control_that_fails_voids_what_was_used_already() -> None:
    """An outage in the middle looks like clean answers, or like hits: neither leads astray."""
    for outcome in (SERVED, NOTICE):

        def disturb(question: Question, number: int, seen: Observation = outcome) -> Observation | None:
            if not 8 <= number <= 11:
                return None
            return CAPTCHA if question.purpose is Purpose.BENIGN else seen

        session = Session(Censor([("谣言",)]), [TEXT], disturb=disturb)
        session.run()
        assert session.isolated(TEXT) == [("谣言",)]
        assert any(one.is_part for one in session.voided)


def test_cut_connections_bring_rests_and_controls_for_parts_too() -> None:
    """Each hit of a part is followed by a rest, and a control before the next question."""
    session = Session(Censor([("谣言",)]), [TEXT], hit=CUT)
    session.run()
    assert session.isolated(TEXT) == [("谣言",)]
    hits = [
        number for number, one in enumerate(session.asked) if one.is_part and session.censor.hits(one.text)
    ]
    assert hits
    assert all(session.asked[number + 1].purpose is Purpose.BENIGN for number in hits)
    assert session.rests.count(90) >= len(hits)


def test_a_budget_ends_the_parts_as_it_ends_keywords() -> None:
    """What is known is told, with the reason; never more is asked."""
    session = Session(Censor([("谣言",)]), [TEXT], budget=Questions(10, "the budget is spent"))
    session.run()
    assert len(session.asked) <= 10
    assert session.planner.ended_early == "the budget is spent"
    (case,) = session.settled
    assert case.isolation is not None
    assert not case.isolation.complete


def test_an_endpoint_that_is_given_up_tells_what_is_known() -> None:
    """And asks nothing more."""

    def disturb(question: Question, number: int) -> Observation | None:
        return CAPTCHA if number > 7 else None

    session = Session(Censor([("谣言",)]), [TEXT, "天气"], disturb=disturb)
    session.run()
    assert session.planner.given_up is not None
    by_text = {case.text: case for case in session.settled}
    isolation = by_text[TEXT].isolation
    assert isolation is not None
    assert isolation.reason == session.planner.given_up
    assert not session.inner.isolate(by_text[TEXT])


def test_many_keywords_are_isolated_beside_each_other() -> None:
    """A few at a time, each with questions of its own, although they ask about the same pieces."""
    texts = [f"{TEXT}{number}" for number in "一二三四五六七"]
    session = Session(Censor([("谣言",)]), texts)
    session.run(room=8)
    assert len(texts) > MOST_OPEN
    assert all(session.isolated(text) == [("谣言",)] for text in texts)
    assert len({one.id for one in session.asked}) == len(session.asked)


def test_weak_hits_of_parts_are_asked_again() -> None:
    """A 503 may be chance; what is found was hit twice at least."""
    weak = msgspec.structs.replace(NOTICE, weight=Weight.AMBIGUOUS, outcome=Outcome.BLOCKED)
    session = Session(Censor([("谣言",)]), [TEXT], hit=weak)
    session.run()
    assert session.isolated(TEXT) == [("谣言",)]
