"""JSON: an array of strings and objects, or an object with such an array as `entries`; stepped through with lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from json import JSONDecodeError
from typing import Any

from probe.inputs.lists.encoding import TextLines
from probe.inputs.lists.entries import HEAD_FIELDS, Entries
from probe.inputs.lists.formats.contents import Contents
from probe.inputs.lists.formats.json_value import DECODER, Number, describe, read_value, write_value
from probe.model.keyword import Keyword

MOST_BYTES = 64 << 20
"""Of a list: a JSON document has to be held whole."""

_SPACE = re.compile(r"[ \t\r\n]*")
_LINE_END = re.compile(r"\r\n|\r|\n")


def read(text: TextLines, entries: Entries) -> Iterator[Keyword]:
    """The keywords of a JSON document."""
    if text.size > MOST_BYTES:
        hint = "Write it as JSON Lines (.jsonl), one value a line, for which there is no limit."
        entries.fault(None, f"is larger than {MOST_BYTES >> 20} MB, the most for JSON.", None, hint)
        return
    steps = _Steps(text.whole())
    try:
        if steps.peek() == "{":
            yield from _read_document(steps, entries)
        else:
            yield from _read_array(steps, entries)
        if steps.peek():
            hint = "Is it JSON Lines, a value a line? Then name the file `.jsonl`."
            entries.fault(steps.line, "something follows the end of the JSON document.", None, hint)
    except JSONDecodeError as error:
        entries.fault(steps.line_at(error.pos), f"is not JSON: {error.msg}.")
    except RecursionError:
        entries.fault(steps.line, "is nested too deeply.")


def write(keywords: Iterable[Keyword], contents: Contents) -> Iterator[str]:
    """An array of objects, one a line."""
    opening = "[\n  "
    for keyword in keywords:
        yield opening + write_value(keyword)
        opening = ",\n  "
    yield "\n]\n" if opening != "[\n  " else "[]\n"


class _Steps:
    """A place in a JSON text, moved value by value, that knows its line."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._place = 0
        self._counted = 0
        self.line = 1

    def peek(self) -> str:
        """The next character that is not space; empty at the end."""
        self._move(_SPACE.match(self._text, self._place).end())  # type: ignore[union-attr]  # matches nothing, too
        return self._text[self._place : self._place + 1]

    def take(self, wanted: str) -> None:
        """Pass this character; JSONDecodeError where another one comes."""
        if self.peek() != wanted:
            raise JSONDecodeError(f"expecting '{wanted}'", self._text, self._place)
        self._place += 1

    def value(self) -> Any:
        """Pass the next value, and give it."""
        self.peek()
        value, self._place = DECODER.raw_decode(self._text, self._place)
        return value

    def line_at(self, place: int) -> int:
        """The line of a place at or after this one."""
        return self.line + sum(1 for _ in _LINE_END.finditer(self._text, self._counted, place))

    def _move(self, place: int) -> None:
        self.line = self.line_at(place)
        self._counted = self._place = place


def _items(steps: _Steps, opening: str, closing: str) -> Iterator[None]:
    """Stand before each item between two brackets."""
    steps.take(opening)
    if steps.peek() != closing:
        yield
        while steps.peek() == ",":
            steps.take(",")
            steps.peek()
            yield
    steps.take(closing)


def _read_array(steps: _Steps, entries: Entries) -> Iterator[Keyword]:
    for _ in _items(steps, "[", "]"):
        line = steps.line
        keyword = read_value(steps.value(), line, entries)
        if keyword is not None:
            yield keyword


def _read_document(steps: _Steps, entries: Entries) -> Iterator[Keyword]:
    found = False
    for _ in _items(steps, "{", "}"):
        line = steps.line
        key = steps.value()
        if not isinstance(key, str) or isinstance(key, Number):
            entries.fault(line, "a key must be a text.")
            return
        steps.take(":")
        if key == "entries" and steps.peek() == "[":
            if found:
                entries.fault(line, "is there twice.", "entries")
            found = True
            yield from _read_array(steps, entries)
            continue
        value = steps.value()
        if key == "entries":
            entries.fault(line, f"must be an array, not {describe(value)}.", key)
            found = True
        elif key in HEAD_FIELDS and isinstance(value, str):
            entries.head[key] = entries.clean(line, key, value) or ""
    if not found:
        entries.fault(None, "has no `entries`.", None, "Put the keywords into an array.")
