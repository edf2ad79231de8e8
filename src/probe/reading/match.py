"""Is this text, value or number what a rule looks for? The echoed keyword does not count."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache
from typing import Any, overload
from urllib.parse import quote, quote_plus

import regex

from probe.model.keyword import tidy
from probe.model.observation import Arrival
from probe.model.rule import NumberTest, TextMatch, TextTest, ValueMatch, ValueTest

PATTERN_SECONDS = 0.25
"""The longest a pattern may search one page: hostile pages can make any pattern with nested repetition run for years."""

AUTHOR_LENGTH = 100
"""Characters at which the name of an author on a page is cut; authorised ones are shorter."""


class PatternTooSlow(Exception):
    """A pattern ran out of time: nothing is known of the page, so no rule may decide."""


@lru_cache(maxsize=2048)
def compile_pattern(pattern: str) -> regex.Pattern[str]:
    """A regular expression, ready; raises `regex.error`."""
    return regex.compile(pattern)


def echo_forms(texts: Sequence[str]) -> tuple[str, ...]:
    """The forms in which a page may repeat what was sent: plain, percent-encoded, escaped for HTML or JSON."""
    forms: dict[str, None] = {}
    for text in texts:
        in_json = json.dumps(text)[1:-1]
        for form in (
            text,
            quote(text),
            quote_plus(text),
            html.escape(text),
            in_json,
        ):
            if form:
                forms[form] = None
    return tuple(sorted(forms, key=len, reverse=True))


class Echoes(Sequence[str]):
    """The echo forms of some texts, made only when somebody looks: most pages hold nothing that a rule looks for."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = texts

    @cached_property
    def _forms(self) -> tuple[str, ...]:
        return echo_forms(self._texts)

    def __len__(self) -> int:
        return len(self._forms)

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[str]: ...
    def __getitem__(self, place: int | slice) -> str | Sequence[str]:
        return self._forms[place]


def find_text(test: TextTest, text: str, echoes: Sequence[str] = ()) -> str | None:
    """What was found in `text` for this test, or None. Raises PatternTooSlow.

    A literal found inside an echo of the keyword is not a finding. For a pattern more is asked, as it may be fed by both
    the page and the echo: an echo may lie within what it found, but not at its ends.
    """
    if not isinstance(test, TextMatch):
        return _find_literal(_alternatives(test), text, echoes)
    found = ""
    if test.contains is not None:
        literal = _find_literal(_alternatives(test.contains), text, echoes)
        if literal is None:
            return None
        found = literal
    if test.pattern is not None:
        matched = _find_pattern(test.pattern, text, echoes)
        if matched is None:
            return None
        found = matched
    return found


def value_matches(test: ValueTest, value: Any, *, exists: bool) -> bool:
    """Whether a value of a JSON answer is as the test says; `exists` tells null from absent."""
    if not isinstance(test, ValueMatch):
        return exists and _equals(test, value)
    if test.exists is not None and test.exists != exists:
        return False
    if test.equals != () and not (exists and _equals(test.equals, value)):
        return False
    if test.above is not None and not (_is_number(value) and value > test.above):
        return False
    if test.below is not None and not (_is_number(value) and value < test.below):
        return False
    if test.contains is None and test.pattern is None:
        return True
    return (
        isinstance(value, str)
        and find_text(TextMatch(contains=test.contains, pattern=test.pattern), value) is not None
    )


def number_matches(test: NumberTest, number: int) -> bool:
    """Whether a number is as the test says: `0`, `>=1`, `<10`, `3-5`."""
    low, high = number_range(test)
    return low <= number <= high


@lru_cache(maxsize=512)
def number_range(test: NumberTest) -> tuple[float, float]:
    """The lowest and highest whole number that fit a test; raises ValueError with what a test looks like."""
    text = str(test).replace(" ", "")
    found = regex.fullmatch(r"(?:(>=|<=|>|<)(\d+)|(\d+)(?:-(\d+))?)", text)
    if found is None:
        raise ValueError(f"{test!r} is not a test on a number: write 0, >=1, <10 or 3-5")
    sign, bound, first, last = found.groups()
    if sign is None:
        return int(first), int(last or first)
    return {
        ">=": (int(bound), float("inf")),
        ">": (int(bound) + 1, float("inf")),
        "<=": (0, int(bound)),
        "<": (0, int(bound) - 1),
    }[sign]


@lru_cache(maxsize=512)
def status_range(test: int | str) -> tuple[int, int]:
    """The lowest and highest HTTP status that fit a test; raises ValueError with what a test looks like."""
    found = regex.fullmatch(r"([1-5])xx|([1-5]\d\d)(?:-([1-5]\d\d))?", str(test).replace(" ", ""))
    if found is None:
        raise ValueError(f"{test!r} is not a test on a status: write 200, 4xx or 500-599")
    family, first, last = found.groups()
    if family is not None:
        return int(family) * 100, int(family) * 100 + 99
    return int(first), int(last or first)


def host_is_within(host: str, hosts: Sequence[str]) -> bool:
    """Whether a host is one of these or below one of them."""
    return any(host == one or host.endswith("." + one) for one in hosts)


@lru_cache(maxsize=64)
def author_names(names: tuple[str, ...]) -> frozenset[str]:
    """Authors' names in the form in which those of a page are compared with them; one that a page's would be cut to is no
    name."""
    return frozenset(form for form in map(tidy, names) if len(form) < AUTHOR_LENGTH)


def _alternatives(test: str | tuple[str, ...]) -> tuple[str, ...]:
    return (test,) if isinstance(test, str) else test


def _find_literal(literals: tuple[str, ...], text: str, echoes: Sequence[str]) -> str | None:
    for literal in literals:
        start = text.find(literal)
        if start < 0:
            continue
        spans = list(_echo_spans(text, echoes))
        while start >= 0:
            end = start + len(literal)
            if not any(first <= start and end <= last for first, last in spans):
                return literal
            start = text.find(literal, start + 1)
    return None


def _find_pattern(pattern: str, text: str, echoes: Sequence[str]) -> str | None:
    try:
        spans: list[tuple[int, int]] | None = None
        for found in compile_pattern(pattern).finditer(text, timeout=PATTERN_SECONDS, concurrent=False):
            if spans is None:
                spans = list(_echo_spans(text, echoes))
            start, end = found.span()
            if not any(
                first < end and start < last and not (start < first and last < end) for first, last in spans
            ):
                return found.group()[:200]
    except TimeoutError:
        raise PatternTooSlow(pattern) from None
    return None


def _echo_spans(text: str, echoes: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where the keyword is repeated, whatever its case."""
    if not echoes:
        return
    any_echo = regex.compile("|".join(regex.escape(form) for form in echoes), regex.IGNORECASE)
    for found in any_echo.finditer(text, overlapped=True):
        yield found.span()


def _equals(test: Any, value: Any) -> bool:
    wanted = test if isinstance(test, tuple) else (test,)
    # A bool is an int to Python; a platform that says `true` does not say 1.
    return any(one == value and isinstance(one, bool) == isinstance(value, bool) for one in wanted)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def arrived_as(tests: str | tuple[str, ...], arrived: Arrival | None) -> bool:
    """Whether a message fared as a condition says; `altered` is any way of altering it."""
    wanted = (tests,) if isinstance(tests, str) else tests
    return arrived is not None and (arrived.value in wanted or (arrived.is_altered and "altered" in wanted))
