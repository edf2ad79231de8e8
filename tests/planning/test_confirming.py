"""Is what a change rests on asked once more, at the end and until it is firm, and is nothing lost by that?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from probe.judging.decision import Next
from probe.model.exchange import Question
from probe.model.keyword import Keyword
from probe.model.observation import Observation
from probe.planning.confirming import ConfirmingPlanner
from probe.planning.plan import MOST_VOID, Case, Decide, KeywordPlanner
from tests.builders import make_endpoint

from .asking import CUT, SERVED


def until(number: int) -> Decide:
    """Asks so often."""
    return lambda seen: Next.SETTLE if len(seen) >= number else Next.CONFIRM


@dataclass
class Session:
    """Keywords that are asked twice, and once more four times if `wanted` says so."""

    words: Sequence[str]
    wanted: Callable[[Case], bool] = lambda case: case.observations[0] is CUT
    asked: list[str] = field(default_factory=list)
    settled: list[Case] = field(default_factory=list)
    planner: ConfirmingPlanner = field(init=False)

    def __post_init__(self) -> None:
        endpoint = make_endpoint()
        keywords = [Keyword(components=(word,)) for word in self.words]
        self.planner = ConfirmingPlanner(
            KeywordPlanner(endpoint, keywords, until(2)), KeywordPlanner(endpoint, (), until(4))
        )

    def next(self, room: int = 1) -> list[Question]:
        questions = self.planner.ready(room)
        self.asked += [one.text for one in questions]
        return questions

    def take(self) -> None:
        """As the assembly does: what comes back is not settled yet."""
        for case in self.planner.take_settled():
            self.finish(case)

    def finish(self, case: Case) -> None:
        if self.planner.reopen(case):
            return
        if self.planner.may_confirm(case) and self.wanted(case) and self.planner.confirm(case):
            return
        self.settled.append(case)

    def run(self, answer: Callable[[Question], Observation], *, most: int = 100) -> None:
        while not self.planner.is_done and len(self.asked) < most:
            for question in self.next():
                self.planner.tell(question, answer(question))
            self.take()

    def counts(self) -> dict[str, int]:
        return {case.text: len(case.observations) for case in self.settled}


def cut(*words: str) -> Callable[[Question], Observation]:
    return lambda question: CUT if question.text in words else SERVED


def test_what_changed_is_asked_again_when_all_else_is_done() -> None:
    """Trouble that looked like censorship has passed by then, perhaps; what did not change costs nothing more."""
    session = Session(["k0", "k1", "k2"])
    session.run(cut("k1"))
    assert session.asked == ["k0", "k0", "k1", "k1", "k2", "k2", "k1", "k1"]
    assert session.counts() == {"k0": 2, "k2": 2, "k1": 4}
    assert session.planner.is_done
    assert not session.planner.has_more


def test_questions_asked_again_have_numbers_of_their_own() -> None:
    """Else the store would take their answers for those that it has."""
    session = Session(["k0"])
    attempts = []
    while not session.planner.is_done:
        for question in session.next():
            attempts.append(question.attempt)
            session.planner.tell(question, CUT)
        session.take()
    assert attempts == [1, 2, 3, 4]


def test_a_keyword_comes_back_once() -> None:
    """Whatever is still wanted of it then."""
    session = Session(["k0"], wanted=lambda case: True)
    session.run(cut())
    assert session.counts() == {"k0": 4}


def test_what_is_broken_off_keeps_what_was_found() -> None:
    """A budget that is spent takes no verdict away: neither of what waits, nor of what is under way."""
    for asked in (4, 5):
        session = Session(["k0", "k1"])
        while len(session.asked) < asked:
            for question in session.next():
                session.planner.tell(question, CUT)
            session.take()
        for case in session.planner.tell_known():
            session.finish(case)
        assert {one.text: one.why_not for one in session.settled} == {"k0": None, "k1": None}
        assert min(session.counts().values()) == 2
        assert not session.planner.take_settled()


def test_an_endpoint_that_is_given_up_keeps_it_too() -> None:
    """Only what was never settled is abandoned."""
    session = Session(["k0", "k1"])
    for _ in range(2):
        (question,) = session.next()
        session.planner.tell(question, CUT)
    session.take()
    for case in session.planner.abandon("captchas"):
        session.finish(case)
    assert {one.text: one.why_not for one in session.settled} == {"k0": None, "k1": "captchas"}


def test_answers_that_no_control_vouches_for_take_nothing_away() -> None:
    """After so many the verdict stands as it was before them."""
    session = Session(["k0"])
    for _ in range(2):
        (question,) = session.next()
        session.planner.tell(question, CUT)
    session.take()
    while not session.planner.is_done and len(session.asked) < 50:
        for question in session.next():
            session.planner.void(question, "a captcha")
        session.take()
    assert len(session.asked) == 2 + MOST_VOID
    assert [(one.text, one.why_not, len(one.observations)) for one in session.settled] == [("k0", None, 2)]


def test_what_was_told_in_an_earlier_session_stays_told() -> None:
    """A verdict that stands, or a keyword that could not be asked, is not asked about again."""
    session = Session(["k0"], wanted=lambda case: True)
    plain: dict[str, Any] = {"keyword": Keyword(components=("k1",)), "text": "k1"}
    assert not session.planner.confirm(Case(**plain, why_not="too long"))
    assert session.planner.confirm(Case(**plain, observations=[CUT, CUT]))
    assert not session.planner.confirm(Case(**plain, observations=[CUT, CUT]))


def test_a_hit_is_known_to_be_one_wherever_it_was_seen() -> None:
    """Whoever puts controls around asks about the question, whichever of the two planners it is of."""
    session = Session(["k0"])
    for _ in range(2):
        (question,) = session.next()
        session.planner.tell(question, msgspec.structs.replace(CUT, reason="again"))
    session.wanted = lambda case: True
    session.take()
    (question,) = session.next()
    assert session.planner.was_hit(question)


def lose(session: Session, times: int) -> None:
    """So many answers for which no control vouches."""
    for _ in range(times):
        (question,) = session.next()
        session.planner.void(question, "a reset")
    session.take()


def test_what_controls_that_failed_left_open_is_asked_again() -> None:
    """They failed by chance, perhaps: at the end there is time to see. If they fail again, the reason stands."""
    for again, reason in (
        (0, None),
        (MOST_VOID, f"controls failed after each of {MOST_VOID} askings (a reset)"),
    ):
        session = Session(["k0"], wanted=lambda case: True)
        lose(session, MOST_VOID)
        assert session.settled == []
        lose(session, again)
        session.run(cut("k0"))
        (case,) = session.settled
        assert (case.why_not, len(case.observations)) == (reason, 0 if again else 4)


def test_nothing_is_asked_again_while_another_keyword_is_open() -> None:
    """Room alone is no reason: what waits is asked when all others have their verdict."""
    session = Session(["k0", "k1"])
    for _ in range(2):
        (question,) = session.next()
        session.planner.tell(question, CUT)
    session.take()
    (question,) = session.next()
    assert session.next(5) == []
    assert not session.planner.has_more
    session.planner.tell(question, SERVED)
    session.run(cut())
    assert session.asked == ["k0", "k0", "k1", "k1", "k0", "k0"]
