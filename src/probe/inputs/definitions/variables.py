"""Variables of definitions, set by the user: `--set NAME=VALUE`, or `--set ENDPOINT.NAME=VALUE` for one of several."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from probe.errors import Fault, WrongUse
from probe.inputs.definitions.addresses import find_authority, find_value_trouble
from probe.inputs.definitions.schema_faults import near
from probe.inputs.definitions.slots import templates
from probe.inputs.definitions.yaml_nodes import quoted
from probe.model.definition import Definition

_SETTING = re.compile(r"(?:(?P<endpoint>[^.=]+)\.)?(?P<name>[^.=]+)=(?P<value>.*)", re.DOTALL)


@dataclass(frozen=True, kw_only=True)
class Setting:
    """One value that the user gave."""

    endpoint: str | None
    """None where it is for every endpoint that has such a variable."""
    name: str
    value: str


def read_settings(
    texts: Sequence[str], definitions: Sequence[Definition]
) -> tuple[list[Setting], list[Fault]]:
    """The settings of the command line, and what is wrong with them given the endpoints that were chosen."""
    settings: list[Setting] = []
    faults: list[Fault] = []
    for text in texts:
        found = _SETTING.fullmatch(text)
        if found is None:
            hint = "Write --set NAME=VALUE or --set ENDPOINT.NAME=VALUE."
            faults.append(_fault(f"{quoted(text)} is no setting.", hint))
            continue
        setting = Setting(endpoint=found["endpoint"], name=found["name"], value=found["value"])
        settings.append(setting)
        faults += _target_faults(setting, definitions)
    return settings, faults


def set_variables(definition: Definition, settings: Sequence[Setting]) -> tuple[dict[str, str], list[Fault]]:
    """The values of a definition's variables, those without a value left out, and what is wrong with them."""
    values = {name: one.default for name, one in definition.variables.items() if one.default is not None}
    faults: list[Fault] = []
    for wanted in (None, definition.name):  # what is said of one endpoint goes before what is said of all
        for setting in settings:
            if setting.endpoint == wanted and setting.name in definition.variables:
                values[setting.name] = _fit(definition, setting)
                faults += _value_faults(definition, setting)
    if not faults and values.keys() == definition.variables.keys():
        faults += _whole_faults(definition, values)
    return values, faults


def demand_all(definitions: Sequence[Definition], values: Sequence[dict[str, str]]) -> None:
    """Raises WrongUse that names the variables which the user must set and has not."""
    missing = [
        (definition.name, name, variable.help)
        for definition, known in zip(definitions, values, strict=True)
        for name, variable in definition.variables.items()
        if name not in known
    ]
    missing = list(dict.fromkeys(missing))  # a reference may be an endpoint of its own too
    if missing:
        wants = "; ".join(
            f"{endpoint} needs a value for {quoted(name)}{f' ({_plain(help_)})' if help_ else ''}"
            for endpoint, name, help_ in missing
        )
        flags = " ".join(f"--set {name}=VALUE" for name in dict.fromkeys(name for _, name, _ in missing))
        raise WrongUse(wants, hint=f"Give it with {flags}")


def _target_faults(setting: Setting, definitions: Sequence[Definition]) -> Iterator[Fault]:
    names = list(dict.fromkeys(definition.name for definition in definitions))
    if setting.endpoint is not None and setting.endpoint not in names:
        message = f"{quoted(setting.endpoint)} is none of the chosen endpoints."
        yield _fault(message, near(setting.endpoint, names) or f"Chosen: {', '.join(names)}.")
        return
    chosen = [one for one in definitions if setting.endpoint in (None, one.name)]
    known = list(dict.fromkeys(name for one in chosen for name in one.variables))
    if setting.name not in known:
        none = "no chosen endpoint has a" if setting.endpoint is None else f"{setting.endpoint} has no"
        hint = near(setting.name, known) or (f"Known: {', '.join(known)}." if known else None)
        yield _fault(f"{none} variable {quoted(setting.name)}.", hint)


def _fit(definition: Definition, setting: Setting) -> str:
    """The value as it goes into the slot: before a `/` of the URL, a `/` at its own end would be one too many."""
    urls = (request.url for _, request in templates(definition))
    if any(url.startswith(f"{{{setting.name}}}/") for url in urls):
        return setting.value.removesuffix("/")
    return setting.value


def _value_faults(definition: Definition, setting: Setting) -> Iterator[Fault]:
    troubles = (
        find_value_trouble(request.url, setting.name, setting.value) for _, request in templates(definition)
    )
    for message, hint in dict.fromkeys(trouble for trouble in troubles if trouble is not None):
        yield _fault(f"{setting.name} {message} It is {quoted(setting.value)}.", hint)


def _whole_faults(definition: Definition, values: dict[str, str]) -> Iterator[Fault]:
    for _, request in templates(definition):
        if values and request.url and find_authority(request.url, values) is None:
            message = f"with these values the URL of {definition.name} leads to no host."
            yield _fault(message, f"Its URL is {quoted(request.url)}.")


def _fault(message: str, hint: str | None) -> Fault:
    return Fault(file="--set", message=message, hint=hint)


def _plain(text: str) -> str:
    return quoted(text)[1:-1]
