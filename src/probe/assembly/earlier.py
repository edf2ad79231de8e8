"""Earlier: what the last run of the store knew of keywords, for a run that need not begin from nothing."""

from __future__ import annotations

from probe.assembly.job import Earlier
from probe.keeping.history import History
from probe.model.verdict import DECIDED, Status

MOST_RUNS = 10
"""Runs that are looked at, where the last ones were not complete."""


def read_earlier(history: History, endpoint: str, *, current: str | None) -> tuple[Earlier, int]:
    """By components: the last status that says anything, and the category; and how many runs of the endpoint have verdicts;
    of runs before the `current` one."""
    runs = [one for one in history.endpoint_runs(endpoint) if one.run != current]
    words: dict[tuple[str, ...], tuple[Status, str | None]] = {}
    for run in runs[:MOST_RUNS]:
        for told in history.everything(run):
            verdict = told.verdict
            if verdict.status in DECIDED:
                words.setdefault(verdict.components, (verdict.status, verdict.category))
        if run.is_complete:
            break
    return words, len(runs)
