"""Gathering: the verdicts of a file of results as they are read, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from probe.inputs.faults import Faults, printable, quoted
from probe.model.change import Background, Told
from probe.model.exchange import digest
from probe.model.run import Vantage
from probe.model.verdict import SCHEMA_VERSION, Verdict

MOST_PAIRS = 1_000_000
LONGEST_NAME = 200
"""Characters of an endpoint's name."""

_verdicts = msgspec.msgpack.Decoder(Verdict)
_encode = msgspec.msgpack.Encoder().encode


class TooMuch(Exception):
    """What is left of the file is not read."""


class _Software(msgspec.Struct, frozen=True):
    version: str


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """What is wanted of a run document."""

    schema_version: int
    id: str
    started: str
    complete: bool
    software: _Software
    vantage: Vantage


class Gathering:
    """Holds each verdict in few bytes, by its pair, in the order of the file."""

    def __init__(self, name: str) -> None:
        """`name` is the file's, safe to print."""
        self.name = name
        self.faults = Faults()
        self.head: Head | None = None
        self.endpoints: dict[str, list[str]] = {}
        """By name, the ids of its pairs."""
        self._verdicts: dict[str, bytes] = {}
        self._runs: set[str] = set()

    def __len__(self) -> int:
        return len(self._verdicts)

    def fault(
        self, message: str, *, line: int | None = None, field: str | None = None, hint: str | None = None
    ) -> None:
        self.faults.add(self.name, message, line=line, field=field, hint=hint)

    def take_head(self, head: Head, *, line: int | None = None, field: str | None = None) -> None:
        """Take the run that the verdicts are of."""
        if self.head is not None:
            self.fault("is a second run.", line=line, field=field, hint="Keep each run in a file of its own.")
        elif self._knows(head.schema_version, line, field):
            self.head = head

    def take(
        self, verdict: Verdict, *, pair: str | None = None, line: int | None = None, field: str | None = None
    ) -> None:
        """Take a verdict; `pair` is its id where that cannot be told from its texts. Raises TooMuch."""
        wrong = _what_is_wrong(verdict)
        if wrong is not None:
            self.fault(wrong, line=line, field=field)
            return
        if not self._knows(verdict.schema_version, line, field):
            return
        pair = pair or digest(verdict.endpoint, *verdict.components)
        if pair in self._verdicts:
            what = f"{quoted(verdict.keyword)} at {quoted(verdict.endpoint)} is there twice."
            hint = "Keep each run in a file of its own." if verdict.run not in self._runs else None
            self.fault(what, line=line, field=field, hint=hint)
            return
        if len(self._verdicts) >= MOST_PAIRS:
            self.fault(f"has more than {MOST_PAIRS:,} verdicts, the most that are read.", line=line)
            raise TooMuch
        self._runs.add(verdict.run)
        self.endpoints.setdefault(verdict.endpoint, []).append(pair)
        self._verdicts[pair] = _encode(msgspec.structs.replace(verdict, id=pair))

    def find(self, pair: str) -> Told | None:
        body = self._verdicts.get(pair)
        return None if body is None else self._told(body)

    def at(self, endpoint: str) -> Iterator[Told]:
        return (self._told(self._verdicts[pair]) for pair in self.endpoints.get(endpoint, ()))

    @property
    def run(self) -> str | None:
        """The run, where the file says one."""
        if self.head is not None:
            return self.head.id
        return next(iter(self._runs)) if len(self._runs) == 1 else None

    def _told(self, body: bytes) -> Told:
        head = self.head
        background = (
            Background() if head is None else Background(software=head.software.version, vantage=head.vantage)
        )
        return Told(verdict=_verdicts.decode(body), background=background)

    def _knows(self, version: int, line: int | None, field: str | None) -> bool:
        if 1 <= version <= SCHEMA_VERSION:
            return True
        hint = "Update probe." if version > SCHEMA_VERSION else None
        message = f"has schema version {version}, and this probe knows {SCHEMA_VERSION}."
        self.fault(message, line=line, field=field, hint=hint)
        return False


def say_error(error: Exception) -> str:
    """What a decoder says, safe to print."""
    if isinstance(error, RecursionError):
        return "is nested too deeply."
    return f"is no result of probe: {printable(str(error), 160)}."


def _what_is_wrong(verdict: Verdict) -> str | None:
    if not verdict.components or not all(verdict.components):
        return "has no components of a keyword."
    if not 0 < len(verdict.endpoint) <= LONGEST_NAME:
        return "has no name of an endpoint, or too long a one."
    try:
        "".join((verdict.endpoint, *verdict.components)).encode()
    except UnicodeEncodeError:
        return "has half a character in its texts."
    return None
