"""Contents: what the keywords of a list say, looked through once before they are written to another format."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from probe.errors import WrongUse
from probe.inputs.lists.entries import FIELDS
from probe.model.keyword import Keyword

MOST_COLUMNS = 1000
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_RESERVED = frozenset({"keyword", "components", *FIELDS})


@dataclass(kw_only=True)
class Contents:
    """What a writer must know before the first keyword, and what it will leave out."""

    head: dict[str, str] = field(default_factory=dict)
    """What the list says of itself: see `entries.HEAD_FIELDS`."""
    columns: tuple[str, ...] = ()
    """Names of all columns that probe does not know."""
    fields: frozenset[str] = frozenset()
    """The known fields that some keyword has."""
    odd_dates: int = 0
    """Keywords whose `added` is not a date, which YAML lists refuse."""

    def left_out(self, format_name: str) -> list[str]:
        """What this format cannot say, in words for the user."""
        extra = ", ".join(self.columns)
        if format_name == "txt":
            names = ", ".join([name for name in FIELDS if name in self.fields] + list(self.columns))
            return [f"plain text holds keywords only; left out: {names}"] if names else []
        if format_name == "yaml":
            said = [f"YAML lists have no further columns; left out: {extra}"] if extra else []
            if self.odd_dates:
                said.append(f"left out {self.odd_dates:,} `added` that are not dates such as 2026-11-23")
            return said
        return []


def look_through(keywords: Iterable[Keyword], head: Mapping[str, str]) -> Contents:
    """Go through all keywords once. Raises WrongUse where they have columns without end."""
    columns: dict[str, None] = {}
    fields: set[str] = set()
    odd_dates = 0
    for keyword in keywords:
        fields.update(name for name in FIELDS if getattr(keyword, name))
        odd_dates += bool(keyword.added and not is_date(keyword.added))
        if keyword.extra:
            columns.update(dict.fromkeys(keyword.extra))
            if len(columns) > MOST_COLUMNS:
                raise WrongUse(f"the lists have more than {MOST_COLUMNS:,} different columns")
    return Contents(head=dict(head), columns=tuple(columns), fields=frozenset(fields), odd_dates=odd_dates)


def is_date(text: str) -> bool:
    """Whether this is a day of the calendar, year first."""
    if not _DATE.fullmatch(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def values_of(keyword: Keyword) -> Iterator[tuple[str, str]]:
    """The known fields that a keyword has, then the unknown ones, as name and text."""
    for name in FIELDS:
        if value := getattr(keyword, name):
            yield name, value
    for name, value in keyword.extra.items():
        if name.lower() not in _RESERVED:
            yield name, value
