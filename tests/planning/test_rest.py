"""How long to leave an endpoint alone?"""

from __future__ import annotations

from typing import Any

import pytest

from probe.model.definition import Limits
from probe.model.observation import Mechanism, Outcome
from probe.planning.rest import Rest, is_too_long, rest_after_cut, rest_after_trouble, rest_of_reference
from tests.builders import make_observation

LIMITS = Limits(control_wait=5, residual_wait=90, longest_wait=600)
CUT = make_observation(Outcome.BLOCKED, mechanism=Mechanism.RESET, reason="reset")
CAPTCHA = make_observation(Outcome.CHALLENGED, reason="a captcha")


def limit(seconds: float | None) -> Any:
    return make_observation(Outcome.THROTTLED, reason="a 429", retry_after=seconds)


def test_after_a_cut_the_whole_host_rests() -> None:
    """A residual block is of host and port."""
    assert rest_after_cut(CUT, LIMITS) == Rest(seconds=90, reason="reset", whole_host=True)


@pytest.mark.parametrize(("failures", "seconds"), [(0, 5), (1, 5), (2, 10), (3, 20)])
def test_waits_double_with_each_control_that_fails(failures: int, seconds: float) -> None:
    """A captcha is of the endpoint, not of the host."""
    assert rest_after_trouble(CAPTCHA, LIMITS, failures) == Rest(
        seconds=seconds, reason="a captcha", whole_host=False
    )


def test_what_the_service_asks_for_is_obeyed() -> None:
    """To the second, even if it is less than the definition's wait; nought becomes a moment."""
    assert rest_after_trouble(limit(7), LIMITS, 3) == Rest(seconds=7, reason="a 429", whole_host=True)
    assert rest_after_trouble(limit(0), LIMITS, 0).seconds == 0.01
    assert rest_after_trouble(limit(None), LIMITS, 2).seconds == 10


def test_a_control_that_is_cut_waits_out_the_residual_block() -> None:
    """Or longer, if many have failed."""
    assert rest_after_trouble(CUT, LIMITS, 1) == Rest(seconds=90, reason="reset", whole_host=True)
    assert rest_after_trouble(CUT, LIMITS, 6).seconds == 160


def test_a_cut_that_can_have_left_no_block_is_a_failure_like_any_other() -> None:
    """The host need not rest, and the wait is that of a control; a limit is one of the host all the same."""
    assert rest_after_trouble(CUT, LIMITS, 2, residual=False) == Rest(
        seconds=10, reason="reset", whole_host=False
    )
    assert rest_after_trouble(limit(7), LIMITS, 1, residual=False).whole_host


def test_only_what_is_longer_than_every_wait_of_the_definition_is_too_long() -> None:
    """The residual wait is one of them."""
    assert is_too_long(rest_after_trouble(limit(601), LIMITS, 0), LIMITS)
    assert not is_too_long(rest_after_trouble(limit(600), LIMITS, 0), LIMITS)
    longer = Limits(control_wait=5, residual_wait=900, longest_wait=600)
    assert not is_too_long(rest_after_trouble(limit(800), longer, 0), longer)


def test_the_reference_rests_by_itself_and_never_too_long() -> None:
    """Nothing where it answered, blocked or not."""
    assert rest_of_reference(make_observation(), LIMITS) is None
    assert rest_of_reference(make_observation(Outcome.BLOCKED), LIMITS) is None
    rest = rest_of_reference(limit(10_000), LIMITS)
    assert rest == Rest(seconds=600, reason="a 429", whole_host=True, reference=True)
    assert rest_of_reference(CUT, LIMITS) == Rest(seconds=90, reason="reset", whole_host=True, reference=True)
    assert rest_of_reference(CAPTCHA, LIMITS) == Rest(
        seconds=5, reason="a captcha", whole_host=True, reference=True
    )


def test_waits_stop_doubling_at_the_longest() -> None:
    """Only who asks to be left alone for long is: our own patience never grows so long that the endpoint is given up."""
    limits = Limits(control_wait=5, longest_wait=100, residual_wait=50)
    waits = [
        rest_after_trouble(make_observation(Outcome.CHALLENGED), limits, failures) for failures in range(1, 9)
    ]
    assert [rest.seconds for rest in waits] == [5, 10, 20, 40, 80, 100, 100, 100]
    assert not any(is_too_long(rest, limits) for rest in waits)
