"""What the JSON Schema finds wrong in a definition or a settings file, each fault in plain words, all at once.

A definition that has faults is mended with stand-ins, so that the checks that a schema cannot make can go on beside them.
"""

from __future__ import annotations

import copy
import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from jsonschema import Draft202012Validator, ValidationError
from jsonschema.validators import extend

from probe.inputs.definitions.schema import PATTERN_WORDS, Schema, bare_schema
from probe.inputs.definitions.yaml_nodes import Finding, Path, quoted

MOST_GUESSES = 100
"""Faults for which a near word is looked for: it takes long, and nobody reads more."""

_Error = Any
"""A jsonschema.ValidationError, whose stubs say of every attribute that it may be unset."""

_WORDS = {
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "empty",
    "object": "a mapping",
    "array": "a list",
}


@dataclass(frozen=True, kw_only=True)
class Problem:
    """A finding, and what makes the definition readable in spite of it."""

    finding: Finding
    repair: Literal["keep", "drop", "put"]
    schema: Schema
    """Of the value at the finding's path, for `put`."""


def find_problems(value: Any, schema: Schema | None = None) -> list[Problem]:
    """Everything that the schema has against a file's plain values: that of definitions, or one without references."""
    problems: dict[tuple[Path, str], Problem] = {}
    guesser = _Guesser()
    validator = _validator() if schema is None else _validator_kind()(schema)
    for error in validator.iter_errors(value):
        for problem in _explain(error, guesser):
            problems.setdefault((problem.finding.path, problem.finding.message), problem)
    return list(problems.values())


def mend(value: Any, problems: Sequence[Problem]) -> Any:
    """A copy of the values in which something sound stands at each faulty path; places in lists stay as they are."""
    mended = copy.deepcopy(value)
    for problem in sorted(problems, key=lambda problem: len(problem.finding.path)):
        *way, last = problem.finding.path
        around = mended
        for step in way:
            around = around[step]
        if problem.repair == "drop":
            del around[last]
        elif problem.repair == "put":
            around[last] = _stand_in(problem.schema)
    return mended


def near(word: str, known: Sequence[str]) -> str | None:
    """A hint that names the nearest known word, or None."""
    if len(word) > 60:
        return None
    guesses = difflib.get_close_matches(word, known, n=1)
    return f"Did you mean {quoted(guesses[0])}?" if guesses else None


def describe(value: Any) -> str:
    """A value of a file in plain words: `the text 'abc'`, `the number 5`, `a list`."""
    match value:
        case None:
            return "empty"
        case bool():
            return "true" if value else "false"
        case int() | float():
            return f"the number {value}"
        case str():
            return f"the text {quoted(value)}"
        case list():
            return "a list"
        case _:
            return "a mapping"


class _Guesser:
    """Looks for near words until it has done so often enough."""

    def __init__(self) -> None:
        self._left = MOST_GUESSES

    def near(self, word: str, known: Sequence[str]) -> str | None:
        self._left -= 1
        return near(word, known) if self._left >= 0 else None


@cache
def _validator() -> Any:
    return _validator_kind()(bare_schema())


@cache
def _validator_kind() -> Any:
    # As msgspec has it: 200.0 is no whole number. As ECMA 262 has it: `$` is the end, not a line break before it.
    checker = Draft202012Validator.TYPE_CHECKER.redefine(
        "integer", lambda _, value: isinstance(value, int) and not isinstance(value, bool)
    )
    kind: Any = extend(  # type: ignore[no-untyped-call]  # its stubs leave it bare
        Draft202012Validator, validators={"pattern": _check_pattern}, type_checker=checker
    )
    return kind


def _check_pattern(_: Any, pattern: str, value: Any, __: Any) -> Iterator[ValidationError]:
    if isinstance(value, str) and not re.fullmatch(pattern, value):
        yield ValidationError(pattern)


def _explain(error: _Error, guesser: _Guesser) -> Iterator[Problem]:
    path: Path = tuple(error.absolute_path)
    schema = error.schema
    match error.validator:
        case "additionalProperties":
            yield from _unknown_keys(error, path, guesser)
        case "required":
            yield from _missing_keys(error, path)
        case "anyOf":
            yield from _branches(error, path, guesser)
        case "enum":
            yield _unknown_word(error, path, guesser)
        case "type":
            yield _wrong_type(error.instance, path, schema)
        case _:
            message = f"must be {_bounds(error)}, not {describe(error.instance)}."
            yield Problem(finding=Finding(path=path, message=message), repair="keep", schema=schema)


def _unknown_keys(error: _Error, path: Path, guesser: _Guesser) -> Iterator[Problem]:
    known = list(error.schema["properties"])
    for key in error.instance:
        if key in known:
            continue
        hint = guesser.near(key, known)
        if hint is None:
            hint = f"Known here: {', '.join(known)}."
        message = "is not a known field."
        yield Problem(
            finding=Finding(path=(*path, key), message=message, hint=hint), repair="drop", schema={}
        )


def _missing_keys(error: _Error, path: Path) -> Iterator[Problem]:
    for key in error.validator_value:
        if key not in error.instance:
            schema = error.schema["properties"][key]
            message = f"is missing; it must be {_phrase(schema)}."
            yield Problem(finding=Finding(path=(*path, key), message=message), repair="put", schema=schema)


def _branches(error: _Error, path: Path, guesser: _Guesser) -> Iterator[Problem]:
    """Of several forms that a value may have, only the one that it seems to be meant as is spoken of."""
    for number, branch in enumerate(error.validator_value):
        if _fits(error.instance, branch):
            for inner in error.context or ():
                if inner.relative_schema_path[0] == number:
                    yield from _explain(inner, guesser)
            return
    yield _wrong_type(error.instance, path, error.schema)


def _unknown_word(error: _Error, path: Path, guesser: _Guesser) -> Problem:
    value, known = error.instance, error.validator_value
    hint = guesser.near(value, known) if isinstance(value, str) else None
    message = f"must be {_phrase(error.schema)}, not {describe(value)}."
    if hint is not None and len(known) > 8:
        message = f"cannot be {describe(value)}."
    return Problem(finding=Finding(path=path, message=message, hint=hint), repair="put", schema=error.schema)


def _wrong_type(value: Any, path: Path, schema: Schema) -> Problem:
    message = f"must be {_phrase(schema)}, not {describe(value)}."
    kinds = set(_kinds(schema))
    hint = None
    if value is None:
        hint = "Give it a value, or leave the field out."
    elif kinds.isdisjoint({"integer", "number"}) and "string" in kinds and isinstance(value, int | float):
        hint = f"Put it in quotes: '{describe(value).removeprefix('the number ')}'."
    elif "string" in kinds and isinstance(value, dict):
        hint = "A text that starts with { must stand in quotes."
    return Problem(finding=Finding(path=path, message=message, hint=hint), repair="put", schema=schema)


def _resolve(schema: Schema) -> Schema:
    reference = schema.get("$ref")
    if reference is None:
        return schema
    target: Schema = bare_schema()["$defs"][reference.rpartition("/")[2]]
    return target


def _kinds(schema: Schema) -> Iterator[str]:
    """The JSON types that a schema allows; an enum is one of texts."""
    schema = _resolve(schema)
    if "anyOf" in schema:
        for branch in schema["anyOf"]:
            yield from _kinds(branch)
    else:
        yield schema.get("type", "string")


def _fits(value: Any, branch: Schema) -> bool:
    return any(_validator().is_type(value, kind) for kind in _kinds(branch))


def _phrase(schema: Schema) -> str:
    """What a schema asks for, in plain words."""
    schema = _resolve(schema)
    if "anyOf" in schema:
        phrases = [_phrase(branch) for branch in schema["anyOf"] if branch.get("type") != "null"]
        if "a number" in phrases:
            phrases = [phrase for phrase in phrases if phrase != "a whole number"]
        phrases = list(dict.fromkeys(phrases))
        return " or ".join([", ".join(phrases[:-1]), phrases[-1]] if len(phrases) > 1 else phrases)
    if "enum" in schema:
        return f"one of {', '.join(schema['enum'])}"
    return _WORDS[schema["type"]]


def _bounds(error: _Error) -> str:
    schema = error.schema
    if error.validator == "pattern":
        return PATTERN_WORDS[schema["pattern"]]
    if "minLength" in schema:
        return f"{schema['minLength']} to {schema['maxLength']} characters long"
    if "maxItems" in schema:
        return f"a list of {schema.get('minItems', 0)} to {schema['maxItems']}"
    if "maxProperties" in schema:
        return f"a mapping of {schema.get('minProperties', 0)} to {schema['maxProperties']}"
    bounds = (("exclusiveMinimum", "above"), ("minimum", "at least"), ("maximum", "at most"))
    return " and ".join(f"{words} {schema[name]:,}" for name, words in bounds if name in schema)


def _stand_in(schema: Schema) -> Any:
    """Something that fits a schema: its default, else the least that does."""
    if "default" in schema:
        return copy.deepcopy(schema["default"])
    schema = _resolve(schema)
    if "anyOf" in schema:
        return _stand_in(schema["anyOf"][0])
    if "enum" in schema:
        return schema["enum"][0]
    match schema["type"]:
        case "object":
            return {key: _stand_in(schema["properties"][key]) for key in schema.get("required", ())}
        case "array":
            return []
        case "integer" | "number":
            return 1
        case _:
            return "x"
