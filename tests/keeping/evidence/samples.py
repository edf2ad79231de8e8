"""Evidence files to look at, small ones and real ones, and what stands in them."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from pathlib import Path

from probe.keeping.evidence.evidence import Evidence
from probe.keeping.evidence.file import EvidenceFile
from probe.keeping.evidence.statement import Statement, read_statement
from probe.keeping.evidence.warc import WarcRecord, pack_record, read_members, read_record
from probe.keeping.redaction import Redactor
from probe.model.exchange import Exchange, Request, Response, Step, Wire
from probe.model.observation import Outcome
from tests.keeping.samples import (
    Wall,
    document_of,
    endpoint_called,
    observation_of,
    question_about,
    record_called,
    verdict_of,
)

KEY = ("example", "d" * 64)
ID = "urn:uuid:00000000-0000-4000-8000-000000000001"


def record_saying(block: bytes, *, kind: str = "metadata", name: str = ID) -> WarcRecord:
    return WarcRecord(kind=kind, id=name, date=1000.25, block=block, content_type="application/json")


def answered(
    body: bytes = "<p>根据法律</p>".encode(),
    *,
    url: str = "http://h.example/s?q=1",
    head: bytes = b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n",
) -> Exchange:
    """An exchange of one step, with what was on the wire."""
    wire = Wire(
        started=1000.25,
        ended=1000.5,
        request=b"GET /s?q=1 HTTP/1.1\r\nHost: h.example\r\n",
        response=head,
        received=len(body),
        address="192.0.2.7:80",
    )
    step = Step(
        request=Request(method="GET", url=url, headers=(("Host", "h.example"),)),
        response=Response(status=200, headers=(("content-type", "text/html"),), body=body),
        wire=wire,
    )
    return Exchange(steps=(step,), started=1000.25, ended=1000.5)


def begin_evidence(
    place: Path, *, secrets: Mapping[str, str] | None = None, most_bytes: int = 1_000_000
) -> Evidence:
    wall = Wall()
    record = record_called(endpoints=(endpoint_called(),))
    file = EvidenceFile(place, wall=wall)
    return Evidence(file, record, Redactor(secrets or {}), wall=wall, most_bytes=most_bytes)


def write_small(place: Path) -> bytes:
    """A sealed file with one answer and one verdict; its bytes."""
    evidence = begin_evidence(place)
    question = question_about("谣言")
    evidence.answer(KEY, question, observation_of(question, Outcome.BLOCKED), answered())
    evidence.verdict(verdict_of("谣言"), (), is_here=lambda answer: True)
    evidence.close(document_of())
    return place.read_bytes()


def records_of(place: Path) -> list[WarcRecord]:
    with place.open("rb") as file:
        return [read_record(member) for member in read_members(file)]


def statements_of(place: Path) -> list[Statement]:
    found = (read_statement(one.block) for one in records_of(place) if one.kind == "metadata")
    return [one for one in found if one is not None]


def unpacked(place: Path) -> bytes:
    """All that a file holds, whatever packs it."""
    data, pieces = place.read_bytes(), []
    while data:
        unpacker = zlib.decompressobj(31)
        pieces.append(unpacker.decompress(data))
        data = unpacker.unused_data
    return b"".join(pieces)


def repacked(record: WarcRecord) -> tuple[WarcRecord, bytes]:
    return record, pack_record(record)
