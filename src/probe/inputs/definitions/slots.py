"""Slots of a definition: which there are, and whether each can be filled."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Any

from probe.inputs.definitions.schema_faults import near
from probe.inputs.definitions.yaml_nodes import Finding, Path, quoted
from probe.model.definition import Definition, RequestTemplate
from probe.reading.slots import SLOT, Slot, find_slots

ENCODINGS = ("utf-8", "gbk", "gb18030", "big5", "base64")
"""Forms in which `{keyword:FORM}` sends the keyword; `{keyword}` is utf-8."""

VARIABLE = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}")
RESERVED = ("keyword", "nonce", "secret")

_SECRET = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}")


def stray_braces(text: str) -> list[str]:
    """What stands in braces and is no slot, and lone braces.

    >>> stray_braces("/a{b c}/{keyword}/d}")
    ['{b c}', '}']
    """
    return re.findall(r"\{[^{}]*\}|[{}]", SLOT.sub("", text))


def request_texts(request: RequestTemplate) -> Iterator[tuple[Path, str]]:
    """Every text of a request that may hold slots, with its path."""
    yield ("request", "url"), request.url
    for part, texts in (("query", request.query), ("headers", request.headers), ("form", request.form or {})):
        for key, text in texts.items():
            yield ("request", part, key), text
    yield from _json_texts(("request", "json"), request.json_body)
    if request.body is not None:
        yield ("request", "body"), request.body


def secret_names(definition: Definition) -> tuple[str, ...]:
    """The secrets that a definition asks for, each once."""
    slots = [slot for _, text in request_texts(definition.request) for slot in find_slots(text)]
    return tuple(dict.fromkeys(slot.argument or "" for slot in slots if slot.name == "secret"))


def fill(text: str, values: dict[str, str]) -> str:
    """The text with the values of variables in their slots, as they are; other slots stay."""
    return SLOT.sub(
        lambda found: values.get(found[1], found[0]) if found[2] is None else found[0],
        text,
    )


def find_slot_faults(definition: Definition) -> Iterator[Finding]:
    """Slots that nobody can fill, variables that nobody uses, and a request that sends no keyword."""
    variables = definition.variables
    used: set[str] = set()
    for path, text in request_texts(definition.request):
        for slot in find_slots(text):
            used.add(slot.name)
            if fault := _slot_fault(slot, path, variables):
                yield fault
    if "keyword" not in used:
        message = (
            "sends no keyword: the slot {keyword} stands nowhere in url, query, headers, json, form or body."
        )
        yield Finding(path=("request",), message=message)
    for name in variables:
        path = ("variables", name)
        if not VARIABLE.fullmatch(name) or name in RESERVED:
            message = "cannot be the name of a variable: up to 40 letters, digits and _, and none of "
            yield Finding(path=path, message=f"{message}{', '.join(RESERVED)}.")
        elif name not in used:
            message = f"is used nowhere: the slot {{{name}}} does not stand in the request."
            yield Finding(path=path, message=message, depends=(("request",),))
    yield from _slots_in_keys(definition.request)


def _slot_fault(slot: Slot, path: Path, variables: Collection[str]) -> Finding | None:
    match slot.name:
        case "keyword":
            return _form_fault(slot, path)
        case "nonce" if slot.argument is None:
            return None
        case "secret" if slot.argument is not None and _SECRET.fullmatch(slot.argument):
            return None
        case "secret":
            return Finding(path=path, message=f"{slot} must name its secret, such as {{secret:TOKEN}}.")
        case name if name in variables and slot.argument is None:
            return None
        case name if name in variables or name == "nonce":
            return Finding(path=path, message=f"{slot}: only a keyword can be encoded; write {{{name}}}.")
    hint = near(slot.name, [*RESERVED, *variables])
    hint = hint or "Known: {keyword}, {keyword:FORM}, {nonce}, {secret:NAME} and the names under variables."
    return Finding(path=path, message=f"{slot} is not a known slot.", hint=hint, depends=(("variables",),))


def _form_fault(slot: Slot, path: Path) -> Finding | None:
    if slot.argument is None or slot.argument in ENCODINGS:
        if path[:2] == ("request", "json") and slot.argument not in (None, "utf-8", "base64"):
            message = (
                f"{slot}: JSON is sent as UTF-8, so no other encoding can stand in it. Use body instead."
            )
            return Finding(path=path, message=message)
        return None
    known = f"Known: {', '.join(ENCODINGS)}."
    if slot.argument == "raw":
        return Finding(path=path, message=f"{slot}: a keyword is never sent raw.", hint=known)
    hint = near(slot.argument, ENCODINGS) or known
    return Finding(path=path, message=f"{slot}: {quoted(slot.argument)} is not a known encoding.", hint=hint)


def _json_texts(path: Path, value: Any) -> Iterator[tuple[Path, str]]:
    match value:
        case str():
            yield path, value
        case list():
            for place, item in enumerate(value):
                yield from _json_texts((*path, place), item)
        case dict():
            for key, item in value.items():
                yield from _json_texts((*path, key), item)


def _slots_in_keys(request: RequestTemplate) -> Iterator[Finding]:
    for path, _ in request_texts(request):
        for step in path[2:]:
            if isinstance(step, str) and find_slots(step):
                message = "has a slot in its name; slots are filled in values only."
                yield Finding(path=path, message=message)
