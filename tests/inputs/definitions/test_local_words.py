"""The words of a list that the user fetched, in whatever form it came."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from probe.errors import BadInput, Fault
from probe.inputs.definitions import local_words
from probe.inputs.definitions.local_words import read_words
from probe.model.asking import LocalList


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "list.txt"


def read(place: Path, content: bytes | str, **parts: Any) -> tuple[str, ...]:
    """The words of a file with this content, named by a variable."""
    place.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_words(LocalList(file="{list}", **parts), {"list": str(place)})


def fault(place: Path, content: bytes | str | None, **parts: Any) -> str:
    """What is wrong with such a file; None stands for no file at all."""
    if content is not None:
        place.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(BadInput) as caught:
        read_words(LocalList(file="{list}", **parts), {"list": str(place)})
    (one,) = caught.value.faults
    assert one.file == str(place)
    return str(one).removeprefix(f"{place}: ")


def test_each_line_is_a_word(place: Path) -> None:
    """Once each, without space at its ends, in the order of the file; empty lines are none."""
    assert read(place, "法轮功\r\n  六四 \n\n法轮功\ntank man") == ("法轮功", "六四", "tank man")


def test_a_column_of_a_table_holds_the_words(place: Path) -> None:
    """By its name, wherever it stands; cells may hold commas and line breaks, rows may be short."""
    table = 'date,keyword ,note\n2010,六四,x\n2011,"a,\nb",y\n2012\n2013,,z\n2014,六四,x\n'
    assert read(place, table, column="keyword") == ("六四", "a,\nb")
    assert read(place, table, column="note") == ("x", "y", "z")


@pytest.mark.parametrize("encoding", ["gb18030", "big5", "utf-16", "utf-8"])
def test_a_list_is_read_in_its_encoding(place: Path, encoding: str) -> None:
    """Whether a byte order mark stands before it or not."""
    assert read(place, "政治\n天氣".encode(encoding), encoding=encoding) == ("政治", "天氣")
    marked = ("\ufeff" if encoding.startswith("utf-8") else "") + "政治"
    assert read(place, marked.encode(encoding), encoding=encoding) == ("政治",)


@pytest.mark.parametrize(
    ("content", "parts", "said"),
    [
        (None, {}, "there is no such file. Give the path of the list that you fetched."),
        (b"", {}, "holds no words."),
        (b" \n\n", {}, "holds no words."),
        ("六四".encode("gb18030"), {}, "is not utf-8. Set local.encoding to what it is."),
        (b"\xff\xfe\x00", {"encoding": "utf-16"}, "is not utf-16."),
        (b"xn--a", {"encoding": "idna"}, "is not idna."),
        ("a,keywrod\n", {"column": "keyword"}, "has no column 'keyword'. Did you mean 'keywrod'?"),
        ("a,b\n1,2\n", {"column": "keyword"}, "has no column 'keyword'. Its columns: 'a', 'b'."),
        ("", {"column": "keyword"}, "has no column 'keyword'."),
        ("keyword\n", {"column": "keyword"}, "holds no words."),
        ("keyword\n" + "x" * 200_000, {"column": "keyword"}, "is no CSV: line 2: field larger than"),
    ],
)
def test_what_is_wrong_with_a_list_is_said(
    place: Path, content: bytes | str | None, parts: dict[str, Any], said: str
) -> None:
    """With the file, and what to do about it where anything can be done."""
    assert fault(place, content, **parts).startswith(said)


def test_nothing_but_a_file_is_opened(tmp_path: Path) -> None:
    """A pipe would be waited for, for ever."""
    for name in (str(tmp_path), "/dev/zero", "", "a\x00b", "x" * 5000):
        with pytest.raises(BadInput) as caught:
            read_words(LocalList(file="{list}"), {"list": name})
        assert "there is no such file" in str(caught.value.faults[0]) or len(name) == 5000


def test_a_list_is_bounded(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In bytes and in words; what just fits is read."""
    monkeypatch.setattr(local_words, "MOST_WORDS", 3)
    assert len(read(place, "a\nb\nc\nc")) == 3
    assert fault(place, "a\nb\nc\nd") == "holds more than 3 words."
    monkeypatch.setattr(local_words, "MOST_BYTES", 10)
    assert read(place, b"a\nb\nc" + b"\n" * 5) == ("a", "b", "c")
    assert fault(place, b"a" * 11).startswith("is larger than")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    content=st.binary(max_size=60),
    column=st.sampled_from([None, "a"]),
    encoding=st.sampled_from(["utf-8", "gb18030", "utf-16"]),
)
def test_no_file_can_do_harm(place: Path, content: bytes, column: str | None, encoding: str) -> None:
    """There are words or there is a fault."""
    words: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()
    try:
        words = read(place, content, column=column, encoding=encoding)
    except BadInput as error:
        faults = error.faults
    assert len(faults) == (not words)
    assert all(words)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("<!DOCTYPE html><html><body>甲</body></html>", "is a page, not a list."),
        ("\n<HTML>\n<p>甲\n", "is a page, not a list."),
        ("1,甲,2012\n2,乙,2013\n", "is a table, and no column is named."),
        ("1\t甲\n2\t乙\n", "is a table, and no column is named."),
        ("甲,乙,丙", "is a table, and no column is named."),
    ],
)
def test_what_is_no_list_is_not_taken_for_one(place: Path, content: str, said: str) -> None:
    """Its words would be missed one and all, and every text be ok."""
    assert fault(place, content).startswith(said)


def test_a_word_may_hold_a_comma(place: Path) -> None:
    """Where most do not."""
    assert read(place, "甲\n乙,丙\n丁\n") == ("甲", "乙,丙", "丁")
