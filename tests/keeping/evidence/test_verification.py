"""Whatever is changed in a file is found, and the place is named."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.errors import CouldNotRun, WrongUse
from probe.keeping.evidence import manifest
from probe.keeping.evidence.seal import find_seal, write_seal
from probe.keeping.evidence.verification import Finding, verify
from probe.keeping.evidence.warc import read_members
from tests.keeping.evidence.samples import (
    KEY,
    answered,
    begin_evidence,
    record_saying,
    records_of,
    repacked,
    write_small,
)
from tests.keeping.samples import document_of, observation_of, question_about

with tempfile.TemporaryDirectory() as folder:
    SMALL = write_small(Path(folder) / "run.warc.gz")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "run.warc.gz"


def verify_bytes(data: bytes) -> Finding | None:
    """None where it is refused as no evidence file at all."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "run.warc.gz"
        place.write_bytes(data)
        try:
            return verify(place)
        except WrongUse:
            return None


def offsets(place: Path) -> Iterator[int]:
    with place.open("rb") as file:
        yield from (member.offset for member in read_members(file))


def write_long(place: Path, answers: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sealed file with several manifests."""
    monkeypatch.setattr(manifest, "MOST_LISTED", 10)
    evidence = begin_evidence(place)
    for number in range(answers):
        question = question_about(f"w{number}")
        evidence.answer(KEY, question, observation_of(question), answered())
    evidence.close(document_of())


def test_a_file_that_nobody_changed_is_sound(place: Path) -> None:
    """Every record is counted."""
    write_small(place)
    found = verify(place)
    assert found.is_sound
    assert found.complete
    assert found.records == len(records_of(place))


def test_a_file_with_several_manifests_is_sound(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are a chain, and each record is counted once."""
    write_long(place, 20, monkeypatch)
    found = verify(place)
    assert found.is_sound
    assert found.records == len(records_of(place)) > 60


@given(place=st.integers(0, len(SMALL) - 1), bit=st.integers(0, 7))
def test_one_changed_bit_anywhere_is_found(place: int, bit: int) -> None:
    """Also in what packs the records, which changes nothing of what they say."""
    changed = bytearray(SMALL)
    changed[place] ^= 1 << bit
    found = verify_bytes(bytes(changed))
    assert found is None or not found.is_sound


def test_one_changed_byte_at_every_place_is_found() -> None:
    """All places of a file, not only some."""
    missed = []
    for place in range(len(SMALL)):
        found = verify_bytes(SMALL[:place] + bytes([SMALL[place] ^ 0xFF]) + SMALL[place + 1 :])
        if found is not None and found.is_sound:
            missed.append(place)
    assert missed == []


@given(place=st.integers(0, len(SMALL)), added=st.binary(min_size=1, max_size=5))
def test_bytes_that_were_put_in_are_found(place: int, added: bytes) -> None:
    """At the beginning and the end, too."""
    found = verify_bytes(SMALL[:place] + added + SMALL[place:])
    assert found is None or not found.is_sound


@given(place=st.integers(0, len(SMALL) - 1), number=st.integers(1, 400))
def test_bytes_that_were_taken_out_are_found(place: int, number: int) -> None:
    """Whether from the middle or from the end."""
    found = verify_bytes(SMALL[:place] + SMALL[place + number :])
    assert found is None or not found.is_sound


def test_a_record_that_was_written_anew_is_named_with_its_place(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only that one: the others are as they were."""
    write_long(place, 20, monkeypatch)
    starts = list(offsets(place))
    data = place.read_bytes()
    for number in (0, 3, 30, len(starts) - 4):
        changed = bytearray(data)
        changed[starts[number] + 4] = (
            1  # the day in the head of the gzip member: it unpacks to the same record
        )
        place.write_bytes(changed)
        found = verify(place)
        assert [one.offset for one in found.damages] == [starts[number]]


@pytest.mark.parametrize("where", ["before the last manifest", "behind it"])
def test_a_record_that_was_put_in_is_found_although_the_seal_was_made_anew(place: Path, where: str) -> None:
    """It is in no manifest, so whoever puts it in must write that anew, too."""
    data = write_small(place)
    with place.open("rb") as file:
        found = find_seal(file)
    assert found is not None
    end, seal = found
    _, extra = repacked(record_saying(b"put in"))
    at = seal.manifest if where.startswith("before") else end
    body = data[:at] + extra + data[at:end]
    forged = msgspec.structs.replace(
        seal,
        manifest=seal.manifest + (len(extra) if where.startswith("before") else 0),
        bytes=len(body),
        sha256=hashlib.sha256(body).hexdigest(),
    )
    place.write_bytes(body + write_seal(forged))
    assert verify(place).damages


def test_records_that_were_exchanged_are_found(place: Path) -> None:
    """Each is whole, but not in its place."""
    data = write_small(place)
    one, two, three = list(offsets(place))[1:4]
    place.write_bytes(data[:one] + data[two:three] + data[one:two] + data[three:])
    assert not verify(place).is_sound


def test_a_record_that_was_taken_out_is_found(place: Path) -> None:
    """Although all that is left is whole."""
    data = write_small(place)
    one, two = list(offsets(place))[2:4]
    place.write_bytes(data[:one] + data[two:])
    assert not verify(place).is_sound


def test_a_damaged_manifest_leaves_the_rest_to_be_counted(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The records before it are looked at one by one."""
    write_long(place, 20, monkeypatch)
    manifests = [
        offset
        for offset, record in zip(offsets(place), records_of(place), strict=True)
        if record.uri == manifest.URI
    ]
    data = bytearray(place.read_bytes())
    data[manifests[2] + 30] ^= 0xFF
    place.write_bytes(data)
    found = verify(place)
    assert any(one.offset == manifests[2] and "manifest" in one.what for one in found.damages)
    assert found.records > 30


def test_a_file_without_a_seal_is_whole_but_not_sound(place: Path) -> None:
    """After kill -9 it holds whole records, and one may be half there."""
    evidence = begin_evidence(place)
    question = question_about("谣言")
    evidence.answer(KEY, question, observation_of(question), answered())
    evidence.file.close()
    found = verify(place)
    assert (found.sealed, found.complete, found.damages, found.records) == (False, False, (), 5)
    place.write_bytes(place.read_bytes()[:-9])
    found = verify(place)
    assert (found.sealed, found.records) == (False, 4)
    assert "middle of a record" in found.damages[0].what


def test_a_file_that_was_sealed_after_the_program_broke_down_says_so(place: Path) -> None:
    """It is as it was written, but the run in it did not end."""
    evidence = begin_evidence(place)
    evidence.close(None)
    found = verify(place)
    assert found.is_sound
    assert not found.complete


def test_what_is_no_evidence_file_is_wrong_use(tmp_path: Path) -> None:
    """A folder, a text, nothing at all."""
    (tmp_path / "text").write_text("hello")
    for name in ("text", "nothing-there", "."):
        with pytest.raises(WrongUse):
            verify(tmp_path / name)


def test_an_empty_file_is_not_sealed(place: Path) -> None:
    """The program was ended at once."""
    place.touch()
    found = verify(place)
    assert (found.sealed, found.records, found.is_sound) == (False, 0, False)


def test_a_file_that_may_not_be_read_is_said_to_be_one(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not taken for a damaged one."""

    def deny(self: Path, *mode: str) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", deny)
    with pytest.raises(CouldNotRun, match="Permission denied"):
        verify(place)
