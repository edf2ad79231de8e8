"""YAML text: a list written as the bundled ones are, so that every YAML reader takes its values for texts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from probe.inputs.lists.entries import FIELDS, HEAD_FIELDS
from probe.inputs.lists.formats.contents import Contents, is_date, values_of
from probe.model.keyword import Keyword

REFUSED = re.compile(
    "[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
"""Characters that YAML does not allow as such, and those that it takes for line ends."""

_PLAIN = re.compile(r"[^\W\d_](?:[\w +,./()·'-]*[\w.)])?")
_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null", "none"})


def write(keywords: Iterable[Keyword], contents: Contents) -> Iterator[str]:
    """A list as the bundled ones are written; unknown columns, and dates that are none, are left out."""
    for name in HEAD_FIELDS:
        if contents.head.get(name):
            yield f"{name}: {_scalar(contents.head[name])}\n"
    opening = "entries:\n"
    for keyword in keywords:
        yield opening + "".join(_entry_lines(keyword, contents.head.get("language")))
        opening = ""
    if opening:
        yield "entries: []\n"


def _entry_lines(keyword: Keyword, list_language: str | None) -> Iterator[str]:
    if len(keyword.components) == 1:
        yield f"- keyword: {_scalar(keyword.line)}\n"
    else:
        yield f"- components: [{', '.join(_flow_scalar(part) for part in keyword.components)}]\n"
    for name, value in values_of(keyword):
        if name not in FIELDS or (name == "language" and value == list_language):
            continue
        if name != "added":
            yield f"  {name}: {_scalar(value)}\n"
        elif is_date(value):
            yield f"  added: {value}\n"


def _scalar(text: str) -> str:
    """A text in YAML: plain where every reader takes it for a text, else in double quotes."""
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS and len(text) < 200:
        return text
    return _quote(text)


def _flow_scalar(text: str) -> str:
    """The same between brackets, where a comma ends a plain text."""
    return _quote(text) if "," in text else _scalar(text)


def _quote(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{REFUSED.sub(_escape, escaped)}"'


def _escape(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0]):04X}"
