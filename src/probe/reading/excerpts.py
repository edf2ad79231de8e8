"""Excerpts: the few words of a long text that matter, with the keyword and what was found in it marked."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from urllib.parse import quote, quote_plus

import regex

from probe.model.excerpt import Mark, Piece
from probe.reading.match import PATTERN_SECONDS, echo_forms

MOST_FOUND = 300
"""Characters of what was found that are looked for again: no notice is longer."""
MOST_MARKS = 1000
"""Times that one form of the keyword is looked for in one text."""
_ELLIPSIS = "…"
_ENCODINGS = ("utf-8", "gb18030", "big5")
"""In which a keyword may stand in a URL or a form."""


def cut_excerpt(
    text: str, found: Sequence[str], asked: Sequence[str], *, most: int, encoded: bool = False
) -> tuple[Piece, ...]:
    """At most about `most` characters of a text, around the first place where something was found, in marked pieces.

    Where nothing was found again, around the keyword; where that is not there either, the beginning. `encoded`: the
    keyword may stand there percent-encoded.
    """
    notices = [*_find_loosely(text, found)]
    keywords = sorted({*_find_literally(text, {*_forms(asked, encoded=encoded)})})
    start, end = _window(text, (notices or keywords or [(0, 0)])[0], most)
    pieces = [*_split(text, start, end, notices, keywords)]
    if start > 0:
        pieces.insert(0, Piece(_ELLIPSIS))
    if end < len(text):
        pieces.append(Piece(_ELLIPSIS))
    return tuple(pieces)


def _forms(asked: Sequence[str], *, encoded: bool) -> Iterator[str]:
    yield from echo_forms(asked)
    if encoded:
        for text in asked:
            for encoding in _ENCODINGS:
                for form in (quote, quote_plus):
                    spelt = form(text, safe="", encoding=encoding, errors="replace")
                    yield from (spelt, spelt.lower())


def _find_literally(text: str, forms: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Where any of these stands, at most MOST_MARKS times each."""
    for form in forms:
        start = text.find(form)
        for _ in range(MOST_MARKS):
            if start < 0:
                break
            yield start, start + len(form)
            start = text.find(form, start + len(form))


def _find_loosely(text: str, wanted: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where any of these stands, also with white space between its characters, as pages break their lines."""
    pattern = _loose_pattern(tuple(wanted))
    if pattern is None:
        return
    try:
        for match in pattern.finditer(text, timeout=PATTERN_SECONDS, concurrent=False):
            yield match.span()
    except TimeoutError:
        return


@lru_cache(maxsize=256)
def _loose_pattern(wanted: tuple[str, ...]) -> regex.Pattern[str] | None:
    """Kept, as a platform says the same again and again."""
    forms = sorted({one[:MOST_FOUND] for one in wanted if one.strip()}, key=len, reverse=True)
    patterns = [r"\s*".join(map(_either, "".join(one.split()))) for one in forms]
    return regex.compile("|".join(patterns), regex.IGNORECASE) if patterns else None


def _window(text: str, first: tuple[int, int], most: int) -> tuple[int, int]:
    """What is shown: more of what stands before, as what a notice is about mostly does, and no half of a long text."""
    middle = first[0]
    start = max(middle - most // 3, 0)
    if len(text) - start < most:
        start = max(len(text) - most, 0)
    return start, min(start + most, len(text))


def _split(
    text: str, start: int, end: int, notices: Sequence[tuple[int, int]], keywords: Sequence[tuple[int, int]]
) -> Iterator[Piece]:
    """The pieces between all borders; a keyword within a notice is marked as the keyword."""
    marks = [(span, Mark.KEYWORD) for span in keywords] + [(span, Mark.NOTICE) for span in notices]
    marks = [one for one in marks if one[0][0] < end and start < one[0][1]]
    borders = {start, end, *(place for span, _ in marks for place in span if start < place < end)}
    pending, last = "", Mark.PLAIN
    ordered = sorted(borders)
    for first, behind in pairwise(ordered):
        mark = next((mark for span, mark in marks if span[0] <= first and behind <= span[1]), Mark.PLAIN)
        if mark is not last and pending:
            yield Piece(pending, last)
            pending = ""
        pending, last = pending + text[first:behind], mark
    if pending:
        yield Piece(pending, last)


def _either(character: str) -> str:
    """A pattern for a character as it is written, or in its plain form: notices are compared in that one."""
    plain = unicodedata.normalize("NFKC", character)
    either = regex.escape(character)
    return either if plain == character else f"(?:{either}|{regex.escape(plain)})"
