"""Diff: what `probe diff` prints: changes between two runs as a table, JSON, JSON Lines or Markdown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TextIO

from probe.model.change import Change, Diff
from probe.showing import Look
from probe.showing.changed import Changed, name_baseline
from probe.showing.changed_markdown import escape_markdown, write_changed
from probe.showing.json_text import write_json
from probe.showing.page import Page
from probe.showing.safe_text import plain


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
            *write_changed(self._changed, use, level=2, say=self._say),
        ]
        self._stream.write("\n".join(lines).rstrip("\n") + "\n")
        self._stream.flush()

    def _say(self, text: str, most: int = 200) -> str:
        return escape_markdown(plain(text, most, encoding=self._encoding))


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
