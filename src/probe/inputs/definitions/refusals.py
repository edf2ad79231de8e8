"""Refusals: the ways in which chat models decline, shared by all definitions."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import msgspec
import regex

from probe.inputs.definitions.expressions import MOST_REPEATS, expanded_size
from probe.inputs.definitions.files import BUILTIN, builtin_place, read_file
from probe.inputs.definitions.yaml_nodes import Finding, Path, one_line, quoted, read_tree
from probe.model.refusal import ProseRefusal, Refusals, Surroundings
from probe.reading.match import PatternTooSlow
from probe.reading.refusal import compile_refusal, compile_signs, examples_of, find_refusal

REFUSALS = "_refusals"


@cache
def shared_refusals() -> Refusals:
    """The refusals that come with probe."""
    tree = read_tree(read_file(BUILTIN / f"{REFUSALS}.yaml", builtin_place(REFUSALS)))
    return msgspec.convert(tree.value, Refusals)


def find_refusal_faults(refusals: Refusals) -> Iterator[Finding]:
    """What is wrong with refusals: expressions that do not compile, patterns that miss their own examples."""
    for sign in Surroundings.__struct_fields__:
        try:
            compile_signs(getattr(refusals.around, sign))
        except regex.error as error:
            yield _no_expression(("around", sign), error)
            return
    for name, canned in refusals.canned.items():
        if not examples_of(canned) or not all(any(map(str.isalnum, text)) for text in examples_of(canned)):
            yield Finding(
                path=("canned", name, "text"), message="holds a text without a letter, which says nothing."
            )
    for name, prose in refusals.prose.items():
        yield from _prose_faults(name, prose, refusals)


def _prose_faults(name: str, prose: ProseRefusal, refusals: Refusals) -> Iterator[Finding]:
    """A part that is none, a pattern that does not compile, or that misses its own examples."""
    path: Path = ("prose", name)
    try:
        pattern = compile_refusal(prose.pattern, refusals.parts).pattern
    except KeyError as error:
        yield Finding(path=(*path, "pattern"), message=f"{quoted(error.args[0])} is no part.")
        return
    except regex.error as error:
        yield _no_expression((*path, "pattern"), error)
        return
    if expanded_size(pattern) > MOST_REPEATS:
        yield Finding(path=(*path, "pattern"), message=f"repeats more than {MOST_REPEATS:,} characters.")
        return
    if not prose.examples:
        yield Finding(path=(*path, "examples"), message="is empty, so that nothing proves the pattern.")
    alone = msgspec.structs.replace(refusals, prose={name: prose})
    for place, example in enumerate(prose.examples):
        try:
            found = find_refusal(example, alone, "prose")
        except PatternTooSlow:
            found = None
        if found is None:
            yield Finding(path=(*path, "examples", place), message="is not found by the pattern.")


def _no_expression(path: Path, error: Exception) -> Finding:
    return Finding(path=path, message=f"is no regular expression: {one_line(str(error))}.")
