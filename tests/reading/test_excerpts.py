"""The words that matter, marked."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.model.excerpt import Mark, Piece
from probe.reading.excerpts import cut_excerpt

NOTICE = "根据相关法律法规，搜索结果未予显示"
LONG = "前" * 500 + "谣言" + "中" * 20 + NOTICE + "后" * 500


def marked(pieces: Sequence[Piece], mark: Mark) -> list[str]:
    return [one.text for one in pieces if one.mark is mark]


def test_the_notice_and_the_keyword_are_marked() -> None:
    """And what stands between them is not."""
    pieces = cut_excerpt(LONG, [NOTICE], ["谣言"], most=100)
    assert marked(pieces, Mark.NOTICE) == [NOTICE]
    assert marked(pieces, Mark.KEYWORD) == ["谣言"]
    assert pieces[0].text == pieces[-1].text == "…"
    assert len("".join(one.text for one in pieces)) == 102


def test_without_a_notice_the_keyword_is_the_middle_without_both_the_beginning() -> None:
    """Something is always shown."""
    assert marked(cut_excerpt(LONG, [], ["谣言"], most=60), Mark.KEYWORD) == ["谣言"]
    assert cut_excerpt(LONG, ["x"], ["y"], most=5) == (Piece("前" * 5), Piece("…"))
    assert cut_excerpt("", ["x"], ["y"], most=5) == ()


def test_a_keyword_within_the_notice_is_marked_as_the_keyword() -> None:
    """The notice is marked around it."""
    pieces = cut_excerpt("对不起，谣言一词不能显示。", ["谣言一词不能显示"], ["谣言"], most=100)
    assert [(one.text, one.mark) for one in pieces] == [
        ("对不起，", Mark.PLAIN),
        ("谣言", Mark.KEYWORD),
        ("一词不能显示", Mark.NOTICE),
        ("。", Mark.PLAIN),
    ]


def test_a_notice_is_found_over_line_breaks_and_in_its_plain_form() -> None:
    """As the rules find it."""
    page = "根据相关 法律\n法规,搜索结果未予显示"
    assert marked(cut_excerpt(page, [NOTICE], [], most=100), Mark.NOTICE) == [page]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "big5"])
def test_the_keyword_is_found_in_urls(encoding: str) -> None:
    """In either case of its digits."""
    for spelt in (quote("謠言", encoding=encoding), quote("謠言", encoding=encoding).lower()):
        pieces = cut_excerpt(f"http://h.example/?q={spelt}&p=1", [], ["謠言"], most=300, encoded=True)
        assert marked(pieces, Mark.KEYWORD) == [spelt]


@given(
    st.text(max_size=200), st.lists(st.text(max_size=5)), st.lists(st.text(max_size=5)), st.integers(1, 50)
)
def test_pieces_put_together_are_a_part_of_the_text(
    text: str, found: list[str], asked: list[str], most: int
) -> None:
    """Nothing is lost, doubled or changed."""
    pieces = cut_excerpt(text, found, asked, most=most)
    whole = "".join(one.text for one in pieces)
    inner = whole if len(text) <= most else whole.removeprefix("…") if text[:1] != "…" else whole[1:]
    assert len(whole) <= most + 2
    assert whole in text or inner.removesuffix("…") in text
