"""Merging: one definition's values laid over those of another that it extends, each with the file and line it comes from.

Mappings are merged deeply, all else replaces. Rules and session steps are told apart by their ids: own ones first, those
that the parent has too in the parent's place. Pure: nothing is read here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from probe.inputs.definitions.schema import OWN, Schema, bare_schema
from probe.inputs.definitions.yaml_nodes import Finding, Origin, Path, Tree

_BY_ID: tuple[Path, ...] = (("rules",), ("session",))
"""Lists in which an entry takes the place of the parent's entry of the same id."""


@dataclass(frozen=True)
class _Side:
    """One of the two definitions."""

    tree: Tree
    place: str | None
    """The file, None for that of the definition which extends."""

    def origin(self, path: Path) -> Origin:
        origin = self.tree.origins.get(path, Origin(path=path))
        return replace(origin, place=origin.place or self.place)


def merge(tree: Tree, parent: Tree, place: str) -> Tree:
    """A definition with what it takes from a parent whose file is called `place`. Both must be mappings.

    The paths of the tree's findings are those of the merged values.
    """
    merging = _Merging(tree, parent, place)
    value = merging.definition()
    return Tree(
        value=value,
        lines=merging.lines,
        findings=tuple(merging.moved(finding) for finding in tree.findings),
        complete=tree.complete,
        origins=merging.origins,
    )


class _Merging:
    """Builds merged values, and notes where each of them stands."""

    def __init__(self, tree: Tree, parent: Tree, place: str) -> None:
        self.lines: dict[Path, int] = {}
        self.origins: dict[Path, Origin] = {}
        self._own = _Side(tree, None)
        self._theirs = _Side(parent, place)
        self._moved: dict[Path, Path] = {}
        """Entries of own lists that stand elsewhere now."""

    def definition(self) -> dict[str, Any]:
        """All fields, in the order in which they are documented."""
        self._note(self._own, ("extends",), ("extends",))
        own = {name: value for name, value in self._own.tree.value.items() if name != "extends"}
        theirs = {name: value for name, value in self._theirs.tree.value.items() if name not in OWN}
        schema = bare_schema()
        merged = self._mappings(own, theirs, (), schema)
        order = [name for name in _fields(schema)["properties"] if name in merged]
        return {name: merged[name] for name in dict.fromkeys([*order, *merged])}

    def moved(self, finding: Finding) -> Finding:
        """A finding about the definition that extends, with its path in the merged values."""
        to = self._moved.get(finding.path[:2])
        return finding if to is None else replace(finding, path=(*to, *finding.path[2:]))

    def _mappings(
        self, own: dict[str, Any], theirs: dict[str, Any], path: Path, schema: Schema
    ) -> dict[str, Any]:
        self._note(self._own, path, path)
        merged: dict[str, Any] = {}
        for name in dict.fromkeys([*theirs, *own]):
            at = (*path, name)
            inner = _inner(schema, name)
            if name not in own:
                merged[name] = self._take(self._theirs, theirs[name], at, at)
            elif name in theirs and own[name] is None and not _means_something(inner):
                self._note(self._own, at, at)  # what is now missing was taken away in this line
            elif isinstance(own[name], dict) and isinstance(theirs.get(name), dict):
                merged[name] = self._mappings(own[name], theirs[name], at, inner)
            elif at in _BY_ID and isinstance(own[name], list) and isinstance(theirs.get(name), list):
                merged[name] = self._entries(own[name], theirs[name], at)
            else:
                merged[name] = self._take(self._own, own[name], at, at)
        return merged

    def _entries(self, own: list[Any], theirs: list[Any], path: Path) -> list[Any]:
        self._note(self._own, path, path)
        merged: list[Any] = []
        for side, number, entry in self._ordered(own, theirs):
            before, after = (*path, number), (*path, len(merged))
            if side is self._own and before != after:
                self._moved[before] = after
            merged.append(self._take(side, entry, before, after))
        return merged

    def _ordered(self, own: list[Any], theirs: list[Any]) -> Iterator[tuple[_Side, int, Any]]:
        """Entries with their numbers in their own files."""
        known = {_id_of(entry) for entry in theirs} - {None}
        mending: dict[str | None, list[tuple[_Side, int, Any]]] = {}
        for number, entry in enumerate(own):
            if _id_of(entry) in known:
                mending.setdefault(_id_of(entry), []).append((self._own, number, entry))
            else:
                yield self._own, number, entry
        for number, entry in enumerate(theirs):
            mended = mending.get(_id_of(entry))
            if mended is None:
                yield self._theirs, number, entry
            else:
                yield from mended
                mended.clear()  # an id that the parent has twice is mended once

    def _take(self, side: _Side, value: Any, path: Path, to: Path) -> Any:
        """A copy of a value of one side, all of it noted; nesting is bounded by whoever read it."""
        self._note(side, path, to)
        match value:
            case dict():
                return {key: self._take(side, item, (*path, key), (*to, key)) for key, item in value.items()}
            case list():
                return [
                    self._take(side, item, (*path, number), (*to, number))
                    for number, item in enumerate(value)
                ]
            case _:
                return value

    def _note(self, side: _Side, path: Path, to: Path) -> None:
        if path in side.tree.lines:
            self.lines[to] = side.tree.lines[path]
        origin = side.origin(path)
        if origin != Origin(path=to):
            self.origins[to] = origin


def _id_of(entry: Any) -> str | None:
    found = entry.get("id") if isinstance(entry, dict) else None
    return found if isinstance(found, str) else None


def _fields(schema: Schema) -> Schema:
    """What a schema says of a mapping."""
    if "$ref" in schema:
        return _fields(bare_schema()["$defs"][schema["$ref"].rpartition("/")[2]])
    found = (_fields(branch) for branch in schema.get("anyOf", ()))
    return next((one for one in found if one.get("type") == "object"), schema)


def _inner(schema: Schema, name: str) -> Schema:
    fields = _fields(schema)
    found = fields.get("properties", {}).get(name, fields.get("additionalProperties"))
    return found if isinstance(found, dict) else {}


def _means_something(schema: Schema) -> bool:
    """Whether null is a value of a field, such as "no limit"; elsewhere it says that there is to be none."""
    return any(branch.get("type") == "null" for branch in schema.get("anyOf", ()))
