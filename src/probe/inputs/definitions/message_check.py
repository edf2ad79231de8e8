"""What is wrong with how a message is posted, read back and taken away: parts that contradict or miss each other."""

from __future__ import annotations

import re
from collections.abc import Iterator

from probe.inputs.definitions.expressions import find_expression_faults, find_selector_faults
from probe.inputs.definitions.schema_faults import near
from probe.inputs.definitions.session_check import find_take_faults
from probe.inputs.definitions.slots import CLEAN_UP, ID, READ_BACK, request_texts, slot_names
from probe.inputs.definitions.yaml_nodes import Finding, Path, quoted
from probe.model.definition import Definition
from probe.model.message import CleanUp, Listed, Message, ReadBack
from probe.reading.slots import find_slots

_ATTRIBUTE = re.compile(r"[A-Za-z_][A-Za-z0-9_.:-]*")
_LISTED: Path = ("message", "read_back", "messages")


def find_message_faults(definition: Definition) -> Iterator[Finding]:
    """Everything that makes `message` unfit for use, and what `risk` must say of it."""
    yield from _public_faults(definition)
    message = definition.message
    if message is None:
        return
    if not definition.request.url:
        says = "is of no use without a request that posts it."
        yield Finding(path=("message",), message=says, depends=(("request",),))
    if not definition.risk.sends:
        says = "must be true where there is a message: it posts something that others may see."
        yield Finding(path=("risk", "sends"), message=says)
    for name, take in message.take.items():
        yield from find_take_faults(("message", "take", name), take)
    if message.refused is not None:
        yield from find_take_faults(("message", "refused"), message.refused)
    if message.resend and "nonce" not in slot_names(definition.request) and not _sends_nonce(definition):
        says = "needs the slot {nonce} in the request or in each form, by which the service knows the same message again."
        yield Finding(path=("message", "resend"), message=says, depends=(("request",),))
    if message.read_back is not None:
        yield from _read_back_faults(message.read_back)
        yield from _listed_faults(message.read_back.messages)
        yield from _recognition_faults(message, definition)
    if message.clean_up is not None:
        yield from _clean_up_faults(message.clean_up, message)


def _public_faults(definition: Definition) -> Iterator[Finding]:
    public = definition.risk.public
    if isinstance(public, bool):
        return
    path: Path = ("risk", "public")
    known = list(definition.variables)
    if not public:
        says = "names no variable; write true or false, or the values of variables with which strangers can see it."
        yield Finding(path=path, message=says)
    for name, values in public.items():
        if name not in known:
            says = f"{quoted(name)} is not a variable."
            depends: tuple[Path, ...] = (("variables",),)
            yield Finding(path=(*path, name), message=says, hint=near(name, known), depends=depends)
        elif not values:
            yield Finding(path=(*path, name), message="is empty: which of its values make it public?")


def _read_back_faults(back: ReadBack) -> Iterator[Finding]:
    path: Path = READ_BACK[:-1]
    if back.within < back.after:
        says = f"is over before the first reading, {back.after:g} seconds after the sending (after)."
        yield Finding(path=(*path, "within"), message=says, depends=((*path, "after"),))
    if back.request is not None:
        if not back.request.url:
            yield Finding(path=(*READ_BACK, "url"), message="is blank.")
        return
    for name in ("again_after", "missing"):
        if getattr(back, name):
            says = "is of no use without read_back.request: nothing is asked but the sending."
            yield Finding(path=(*path, name), message=says, depends=(READ_BACK,))


def _listed_faults(listed: Listed) -> Iterator[Finding]:
    if (listed.json is None) == (listed.css is None):
        yield Finding(path=_LISTED, message="must have exactly one of json and css.")
    if listed.json is not None:
        for name in ("json", "id", "text"):
            if (expression := getattr(listed, name)) is not None:
                yield from find_expression_faults((*_LISTED, name), expression)
        return
    if listed.html:
        says = "is for texts in JSON; what css finds is read as HTML anyway."
        yield Finding(path=(*_LISTED, "html"), message=says)
    for name in ("css", "text"):
        if (selector := getattr(listed, name)) is not None:
            yield from find_selector_faults((*_LISTED, name), selector)
    if listed.css is not None and listed.id is not None and not _ATTRIBUTE.fullmatch(listed.id):
        says = (
            f"{quoted(listed.id)} is no name of an attribute; with css, an id is an attribute of the element."
        )
        yield Finding(path=(*_LISTED, "id"), message=says)


def _recognition_faults(message: Message, definition: Definition) -> Iterator[Finding]:
    """By what our message is known among those of others."""
    assert message.read_back is not None
    listed = message.read_back.messages
    if listed.id is not None and ID in message.take:
        return
    depends: tuple[Path, ...] = (("request",), ("forms",), ("message", "take"))
    hint = "Put {nonce} into each form, or take `id` from the answer to the sending and say where it stands (id)."
    if not _sends_nonce(definition):
        says = "cannot tell our message from others: neither its id nor a nonce is known."
        yield Finding(path=_LISTED, message=says, hint=hint, depends=depends)


def _sends_nonce(definition: Definition) -> bool:
    """Whether a nonce goes with every message: in each form of its text, or beside it, where a reader may see it."""
    texts = [(path[1], text) for path, text in request_texts(definition.request)]
    beside = any(
        slot.name == "nonce"
        for part, text in texts
        if part in ("query", "json", "form", "body")
        for slot in find_slots(text)
    )
    forms = definition.forms.values()
    within = any(slot.name == "text" for _, text in texts for slot in find_slots(text)) and all(
        any(slot.name == "nonce" for slot in find_slots(form)) for form in forms
    )
    return beside or (bool(forms) and within)


def _clean_up_faults(clean_up: CleanUp, message: Message) -> Iterator[Finding]:
    if not clean_up.request.url:
        yield Finding(path=(*CLEAN_UP, "url"), message="is blank.")
    elif slot_names(clean_up.request).isdisjoint({ID, "nonce", *message.take}):
        says = "does not say which message to take away: none of its slots is the message's own."
        hint = f"Name it by a value that message.take takes, such as {{{ID}}}, or by {{nonce}}."
        depends: tuple[Path, ...] = (("message", "take"),)
        yield Finding(path=CLEAN_UP, message=says, hint=hint, depends=depends)
    if clean_up.expect is not None:
        yield from find_take_faults(("message", "clean_up", "expect"), clean_up.expect)
