"""What do observations mean?"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.judging.verdict import conclude
from probe.model.exchange import Failure
from probe.model.observation import Manner, Mechanism, Observation, Outcome, Weight
from probe.model.run import ControlCounts
from probe.model.verdict import Certainty, Status, Verdict
from tests.builders import make_endpoint, make_keyword, make_observation

SERVED = make_observation(Outcome.SERVED, weight=Weight.DETERMINATE, reason="a normal answer")
NOTICE = make_observation(
    Outcome.BLOCKED,
    weight=Weight.DETERMINATE,
    manner=Manner.EXPLICIT,
    mechanism=Mechanism.NOTICE,
    reason="a notice",
)
SOURCES = make_observation(Outcome.FILTERED, weight=Weight.DETERMINATE, manner=Manner.EXPLICIT)
CUT = make_observation(
    Outcome.BLOCKED, mechanism=Mechanism.RESET, failure=Failure.CONNECTION_RESET, reason="connection reset"
)
HELD = make_observation(Outcome.HELD)
EMPTY = make_observation(Outcome.EMPTY, reason="zero results")
SILENT = [
    make_observation(outcome)
    for outcome in (
        Outcome.CHALLENGED,
        Outcome.LOGIN,
        Outcome.THROTTLED,
        Outcome.FAILED,
        Outcome.UNRECOGNISED,
    )
]


def judge(*observations: Observation, **more: Any) -> Verdict:
    return conclude(make_keyword("谣言"), make_endpoint(), observations, run="r", **more)


@pytest.mark.parametrize(
    ("observations", "status", "certainty"),
    [
        ([SERVED], Status.OK, None),
        ([NOTICE], Status.BLOCKED, Certainty.CONFIRMED),
        ([SOURCES], Status.FILTERED, Certainty.CONFIRMED),
        ([CUT, CUT], Status.BLOCKED, Certainty.LIKELY),
        ([HELD, HELD], Status.FILTERED, Certainty.LIKELY),
        ([CUT, SERVED], Status.OK, None),
        ([CUT], Status.INCONCLUSIVE, None),
        ([EMPTY, EMPTY], Status.INCONCLUSIVE, None),
        ([EMPTY, CUT], Status.INCONCLUSIVE, None),
        ([CUT, HELD], Status.INCONCLUSIVE, None),
        ([CUT, NOTICE], Status.BLOCKED, Certainty.CONFIRMED),
        ([SERVED, NOTICE], Status.BLOCKED, Certainty.CONFIRMED),
        ([], Status.UNMEASURED, None),
        (SILENT, Status.UNMEASURED, None),
    ],
)
def test_each_course_of_answers_has_its_status(
    observations: list[Observation], status: Status, certainty: Certainty | None
) -> None:
    """The table of what answers mean: nothing is `ok` without a normal answer, nothing blocked by one ambiguous hit."""
    verdict = judge(*observations)
    assert (verdict.status, verdict.certainty) == (status, certainty)


def test_a_determinate_hit_without_the_platforms_word_is_only_likely() -> None:
    """`confirmed` takes an artefact: a rule alone, however sure, is not one."""
    implicit = make_observation(Outcome.BLOCKED, weight=Weight.DETERMINATE, manner=Manner.IMPLICIT)
    assert judge(implicit).certainty is Certainty.LIKELY


def test_noise_in_the_controls_raises_the_bar() -> None:
    """Two hits are not enough where chance could bring them."""
    verdict = judge(CUT, CUT, tries=3)
    assert verdict.status is Status.INCONCLUSIVE
    assert "2 times only" in verdict.reason


def test_contradictions_are_counted_not_averaged() -> None:
    """A normal answer after a hit leaves the hit in the counts and in the reason."""
    verdict = judge(CUT, SERVED, void=1, controls=ControlCounts(passed=4, failed=1))
    assert (verdict.counts.asked, verdict.counts.agreeing, verdict.counts.contradicting) == (3, 1, 1)
    assert (verdict.counts.void, verdict.counts.controls_passed, verdict.counts.controls_failed) == (1, 4, 1)
    assert "1 other answer was not" in verdict.reason


def test_the_verdict_carries_the_telling_observation() -> None:
    """Mechanism, rule and failure are those of the evidence, not of the last answer."""
    verdict = judge(CUT, CUT, *SILENT)
    assert verdict.mechanism is Mechanism.RESET
    assert verdict.failure is Failure.CONNECTION_RESET
    assert verdict.rule == "rule-blocked"
    assert verdict.reason == "connection reset, seen 2 times while controls were served"


def test_an_endpoint_given_up_leaves_its_reason() -> None:
    """What was never asked says why."""
    verdict = judge(why_not="3 controls in a row failed: a captcha")
    assert (verdict.status, verdict.reason) == (Status.UNMEASURED, "3 controls in a row failed: a captcha")
    assert verdict.first_asked is None


def test_one_hit_before_giving_up_stays_open() -> None:
    """An endpoint that breaks down after one ambiguous hit does not make it proof."""
    verdict = judge(CUT, why_not="a captcha")
    assert verdict.status is Status.INCONCLUSIVE
    assert verdict.reason.endswith("once only, then: a captcha")


def test_an_answer_that_says_nothing_keeps_both_reasons() -> None:
    """Why asking ended, and what the last answer was."""
    assert judge(SILENT[0], why_not="given up").reason == "given up; last answer: seen"


def test_times_are_utc() -> None:
    """RFC 3339 with a Z, of the first and the last asking."""
    late = make_observation(Outcome.SERVED, weight=Weight.DETERMINATE, started=1_000_060.5)
    verdict = judge(CUT, late)
    assert verdict.first_asked == "1970-01-01T00:16:40.000Z"
    assert verdict.last_asked == "1970-01-12T13:47:40.500Z"


OBSERVATIONS = st.builds(
    make_observation,
    st.sampled_from(Outcome),
    weight=st.sampled_from(Weight),
    manner=st.sampled_from([None, *Manner]),
)


@given(st.lists(OBSERVATIONS, max_size=7), st.integers(2, 6))
def test_no_course_of_answers_makes_a_false_claim(observations: list[Observation], tries: int) -> None:
    """Whatever is seen: `ok` has a normal answer, a claim has a proof or enough hits, silence claims nothing."""
    verdict = judge(*observations, tries=tries)
    hits = [one for one in observations if one.outcome.is_hit]
    if verdict.status is Status.OK:
        assert any(one.outcome is Outcome.SERVED for one in observations)
    if verdict.status in (Status.BLOCKED, Status.FILTERED):
        assert len(hits) >= tries or any(one.weight is Weight.DETERMINATE for one in hits)
        assert verdict.certainty is not None
    else:
        assert verdict.certainty is None
    if not any(one.outcome.is_evidence for one in observations):
        assert verdict.status is Status.UNMEASURED
    evidence = sum(one.outcome.is_evidence for one in observations)
    if verdict.status is not Status.UNMEASURED:
        assert verdict.counts.agreeing + verdict.counts.contradicting == evidence
