"""What no schema can say of rules and picks: expressions that do not compile, conditions that can never hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from probe.inputs.definitions.expressions import (
    find_expression_faults,
    find_pattern_faults,
    find_selector_faults,
)
from probe.inputs.definitions.yaml_nodes import Finding, Path, quoted
from probe.model.definition import Definition
from probe.model.exchange import Part
from probe.model.message import Message
from probe.model.rule import NumberTest, Pick, TextMatch, TextTest, ValueMatch, ValueTest, When
from probe.reading.match import compile_pattern, number_range, status_range

ANSWER_PARTS = (
    "arrived",
    "refusal",
    "status",
    "redirect",
    "header",
    "json",
    "css",
    "title",
    "text",
    "body",
    "notice",
    "count",
    "length",
    "hosts",
    "authors",
    "like",
)
"""Parts of a condition that look at an answer, and so never hold for a failure."""


def alternatives(when: When | tuple[When, ...], path: Path) -> Iterator[tuple[Path, When]]:
    """The conditions of a rule, each with its path."""
    if isinstance(when, When):
        yield path, when
    else:
        for place, one in enumerate(when):
            yield (*path, place), one


def nested(path: Path, when: When) -> Iterator[tuple[Path, When]]:
    """A condition and those it negates."""
    yield path, when
    if when.not_ is not None:
        yield from nested((*path, "not"), when.not_)


def find_rule_faults(definition: Definition) -> Iterator[Finding]:
    """Everything that is wrong in the conditions of the rules and in the picks of the results."""
    results = definition.results
    for part, pick in (("count", results.count), ("hosts", results.hosts), ("authors", results.authors)):
        if pick is not None:
            yield from _pick_faults(("results", part), pick)
    if definition.answer is not None:
        yield from _pick_faults(("answer",), definition.answer)
    for place, rule in enumerate(definition.rules):
        path: Path = ("rules", place, "when")
        if rule.when == ():
            yield Finding(path=path, message="has no condition, so that the rule never holds.")
        for inner_path, when in alternatives(rule.when, path):
            for one_path, one in nested(inner_path, when):
                yield from _shape_faults(one_path, one)
                yield from _need_faults(one_path, one, definition)
                yield from _message_need_faults(one_path, one, definition.message)
                yield from _part_faults(one_path, one)


def _shape_faults(path: Path, when: When) -> Iterator[Finding]:
    given = [name for name in when.__struct_fields__ if getattr(when, name) is not None]
    if given in ([], ["part"]):  # where to look is no condition
        message = "has no condition, so that it would always hold and hide every rule after it."
        yield Finding(path=path, message=message)
    failed = [name for name in ("failure", "stage") if name in given]
    answered = [name for name in ANSWER_PARTS if name in given]
    if failed and answered:
        message = f"can never hold: {failed[0]} and {answered[0]} exclude each other,"
        yield Finding(path=path, message=f"{message} as a failed exchange has no answer.")
    if when.redirect is not None and when.status is not None and not _meets_redirect(when.status):
        yield Finding(path=path, message="can never hold: a redirect has a 3xx status.")
    for name in given:
        if getattr(when, name) in ((), {}):
            yield Finding(path=(*path, name), message="is empty, so that it can never hold.")


def _need_faults(path: Path, when: When, definition: Definition) -> Iterator[Finding]:
    if when.count is not None and definition.results.count is None:
        message = "needs results.count, which says how to count."
        yield Finding(path=(*path, "count"), message=message, depends=(("results",),))
    if when.hosts is not None and definition.results.hosts is None:
        message = "needs results.hosts, which says where the hosts of the results stand."
        yield Finding(path=(*path, "hosts"), message=message, depends=(("results",),))
    if when.hosts is not None and not definition.controls.authorised:
        message = "needs controls.authorised, the list of authorised hosts."
        yield Finding(path=(*path, "hosts"), message=message, depends=(("controls",),))
    if when.authors is not None and definition.results.authors is None:
        message = "needs results.authors, which says where the authors of the results stand."
        yield Finding(path=(*path, "authors"), message=message, depends=(("results",),))
    if when.authors is not None and not definition.controls.authorised_authors:
        message = "needs controls.authorised_authors, the list of authorised authors."
        yield Finding(path=(*path, "authors"), message=message, depends=(("controls",),))

    if when.refusal is not None and definition.answer is None:
        message = "needs answer, which says where the text of the model's answer stands."
        yield Finding(path=(*path, "refusal"), message=message, depends=(("answer",),))


def _message_need_faults(path: Path, when: When, message: Message | None) -> Iterator[Finding]:
    """Conditions on what becomes of a message, where nothing is posted or nobody reads it back."""
    depends: tuple[Path, ...] = (("message",),)
    back = None if message is None else message.read_back
    for name, needs_reading in (("part", when.part is Part.READ_BACK), ("arrived", True)):
        if getattr(when, name) is None:
            continue
        if message is None:
            says = "needs message, which says what becomes of a text that is posted."
            yield Finding(path=(*path, name), message=says, depends=depends)
        elif back is None and needs_reading:
            says = "needs message.read_back, which says how to see what arrived."
            yield Finding(path=(*path, name), message=says, depends=depends)
        elif name == "part" and needs_reading and back is not None and back.request is None:
            says = "can never hold: without message.read_back.request nothing is asked but the sending."
            yield Finding(path=(*path, name), message=says, depends=depends)
    if back is not None and back.again_after is None and when.arrived in ("withdrawn", ("withdrawn",)):
        says = "can never hold: what arrived is looked at again only with message.read_back.again_after."
        yield Finding(path=(*path, "arrived"), message=says, depends=depends)


def _part_faults(path: Path, when: When) -> Iterator[Finding]:
    statuses = when.status if isinstance(when.status, tuple) else (when.status,)
    for status in statuses:
        if status is not None and _range(status_range, status) is None:
            message = f"{quoted(str(status))} is no test on a status: write 200, 4xx or 500-599."
            yield Finding(path=(*path, "status"), message=message)
    for name, number in (("count", when.count), ("length", when.length)):
        if number is not None and not _is_number_test(number):
            message = f"{quoted(str(number))} is no test on a number: write 0, '>=1', '<10' or '3-5'."
            yield Finding(path=(*path, name), message=message)
    for selector in (when.css,) if isinstance(when.css, str) else when.css or ():
        yield from find_selector_faults((*path, "css"), selector)
    for name, text in (
        ("redirect", when.redirect),
        ("title", when.title),
        ("text", when.text),
        ("body", when.body),
    ):
        if text is not None:
            yield from _text_faults((*path, name), text)
    for name, text in (when.header or {}).items():
        yield from _text_faults((*path, "header", name), text)
    for expression, value in (when.json or {}).items():
        yield from find_expression_faults((*path, "json", expression), expression)
        yield from _value_faults((*path, "json", expression), value)


def _text_faults(path: Path, test: TextTest) -> Iterator[Finding]:
    if not isinstance(test, TextMatch):
        # Of a header or a redirect, an empty text asks whether there is one at all.
        if not (test == "" and ("header" in path or path[-1] == "redirect")):
            yield from _needle_faults(path, test)
        return
    if test.contains is None and test.pattern is None:
        yield Finding(path=path, message="tests nothing: give contains or pattern.")
    if test.contains is not None:
        yield from _needle_faults((*path, "contains"), test.contains)
    if test.pattern is not None:
        yield from find_pattern_faults((*path, "pattern"), test.pattern)


def _value_faults(path: Path, test: ValueTest) -> Iterator[Finding]:
    if not isinstance(test, ValueMatch):
        if test == ():
            yield Finding(path=path, message="is empty, so that it can never hold.")
        return
    if test == ValueMatch():
        yield Finding(
            path=path, message="tests nothing: give exists, equals, contains, pattern, above or below."
        )
    if test.exists is False and test != ValueMatch(exists=False):
        yield Finding(path=path, message="can never hold: what does not exist passes no other test.")
    if test.above is not None and test.below is not None and test.above >= test.below:
        yield Finding(path=path, message="can never hold: no number is above the one and below the other.")
    if test.contains is not None:
        yield from _needle_faults((*path, "contains"), test.contains)
    if test.pattern is not None:
        yield from find_pattern_faults((*path, "pattern"), test.pattern)


def _needle_faults(path: Path, texts: str | tuple[str, ...]) -> Iterator[Finding]:
    if texts == ():
        yield Finding(path=path, message="is empty, so that it can never hold.")
    elif "" in ((texts,) if isinstance(texts, str) else texts):
        yield Finding(path=path, message="holds an empty text, which stands in every text.")


def _pick_faults(path: Path, pick: Pick) -> Iterator[Finding]:
    given = [name for name in ("css", "json", "pattern") if getattr(pick, name) is not None]
    if len(given) != 1:
        yield Finding(path=path, message="must have exactly one of css, json and pattern.")
    if pick.attribute is not None and pick.css is None:
        yield Finding(path=(*path, "attribute"), message="is of no use without css.")
    if pick.css is not None:
        yield from find_selector_faults((*path, "css"), pick.css)
    if pick.json is not None:
        yield from find_expression_faults((*path, "json"), pick.json)
    if pick.pattern is not None:
        faults = list(find_pattern_faults((*path, "pattern"), pick.pattern))
        yield from faults
        if not faults and not compile_pattern(pick.pattern).groups:
            message = "needs a group: what stands in its first ( ) is taken."
            yield Finding(path=(*path, "pattern"), message=message)


def _range(reader: Any, test: int | str) -> tuple[float, float] | None:
    try:
        low, high = reader(test)
    except ValueError:
        return None
    return (low, high) if low <= high else None


def _is_number_test(test: NumberTest) -> bool:
    return _range(number_range, test) is not None


def _meets_redirect(statuses: int | str | tuple[int | str, ...]) -> bool:
    return any(low < 400 and high >= 300 for low, high in status_ranges(statuses))


def status_ranges(statuses: int | str | tuple[int | str, ...]) -> list[tuple[float, float]]:
    """The lowest and highest status of each test; those that are no tests are left out."""
    tests: Iterable[int | str] = statuses if isinstance(statuses, tuple) else (statuses,)
    ranges = (_range(status_range, test) for test in tests)
    return [found for found in ranges if found is not None]
