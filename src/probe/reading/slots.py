"""Slots: the places in a request that are filled when a question is sent, such as `{keyword}` or `{secret:TOKEN}`."""

from __future__ import annotations

import re
from dataclasses import dataclass

SLOT = re.compile(r"\{([A-Za-z][A-Za-z0-9_-]*)(?::([A-Za-z0-9_.-]*))?\}")
"""`{name}` or `{name:argument}`. Braces around anything else are braces."""


@dataclass(frozen=True, kw_only=True)
class Slot:
    """One slot of a text."""

    name: str
    argument: str | None
    """What stands behind the colon."""
    start: int
    end: int

    def __str__(self) -> str:
        return f"{{{self.name}}}" if self.argument is None else f"{{{self.name}:{self.argument}}}"


def find_slots(text: str) -> list[Slot]:
    """The slots of a text, known or not. Braces around anything else are braces.

    >>> [str(slot) for slot in find_slots('{"q": "{keyword:gbk}", "n": {nonce}}')]
    ['{keyword:gbk}', '{nonce}']
    """
    return [
        Slot(name=found[1], argument=found[2], start=found.start(), end=found.end())
        for found in SLOT.finditer(text)
    ]
