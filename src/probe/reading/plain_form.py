"""Texts in a plain form, in which one that services sent on and back can be compared with what it was."""

from __future__ import annotations

import re
import unicodedata

import regex
from selectolax.lexbor import LexborHTMLParser

from probe.reading.page import MOST_TAGS

MOST_COMPARED = 20_000
"""Characters of a text that are compared: no service takes messages that long."""

_MOST_READ = 5 * MOST_COMPARED
"""Characters that are looked at, markup included."""
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ufe00-\ufe0f\ufeff\ufff9-\ufffb\U000e0000-\U000e01ef]"
)
"""What has no width: some services put such characters in, to break links or to choose a picture, others take them out."""
_MARKS = regex.compile(r"\p{M}{31,}+")
"""More accents on one letter than any language has (UAX #15, Stream-Safe Text Format): to sort them takes quadratic time."""
_LINE = re.compile(r"(?=</?(?:p|br|div|li|ul|ol|tr|td|th|h[1-6]|pre|blockquote)\b)", re.IGNORECASE)
_NO_TEXT = ["script", "style", "template", "noscript", "head"]


def without_markup(text: str) -> str:
    """What a reader sees of a piece of HTML; lines and paragraphs are kept apart."""
    # Elements that open and never close take quadratic time.
    tags = text[:_MOST_READ].split("<", MOST_TAGS)[:MOST_TAGS]
    tree = LexborHTMLParser(_LINE.sub("\n", "<".join(tags)).encode("utf-8", "replace"))
    tree.strip_tags(_NO_TEXT)
    return "" if tree.body is None else tree.body.text().strip()


def in_plain_form(text: str) -> str:
    """A text in Unicode form NFC, without characters that nobody sees, each run of white space as one space.

    Its first MOST_COMPARED characters are read.
    """
    seen = _UNSEEN.sub("", text[:_MOST_READ])[:MOST_COMPARED]
    seen = _MARKS.sub(lambda marks: marks[0][:30], seen)
    return " ".join(unicodedata.normalize("NFC", seen).split())
