"""Texts in plain form: what services do to any text does not count."""

from __future__ import annotations

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.reading.plain_form import MOST_COMPARED, in_plain_form, without_markup

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("  a \t\n b\u3000c ", "a b c"),
        ("e\u0301", "é"),
        ("谣\u200b言\ufeff \u2764\ufe0f", "谣言 \u2764"),
        ("a\u00ad\u202eb\x00\x1b", "ab"),
        ("", ""),
    ],
)
def test_what_nobody_sees_is_left_out(text: str, plain: str) -> None:
    """White space is folded, accents stand on their letters."""
    assert in_plain_form(text) == plain


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>天气 &amp; 春天</p>", "天气 & 春天"),
        ("<p>a</p><p>b<br>c</p>", "a b c"),
        ('<a href="?a>b"><span class="invisible">https://</span>x.example</a>!', "https://x.example!"),
        ("一<b>二</b>三", "一二三"),
        ("a<script>b</script><style>c</style><!-- d -->e", "ae"),
        ("&lt;b&gt;", "<b>"),
        ("1 < 2", "1 < 2"),
        ("<frameset>", ""),
        ("", ""),
    ],
)
def test_markup_is_read_as_a_reader_sees_it(markup: str, text: str) -> None:
    """Lines are kept apart, parts of a line are not."""
    assert in_plain_form(without_markup(markup)) == text


@given(TEXTS)
def test_what_was_escaped_is_read_again(text: str) -> None:
    """Whatever stands in it, markup included."""
    assert in_plain_form(without_markup(f"<p>{html.escape(text)}</p>")) == in_plain_form(text)


@given(TEXTS)
def test_a_plain_form_stays_as_it_is(text: str) -> None:
    """Making it again changes nothing."""
    assert in_plain_form(in_plain_form(text)) == in_plain_form(text)


def test_hostile_texts_are_bounded() -> None:
    """Neither elements that never close nor heaps of accents are read to their end."""
    assert len(in_plain_form("a" * 10 * MOST_COMPARED)) == MOST_COMPARED
    assert len(in_plain_form("e" + "\u0323\u0301" * MOST_COMPARED)) < 40
    assert without_markup("<b>" * 100_000 + "end") == ""
