"""JSON as platforms wrap it: in a callback, several documents in a row, or within a page. Nothing is executed."""

from __future__ import annotations

import json
import re
from typing import Any

import msgspec

NO_JSON = object()
"""What stands for "not JSON": None is a value of JSON."""

MOST_DOCUMENTS = 1_000

# Possessive throughout: a page of white space would else be searched for hours.
_CALL = re.compile(
    r"\s*+(?:/\*.{0,100}?\*/\s*+)?(?:try\s*+\{\s*+)?(?:[\w$.\[\]]{1,100}+\s*+&&\s*+)?[\w$.\[\]]{1,100}+\s*+\(",
    re.DOTALL,
)
_CALL_END = re.compile(r"\s*+\)[\s;]*+(?:\}.{0,100})?\Z", re.DOTALL)
_ASSIGNED = re.compile(r"=\s*+(?=[\[{])")
_FRAME = re.compile(r"(?:\s+|[0-9a-fA-F]{1,8}\r?\n)*")
"""What may stand between documents: white space, and lengths of chunks."""


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
