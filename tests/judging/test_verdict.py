"""What do observations mean?"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.judging.decision import is_cleared, proves_itself
from probe.judging.verdict import Circumstances, conclude, pair_id
from probe.model.definition import Definition
from probe.model.exchange import Failure, Purpose
from probe.model.observation import Manner, Mechanism, Observation, Outcome, Weight
from probe.model.run import ControlCounts
from probe.model.verdict import Certainty, Status, Verdict
from tests.builders import make_definition, make_endpoint, make_grounds, make_keyword, make_observation

SERVED = make_observation(Outcome.SERVED, weight=Weight.DETERMINATE, reason="a normal answer")
NOTICE = make_observation(
    Outcome.BLOCKED,
    weight=Weight.DETERMINATE,
    manner=Manner.EXPLICIT,
    mechanism=Mechanism.NOTICE,
    reason="a notice",
    rule="notice",
)
SOURCES = make_observation(Outcome.FILTERED, weight=Weight.DETERMINATE, manner=Manner.EXPLICIT)
CUT = make_observation(
    Outcome.BLOCKED, mechanism=Mechanism.RESET, failure=Failure.CONNECTION_RESET, reason="connection reset"
)
HELD = make_observation(Outcome.HELD, reason="held for review")
EMPTY = make_observation(Outcome.EMPTY, mechanism=Mechanism.EMPTY, reason="zero results")
INSIDE = make_observation(Outcome.SERVED, purpose=Purpose.TRUISM, reason="a normal answer", count=50)
GONE = make_observation(Outcome.EMPTY, purpose=Purpose.TRUISM, mechanism=Mechanism.EMPTY)
THERE = make_observation(Outcome.SERVED, purpose=Purpose.REFERENCE, reason="results there", count=50)
NOT_THERE = make_observation(Outcome.FAILED, purpose=Purpose.REFERENCE, reason="no such name")
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
DOUBT = "the canary «六四» was served too"
TRUISM = make_definition(controls={"truism": "天气 OR {keyword}"})
REFERENCE = make_definition(controls={"reference": "other"})
OFTEN = make_definition(deciding={"trigger_rate": 0.75})


def judge(
    *observations: Observation, definition: Definition | None = None, quiet: int = 50, **around: Any
) -> Verdict:
    given_ = make_grounds(definition, quiet=quiet)
    return conclude(
        make_keyword("谣言"), make_endpoint(), observations, given_, Circumstances(**around), run="r"
    )


@pytest.mark.parametrize(
    ("observations", "status", "certainty"),
    [
        ([SERVED], Status.OK, None),
        ([NOTICE], Status.BLOCKED, Certainty.CONFIRMED),
        ([SOURCES], Status.FILTERED, Certainty.CONFIRMED),
        ([CUT, CUT], Status.BLOCKED, Certainty.LIKELY),
        ([HELD, HELD], Status.FILTERED, Certainty.LIKELY),
        ([CUT, SERVED], Status.OK, None),
        ([CUT, SERVED, SERVED], Status.OK, None),
        ([CUT, CUT, SERVED], Status.INCONCLUSIVE, None),
        ([CUT], Status.INCONCLUSIVE, None),
        ([EMPTY, EMPTY], Status.INCONCLUSIVE, None),
        ([EMPTY, CUT], Status.INCONCLUSIVE, None),
        ([CUT, NOTICE], Status.BLOCKED, Certainty.CONFIRMED),
        ([SERVED, SERVED, NOTICE], Status.BLOCKED, Certainty.CONFIRMED),
        ([SOURCES, NOTICE], Status.BLOCKED, Certainty.CONFIRMED),
        ([], Status.UNMEASURED, None),
        (SILENT, Status.UNMEASURED, None),
    ],
)
def test_each_course_of_answers_has_its_status(
    observations: list[Observation], status: Status, certainty: Certainty | None
) -> None:
    """The table of what answers mean where a censor acts always: nothing is `ok` without normal answers that outweigh all
    else, nothing blocked by one ambiguous hit."""
    verdict = judge(*observations)
    assert (verdict.status, verdict.certainty) == (status, certainty)


@pytest.mark.parametrize(
    ("observations", "status"),
    [
        ([CUT, HELD], Status.FILTERED),
        ([CUT, HELD, HELD], Status.FILTERED),
        ([CUT, CUT, HELD], Status.BLOCKED),
        ([CUT, CUT, SOURCES], Status.FILTERED),
        ([HELD, NOTICE], Status.BLOCKED),
    ],
)
def test_of_hard_and_soft_hits_the_lesser_is_claimed_until_the_hard_ones_suffice(
    observations: list[Observation], status: Status
) -> None:
    """`blocked` must be shown without what is only soft; a proof goes before what is inferred."""
    assert judge(*observations).status is status


def test_where_a_censor_misses_often_one_normal_answer_is_not_ok() -> None:
    """At three acts in four it takes five."""
    verdict = judge(*[SERVED] * 4, definition=OFTEN)
    assert verdict.status is Status.INCONCLUSIVE
    assert verdict.reason == "a normal answer, 4 times only, which is not enough to rule out censorship"
    assert judge(*[SERVED] * 5, definition=OFTEN).status is Status.OK


def test_a_determinate_hit_without_the_platforms_word_is_only_likely() -> None:
    """`confirmed` takes an artefact: a rule alone, however sure, is not one."""
    implicit = make_observation(Outcome.BLOCKED, weight=Weight.DETERMINATE, manner=Manner.IMPLICIT)
    assert judge(implicit).certainty is Certainty.LIKELY


def test_unknown_noise_raises_the_bar() -> None:
    """Two hits are not enough where few controls have shown that chance does not bring them."""
    verdict = judge(CUT, CUT, quiet=10)
    assert verdict.status is Status.INCONCLUSIVE
    assert verdict.reason == "connection reset, 2 times only, which is not enough to rule out chance"


def test_contradictions_are_counted_not_averaged() -> None:
    """Normal answers after a hit leave the hit in the counts and in the reason."""
    verdict = judge(CUT, SERVED, SERVED, void=1, controls=ControlCounts(passed=4, failed=1))
    assert (verdict.counts.asked, verdict.counts.agreeing, verdict.counts.contradicting) == (4, 2, 1)
    assert (verdict.counts.void, verdict.counts.controls_passed, verdict.counts.controls_failed) == (1, 4, 1)
    assert verdict.reason == "a normal answer; 1 other answer was not"


def test_misses_of_a_censor_are_shown() -> None:
    """A proof stands whatever was served before it, and what was served stands beside it."""
    verdict = judge(SERVED, NOTICE, SERVED, CUT)
    assert (verdict.counts.agreeing, verdict.counts.contradicting) == (2, 2)
    assert verdict.reason == "a notice; 1 other hit; 2 times served as well"


def test_the_verdict_carries_the_telling_observation() -> None:
    """Mechanism, rule and failure are those of the evidence, not of the last answer."""
    verdict = judge(CUT, CUT, *SILENT)
    assert verdict.mechanism is Mechanism.RESET
    assert verdict.failure is Failure.CONNECTION_RESET
    assert verdict.rule == "rule-blocked"
    assert verdict.reason == "connection reset, seen 2 times while controls were served"


def test_of_several_rules_the_one_that_fired_most_tells() -> None:
    """What a word gets again and again is what is done to it; once it may have met something else."""
    withdrawn = make_observation(Outcome.ABSENT, rule="withdrawn", mechanism=Mechanism.WITHDRAWN)
    absent = make_observation(Outcome.ABSENT, rule="absent", mechanism=Mechanism.UNDELIVERED)
    verdict = judge(withdrawn, withdrawn, absent)
    assert (verdict.status, verdict.rule, verdict.mechanism) == (
        Status.BLOCKED,
        "withdrawn",
        Mechanism.WITHDRAWN,
    )
    assert judge(absent, withdrawn).rule == "withdrawn"


def test_an_endpoint_given_up_leaves_its_reason() -> None:
    """What was never asked says why."""
    verdict = judge(why_not="3 controls in a row failed: a captcha")
    assert (verdict.status, verdict.reason) == (Status.UNMEASURED, "3 controls in a row failed: a captcha")
    assert verdict.first_asked is None


def test_one_hit_before_giving_up_stays_open() -> None:
    """An endpoint that breaks down after one ambiguous hit does not make it proof."""
    verdict = judge(CUT, why_not="a captcha")
    assert verdict.status is Status.INCONCLUSIVE
    assert verdict.reason == "connection reset, once only, then: a captcha"


def test_an_answer_that_says_nothing_keeps_both_reasons() -> None:
    """Why asking ended, and what the last answer was."""
    assert judge(SILENT[0], why_not="given up").reason == "given up; last answer: seen"


def test_a_canary_that_is_served_takes_the_worth_of_ok() -> None:
    """Where censorship cannot be seen, its absence cannot either; hits are still hits."""
    verdict = judge(SERVED, doubt=DOUBT)
    assert (verdict.status, verdict.reason) == (Status.INCONCLUSIVE, f"a normal answer, but {DOUBT}")
    verdict = judge(CUT, SERVED, SERVED, SERVED, doubt=DOUBT)
    assert verdict.reason.endswith(f", but {DOUBT}")
    assert judge(CUT, CUT, doubt=DOUBT).status is Status.BLOCKED


def test_zero_results_without_a_truism_prove_nothing() -> None:
    """And the reason says so."""
    assert judge(EMPTY, EMPTY).reason == "zero results, and nothing proves that there should be results"


def test_honest_zero_results_are_ok() -> None:
    """The keyword has none, and the truism with it has its own: nobody took anything away."""
    verdict = judge(EMPTY, INSIDE, definition=TRUISM)
    assert verdict.status is Status.OK
    assert verdict.reason == "a normal answer inside the truism, so its zero results alone are honest"
    assert (verdict.counts.asked, verdict.counts.agreeing, verdict.counts.contradicting) == (2, 1, 0)


def test_zero_results_inside_the_truism_are_blocked() -> None:
    """The zero of the keyword alone counts neither for nor against it."""
    verdict = judge(EMPTY, GONE, GONE, definition=TRUISM)
    assert (verdict.status, verdict.mechanism) == (Status.BLOCKED, Mechanism.EMPTY)
    assert (verdict.counts.agreeing, verdict.counts.contradicting) == (2, 0)
    assert verdict.reason == (
        "zero results even inside a query that always has some, seen 2 times while controls were served"
    )


def test_zero_results_beside_a_full_reference_are_blocked() -> None:
    """The reference's answer is no answer about this endpoint: it is neither asked of it nor agreeing."""
    verdict = judge(EMPTY, THERE, EMPTY, definition=REFERENCE)
    assert verdict.status is Status.BLOCKED
    assert (verdict.counts.asked, verdict.counts.agreeing, verdict.counts.contradicting) == (2, 2, 0)
    assert verdict.reason == (
        "zero results, while the reference has some, seen 2 times while controls were served"
    )


def test_a_lack_of_most_results_is_filtered() -> None:
    """Full pages with too few results, each time."""
    few = make_observation(Outcome.SERVED, weight=Weight.DETERMINATE, count=3)
    share = make_definition(controls={"reference": "other", "share": 0.2})
    verdict = judge(few, THERE, few, definition=share)
    assert (verdict.status, verdict.mechanism) == (Status.FILTERED, Mechanism.COUNT)
    assert verdict.reason == "3 results, of 50 at the reference, seen 2 times while controls were served"


def test_without_the_reference_a_normal_answer_is_not_ok() -> None:
    """What should be compared and was not is not known to be whole; the reason is this endpoint's, not the reference's."""
    share = make_definition(controls={"reference": "other", "share": 0.2})
    verdict = judge(SERVED, NOT_THERE, definition=share)
    assert verdict.status is Status.INCONCLUSIVE
    assert verdict.reason == "a normal answer, but nothing to compare it with could be had"


def test_the_reference_never_speaks_for_the_endpoint() -> None:
    """What it serves, or refuses, is not evidence here, nor is its answer the one that is shown."""
    alone = judge(NOT_THERE, THERE, why_not="given up")
    assert (alone.status, alone.rule, alone.reason) == (Status.UNMEASURED, None, "given up")
    assert alone.counts.asked == 0
    notice_there = make_observation(Outcome.BLOCKED, weight=Weight.DETERMINATE, purpose=Purpose.REFERENCE)
    assert judge(EMPTY, notice_there, definition=REFERENCE).status is Status.INCONCLUSIVE
    shown = judge(SERVED, THERE, doubt=DOUBT)
    assert shown.reason == f"a normal answer, but {DOUBT}"


def test_times_are_utc() -> None:
    """RFC 3339 with a Z, of the first and the last asking."""
    late = make_observation(Outcome.SERVED, weight=Weight.DETERMINATE, started=1_000_060.5)
    verdict = judge(CUT, late)
    assert verdict.first_asked == "1970-01-01T00:16:40.000Z"
    assert verdict.last_asked == "1970-01-12T13:47:40.500Z"


def test_a_pair_keeps_its_id_in_every_run() -> None:
    """And no other pair has it."""
    endpoint, other = make_endpoint(), make_endpoint(name="other")
    assert judge(SERVED).id == pair_id(endpoint, ("谣言",))
    ids = {pair_id(one, words) for one in (endpoint, other) for words in (("a", "b"), ("a b",), ("a",))}
    assert len(ids) == 6


ANSWERS = st.builds(
    make_observation,
    st.sampled_from(Outcome),
    weight=st.sampled_from(Weight),
    manner=st.sampled_from([None, *Manner]),
    purpose=st.sampled_from([Purpose.KEYWORD, Purpose.KEYWORD, Purpose.TRUISM, Purpose.REFERENCE]),
    count=st.sampled_from([None, 0, 1, 100]),
)
DEFINITIONS = st.sampled_from(
    [
        make_definition(),
        OFTEN,
        TRUISM,
        REFERENCE,
        make_definition(controls={"reference": "other", "truism": "a {keyword}", "share": 0.2}),
        make_definition(deciding={"trigger_rate": 0.05}),
    ]
)


@given(
    st.lists(ANSWERS, max_size=20),
    DEFINITIONS,
    st.integers(0, 30),
    st.sampled_from([None, DOUBT]),
    st.sampled_from([None, "given up"]),
)
def test_no_course_of_answers_makes_a_false_claim(
    observations: list[Observation],
    definition: Definition,
    quiet: int,
    doubt: str | None,
    why_not: str | None,
) -> None:
    """Whatever is seen: `ok` has a normal answer and no doubt, a claim has a proof or several hits."""
    verdict = judge(*observations, definition=definition, quiet=quiet, doubt=doubt, why_not=why_not)
    given_ = make_grounds(definition, quiet=quiet)
    known = [
        one
        for one in given_.comparison.read(observations, frozenset())
        if one.outcome.is_evidence and one.purpose is not Purpose.REFERENCE
    ]
    if verdict.status is Status.OK:
        assert doubt is None
        assert any(one.outcome is Outcome.SERVED for one in known)
        assert is_cleared(known, given_)
    if verdict.status in (Status.BLOCKED, Status.FILTERED):
        hits = [one for one in known if one.outcome.is_hit and one.outcome is not Outcome.EMPTY]
        assert len(hits) >= 2 or any(map(proves_itself, hits))
        assert verdict.certainty is not None
        assert verdict.counts.agreeing >= 1
    else:
        assert verdict.certainty is None
    assert (verdict.status is Status.UNMEASURED) == (not known)
    assert verdict.counts.agreeing + verdict.counts.contradicting <= verdict.counts.asked
    zeros = sum(one.outcome is Outcome.EMPTY for one in known)
    if verdict.status is not Status.UNMEASURED:
        assert len(known) - zeros <= verdict.counts.agreeing + verdict.counts.contradicting <= len(known)
    assert verdict.reason
