"""Endpoints: definitions by name or path, read, checked, with their variables set and the references that they name.

definitions: yaml_nodes -> extending -> schema_faults -> check (what no schema can say) -> warnings: checked_definition ->
references.
All faults of all files are said at once; where there is one, no endpoint is opened.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import msgspec

from probe.errors import BadInput, Fault, WrongUse
from probe.inputs.definitions.addresses import find_authority, is_loopback
from probe.inputs.definitions.checked_definition import CheckedDefinition, check_text
from probe.inputs.definitions.files import builtin_endpoints, file_of, find_file, read_file
from probe.inputs.definitions.local_words import read_words
from probe.inputs.definitions.one_off import one_off
from probe.inputs.definitions.references import find_reference_faults, read_reference
from probe.inputs.definitions.schema import published_schema
from probe.inputs.definitions.slots import fill, templates
from probe.inputs.definitions.variables import Setting, demand_all, read_settings, set_variables
from probe.model.definition import Definition, Endpoint

__all__ = [
    "Reading",
    "builtin_endpoints",
    "check_definition",
    "definition_digest",
    "host_of",
    "is_loopback",
    "offline_endpoint",
    "one_off",
    "open_endpoints",
    "read_endpoint",
    "read_text_endpoint",
    "schema",
]

_LOCAL = "localhost:0"
"""What stands for the host where nobody is asked."""
_MOST_FAULTS = 100
"""Faults that are kept for showing; all are counted."""


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One definition as it was read, with the one that it names as its reference."""

    place: str
    text: str
    """All that the definition says, with what it takes from those that it extends: what is kept, and read again."""
    definition: Definition | None
    """None where there are faults."""
    faults: list[Fault]
    """Those of the reference and of what is extended too, each named with its own file."""
    warnings: list[Fault]
    """Of the definition alone."""
    reference: CheckedDefinition | None = None
    source: str = ""
    """The file itself."""
    parents: tuple[str, ...] = ()
    """The files that it extends, the nearest first."""


def open_endpoints(names: Sequence[str], settings: Sequence[str] = ()) -> tuple[Endpoint, ...]:
    """The endpoints of these names or paths, with their variables set from `NAME=VALUE` or `ENDPOINT.NAME=VALUE`.

    References are opened with them, and their variables are set from the same values. Raises WrongUse for an unknown or
    doubled name and for a variable without a value, BadInput for faults in files and settings.
    """
    readings = [read_endpoint(name) for name in names]
    raise_faults(fault for reading in readings for fault in reading.faults)
    _refuse_unaskable(readings)
    _refuse_doubles(readings)
    definitions = [one for reading in readings for one in _definitions(reading)]
    given, faults = read_settings(settings, definitions)
    raise_faults(faults)
    outcomes = [set_variables(definition, given) for definition in definitions]
    raise_faults(fault for _, faults in outcomes for fault in faults)
    demand_all(definitions, [values for values, _ in outcomes])
    return tuple(_open(reading, given) for reading in readings)


def read_text_endpoint(
    text: str, place: str, values: Mapping[str, str], reference: Endpoint | None = None
) -> Endpoint:
    """An endpoint from the text of a definition that was stored, whatever has become of its file.

    `place` and `values` are as they were then; values of other definitions are left out. Where the definition names a
    reference and none is given, that is read from its file. Raises BadInput and WrongUse as `open_endpoints` does.
    """
    checked = check_text(text, place)
    raise_faults(checked.faults)
    if reference is None:
        found = read_reference(checked, file_of(place))
        raise_faults(found.faults if found is not None else ())
        if found is not None and found.checked is not None:
            other = found.checked
            reference = read_text_endpoint(other.text, other.place, values)
    elif checked.definition is not None:
        raise_faults(map(checked.fault, find_reference_faults(checked.definition, reference.definition)))
    settings = [Setting(endpoint=None, name=name, value=value) for name, value in values.items()]
    return _make(checked, settings, reference)


def check_definition(text: str, place: str) -> tuple[Definition | None, list[Fault], list[Fault]]:
    """A definition from its YAML text, or None where it has faults; its faults; its warnings. Never raises."""
    checked = check_text(text, place)
    return checked.definition, list(checked.faults), list(checked.warnings)


def read_endpoint(name: str) -> Reading:
    """The definition of a built-in name or a path, with its faults. Raises WrongUse where there is none."""
    path, place = find_file(name)
    try:
        text = read_file(path, place)
    except BadInput as unreadable:
        return Reading(place=place, text="", definition=None, faults=list(unreadable.faults), warnings=[])
    checked = check_text(text, place, path)
    reference = read_reference(checked, path)
    faults = [*checked.faults, *(reference.faults if reference is not None else ())]
    return Reading(
        place=place,
        text=checked.text,
        definition=None if faults else checked.definition,
        faults=faults,
        warnings=list(checked.warnings),
        reference=None if reference is None else reference.checked,
        source=text,
        parents=checked.parents,
    )


def offline_endpoint(reading: Reading) -> Endpoint:
    """An endpoint that is good for replaying examples: variables without a value have a stand-in that leads nowhere."""
    definition = reading.definition
    assert definition is not None  # whoever calls this has said the faults and stopped
    values, _ = set_variables(definition, ())
    for name in definition.variables.keys() - values.keys():
        at_start = any(request.url.startswith(f"{{{name}}}") for _, request in templates(definition))
        values[name] = "http://unset.invalid" if at_start else "1"
    return Endpoint(
        definition=_with_values(definition, values),
        digest=definition_digest(reading.text, definition),
        place=reading.place,
        values=values,
        text=reading.text,
    )


def schema() -> dict[str, object]:
    """The JSON Schema of definitions, with descriptions, as published in schemas/endpoint.json."""
    return published_schema()


def host_of(endpoint: Endpoint) -> tuple[str, ...]:
    """`host:port` of everything that would be asked: the endpoint's own first, then its session's, those at which messages
    are read back and taken away, and its reference's.

    A local list counts as this machine. Raises WrongUse where a host is not known: consent goes by it.
    """
    hosts = [_LOCAL] if endpoint.definition.local is not None else []
    for _, request in templates(endpoint.definition):
        if request.url:
            authority = find_authority(request.url, endpoint.values)
            if authority is None:
                raise WrongUse(f"{endpoint.name}: it is not known which host its URL leads to")
            hosts.append(f"{authority[0]}:{authority[1]}")
    others = () if endpoint.reference is None else host_of(endpoint.reference)
    return tuple(dict.fromkeys((*hosts, *others)))


def definition_digest(
    text: str, definition: Definition, reference: str | None = None, words: Sequence[str] = ()
) -> str:
    """SHA-256 of all that may change what answers mean: a definition's text, the notices that it shares with others, the
    words of its local list, and the digest of its reference."""
    parts = [text]
    if definition.notices:
        parts.append(msgspec.json.encode(definition.notices, order="sorted").decode())
    if words:
        parts.append("\n".join(words))
    if reference is not None:
        parts.append(reference)
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def raise_faults(faults: Iterable[Fault]) -> None:
    """Raises BadInput if there is any fault. One that several definitions lead to is said once."""
    found = list(dict.fromkeys(faults))
    if found:
        raise BadInput(found[:_MOST_FAULTS], total=len(found))


def _definitions(reading: Reading) -> list[Definition]:
    """A sound definition, and that of its reference."""
    found = (reading.definition, reading.reference.definition if reading.reference is not None else None)
    return [definition for definition in found if definition is not None]


def _open(reading: Reading, given: Sequence[Setting]) -> Endpoint:
    """The endpoint of a reading without faults."""
    reference = None if reading.reference is None else _make(reading.reference, given, None)
    return _make(reading, given, reference)


def _make(
    read: Reading | CheckedDefinition, given: Sequence[Setting], reference: Endpoint | None
) -> Endpoint:
    """The endpoint of a definition without faults. Raises BadInput and WrongUse for values that it cannot take."""
    definition = read.definition
    assert definition is not None  # whoever calls this has said the faults and stopped
    values, faults = set_variables(definition, given)
    raise_faults(replace(fault, file=read.place) for fault in faults)
    demand_all([definition], [values])
    words = () if definition.local is None else read_words(definition.local, values)
    return Endpoint(
        definition=_with_values(definition, values),
        digest=definition_digest(
            read.text, definition, None if reference is None else reference.digest, words
        ),
        place=read.place,
        values=values,
        text=read.text,
        words=words,
        reference=reference,
    )


def _with_values(definition: Definition, values: dict[str, str]) -> Definition:
    """The definition with its variables in its forms, which are compared with what arrives."""
    forms = {name: fill(text, values) for name, text in definition.forms.items()}
    return msgspec.structs.replace(definition, forms=forms)


def _refuse_unaskable(readings: Sequence[Reading]) -> None:
    for definition in (one for reading in readings for one in _definitions(reading)):
        if not definition.is_askable:
            since = f" (since {definition.since})" if definition.since else ""
            instead = f"Nearest to it: {', '.join(definition.instead)}. " if definition.instead else ""
            raise WrongUse(
                f"{definition.name} cannot be asked{since}: {definition.why_not}",
                hint=f"{instead}More: probe endpoints show {definition.name}",
            )


def _refuse_doubles(readings: Sequence[Reading]) -> None:
    places: dict[str, str] = {}
    for reading in readings:
        name = reading.definition.name if reading.definition is not None else ""
        if name in places:
            both = " and ".join(dict.fromkeys((places[name], reading.place)))
            raise WrongUse(
                f"the endpoint {name} is given twice ({both})",
                hint="Output goes by the name, so each may stand there once.",
            )
        places[name] = reading.place
