"""Expressions are tried before anything is asked, and none may take the program with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.inputs.definitions.expressions import (
    expanded_size,
    find_expression_faults,
    find_pattern_faults,
    find_selector_faults,
)
from probe.inputs.definitions.yaml_nodes import Finding

_Finder = Callable[[tuple[str, ...], str], Iterator[Finding]]


def _said(finder: _Finder, text: str) -> list[str]:
    return [finding.message for finding in finder(("x",), text)]


@pytest.mark.parametrize(
    ("finder", "text"),
    [
        (find_pattern_faults, r"(?i)约\s*([0-9,]+)\s*条{2,30}"),
        (find_pattern_faults, r"\p{Han}++[[a-z]--[aeiou]]{0,200}.{,60}"),
        (find_expression_faults, "data.items[?type=='card'] | length(@)"),
        (find_expression_faults, "length(data)"),
        (find_selector_faults, "ol#b > li.result:not(.ad)"),
    ],
)
def test_sound_expressions_pass(finder: _Finder, text: str) -> None:
    """A type error on an empty answer is the answer's."""
    assert _said(finder, text) == []


@pytest.mark.parametrize(
    ("finder", "text", "said"),
    [
        (find_pattern_faults, "(", "is no regular expression: missing )"),
        (find_pattern_faults, r"\p{Nonsense}", "is no regular expression: unknown property"),
        (find_pattern_faults, "(" * 900 + ")" * 900, "is no regular expression: it is nested too deeply."),
        (find_pattern_faults, "a" * 2001, "is longer than 2,000 characters."),
        (find_pattern_faults, "((((a{999}){999}){999}){999})", "repeats too much"),
        (find_pattern_faults, "a{999999999}", "repeats too much"),
        (find_expression_faults, "data[", "is no JMESPath expression: Invalid jmespath expression"),
        (find_expression_faults, "", "is no JMESPath expression: "),
        (find_expression_faults, "lenght(data)", "is no JMESPath expression: Unknown function: lenght()"),
        (find_expression_faults, "length()", "is no JMESPath expression: Expected 1 argument"),
        (find_expression_faults, "[" * 1999, "is no JMESPath expression: it is nested too deeply."),
        (find_expression_faults, "a" * 2001, "is longer than 2,000 characters."),
        (find_selector_faults, "div[", "'div[' is no CSS selector."),
        (find_selector_faults, "", "'' is no CSS selector."),
        (find_selector_faults, "a" * 2001, "is no CSS selector."),
    ],
)
def test_what_cannot_be_used_is_said(finder: _Finder, text: str, said: str) -> None:
    """In the words of the library, cut to one line."""
    (message,) = _said(finder, text)
    assert said in message
    assert "\n" not in message


@pytest.mark.parametrize(
    ("pattern", "size"),
    [
        ("", 0),
        ("abc", 3),
        ("a{5}", 5),
        ("a{2,5}", 5),
        ("a{,5}", 5),
        ("(ab){10}c", 21),
        ("((a{3}){3}){3}", 27),
        (r"[a-z\]{9}]{4}\{{2}", 6),
        ("a{0}", 1),
        ("a{x}", 4),
        ("a)){3}", 4),
    ],
)
def test_counted_repetitions_are_written_out(pattern: str, size: int) -> None:
    """Inner ones multiply; what stands in a set or behind a backslash is one character."""
    assert expanded_size(pattern) == pytest.approx(size, abs=1)


@given(st.text(alphabet="a(){}[]^\\|*+?,.0123456789<>=!:P-", max_size=60))
def test_no_pattern_makes_it_fail(pattern: str) -> None:
    """Whatever stands there, it is a pattern or a fault."""
    assert len(_said(find_pattern_faults, pattern)) <= 1


@given(st.text(max_size=60), st.text(alphabet="abc.[]()|@&`'\"*?:{}, 01<=>!", max_size=60))
def test_no_expression_or_selector_makes_it_fail(text: str, path: str) -> None:
    """Whatever stands there, it is an expression or a fault."""
    assert len(_said(find_selector_faults, text)) <= 1
    assert len(_said(find_expression_faults, path)) <= 1
