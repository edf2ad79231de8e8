"""Checked list: one list that was read through once, found sound, and can be streamed again as it was."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import NoReturn

from probe.errors import CouldNotRun
from probe.inputs.faults import Faults, printable
from probe.inputs.lists.duplicates import Sightings
from probe.inputs.lists.encoding import Survey, TextLines, survey
from probe.inputs.lists.entries import Entries
from probe.inputs.lists.formats import ListFormat, format_by_content, format_by_ending
from probe.inputs.lists.list_file import ListFile, Unusable
from probe.model.keyword import Keyword

_NO_TEXT = {
    b"PK\x03\x04": "Save the table as CSV (UTF-8), or unpack the archive.",
    b"\xd0\xcf\x11\xe0": "Save the table as CSV (UTF-8).",
    b"\x1f\x8b": "Unpack it first.",
    b"BZh": "Unpack it first.",
    b"\xfd7zXZ": "Unpack it first.",
    b"%PDF": "Copy the keywords into a text file.",
}
"""First bytes of what is mistaken for a list, and what to do instead."""


class CheckedList:
    """A list whose faults are all said. Only where there are none may it be streamed."""

    def __init__(self, place: str, file: ListFile, surveyed: Survey, list_format: ListFormat) -> None:
        self.place = place
        """The file as the user named it."""
        self.name = place
        """What output calls the list: its own name, else its file's."""
        self.format = list_format.name
        self.encoding = surveyed.title
        self.sha256 = surveyed.sha256
        self.head: dict[str, str] = {}
        """What the list says of itself: see `entries.HEAD_FIELDS`."""
        self.entries = 0
        self.notes: list[str] = []
        self._file = file
        self._survey = surveyed
        self._read = list_format.read

    def check(self, faults: Faults, sightings: Sightings) -> None:
        """Read it all; say every fault, count the entries, note each keyword."""
        before = faults.total
        entries = Entries(partial(_add, faults, self.place))
        try:
            with self._file.read() as stream:
                for keyword in self._read(TextLines(stream, self._survey, entries.fault), entries):
                    self.entries += 1
                    sightings.add(keyword.components)
        except UnicodeDecodeError as error:  # the survey saw other bytes
            raise _changed(self.place) from error
        self.head = {name: value for name, value in entries.head.items() if value}
        self.notes = entries.notes
        if self._survey.encoding != "utf-8":
            self.notes.insert(0, f"read as {self.encoding}")
        if self.entries == 0 and faults.total == before:
            faults.add(self.place, "holds no keyword.")
        if not self._file.unchanged:
            raise _changed(self.place)

    def stream(self) -> Iterator[Keyword]:
        """Its keywords, duplicates included. Raises CouldNotRun where the file is not as it was checked."""
        if not self._file.unchanged:
            raise _changed(self.place)
        entries = Entries(
            partial(_refuse, self.place), lists=(self.name,), language=self.head.get("language")
        )
        try:
            with self._file.read() as stream:
                yield from self._read(TextLines(stream, self._survey, entries.fault), entries)
                sha256 = stream.sha256
        except UnicodeDecodeError as error:
            raise _changed(self.place) from error
        if sha256 != self.sha256:
            raise _changed(self.place)


def open_list(place: str, file: ListFile, *, sniff: bool) -> CheckedList:
    """Find out encoding and format of an open file. Raises Unusable where it is no text at all.

    `sniff` is for standard input, whose name tells nothing.
    """
    surveyed = survey(file)
    for start, remedy in _NO_TEXT.items():
        if surveyed.head.startswith(start):
            raise Unusable("is not a text file.", remedy)
    head = surveyed.head.decode(surveyed.encoding, "replace")
    known = None if sniff else format_by_ending(place)
    return CheckedList(printable(place), file, surveyed, known or format_by_content(head))


def _add(
    faults: Faults, place: str, line: int | None, message: str, *, field: str | None, hint: str | None
) -> None:
    faults.add(place, message, line=line, field=field, hint=hint)


def _refuse(place: str, line: int | None, message: str, *, field: str | None, hint: str | None) -> NoReturn:
    raise _changed(place)


def _changed(place: str) -> CouldNotRun:
    return CouldNotRun(
        f"{place} was changed while it was being read", hint="Work on a copy that stays as it is."
    )
