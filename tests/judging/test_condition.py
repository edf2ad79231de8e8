"""What does the shell see?"""

from __future__ import annotations

import pytest

from probe.errors import ExitCode
from probe.judging.condition import exit_code
from probe.model.run import RunCounts
from probe.model.verdict import Status

FOUND = RunCounts(blocked=1, ok=3)


@pytest.mark.parametrize(
    ("fail_on", "trusted", "stopped", "expected"),
    [
        ((), True, False, ExitCode.DONE),
        ((Status.FILTERED,), True, False, ExitCode.DONE),
        ((Status.FILTERED, Status.BLOCKED), True, False, ExitCode.CONDITION_MET),
        ((Status.BLOCKED,), False, False, ExitCode.NOTHING_TRUSTED),
        ((Status.BLOCKED,), False, True, ExitCode.STOPPED),
        ((Status.BLOCKED,), True, True, ExitCode.STOPPED),
    ],
)
def test_the_gravest_condition_decides(
    fail_on: tuple[Status, ...], trusted: bool, stopped: bool, expected: ExitCode
) -> None:
    """Stopped outweighs untrusted, which outweighs what was found."""
    assert exit_code(FOUND, fail_on=fail_on, trusted=trusted, stopped=stopped) is expected


def test_a_change_is_a_condition_like_a_status() -> None:
    """Outweighed by the same."""
    for trusted, stopped, expected in (
        (True, False, ExitCode.CONDITION_MET),
        (False, False, ExitCode.NOTHING_TRUSTED),
        (True, True, ExitCode.STOPPED),
    ):
        assert exit_code(FOUND, fail_on=(), trusted=trusted, stopped=stopped, changed=True) is expected


def test_where_nothing_was_measured_nothing_is_trusted() -> None:
    """Though controls passed: a script must not take it for "nothing is censored". A run that asked nothing is no such."""
    nothing = RunCounts(unmeasured=3)
    assert exit_code(nothing, fail_on=(), trusted=True, stopped=False) is ExitCode.NOTHING_TRUSTED
    some = RunCounts(unmeasured=3, inconclusive=1)
    assert exit_code(some, fail_on=(), trusted=True, stopped=False) is ExitCode.DONE
    assert exit_code(RunCounts(), fail_on=(), trusted=True, stopped=False) is ExitCode.DONE
