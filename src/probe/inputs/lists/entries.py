"""Entries: what a format read of a list, checked and made into keywords. The same checks for every format."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Protocol

from probe.inputs.faults import quoted
from probe.model.keyword import MOST_CHARACTERS, Keyword, read_line, tidy

FIELDS = ("gloss", "category", "language", "source", "added", "notes")
"""What a list may say about a keyword, in the order in which it is written."""
HEAD_FIELDS = ("name", "title", "licence", "language", "notes")
"""What a list may say about itself."""
MOST_IN_FIELD = 2000
"""Characters of any text but the keyword."""

_NAMELESS = {
    "\x00": "NUL",
    "\t": "TAB",
    "\n": "LINE FEED",
    "\r": "CARRIAGE RETURN",
    "\x1b": "ESCAPE",
    "\x7f": "DELETE",
}
_ENDS = " \t\r\n"
_BIDI_AND_WORSE = r"\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff"
_HIDDEN = re.compile(rf"[\x00-\x1f\x7f-\x9f{_BIDI_AND_WORSE}]")
_HIDDEN_IN_FIELD = re.compile(rf"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f{_BIDI_AND_WORSE}]")


class Report(Protocol):
    """Takes one fault of the list that is being read; may raise."""

    def __call__(self, line: int | None, message: str, *, field: str | None, hint: str | None) -> None: ...


class Entries:
    """Makes keywords of one list; says what is wrong, and remembers what the list says of itself."""

    def __init__(self, report: Report, *, lists: tuple[str, ...] = (), language: str | None = None) -> None:
        self.faults = 0
        """Said until now."""
        self.head: dict[str, str] = {}
        self.notes: list[str] = []
        """What the user should know though it is no fault, filled by the format."""
        self._report = report
        self._lists = lists
        self._language = language

    def fault(
        self, line: int | None, message: str, field: str | None = None, hint: str | None = None
    ) -> None:
        """Say what is wrong at a line, or of the whole list where that is None."""
        self.faults += 1
        self._report(line, message, field=field, hint=hint)

    def from_line(self, line: int | None, text: str, field: str | None = "keyword") -> Keyword | None:
        """The keyword that a line in the line format says, or None where it has a fault."""
        components = self._read_components(line, text, field)
        if components is None:
            return None
        return Keyword(components=components, language=self._language, lists=self._lists)

    def from_fields(
        self,
        line: int,
        fields: Mapping[str, str],
        *,
        components: list[str] | None = None,
        extra: Mapping[str, str] | None = None,
        lines: Mapping[str, int] | None = None,
    ) -> Keyword | None:
        """The keyword that an entry says: `keyword` in the line format, or components as they are, or both alike.

        `lines` tells where the fields stand that are not on the entry's own line. None where there is a fault.
        """
        places = lines or {}
        found = self._find_components(line, fields, components, places)
        values: dict[str, str | None] = {}
        sound = found is not None
        for name in FIELDS:
            if text := fields.get(name):
                value = self.clean(places.get(name, line), name, text)
                values[name] = value or None
                sound = sound and value is not None
        kept: dict[str, str] = {}
        for name, text in (extra or {}).items():
            value = self.clean(places.get(name, line), quoted(name), text)
            sound = sound and value is not None
            if value:
                kept[name] = value
        if not sound or found is None:
            return None
        if not values.get("language"):
            values["language"] = self._language
        return Keyword(components=found, lists=self._lists, extra=kept, **values)

    def clean(self, line: int | None, field: str, text: str) -> str | None:
        """A text that is not a keyword, tidy; it may have line breaks and tabs. None where it has a fault."""
        if len(text) > MOST_IN_FIELD and len(text.strip()) > MOST_IN_FIELD:
            message = f"is {len(text):,} characters long; at most {MOST_IN_FIELD:,} are allowed."
            self.fault(line, message, field)
            return None
        if hidden := _HIDDEN_IN_FIELD.search(text):
            self._hidden(line, hidden[0], field)
            return None
        return tidy(text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text)

    def _find_components(
        self, line: int, fields: Mapping[str, str], components: list[str] | None, places: Mapping[str, int]
    ) -> tuple[str, ...] | None:
        if components is None:
            if "keyword" not in fields:
                self.fault(line, "the entry has no keyword.", None, "Give it `keyword:` or `components:`.")
                return None
            return self._read_components(places.get("keyword", line), fields["keyword"], "keyword")
        place = places.get("components", line)
        if any(self._has_hidden(place, part, "components") for part in components):
            return None
        found = tuple(tidy(part) for part in components)
        if not self._approve(place, found, "components"):
            return None
        if "keyword" in fields and read_line(fields["keyword"].strip(_ENDS)) != found:
            self.fault(line, "`keyword` and `components` differ.", None, "Leave one of them out.")
            return None
        return found

    def _read_components(self, line: int | None, text: str, field: str | None) -> tuple[str, ...] | None:
        if self._has_hidden(line, text, field):
            return None
        components = read_line(text.strip(_ENDS))
        return components if self._approve(line, components, field) else None

    def _approve(self, line: int | None, components: tuple[str, ...], field: str | None) -> bool:
        if not all(components):
            if len(components) < 2:
                self.fault(line, "is empty.", field)
            else:
                hint = r"` + ` joins components; write `\+` for the sign itself."
                self.fault(line, "has an empty component.", field, hint)
            return False
        length = sum(map(len, components)) + len(components) - 1
        if length > MOST_CHARACTERS:
            message = f"is {length:,} characters long; at most {MOST_CHARACTERS:,} are allowed."
            self.fault(line, message, field)
            return False
        return True

    def _has_hidden(self, line: int | None, text: str, field: str | None) -> bool:
        if not _HIDDEN.search(text):
            return False
        hidden = _HIDDEN.search(text.strip(_ENDS))
        if hidden is None:
            return False
        self._hidden(line, hidden[0], field)
        return True

    def _hidden(self, line: int | None, character: str, field: str | None) -> None:
        name = _NAMELESS.get(character) or unicodedata.name(character, "a control character")
        hint = "Is this a table? Then name the file `.tsv`." if character == "\t" else "Remove it."
        self.fault(line, f"holds U+{ord(character):04X} ({name}).", field, hint)
