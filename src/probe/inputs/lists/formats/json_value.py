"""JSON value: what one string or object of a JSON list says, as a keyword."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from probe.inputs.faults import quoted
from probe.inputs.lists.entries import FIELDS, Entries
from probe.inputs.lists.formats.contents import values_of
from probe.model.keyword import Keyword

_KNOWN = frozenset({"keyword", *FIELDS})


class Number(str):
    """A number, as it was written: `1.50` stays that, and no number is too long."""

    __slots__ = ()


class Object(dict[str, Any]):
    """A JSON object that remembers a key that it had twice."""

    repeated: str | None = None


def _make_object(pairs: Sequence[tuple[str, Any]]) -> Object:
    made = Object()
    for key, value in pairs:
        if key in made:
            made.repeated = key
        made[key] = value
    return made


DECODER = json.JSONDecoder(
    object_pairs_hook=_make_object,
    parse_int=Number,
    parse_float=Number,
    parse_constant=Number,
    strict=False,  # control characters are found later, and named with their field
)


def read_value(value: Any, line: int, entries: Entries) -> Keyword | None:
    """The keyword that a string or an object says, or None where it has a fault."""
    if isinstance(value, Object):
        return _read_object(value, line, entries)
    if isinstance(value, str) and not isinstance(value, Number):
        return entries.from_line(line, value)
    hint = f'Put it in quotes: "{value}".' if isinstance(value, Number) and len(value) < 40 else None
    entries.fault(line, f"must be a text or an object, not {describe(value)}.", None, hint)
    return None


def write_value(keyword: Keyword) -> str:
    """A keyword as an object on one line; fields that it does not have are left out."""
    value: dict[str, Any] = {"keyword": keyword.line, "components": keyword.components}
    value.update(values_of(keyword))
    return json.dumps(value, ensure_ascii=False)


def describe(value: Any) -> str:
    """The kind of a JSON value, in words."""
    if isinstance(value, Number):
        return "a number"
    if isinstance(value, bool):
        return "true" if value else "false"
    names = {str: "a text", list: "an array", type(None): "null"}
    return names.get(type(value), "an object")


def _read_object(value: Object, line: int, entries: Entries) -> Keyword | None:
    if value.repeated is not None:
        entries.fault(line, f"the key {quoted(value.repeated)} is there twice.")
        return None
    fields: dict[str, str] = {}
    extra: dict[str, str] = {}
    components: list[str] | None = None
    sound = True
    for key, content in value.items():
        name = key.lower()
        if content is None:
            continue
        if name == "components":
            components = _read_components(content, line, entries)
            sound = sound and components is not None
        elif name not in _KNOWN:
            extra[key] = _as_text(content)
        elif name in fields:
            entries.fault(line, f"the key {quoted(name)} is there twice.")
            sound = False
        elif isinstance(content, str) and not isinstance(content, Number):
            fields[name] = content
        else:
            entries.fault(line, f"must be a text, not {describe(content)}.", name, _quotes(content))
            sound = False
    if not sound:
        return None
    return entries.from_fields(line, fields, components=components, extra=extra)


def _read_components(content: Any, line: int, entries: Entries) -> list[str] | None:
    if not isinstance(content, list) or not content:
        entries.fault(line, f"must be an array of texts, not {_empty_or(content)}.", "components")
        return None
    for part in content:
        if not isinstance(part, str) or isinstance(part, Number):
            message = f"must hold texts only, not {describe(part)}."
            entries.fault(line, message, "components", _quotes(part))
            return None
    return content


def _empty_or(content: Any) -> str:
    return "an empty one" if content == [] else describe(content)


def _quotes(content: Any) -> str | None:
    return "Put it in quotes." if isinstance(content, Number) else None


def _as_text(content: Any) -> str:
    """A value of an unknown key: a text as it is, anything else as JSON."""
    return str(content) if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
