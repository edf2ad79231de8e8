"""Manifest: a list of records with their places and SHA-256, so that a change is found and its place is known.

One is written for each few thousand records and one at the end, so that the list never grows with the run, and so that a
file that was not sealed has some too. Each lists what was written since the one before, and that one first.
"""

from __future__ import annotations

import hashlib
import struct
import uuid
from collections.abc import Iterator
from typing import Literal

import msgspec

MOST_LISTED = 5_000
"""Records of one manifest."""
URI = "urn:probe:manifest"
_ROW = struct.Struct(">QI32sB16s")
_KINDS = ("warcinfo", "request", "response", "resource", "metadata")


class Listed(msgspec.Struct, frozen=True, array_like=True):
    """One record in the manifest."""

    offset: int
    length: int
    digest: str
    """SHA-256 of its gzip member."""
    kind: str
    id: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """Records that stand before it, in their order."""

    type: Literal["manifest"] = "manifest"
    version: Literal[1] = 1
    before: int | None
    """Where the manifest before begins, which is the first one listed; null where there is none."""
    records: tuple[Listed, ...]


class Listing:
    """The records that no manifest lists yet, in 61 bytes each."""

    def __init__(self) -> None:
        self._rows = bytearray()
        self._before: int | None = None

    @property
    def is_full(self) -> bool:
        return len(self._rows) >= MOST_LISTED * _ROW.size

    def add(self, member: bytes, *, offset: int, kind: str, name: str) -> None:
        """A record was written."""
        digest = hashlib.sha256(member).digest()
        self._rows += _ROW.pack(offset, len(member), digest, _KINDS.index(kind), uuid.UUID(name).bytes)

    def take(self, offset: int) -> bytes:
        """The manifest that will stand at this place; it is to be the first to be added next."""
        manifest = Manifest(before=self._before, records=tuple(self._listed()))
        self._rows.clear()
        self._before = offset
        return msgspec.json.encode(manifest)

    def _listed(self) -> Iterator[Listed]:
        for offset, length, digest, kind, name in _ROW.iter_unpack(self._rows):
            yield Listed(
                offset=offset,
                length=length,
                digest=digest.hex(),
                kind=_KINDS[kind],
                id=uuid.UUID(bytes=name).urn,
            )
