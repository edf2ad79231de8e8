"""Faults: what is wrong in the input files, gathered so that the user sees all of it at once."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from probe.errors import BadInput, Fault

MOST_KEPT = 100
"""Faults that are kept for the user to read; further ones are counted."""


class Faults:
    """Gathers faults over all files, in flat memory."""

    def __init__(self) -> None:
        self.kept: list[Fault] = []
        self.total = 0

    def add(
        self,
        file: str,
        message: str,
        *,
        line: int | None = None,
        field: str | None = None,
        hint: str | None = None,
    ) -> None:
        """Note one fault; `file`, `message`, `field` and `hint` must already be safe to print."""
        self.total += 1
        if len(self.kept) < MOST_KEPT:
            self.kept.append(Fault(file=file, line=line, field=field, message=message, hint=hint))

    def raise_any(self) -> None:
        """Raise BadInput where there is a fault."""
        if self.total:
            raise BadInput(self.kept, total=self.total)


def printable(text: str, most: int = 200) -> str:
    """A text from outside in a form that can do nothing to a terminal: escaped, at most `most` characters.

    >>> printable("a\\x1b[2J") == "a" + chr(92) + "x1b[2J"
    True
    """
    cut = text if len(text) <= most else text[: most - 1] + "…"
    if cut.isprintable():
        return cut
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in cut)


def quoted(text: str) -> str:
    """A text from outside as a message shows it: short, escaped, between quotes."""
    return f"'{printable(text, 40)}'"


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The question that helps after a misspelling, or None where nothing known is close.

    >>> nearest("licnece", ["licence", "title"])
    "Did you mean 'licence'?"
    """
    close = difflib.get_close_matches(word[:100].lower(), list(known), n=1)
    return f"Did you mean '{close[0]}'?" if close else None
