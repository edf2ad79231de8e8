"""Heading: the records with which an evidence file begins: what made it, of which run it is, and by what was judged."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from probe import __version__
from probe.keeping.evidence.exchange_records import PRINTABLE
from probe.keeping.evidence.file import EvidenceFile, new_id
from probe.keeping.evidence.warc import FIELDS, WarcRecord
from probe.keeping.redaction import Redactor
from probe.model.record import RunRecord
from probe.model.verdict import write_time

_WARC = "https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"


def head_records(
    file: EvidenceFile,
    record: RunRecord,
    redactor: Redactor,
    *,
    warcinfo: str,
    moment: float,
    missing: str | None,
) -> Iterator[WarcRecord]:
    """A warcinfo record of this id, and the texts of the definitions, so that the file can be read without anything else.

    `missing` says in words what of the run cannot be in the file, None for nothing.
    """
    fields = [(name, value) for name, value in _fields(record, missing) if value is not None]
    lines = [f"{name}: {' '.join(value.split())}" for name, value in fields]
    yield WarcRecord(
        kind="warcinfo",
        id=warcinfo,
        date=moment,
        block="".join(f"{redactor.text(line)}\r\n" for line in lines).encode("utf-8", "replace"),
        content_type=FIELDS,
        file_name=quote(file.place.name, safe=PRINTABLE),
    )
    for one in record.definitions:
        if one.text:
            yield WarcRecord(
                kind="resource",
                id=new_id(),
                date=moment,
                uri=f"urn:probe:{record.id}:definition:{quote(one.name)}:{one.sha256}",
                content_type="application/yaml",
                warcinfo=warcinfo,
                block=redactor.bytes(one.text.encode("utf-8", "replace")),
            )


def _fields(record: RunRecord, missing: str | None) -> list[tuple[str, str | None]]:
    vantage = record.vantage
    return [
        ("software", f"keyword-probe/{__version__}"),
        ("format", "WARC File Format 1.1"),
        ("conformsTo", _WARC),
        ("isPartOf", f"urn:probe:{record.id}"),
        ("description", "What was asked and answered in a measurement of keyword censorship, with its verdicts."),
        ("probe-run", record.id),
        ("probe-run-started", write_time(record.started)),
        ("probe-missing", missing),
        ("probe-vantage", vantage.label),
        ("probe-vantage-country", vantage.country),
        ("probe-vantage-network", vantage.network),
        *(("probe-list", f"{one.name} {one.sha256 or '-'} {one.keywords}") for one in record.lists),
        *(("probe-definition", f"{one.name} {one.sha256}") for one in record.definitions),
        ("probe-bodies", "decoded; fields of the head that were true of the coded body begin with X-Crawler-"),
        ("probe-secrets", "replaced by {secret:NAME}; what logs in by {removed}"),
    ]  # fmt: skip
