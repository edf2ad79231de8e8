"""Evidence file: records are added to its end as they come, and a seal when it is closed. Nothing is ever written over.

Each addition is written at once, so that kill -9 leaves whole records and at most one that is cut short.
"""

from __future__ import annotations

import errno
import hashlib
import os
import uuid
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from probe.errors import CouldNotRun, WrongUse
from probe.keeping.evidence.manifest import URI, Listing
from probe.keeping.evidence.seal import Seal, write_seal
from probe.keeping.evidence.warc import JSON, WarcRecord, pack_record

ENDING = ".warc.gz"


class EvidenceFile:
    """A file that is open for writing. Whatever cannot be written raises CouldNotRun, and then it is closed.

    `wall` gives seconds since 1970.
    """

    def __init__(self, place: Path, *, wall: Callable[[], float]) -> None:
        """Raises WrongUse where something stands there already, or the name does not end as it must."""
        demand_free(place)
        self.place = place
        self.size = 0
        self.records = 0
        self._wall = wall
        self._digest = hashlib.sha256()
        self._listing = Listing()
        self._handle: int | None = _create(place)

    @property
    def is_open(self) -> bool:
        return self._handle is not None

    @property
    def digest(self) -> str:
        """SHA-256 of all that was written so far."""
        return self._digest.hexdigest()

    def add(self, *packed: tuple[WarcRecord, bytes]) -> None:
        """Add some records, each with its member, together."""
        offset = self.size
        self._write(b"".join(member for _, member in packed))
        for record, member in packed:
            self._listing.add(member, offset=offset, kind=record.kind, name=record.id)
            offset += len(member)
        self.records += len(packed)
        if self._listing.is_full:
            self._list()

    def seal(self, *, complete: bool) -> None:
        """Add the last manifest and the seal, and close the file, when all of it is on the disk."""
        manifest = self._list()
        seal = Seal(
            manifest=manifest,
            records=self.records,
            bytes=self.size,
            sha256=self.digest,
            id=new_id(),
            date=self._wall(),
            complete=complete,
        )
        self._write(write_seal(seal))
        self.records += 1
        self._sync()
        self.close()

    def close(self) -> None:
        """Leave it as it is, sealed or not."""
        if self._handle is not None:
            handle, self._handle = self._handle, None
            os.close(handle)

    def discard(self) -> None:
        """Take it away again, as what it was to hold could not be had."""
        self.close()
        with suppress(OSError):
            self.place.unlink()

    def _list(self) -> int:
        """Write a manifest of what none lists yet; returns where it stands."""
        offset = self.size
        block = self._listing.take(offset)
        record = WarcRecord(
            kind="metadata", id=new_id(), date=self._wall(), uri=URI, content_type=JSON, block=block
        )
        self.add((record, pack_record(record)))
        return offset

    def _write(self, data: bytes) -> None:
        assert self._handle is not None
        view, done = memoryview(data), 0
        try:
            while done < len(view):
                done += os.write(self._handle, view[done:])
        except OSError as error:
            with suppress(OSError):  # so that the file ends with a whole record
                os.ftruncate(self._handle, self.size)
            self.close()
            raise _explained(self.place, error) from error
        self.size += len(data)
        self._digest.update(data)

    def _sync(self) -> None:
        assert self._handle is not None
        try:
            os.fsync(self._handle)
        except OSError as error:
            self.close()
            raise _explained(self.place, error) from error


def new_id() -> str:
    """The id of a record."""
    return uuid.uuid4().urn


def demand_free(place: Path) -> None:
    """Raises WrongUse for a name that readers of WARC files would not know, and where something stands there already."""
    if not place.name.endswith(ENDING) or place.name == ENDING:
        raise WrongUse(
            f"{place}: the name of an evidence file ends in {ENDING}", hint=f"For example run{ENDING}."
        )
    if os.path.lexists(place):
        raise _taken(place)
    if not place.parent.is_dir():
        raise WrongUse(f"{place}: there is no folder {place.parent}")


def hash_file(place: Path) -> str:
    """The SHA-256 of a whole file. Raises CouldNotRun."""
    try:
        with place.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise CouldNotRun(f"{place} cannot be read: {error.strerror}") from error


def _create(place: Path) -> int:
    try:
        return os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except FileExistsError:
        raise _taken(place) from None
    except OSError as error:
        raise CouldNotRun(f"{place} cannot be made: {error.strerror}") from error


def _taken(place: Path) -> WrongUse:
    return WrongUse(
        f"{place} is there already, and evidence is never written over",
        hint="Name another file, put {run} into its name, or move that one away.",
    )


def _explained(place: Path, error: OSError) -> CouldNotRun:
    full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
    why = "the disk is full" if full else error.strerror
    return CouldNotRun(
        f"the evidence file {place} cannot be written: {why}",
        hint="What it holds so far is whole, and the store has lost nothing: make room, then go on with"
        " probe run --resume --evidence FILE, or write it anew with probe evidence write.",
    )
