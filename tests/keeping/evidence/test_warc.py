"""WARC records come back as they were, and what is none is named with its place."""

from __future__ import annotations

import io
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.keeping.evidence import warc
from probe.keeping.evidence.warc import (
    HTTP_RESPONSE,
    BrokenRecord,
    WarcRecord,
    pack_record,
    payload,
    read_member,
    read_members,
    read_record,
    write_record,
)
from tests.keeping.evidence.samples import ID, record_saying

OTHER = "urn:uuid:00000000-0000-4000-8000-000000000002"


def read(data: bytes) -> list[WarcRecord]:
    return [read_record(member) for member in read_members(io.BytesIO(data))]


@given(st.binary(max_size=300))
def test_a_record_comes_back_as_it_was(block: bytes) -> None:
    """Whatever bytes it holds; several in a file, too."""
    one = WarcRecord(
        kind="response",
        id=ID,
        date=1_700_000_000.25,
        block=b"HTTP/1.1 200 OK\r\n\r\n" + block,
        content_type=HTTP_RESPONSE,
        uri="http://h.example/?q=%E8",
        concurrent=(OTHER,),
        refers=OTHER,
        warcinfo=OTHER,
        address="192.0.2.7",
        truncated="length",
    )
    assert read(pack_record(one) + pack_record(record_saying(block))) == [one, record_saying(block)]
    assert payload(one) == block


def test_a_record_has_the_digests_of_its_block_and_of_its_payload() -> None:
    """In the form that checkers of WARC files know."""
    text = write_record(record_saying(b"abc")).decode()
    abc = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert text.startswith("WARC/1.1\r\n")
    assert f"WARC-Block-Digest: {abc}\r\n" in text
    assert f"WARC-Payload-Digest: {abc}\r\n" in text


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda text: text.replace(b"abc", b"abd"), "Digest"),
        (lambda text: text.replace(b"Content-Length: 3", b"Content-Length: 2"), "length|Digest"),
        (lambda text: text.replace(b"WARC-Type: metadata\r\n", b""), "ValueError"),
        (lambda text: text.replace(b"1970", b"19x0"), "ValueError"),
        (lambda text: text + b"x", "length"),
        (lambda text: b"no record at all", "ArchiveLoadFailed|EOFError|StatusAndHeaders"),
        (lambda text: b"", "ArchiveLoadFailed|EOFError"),
    ],
)
def test_what_is_no_record_is_not_taken_for_one(change, why: str) -> None:  # type: ignore[no-untyped-def]
    """The place stands in the error."""
    good = pack_record(record_saying(b"first"))
    bad = zlib.compress(change(write_record(record_saying(b"abc"))), wbits=31)
    with pytest.raises(BrokenRecord, match=why) as caught:
        read(good + bad)
    assert caught.value.offset == len(good)


def test_a_file_that_is_cut_short_is_told_from_one_that_is_damaged() -> None:
    """After kill -9 the last record may be half there."""
    data = pack_record(record_saying(b"abc"))
    with pytest.raises(BrokenRecord) as caught:
        read_member(io.BytesIO(data[:-3]), 0)
    assert caught.value.is_cut
    with pytest.raises(BrokenRecord) as caught:
        read_member(io.BytesIO(b"\x1f\x8b\x08" + bytes(60)), 0)
    assert not caught.value.is_cut


def test_a_member_that_unpacks_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file may come from anybody."""
    monkeypatch.setattr(warc, "MOST_RECORD", 10_000)
    with pytest.raises(BrokenRecord, match="more than 10,000 bytes"):
        read_member(io.BytesIO(zlib.compress(bytes(10_001), wbits=31)), 0)
    assert read_member(io.BytesIO(zlib.compress(bytes(10_000), wbits=31)), 0).content == bytes(10_000)
