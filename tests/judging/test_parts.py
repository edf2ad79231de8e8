"""What do the answers about a part of a keyword say?"""

from __future__ import annotations

from typing import Any

import pytest

from probe.judging.comparison import Comparison
from probe.judging.decision import Grounds, Next
from probe.judging.parts import PROVEN, expect_part, read_part
from probe.judging.rates import TRIGGER, Rates
from probe.model.exchange import Purpose
from probe.model.observation import Mechanism, Observation, Outcome, Weight
from probe.model.verdict import Certainty, Status
from tests.builders import make_definition, make_grounds, make_observation, make_question
from tests.showing.samples import a_verdict

SERVED = make_observation(Outcome.SERVED, weight=Weight.DETERMINATE)
NOTICE = make_observation(Outcome.BLOCKED, weight=Weight.DETERMINATE, mechanism=Mechanism.NOTICE)
RESET = make_observation(Outcome.BLOCKED, mechanism=Mechanism.RESET)
EMPTY = make_observation(Outcome.EMPTY, mechanism=Mechanism.EMPTY)
CAPTCHA = make_observation(Outcome.CHALLENGED)
THERE = make_observation(Outcome.SERVED, purpose=Purpose.REFERENCE, count=10)
NOT_THERE = make_observation(Outcome.EMPTY, purpose=Purpose.REFERENCE, count=0)
WITH_RESULTS = make_observation(Outcome.SERVED, purpose=Purpose.TRUISM)
WITHOUT = make_observation(Outcome.EMPTY, purpose=Purpose.TRUISM)

TRUISM: dict[str, Any] = {"truism": "天气 OR {keyword}"}
REFERENCE: dict[str, Any] = {"reference": "other"}


def ground(controls: dict[str, Any] | None = None) -> Grounds:
    return make_grounds(make_definition(controls=controls or {}))


@pytest.mark.parametrize(
    ("observations", "mechanism", "controls", "expected"),
    [
        ([], Mechanism.NOTICE, {}, (Next.RETRY, "unknown")),
        ([SERVED], Mechanism.NOTICE, {}, (Next.SETTLE, "clean")),
        ([NOTICE], Mechanism.NOTICE, {}, (Next.SETTLE, "blocked")),
        ([RESET], Mechanism.RESET, {}, (Next.SETTLE, "blocked")),
        ([EMPTY], Mechanism.NOTICE, TRUISM, (Next.SETTLE, "clean")),
        ([CAPTCHA], Mechanism.NOTICE, {}, (Next.RETRY, "unknown")),
        ([CAPTCHA, SERVED], Mechanism.NOTICE, {}, (Next.SETTLE, "clean")),
        ([CAPTCHA] * 3, Mechanism.NOTICE, {}, (Next.SETTLE, "unknown")),
        ([CAPTCHA, CAPTCHA, EMPTY, CAPTCHA], Mechanism.EMPTY, TRUISM, (Next.TRUISM, "unknown")),
        ([EMPTY], Mechanism.EMPTY, {}, (Next.SETTLE, "unknown")),
        ([EMPTY], Mechanism.EMPTY, TRUISM, (Next.TRUISM, "unknown")),
        ([EMPTY, WITHOUT], Mechanism.EMPTY, TRUISM, (Next.SETTLE, "blocked")),
        ([WITHOUT], Mechanism.EMPTY, TRUISM, (Next.SETTLE, "blocked")),
        ([WITH_RESULTS], Mechanism.EMPTY, TRUISM, (Next.SETTLE, "clean")),
        ([EMPTY], Mechanism.EMPTY, REFERENCE, (Next.REFERENCE, "unknown")),
        ([EMPTY, THERE], Mechanism.EMPTY, REFERENCE, (Next.SETTLE, "blocked")),
        ([EMPTY, NOT_THERE], Mechanism.EMPTY, REFERENCE, (Next.SETTLE, "clean")),
        ([SERVED], Mechanism.EMPTY, REFERENCE, (Next.SETTLE, "clean")),
        ([SERVED], Mechanism.COUNT, {**REFERENCE, "share": 0.5}, (Next.REFERENCE, "unknown")),
    ],
)
def test_each_course_of_answers_has_its_meaning(
    observations: list[Observation],
    mechanism: Mechanism,
    controls: dict[str, Any],
    expected: tuple[Next, str],
) -> None:
    """Zero results mean something only where the whole keyword is censored by them, and beside a comparison."""
    reading = read_part(observations, mechanism, ground(controls))
    assert (reading.next, reading.word, reading.step) == (*expected, expected[0].value)


def test_few_results_beside_the_reference_are_a_hit() -> None:
    """As they are for a keyword."""
    few = make_observation(Outcome.SERVED, count=2)
    reading = read_part([few, THERE], Mechanism.COUNT, ground({**REFERENCE, "share": 0.5}))
    assert reading.word == "blocked"


def test_where_the_truism_itself_fails_zero_results_say_nothing() -> None:
    """Inside it least of all."""
    definition = make_definition(controls=TRUISM)
    comparison = Comparison(definition)
    nonsense = make_question("天气 OR zzq", purpose=Purpose.NONSENSE)
    comparison.learn(
        type(nonsense)(
            endpoint="e", purpose=Purpose.NONSENSE, components=("zzq",), text="天气 OR zzq", attempt=1
        ),
        make_observation(Outcome.EMPTY, purpose=Purpose.NONSENSE),
    )
    given = make_grounds(definition, comparison=comparison)
    assert read_part([WITHOUT], Mechanism.EMPTY, given).word == "unknown"


def test_a_reference_that_does_not_answer_leaves_it_unknown() -> None:
    """After as many tries as others get."""
    lost = make_observation(Outcome.FAILED, purpose=Purpose.REFERENCE)
    given = ground(REFERENCE)
    assert read_part([EMPTY, lost], Mechanism.EMPTY, given).next is Next.REFERENCE
    reading = read_part([EMPTY, lost, lost, lost], Mechanism.EMPTY, given)
    assert (reading.next, reading.word) == (Next.SETTLE, "unknown")


def test_a_proof_is_trusted_more_than_what_may_be_chance() -> None:
    """A notice is hardly ever wrong, a reset as often as the controls allow."""
    assert read_part([NOTICE], Mechanism.NOTICE, ground()).false == PROVEN
    assert read_part([RESET], Mechanism.RESET, ground()).false >= 0.02
    assert read_part([SERVED], Mechanism.RESET, ground()).miss == pytest.approx(1 - TRIGGER)


def test_what_is_expected_follows_from_the_verdict() -> None:
    """And from what the canaries of the run showed of the censor."""
    definition = make_definition(deciding={"trigger_rate": 0.75})
    rates = Rates(definition)
    sure = a_verdict("谣言", "example", "B")
    assert (sure.status, sure.certainty) == (Status.BLOCKED, Certainty.CONFIRMED)
    miss, false = expect_part(sure, rates)
    assert (miss, false) == (0.25, PROVEN)
    likely = a_verdict("谣言", "example", "R")
    assert expect_part(likely, rates)[1] >= 0.02
