"""The JSON Schema of definitions: made from the words in `model/definition`, with bounds and descriptions added.

Editors use it while a definition is written; `schema_faults` uses the same one, so that the two never disagree.
"""

from __future__ import annotations

import ast
import copy
import enum
import inspect
from functools import cache
from types import ModuleType
from typing import Any

import msgspec

from probe.inputs.definitions.partial_schema import with_parts
from probe.model import asking, definition, exchange, message, observation, refusal, rule
from probe.reading.match import AUTHOR_LENGTH

Schema = dict[str, Any]

NAME = "^[a-z0-9-]{1,40}$"
"""Of endpoints and rules: what fits into file names, JUnit and shell words without quoting."""

PATTERN_WORDS = {
    NAME: "1 to 40 of the characters a-z, 0-9 and -",
    "^[a-z]{2}$": "a country code of two small letters, such as cn",
    "^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$": "a date or its beginning, such as 2013-11, or null",
    "^[0-9]{4}-[0-9]{2}-[0-9]{2}$": "a date such as 2026-01-31, or null",
}
"""What each pattern of the schema means in plain words."""

OWN = (
    "name",
    "title",
    "extends",
    "platform",
    "country",
    "docs",
    "sources",
    "last_verified",
    "stability",
    "notes",
    "why_not",
    "since",
    "instead",
    "examples",
)
"""Fields that say what one service is, and what was seen of it: true of another one only if its own file says so too."""

_MODULES = (definition, asking, message, rule, refusal, exchange, observation)
"""Where the words of a definition are defined."""

_BOUNDS: dict[str, dict[str, Schema]] = {
    "Definition": {
        "name": {"pattern": NAME},
        "title": {"minLength": 1, "maxLength": 200},
        "country": {"pattern": "^[a-z]{2}$"},
        "last_verified": {"pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
        "rules": {"maxItems": 200},
        "session": {"maxItems": 10},
        "forms": {"maxProperties": 20},
        "since": {"pattern": "^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"},
        "examples": {"maxItems": 200},
    },
    "Risk": {"hit_cost": {"minimum": 0, "maximum": 1_000_000}},
    "Limits": {
        "rate": {"exclusiveMinimum": 0, "maximum": 100_000},
        "jitter": {"minimum": 0, "maximum": 1},
        "concurrency": {"minimum": 1, "maximum": 100},
        "deadline": {"exclusiveMinimum": 0, "maximum": 600},
        "max_body": {"minimum": 1_000, "maximum": 50_000_000},
        "residual_wait": {"minimum": 0, "maximum": 86_400},
        "max_text": {"minimum": 1, "maximum": 1_000_000},
        "block": {"minimum": 1, "maximum": 10_000},
        "control_wait": {"minimum": 0, "maximum": 3_600},
        "patience": {"minimum": 1, "maximum": 100},
        "retries": {"minimum": 0, "maximum": 10},
        "longest_wait": {"minimum": 0, "maximum": 86_400},
        "per_day": {"minimum": 1, "maximum": 1_000_000_000},
    },
    "PooledTexts": {
        "separator": {"minLength": 1, "maxLength": 20},
        "max_text": {"minimum": 2, "maximum": 1_000_000},
        "max_bytes": {"minimum": 2, "maximum": 1_000_000},
        "most": {"minimum": 2, "maximum": 600},
    },
    "Deciding": {
        "trigger_rate": {"minimum": 0.05, "maximum": 0.9999},  # no rate is ever 1
        "error_rate": {"minimum": 1e-6, "maximum": 0.2},
        "attempts": {"minimum": 1, "maximum": 100},
        "least": {"minimum": 1, "maximum": 100},
    },
    "SessionStep": {
        "id": {"pattern": NAME},
        "take": {"minProperties": 1, "maxProperties": 20},
        "cache_for": {"minimum": 1, "maximum": 31_536_000},
    },
    "Message": {"take": {"maxProperties": 20}},
    "ReadBack": {
        "after": {"exclusiveMinimum": 0, "maximum": 3_600},
        "within": {"exclusiveMinimum": 0, "maximum": 86_400},
        "latest": {"exclusiveMinimum": 0, "maximum": 86_400},
        "again_after": {"exclusiveMinimum": 0, "maximum": 86_400},
        "missing": {"maxItems": 50, "items": {"type": "integer", "minimum": 300, "maximum": 599}},
    },
    "Take": {"digits": {"minimum": 1, "maximum": 20}},
    "RequestTemplate": {"redirects": {"minimum": 0, "maximum": 20}},
    "Rule": {"id": {"pattern": NAME}},
    "Controls": {
        "share": {"exclusiveMinimum": 0, "maximum": 1},
        # Shorter than what the names on a page are cut at, so that a cut one is never taken for one of these.
        "authorised_authors": {
            "maxItems": 1_000,
            "items": {"type": "string", "minLength": 1, "maxLength": AUTHOR_LENGTH - 1},
        },
    },
    "ExampleAnswer": {"status": {"minimum": 100, "maximum": 599}},
}


@cache
def bare_schema() -> Schema:
    """The schema as checks need it: bounds, no descriptions. Shared: not to be changed."""
    # Through JSON, so that tuples among the defaults become lists.
    schema: Schema = msgspec.json.decode(msgspec.json.encode(msgspec.json.schema(definition.Definition)))
    kinds: Schema = schema["$defs"]
    for name, fields in _BOUNDS.items():
        for field, bounds in fields.items():
            kinds[name]["properties"][field] |= bounds
    for name, members in _enums().items():
        if name in kinds:
            kinds[name]["enum"] = [member.value for member in members]
    return schema


def published_schema() -> Schema:
    """The schema as editors want it: with what each field means, from the lines under the fields."""
    schema = copy.deepcopy(bare_schema())
    docs = {name: lines for module in _MODULES for name, lines in _docs(module).items()}
    structs = {name: one for module in _MODULES for name, one in vars(module).items()}
    enums = _enums()
    for name, kind in schema["$defs"].items():
        if name in enums:
            _describe_members(kind, enums[name], docs.get(name, {}))
        else:
            _describe_fields(kind, structs[name], docs.get(name, {}))
        if "description" in kind:
            kind["description"] = _first_paragraph(kind["description"])
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Endpoint definition of probe",
        "description": "Describes one endpoint that is sent keywords, and what its answers mean.",
        **with_parts(schema, OWN),
    }


def _enums() -> dict[str, type[enum.Enum]]:
    values = [value for module in _MODULES for value in vars(module).values()]
    return {one.__name__: one for one in values if isinstance(one, type) and issubclass(one, enum.Enum)}


def _describe_fields(kind: Schema, struct: type, docs: dict[str, str]) -> None:
    for field in msgspec.structs.fields(struct):
        if field.name in docs:
            kind["properties"][field.encode_name]["description"] = docs[field.name]


def _describe_members(kind: Schema, members: type[enum.Enum], docs: dict[str, str]) -> None:
    lines = [f"{member.value}: {docs[member.name]}" for member in members if member.name in docs]
    if lines:
        kind["description"] = "\n".join([_first_paragraph(kind.get("description", "")), *lines]).strip()


def _first_paragraph(text: str) -> str:
    return inspect.cleandoc(text).split("\n\n")[0]


def _docs(module: ModuleType) -> dict[str, dict[str, str]]:
    """The texts that stand under the fields of each class of a module."""
    found: dict[str, dict[str, str]] = {}
    for item in ast.parse(inspect.getsource(module)).body:
        if isinstance(item, ast.ClassDef):
            found[item.name] = {}
            for field, text in zip(item.body, item.body[1:], strict=False):
                match field, text:
                    case (
                        ast.AnnAssign(target=ast.Name(id=name)) | ast.Assign(targets=[ast.Name(id=name)]),
                        ast.Expr(value=ast.Constant(value=str(words_under))),
                    ):
                        found[item.name][name] = inspect.cleandoc(words_under)
    return found
