"""CSV sheet (`csv`): one verdict a row, as RFC 4180 says (CRLF, quotes doubled), in UTF-8 without a byte order mark.

Made for spreadsheets: no cell is run as a formula, and control characters are shown as text, so texts may differ
from those in JSON. Empty means: not applicable. The sheet says nothing of the run; use `json` or `jsonl` for that.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from typing import TextIO

from probe.model.change import Change
from probe.model.keyword import write_line
from probe.model.run import Run
from probe.model.verdict import Verdict
from probe.showing.safe_text import cell
from probe.showing.triggers import write_triggers

COLUMNS: tuple[tuple[str, Callable[[Verdict], str | int | None]], ...] = (
    ("run", lambda verdict: verdict.run),
    ("id", lambda verdict: verdict.id),
    ("keyword", lambda verdict: verdict.keyword),
    ("components", lambda verdict: write_line(verdict.components)),
    ("lists", lambda verdict: ";".join(verdict.lists)),
    ("category", lambda verdict: verdict.category),
    ("gloss", lambda verdict: verdict.gloss),
    ("language", lambda verdict: verdict.language),
    ("endpoint", lambda verdict: verdict.endpoint),
    ("definition", lambda verdict: verdict.definition),
    ("status", lambda verdict: verdict.status),
    ("certainty", lambda verdict: verdict.certainty),
    ("manner", lambda verdict: verdict.manner),
    ("mechanism", lambda verdict: verdict.mechanism),
    ("rule", lambda verdict: verdict.rule),
    ("failure", lambda verdict: verdict.failure),
    ("stage", lambda verdict: verdict.stage),
    ("reason", lambda verdict: verdict.reason),
    ("asked", lambda verdict: verdict.counts.asked),
    ("pooled", lambda verdict: verdict.counts.pooled),
    ("agreeing", lambda verdict: verdict.counts.agreeing),
    ("contradicting", lambda verdict: verdict.counts.contradicting),
    ("void", lambda verdict: verdict.counts.void),
    ("controls_passed", lambda verdict: verdict.counts.controls_passed),
    ("controls_failed", lambda verdict: verdict.counts.controls_failed),
    ("first_asked", lambda verdict: verdict.first_asked),
    ("last_asked", lambda verdict: verdict.last_asked),
    ("isolation", lambda verdict: write_triggers(verdict, between=" | ")),
)
"""Name and value of each column, in order: head and rows both come from here."""
CHANGE_COLUMNS: tuple[tuple[str, Callable[[Change], str | None]], ...] = (
    ("change", lambda change: change.kind),
    ("change_news", lambda change: str(change.news).lower()),
    ("change_doubt", lambda change: change.doubt),
    ("status_before", lambda change: change.before.status if change.before else None),
)
"""The same for what became of the pair; empty where nothing did, or nothing was compared."""
NUMBERS = frozenset(
    {"asked", "pooled", "agreeing", "contradicting", "void", "controls_passed", "controls_failed"}
)
"""Names of the columns that hold numbers."""


class SheetWriter:
    """Writes the head at the start and each verdict as it comes."""

    def __init__(self, stream: TextIO, columns: Sequence[str] = ()) -> None:
        """`columns` are the names of those to write, in order; none for all."""
        self._stream = stream
        values = dict(COLUMNS)
        self._columns = [(name, values[name]) for name in columns] or COLUMNS
        self._changes = () if columns else CHANGE_COLUMNS
        self._encoding = getattr(stream, "encoding", None) or "utf-8"
        self._rows = csv.writer(stream, lineterminator="\r\n")
        self._change: Change | None = None

    def start(self) -> None:
        names = [name for name, _ in (*self._columns, *self._changes)]
        self._rows.writerow(names)
        self._stream.flush()

    def change(self, change: Change) -> None:
        self._change = change

    def verdict(self, verdict: Verdict) -> None:
        change, self._change = self._change, None
        if change is not None and change.id != verdict.id:
            change = None
        self._rows.writerow(
            [
                *(self._cell(value(verdict)) for _, value in self._columns),
                *(self._cell(value(change) if change else None) for _, value in self._changes),
            ]
        )
        self._stream.flush()

    def finish(self, run: Run) -> None:
        """A sheet has no foot."""
        self._stream.flush()

    def _cell(self, value: str | int | None) -> str | int:
        if isinstance(value, str):
            return cell(value, encoding=self._encoding)
        return "" if value is None else value
