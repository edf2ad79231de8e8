"""What is wrong with how keywords may be pooled."""

from __future__ import annotations

from collections.abc import Iterator

from probe.inputs.definitions.yaml_nodes import Finding, Path, quoted
from probe.model.definition import Definition, Kind
from probe.model.observation import Outcome


def find_pool_faults(definition: Definition) -> Iterator[Finding]:
    """Everything that would make the answer to a pool say something else than those to its keywords."""
    pool = definition.pool
    if pool is None:
        return
    path: Path = ("pool",)
    if definition.kind is Kind.CHAT:
        says = (
            "is of no use where a model answers: what it makes of many words at a time says nothing of each."
        )
        yield Finding(path=path, message=says, depends=(("kind",),))
    if definition.local is not None:
        yield Finding(path=path, message="is of no use beside a local list, which costs nothing to look in.")
    if definition.controls.share is not None:
        says = "cannot stand beside controls.share, which compares answers keyword by keyword."
        yield Finding(path=path, message=says, depends=(("controls", "share"),))
    if pool.max_text is not None and pool.max_bytes is not None:
        yield Finding(path=(*path, "max_bytes"), message="excludes max_text: give one of them.")
    try:
        "天".encode(pool.encoding, "replace")  # codecs that make no bytes of text are none here
    except (LookupError, ValueError):
        says = f"{quoted(pool.encoding)} is no known encoding: write a name such as utf-8 or gb18030."
        yield Finding(path=(*path, "encoding"), message=says)
    for place, outcome in enumerate(pool.outcomes):
        if not outcome.is_hit:
            says = f"{quoted(outcome)} does not speak for censorship."
            yield Finding(path=(*path, "outcomes", place), message=says)
        elif outcome is Outcome.EMPTY:
            says = "empty may come of any keyword in a pool, so that it says nothing of the others."
            yield Finding(path=(*path, "outcomes", place), message=says)
