"""JSON as platforms wrap it: in a callback, in a row, in events, or within a page. Nothing is executed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import msgspec

NO_JSON = object()
"""What stands for "not JSON": None is a value of JSON."""

MOST_DOCUMENTS = 1_000
MOST_EVENTS = 20_000
"""Documents of a stream: a model may send one for each piece of a word."""

# Possessive throughout: a page of white space would else be searched for hours.
_CALL = re.compile(
    r"\s*+(?:/\*.{0,100}?\*/\s*+)?(?:try\s*+\{\s*+)?(?:[\w$.\[\]]{1,100}+\s*+&&\s*+)?[\w$.\[\]]{1,100}+\s*+\(",
    re.DOTALL,
)
_CALL_END = re.compile(r"\s*+\)[\s;]*+(?:\}.{0,100})?\Z", re.DOTALL)
_ASSIGNED = re.compile(r"=\s*+(?=[\[{])")
_FRAME = re.compile(r"(?:\s+|[0-9a-fA-F]{1,8}\r?\n)*")
"""What may stand between documents: white space, and lengths of chunks."""
_LINE = re.compile(r"([^\r\n]*+)(?:\r\n|\r|\n|\Z)")
"""A line of a stream. The last is always an empty one."""
_STREAM = re.compile(r"[\r\n]*+(?::|(?:event|data|id|retry)(?:[:\r\n]|\Z))")
"""How a stream of events begins: with a comment or a field."""


def read_json(text: str) -> Any:
    """A JSON document, or NO_JSON."""
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        return NO_JSON


def read_jsonp(text: str) -> Any:
    """The argument of a callback, such as `window.cb && cb({...});`; NO_JSON where it is none.

    It is an object or a list, and the text is nothing but the call: `refused (403)` is a sentence.
    """
    call = _CALL.match(text)
    if call is None:
        return NO_JSON
    value, end = _read_one(text, call.end())
    return value if isinstance(value, dict | list) and _CALL_END.match(text, end) else NO_JSON


def read_documents(text: str) -> Any:
    """A list of JSON documents that stand one after another; NO_JSON where anything else stands among them."""
    documents: list[Any] = []
    place = _skip(text, 0)
    while place < len(text):
        value, end = _read_one(text, place)
        if value is NO_JSON or len(documents) == MOST_DOCUMENTS:
            return NO_JSON
        documents.append(value)
        place = _skip(text, end)
    return documents if documents else NO_JSON


def read_events(text: str) -> Any:
    """A list of the JSON documents in a stream of server-sent events; NO_JSON where it holds none, or too many.

    An event without JSON, such as `[DONE]`, is left out. The name of an event stands in its document as `event`, where that
    is a mapping without such a key. Text that is one JSON document is a list of that one: how errors are answered.
    """
    value = read_json(text)
    if value is not NO_JSON:
        return [value]
    documents: list[Any] = []
    for name, data in _events(text):
        value = read_json(data)
        if value is NO_JSON:
            continue
        if len(documents) == MOST_EVENTS:
            return NO_JSON
        if name not in ("", "message") and isinstance(value, dict):
            value.setdefault("event", name)
        documents.append(value)
    return documents if documents else NO_JSON


def _events(text: str) -> Iterator[tuple[str, str]]:
    """Name and data of each event, as section 9.2 of the HTML standard reads them.

    But one at the very end counts without a blank line behind it: many services leave that out, and the last event says how
    an answer ended. If it was cut off, it is no JSON.
    """
    if _STREAM.match(text) is None:
        return
    name, data = "", []
    for line in _LINE.finditer(text):
        field, _, value = line[1].partition(":")
        value = value.removeprefix(" ")
        if field == "event":
            name = value
        elif field == "data":
            data.append(value)
        if not line[1]:
            if data:
                yield name, "\n".join(data)
            name, data = "", []


def read_island(text: str) -> Any:
    """The JSON of an element, which may be what a script assigns: `window.__STATE__ = {...};`."""
    value = read_json(text)
    if value is not NO_JSON:
        return value
    starts = [place for place in (text.find("{"), text.find("[")) if place >= 0]
    if not starts:
        return NO_JSON
    # The first bracket may be that of `window["X"] = {...}`.
    assigned = _ASSIGNED.search(text, 0, text.find("{") + 1 or len(text))
    return _read_one(text, min(starts) if assigned is None else assigned.end())[0]


def _read_one(text: str, start: int) -> tuple[Any, int]:
    """The document that begins here, and where it ends."""
    start += len(text[start:]) - len(text[start:].lstrip())
    try:
        _, end = json.JSONDecoder().raw_decode(text, start)
    except (ValueError, RecursionError):
        return NO_JSON, start
    # Read again by the strict reader: the other takes NaN and halves of characters, which nobody could keep.
    return read_json(text[start:end]), end


def _skip(text: str, place: int) -> int:
    found = _FRAME.match(text, place)
    return place if found is None else found.end()
