"""What is wrong with the forms of a definition: texts into which each keyword is put before it is sent."""

from __future__ import annotations

import re
from collections.abc import Iterator

from probe.inputs.definitions.schema import NAME, PATTERN_WORDS
from probe.inputs.definitions.slots import slot_names
from probe.inputs.definitions.yaml_nodes import Finding, Path
from probe.model.definition import Definition
from probe.reading.slots import SLOT, find_slots


def find_form_faults(definition: Definition) -> Iterator[Finding]:
    """Forms without a keyword, with slots that are not filled there, or that no request sends."""
    for name, text in definition.forms.items():
        path: Path = ("forms", name)
        if not re.fullmatch(NAME, name):
            yield Finding(
                path=path, message=f"cannot be the name of a form: it must be {PATTERN_WORDS[NAME]}."
            )
        yield from _text_faults(path, text, definition)
    if definition.forms and definition.request.url and "text" not in slot_names(definition.request):
        message = "is of no use: the slot {text} does not stand in the request."
        yield Finding(path=("forms",), message=message, depends=(("request",),))


def _text_faults(path: Path, text: str, definition: Definition) -> Iterator[Finding]:
    slots = find_slots(text)
    known = {"keyword", "nonce", *definition.variables}
    foreign = next((slot for slot in slots if slot.name not in known), None)
    encoded = next((slot for slot in slots if slot.argument is not None and slot is not foreign), None)
    if foreign is not None:
        message = f"holds {foreign}: only {{keyword}}, {{nonce}} and variables are filled here."
        yield Finding(path=path, message=message)
    elif encoded is not None:
        hint = f"Write {{{encoded.name}}} here, and {{text:{encoded.argument}}} in the request."
        yield Finding(path=path, message=f"holds {encoded}: a form is encoded as a whole.", hint=hint)
    elif not any(slot.name == "keyword" for slot in slots):
        message = "holds no {keyword}, so that it would say nothing of any keyword."
        yield Finding(path=path, message=message)
    elif len(SLOT.sub("", text)) >= definition.limits.max_text:
        message = "leaves no room for a keyword within limits.max_text."
        yield Finding(path=path, message=message, depends=(("limits",),))
