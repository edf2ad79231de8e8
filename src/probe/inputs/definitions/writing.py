"""Definitions as YAML text: what a run inferred, for pasting into a file; and whole ones, for keeping."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import msgspec
import yaml

from probe.model.definition import Definition
from probe.model.rule import Results, Rule

_NO_TEXTS = re.compile("(?i)y|n|yes|no|on|off|true|false|null")
"""What some reader of YAML takes for something else."""
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_./-]*(?: [A-Za-z0-9_./-]+)*")


class _Writer(yaml.SafeDumper):
    """Writes texts in quotes unless nobody could read them as anything else; YAML's own rules differ between readers."""

    def ignore_aliases(self, data: Any) -> bool:
        """Aliases are not allowed in definitions."""
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Lists stand under their key."""
        super().increase_indent(flow, False)


def _write_text(writer: _Writer, text: str) -> yaml.ScalarNode:
    plain = _PLAIN.fullmatch(text) is not None and not _NO_TEXTS.fullmatch(text)
    return writer.represent_scalar("tag:yaml.org,2002:str", text, style=None if plain else '"')


_Writer.add_representer(str, _write_text)


def write_rules(rules: Sequence[Rule], results: Results | None = None, *, answers: int | None = None) -> str:
    """The parts `results` and `rules` of a definition. `answers` is how many answers they were inferred from."""
    source = "the answers of one run" if answers is None else f"{answers} answers of one run"
    parts: dict[str, Any] = {}
    if results is not None and results != Results():
        parts["results"] = msgspec.to_builtins(results)
    parts["rules"] = msgspec.to_builtins(list(rules))
    return (
        f"# Inferred from {source}: look at each rule before you rely on it. Rules for captcha, login and rate limits\n"
        "# are not among them; put those first.\n" + _dump(parts)
    )


def write_definition(definition: Definition) -> str:
    """A definition as it would stand in a file."""
    parts = msgspec.to_builtins(definition)
    return _dump({name: part for name, part in parts.items() if part != {}})


def write_values(value: Any) -> str:
    """Plain values as a definition has them: text from which `read_tree` makes the same values."""
    return _dump(value)


def _dump(value: Any) -> str:
    text: str = yaml.dump(
        value, Dumper=_Writer, allow_unicode=True, sort_keys=False, width=1_000_000, default_flow_style=False
    )
    return text
