"""Configured: a command whose options may also stand in a settings file. Defaults < file < environment < command line."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from probe.cli.secrets import read_secrets
from probe.cli.settings import DEFAULT_FILE, REMEDIES, elsewhere_of, read_consent, schema_of, settings_of

if TYPE_CHECKING:
    from probe.inputs.settings import SettingsFile

KEYWORDS = ("words", "lists")
ENDPOINTS = ("endpoints", "urls")
OF_ENDPOINTS = ("benign", "canaries", "settings")
"""What belongs to the endpoints beside which it stands."""

_META = "probe.settings"
CONFIG_OPTIONS = ("config", "show_settings")
"""Of the settings themselves: the command need not know them."""


@dataclass(kw_only=True)
class Loaded:
    """A settings file, ready for click."""

    file: SettingsFile
    defaults: dict[str, Any]
    """Values by the names of parameters."""
    is_named: bool = True
    """False where it was only found in the current folder."""
    left_aside: set[str] = field(default_factory=set)
    """Parameters whose value in the file does not count, since the user names other keywords or endpoints."""

    @property
    def consent(self) -> tuple[str, ...]:
        """The risks that the user agreed to by naming this file."""
        return read_consent(self.file.values) if self.is_named else ()


class Configured(click.Command):
    """Reads its command line, then the settings file that this names, then the command line once more on top of it."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        again = list(args)
        rest = self._parse(ctx, args)
        place = ctx.params["config"]
        is_named = place is not None
        if ctx.resilient_parsing or not (is_named or _wants_default(ctx)):
            return rest
        loaded = load(self, place or DEFAULT_FILE, is_named=is_named)
        if not is_named:
            click.echo(f"probe: {_say_found(loaded)}", err=True)
        ctx.default_map = loaded.defaults
        ctx.params.clear()
        rest = self._parse(ctx, again)
        _leave_aside(ctx, loaded)
        ctx.meta[_META] = loaded
        return rest

    def _parse(self, ctx: click.Context, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, args)
        except click.BadParameter as error:
            one = error.param
            if one is not None and ctx.get_parameter_source(one.name or "") is ParameterSource.ENVIRONMENT:
                message = f"{error.message} It comes from the environment: {one.envvar}."
                raise click.BadParameter(message, ctx=error.ctx, param=one) from None
            raise

    def invoke(self, ctx: click.Context) -> Any:
        loaded: Loaded | None = ctx.meta.get(_META)
        if ctx.params["show_settings"]:
            from probe.cli.settings_page import print_settings

            print_settings(ctx, loaded)
            return 0
        for name in CONFIG_OPTIONS:
            del ctx.params[name]
        ctx.params["consent"] = () if loaded is None else loaded.consent
        return super().invoke(ctx)


def load(command: click.Command, place: str, *, is_named: bool = True) -> Loaded:
    """The settings of a file. Raises BadInput with all faults of their form."""
    from probe.errors import BadInput
    from probe.inputs.settings import read_settings

    file = read_settings(
        place,
        schema_of(command),
        elsewhere=elsewhere_of(command),
        remedies=REMEDIES,
        secrets=read_secrets(os.environ),
    )
    defaults: dict[str, Any] = {}
    faults = []
    for name, setting in settings_of(command).items():
        if name not in file.values:
            continue
        parameter = setting.parameter
        assert parameter.name is not None
        defaults[parameter.name] = setting.take(file.values[name], file.folder)
        try:
            parameter.type_cast_value(click.Context(command), defaults[parameter.name])
        except click.BadParameter as error:  # types that say more than a schema can
            faults.append(file.fault(f"cannot be read: {error.message}", name))
    if faults:
        raise BadInput(faults)
    return Loaded(file=file, defaults=defaults, is_named=is_named)


def _wants_default(ctx: click.Context) -> bool:
    """Whether nothing says what to ask, and there is a file that may."""
    named = any(ctx.params[name] for name in (*ENDPOINTS, "resume"))
    return not named and Path(DEFAULT_FILE).is_file()


def _say_found(loaded: Loaded) -> str:
    said = f"no endpoint is named: the settings are those of {DEFAULT_FILE}"
    if read_consent(loaded.file.values):
        said += f" (its consent counts only with -c {DEFAULT_FILE})"
    return said


def _leave_aside(ctx: click.Context, loaded: Loaded) -> None:
    """Who names keywords asks those alone, and who names endpoints those alone, whatever stands in the file."""
    if _any_stronger(ctx, KEYWORDS):
        _drop(ctx, loaded, KEYWORDS)
    if _any_stronger(ctx, ENDPOINTS):
        _drop(ctx, loaded, (*ENDPOINTS, *OF_ENDPOINTS))


def _any_stronger(ctx: click.Context, names: Sequence[str]) -> bool:
    stronger = (ParameterSource.COMMANDLINE, ParameterSource.ENVIRONMENT)
    return any(ctx.params[name] and ctx.get_parameter_source(name) in stronger for name in names)


def _drop(ctx: click.Context, loaded: Loaded, names: Sequence[str]) -> None:
    for name in names:
        if ctx.get_parameter_source(name) is ParameterSource.DEFAULT_MAP:
            ctx.params[name] = ()
            loaded.left_aside.add(name)
