"""WARC records (version 1.1) as bytes and back, each a gzip member of its own, by warcio and nowhere else.

A record is written whole and read whole, with its digests; what is read may come from anybody, so it is bounded.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from typing import Any, BinaryIO

import msgspec
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord, ArcWarcRecordLoader
from warcio.statusandheaders import StatusAndHeaders, StatusAndHeadersParserException
from warcio.warcwriter import WARCWriter

HTTP_REQUEST = "application/http; msgtype=request"
HTTP_RESPONSE = "application/http; msgtype=response"
JSON = "application/json"
FIELDS = "application/warc-fields"
MAGIC = b"\x1f\x8b\x08"
"""How a gzip member begins."""
MOST_RECORD = 300_000_000
"""Bytes of one record, unpacked: more than any body that a definition may let in."""
_LEVEL = 6
_PIECE = 65536
_END = b"\r\n\r\n"


class BrokenRecord(Exception):
    """What stands at `offset` of a file is no whole record."""

    def __init__(self, offset: int, why: str, *, is_cut: bool = False) -> None:
        super().__init__(why)
        self.offset = offset
        self.why = why
        self.is_cut = is_cut
        """Whether the file just ends too early."""


class WarcRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One record."""

    kind: str
    """warcinfo, request, response, resource or metadata."""
    id: str
    """`urn:uuid:...`, without brackets."""
    date: float
    """Seconds since 1970-01-01 UTC."""
    block: bytes
    content_type: str
    uri: str | None = None
    concurrent: tuple[str, ...] = ()
    """Ids of records of the same exchange."""
    refers: str | None = None
    """Id of the record that this one is about."""
    warcinfo: str | None = None
    """Id of the record that says what made this one."""
    address: str | None = None
    """Of the server, without its port."""
    file_name: str | None = None
    truncated: str | None = None
    """Why the block is not whole: `length`."""


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """A gzip member of a file, which holds one record."""

    offset: int
    length: int
    digest: str
    """SHA-256 of its bytes as they stand in the file."""
    content: bytes
    """Unpacked."""


def pack_record(record: WarcRecord) -> bytes:
    """A record as a gzip member."""
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, 31)
    return packer.compress(write_record(record)) + packer.flush()


def write_record(record: WarcRecord) -> bytes:
    """A record as it stands in a WARC file that is not compressed."""
    head = StatusAndHeaders("", _fields(record), protocol="WARC/1.1")
    # Without HTTP headers of its own to parse: warcio would write those anew, and not always as they came.
    body = BytesIO(record.block)
    whole = ArcWarcRecord("warc", record.kind, head, body, None, record.content_type, len(record.block))
    out = BytesIO()
    WARCWriter(out, gzip=False, warc_version="1.1").write_record(whole)
    return out.getvalue()


def read_members(file: BinaryIO, offset: int = 0) -> Iterator[Member]:
    """The members of a file from here to its end. Raises BrokenRecord at the first that is none."""
    file.seek(0, 2)
    size = file.tell()
    while offset < size:
        member = read_member(file, offset)
        yield member
        offset += member.length


def read_member(file: BinaryIO, offset: int) -> Member:
    """The member at this place. Raises BrokenRecord."""
    file.seek(offset)
    unpacker = zlib.decompressobj(31)
    digest = hashlib.sha256()
    pieces: list[bytes] = []
    size = length = 0
    while not unpacker.eof:
        piece = file.read(_PIECE)
        if not piece:
            raise BrokenRecord(offset, "the file ends in the middle of a record", is_cut=True)
        try:
            pieces.append(unpacker.decompress(piece, MOST_RECORD - size + 1))
        except zlib.error as error:
            raise BrokenRecord(offset, f"it cannot be unpacked ({error})") from None
        size += len(pieces[-1])
        if size > MOST_RECORD:
            raise BrokenRecord(offset, f"it unpacks to more than {MOST_RECORD:,} bytes")
        used = piece[: len(piece) - len(unpacker.unused_data)]
        digest.update(used)
        length += len(used)
    return Member(offset=offset, length=length, digest=digest.hexdigest(), content=b"".join(pieces))


def read_record(member: Member) -> WarcRecord:
    """The record in a member. Raises BrokenRecord where it is none, or where its digests are not those of its bytes."""
    stream = BytesIO(member.content)
    try:
        found = ArcWarcRecordLoader().parse_record_stream(stream, known_format="warc", no_record_parse=True)
        block: bytes = found.raw_stream.read()
        record = _convert(found.rec_headers, block)
    except (ArchiveLoadFailed, StatusAndHeadersParserException, EOFError, ValueError, TypeError) as error:
        raise BrokenRecord(member.offset, f"it is no WARC record ({type(error).__name__})") from None
    if stream.read() != _END:
        raise BrokenRecord(member.offset, "its length is not the one that it names")
    for name, digest in _digests(record).items():
        named = found.rec_headers.get_header(name)
        if named is not None and named != digest:
            raise BrokenRecord(member.offset, f"its {name} is not that of its bytes")
    return record


def payload(record: WarcRecord) -> bytes:
    """What a record holds: of HTTP the body, else the whole block."""
    if record.content_type in (HTTP_REQUEST, HTTP_RESPONSE):
        return record.block.partition(_END)[2]
    return record.block


def hash_bytes(data: bytes) -> str:
    """The SHA-256 of some bytes, as these files write it."""
    return hashlib.sha256(data).hexdigest()


def _digests(record: WarcRecord) -> dict[str, str]:
    digests = {"WARC-Block-Digest": f"sha256:{hash_bytes(record.block)}"}
    if record.kind != "warcinfo":
        digests["WARC-Payload-Digest"] = f"sha256:{hash_bytes(payload(record))}"
    return digests


def _fields(record: WarcRecord) -> list[tuple[str, str]]:
    moment = datetime.fromtimestamp(record.date, UTC).isoformat(timespec="microseconds")
    fields = [
        ("WARC-Type", record.kind),
        ("WARC-Record-ID", f"<{record.id}>"),
        ("WARC-Date", moment.replace("+00:00", "Z")),
    ]
    optional = (
        ("WARC-Filename", record.file_name),
        ("WARC-Target-URI", record.uri),
        ("WARC-IP-Address", record.address),
        ("WARC-Warcinfo-ID", _bracket(record.warcinfo)),
        *(("WARC-Concurrent-To", _bracket(one)) for one in record.concurrent),
        ("WARC-Refers-To", _bracket(record.refers)),
        ("WARC-Truncated", record.truncated),
    )
    fields += [(name, value) for name, value in optional if value is not None]
    return [*fields, *_digests(record).items()]


def _bracket(name: str | None) -> str | None:
    return None if name is None else f"<{name}>"


def _convert(headers: Any, block: bytes) -> WarcRecord:
    """Raises ValueError or TypeError where a field that every record has is missing, or no such thing."""

    def field(name: str) -> str | None:
        value: str | None = headers.get_header(name)
        return value

    def names(name: str) -> tuple[str, ...]:
        return tuple(value.strip("<>") for key, value in headers.headers if key.lower() == name.lower())

    kind, name, date = field("WARC-Type"), field("WARC-Record-ID"), field("WARC-Date")
    if kind is None or name is None or date is None or field("Content-Length") != str(len(block)):
        raise ValueError("a field is missing")
    return WarcRecord(
        kind=kind,
        id=name.strip("<>"),
        date=datetime.fromisoformat(date).timestamp(),
        block=block,
        content_type=field("Content-Type") or "",
        uri=field("WARC-Target-URI"),
        concurrent=names("WARC-Concurrent-To"),
        refers=next(iter(names("WARC-Refers-To")), None),
        warcinfo=next(iter(names("WARC-Warcinfo-ID")), None),
        address=field("WARC-IP-Address"),
        file_name=field("WARC-Filename"),
        truncated=field("WARC-Truncated"),
    )
