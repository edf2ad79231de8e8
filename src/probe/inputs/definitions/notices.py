"""Notices: the texts by which platforms say what they did, shared by all definitions, which name them by id."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import msgspec

from probe.inputs.definitions.files import BUILTIN, builtin_place, read_file
from probe.inputs.definitions.rule_check import alternatives, nested
from probe.inputs.definitions.schema_faults import near
from probe.inputs.definitions.yaml_nodes import Finding, Path, quoted, read_tree
from probe.model.definition import Definition
from probe.model.rule import Notice

NOTICES = "_notices"


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    notices: dict[str, Notice]


@cache
def shared_notices() -> dict[str, Notice]:
    """The notices that come with probe, by id."""
    tree = read_tree(read_file(BUILTIN / f"{NOTICES}.yaml", builtin_place(NOTICES)))
    return msgspec.convert(tree.value, _File).notices


def resolve_notices(definition: Definition) -> tuple[Definition, list[Finding]]:
    """The definition with the notices that its rules name, and the names that are those of none.

    Where a definition has a notice of the same id as one that comes with probe, its own counts.
    """
    own = definition.notices
    named = dict(_named(definition))
    shared = shared_notices() if named.keys() - own.keys() else {}
    known = [*own, *shared]
    findings = [
        Finding(
            path=path,
            message=f"{quoted(name)} is no notice.",
            hint=near(name, known) or "`probe endpoints notices` lists those that come with probe.",
            depends=(("notices",),),
        )
        for name, path in named.items()
        if name not in known
    ]
    findings += _text_faults(own)
    used = {name: shared[name] for name in named if name not in own and name in shared}
    return msgspec.structs.replace(definition, notices={**own, **used}), findings


def _text_faults(notices: dict[str, Notice]) -> Iterator[Finding]:
    for name, notice in notices.items():
        texts = (notice.text,) if isinstance(notice.text, str) else notice.text
        path: Path = ("notices", name, "text")
        if not texts:
            yield Finding(path=path, message="is empty, so that it can never be found.")
        elif not all(any(char.isalnum() for char in text) for text in texts):
            yield Finding(path=path, message="holds a text without a letter, which says nothing.")


def _named(definition: Definition) -> Iterator[tuple[str, Path]]:
    for place, rule in enumerate(definition.rules):
        for outer_path, outer in alternatives(rule.when, ("rules", place, "when")):
            for path, when in nested(outer_path, outer):
                names = when.notice
                for name in (names,) if isinstance(names, str) else names or ():
                    yield name, (*path, "notice")
