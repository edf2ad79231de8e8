"""Slots of a definition: which there are, and whether each can be filled."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Any

from probe.inputs.definitions.schema_faults import near
from probe.inputs.definitions.yaml_nodes import Finding, Path, quoted
from probe.model.asking import RequestTemplate
from probe.model.definition import Definition
from probe.model.message import Message
from probe.reading.slots import SLOT, Slot, find_slots

ENCODINGS = ("utf-8", "gbk", "gb18030", "big5", "base64", "json", "percent")
"""Forms in which `{keyword:FORM}` sends the keyword, and `{text:FORM}` the text that it was put into; else it is utf-8."""

VARIABLE = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}")
ASKED = ("keyword", "text")
"""Slots for what is asked: the keyword, and the form of words into which it was put."""
RESERVED = (*ASKED, "nonce", "secret", "time")
ID = "id"
"""The taken value by which a message is known again."""
READ_BACK: Path = ("message", "read_back", "request")
CLEAN_UP: Path = ("message", "clean_up", "request")

_SECRET = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}")


def stray_braces(text: str) -> list[str]:
    """What stands in braces and is no slot, and lone braces.

    >>> stray_braces("/a{b c}/{keyword}/d}")
    ['{b c}', '}']
    """
    return re.findall(r"\{[^{}]*\}|[{}]", SLOT.sub("", text))


def request_texts(request: RequestTemplate, place: Path = ("request",)) -> Iterator[tuple[Path, str]]:
    """Every text of a request that may hold slots, with its path; the request itself stands at `place`."""
    if request.url:
        yield (*place, "url"), request.url
    for part, texts in (("query", request.query), ("headers", request.headers), ("form", request.form or {})):
        for key, text in texts.items():
            yield (*place, part, key), text
    yield from _json_texts((*place, "json"), request.json_body)
    if request.body is not None:
        yield (*place, "body"), request.body
    for key, text in (request.sign.given if request.sign is not None else {}).items():
        yield (*place, "sign", "with", key), text


def templates(definition: Definition) -> Iterator[tuple[Path, RequestTemplate]]:
    """All requests of a definition, each with its path: that of a question, those of its session, then those by which a
    message is read back and taken away."""
    yield ("request",), definition.request
    for place, step in enumerate(definition.session):
        yield ("session", place, "request"), step.request
    message = definition.message
    if message is not None and message.read_back is not None and message.read_back.request is not None:
        yield READ_BACK, message.read_back.request
    if message is not None and message.clean_up is not None:
        yield CLEAN_UP, message.clean_up.request


def all_texts(definition: Definition) -> Iterator[tuple[Path, str]]:
    """Every text of a definition that may hold slots, with its path."""
    for place, request in templates(definition):
        yield from request_texts(request, place)
    if definition.local is not None:
        yield ("local", "file"), definition.local.file


def secret_names(definition: Definition) -> tuple[str, ...]:
    """The secrets that a definition asks for, each once."""
    slots = [slot for _, text in all_texts(definition) for slot in find_slots(text)]
    return tuple(dict.fromkeys(slot.argument or "" for slot in slots if slot.name == "secret"))


def slot_names(request: RequestTemplate) -> set[str]:
    """The names of all slots of a request."""
    return {slot.name for _, text in request_texts(request) for slot in find_slots(text)}


def fill(text: str, values: dict[str, str]) -> str:
    """The text with the values of variables in their slots, as they are; other slots stay."""
    return SLOT.sub(
        lambda found: values.get(found[1], found[0]) if found[2] is None else found[0],
        text,
    )


def find_slot_faults(definition: Definition) -> Iterator[Finding]:
    """Slots that nobody can fill, variables that nobody uses, and a request that sends no keyword."""
    used: set[str] = set()
    for path, text in all_texts(definition):
        known = _known_at(path, definition)
        for slot in find_slots(text):
            used.add(slot.name)
            if fault := _slot_fault(slot, path, known):
                yield fault
    used |= {slot.name for text in definition.forms.values() for slot in find_slots(text)}
    if definition.request.url and slot_names(definition.request).isdisjoint(ASKED):
        message = (
            "sends no keyword: the slot {keyword} stands nowhere in url, query, headers, json, form or body, "
        )
        yield Finding(path=("request",), message=f"{message}nor does {{text}}.")
    yield from _name_faults(definition, used)
    for place, request in templates(definition):
        yield from _slots_in_keys(request, place)


def _known_at(path: Path, definition: Definition) -> list[str]:
    """The names that can be filled at a place: variables, what the session took before, and what a message gave."""
    taken = definition.session
    if path[0] == "session":
        taken = taken[: path[1]] if isinstance(path[1], int) else ()
    elif path[0] == "local":
        taken = ()
    known = [*definition.variables, *(name for step in taken for name in step.take)]
    if path[0] == "message" and definition.message is not None:
        known += definition.message.take
        back = definition.message.read_back
        if path[: len(CLEAN_UP)] == CLEAN_UP and back is not None and back.messages.id is not None:
            known.append(ID)
    return known


def _name_faults(definition: Definition, used: Collection[str]) -> Iterator[Finding]:
    """Names that cannot be slots, that two things have, or that nobody uses."""
    names: list[tuple[Path, str]] = [(("variables", name), name) for name in definition.variables]
    names += [
        (("session", place, "take", name), name)
        for place, step in enumerate(definition.session)
        for name in step.take
    ]
    message = definition.message
    names += [(("message", "take", name), name) for name in (() if message is None else message.take)]
    wanted = _wanted(message, used)
    seen: set[str] = set()
    for path, name in names:
        if not VARIABLE.fullmatch(name) or name in RESERVED:
            says = "cannot be the name of a slot: up to 40 letters, digits and _, and none of "
            yield Finding(path=path, message=f"{says}{', '.join(RESERVED)}.")
        elif name in seen:
            yield Finding(path=path, message="is the name of something else already.")
        elif name not in used and not (path[0] == "message" and name in wanted):
            says = f"is used nowhere: the slot {{{name}}} does not stand in the request."
            depends = tuple((part,) for part in ("request", "session", "local", "message"))
            yield Finding(path=path, message=says, depends=depends)
        seen.add(name)


def _wanted(message: Message | None, used: Collection[str]) -> Collection[str]:
    """Of the values that a message gives, those that are of use though they stand in no slot."""
    if message is None:
        return ()
    if message.read_back is not None and message.read_back.messages.id is not None:
        return (ID,)
    # Where none of them is of any other use, they say whether it was accepted.
    return message.take if message.take.keys().isdisjoint(used) else ()


def _slot_fault(slot: Slot, path: Path, known: Collection[str]) -> Finding | None:
    match slot.name:
        case "keyword" | "text" if _request_part(path) in (None, "sign"):
            return Finding(path=path, message=f"{slot} cannot stand here: this is not sent for each keyword.")
        case "keyword" | "text":
            return _form_fault(slot, path)
        case "nonce" if slot.argument is None:
            return None
        case "time" if slot.argument in (None, "ms"):
            return None
        case "time":
            return Finding(
                path=path, message=f"{slot}: write {{time}} for seconds, {{time:ms}} for milliseconds."
            )
        case "secret" if slot.argument is not None and _SECRET.fullmatch(slot.argument):
            return None
        case "secret":
            return Finding(path=path, message=f"{slot} must name its secret, such as {{secret:TOKEN}}.")
        case name if name in known and slot.argument is None:
            return None
        case name if name in known or name == "nonce":
            return Finding(path=path, message=f"{slot}: only a keyword can be encoded; write {{{name}}}.")
    hint = near(slot.name, [*RESERVED, *known])
    hint = (
        hint
        or "Known: {keyword}, {keyword:FORM}, {text}, {nonce}, {time}, {secret:NAME}, variables, and what the session takes."
    )
    return Finding(
        path=path,
        message=f"{slot} is not a known slot.",
        hint=hint,
        depends=(("variables",), ("session",), ("message",)),
    )


def _request_part(path: Path) -> str | int | None:
    """The part of a request in which a text stands that is sent for each keyword; None where it is not."""
    for place in (("request",), READ_BACK, CLEAN_UP):
        if path[: len(place)] == place:
            return path[len(place)]
    return None


def _form_fault(slot: Slot, path: Path) -> Finding | None:
    if slot.argument is None or slot.argument in ENCODINGS:
        if _request_part(path) == "json" and slot.argument in ("gbk", "gb18030", "big5"):
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


def _slots_in_keys(request: RequestTemplate, place: Path) -> Iterator[Finding]:
    for path, _ in request_texts(request, place):
        for step in path[len(place) + 1 :]:
            if isinstance(step, str) and find_slots(step):
                message = "has a slot in its name; slots are filled in values only."
                yield Finding(path=path, message=message)
