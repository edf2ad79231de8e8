"""Selecting: what `--columns`, `--sort`, `--group-by` and `--only` ask for, checked before anything is asked or read."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from probe.errors import WrongUse
from probe.model.verdict import Status
from probe.showing.csv_sheet import COLUMNS
from probe.showing.selection import GroupBy, Selection

_NAMES = tuple(name for name, _ in COLUMNS)


def read_selection(
    *, columns: str | None, sort: str | None, group_by: GroupBy | None, only: str | None
) -> Selection:
    """What the reader asked to see. Raises WrongUse for a name that is none."""
    statuses = _read("--only", only, [status.value for status in Status], "status")
    return Selection(
        columns=_read("--columns", columns, _NAMES, "column"),
        sort=_read("--sort", sort, [sign + name for sign in ("", "-") for name in _NAMES], "column"),
        group_by=group_by,
        only=frozenset(map(Status, statuses)),
    )


def _read(option: str, text: str | None, known: Sequence[str], noun: str) -> tuple[str, ...]:
    names = [] if text is None else [name.strip() for name in text.split(",")]
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            mean = f"Did you mean {near[0]}? " if near else ""
            every = ", ".join(one for one in known if not one.startswith("-"))
            raise WrongUse(f"{option}: {name!r} is no {noun}", hint=f"{mean}There are: {every}.")
    return tuple(dict.fromkeys(names))
