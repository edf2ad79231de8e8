"""Settings: a whole run in one YAML file, checked whole before anything is asked.

Which fields there are is no knowledge of this module: the command line hands in their schema, made from its options.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from probe.errors import BadInput, Fault
from probe.inputs.definitions.files import read_file
from probe.inputs.definitions.schema import Schema
from probe.inputs.definitions.schema_faults import find_problems
from probe.inputs.definitions.yaml_nodes import Finding, Tree, read_tree
from probe.inputs.leaks import find_leaks


@dataclass(frozen=True, kw_only=True)
class SettingsFile:
    """What a settings file says."""

    place: str
    """What messages call the file."""
    values: Mapping[str, Any]
    tree: Tree

    @property
    def folder(self) -> Path:
        """Where paths in the file start."""
        return Path(self.place).parent

    def line(self, name: str) -> int:
        """Where a field stands."""
        return self.tree.lines[(name,)]

    def fault(self, message: str, *path: str | int, hint: str | None = None) -> Fault:
        """Something that is wrong with the value at a path."""
        return self.tree.fault(Finding(path=path, message=message, hint=hint), self.place)


def read_settings(
    place: str,
    schema: Schema,
    *,
    elsewhere: Mapping[str, str],
    remedies: Mapping[str, str],
    secrets: Mapping[str, str],
) -> SettingsFile:
    """The settings in a file. Raises BadInput with everything that its form has against it.

    `elsewhere` are fields that cannot stand in a file, each with the reason; `remedies` are hints for fields that can.
    `secrets` are those of the environment: a file must not hold their values.
    """
    tree = read_tree(read_file(Path(place), place))
    findings = list(tree.findings)
    if tree.complete:
        value = {} if tree.value is None else tree.value
        leaks = list(find_leaks(value, secrets, set(schema["properties"])))
        hidden = {leak.path for leak in leaks}
        found = [problem.finding for problem in find_problems(value, schema)]
        findings += leaks
        findings += [_reworded(one, elsewhere, remedies) for one in found if one.path not in hidden]
    if findings:
        faults = [tree.fault(finding, place) for finding in findings]
        raise BadInput(sorted(faults, key=lambda fault: fault.line or 0))
    return SettingsFile(place=place, values=tree.value or {}, tree=tree)


def _reworded(finding: Finding, elsewhere: Mapping[str, str], remedies: Mapping[str, str]) -> Finding:
    """What is better said than the schema can."""
    name = str(finding.path[0]) if finding.path else ""
    if name in elsewhere:
        return Finding(path=finding.path, message=f"cannot stand in a file: {elsewhere[name]}.")
    if name in remedies:
        return Finding(path=finding.path, message=finding.message, hint=remedies[name])
    return finding
