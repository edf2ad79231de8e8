"""Diff: what `probe diff` prints: changes between two runs as a table, JSON, JSON Lines or Markdown."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Protocol, TextIO

from probe.model.change import Change, Diff
from probe.showing import Look
from probe.showing.changed import Changed, Row, name_baseline, sum_up
from probe.showing.grid import how
from probe.showing.json_text import write_json
from probe.showing.page import Page
from probe.showing.quantity import write_count
from probe.showing.safe_text import plain

_SPECIAL = re.compile(r"([\\`*_\[\]<>#|~&!])")


class DiffWriter(Protocol):
    """Puts the changes between two runs on one text stream."""

    def change(self, change: Change) -> None:
        """Once a change, in any order."""

    def finish(self, diff: Diff) -> None:
        """Once, at the end."""


class TableDiff:
    """For people."""

    def __init__(self, stream: TextIO, look: Look) -> None:
        self._page = Page(stream, width=look.width, colour=look.colour)
        self._changed = Changed()

    def change(self, change: Change) -> None:
        self._changed.add(change)

    def finish(self, diff: Diff) -> None:
        self._changed.print(self._page, diff.baseline, what=_name(diff))
        self._page.flush()


class JsonDiff:
    """One document: what was compared, then its `changes`, one a line."""

    def __init__(self, stream: TextIO, look: Look) -> None:
        self._stream = stream
        self._encoding = getattr(stream, "encoding", None) or "utf-8"
        self._changes: list[str] = []

    def change(self, change: Change) -> None:
        self._changes.append(write_json(change, encoding=self._encoding))

    def finish(self, diff: Diff) -> None:
        head = write_json(diff, encoding=self._encoding).removesuffix("}")
        lines = ",\n".join(self._changes)
        self._stream.write(f'{head},"changes":[\n{lines}\n]}}\n')
        self._stream.flush()


class LinesDiff:
    """A change a line, what was compared in the last one."""

    def __init__(self, stream: TextIO, look: Look) -> None:
        self._stream = stream
        self._encoding = getattr(stream, "encoding", None) or "utf-8"

    def change(self, change: Change) -> None:
        self._stream.write(write_json(change, encoding=self._encoding) + "\n")

    def finish(self, diff: Diff) -> None:
        self._stream.write(write_json(diff, encoding=self._encoding) + "\n")
        self._stream.flush()


class MarkdownDiff:
    """For issues, mails and wikis."""

    def __init__(self, stream: TextIO, look: Look) -> None:
        self._stream = stream
        self._encoding = getattr(stream, "encoding", None) or "utf-8"
        self._changed = Changed()

    def change(self, change: Change) -> None:
        self._changed.add(change)

    def finish(self, diff: Diff) -> None:
        use = diff.baseline
        lines = [
            f"# {self._say(f'{_name(diff)}, compared with {name_baseline(use)}')}",
            "",
            self._say(sum_up(use)),
            "",
        ]
        for title, number, rows in self._changed.groups():
            lines += [
                f"## {self._say(title)} ({number:,})",
                "",
                "| keyword | endpoint | before | now | |",
                "|---|---|---|---|---|",
            ]
            lines += map(self._row, rows)
            if number > len(rows):
                lines += ["", f"and {number - len(rows):,} more"]
            lines.append("")
        silent = [*self._changed.silent()]
        if silent:
            lines += ["## No news of censorship", ""]
            for words, count, keywords in silent:
                lines.append(f"- {write_count(count, 'pair')} {words}: {', '.join(map(self._say, keywords))}")
            lines.append("")
        lines += [f"Note: {self._say(note, 600)}.\n" for note in use.notes]
        self._stream.write("\n".join(lines).rstrip("\n") + "\n")
        self._stream.flush()

    def _row(self, row: Row) -> str:
        cells = [row.keyword, row.endpoint]
        cells += [
            "" if one is None else ": ".join(word for word in (one.status.value, how(one)) if word)
            for one in (row.before, row.after)
        ]
        return f"| {' | '.join(self._say(cell) for cell in (*cells, row.doubt or ''))} |"

    def _say(self, text: str, most: int = 200) -> str:
        return _SPECIAL.sub(r"\\\1", plain(text, most, encoding=self._encoding))


DIFF_FORMATS: dict[str, Callable[[TextIO, Look], DiffWriter]] = {
    "table": TableDiff,
    "json": JsonDiff,
    "jsonl": LinesDiff,
    "md": MarkdownDiff,
}


def _name(diff: Diff) -> str:
    """The later run, as people know it."""
    if diff.run is None or diff.run.startswith(diff.named):
        return diff.named if diff.run is None else f"Run {diff.run[:8]}"
    return f"{diff.named}: run {diff.run[:8]}"
