"""Condition: what the whole run means for the shell."""

from __future__ import annotations

from collections.abc import Collection

from probe.errors import ExitCode
from probe.model.run import RunCounts
from probe.model.verdict import Status


def exit_code(
    counts: RunCounts, *, fail_on: Collection[Status], trusted: bool, stopped: bool, changed: bool = False
) -> ExitCode:
    """The exit code of a run that could be made; where several hold, the gravest: 130, 3, 1.

    `changed`: whether a condition on what changed holds.
    """
    if stopped:
        return ExitCode.STOPPED
    if not trusted or _measured_nothing(counts):
        return ExitCode.NOTHING_TRUSTED
    if changed or any(getattr(counts, status.value) for status in fail_on):
        return ExitCode.CONDITION_MET
    return ExitCode.DONE


def _measured_nothing(counts: RunCounts) -> bool:
    """Whether there are verdicts, and none of them says anything."""
    said = counts.blocked + counts.filtered + counts.ok + counts.inconclusive
    return counts.unmeasured > 0 and said == 0
