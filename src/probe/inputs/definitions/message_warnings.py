"""What is likely to mislead, or to do harm, where a definition posts what it is asked."""

from __future__ import annotations

from collections.abc import Iterator

from probe.inputs.definitions.rule_check import alternatives
from probe.inputs.definitions.slots import ASKED, request_texts
from probe.inputs.definitions.yaml_nodes import Finding, quoted
from probe.model.definition import Definition, Kind
from probe.model.observation import Weight
from probe.model.rule import Rule
from probe.reading.slots import SLOT, find_slots


def find_message_warnings(definition: Definition) -> Iterator[Finding]:
    """Everything that a careful person would do otherwise."""
    if definition.kind is Kind.MESSAGE and definition.message is None:
        message = "message, and nothing says what becomes of a text after it was sent."
        hint = "Describe it under message:, so that a text that never arrives is not taken for one that did."
        yield Finding(path=("kind",), message=message, hint=hint)
    if definition.risk.sends and definition.limits.per_day is None:
        message = "sends is true, and nothing limits how much is posted in a day."
        yield Finding(path=("risk", "sends"), message=message, hint="Give limits.per_day.")
    if definition.risk.public and not definition.risk.sends:
        message = "says that strangers can see what is sent, and sends is false: nothing is posted."
        yield Finding(path=("risk", "public"), message=message)
    yield from _absence_warnings(definition)
    yield from _text_warnings(definition)


def _absence_warnings(definition: Definition) -> Iterator[Finding]:
    for place, rule in enumerate(definition.rules):
        if rule.outcome.is_hit and rule.weight is Weight.DETERMINATE and _fits_absence(rule):
            message = f"{quoted(rule.id)} proves censorship by a message that did not arrive, and messages get lost."
            yield Finding(path=("rules", place, "weight"), message=message, hint="Write weight: ambiguous.")


def _fits_absence(rule: Rule) -> bool:
    return any(
        "absent" in ((when.arrived,) if isinstance(when.arrived, str) else when.arrived or ())
        for _, when in alternatives(rule.when, ())
    )


def _text_warnings(definition: Definition) -> Iterator[Finding]:
    """What is read back is compared with the text of the form; words that only the request holds would seem to be added."""
    if definition.message is None or definition.message.read_back is None:
        return
    for path, text in request_texts(definition.request):
        beside = SLOT.sub("", text).strip() or [slot for slot in find_slots(text) if slot.name not in ASKED]
        if path[1] in ("query", "json", "form") and beside and _is_asked(text):
            message = (
                "holds more than the text that is compared with what arrives, so that all would seem altered."
            )
            yield Finding(path=path, message=message, hint="Put the rest into forms, and only {text} here.")


def _is_asked(text: str) -> bool:
    """Whether what is asked stands in it as it is; within JSON of its own (`{text:json}`) there is always more around it."""
    return any(slot.name in ASKED and slot.argument != "json" for slot in find_slots(text))
