"""What is wrong with the session of a definition: values that come from nowhere, rules that are not there."""

from __future__ import annotations

from collections.abc import Iterator

from probe.inputs.definitions.expressions import (
    find_expression_faults,
    find_pattern_faults,
    find_selector_faults,
)
from probe.inputs.definitions.schema_faults import near
from probe.inputs.definitions.yaml_nodes import Finding, Path, quoted
from probe.model.asking import Take
from probe.model.definition import Definition

_SOURCES = ("json", "css", "header", "cookie")


def find_session_faults(definition: Definition) -> Iterator[Finding]:
    """Everything that makes a step of the session unfit for use."""
    seen: dict[str, int] = {}
    rules = [rule.id for rule in definition.rules]
    for place, step in enumerate(definition.session):
        path: Path = ("session", place)
        if not step.request.url:
            yield Finding(path=(*path, "request", "url"), message="is blank.")
        if step.id in seen:
            message = f"{quoted(step.id)} is the id of session[{seen[step.id]}] too."
            yield Finding(path=(*path, "id"), message=message)
        seen.setdefault(step.id, place)
        for number, rule in enumerate(step.refresh_when):
            if rule not in rules:
                message = f"{quoted(rule)} is not the id of a rule."
                yield Finding(
                    path=(*path, "refresh_when", number),
                    message=message,
                    hint=near(rule, rules),
                    depends=(("rules",),),
                )
        for name, take in step.take.items():
            yield from find_take_faults((*path, "take", name), take)
    if definition.session and not definition.request.url:
        yield Finding(path=("session",), message="is of no use without a request.", depends=(("request",),))


def find_take_faults(path: Path, take: Take) -> Iterator[Finding]:
    """What is wrong with where a value is said to stand in an answer."""
    given = [name for name in _SOURCES if getattr(take, name) is not None]
    if len(given) > 1:
        message = f"must have one source only, not {' and '.join(given)}."
        yield Finding(path=path, message=message)
    if not given and take.pattern is None:
        message = f"has no source: give one of {', '.join(_SOURCES)}, or a pattern on the text of the answer."
        yield Finding(path=path, message=message)
    if take.attribute is not None and take.css is None:
        yield Finding(path=(*path, "attribute"), message="is of no use without css.")
    if take.json is not None:
        yield from find_expression_faults((*path, "json"), take.json)
    if take.css is not None:
        yield from find_selector_faults((*path, "css"), take.css)
    if take.pattern is not None:
        yield from find_pattern_faults((*path, "pattern"), take.pattern)
