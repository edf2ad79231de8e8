"""Values picked out of a page: how many results, from which hosts, by which authors."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import jmespath
import jmespath.exceptions
import jmespath.parser

from probe.model.rule import Pick
from probe.reading.match import AUTHOR_LENGTH, PATTERN_SECONDS, PatternTooSlow, compile_pattern
from probe.reading.page import NO_JSON, Page

MOST_VALUES = 1000
"""Values that are picked at most: no result page has more results."""
MOST_PIECES = 20_000
"""Pieces of an answer that comes as a stream, a few characters each."""
MOST_AUTHORS = 100
"""Authors that facts keep at most; conditions look at all that were found."""
_BEFORE_NFC = 4 * AUTHOR_LENGTH
"""NFC makes one character out of four at most, so that what is cut here is still cut afterwards."""


@lru_cache(maxsize=2048)
def compile_path(expression: str) -> jmespath.parser.ParsedResult:
    """A JMESPath expression, ready; raises `jmespath.exceptions.JMESPathError`."""
    return jmespath.compile(expression)


def find_json(page: Page, expression: str) -> tuple[Any, bool]:
    """What stands at a JMESPath in the page, and whether anything does. Absent and null are both None to JMESPath."""
    if page.json is NO_JSON:
        return None, False
    try:
        value = compile_path(expression).search(page.json)
    except (jmespath.exceptions.JMESPathError, RecursionError, TypeError, ValueError):
        return None, False
    return value, value is not None


def pick_values(page: Page, pick: Pick, *, most: int = MOST_VALUES) -> list[Any]:
    """All values that a pick finds, at most `most`. Raises PatternTooSlow."""
    if pick.json is not None:
        value, exists = find_json(page, pick.json)
        return (value[:most] if isinstance(value, list) else [value]) if exists else []
    if pick.css is not None:
        nodes = page.html.css(pick.css)[:most] if page.is_html else []
        if pick.attribute is None:
            return [node.text(strip=True) for node in nodes]
        return [node.attributes.get(pick.attribute) or "" for node in nodes]
    assert pick.pattern is not None  # the checker sees to it that one of the three is given
    return list(_pattern_values(page, pick.pattern))


def count_results(page: Page, pick: Pick) -> int | None:
    """The number of results: a number as it stands, else the number of things found; None where nothing can be counted."""
    if pick.json is not None:
        value, exists = find_json(page, pick.json)
        if not exists:
            return None
        if isinstance(value, list | dict):
            return len(value)
        return _whole_number(value)
    if pick.css is not None:
        return min(len(page.html.css(pick.css)), MOST_VALUES) if page.is_html else None
    values = pick_values(page, pick)
    return _whole_number(values[0]) if values else None


def find_hosts(page: Page, pick: Pick) -> tuple[str, ...]:
    """Hosts of the results, in lower case, each once; values that hold no host are left out."""
    hosts = (_host(value) for value in pick_values(page, pick) if isinstance(value, str))
    return tuple(dict.fromkeys(host for host in hosts if host))


def find_authors(page: Page, pick: Pick) -> tuple[str, ...]:
    """Authors of the results, NFC, without space at the ends, cut at AUTHOR_LENGTH, each once, and none without a name."""
    authors = (_author(value) for value in pick_values(page, pick))
    return tuple(dict.fromkeys(author for author in authors if author))


def _pattern_values(page: Page, pattern: str) -> Iterator[str]:
    try:
        for number, found in enumerate(compile_pattern(pattern).finditer(page.text, timeout=PATTERN_SECONDS)):
            if number == MOST_VALUES:
                return
            yield found.group(1) if found.re.groups else found.group()
    except TimeoutError:
        raise PatternTooSlow(pattern) from None


def _whole_number(value: Any) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return int(value) if value == value and abs(value) < 1e15 else None
    digits = str(value).replace(",", "").replace(" ", "").replace("\u00a0", "").replace("，", "")
    return int(digits) if digits.isdecimal() and len(digits) < 16 else None


def _author(value: Any) -> str:
    # A name that JSON holds as a number is a name all the same, and of an author that nobody authorised.
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return unicodedata.normalize("NFC", str(value).strip()[:_BEFORE_NFC])[:AUTHOR_LENGTH]


def _host(value: str) -> str | None:
    value = value.partition("›")[0].strip().partition(" ")[0]  # pages show `https://x.example › path`
    try:
        host = urlsplit(value if "//" in value else f"//{value}").hostname
    except ValueError:
        return None
    return host.lower()[:253] if host and "." in host else None


def read_answer(page: Page, pick: Pick) -> str | None:
    """The text of a model's answer, of all pieces that were picked; None where there is none. Raises PatternTooSlow."""
    pieces = [piece for piece in pick_values(page, pick, most=MOST_PIECES) if isinstance(piece, str)]
    return "".join(pieces) if pieces else None
