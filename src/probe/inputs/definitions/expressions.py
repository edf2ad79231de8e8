"""Expressions of a definition: regular expressions, JMESPath and CSS selectors are tried before anything is asked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import jmespath.exceptions
import regex
from selectolax.lexbor import LexborHTMLParser, SelectolaxError

from probe.inputs.definitions.yaml_nodes import Finding, Path, one_line, quoted
from probe.reading.extract import compile_path
from probe.reading.match import compile_pattern

MOST_CHARACTERS = 2_000
"""Of an expression."""
MOST_REPEATS = 100_000
"""Characters that the counted repetitions of a pattern come to: `((x{999}){999}){999}` would fill the memory."""

_ATOM = re.compile(
    r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(|\)|\{(?P<low>[0-9]{0,9})(?:,(?P<high>[0-9]{0,9}))?\}|.", re.DOTALL
)


def find_pattern_faults(path: Path, pattern: str) -> Iterator[Finding]:
    """What is wrong with a regular expression."""
    if len(pattern) > MOST_CHARACTERS:
        yield Finding(path=path, message=f"is longer than {MOST_CHARACTERS:,} characters.")
    elif expanded_size(pattern) > MOST_REPEATS:
        message = f"repeats too much: its counted repetitions come to more than {MOST_REPEATS:,} characters."
        yield Finding(path=path, message=message)
    else:
        try:
            compile_pattern(pattern)
        except (regex.error, RecursionError, OverflowError, ValueError) as error:
            message = f"is no regular expression: {_explain(error)}."
            yield Finding(path=path, message=message)


def find_expression_faults(path: Path, expression: str) -> Iterator[Finding]:
    """What is wrong with a JMESPath expression."""
    if len(expression) > MOST_CHARACTERS:
        yield Finding(path=path, message=f"is longer than {MOST_CHARACTERS:,} characters.")
        return
    try:
        # Names of functions and the number of their arguments are looked at only when it runs.
        compile_path(expression).search({})
    except jmespath.exceptions.JMESPathTypeError:
        pass  # the empty answer's fault
    except (jmespath.exceptions.JMESPathError, RecursionError, ValueError, TypeError) as error:
        yield Finding(path=path, message=f"is no JMESPath expression: {_explain(error)}.")


def find_selector_faults(path: Path, selector: str) -> Iterator[Finding]:
    """What is wrong with a CSS selector."""
    try:
        if len(selector) > MOST_CHARACTERS:
            raise ValueError("too long")
        _empty_page().css_first(selector)
    except (SelectolaxError, ValueError):
        yield Finding(path=path, message=f"{quoted(selector)} is no CSS selector.")


def expanded_size(pattern: str) -> int:
    """About how many characters a pattern comes to when its counted repetitions are written out.

    >>> expanded_size("a{3}(bc{2}){10}")
    33
    """
    sums, last = [0], 0
    for found in _ATOM.finditer(pattern):
        token = found.group()
        if token == "(":
            sums[-1] += last
            sums.append(0)
            last = 0
        elif token == ")" and len(sums) > 1:
            last += sums.pop()
        elif found["low"] is not None and (found["low"] or found["high"]):
            last *= max(int(found["high"] or 0), int(found["low"] or 0), 1)
        else:
            sums[-1] += last
            last = 1
    return sum(sums) + last


@cache
def _empty_page() -> LexborHTMLParser:
    return LexborHTMLParser("<html><body></body></html>")


def _explain(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    return one_line(str(error)) or "it cannot be read"
