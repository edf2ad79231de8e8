"""Do all parts of planning together ask what they should, whatever is answered?"""

from __future__ import annotations

from collections.abc import Callable
from itertools import cycle, repeat
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probe.judging.comparison import Comparison
from probe.judging.decision import decide, grounds
from probe.judging.rates import Rates
from probe.judging.verdict import Circumstances, conclude
from probe.model.exchange import Purpose, Question
from probe.model.keyword import Keyword
from probe.model.observation import Mechanism, Observation, Outcome, Weight
from probe.model.record import Answer
from probe.planning.allowance import Questions
from probe.planning.controls import ControlledPlanner
from probe.planning.plan import KeywordPlanner, Known
from probe.planning.schedule import Schedule
from tests.builders import (
    SERVED_RULE,
    make_endpoint,
    make_grounds,
    make_keyword,
    make_observation,
    make_question,
)
from tests.planning.asking import (
    CAPTCHA,
    CUT,
    EMPTY,
    ERROR,
    LIMIT,
    LOGIN,
    NOTICE,
    SERVED,
    UNKNOWN,
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


LIKE_RULE = {"id": "like", "when": {"like": "benign"}, "outcome": "served"}
HELD = make_observation(Outcome.HELD)
DAY = make_observation(Outcome.THROTTLED, reason="a 429", retry_after=86400.0)
VERDICT = conclude(make_keyword(), make_endpoint(), [NOTICE], make_grounds(), Circumstances(), run="r")

ANSWERS = st.sampled_from(
    [SERVED, SERVED, SERVED, SERVED, NOTICE, CUT, ERROR, EMPTY, HELD, CAPTCHA, LIMIT, UNKNOWN, LOGIN, DAY]
)
"""Mostly normal ones; the last two end everything now and then."""
CALM = st.sampled_from([SERVED, SERVED, NOTICE, ERROR, EMPTY, HELD])
CONTROLS: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {},
    optional={
        "canaries": st.sampled_from([["x"], ["x", "y"]]),
        "truism": st.just("t {keyword}"),
        "reference": st.just("other"),
    },
)
KNOWN = st.sampled_from(["nothing", "verdict", "standing", "pending", "two pending", "void"])


class Watched(KeywordPlanner):
    """Notes which answers it is told and which are void, and holds them against the controls."""

    controls: list[tuple[int, int, bool]]
    """Of each benign control: when it was asked, when answered, and whether it passed."""
    asked: dict[str, int]
    answered: dict[str, int]
    about: set[str]
    """Questions about keywords that were answered."""
    recalled: set[str]
    told: list[str]
    voided: list[str]

    def watch(self, now: Callable[[], int]) -> None:
        self.now = now
        self.controls, self.asked, self.answered = [], {}, {}
        self.about, self.recalled = set(), set()
        self.told, self.voided = [], []

    def take_pending(self) -> list[Answer]:
        pending = super().take_pending()
        for one in pending:
            self.asked[one.question.id] = self.answered[one.question.id] = self.now() - 1
            self.recalled.add(one.question.id)
        return pending

    def tell(self, question: Question, observation: Observation) -> str | None:
        self.told.append(question.id)
        # What the reference says, and "too many", need nobody to vouch for them.
        if question.purpose is not Purpose.REFERENCE and observation.outcome is not Outcome.THROTTLED:
            asked, answered = self.asked[question.id], self.answered[question.id]
            passed = [one for one in self.controls if one[0] > answered and one[2]]
            assert passed, "it counts, and no control that was asked after it has passed"
            failed = [one for one in self.controls if one[1] > asked and not one[2]]
            assert not failed, "it counts, although a control failed after it was asked"
            doubtful = observation.weight is Weight.AMBIGUOUS and observation.outcome is Outcome.BLOCKED
            assert len(passed) >= 2 or not (doubtful and self.was_hit(question)), "a hit confirms too easily"
        return super().tell(question, observation)

    def void(self, question: Question, reason: str) -> None:
        self.voided.append(question.id)
        super().void(question, reason)


class Machine:
    """All of planning, with the judging that learns from the controls; asked and answered at random."""

    def __init__(self, data: st.DataObject, *, budget: int | None = None, calm: bool = False) -> None:
        """In a `calm` one all benign controls are served, and nothing comes between questions and answers."""
        self.data = data
        self.calm = calm
        self.room = data.draw(st.integers(1, 5), "room")
        self.words = [f"k{number}" for number in range(data.draw(st.integers(0, 7), "keywords"))]
        self.known = dict(zip(self.words, data.draw(st.lists(KNOWN, max_size=4), "known"), strict=False))
        compares = data.draw(st.booleans(), "compares")
        controls = data.draw(CONTROLS, "controls")
        share = {"share": 0.2} if "reference" in controls else {}
        endpoint = make_endpoint(
            rules=[SERVED_RULE, LIKE_RULE] if compares else [SERVED_RULE],
            controls={**controls, **share},
            limits={"block": 3, "patience": 3, "longest_wait": 600},
        )
        definition = endpoint.definition
        self.rates, self.comparison = Rates(definition), Comparison(definition)
        self.inner = Watched(
            endpoint,
            [Keyword(components=(word,)) for word in self.words],
            lambda seen: decide(seen, grounds(definition, self.rates, self.comparison, frozenset())),
            recall=self.recall,
        )
        self.inner.watch(lambda: self.now)
        self.kept_void: list[str] = []
        self.planner = ControlledPlanner(
            endpoint,
            self.inner,
            Schedule(
                "example", definition, cycle(["b0", "b1", "b2"]), repeat("zzq"), keywords=len(self.words)
            ),
            opening=2 if compares else 1,
            allowances=[] if budget is None else [Questions(budget, "spent")],
            on_void=lambda question: self.kept_void.append(question.id),
        )
        self.under_way: list[Question] = []
        self.ends: list[str] = []
        self.now = 0

    def recall(self, keyword: Keyword) -> Known | None:
        answers = [
            Answer(question=make_question(keyword.line, attempt=attempt), observation=ERROR)
            for attempt in (1, 2)
        ]
        match self.known.get(keyword.line):
            case "verdict":
                return Known(verdict=VERDICT, attempts=1)
            case "standing":
                return Known(standing=answers[:1], attempts=1)
            case "pending":
                return Known(standing=answers[:1], pending=answers[1:], attempts=2)
            case "two pending":
                return Known(pending=answers, attempts=2)
            case "void":
                return Known(attempts=2)
        return None

    def run(self) -> None:
        """Ask and answer until all is done, then take what is left. Fails where nothing moves any more."""
        for _ in range(5000):
            self.now += 1
            if not self.under_way and self.planner.is_done:
                return self.close()
            ready = self.planner.ready(self.room - len(self.under_way))
            for question in ready:
                self.send(question)
            moved = self.settle() or bool(ready)
            if not self.under_way:
                assert moved or self.planner.is_done, "nothing under way, nothing ready, not done: it hangs"
                continue
            place = self.data.draw(st.integers(0, len(self.under_way) - 1))
            self.answer(self.under_way.pop(place), self.data.draw(CALM if self.calm else ANSWERS))
            self.settle()
        raise AssertionError("it does not end")

    def close(self) -> None:
        if self.planner.given_up is not None:
            self.ends += [case.text for case in self.planner.abandon("given up")]

    def send(self, question: Question) -> None:
        assert question.id not in self.inner.asked, "asked twice under one number"
        special = (Purpose.CANARY, Purpose.NONSENSE)
        here = [one for one in self.under_way if one.purpose is not Purpose.REFERENCE]
        if question.purpose in special or any(one.purpose in special for one in here):
            assert not here, "a canary is not alone"
        self.under_way.append(question)
        self.inner.asked[question.id] = self.now

    def answer(self, question: Question, observation: Observation) -> None:
        self.now += 1
        if self.calm and question.purpose is Purpose.BENIGN:
            observation = SERVED
        observation = msgspec.structs.replace(observation, purpose=question.purpose, question=question.id)
        self.inner.answered[question.id] = self.now
        if question.components[0] in self.words:
            self.inner.about.add(question.id)
        if question.purpose is Purpose.BENIGN and observation.outcome is not Outcome.THROTTLED:
            passed = observation.outcome is Outcome.SERVED
            self.inner.controls.append((self.inner.asked[question.id], self.now, passed))
        self.rates.learn(question, observation)
        self.comparison.learn(question, observation)
        self.planner.tell(question, observation)

    def settle(self) -> bool:
        settled = self.planner.take_settled()
        for case in settled:
            if self.planner.reopen(case):
                continue
            self.ends.append(case.text)
            if any(one.is_cut for one in case.observations):
                self.rates.found(Mechanism.RESET)  # as a verdict teaches: those settled with it need more now
        return bool(settled)


@settings(max_examples=400)
@given(st.data())
def test_whatever_is_answered_every_keyword_ends_once_and_vouched_for(data: st.DataObject) -> None:
    """The machine never hangs, never loses or doubles a keyword, and never counts an answer that no control vouches for."""
    machine = Machine(data)
    machine.run()
    assert sorted(machine.ends) == machine.words
    assert machine.kept_void == machine.inner.voided
    told_or_void = machine.inner.told + machine.inner.voided
    assert len(set(told_or_void)) == len(told_or_void)


@settings(max_examples=300)
@given(st.data(), st.integers(0, 60), st.booleans())
def test_no_budget_is_ever_overdrawn_and_what_it_asked_is_closed(
    data: st.DataObject, budget: int, calm: bool
) -> None:
    """Whatever is answered; and where the controls are served, no answer is left without those that it needs."""
    machine = Machine(data, budget=budget, calm=calm)
    machine.run()
    planner, inner = machine.planner, machine.inner
    assert len(inner.answered) - len(inner.recalled) <= budget
    assert len(set(machine.ends)) == len(machine.ends)
    if planner.given_up is None and planner.ended_early is None:
        assert sorted(machine.ends) == machine.words
    if calm:
        assert planner.given_up is None
        assert set(inner.told) | set(inner.voided) == inner.about | inner.recalled
