"""Seal: what stands at the end of an evidence file, so that a change of any byte in it is found, and its place.

Before it comes the last manifest. The seal has the place of that, and the SHA-256 of all bytes before itself. As no seal can
hold its own hash, it is written in the one form that this module makes of what it says, stored and not compressed, and
whoever checks it makes it anew and compares.
"""

from __future__ import annotations

import struct
import zlib
from typing import BinaryIO, Literal

import msgspec

from probe.keeping.evidence.warc import (
    JSON,
    MAGIC,
    BrokenRecord,
    WarcRecord,
    read_member,
    read_record,
    write_record,
)

_HEAD = MAGIC + b"\x00\x00\x00\x00\x00\x00\xff"
"""No name, no time, of no particular system."""
_MOST_STORED = 65535
MOST_SEAL = 4096
"""Bytes at the end of a file in which its seal must begin."""


class Seal(msgspec.Struct, frozen=True, kw_only=True):
    """The last record of a file."""

    type: Literal["seal"] = "seal"
    version: Literal[1] = 1
    manifest: int
    """Where the last manifest begins."""
    records: int
    """How many there are before it."""
    bytes: int
    """Of the file before the seal."""
    sha256: str
    """Of these."""
    id: str
    """The seal's record id, and its date below: so these are covered too."""
    date: float
    complete: bool
    """Whether the run was closed, so that nothing of what was to be written is missing."""


def write_seal(seal: Seal) -> bytes:
    """A seal as the bytes that end a file."""
    record = WarcRecord(
        kind="metadata",
        id=seal.id,
        date=seal.date,
        uri="urn:probe:seal",
        content_type=JSON,
        block=msgspec.json.encode(seal),
    )
    return _store(write_record(record))


def find_seal(file: BinaryIO) -> tuple[int, Seal] | None:
    """Where the seal of a file begins, and what it says; None where it has none. Raises BrokenRecord where it is damaged."""
    file.seek(0, 2)
    size = file.tell()
    start = max(0, size - MOST_SEAL)
    file.seek(start)
    tail = file.read()
    place = tail.rfind(_HEAD)
    if place < 0:
        return None
    offset = start + place
    try:
        record = read_record(read_member(file, offset))
        seal = msgspec.json.decode(record.block, type=Seal)
    except (BrokenRecord, msgspec.MsgspecError) as error:
        raise BrokenRecord(offset, f"the seal is damaged ({error})") from None
    if write_seal(seal) != tail[place:]:
        raise BrokenRecord(offset, "the seal is not written as one is, or something stands behind it")
    return offset, seal


def _store(data: bytes) -> bytes:
    """A gzip member of stored blocks. There is one way to write it, whatever library there is."""
    pieces = [data[place : place + _MOST_STORED] for place in range(0, len(data), _MOST_STORED)]
    blocks = [
        struct.pack("<BHH", number == len(pieces), len(piece), len(piece) ^ 0xFFFF) + piece
        for number, piece in enumerate(pieces, 1)
    ]
    return b"".join([_HEAD, *blocks, struct.pack("<II", zlib.crc32(data), len(data))])
