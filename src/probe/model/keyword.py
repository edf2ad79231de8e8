"""Keyword: what is tested; one or more components that must all be present."""

from __future__ import annotations

import unicodedata

import msgspec

MOST_CHARACTERS = 2000
"""The longest keyword a list may hold, in code points: the largest text that documented endpoints take is 2,500."""


class Keyword(msgspec.Struct, frozen=True, kw_only=True):
    """What is tested, with what its list says about it."""

    components: tuple[str, ...]
    """At least one; NFC, without space at the ends."""
    gloss: str | None = None
    """What it means, in English."""
    category: str | None = None
    language: str | None = None
    source: str | None = None
    added: str | None = None
    """The date on which it came onto the list, as written there."""
    notes: str | None = None
    lists: tuple[str, ...] = ()
    """Names of the lists that hold it, in the order in which they were asked for."""
    extra: dict[str, str] = msgspec.field(default_factory=dict)
    """Columns that probe does not know, kept as they are."""

    @property
    def line(self) -> str:
        """The keyword as lists and output write it: `A + B`."""
        return write_line(self.components)


def tidy(text: str) -> str:
    """The form in which texts are compared and sent: NFC, no space at the ends.

    >>> tidy(" e\\u0301 ") == "\\u00e9"
    True
    """
    return unicodedata.normalize("NFC", text).strip()


def read_line(line: str) -> tuple[str, ...]:
    r"""Split the line format into components: a lone `+` between spaces separates, `\+` stands for itself.

    >>> read_line("维权 + 律师")
    ('维权', '律师')
    >>> read_line(r"1 \+ 1")
    ('1 + 1',)

    Empty components are returned as such; whoever checks a list calls them faults.
    """
    components: list[list[str]] = [[]]
    for token in line.split(" "):
        if token == "+":
            components.append([])
        else:
            components[-1].append(token[1:] if _is_escaped_plus(token) else token)
    return tuple(tidy(" ".join(tokens)) for tokens in components)


def write_line(components: tuple[str, ...]) -> str:
    """The line format of some components; `read_line` gives them back.

    >>> write_line(("1 + 1", "2"))
    '1 \\\\+ 1 + 2'
    """
    return " + ".join(
        " ".join(
            "\\" + token if token == "+" or _is_escaped_plus(token) else token for token in part.split(" ")
        )
        for part in components
    )


def _is_escaped_plus(token: str) -> bool:
    return len(token) > 1 and token[-1] == "+" and not token[:-1].strip("\\")
