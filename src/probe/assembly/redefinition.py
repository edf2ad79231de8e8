"""Redefinition: the definitions of a stored run as they are today."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from probe.errors import BadInput, WrongUse
from probe.inputs.definitions.files import builtin_place
from probe.inputs.definitions.one_off import ONE_OFF, one_off
from probe.inputs.definitions.variables import read_settings
from probe.inputs.endpoints import (
    Reading,
    builtin_endpoints,
    check_definition,
    definition_digest,
    read_endpoint,
    read_text_endpoint,
)
from probe.model.definition import Definition, Endpoint
from probe.model.record import DefinitionRecord


@dataclass(frozen=True, kw_only=True)
class Redefined:
    """One endpoint of a stored run with its definition of today."""

    endpoint: Endpoint
    note: str | None = None
    """What there is to know of where it comes from, in one sentence."""


@dataclass(frozen=True, kw_only=True)
class _Found:
    text: str
    place: str
    definition: Definition
    is_stored: bool = False


def redefine(
    records: Sequence[DefinitionRecord], given: Sequence[str] = (), settings: Sequence[str] = ()
) -> dict[str, Redefined]:
    """Today's definitions, by name: those given (names or paths), else the built-in one or the file that was used then.

    Where that is gone, or is called otherwise now, the text that was stored. Variables are as they were, unless `settings`
    (`NAME=VALUE`) say otherwise. Raises WrongUse for one given that the run has not, BadInput for faults.
    """
    chosen = _read_given(given, [one.name for one in records])
    found = {one.name: chosen.get(one.name) or _find(one) for one in records}
    wanted, faults = read_settings(settings, [one.definition for one in found.values()])
    if faults:
        raise BadInput(faults)
    redefined: dict[str, Redefined] = {}
    for record in records:
        mine = {one.name: one.value for one in wanted if one.endpoint in (None, record.name)}
        # What the reference needs was stored with it, under the reference's own name.
        values = {**_all_values(records), **record.values, **mine}
        redefined[record.name] = _open(record, found[record.name], values, records)
    return redefined


def _read_given(names: Sequence[str], known: Sequence[str]) -> dict[str, _Found]:
    chosen: dict[str, _Found] = {}
    for name in names:
        one = _sound(read_endpoint(name))
        called = one.definition.name
        if called not in known:
            raise WrongUse(
                f"-e {name}: the run has no endpoint called {called}", hint=f"It has: {', '.join(known)}."
            )
        if called in chosen:
            raise WrongUse(f"the endpoint {called} is given twice")
        chosen[called] = one
    return chosen


def _find(record: DefinitionRecord) -> _Found:
    """The definition of today that a stored one stands for."""
    if record.place == ONE_OFF:
        return _general(record)
    names = [name for name in builtin_endpoints() if record.place == builtin_place(name)]
    if names or _is_file(record.place):
        today = _sound(read_endpoint(names[0] if names else record.place))
        if today.definition.name == record.name:
            return today
    return _stored(record)


def _general(record: DefinitionRecord) -> _Found:
    """An address without a file goes by the general rules, which may be others today."""
    then = _stored(record)
    definition = then.definition
    try:
        today = one_off(
            definition.request.url,
            benign=definition.controls.benign,
            canaries=definition.controls.canaries,
            rate=definition.limits.rate,
        )
    except WrongUse:
        return then
    same_name = today.name == record.name
    return _Found(text=today.text, place=ONE_OFF, definition=today.definition) if same_name else then


def _stored(record: DefinitionRecord) -> _Found:
    definition, faults, _ = check_definition(record.text, record.place or record.name)
    if definition is None:
        raise BadInput(faults)
    return _Found(text=record.text, place=record.place, definition=definition, is_stored=True)


def _open(
    record: DefinitionRecord,
    found: _Found,
    values: Mapping[str, str],
    records: Iterable[DefinitionRecord],
) -> Redefined:
    reference = _stored_reference(record, records) if found.is_stored else None
    other = None if reference is None else read_text_endpoint(reference.text, reference.place, values)
    endpoint = read_text_endpoint(found.text, found.place, values, other)
    return Redefined(endpoint=endpoint, note=_note(record, found))


def _note(record: DefinitionRecord, found: _Found) -> str | None:
    if found.is_stored:
        return f"{record.name} is judged by the definition that was stored, as {record.place} is not there any more"
    then, _, _ = check_definition(record.text, record.place)
    if then is not None and then.request != found.definition.request:
        return f"{record.name} asks in another way today; the answers are to what was asked then"
    return None


def _stored_reference(
    record: DefinitionRecord, records: Iterable[DefinitionRecord]
) -> DefinitionRecord | None:
    """The reference that was used then: an endpoint's digest is made of both texts."""
    definition, _, _ = check_definition(record.text, record.place)
    if definition is None:
        return None
    return next(
        (one for one in records if definition_digest(record.text, definition, one.sha256) == record.sha256),
        None,
    )


def _all_values(records: Iterable[DefinitionRecord]) -> dict[str, str]:
    return {name: value for one in records for name, value in one.values.items()}


def _sound(reading: Reading) -> _Found:
    if reading.definition is None or reading.faults:
        raise BadInput(reading.faults)
    return _Found(text=reading.text, place=reading.place, definition=reading.definition)


def _is_file(place: str) -> bool:
    try:
        return bool(place) and Path(place).is_file()
    except (OSError, ValueError):  # a name that no file system takes
        return False
