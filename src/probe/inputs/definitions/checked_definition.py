"""A definition that was checked: what its YAML text says, with everything that is wrong or misleading in it.

Sound parts of a faulty definition are checked too, so that all faults are said at once, and none because of another.
"""

from __future__ import annotations

import pathlib
from collections.abc import Iterable
from dataclasses import dataclass, replace

import msgspec

from probe.errors import Fault
from probe.inputs.definitions.check import find_definition_faults
from probe.inputs.definitions.extending import extend, extends_another
from probe.inputs.definitions.files import file_of
from probe.inputs.definitions.notices import resolve_notices
from probe.inputs.definitions.schema_faults import find_problems, mend
from probe.inputs.definitions.warnings import find_warnings
from probe.inputs.definitions.writing import write_values
from probe.inputs.definitions.yaml_nodes import Finding, Path, Tree, one_line, read_tree
from probe.model.definition import Definition


@dataclass(frozen=True, kw_only=True)
class CheckedDefinition:
    """One definition as it was read."""

    place: str
    text: str
    """What the definition is read from: its file, or all that it and those that it extends say together."""
    tree: Tree
    definition: Definition | None
    """None where there are faults."""
    faults: tuple[Fault, ...] = ()
    warnings: tuple[Fault, ...] = ()
    parents: tuple[str, ...] = ()
    """The files that it extends, the nearest first."""

    def fault(self, finding: Finding) -> Fault:
        """A finding with its file and line."""
        return self._led_to(self.tree.fault(finding, self.place))

    def refuse(self, findings: Iterable[Finding], others: Iterable[Fault] = ()) -> CheckedDefinition:
        """The same with what is wrong, each fault once: those of the own file first, by their lines."""
        files = {place: number for number, place in enumerate((self.place, *self.parents))}
        found = dict.fromkeys([*map(self.fault, findings), *map(self._led_to, others)])
        faults = sorted(found, key=lambda fault: (files.get(fault.file, len(files)), fault.line or 0))
        return replace(self, faults=tuple(faults))

    def _led_to(self, fault: Fault) -> Fault:
        """A fault of a parent's file, with who led to it: by itself that file may be sound."""
        if fault.file == self.place:
            return fault
        through = f"({self.place} extends this file.)"
        return replace(fault, hint=f"{fault.hint} {through}" if fault.hint else through)


def check_text(text: str, place: str, file: pathlib.Path | None = None) -> CheckedDefinition:
    """Read and check the YAML text of a definition, and what it extends with it. Never raises.

    What is extended is looked for beside `file`; where none is given, beside the one that is called `place`.
    """
    tree = read_tree(text)
    if not extends_another(tree):
        return _check(CheckedDefinition(place=place, text=text, tree=tree, definition=None))
    extended = extend(tree, place, file or file_of(place))
    read = CheckedDefinition(
        place=place, text=text, tree=extended.tree, definition=None, parents=extended.parents
    )
    if extended.faults:  # without the parent's fields others would seem to be missing
        return read.refuse(tree.findings, extended.faults)
    return _check(replace(read, text=write_values(extended.tree.value)))


def _check(read: CheckedDefinition) -> CheckedDefinition:
    """The same with its definition, or with its faults."""
    findings = list(read.tree.findings)
    definition = _build(read.tree, findings) if read.tree.complete else None
    if findings or definition is None:
        return read.refuse(findings)
    warnings = tuple(map(read.fault, find_warnings(definition)))
    return replace(read, definition=definition, warnings=warnings)


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
    definition, unknown = resolve_notices(definition)
    found = [*unknown, *find_definition_faults(definition)]
    findings += [one for one in found if not broken.touches(one)]
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
