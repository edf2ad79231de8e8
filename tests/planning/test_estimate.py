"""What will it cost?"""

from __future__ import annotations

from typing import Any

import pytest

from probe.events import PlannedEndpoint
from probe.model.observation import Outcome
from probe.planning.estimate import clearing, estimate, isolating
from tests.builders import SERVED_RULE, make_endpoint

CUT = {"id": "cut", "when": [{"status": 500}, {"failure": "connection_reset"}], "outcome": "blocked"}
LIKE = {"id": "like", "when": {"like": "benign"}, "outcome": Outcome.SERVED.value}


def plan(keywords: int = 100, *, opening: int = 1, trigger: float = 0.9995, **parts: Any) -> PlannedEndpoint:
    return estimate(make_endpoint(**parts), keywords, ["h:80"], opening=opening, trigger=trigger)


@pytest.mark.parametrize(
    ("trigger", "error_rate", "answers"),
    [(0.9995, 1e-3, 1), (0.9, 1e-3, 3), (0.75, 1e-3, 5), (0.5, 1e-3, 10), (0.75, 0.1, 2)],
)
def test_the_rarer_a_censor_acts_the_more_normal_answers_clear_a_keyword(
    trigger: float, error_rate: float, answers: int
) -> None:
    """The same numbers as the decision needs."""
    assert clearing(trigger, error_rate) == answers


def test_at_best_each_keyword_is_asked_once_and_each_block_closed() -> None:
    """100 keywords in blocks of 20: one opening control and five more."""
    planned = plan(limits={"rate": 2})
    assert (planned.questions, planned.seconds) == (106, 53.0)
    assert planned.unverified
    assert planned.hosts == ("h:80",)


def test_where_a_censor_misses_often_normal_answers_cost_five_times_as_much() -> None:
    """And so do their blocks."""
    assert plan(trigger=0.75).questions == 500 + 1 + 25


def test_at_worst_each_keyword_is_asked_as_often_as_may_be() -> None:
    """Twenty times, with one control after its first hit and two after each further one."""
    assert plan().most_questions == 100 * (20 + 1 + 19 * 2) + 4 + 5
    assert plan(deciding={"attempts": 4}).most_questions == 100 * (4 + 1 + 3 * 2) + 4 + 5
    assert plan(deciding={"attempts": 4}, trigger=0.75).most_questions == 100 * (5 + 1 + 4 * 2) + 4 + 25


def test_residual_waits_are_added_where_cuts_are_read() -> None:
    """At worst every keyword is cut, twice."""
    parts: dict[str, Any] = {"rules": [CUT], "limits": {"rate": None, "concurrency": 5, "residual_wait": 100}}
    planned = plan(10, opening=2, **parts)
    assert planned.seconds == pytest.approx((10 + 2 + 1) * 0.1)
    assert planned.most_seconds == pytest.approx((10 * (20 + 39) + 4 * 2 + 1) * 0.1 + 2000)


def test_controls_before_the_first_keyword_are_counted() -> None:
    """Nonsense where answers are compared, the truism's trial, the reference's benign words, canaries."""
    plain = plan().questions
    assert plan(rules=[SERVED_RULE, LIKE]).questions == plain + 2
    assert plan(controls={"truism": "a {keyword}"}).questions == plain + 1
    assert plan(controls={"canaries": ["x"]}).questions == plain + 2
    assert plan(controls={"canaries": [str(number) for number in range(20)]}).questions == plain + 6


def test_numbers_that_are_compared_cost_a_further_question_each() -> None:
    """At the reference, or inside the truism, whose normal answer counts as one of the keyword's."""
    blocks = 100 * 2 // 20
    reference, truism = {"reference": "other", "share": 0.2}, {"truism": "a {keyword}", "share": 0.2}
    assert plan(controls=reference).questions == 200 + 1 + 2 + blocks
    assert plan(controls=truism).questions == 200 + 1 + 1 + blocks
    assert plan(controls=truism, trigger=0.75).questions == 500 + 1 + 1 + 25


def test_nothing_to_ask_costs_nothing() -> None:
    """Not even a control."""
    planned = plan(0, controls={"canaries": ["x"]})
    assert (planned.questions, planned.most_questions, planned.seconds) == (0, 0, 0)


def test_a_message_takes_the_time_of_its_delivery() -> None:
    """At best it is there at the first look, at worst never; several under way share the time."""
    limits = {"rate": 100, "concurrency": 2, "block": 10}
    back = {
        "request": {"url": "http://h.example/m"},
        "messages": {"json": "messages"},
        "after": 2.0,
        "within": 30.0,
        "again_after": 3.0,
    }
    plain, message = plan(10, limits=limits), plan(10, limits=limits, message={"read_back": back})
    assert plain.questions == message.questions
    assert message.seconds == message.questions * 2.5
    assert message.most_seconds == message.most_questions * 16.5


def test_a_verdict_that_takes_several_answers_costs_them() -> None:
    once, often = (plan(10, deciding={"least": least}) for least in (1, 5))
    assert often.questions - once.questions >= 40
    assert (once.askings, often.askings) == (1, 5)


@pytest.mark.parametrize(
    ("characters", "trigger", "least", "most"),
    [
        (40, 0.9995, 9, 11),
        (400, 0.9995, 12, 15),
        (4000, 0.9995, 16, 18),
        (40, 0.75, 20, 25),
        (400, 0.75, 26, 32),
    ],
)
def test_isolating_costs_what_benchmarks_measured(
    characters: int, trigger: float, least: int, most: int
) -> None:
    """For one component: a question for each doubling of the text, more where the censor misses."""
    assert least <= isolating(characters, trigger, 0.001) <= most
