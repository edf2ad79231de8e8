from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.inputs.lists import encoding
from probe.inputs.lists.encoding import Survey, TextLines, survey
from probe.inputs.lists.list_file import open_path
from tests.inputs.list_samples import faults, lines, piped

WORDS = "谣言\n传闻\n小道消息\n维权 + 律师\n"


def look(folder: Path, content: bytes) -> Survey:
    path = folder / "list"
    path.write_bytes(content)
    file = open_path(str(path))
    try:
        return survey(file)
    finally:
        file.close()


@pytest.mark.parametrize(
    ("content", "name", "mark"),
    [
        (WORDS.encode(), "utf-8", 0),
        (b"\xef\xbb\xbf" + WORDS.encode(), "utf-8", 3),
        (b"\xff\xfe" + WORDS.encode("utf-16-le"), "utf-16-le", 2),
        (b"\xfe\xff" + WORDS.encode("utf-16-be"), "utf-16-be", 2),
        (WORDS.encode("utf-16-le"), "utf-16-le", 0),
        (WORDS.encode("utf-16-be"), "utf-16-be", 0),
        ("plain words\n".encode("utf-16-le"), "utf-16-le", 0),
        (WORDS.encode("gb18030"), "gb18030", 0),
        (b"\x84\x31\x95\x33" + WORDS.encode("gb18030"), "gb18030", 4),
        ("𠀀谣言\n".encode("gb18030"), "gb18030", 0),
        (b"plain\n", "utf-8", 0),
        (b"", "utf-8", 0),
    ],
)
def test_every_encoding_is_found_out(tmp_path: Path, content: bytes, name: str, mark: int) -> None:
    """By its mark, by its zero bytes, or by what decodes."""
    found = look(tmp_path, content)
    assert (found.encoding, found.mark, found.broken) == (name, mark, False)
    assert found.head == content[mark:]


@pytest.mark.parametrize(
    "content",
    [
        WORDS.encode(),
        b"\xef\xbb\xbf" + WORDS.encode(),
        b"\xff\xfe" + WORDS.encode("utf-16-le"),
        WORDS.encode("utf-16-be"),
        WORDS.encode("gb18030"),
        WORDS.replace("\n", "\r\n").encode(),
        WORDS.replace("\n", "\r").encode(),
    ],
)
def test_every_encoding_and_line_end_gives_the_same_keywords(tmp_path: Path, content: bytes) -> None:
    """What a list says does not depend on who saved it."""
    assert lines(tmp_path, "words.txt", content) == WORDS.splitlines()


def test_what_was_guessed_is_said(tmp_path: Path) -> None:
    """A guess may be wrong, so the user is told."""
    with piped(WORDS.encode("gb18030")) as keywords:
        assert keywords.notes == ("standard input: read as GB18030",)
    with piped(WORDS.encode("utf-16-le")) as keywords:
        assert keywords.notes == ("standard input: read as UTF-16",)


def test_broken_utf8_is_not_taken_for_gb18030(tmp_path: Path) -> None:
    """One lost byte in a long UTF-8 list is a fault with line and offset, not 1,000 keywords of nonsense."""
    content = ("谣言\n" * 1000).encode() + b"\xe8\xb0\n" + ("传闻\n" * 1000).encode()
    assert faults(tmp_path, "a.txt", content) == [(1001, None, "byte 0xe8 at offset 7,000 is not UTF-8.")]


def test_utf8_that_fits_gb18030_by_luck_stays_utf8(tmp_path: Path) -> None:
    """Whole characters outnumber broken places, so these even pairs of bytes are no GB18030."""
    content = "谣言谣言".encode() + b"\xe8\xb0\n"[:1] + b"\xb0"
    assert faults(tmp_path, "a.txt", content)[0][2].endswith("is not UTF-8.")


def test_each_broken_line_is_named(tmp_path: Path) -> None:
    """With the line and the offset of its first bad byte; what is before them is measured in bytes."""
    content = "谣\n".encode() + b"\xff" + "言".encode() + b"\xfe\nsound\nb\xfd"
    assert faults(tmp_path, "a.txt", content) == [
        (2, None, "byte 0xff at offset 4 is not UTF-8."),
        (4, None, "byte 0xfd at offset 17 is not UTF-8."),
    ]


def test_a_mark_counts_in_offsets(tmp_path: Path) -> None:
    """The offset is one that an editor of bytes shows."""
    found = faults(tmp_path, "a.txt", b"\xef\xbb\xbfab\xff\n")
    assert found == [(1, None, "byte 0xff at offset 5 is not UTF-8.")]


def test_broken_utf16_is_named(tmp_path: Path) -> None:
    """Half a surrogate pair in the middle, and an odd byte at the end."""
    content = b"\xff\xfe" + "谣\n".encode("utf-16-le") + b"\x00\xd8" + "言\n".encode("utf-16-le") + b"a"
    assert faults(tmp_path, "a.txt", content) == [
        (2, None, "byte 0x00 at offset 6 is not UTF-16."),
        (3, None, "byte 0x61 at offset 12 is not UTF-16."),
    ]


def test_a_stray_zero_byte_makes_no_utf16(tmp_path: Path) -> None:
    """It stays a control character, with its line."""
    for content in (b"abc\ndef\0g\nhij\n" * 3, WORDS.encode("gb18030") * 20 + b"a\0bc\n"):
        assert look(tmp_path, content).encoding in ("utf-8", "gb18030")


def test_zero_bytes_on_both_sides_are_no_utf16(tmp_path: Path) -> None:
    """Such a file is not text at all, and is not taken for any."""
    assert look(tmp_path, b"a\0\0b" * 100).encoding == "utf-8"


def test_zero_bytes_that_no_byte_order_explains_are_no_utf16(tmp_path: Path) -> None:
    """Half a surrogate pair one way, and control characters the other."""
    assert look(tmp_path, b"\x00\xd8\x00\x00a\x00").encoding == "utf-8"


def test_an_endless_line_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is skipped piece by piece, and the lines after it keep their numbers."""
    monkeypatch.setattr(encoding, "LONGEST_LINE", 100)
    content = "one\n" + "x" * 350 + "\n" + "two\x1b\n" + "y" * 99 + "\n" + "z" * 100 + "\r\n" + "w" * 500
    assert faults(tmp_path, "a.txt", content) == [
        (2, None, "the line is longer than 100 characters."),
        (3, "keyword", "holds U+001B (ESCAPE)."),
        (5, None, "the line is longer than 100 characters."),
        (6, None, "the line is longer than 100 characters."),
    ]


def test_offsets_count_endless_lines_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bad byte after one is still found at its place."""
    monkeypatch.setattr(encoding, "LONGEST_LINE", 100)
    found = faults(tmp_path, "a.txt", b"x" * 350 + b"\n\xff\n")
    assert found[-1] == (2, None, "byte 0xff at offset 351 is not UTF-8.")


def test_a_whole_text_is_mended_line_by_line(tmp_path: Path) -> None:
    """For formats that cannot be read in lines, bad bytes are named with their lines all the same."""
    found = faults(tmp_path, "a.json", b'[\r\n"a\xff",\r"b",\n"\xfe"]')
    assert found == [
        (2, None, "byte 0xff at offset 5 is not UTF-8."),
        (4, None, "byte 0xfe at offset 15 is not UTF-8."),
    ]


def test_only_decoding_is_mended() -> None:
    """Bytes are marked while decoding; anything else that fails is no business of that."""
    error = UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogates not allowed")
    with pytest.raises(UnicodeEncodeError):
        encoding._mark_bytes(error)


@given(st.binary(max_size=300))
def test_any_bytes_can_be_surveyed_and_read(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    """Whatever a file holds, it is text or it has faults; nothing else comes out."""
    folder = tmp_path_factory.mktemp("any")
    found = look(folder, content)
    said: list[int] = []
    file = open_path(str(folder / "list"))
    with file.read() as stream:
        text = "".join(TextLines(stream, found, lambda line, *_: said.append(line)))
    file.close()
    assert bool(said) == found.broken
    assert not any(0xD800 <= ord(character) < 0xE000 for character in text)
