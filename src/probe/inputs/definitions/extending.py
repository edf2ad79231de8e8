"""Extending: a definition together with those that it extends, read from their files one after another."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from probe.errors import BadInput, Fault
from probe.inputs.definitions.files import builtin_endpoints, find_beside, read_file
from probe.inputs.definitions.merging import merge
from probe.inputs.definitions.schema_faults import describe
from probe.inputs.definitions.writing import write_values
from probe.inputs.definitions.yaml_nodes import Finding, Tree, quoted, read_tree

MOST_PARENTS = 3
"""How many definitions one may be laid over; nobody can follow more."""

_PATH = ("extends",)


@dataclass(frozen=True, kw_only=True)
class Extended:
    """A definition with everything that it takes from others."""

    tree: Tree
    """The merged values; where there are faults, those of the file alone."""
    parents: tuple[str, ...]
    """What messages call the files that it extends, the nearest first."""
    faults: tuple[Fault, ...]


@dataclass(frozen=True, kw_only=True)
class _Read:
    tree: Tree
    place: str
    file: Path

    def faults(self, *findings: Finding) -> tuple[Fault, ...]:
        return tuple(self.tree.fault(finding, self.place) for finding in findings)


def extends_another(tree: Tree) -> bool:
    """Whether a text says that its definition extends another."""
    return tree.complete and isinstance(tree.value, dict) and tree.value.get("extends") is not None


def extend(tree: Tree, place: str, file: Path) -> Extended:
    """The definition of a tree that was read from this file, laid over what it extends. Never raises."""
    chain = [_Read(tree=tree, place=place, file=file)]
    faults: tuple[Fault, ...] = ()
    while not faults and extends_another(chain[-1].tree):
        found = _read_parent(chain)
        if isinstance(found, _Read):
            chain.append(found)
            faults = _unfit(found)
        else:
            faults = found
    parents = tuple(one.place for one in chain[1:])
    if faults:
        return Extended(tree=tree, parents=parents, faults=faults)
    merged = chain.pop()
    while chain:
        child = chain.pop()
        values = merge(child.tree, _carried(merged, child.file), merged.place)
        merged = replace(child, tree=values)
    return Extended(tree=merged.tree, parents=parents, faults=merged.faults(*_too_much(merged.tree)))


def _read_parent(chain: list[_Read]) -> _Read | tuple[Fault, ...]:
    """The definition that the last of a chain extends, or why there is none."""
    last = chain[-1]
    name = last.tree.value["extends"]
    if not isinstance(name, str):
        return last.faults(Finding(path=_PATH, message=f"must be a text, not {describe(name)}."))
    found = find_beside(name, last.file, _PATH)
    if isinstance(found, Finding):
        return last.faults(found)
    path, place = found
    files = [one.file.resolve() for one in chain]
    if path.resolve() in files:
        around = "itself" if path.resolve() == files[-1] else f"{quoted(name)}, which extends this one"
        hint = "Let it stand by itself, or name another."
        return last.faults(Finding(path=_PATH, message=f"leads in a circle: it names {around}.", hint=hint))
    if len(chain) > MOST_PARENTS:
        message = f"is one too many: {chain[0].place} extends {MOST_PARENTS} definitions before it already."
        return last.faults(Finding(path=_PATH, message=message, hint="Let one of them stand by itself."))
    try:
        return _Read(tree=read_tree(read_file(path, place)), place=place, file=path)
    except BadInput as unreadable:
        return unreadable.faults


def _unfit(parent: _Read) -> tuple[Fault, ...]:
    """Why nothing can be taken from a file: what it says is not known for sure."""
    if parent.tree.findings:
        return parent.faults(*parent.tree.findings)
    if not isinstance(parent.tree.value, dict):
        return parent.faults(Finding(path=(), message="is no definition that another could extend."))
    return ()


def _carried(parent: _Read, file: Path) -> Tree:
    """A parent's values for use in its child's file: a path from the one's folder is made one from the other's."""
    controls = parent.tree.value.get("controls")
    name = controls.get("reference") if isinstance(controls, dict) else None
    ours, theirs = file.parent.resolve(), parent.file.parent.resolve()
    if not isinstance(name, str) or name in builtin_endpoints() or Path(name).is_absolute() or ours == theirs:
        return parent.tree
    value: dict[str, Any] = {**parent.tree.value, "controls": {**controls, "reference": None}}
    value["controls"]["reference"] = os.path.relpath(theirs / name, ours)
    return replace(parent.tree, value=value)


def _too_much(tree: Tree) -> list[Finding]:
    """Files that can each be read may be too much together: the merged text is what is kept, and read again."""
    again = read_tree(write_values(tree.value))
    if again.complete and again.value == tree.value:
        return []
    said = "; ".join(finding.message for finding in again.findings) or "does not read back"
    return [Finding(path=_PATH, message=f"cannot be: together with what it extends this definition {said}.")]
