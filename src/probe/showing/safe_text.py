"""Safe text: foreign text made harmless for terminals and spreadsheets, with nothing in it left invisible.

Keywords, glosses, names, reasons and quotations come from files and networks. A control sequence among them could
rewrite what a reader has seen, a bidi override could turn a line round, and a zero-width character could make two
keywords look alike. All of them are shown as text: `\\x1b`, `\\u202e`.
"""

from __future__ import annotations

import codecs
import unicodedata
from functools import lru_cache

_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
_HIDDEN_CHARACTERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0")
"""Letters and marks by category, yet blank in every font."""
_NON_JOINER, _JOINER = "\u200c", "\u200d"
_MOST_MARKS = 8
"""Combining marks on one letter: more than any script needs, fewer than it takes to scribble over other lines."""
_FORMULA = frozenset("=+-@\t\r＝＋－＠")  # the full-width forms count too: Excel in East Asia runs them
_MOST_IN_CELL = 32_000
"""Characters: spreadsheets cut at 32,767."""


def plain(text: str, most: int = 200, *, encoding: str = "utf-8") -> str:
    r"""Foreign text on one line of at most `most` characters, cut with an ellipsis.

    What `encoding` cannot say is shown as text too. No markup is read from it: `[red]` stays `[red]`.

    >>> plain("a\x1b[2Jb")
    'a\\x1b[2Jb'
    """
    if len(text) <= most and text.isascii() and text.isprintable():
        return text
    pieces: list[str] = []
    size = marks = 0
    for place, character in enumerate(text[: most + 1]):
        marks = marks + 1 if unicodedata.category(character) in ("Mn", "Me") else 0
        hidden = marks > _MOST_MARKS or _is_hidden(text, place, character) or not can_say(character, encoding)
        pieces.append(_escape(character) if hidden else character)
        size += len(pieces[-1])
        if size > most:
            return _cut(pieces, size, most, "…" if can_say("…", encoding) else "...")
    return "".join(pieces)


def cell(text: str, *, encoding: str = "utf-8") -> str:
    """Foreign text for a spreadsheet: never run as a formula, no control characters.

    An apostrophe before it says "this is text" to spreadsheets. JSON keeps texts as they are; this does not.
    """
    formula = text[:1] in _FORMULA or text.lstrip()[:1] in _FORMULA
    shown = plain(text, _MOST_IN_CELL, encoding=encoding)
    return "'" + shown if formula and text else shown


def can_say(text: str, encoding: str) -> bool:
    """Whether this encoding has all these characters."""
    if _is_unicode(encoding):
        return True
    try:
        text.encode(encoding)
    except (UnicodeError, LookupError):
        return text.isascii()
    return True


@lru_cache(maxsize=16)
def _is_unicode(encoding: str) -> bool:
    try:
        return codecs.lookup(encoding).name.startswith("utf")
    except LookupError:
        return False


def _is_hidden(text: str, place: int, character: str) -> bool:
    if character in (_NON_JOINER, _JOINER):
        return not _is_spelling(character, text[place - 1 : place], text[place + 1 : place + 2])
    return unicodedata.category(character) in _HIDDEN_CATEGORIES or character in _HIDDEN_CHARACTERS


def _is_spelling(joiner: str, before: str, after: str) -> bool:
    """Whether a word needs this joiner: after a virama, or between Arabic letters (RFC 5892, A.1 and A.2)."""
    if not before or not after:
        return False
    arabic = unicodedata.bidirectional(before) == unicodedata.bidirectional(after) == "AL"
    return unicodedata.combining(before) == 9 or (joiner == _NON_JOINER and arabic)


def _escape(character: str) -> str:
    code = ord(character)
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def _cut(pieces: list[str], size: int, most: int, ellipsis: str) -> str:
    while pieces and size + len(ellipsis) > most:
        size -= len(pieces.pop())
    return "".join(pieces) + ellipsis[: max(most - size, 0)]
