"""Lines about what an endpoint asks and needs, for its page."""

from __future__ import annotations

from collections.abc import Iterator

from probe.inputs.definitions.addresses import find_authority
from probe.inputs.definitions.slots import request_texts, secret_names, templates
from probe.model.asking import Connection, RequestTemplate, SessionStep
from probe.model.definition import Definition
from probe.model.message import Message
from probe.reading.slots import find_slots
from probe.showing.quantity import write_duration


def known_hosts(definition: Definition) -> list[str]:
    """The hosts that are asked, as far as they are known before variables are set."""
    defaults = {name: one.default for name, one in definition.variables.items() if one.default is not None}
    found = [find_authority(request.url, defaults) for _, request in templates(definition) if request.url]
    return list(dict.fromkeys(f"{one[0]}:{one[1]}" for one in found if one is not None))


def unset(definition: Definition) -> str:
    """A variable that the user must set."""
    return next((name for name, one in definition.variables.items() if one.default is None), "NAME")


def asking_lines(definition: Definition) -> Iterator[str]:
    """What is sent for each question, and beforehand."""
    if definition.why_not is not None:
        yield "nothing: it cannot be asked" + (f", since {definition.since}" if definition.since else "")
        yield definition.why_not
        if definition.instead:
            yield f"nearest to it: {', '.join(definition.instead)}"
        return
    if definition.local is not None:
        held = "holds a word" if definition.local.match == "contains" else "is a word"
        column = f", column {definition.local.column}" if definition.local.column else ""
        yield f"nobody: a text that {held} of the file {definition.local.file}{column} is censored"
        return
    for step in definition.session:
        yield from _step_lines(step)
    for name, form in definition.forms.items():
        yield f"form {name}: {form}"
    yield from _request_lines(definition.request)
    if definition.message is not None:
        yield from _message_lines(definition.message)
    hosts = known_hosts(definition)
    yield f"host: {', '.join(hosts)}" if hosts else f"host: yours, with --set {unset(definition)}=..."
    if definition.request.connection is Connection.FRESH:
        yield "a fresh connection for each question"


def _request_lines(request: RequestTemplate) -> Iterator[str]:
    yield f"{request.method} {request.url}"
    for path, text in request_texts(request):
        if path[1] not in ("url", "sign") and find_slots(text):
            yield f"{'.'.join(map(str, path[1:]))}: {text}"
    if request.sign is not None:
        yield f"signed: {request.sign.scheme}"


def _message_lines(message: Message) -> Iterator[str]:
    """How a message is looked for, and taken away."""
    back, clean_up = message.read_back, message.clean_up
    if back is None:
        yield "whether it arrives cannot be seen"
    elif back.request is None:
        yield "what arrived stands in the answer"
    else:
        yield f"read back: {back.request.method} {back.request.url}, for {write_duration(back.within)}"
    if clean_up is None:
        yield "it cannot be taken away again"
    else:
        yield f"taken away: {clean_up.request.method} {clean_up.request.url}"


def _step_lines(step: SessionStep) -> Iterator[str]:
    takes = ", ".join(step.take)
    yield f"first {step.id}: {step.request.method} {step.request.url}, for {takes}"
    yield f"  again after {write_duration(step.cache_for)}"


def need_lines(definition: Definition) -> Iterator[str]:
    """What the user must set."""
    for name, variable in definition.variables.items():
        help_ = f" ({variable.help})" if variable.help else ""
        default = "must be set" if variable.default is None else f"else {variable.default}"
        yield f"--set {name}=VALUE{help_}; {default}"
    for name in secret_names(definition):
        yield f"the secret {name}, in the environment as PROBE_SECRET_{name}"
    if definition.risk.account:
        yield "an account"
