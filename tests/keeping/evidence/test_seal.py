"""A seal can be written in one way only."""

from __future__ import annotations

import gzip
import io

import msgspec
import pytest

from probe.keeping.evidence.seal import MOST_SEAL, Seal, find_seal, write_seal
from probe.keeping.evidence.warc import BrokenRecord
from tests.keeping.evidence.samples import ID

SEAL = Seal(
    manifest=7, records=9, bytes=2**40, sha256="a" * 64, id=ID, date=1_700_000_000.123456, complete=True
)


def test_a_seal_is_found_at_the_end() -> None:
    """And is a gzip member as any other."""
    data = write_seal(SEAL)
    assert find_seal(io.BytesIO(b"before" + data)) == (6, SEAL)
    assert b"WARC-Type: metadata" in gzip.decompress(data)
    assert len(data) < MOST_SEAL


def test_a_file_without_one_has_none() -> None:
    """It was not closed."""
    assert find_seal(io.BytesIO(b"")) is None
    assert find_seal(io.BytesIO(b"\x1f\x8b\x08" + bytes(5000))) is None


def test_any_byte_of_it_that_is_changed_is_found() -> None:
    """Also those that say nothing, such as the day in the head of a gzip member."""
    data = write_seal(SEAL)
    for place in range(len(data)):
        changed = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
        try:
            found = find_seal(io.BytesIO(changed))
        except BrokenRecord:
            continue
        assert found is None, place  # then the file is taken for one that was never sealed


def test_nothing_may_stand_behind_it() -> None:
    """Whoever adds to a file breaks its seal."""
    with pytest.raises(BrokenRecord, match="behind"):
        find_seal(io.BytesIO(write_seal(SEAL) + b"x"))


def test_a_seal_that_is_packed_in_another_way_is_none() -> None:
    """The same words in other bytes are not the same file."""
    other = write_seal(msgspec.structs.replace(SEAL, records=10))
    assert other != write_seal(SEAL)
    assert find_seal(io.BytesIO(gzip.compress(gzip.decompress(other)))) is None
