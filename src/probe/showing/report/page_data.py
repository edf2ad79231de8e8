"""Page data: the verdicts as the report's script reads them, each text once: 40,000 of them are to take a few megabytes.

All texts are harmless already (`safe_text`), and the script makes text nodes of them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from probe.model.excerpt import Excerpt, Mark, Piece
from probe.model.run import Run
from probe.model.verdict import Status, Verdict
from probe.showing import Look
from probe.showing.csv_sheet import COLUMNS, NUMBERS
from probe.showing.page import SIGNS
from probe.showing.safe_text import plain
from probe.showing.triggers import describe_isolation

USUAL_COLUMNS = ("keyword", "endpoint", "status", "mechanism", "reason")
_MOST_TEXT = 2_000
_MARKS = {mark: number for number, mark in enumerate(Mark)}
_VALUES = dict(COLUMNS)


def encode_data(
    run: Run,
    verdicts: Sequence[Verdict],
    look: Look,
    excerpts: Mapping[tuple[str, str], Excerpt],
    *,
    ascii_only: bool = False,
) -> str:
    """The verdicts in their order, with the excerpts of those that have one (by keyword and endpoint), as JSON."""
    return json.dumps(
        _Packer(run, look, excerpts).pack(verdicts), ensure_ascii=ascii_only, separators=(",", ":")
    )


class _Packer:
    """Gives texts, keywords and kinds of verdicts numbers."""

    def __init__(self, run: Run, look: Look, excerpts: Mapping[tuple[str, str], Excerpt]) -> None:
        self._run = run
        self._look = look
        self._excerpts = excerpts
        self._started = datetime.fromisoformat(run.started)
        self._texts: dict[str, int] = {}
        self._kinds: dict[tuple[int | None, ...], int] = {}
        self._keywords: dict[str, int] = {}
        self._words: list[list[int | None]] = []
        self._endpoints = {use.name: place for place, use in enumerate(run.endpoints)}
        self._packed: list[list[Any]] = []

    def pack(self, verdicts: Sequence[Verdict]) -> dict[str, Any]:
        selection = self._look.selection
        columns = [*(selection.columns or USUAL_COLUMNS)]
        pairs = [self._pair(one, columns) for one in verdicts if one.endpoint in self._endpoints]
        return {
            "started": self._started.timestamp() * 1000,
            "statuses": [[status.value, SIGNS[status][0]] for status in Status],
            "shown": [status.value for status in Status if self._is_shown(status)],
            "endpoints": [
                [self._text(use.name), self._text(self._look.platforms.get(use.name, use.name))]
                for use in self._run.endpoints
            ],
            "columns": columns,
            "numbers": [name for name in columns if name in NUMBERS],
            "group": selection.group_by or "",
            "keywords": self._words,
            "kinds": [*self._kinds],
            "pairs": pairs,
            "excerpts": self._packed,
            "texts": [*self._texts],
        }

    def _is_shown(self, status: Status) -> bool:
        """Whether verdicts of this status are listed before the reader touches anything."""
        if self._look.selection.only:
            return status in self._look.selection.only
        return self._look.show_all or status not in (Status.OK, Status.UNMEASURED)

    def _pair(self, verdict: Verdict, columns: Sequence[str]) -> list[Any]:
        excerpt = self._excerpts.get((verdict.keyword, verdict.endpoint))
        if excerpt is not None:
            self._packed.append(self._excerpt(excerpt))
        packed: list[Any] = [
            self._keyword(verdict),
            self._endpoints[verdict.endpoint],
            self._kind(verdict),
            self._seconds(verdict.first_asked),
            None if excerpt is None else len(self._packed) - 1,
        ]
        if self._look.selection.columns:
            values = [_VALUES[name](verdict) for name in columns]
            packed.append([one if isinstance(one, int) else self._text(one or "") for one in values])
        while packed[-1] is None:
            packed.pop()
        return packed

    def _keyword(self, verdict: Verdict) -> int:
        if verdict.keyword not in self._keywords:
            self._keywords[verdict.keyword] = len(self._words)
            lists = ", ".join(verdict.lists) or None
            texts = (verdict.keyword, verdict.gloss, verdict.category, verdict.language, lists)
            self._words.append([self._text(one) for one in texts])
        return self._keywords[verdict.keyword]

    def _kind(self, verdict: Verdict) -> int:
        """All that many verdicts have in common."""
        counts = verdict.counts
        where = f"{verdict.failure}, at {verdict.stage}" if verdict.stage else verdict.failure
        isolation = "\n".join(f"{label}: {text}" for label, text in describe_isolation(verdict)) or None
        kind = (
            [*Status].index(verdict.status),
            *map(self._text, (verdict.certainty, verdict.mechanism, verdict.manner, verdict.rule)),
            *map(self._text, (where, verdict.reason)),
            *(counts.asked, counts.pooled, counts.agreeing, counts.contradicting, counts.void),
            None if isolation is None else self._text(isolation.replace("\n", "; ")),
        )
        return self._kinds.setdefault(kind, len(self._kinds))

    def _excerpt(self, one: Excerpt) -> list[Any]:
        return [
            self._seconds(one.at),
            self._text(one.method),
            self._pieces(one.url),
            self._pieces(one.body),
            one.status,
            self._text(f"{one.failure}, at {one.stage}" if one.failure else None),
            self._text(one.location),
            self._pieces(one.answer),
        ]

    def _pieces(self, pieces: Sequence[Piece]) -> list[int | None]:
        """Mark and text, mark and text."""
        return [number for one in pieces for number in (_MARKS[one.mark], self._text(one.text))]

    def _seconds(self, time: str | None) -> int | None:
        """Since the start of the run."""
        if time is None:
            return None
        return round((datetime.fromisoformat(time) - self._started).total_seconds())

    def _text(self, text: str | None) -> int | None:
        if text is None:
            return None
        return self._texts.setdefault(plain(text, _MOST_TEXT), len(self._texts))
