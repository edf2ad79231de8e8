"""Verification: whether an evidence file is as it was written, and where not."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import msgspec

from probe.errors import CouldNotRun, WrongUse
from probe.keeping.evidence_file import hash_file
from probe.keeping.seal import Listed, Manifest, Seal, find_seal
from probe.keeping.warc import MAGIC, BrokenRecord, read_member, read_members, read_record

_BEFORE = re.compile(r"^probe-part-before: (.+) sha256:([0-9a-f]{64})\r?$", re.MULTILINE)
_MOST_FAULTS = 100


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
    """Whole records, those at the end that hold the others together included."""
    sealed: bool
    """Whether it came to its end."""
    complete: bool
    """Whether the run in it did."""
    damages: tuple[Damage, ...]
    missing: tuple[str, ...] = ()
    """What could not be looked at, such as an earlier part that is not beside it."""

    @property
    def is_sound(self) -> bool:
        return self.sealed and not self.damages


def verify(place: Path) -> Finding:
    """Look at every byte of a file. Raises WrongUse where it is no evidence file, CouldNotRun where it cannot be read."""
    try:
        with place.open("rb") as file:
            if file.read(len(MAGIC)) != MAGIC:
                if not place.stat().st_size:
                    return _nothing(place)
                _demand_members(place, file)
            return _verify(place, file)
    except IsADirectoryError:
        raise WrongUse(f"{place} is a folder, no evidence file") from None
    except FileNotFoundError:
        raise WrongUse(f"there is no {place}") from None
    except OSError as error:
        raise CouldNotRun(f"{place} cannot be read: {error.strerror}") from error


def _nothing(place: Path) -> Finding:
    damage = Damage(offset=0, what="the file is empty")
    return Finding(sha256=hash_file(place), records=0, sealed=False, complete=False, damages=(damage,))


def _demand_members(place: Path, file: BinaryIO) -> None:
    """Where only the beginning of a file is damaged, its end shows what it was."""
    try:
        is_ours = find_seal(file) is not None
    except BrokenRecord:
        is_ours = True
    if not is_ours:
        raise WrongUse(f"{place} is no evidence file: it is not made of gzip members")


def _verify(place: Path, file: BinaryIO) -> Finding:
    damages: list[Damage] = []
    missing: list[str] = []
    seal: Seal | None = None
    end: int | None = None
    try:
        found = find_seal(file)
        if found is not None:
            end, seal = found
    except BrokenRecord as error:
        end = error.offset
        damages.append(Damage(offset=error.offset, what=error.why))
    listed = None if seal is None or end is None else _read_manifest(file, seal, end, damages)
    knows = listed is not None and seal is not None
    records = _compare(file, listed or (), seal, damages) if knows and seal else _walk(file, end, damages)
    _look_before(place, file, damages, missing)
    return Finding(
        sha256=hash_file(place),
        records=records + (2 if listed is not None else 0),
        sealed=end is not None,
        complete=seal is not None and seal.complete,
        damages=tuple(damages[:_MOST_FAULTS]),
        missing=tuple(missing),
    )


def _read_manifest(file: BinaryIO, seal: Seal, end: int, damages: list[Damage]) -> tuple[Listed, ...] | None:
    """The list of records; None where it is damaged."""
    try:
        if seal.bytes != end:
            raise BrokenRecord(end, f"the seal was made for {seal.bytes:,} bytes before it, not for {end:,}")
        member = read_member(file, seal.manifest)
        if seal.manifest + member.length != end:
            raise BrokenRecord(seal.manifest, "something stands between the manifest and the seal")
        manifest = msgspec.json.decode(read_record(member).block, type=Manifest)
    except (BrokenRecord, msgspec.MsgspecError) as error:
        offset = error.offset if isinstance(error, BrokenRecord) else seal.manifest
        damages.append(Damage(offset=offset, what=f"the manifest is damaged: {error}"))
        return None
    return manifest.records


def _compare(file: BinaryIO, listed: tuple[Listed, ...], seal: Seal, damages: list[Damage]) -> int:
    """Hold each record against the manifest, and all of them against the seal; returns how many are whole."""
    whole, place = 0, 0
    for number, one in enumerate(listed, 1):
        name = f"record {number} of {len(listed)} ({one.kind} {one.id})"
        if one.offset != place:
            damages.append(Damage(offset=place, what=f"{name} does not begin where the one before it ends"))
        place = one.offset + one.length
        fault = _fault(file, one)
        if fault is None:
            whole += 1
        else:
            damages.append(Damage(offset=one.offset, what=f"{name} is not as it was written: {fault}"))
    if place != seal.manifest or len(listed) != seal.records:
        damages.append(Damage(offset=place, what="the manifest does not list all that stands before it"))
    if not damages:
        fault = _fault_of_all(file, seal)
        if fault is not None:
            damages.append(Damage(offset=0, what=fault))
    return whole


def _fault(file: BinaryIO, one: Listed) -> str | None:
    try:
        member = read_member(file, one.offset)
        if (member.length, member.digest) != (one.length, one.digest):
            return "its bytes have another SHA-256 than in the manifest"
        record = read_record(member)
    except BrokenRecord as error:
        return error.why
    return None if (record.id, record.kind) == (one.id, one.kind) else "it is another record"


def _fault_of_all(file: BinaryIO, seal: Seal) -> str | None:
    file.seek(0)
    digest, left = hashlib.sha256(), seal.bytes
    while left and (piece := file.read(min(left, 1 << 20))):
        digest.update(piece)
        left -= len(piece)
    return (
        None
        if digest.hexdigest() == seal.sha256
        else "the bytes before the seal have another SHA-256 than in it"
    )


def _walk(file: BinaryIO, end: int | None, damages: list[Damage]) -> int:
    """Count whole records from the beginning, where no manifest tells what there should be."""
    whole = 0
    try:
        for member in read_members(file):
            if end is not None and member.offset >= end:
                break
            read_record(member)
            whole += 1
    except BrokenRecord as error:
        damages.append(Damage(offset=error.offset, what=f"after {whole:,} whole records {error.why}"))
    return whole


def _look_before(place: Path, file: BinaryIO, damages: list[Damage], missing: list[str]) -> None:
    """Where it is a later part of the evidence of a run, hold the part before against the hash that it has of it."""
    for name, digest in _parts_before(file):
        other = place.with_name(Path(name).name)
        if not other.exists():
            missing.append(f"{other.name}, the part before, is not beside it")
        elif hash_file(other) != digest:
            what = f"{other.name}, the part before, is not as it was when this one was begun"
            damages.append(Damage(offset=0, what=what))


def _parts_before(file: BinaryIO) -> Iterator[tuple[str, str]]:
    try:
        text = read_record(read_member(file, 0)).block.decode("utf-8", "replace")
    except BrokenRecord:
        return
    yield from _BEFORE.findall(text)
