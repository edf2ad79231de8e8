"""Settings check: the sense of a settings file, value by value, then all of it together. Asks nobody."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from probe.cli.conditions import read_all_conditions
from probe.cli.configured import Loaded
from probe.cli.opening import open_all
from probe.cli.output import find_format
from probe.cli.selecting import read_selection
from probe.cli.session import check_proxy, read_seconds
from probe.cli.settings import Setting, settings_of
from probe.errors import BadInput, Fault, ProbeError, WrongUse
from probe.inputs.endpoints import raise_faults, read_endpoint
from probe.inputs.faults import nearest, quoted
from probe.inputs.keywords import COMMAND_LINE, open_keywords
from probe.inputs.lists.bundled import bundled_paths
from probe.model.record import Command


@dataclass(frozen=True, kw_only=True)
class Sound:
    """What a sound file would ask."""

    keywords: int | None
    """None where a list is standard input, which is not read for a check."""
    endpoints: int


def check_settings(loaded: Loaded, command: click.Command) -> Sound:
    """What `probe run` would ask with these settings. Raises BadInput with everything that is wrong with them."""
    settings = settings_of(command)
    faults = [
        fault
        for name, check in _checks(loaded.defaults).items()
        if name in loaded.file.values
        for fault in _faults_of(loaded, settings[name], check)
    ]
    raise_faults(faults)
    try:
        return _open_together(loaded.defaults)
    except WrongUse as error:
        raise BadInput([_locate(error.message, error.hint, loaded, settings)]) from None
    except BadInput as error:
        raise_faults(_place(fault, loaded, settings) for fault in error.faults)
        raise


def _checks(defaults: Mapping[str, Any]) -> dict[str, Callable[[str], object]]:
    """What is wrong with one value of a field is raised by these."""
    return {
        "keywords": _check_list,
        "endpoint": _check_endpoint,
        "output": lambda value: find_format(Path(value), defaults.get("format_name")),
        "fail-on": read_all_conditions,
        "max-time": read_seconds,
        "proxy": check_proxy,
        "columns": lambda value: read_selection(columns=value, sort=None, group_by=None, only=None),
        "sort": lambda value: read_selection(columns=None, sort=value, group_by=None, only=None),
        "only": lambda value: read_selection(columns=None, sort=None, group_by=None, only=value),
    }


def _faults_of(loaded: Loaded, setting: Setting, check: Callable[[str], object]) -> Iterator[Fault]:
    given = loaded.defaults[setting.parameter.name or ""]
    is_list = isinstance(loaded.file.values[setting.name], list) and not setting.is_joined
    for place, value in enumerate(given if setting.is_many else [given]):
        try:
            check(value)
        except BadInput as error:
            yield from error.faults
        except ProbeError as error:
            path = (setting.name, place) if is_list else (setting.name,)
            yield loaded.file.fault(_sentence(error.message, setting), *path, hint=error.hint)


def _check_list(name: str) -> None:
    if name == "-":
        return
    if name not in bundled_paths() and not Path(name).exists():
        hint = nearest(name, bundled_paths()) or "Keywords themselves stand under words."
        raise WrongUse(f"no list is called {quoted(name)}, and there is no such file", hint=hint)
    open_keywords([name]).close()


def _check_endpoint(name: str) -> None:
    raise_faults(read_endpoint(name).faults)


def _open_together(defaults: Mapping[str, Any]) -> Sound:
    """Open all that would be asked, as a run does. What a call may name besides need not stand in the file."""
    parts = Command(
        words=tuple(defaults.get("words", ())),
        lists=tuple(defaults.get("lists", ())),
        endpoints=tuple(defaults.get("endpoints", ())),
        urls=tuple(defaults.get("urls", ())),
        benign=tuple(defaults.get("benign", ())),
        canaries=tuple(defaults.get("canaries", ())),
        settings=tuple(defaults.get("settings", ())),
    )
    endpoints = open_all(parts, {}) if parts.endpoints or parts.urls else []
    keywords: int | None = 0
    if "-" in parts.lists:
        keywords = None
    elif parts.lists or parts.words:
        with open_keywords(parts.lists, parts.words) as opened:
            keywords = opened.count
    return Sound(keywords=keywords, endpoints=len(endpoints))


def _place(fault: Fault, loaded: Loaded, settings: Mapping[str, Setting]) -> Fault:
    """A fault of what would else be typed is one of this file."""
    if fault.file == COMMAND_LINE:
        return loaded.file.fault(fault.message, "words", hint=fault.hint)
    if fault.file.startswith("--"):
        return _locate(f"{fault.file}: {fault.message}", fault.hint, loaded, settings)
    return fault


def _locate(message: str, hint: str | None, loaded: Loaded, settings: Mapping[str, Setting]) -> Fault:
    """The fault with the field whose option the message names first."""
    words = message.replace(":", " ").split()
    named = {option: name for name, one in settings.items() for option in one.parameter.opts}
    for word in words:
        if (name := named.get(word)) in loaded.file.values and word.startswith("-"):
            assert name is not None
            return loaded.file.fault(_sentence(message, settings[name]), name, hint=hint)
    return loaded.file.fault(_sentence(message), hint=hint)


def _sentence(message: str, setting: Setting | None = None) -> str:
    """The message without the option that it begins with, which the field says."""
    for option in () if setting is None else setting.parameter.opts:
        if message.startswith((f"{option}: ", f"{option} '")):
            message = message.removeprefix(option).lstrip(": ")
    return message if message.endswith((".", "?")) else f"{message}."
