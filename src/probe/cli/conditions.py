"""Conditions: what `--fail-on` names: statuses, and where verdicts are compared with earlier ones, changes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from probe.cli.options import CHANGES, STATUSES
from probe.errors import WrongUse
from probe.model.verdict import Status


@dataclass(frozen=True, kw_only=True)
class Conditions:
    """What makes the exit code 1."""

    statuses: frozenset[Status] = frozenset()
    changes: frozenset[str] = frozenset()


def read_conditions(text: str | None) -> frozenset[Status]:
    """The statuses that `--fail-on` names; raises WrongUse."""
    hint = f"Statuses: {', '.join(STATUSES)}."
    return frozenset(map(Status, _read(text, STATUSES, "no status", hint)))


def read_all_conditions(text: str | None) -> Conditions:
    """The statuses and changes that `--fail-on` names; raises WrongUse."""
    hint = f"Statuses: {', '.join(STATUSES)}.\n       Changes: {', '.join(CHANGES)}."
    names = _read(text, (*STATUSES, *CHANGES), "neither a status nor a change", hint)
    return Conditions(
        statuses=frozenset(Status(name) for name in names if name in STATUSES),
        changes=frozenset(name for name in names if name in CHANGES),
    )


def _read(text: str | None, known: Collection[str], what_not: str, hint: str) -> list[str]:
    names = [] if text is None else [name.strip() for name in text.split(",")]
    for name in names:
        if name not in known:
            raise WrongUse(f"--fail-on: {name!r} is {what_not}", hint=hint)
    return names
