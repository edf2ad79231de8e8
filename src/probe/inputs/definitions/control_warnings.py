"""What is missing among the controls of a definition, so that its verdicts could not be sure."""

from __future__ import annotations

from collections.abc import Iterator

from probe.inputs.definitions.yaml_nodes import Finding, quoted
from probe.model.definition import Definition, Kind
from probe.model.keyword import tidy
from probe.model.observation import Mechanism, Outcome, Weight

FEWEST_BENIGN = 3
_MOST_NAMED = 3
"""Canaries that one warning names."""


def find_control_warnings(definition: Definition) -> Iterator[Finding]:
    """Everything that a careful person would add."""
    yield from _benign_warnings(definition)
    yield from _canary_warnings(definition)
    yield from _empty_warnings(definition)
    yield from _weak_warnings(definition)


def _benign_warnings(definition: Definition) -> Iterator[Finding]:
    benign = len(definition.controls.benign)
    if 0 < benign < FEWEST_BENIGN:
        message = f"only {benign} given; with fewer than {FEWEST_BENIGN} a censor could know them. "
        message += "Leave the field out to use the bundled ones."
        yield Finding(path=("controls", "benign"), message=message)


def _canary_warnings(definition: Definition) -> Iterator[Finding]:
    canaries = definition.controls.canaries
    if (
        not canaries
        and definition.kind is Kind.SEARCH
        and any(rule.outcome.is_hit for rule in definition.rules)
    ):
        message = (
            "no canaries: a run cannot tell a search that censors nothing from rules that are out of date."
        )
        hint = "Give a word or two under canaries that are known to be censored."
        yield Finding(path=("controls",), message=message, hint=hint)
    shown = {
        tidy(example.keyword)
        for example in definition.examples
        if example.outcome.is_hit or example.outcome is Outcome.EMPTY
    }
    unseen = [word for word in canaries if tidy(word) not in shown]
    if unseen and any(example.outcome.is_hit for example in definition.examples):  # else more is missing
        names = ", ".join(map(quoted, unseen[:_MOST_NAMED]))
        more = f" and {len(unseen) - _MOST_NAMED} more" if len(unseen) > _MOST_NAMED else ""
        message = f"no example shows the censored answer to {names}{more}: has anybody seen it?"
        yield Finding(path=("controls", "canaries"), message=message)


def _empty_warnings(definition: Definition) -> Iterator[Finding]:
    controls = definition.controls
    if controls.truism is not None or controls.reference is not None:
        return
    for place, rule in enumerate(definition.rules):
        if rule.outcome is Outcome.EMPTY:
            message = (
                f"{quoted(rule.id)} reads zero results, and zero results stay inconclusive without proof."
            )
            hint = "Give controls.truism or controls.reference, if the service allows for one."
            yield Finding(path=("rules", place), message=message, hint=hint)
            return


def _weak_warnings(definition: Definition) -> Iterator[Finding]:
    for place, rule in enumerate(definition.rules):
        soft = rule.mechanism is Mechanism.NOTICE or rule.outcome is Outcome.FILTERED
        if rule.weight is Weight.WEAK and not soft:
            message = f"{quoted(rule.id)} is weak, which is for notices and filtered answers that innocent words get too."
            hint = "Write weight: ambiguous, or mechanism: notice if it is one."
            yield Finding(path=("rules", place, "weight"), message=message, hint=hint)
