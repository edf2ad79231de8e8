"""The JSON Schema of definitions that extend another: the same fields, where what the parent has may be left out.

For editors only: what is wrong is looked for in the merged definition, by the whole schema.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

Schema = dict[str, Any]

_WHOLE = "Definition"
_SUFFIX = "InPart"
_REFERENCE = "#/$defs/"
_KEPT = ("default", "description")
"""What says something of a field, whichever form its value has."""


def with_parts(schema: Schema, own: Collection[str]) -> Schema:
    """The published schema, which asks less of a file that extends another. `own` fields are never the parent's."""
    parts = _Parts(schema["$defs"])
    parts.make(_WHOLE)
    whole = schema["$defs"][_WHOLE]
    part = parts.made[_WHOLE + _SUFFIX]
    part["properties"] |= {name: whole["properties"][name] for name in own}
    part["required"] = [name for name in whole["required"] if name in own]
    choice: Schema = {
        "if": {"required": ["extends"], "properties": {"extends": {"type": "string"}}},
        "then": {"$ref": _REFERENCE + _WHOLE + _SUFFIX},
        "else": {"$ref": _REFERENCE + _WHOLE},
    }
    rest = {name: value for name, value in schema.items() if name != "$ref"}
    return rest | choice | {"$defs": schema["$defs"] | parts.made}


class _Parts:
    """Makes the looser twins of mappings; entries of lists are replaced whole, and have none."""

    def __init__(self, kinds: dict[str, Schema]) -> None:
        self._kinds = kinds
        self.made: dict[str, Schema] = {}

    def make(self, name: str) -> str:
        """The name of the twin."""
        twin = name + _SUFFIX
        if twin not in self.made:
            self.made[twin] = {}  # so that one that holds itself is made once
            kind = {key: value for key, value in self._kinds[name].items() if key != "required"}
            fields = {field: self._loosened(form) for field, form in kind["properties"].items()}
            self.made[twin] = kind | {"title": twin, "properties": fields}
        return twin

    def _loosened(self, form: Schema) -> Schema:
        """The form of a field that may also be taken away, by null."""
        said = {key: value for key, value in form.items() if key in _KEPT}
        if said == form:  # anything, and so null too
            return form
        if "anyOf" in form:
            said = {key: value for key, value in form.items() if key != "anyOf"}
        bare = {key: value for key, value in form.items() if key not in said}
        branches = [self._in_part(branch) for branch in bare.get("anyOf", [bare])]
        if {"type": "null"} not in branches:
            branches.append({"type": "null"})
        return {"anyOf": branches, **said}

    def _in_part(self, branch: Schema) -> Schema:
        name = branch.get("$ref", "").removeprefix(_REFERENCE)
        if name and self._kinds[name].get("type") == "object":
            return {"$ref": _REFERENCE + self.make(name)}
        entries = branch.get("additionalProperties")
        if isinstance(entries, dict):
            return branch | {"additionalProperties": self._loosened(entries)}
        return branch
