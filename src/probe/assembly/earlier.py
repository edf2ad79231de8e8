"""Earlier: what the last run of the store knew of keywords, for a run that need not begin from nothing."""

from __future__ import annotations

from probe.assembly.job import Earlier
from probe.keeping.store import Store
from probe.model.record import RunRecord
from probe.model.verdict import Status

MOST_RUNS = 10
"""Runs that are looked at, where the last ones were not complete."""
_TELLING = (Status.BLOCKED, Status.FILTERED, Status.OK)


def read_earlier_words(store: Store, endpoint: str, *, current: str | None) -> Earlier:
    """By components: the last status that says anything, and the category; of runs before the `current` one."""
    words: dict[tuple[str, ...], tuple[Status, str | None]] = {}
    for run in [one for one in store.runs() if one.id != current and _asks(one.record, endpoint)][:MOST_RUNS]:
        for verdict in store.verdicts(run.id):
            if verdict.endpoint == endpoint and verdict.status in _TELLING:
                words.setdefault(verdict.components, (verdict.status, verdict.category))
        if run.complete:
            break
    return words


def count_runs(store: Store, endpoint: str, *, current: str | None) -> int:
    """How many runs of this endpoint there were before the `current` one."""
    return sum(one.id != current and _asks(one.record, endpoint) for one in store.runs())


def _asks(record: RunRecord, endpoint: str) -> bool:
    return any(one.name == endpoint and not one.is_reference for one in record.definitions)
