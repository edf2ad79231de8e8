"""Endpoints: definitions by name or path, read, checked, and with their variables set.

definitions: yaml_nodes -> schema_faults -> check (what no schema can say) -> warnings.
All faults of all files are said at once; where there is one, no endpoint is opened.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import msgspec

from probe.errors import BadInput, Fault, WrongUse
from probe.inputs.definitions.addresses import find_authority, is_loopback
from probe.inputs.definitions.check import find_definition_faults
from probe.inputs.definitions.files import builtin_endpoints, find_file, read_file
from probe.inputs.definitions.one_off import one_off
from probe.inputs.definitions.schema import published_schema
from probe.inputs.definitions.schema_faults import find_problems, mend
from probe.inputs.definitions.variables import demand_all, read_settings, set_variables
from probe.inputs.definitions.warnings import find_warnings
from probe.inputs.definitions.yaml_nodes import Finding, Path, Tree, one_line, read_tree
from probe.model.definition import Definition, Endpoint

__all__ = [
    "Reading",
    "builtin_endpoints",
    "check_definition",
    "host_of",
    "is_loopback",
    "offline_endpoint",
    "one_off",
    "open_endpoints",
    "read_endpoint",
    "schema",
]

_MOST_FAULTS = 100
"""Faults that are kept for showing; all are counted."""


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One definition as it was read."""

    place: str
    text: str
    definition: Definition | None
    """None where there are faults."""
    faults: list[Fault]
    warnings: list[Fault]


def open_endpoints(names: Sequence[str], settings: Sequence[str] = ()) -> tuple[Endpoint, ...]:
    """The endpoints of these names or paths, with their variables set from `NAME=VALUE` or `ENDPOINT.NAME=VALUE`.

    Raises WrongUse for an unknown or doubled name and for a variable without a value, BadInput for faults in files and
    settings.
    """
    readings = [read_endpoint(name) for name in names]
    raise_faults(fault for reading in readings for fault in reading.faults)
    definitions = [reading.definition for reading in readings if reading.definition is not None]
    _refuse_doubles(definitions, readings)
    given, faults = read_settings(settings, definitions)
    raise_faults(faults)
    outcomes = [set_variables(definition, given) for definition in definitions]
    raise_faults(fault for _, faults in outcomes for fault in faults)
    values = [values for values, _ in outcomes]
    demand_all(definitions, values)
    return tuple(
        Endpoint(definition=definition, digest=_digest(reading.text), place=reading.place, values=known)
        for definition, reading, known in zip(definitions, readings, values, strict=True)
    )


def check_definition(text: str, place: str) -> tuple[Definition | None, list[Fault], list[Fault]]:
    """A definition from its YAML text, or None where it has faults; its faults; its warnings. Never raises."""
    tree = read_tree(text)
    findings = list(tree.findings)
    definition = None
    if tree.complete:
        definition = _build(tree, findings)
    if findings or definition is None:
        faults = {tree.fault(finding, place): None for finding in findings}
        return None, sorted(faults, key=lambda fault: fault.line or 0), []
    return definition, [], [tree.fault(warning, place) for warning in find_warnings(definition)]


def read_endpoint(name: str) -> Reading:
    """The definition of a built-in name or a path, with its faults. Raises WrongUse where there is none."""
    path, place = find_file(name)
    try:
        text = read_file(path, place)
    except BadInput as unreadable:
        return Reading(place=place, text="", definition=None, faults=list(unreadable.faults), warnings=[])
    definition, faults, warnings = check_definition(text, place)
    return Reading(place=place, text=text, definition=definition, faults=faults, warnings=warnings)


def offline_endpoint(reading: Reading) -> Endpoint:
    """An endpoint that is good for replaying examples: variables without a value have a stand-in that leads nowhere."""
    definition = reading.definition
    assert definition is not None  # whoever calls this has said the faults and stopped
    values, _ = set_variables(definition, ())
    for name in definition.variables.keys() - values.keys():
        at_start = definition.request.url.startswith(f"{{{name}}}")
        values[name] = "http://unset.invalid" if at_start else "1"
    return Endpoint(definition=definition, digest=_digest(reading.text), place=reading.place, values=values)


def schema() -> dict[str, object]:
    """The JSON Schema of definitions, with descriptions, as published in schemas/endpoint.json."""
    return published_schema()


def host_of(endpoint: Endpoint) -> tuple[str, ...]:
    """`host:port` of everything that would be asked. Raises WrongUse where that is not known: consent goes by it."""
    authority = find_authority(endpoint.definition.request.url, endpoint.values)
    if authority is None:
        raise WrongUse(f"{endpoint.name}: it is not known which host its URL leads to")
    return (f"{authority[0]}:{authority[1]}",)


def raise_faults(faults: Iterable[Fault]) -> None:
    """Raises BadInput if there is any fault."""
    found = list(faults)
    if found:
        raise BadInput(found[:_MOST_FAULTS], total=len(found))


def _build(tree: Tree, findings: list[Finding]) -> Definition | None:
    """The definition, sound or mended; adds what is wrong to the findings."""
    if not isinstance(tree.value, dict):
        message = (
            "is empty." if tree.value is None else "must be a mapping of fields such as name: and request:."
        )
        findings.append(Finding(path=(), message=message))
        return None
    broken = _Broken(finding.path for finding in findings if finding.path)
    problems = find_problems(tree.value)
    findings += [problem.finding for problem in problems if not broken.touches(problem.finding)]
    broken.add(problem.finding.path for problem in problems)
    try:
        definition = msgspec.convert(mend(tree.value, problems), Definition)
    except msgspec.ValidationError as error:
        if not findings:  # the schema let something through: say it rather than go on
            findings.append(Finding(path=(), message=f"cannot be used: {one_line(str(error))}."))
        return None
    findings += [one for one in find_definition_faults(definition) if not broken.touches(one)]
    return definition


class _Broken:
    """Places that have a fault; what is found at them, around them or by them is said no second time."""

    def __init__(self, paths: Iterable[Path]) -> None:
        self._paths: set[Path] = set()
        self._around: set[Path] = set()
        self.add(paths)

    def add(self, paths: Iterable[Path]) -> None:
        for path in paths:
            self._paths.add(path)
            self._around.update(_ways(path))

    def touches(self, finding: Finding) -> bool:
        """Whether a finding is about, or was concluded from, something that has a fault of its own."""
        return any(
            path in self._around or not self._paths.isdisjoint(_ways(path))
            for path in (finding.path, *finding.depends)
        )


def _ways(path: Path) -> list[Path]:
    """A path and everything that it leads through."""
    return [path[:end] for end in range(1, len(path) + 1)]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _refuse_doubles(definitions: Sequence[Definition], readings: Sequence[Reading]) -> None:
    places: dict[str, str] = {}
    for definition, reading in zip(definitions, readings, strict=True):
        if definition.name in places:
            both = " and ".join(dict.fromkeys((places[definition.name], reading.place)))
            raise WrongUse(
                f"the endpoint {definition.name} is given twice ({both})",
                hint="Output goes by the name, so each may stand there once.",
            )
        places[definition.name] = reading.place
