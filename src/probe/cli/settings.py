"""Settings: every option of `probe run` as a field of a settings file and an environment variable. Imports nothing heavy.

All of it follows from the options themselves, so that a new one needs nothing here, unless it belongs into no file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

DEFAULT_FILE = "probe.yaml"
"""Read from the current folder where neither an endpoint nor a settings file is named."""

ELSEWHERE = {
    "config": "it names the file itself",
    "show_settings": "it asks about one call",
    "resume": "it names one run that is kept, and the next call would go on with it, too",
    "dry_run": "it is a look beforehand, for one call",
    "yes": "consent: [reads] says it, or PROBE_CONSENT in the environment",
    "public": "what strangers can see is posted only where --public is typed",
}
"""Parameters of `probe run` that are no settings, each with the reason."""

AGREED = ("reads", "account")
"""Risks that a file can agree to; posting is agreed to by PROBE_CONSENT alone."""

REMEDIES = {
    "consent": "A file can agree to reads and account; to posting agrees PROBE_CONSENT=sends in the environment."
}
"""What to do about a field whose value is no good, where the schema's own words would not say it."""

_FILES = frozenset({"FILE", "FOLDER", "DIR"})
_NAMES = frozenset({"LIST", "ENDPOINT", "RUN"})
_NO_FILES = ("-", "none")

Schema = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Setting:
    """One parameter of `probe run`, as files and the environment have it."""

    name: str
    """Of the field: the option without its dashes."""
    parameter: click.Parameter

    @property
    def option(self) -> str:
        """How the command line names it."""
        if isinstance(self.parameter, click.Argument):
            return "command line"
        return max(self.parameter.opts, key=len)

    @property
    def variable(self) -> str | None:
        """The environment variable; an argument has none."""
        return _variable(self.name) if isinstance(self.parameter, click.Option) else None

    @property
    def is_mapping(self) -> bool:
        """Whether it sets values by name: NAME=VALUE on the command line, a mapping in a file."""
        return self._metavar.endswith("NAME=VALUE")

    @property
    def is_joined(self) -> bool:
        """Whether the command line joins several by commas; a file may have a list."""
        return "[,...]" in self._metavar

    @property
    def is_many(self) -> bool:
        """Whether there can be several."""
        return self.parameter.nargs == -1 or getattr(self.parameter, "multiple", False)

    @property
    def _metavar(self) -> str:
        return self.parameter.metavar or ""

    def schema(self) -> Schema:
        """The JSON Schema of the field."""
        help_ = getattr(self.parameter, "help", None) or "Keywords by themselves, without a list."
        one = _schema_of(self.parameter)
        if self.is_mapping:
            return {"type": "object", "additionalProperties": one, "description": help_}
        if self.is_many or self.is_joined:
            return {"anyOf": [one, {"type": "array", "items": one}], "description": help_}
        return {**one, "description": help_}

    def take(self, value: Any, folder: Path) -> Any:
        """A sound value of a file as the command line would give it; paths start at the file's folder."""
        if self.is_mapping:
            return [f"{name}={one}" for name, one in value.items()]
        several = value if isinstance(value, list) else [value]
        if self.is_joined:
            return ",".join(several)
        taken = [self._find_path(one, folder) for one in several]
        return taken if self.is_many else taken[0]

    def _find_path(self, value: Any, folder: Path) -> Any:
        words = set(re.findall("[A-Z]+", self._metavar))
        if not isinstance(value, str) or value in _NO_FILES or not words & (_FILES | _NAMES):
            return value
        is_path = words <= _FILES or "/" in value or "." in value
        return str(folder / value) if is_path else value


def settings_of(command: click.Command) -> dict[str, Setting]:
    """The settings by the names of their fields."""
    made = (Setting(name=_name_of(one), parameter=one) for one in command.params if one.name not in ELSEWHERE)
    return {one.name: one for one in made}


def name_variables(command: click.Command) -> None:
    """Give each option that is a setting its environment variable."""
    for one in settings_of(command).values():
        one.parameter.envvar = one.variable


def schema_of(command: click.Command) -> Schema:
    """The JSON Schema of settings files."""
    fields = {name: one.schema() for name, one in settings_of(command).items()}
    risk = {"type": "string", "enum": list(AGREED)}
    fields["consent"] = {
        "anyOf": [risk, {"type": "array", "items": risk}],
        "description": "The risks of asking that you know and accept (see the README).",
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Settings of probe run",
        "type": "object",
        "properties": fields,
        "additionalProperties": False,
    }


def elsewhere_of(command: click.Command) -> dict[str, str]:
    """Why some options can stand in no file, by the names that their fields would have."""
    return {
        _name_of(one): ELSEWHERE[one.name] for one in command.params if one.name in ELSEWHERE and one.name
    }


def read_consent(values: Any) -> tuple[str, ...]:
    """The risks that a file agrees to."""
    given = values.get("consent", ())
    return (given,) if isinstance(given, str) else tuple(given)


def _name_of(parameter: click.Parameter) -> str:
    return max(parameter.opts, key=len).lstrip("-")


def _variable(name: str) -> str:
    return f"PROBE_{name.upper().replace('-', '_')}"


def _schema_of(parameter: click.Parameter) -> Schema:
    """Of one value, as its type on the command line has it."""
    kind = parameter.type
    if getattr(parameter, "is_flag", False):
        return {"type": "boolean"}
    if isinstance(kind, click.Choice):
        return {"type": "string", "enum": list(kind.choices)}
    if isinstance(kind, click.types.IntParamType | click.types.FloatParamType):
        number = "integer" if isinstance(kind, click.types.IntParamType) else "number"
        return {"type": number, **dict(_bounds_of(kind))}
    return {"type": "string"}


def _bounds_of(kind: click.ParamType[Any]) -> Iterator[tuple[str, float]]:
    if isinstance(kind, click.IntRange | click.FloatRange):
        if kind.min is not None:
            yield ("exclusiveMinimum" if kind.min_open else "minimum"), kind.min
        if kind.max is not None:
            yield ("exclusiveMaximum" if kind.max_open else "maximum"), kind.max
