"""Asking: a planner of controls and keywords, asked and answered by hand."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count, repeat
from typing import Any
from weakref import WeakKeyDictionary

from probe.judging.decision import decide as judge
from probe.model.exchange import Purpose, Question
from probe.model.keyword import Keyword
from probe.model.observation import Mechanism, Observation, Outcome, Weight
from probe.model.record import Answer
from probe.planning.allowance import Questions
from probe.planning.controls import ControlledPlanner
from probe.planning.plan import Decide, KeywordPlanner, Known
from probe.planning.rest import Rest
from probe.planning.schedule import Schedule
from tests.builders import make_endpoint, make_grounds, make_observation, make_question

SERVED = make_observation(Outcome.SERVED, weight=Weight.DETERMINATE)
NOTICE = make_observation(Outcome.BLOCKED, weight=Weight.DETERMINATE)
CUT = make_observation(Outcome.BLOCKED, mechanism=Mechanism.RESET, reason="reset")
ERROR = make_observation(Outcome.BLOCKED, mechanism=Mechanism.STATUS, reason="a 503")
EMPTY = make_observation(Outcome.EMPTY)
CAPTCHA = make_observation(Outcome.CHALLENGED, reason="a captcha")
LOGIN = make_observation(Outcome.LOGIN, reason="a login")
LIMIT = make_observation(Outcome.THROTTLED, reason="a 429", retry_after=7.0)
UNKNOWN = make_observation(Outcome.UNRECOGNISED, reason="unknown page")


def plan(
    count_: int,
    *,
    opening: int = 1,
    controls: dict[str, Any] | None = None,
    known: dict[str, Known] | None = None,
    budget: Questions | None = None,
    void: list[Question] | None = None,
    is_known: Callable[[], bool] = lambda: False,
    doubt: Callable[[], str | None] = lambda: None,
    decide: Decide | None = None,
    **limits: float,
) -> ControlledPlanner:
    """Keywords k0, k1, ... of which `known` were met in an earlier session."""
    endpoint = make_endpoint(
        limits={"block": 3, "patience": 2, "control_wait": 5, "residual_wait": 90, **limits},
        controls=controls or {},
    )
    definition, recalled = endpoint.definition, known or {}
    keywords = [Keyword(components=(f"k{number}",)) for number in range(count_)]
    inner = KeywordPlanner(
        endpoint,
        keywords,
        decide or (lambda seen: judge(seen, make_grounds(definition))),
        recall=lambda keyword: recalled.get(keyword.line),
    )
    words = (f"b{number}" for number in count())
    return ControlledPlanner(
        endpoint,
        inner,
        Schedule("example", definition, words, repeat("zzq"), keywords=count_),
        opening=opening,
        allowances=[] if budget is None else [budget],
        on_void=(void if void is not None else []).append,
        is_known=is_known,
        doubt=doubt,
    )


def ask(planner: ControlledPlanner, room: int = 1) -> list[str]:
    """The texts of the next questions; `C` for a benign control, `X` for a canary, `N` for nonsense."""
    letters = {Purpose.BENIGN: "C", Purpose.CANARY: "X", Purpose.NONSENSE: "N"}
    return [letters.get(one.purpose, one.text) for one in take(planner, room)]


def take(planner: ControlledPlanner, room: int = 1) -> list[Question]:
    questions = planner.ready(room)
    _UNDER_WAY.setdefault(planner, []).extend(questions)
    return questions


_UNDER_WAY: WeakKeyDictionary[ControlledPlanner, list[Question]] = WeakKeyDictionary()


def answer(planner: ControlledPlanner, observation: Observation, *, which: int = 0) -> Rest | None:
    """Answer the oldest question under way, or another one."""
    return planner.tell(_UNDER_WAY[planner].pop(which), observation)


def settled(planner: ControlledPlanner) -> list[str]:
    return [case.text for case in planner.take_settled()]


def passes(planner: ControlledPlanner, *expected: str) -> None:
    """The next questions, one at a time, are all served."""
    for text in expected:
        assert ask(planner) == [text]
        answer(planner, SERVED)


def pending(word: str, observation: Observation, attempt: int = 1) -> Known:
    kept = Answer(question=make_question(word, attempt=attempt), observation=observation)
    return Known(pending=[kept], attempts=attempt)
