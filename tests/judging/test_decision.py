"""When is enough asked?"""

from __future__ import annotations

import pytest

from probe.judging.decision import MOST_TRIES, Next, decide, needed_tries
from probe.model.observation import Observation, Outcome, Weight
from probe.model.run import ControlCounts
from tests.builders import make_observation

SERVED = make_observation(Outcome.SERVED, weight=Weight.DETERMINATE)
NOTICE = make_observation(Outcome.BLOCKED, weight=Weight.DETERMINATE)
CUT = make_observation(Outcome.BLOCKED)
EMPTY = make_observation(Outcome.EMPTY)
LIMIT = make_observation(Outcome.THROTTLED)


@pytest.mark.parametrize(
    ("observations", "expected"),
    [
        ([SERVED], Next.SETTLE),
        ([NOTICE], Next.SETTLE),
        ([CUT], Next.CONFIRM),
        ([EMPTY], Next.CONFIRM),
        ([CUT, CUT], Next.SETTLE),
        ([CUT, SERVED], Next.SETTLE),
        ([LIMIT], Next.RETRY),
        ([LIMIT, LIMIT], Next.RETRY),
        ([LIMIT, LIMIT, LIMIT], Next.SETTLE),
        ([CUT, LIMIT], Next.RETRY),
        ([LIMIT, CUT], Next.CONFIRM),
    ],
)
def test_each_course_of_answers_has_its_next_step(observations: list[Observation], expected: Next) -> None:
    """A proof or a normal answer settles, ambiguous hits are confirmed, answers that say nothing are retried."""
    assert decide(observations, retries=2) is expected


def test_retries_can_be_switched_off() -> None:
    """With no retries, the first answer that says nothing settles the keyword."""
    assert decide([LIMIT], retries=0) is Next.SETTLE


def test_quiet_controls_need_two_hits() -> None:
    """Four controls without a failure make two ambiguous hits enough; fewer say too little, and three are needed."""
    assert needed_tries(ControlCounts(passed=4, failed=0)) == 2
    assert needed_tries(ControlCounts(passed=1000, failed=0)) == 2
    assert needed_tries(ControlCounts(passed=1, failed=0)) == 3


def test_zero_results_are_asked_twice_whatever_the_noise() -> None:
    """Nothing will be claimed of them."""
    assert decide([EMPTY, EMPTY], retries=2, tries=5) is Next.SETTLE
    assert decide([EMPTY, CUT], retries=2, tries=5) is Next.CONFIRM


def test_noisy_controls_need_more_hits() -> None:
    """The more controls fail, the more hits chance could bring, and the more are asked for."""
    some = needed_tries(ControlCounts(passed=20, failed=4))
    many = needed_tries(ControlCounts(passed=20, failed=10))
    assert 2 < some < many
    noise = 4.5 / 36
    assert noise**some <= 1 / 1000 < noise ** (some - 1)


def test_hopeless_noise_ends_without_a_decision() -> None:
    """Where even many hits prove nothing, asking stops at MOST_TRIES."""
    tries = needed_tries(ControlCounts(passed=1, failed=9))
    assert tries > MOST_TRIES
    assert decide([CUT] * (MOST_TRIES - 1), retries=2, tries=tries) is Next.CONFIRM
    assert decide([CUT] * MOST_TRIES, retries=2, tries=tries) is Next.SETTLE
