"""YAML list: a mapping with what the list says of itself, and entries. Streamed from parser events; all values are texts.

PyYAML's loaders would hold the whole list, and turn `no`, `64`, `12:30` and `1989-06-04` into other things.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml

from probe.inputs.faults import MOST_KEPT, nearest, quoted
from probe.inputs.lists.encoding import LONGEST_LINE, TextLines
from probe.inputs.lists.entries import FIELDS, HEAD_FIELDS, Entries
from probe.inputs.lists.formats.contents import is_date
from probe.inputs.lists.formats.yaml_text import REFUSED
from probe.model.keyword import Keyword

MOST_DEPTH = 8
"""Levels of nesting; a sound list has four."""

_LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_ENTRY_KEYS = ("keyword", "components", *FIELDS)
_HEAD_KEYS = (*HEAD_FIELDS, "entries")


class _NotAList(Exception):
    """The rest of the file cannot be read; the fault is said already."""


def read(text: TextLines, entries: Entries) -> Iterator[Keyword]:
    """The keywords of a YAML list."""
    walk = _Walk(text, entries)
    try:
        yield from walk.read_document()
    except yaml.MarkedYAMLError as error:
        at_end = "end of stream" in (
            error.problem or ""
        )  # what was opened and not closed is the place to mend
        mark = (at_end and error.context_mark) or error.problem_mark
        line = mark.line + 1 if mark else None
        hint = (
            "Put a text in quotes that holds `: ` or ` #`, or that starts with a sign such as * & ! % @ [ {."
        )
        entries.fault(line, f"is not YAML: {error.problem or 'it cannot be read'}.", None, hint)
    except _NotAList:
        pass


class _Feed:
    """Lines for the parser, without the characters at which it would stop; it stops where a value has no end."""

    def __init__(self, text: TextLines, entries: Entries) -> None:
        self._lines = enumerate(text, 1)
        self._entries = entries
        self.line = 0
        self.since_event = 0

    def read(self, size: int) -> str:
        self.line, line = next(self._lines, (self.line, ""))
        self.since_event += len(line)
        if self.since_event > 2 * LONGEST_LINE:
            self._entries.fault(self.line, "a value here has no end.")
            raise _NotAList
        if refused := REFUSED.search(line):
            message = f"holds U+{ord(refused[0]):04X}, which YAML does not allow."
            self._entries.fault(self.line, message, None, "Remove it.")
            line = REFUSED.sub("\ufffd", line)
        return line


class _Walk:
    """One way through the events of a list."""

    def __init__(self, text: TextLines, entries: Entries) -> None:
        self._feed = _Feed(text, entries)
        self._events: Iterator[Any] = yaml.parse(self._feed, Loader=_LOADER)  # type: ignore[arg-type]  # its stubs want a file
        self._entries = entries
        self._depth = 0

    def read_document(self) -> Iterator[Keyword]:
        """The whole file, which is one mapping."""
        self._next()
        if isinstance(self._next(), yaml.StreamEndEvent):
            return
        root = self._next()
        if not isinstance(root, yaml.MappingStartEvent):
            hint = "Write `entries:`, and the keywords below it." if _is_sequence(root) else None
            self._fault(root, "must be a mapping with `entries`.", None, hint)
            return
        seen: set[str] = set()
        while (key := self._next_key(seen, _HEAD_KEYS)) is not None:
            if key.value == "entries":
                yield from self._read_entries()
            elif (value := self._scalar(key.value)) is not None:
                self._entries.head[key.value] = self._entries.clean(_line(key), key.value, value) or ""
        if "entries" not in seen:
            self._entries.fault(None, "has no `entries`.")
        self._next()
        after = self._next()
        if not isinstance(after, yaml.StreamEndEvent):
            self._fault(after, "a second document starts here.", None, "Put it into a file of its own.")

    def _read_entries(self) -> Iterator[Keyword]:
        start = self._next()
        if not _is_sequence(start):
            self._fault(start, "must be a list, each entry after a dash.", "entries")
            self._skip(start)
            return
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            if isinstance(event, yaml.MappingStartEvent):
                keyword = self._read_entry(_line(event))
                if keyword is not None:
                    yield keyword
            else:
                hint = "Write `- keyword: ...`." if isinstance(event, yaml.ScalarEvent) else None
                if not isinstance(event, yaml.AliasEvent):
                    self._fault(event, "must be a mapping.", "entries", hint)
                self._skip(event)

    def _read_entry(self, line: int) -> Keyword | None:
        fields: dict[str, str] = {}
        lines: dict[str, int] = {}
        components: list[str] | None = None
        faults_before = self._entries.faults
        seen: set[str] = set()
        while (key := self._next_key(seen, _ENTRY_KEYS)) is not None:
            lines[key.value] = _line(key)
            if key.value == "components":
                components = self._read_components()
            elif (value := self._scalar(key.value)) is not None:
                fields[key.value] = value
        if not ("keyword" in fields or components is not None) and self._entries.faults > faults_before:
            return None  # what is wrong is said already; a missing keyword may be a part of it
        added = fields.get("added", "").strip()
        if added and not is_date(added):
            hint = "Write it as 2026-11-23."
            self._entries.fault(lines["added"], f"is not a date: {quoted(added)}.", "added", hint)
        keyword = self._entries.from_fields(line, fields, components=components, lines=lines)
        return keyword if self._entries.faults == faults_before else None

    def _read_components(self) -> list[str] | None:
        start = self._next()
        if not _is_sequence(start):
            self._fault(start, "must be a list such as [A, B].", "components")
            self._skip(start)
            return None
        parts: list[str] = []
        sound = True
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            if isinstance(event, yaml.ScalarEvent):
                parts.append(event.value)
            else:
                sound = False
                if not isinstance(event, yaml.AliasEvent):
                    self._fault(event, "must hold texts only.", "components")
                self._skip(event)
        if sound and not parts:
            self._fault(start, "is empty.", "components")
        return parts if sound and parts else None

    def _next_key(self, seen: set[str], known: tuple[str, ...]) -> yaml.ScalarEvent | None:
        """The next key of this mapping, whose value is still to be read; None at its end."""
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            if isinstance(event, yaml.ScalarEvent):
                if event.value in seen:
                    self._fault(event, "is there twice.", quoted(event.value))
                elif event.value not in known:
                    hint = f"Known here: {', '.join(known)}."
                    if self._entries.faults < MOST_KEPT:  # guessing takes long, and nobody reads more
                        hint = nearest(event.value, known) or hint
                    self._fault(event, f"the key {quoted(event.value)} is unknown.", None, hint)
                else:
                    seen.add(event.value)
                    return event
            else:
                if not isinstance(event, yaml.AliasEvent):
                    self._fault(event, "a key must be a text.")
                self._skip(event)
            self._skip(self._next())
        return None

    def _scalar(self, field: str) -> str | None:
        event = self._next()
        if isinstance(event, yaml.ScalarEvent):
            value: str = event.value
            return value
        if not isinstance(event, yaml.AliasEvent):
            kind = "a list" if _is_sequence(event) else "a mapping"
            hint = "A keyword of several parts is written as `components:`." if field == "keyword" else None
            self._fault(event, f"must be a text, not {kind}.", field, hint)
        self._skip(event)
        return None

    def _next(self) -> Any:
        """The next event; what no list may hold is a fault."""
        self._feed.since_event = 0
        event = next(self._events)
        if isinstance(event, yaml.CollectionStartEvent):
            self._depth += 1
            if self._depth > MOST_DEPTH:
                self._fault(event, "is nested too deeply.")
                raise _NotAList
        elif isinstance(event, yaml.CollectionEndEvent):
            self._depth -= 1
        if isinstance(event, yaml.AliasEvent):
            self._fault(
                event, "an alias (*) is not allowed.", None, "Write the value itself, or put it in quotes."
            )
        elif isinstance(event, yaml.NodeEvent):
            if event.anchor is not None:
                self._fault(
                    event, "an anchor (&) is not allowed.", None, "A text that starts with & needs quotes."
                )
            if event.tag is not None:  # type: ignore[attr-defined]  # all nodes but aliases have one
                self._fault(
                    event, "a tag (!) is not allowed.", None, "A text that starts with ! needs quotes."
                )
        return event

    def _skip(self, event: Any) -> None:
        """Pass over the rest of the node that this event begins."""
        depth = isinstance(event, yaml.CollectionStartEvent)
        level = self._depth - depth
        while self._depth > level:
            self._next()

    def _fault(self, event: Any, message: str, field: str | None = None, hint: str | None = None) -> None:
        self._entries.fault(_line(event), message, field, hint)


def _line(event: Any) -> int:
    line: int = event.start_mark.line + 1
    return line


def _is_sequence(event: Any) -> bool:
    return isinstance(event, yaml.SequenceStartEvent)
