"""Document schema: JSON Schemas of what `json` and `jsonl` write, made from the classes that are written.

Every field is required, since every field is always there; further fields may be added one day, so they are allowed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from probe.model.change import Change, Diff
from probe.model.run import Run
from probe.model.timeline import Timeline
from probe.model.verdict import Verdict

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def verdict_schema() -> dict[str, Any]:
    """The schema of a verdict: a line of JSON Lines."""
    return _publish(Verdict)


def run_schema() -> dict[str, Any]:
    """The schema of a run: the last line of JSON Lines, and the JSON document but for its `verdicts` and `changes`."""
    return _publish(Run)


def change_schema() -> dict[str, Any]:
    """The schema of a change: a line of JSON Lines, and one of the `changes` of a JSON document."""
    return _publish(Change)


def diff_schema() -> dict[str, Any]:
    """The schema of what `probe diff` says of two runs, but for its `changes`: the last line of its JSON Lines."""
    return _publish(Diff)


def history_schema() -> dict[str, Any]:
    """The schema of the document of `probe history`."""
    return _publish(Timeline)


SCHEMAS: dict[str, Callable[[], dict[str, Any]]] = {
    "verdict": verdict_schema,
    "run": run_schema,
    "change": change_schema,
    "diff": diff_schema,
    "history": history_schema,
}
"""Name, as in `schemas/NAME.json`: how it is made."""


def _publish(written: type[msgspec.Struct]) -> dict[str, Any]:
    schema = msgspec.json.schema(written)
    for definition in schema["$defs"].values():
        properties = definition.get("properties")
        if properties is not None:
            definition["required"] = list(properties)
            for one in properties.values():
                one.pop("default", None)  # a default is for what may be missing
    return {"$schema": _DIALECT, "title": written.__name__, **schema}
