"""Bytes off the wire."""

from __future__ import annotations

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.reading.body import MOST_TEXT, BodyReader, BodyTooLarge, BodyUndecodable, decode


def read(raw: bytes, encoding: str | None, *, limit: int = 1000, step: int = 7) -> bytes:
    reader = BodyReader(encoding, limit)
    for start in range(0, len(raw), step):
        reader.feed(raw[start : start + step])
    return reader.end()


@given(
    st.binary(max_size=900),
    st.sampled_from([None, "identity", "gzip", "x-gzip", "deflate"]),
    st.integers(1, 50),
)
def test_every_known_coding_is_undone(body: bytes, coding: str | None, step: int) -> None:
    """However the chunks fall, the body comes out as it went in."""
    zipped = gzip.compress(body)
    packed = {"gzip": zipped, "x-gzip": zipped, "deflate": zlib.compress(body)}.get(coding or "", body)
    assert read(packed, coding, step=step, limit=2000) == body


def test_a_bomb_stops_at_the_limit() -> None:
    """A small body that swells is too large before it is large."""
    bomb = gzip.compress(bytes(10_000_000))
    assert len(bomb) < 20_000
    with pytest.raises(BodyTooLarge, match="when decompressed"):
        read(bomb, "gzip", limit=20_000, step=65_536)


def test_the_raw_bytes_are_bounded_too() -> None:
    """A long body without compression, and one whose compression gains nothing."""
    with pytest.raises(BodyTooLarge, match="more than 1,000 bytes"):
        read(bytes(1001), None)
    assert len(read(bytes(1000), None)) == 1000


def test_a_compressed_body_that_never_says_anything_is_bounded_too() -> None:
    """Empty blocks without end swell to nothing: only the raw bytes tell."""
    header = gzip.compress(b"")[:10]
    empty_block = b"\x00\x00\x00\xff\xff"
    with pytest.raises(BodyTooLarge, match="more than 1,000 bytes"):
        read(header + empty_block * 300, "gzip")


@pytest.mark.parametrize("raw", [b"not gzip at all", gzip.compress(b"hello" * 50, mtime=0)[:-12]])
def test_broken_compression_is_told_apart(raw: bytes) -> None:
    """Not gzip, or cut off in the middle: not a body, and not an empty one."""
    with pytest.raises(BodyUndecodable):
        read(raw, "gzip")


def test_a_coding_that_was_not_asked_for_is_refused() -> None:
    """What cannot be undone is said, not shown as garbage."""
    with pytest.raises(BodyUndecodable, match="br"):
        BodyReader("br", 10)


def test_no_body_is_an_empty_body() -> None:
    """A HEAD or an empty answer may still name a coding."""
    assert BodyReader("gzip", 10).end() == b""


TEXT = "谣言与天气"


@pytest.mark.parametrize(
    ("body", "content_type", "encoding"),
    [
        (TEXT.encode(), "text/html; charset=utf-8", "auto"),
        (TEXT.encode(), None, "auto"),
        (TEXT.encode("gb18030"), "text/html; charset=gb2312", "auto"),
        (TEXT.encode("gb18030"), 'text/html; charset="GBK"', "auto"),
        (TEXT.encode("gb18030"), None, "auto"),
        (TEXT.encode("gb18030"), "text/html; charset=utf-8", "auto"),
        (TEXT.encode(), "text/html; charset=no-such", "auto"),
        (TEXT.encode(), "text/html; charset=base64", "auto"),
        (TEXT.encode("utf-8-sig"), None, "auto"),
        (TEXT.encode("utf-16"), "text/html; charset=utf-8", "auto"),
        (TEXT.encode("utf-16-le"), None, "utf-16-le"),
    ],
)
def test_the_encoding_is_found_out(body: bytes, content_type: str | None, encoding: str) -> None:
    """Mark, header, then what fits; the smaller Chinese sets are read as the larger one."""
    assert decode(body, content_type, encoding) == TEXT


def test_a_meta_element_names_the_encoding() -> None:
    """Pages say it in their head, where headers do not."""
    page = f'<html><head><meta http-equiv=Content-Type content="text/html; charset=big5"></head>{"謠言"}'
    assert "謠言" in decode(page.encode("big5"), "text/html")


def test_what_fits_nothing_is_replaced_not_raised() -> None:
    """Garbage is text with replacement characters: it fits no rule, and ends nothing."""
    assert "\ufffd" in decode(b"\xff\xff\xff ok", "text/html; charset=utf-8")


def test_only_the_beginning_of_a_page_is_looked_at() -> None:
    """Text is capped, whatever its encoding."""
    assert len(decode(b"a" * (MOST_TEXT * 5), None)) == MOST_TEXT
    assert len(decode(b"a" * (MOST_TEXT * 5), None, "utf-8")) == MOST_TEXT


@given(st.binary(max_size=200), st.text(max_size=40))
def test_no_bytes_and_no_header_can_raise(body: bytes, content_type: str) -> None:
    """Whatever comes, a text comes out."""
    assert isinstance(decode(body, content_type), str)
