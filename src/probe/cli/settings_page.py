"""Settings page: what `probe run` would go by, and where each value comes from."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from typing import Any, NamedTuple

import click
from click.core import ParameterSource

from probe.cli.configured import CONFIG_OPTIONS, Loaded
from probe.cli.secrets import read_secrets
from probe.cli.settings import ELSEWHERE, Setting, read_consent, settings_of
from probe.showing.safe_text import plain

_PASSWORD = re.compile(r"(//[^/?#@\s:]*):[^/?#@\s]+@")


class Row(NamedTuple):
    """One setting, for people."""

    name: str
    value: str
    source: str


def print_settings(ctx: click.Context, loaded: Loaded | None) -> None:
    """Print a line for each setting. No secret is shown, only that it is set."""
    rows = list(setting_rows(ctx, loaded))
    name_width = max(len(row.name) for row in rows)
    value_width = min(max(len(row.value) for row in rows), 40)
    for row in rows:
        sys.stdout.write(f"{row.name:{name_width}}  {row.value:{value_width}}  {row.source}\n")


def setting_rows(ctx: click.Context, loaded: Loaded | None) -> Iterator[Row]:
    """Each setting of the command with its value and source; then what is said elsewhere, consent and secrets."""
    for setting in settings_of(ctx.command).values():
        name = setting.parameter.name
        assert name is not None
        yield Row(setting.name, say_value(ctx.params[name]), _source(ctx, setting, loaded))
    for parameter in ctx.command.params:
        name = parameter.name
        if name in ELSEWHERE and name not in CONFIG_OPTIONS and ctx.params.get(name):
            setting = Setting(name=max(parameter.opts, key=len).lstrip("-"), parameter=parameter)
            yield Row(setting.name, say_value(ctx.params[name]), setting.option)
    yield from _consent_rows(loaded)
    for name in sorted(read_secrets(os.environ)):
        yield Row("secret", plain(name), f"PROBE_SECRET_{plain(name)}")


def say_value(value: Any) -> str:
    """A value as one text: several with commas, passwords of addresses hidden, `-` for nothing."""
    match value:
        case None | () | []:
            return "-"
        case bool():
            return "true" if value else "false"
        case list() | tuple():
            return ", ".join(say_value(one) for one in value)
        case _:
            return plain(_PASSWORD.sub(r"\1:***@", str(value)))


def _source(ctx: click.Context, setting: Setting, loaded: Loaded | None) -> str:
    name = setting.parameter.name
    assert name is not None
    match ctx.get_parameter_source(name):
        case ParameterSource.COMMANDLINE:
            return setting.option
        case ParameterSource.ENVIRONMENT:
            return setting.variable or "environment"
        case ParameterSource.DEFAULT_MAP:
            assert loaded is not None
            place = f"{plain(loaded.file.place)}:{loaded.file.line(setting.name)}"
            if name in loaded.left_aside:
                return f"{place} is left aside, as others are named"
            return place
        case _:
            return "default"


def _consent_rows(loaded: Loaded | None) -> Iterator[Row]:
    if loaded is not None and (given := read_consent(loaded.file.values)):
        counts = "" if loaded.is_named else ", which counts only with -c"
        place = f"{plain(loaded.file.place)}:{loaded.file.line('consent')}"
        yield Row("consent", ", ".join(given), place + counts)
    if agreed := os.environ.get("PROBE_CONSENT", "").replace(",", " ").split():
        yield Row("consent", plain(", ".join(agreed)), "PROBE_CONSENT")
