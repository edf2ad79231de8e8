"""A definition that was checked: what its YAML text says, with everything that is wrong or misleading in it.

Sound parts of a faulty definition are checked too, so that all faults are said at once, and none because of another.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from probe.errors import Fault
from probe.inputs.definitions.check import find_definition_faults
from probe.inputs.definitions.notices import resolve_notices
from probe.inputs.definitions.schema_faults import find_problems, mend
from probe.inputs.definitions.warnings import find_warnings
from probe.inputs.definitions.yaml_nodes import Finding, Path, Tree, one_line, read_tree
from probe.model.definition import Definition


@dataclass(frozen=True, kw_only=True)
class CheckedDefinition:
    """One definition as it was read."""

    place: str
    text: str
    tree: Tree
    definition: Definition | None
    """None where there are faults."""
    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]

    def fault(self, finding: Finding) -> Fault:
        """A finding with its file and line."""
        return self.tree.fault(finding, self.place)


def check_text(text: str, place: str) -> CheckedDefinition:
    """Read and check the YAML text of a definition. Never raises."""
    tree = read_tree(text)
    findings = list(tree.findings)
    definition = None
    if tree.complete:
        definition = _build(tree, findings)
    if findings or definition is None:
        found = {tree.fault(finding, place): None for finding in findings}
        faults = tuple(sorted(found, key=lambda fault: fault.line or 0))
        return CheckedDefinition(
            place=place, text=text, tree=tree, definition=None, faults=faults, warnings=()
        )
    warnings = tuple(tree.fault(warning, place) for warning in find_warnings(definition))
    return CheckedDefinition(
        place=place, text=text, tree=tree, definition=definition, faults=(), warnings=warnings
    )


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
