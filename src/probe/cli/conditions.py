"""Conditions: what `--fail-on` names: statuses, and where verdicts are compared with earlier ones, changes."""

from __future__ import annotations

from dataclasses import dataclass

from probe.cli.options import CHANGES
from probe.errors import WrongUse
from probe.model.verdict import Status


@dataclass(frozen=True, kw_only=True)
class Conditions:
    """What makes the exit code 1."""

    statuses: frozenset[Status] = frozenset()
    changes: frozenset[str] = frozenset()


def read_conditions(text: str | None) -> frozenset[Status]:
    """The statuses that `--fail-on` names; raises WrongUse."""
    names = _split(text)
    known = [status.value for status in Status]
    for name in names:
        if name not in known:
            raise WrongUse(f"--fail-on: {name!r} is no status", hint=f"Statuses: {', '.join(known)}.")
    return frozenset(Status(name) for name in names)


def read_all_conditions(text: str | None) -> Conditions:
    """The statuses and changes that `--fail-on` names; raises WrongUse."""
    names = _split(text)
    statuses = [status.value for status in Status]
    for name in names:
        if name not in (*statuses, *CHANGES):
            raise WrongUse(
                f"--fail-on: {name!r} is neither a status nor a change",
                hint=f"Statuses: {', '.join(statuses)}.\n       Changes: {', '.join(CHANGES)}.",
            )
    return Conditions(
        statuses=frozenset(Status(name) for name in names if name in statuses),
        changes=frozenset(name for name in names if name in CHANGES),
    )


def _split(text: str | None) -> list[str]:
    return [] if text is None else [name.strip() for name in text.split(",")]
