"""Verification: whether an evidence file is as it was written, and where not."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import msgspec

from probe.errors import CouldNotRun, WrongUse
from probe.keeping.evidence.file import hash_file
from probe.keeping.evidence.manifest import Listed, Manifest
from probe.keeping.evidence.seal import Seal, find_seal
from probe.keeping.evidence.warc import MAGIC, BrokenRecord, read_member, read_members, read_record

MOST_DAMAGES = 100
"""Places that are named."""


@dataclass(frozen=True, kw_only=True)
class Damage:
    """One thing that is not as it was written."""

    offset: int
    what: str


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What was found of one file."""

    sha256: str
    """Of the whole file, to be compared with the one that was noted when it was written."""
    records: int
    """Whole records, those that hold the others together included."""
    sealed: bool
    """Whether it came to its end."""
    complete: bool
    """Whether the run in it did."""
    damages: tuple[Damage, ...]

    @property
    def is_sound(self) -> bool:
        return self.sealed and not self.damages


def verify(place: Path) -> Finding:
    """Look at every byte of a file. Raises WrongUse where it is no evidence file, CouldNotRun where it cannot be read."""
    with open_evidence(place) as file:
        try:
            seen = _Verifying(file)
            seen.look()
        except OSError as error:
            raise CouldNotRun(f"{place} cannot be read: {error.strerror}") from error
    return Finding(
        sha256=hash_file(place),
        records=seen.whole,
        sealed=seen.end is not None,
        complete=seen.seal is not None and seen.seal.complete,
        damages=tuple(seen.damages[:MOST_DAMAGES]),
    )


def open_evidence(place: Path) -> BinaryIO:
    """Open a file that may be evidence. Raises WrongUse where it is something else, CouldNotRun where it cannot be read."""
    try:
        file = place.open("rb")
    except IsADirectoryError:
        raise WrongUse(f"{place} is a folder, no evidence file") from None
    except FileNotFoundError:
        raise WrongUse(f"there is no {place}") from None
    except OSError as error:
        raise CouldNotRun(f"{place} cannot be read: {error.strerror}") from error
    begin = file.read(len(MAGIC))
    if begin and begin != MAGIC and not _ends_like_one(file):
        file.close()
        raise WrongUse(f"{place} is no evidence file: it is not made of gzip members")
    return file


def _ends_like_one(file: BinaryIO) -> bool:
    """Where only the beginning of a file is damaged, its end shows what it was."""
    try:
        return find_seal(file) is not None
    except BrokenRecord:
        return True


@dataclass(kw_only=False)
class _Verifying:
    """One look at a file, from its end to its beginning and back."""

    file: BinaryIO
    damages: list[Damage] = field(default_factory=list)
    whole: int = 0
    seal: Seal | None = None
    end: int | None = None
    """Where the seal begins, whole or not; None where there is none."""

    def look(self) -> None:
        self._find_end()
        manifests = [] if self.seal is None else self._find_manifests(self.seal)
        first = manifests[0] if manifests else None
        begin = 0 if first is None else self._begin_of(first)
        if begin is None or begin > 0 or first is None:
            self._walk(self.end if first is None or begin is None else begin)
        place = 0 if begin is None else begin
        for offset in manifests:
            place = self._compare(offset, place)
        if self.seal is not None and not self.damages:
            self._hash_all(self.seal)
        self.whole += self.seal is not None

    def _find_end(self) -> None:
        try:
            found = find_seal(self.file)
        except BrokenRecord as error:
            self.end = error.offset
            self._blame(error.offset, error.why)
            return
        if found is not None:
            self.end, self.seal = found
            if self.seal.bytes != self.end:
                self._blame(self.end, f"the seal is of {self.seal.bytes:,} bytes, not of {self.end:,}")

    def _find_manifests(self, seal: Seal) -> list[int]:
        """Where the manifests begin, the first one first; only those after the last that is damaged."""
        found: list[int] = []
        offset: int | None = seal.manifest
        while offset is not None:
            manifest = self._read_manifest(offset)
            if manifest is None:
                break
            found.append(offset)
            before = manifest.before
            if before is not None and before >= offset:
                self._blame(offset, "the manifest names one that stands behind it")
                break
            offset = before
        return found[::-1]

    def _read_manifest(self, offset: int) -> Manifest | None:
        try:
            block = read_record(read_member(self.file, offset)).block
            return msgspec.json.decode(block, type=Manifest)
        except (BrokenRecord, msgspec.MsgspecError) as error:
            self._blame(offset, f"the manifest is damaged: {error}")
            return None

    def _begin_of(self, first: int) -> int | None:
        """Where the records of the first whole manifest begin."""
        manifest = self._read_manifest(first)
        return manifest.records[0].offset if manifest is not None and manifest.records else None

    def _compare(self, offset: int, place: int) -> int:
        """Hold the records of a manifest against it; returns where those of the next one begin."""
        manifest = self._read_manifest(offset)
        if manifest is None:
            return place
        for one in manifest.records:
            name = f"the {one.kind} record {one.id}"
            if one.offset != place:
                self._blame(place, f"{name} does not begin where the one before it ends")
            place = one.offset + one.length
            fault = self._fault(one)
            if fault is None:
                self.whole += 1
            else:
                self._blame(one.offset, f"{name} is not as it was written: {fault}")
        if place != offset:
            self._blame(place, "what stands here is in no manifest")
        is_last = self.seal is not None and offset == self.seal.manifest
        if is_last:
            self.whole += 1
            length = read_member(self.file, offset).length
            if offset + length != self.end:
                self._blame(offset + length, "something stands between the last manifest and the seal")
        return offset

    def _fault(self, one: Listed) -> str | None:
        try:
            member = read_member(self.file, one.offset)
            if (member.length, member.digest) != (one.length, one.digest):
                return "its bytes have another SHA-256 than in the manifest"
            record = read_record(member)
        except BrokenRecord as error:
            return error.why
        return None if (record.id, record.kind) == (one.id, one.kind) else "it is another record"

    def _hash_all(self, seal: Seal) -> None:
        self.file.seek(0)
        digest, left = hashlib.sha256(), seal.bytes
        while left and (piece := self.file.read(min(left, 1 << 20))):
            digest.update(piece)
            left -= len(piece)
        if digest.hexdigest() != seal.sha256:
            self._blame(0, "the bytes before the seal have another SHA-256 than in it")

    def _walk(self, end: int | None) -> None:
        """Count whole records from the beginning, where no manifest tells what there should be."""
        try:
            for member in read_members(self.file):
                if end is not None and member.offset >= end:
                    break
                read_record(member)
                self.whole += 1
        except BrokenRecord as error:
            self._blame(error.offset, f"after {self.whole:,} whole records {error.why}")

    def _blame(self, offset: int, what: str) -> None:
        self.damages.append(Damage(offset=offset, what=what))
