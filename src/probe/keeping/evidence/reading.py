"""Reading: what an evidence file says, record by record. It may come from anybody, so nothing in it is believed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from probe.errors import WrongUse
from probe.keeping.evidence.statement import RunStatement, Statement, VerdictStatement, read_statement
from probe.keeping.evidence.verification import open_evidence
from probe.keeping.evidence.warc import JSON, BrokenRecord, WarcRecord, read_members, read_record
from probe.model.run import Run


@dataclass(frozen=True, kw_only=True)
class Overview:
    """A file at a glance."""

    heading: Mapping[str, tuple[str, ...]]
    """What its first record says of the run; a name may stand several times."""
    kinds: Mapping[str, int]
    """How many records there are of each kind."""
    run: Run | None
    """How the run ended; None where nobody wrote that."""
    notes: tuple[str, ...]
    broken: str | None
    """Why reading ended too early; None where it did not."""


def read_records(place: Path) -> Iterator[WarcRecord]:
    """The records of a file. Raises WrongUse where it is no evidence file, BrokenRecord at the first that is not whole."""
    with open_evidence(place) as file:
        for member in read_members(file):
            yield read_record(member)


def read_overview(place: Path, on_verdict: Callable[[VerdictStatement], None]) -> Overview:
    """Read a file once; each verdict is told as it comes, so that a long file needs no memory."""
    kinds: Counter[str] = Counter()
    heading: dict[str, tuple[str, ...]] = {}
    ending = RunStatement(run=None, notes=())
    broken = None
    try:
        for record in read_records(place):
            kinds[record.kind] += 1
            if record.kind == "warcinfo":
                heading = _read_fields(record.block)
            statement = _statement(record)
            if isinstance(statement, VerdictStatement):
                on_verdict(statement)
            elif isinstance(statement, RunStatement):
                ending = statement
    except BrokenRecord as error:
        broken = f"at byte {error.offset:,} {error.why}"
    return Overview(heading=heading, kinds=kinds, run=ending.run, notes=ending.notes, broken=broken)


def find_record(place: Path, name: str) -> WarcRecord:
    """The record of this id, with or without `urn:uuid:`, or its beginning. Raises WrongUse."""
    wanted = name.strip("<>").removeprefix("urn:uuid:").lower()
    try:
        for record in read_records(place):
            if wanted and record.id.removeprefix("urn:uuid:").startswith(wanted):
                return record
    except BrokenRecord as error:
        raise WrongUse(
            f"there is no record {name} before the place where {place} is broken: at byte {error.offset:,} {error.why}"
        ) from None
    raise WrongUse(f"there is no record {name} in {place}")


def _statement(record: WarcRecord) -> Statement | None:
    is_ours = record.kind == "metadata" and record.content_type == JSON
    return read_statement(record.block) if is_ours else None


def _read_fields(block: bytes) -> dict[str, tuple[str, ...]]:
    fields: dict[str, tuple[str, ...]] = {}
    for line in block.decode("utf-8", "replace").splitlines():
        name, between, value = line.partition(": ")
        if between:
            fields[name] = (*fields.get(name, ()), value)
    return fields
