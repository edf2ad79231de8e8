"""References: the definition of an uncensored service that another definition names, found, read and held against it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from probe.errors import BadInput, Fault
from probe.inputs.definitions.checked_definition import CheckedDefinition, check_text
from probe.inputs.definitions.files import find_beside, read_file
from probe.inputs.definitions.yaml_nodes import Finding, quoted
from probe.model.definition import Definition

_PATH = ("controls", "reference")


@dataclass(frozen=True, kw_only=True)
class Reference:
    """What `controls.reference` of a sound definition leads to."""

    checked: CheckedDefinition | None
    """None where no file is found or it cannot be read."""
    faults: tuple[Fault, ...]
    """Those of the reference itself, each with its own file, and those of naming it."""


def read_reference(checked: CheckedDefinition, file: Path) -> Reference | None:
    """The reference of a definition that was read from this file; None where it has none, or is itself not sound.

    A built-in definition finds its reference among the built-in ones, any other beside itself too. Never raises.
    """
    definition = checked.definition
    if definition is None or definition.controls.reference is None:
        return None
    name = definition.controls.reference
    found = _find(name, file)
    if isinstance(found, Finding):
        return Reference(checked=None, faults=(checked.fault(found),))
    path, place = found
    try:
        text = read_file(path, place)
    except BadInput as unreadable:
        return Reference(checked=None, faults=unreadable.faults)
    other = check_text(text, place, path)
    if other.definition is None:
        return Reference(checked=other, faults=other.faults)
    findings = find_reference_faults(definition, other.definition)
    return Reference(checked=other, faults=tuple(checked.fault(finding) for finding in findings))


def find_reference_faults(definition: Definition, reference: Definition) -> Iterator[Finding]:
    """Why one sound definition is no reference for another."""
    named = f"{quoted(definition.controls.reference or '')} is no reference"
    if reference.name == definition.name:
        message = f"{named}: its definition is called {reference.name} as this one is."
        yield Finding(
            path=_PATH, message=message, hint="Name another service, or give the copy a name of its own."
        )
        return
    if reference.controls.reference is not None:
        message = f"{named}: it has a reference of its own, and so may censor too."
        yield Finding(path=_PATH, message=message, hint="Name the service that does not censor.")
    if reference.risk.sends:
        message = f"{named}: it posts what is asked (risk.sends), where a reference may only read."
        yield Finding(path=_PATH, message=message)
    if definition.controls.share is not None and reference.results.count is None:
        message = f"{named} for controls.share: its definition has no results.count to compare with."
        yield Finding(path=_PATH, message=message)


def _find(name: str, file: Path) -> tuple[Path, str] | Finding:
    """The file that a reference means, and what messages call it."""
    found = find_beside(name, file, _PATH)
    if not isinstance(found, Finding) and found[0].resolve() == file.resolve():
        message = "names this definition itself, which is the one in doubt."
        return Finding(path=_PATH, message=message, hint="Name a service that does not censor.")
    return found
