"""Timeline: what the runs of a store said of one keyword, put in order and compared."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from probe.keeping.changes import trace_changes
from probe.keeping.history import EndpointRun, History
from probe.model.change import Told
from probe.model.keyword import write_line
from probe.model.timeline import Entry, Timeline
from probe.model.verdict import write_time

_Series = tuple[str, str, str]
"""What makes runs comparable: endpoint, vantage and settings."""


def read_timeline(
    history: History, components: tuple[str, ...], *, only: Collection[str] = (), most: int
) -> Timeline:
    """The timeline of a keyword at these endpoints `only`, or at all: of each the last `most` runs."""
    series: dict[_Series, list[tuple[EndpointRun, Told]]] = {}
    for where in history.endpoint_runs():
        if only and where.endpoint not in only:
            continue
        own = series.setdefault(_comparable(where), [])
        # One more than is shown: what became of the first of those is known from it.
        if len(own) <= most and (told := history.told(where, components)) is not None:
            own.append((where, told))
    entries = [entry for key in sorted(series) for entry in _enter(series[key][::-1])[-most:]]
    return Timeline(keyword=write_line(components), components=components, entries=tuple(entries))


def _comparable(where: EndpointRun) -> _Series:
    settings = where.background.settings or {}
    return where.endpoint, repr(where.background.vantage), repr(sorted(settings.items()))


def _enter(own: Sequence[tuple[EndpointRun, Told]]) -> list[Entry]:
    """The entries of runs that are comparable, oldest first."""
    changes = trace_changes([told for _, told in own])
    return [
        Entry(
            run=where.run,
            started=write_time(where.started),
            complete=where.is_complete,
            vantage=where.background.vantage,
            settings=where.background.settings,
            verdict=told.verdict,
            change=change,
        )
        for (where, told), change in zip(own, changes, strict=True)
    ]
