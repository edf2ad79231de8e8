"""Result file: the verdicts of a run that `-o` wrote as JSON, JSON Lines or CSV. Such files come from anywhere, so they are
bounded, and checked whole."""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from probe.errors import BadInput, Fault
from probe.inputs.faults import printable
from probe.inputs.results.gathering import Gathering, TooMuch
from probe.inputs.results.json_text import read_document, read_lines
from probe.inputs.results.sheet import read_sheet
from probe.model.change import Told

MOST_BYTES = 256 << 20
MOST_DOCUMENT = 64 << 20
"""Bytes of a JSON document, which has to be held whole."""
LONGEST_LINE = 1 << 20
"""Bytes: one endless line must not fill the memory."""
FORMATS = {".json": "json", ".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv"}


class ResultFile:
    """The verdicts of one file, by pair."""

    def __init__(self, gathering: Gathering, notes: Sequence[str]) -> None:
        self._gathering = gathering
        self.name = gathering.name
        self.run = gathering.run
        self.started = None if gathering.head is None else gathering.head.started
        self.is_complete = gathering.head is None or gathering.head.complete
        self.endpoints = tuple(gathering.endpoints)
        self.notes = tuple(notes)
        """What there is to know of it, each in one sentence."""

    def __len__(self) -> int:
        return len(self._gathering)

    def at(self, endpoint: str) -> Iterator[Told]:
        """All verdicts of an endpoint, in the order of the file."""
        return self._gathering.at(endpoint)

    def find(self, pair: str) -> Told | None:
        """The verdict of a pair, by its id."""
        return self._gathering.find(pair)


def read_results(path: Path) -> ResultFile:
    """Read a file whole. Raises BadInput with all its faults."""
    gathering = Gathering(printable(str(path)))
    try:
        with path.open("rb") as file:
            _read(file, FORMATS.get(path.suffix.lower()), gathering)
    except OSError as error:
        raise BadInput([Fault(file=gathering.name, message=f"cannot be read: {error.strerror}.")]) from error
    except TooMuch:
        pass
    if not len(gathering) and not gathering.faults.total:
        gathering.fault("holds no verdicts.", hint="Name a file that `probe run -o FILE` wrote.")
    gathering.faults.raise_any()
    return ResultFile(gathering, [*_notes(gathering)])


def _read(file: BinaryIO, form: str | None, gathering: Gathering) -> None:
    start = b""
    if form is None:
        start = file.readline(LONGEST_LINE)
        form = _guess(start)
    if form == "json":
        body = (start + file.read(MOST_DOCUMENT + 1)).removeprefix(codecs.BOM_UTF8)
        if len(body) > MOST_DOCUMENT:
            hint = "Write the run as JSON Lines: probe runs show RUN -o FILE.jsonl"
            gathering.fault(f"is larger than {MOST_DOCUMENT >> 20} MB, the most for JSON.", hint=hint)
        else:
            read_document(body, gathering)
    elif form == "jsonl":
        read_lines(_lines(start, file, gathering), gathering)
    else:
        read_sheet(_lines(start, file, gathering), gathering)


def _guess(line: bytes) -> str:
    """The format of a file whose name does not tell it, from its first line."""
    if not line.removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"{"):
        return "csv"
    return "jsonl" if line.rstrip().endswith(b"}") and b'"verdicts":[' not in line else "json"


def _lines(start: bytes, file: BinaryIO, gathering: Gathering) -> Iterator[bytes]:
    """The lines of a file, none of which is endless. Raises TooMuch."""
    read = number = 0
    while line := start or file.readline(LONGEST_LINE + 1):
        start = b""
        number += 1
        read += len(line)
        if len(line) > LONGEST_LINE:
            gathering.fault(f"is longer than {LONGEST_LINE:,} bytes.", line=number)
            raise TooMuch
        if read > MOST_BYTES:
            gathering.fault(f"is larger than {MOST_BYTES >> 20} MB, the most that is read.")
            raise TooMuch
        yield line.removeprefix(codecs.BOM_UTF8) if number == 1 else line


def _notes(gathering: Gathering) -> Iterator[str]:
    if gathering.head is None:
        yield f"{gathering.name} does not say which version of probe judged, and from where"
    elif not gathering.head.complete:
        yield f"{gathering.name} is of a run that is not complete"
