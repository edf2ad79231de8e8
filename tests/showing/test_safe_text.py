"""Foreign text reaches terminals and spreadsheets as text and nothing else."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from probe.showing.safe_text import can_say, cell, plain

ANY_TEXT = st.text(st.characters(codec=None, categories=None))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("谣言", "谣言"),
        ("a\x1b[2Jb", "a\\x1b[2Jb"),
        ("a\nb\tc\rd", "a\\x0ab\\x09c\\x0dd"),
        ("a\x7fb\x9bc", "a\\x7fb\\x9bc"),
        ("a\u202eb\u2066c", "a\\u202eb\\u2066c"),
        ("a\u200e\u200f\u061cb", "a\\u200e\\u200f\\u061cb"),
        ("a\u2028b\u2029c", "a\\u2028b\\u2029c"),
        ("谣\u200b言\ufeff", "谣\\u200b言\\ufeff"),
        ("a\ue000b\ud800c", "a\\ue000b\\ud800c"),
        ("a\U000e0041b", "a\\U000e0041b"),
        ("a\u3164b", "a\\u3164b"),
        ("[red]谣言[/red]", "[red]谣言[/red]"),
    ],
)
def test_what_a_terminal_would_obey_or_hide_is_shown_as_text(text: str, shown: str) -> None:
    """Controls, bidi overrides, zero-width, private and blank characters become visible; markup is not read."""
    assert plain(text) == shown


def test_joiners_stay_where_words_need_them() -> None:
    """Persian and Hindi are spelt with joiners; anywhere else a joiner only hides."""
    assert plain("می\u200cخواهم") == "می\u200cخواهم"
    assert plain("क्\u200dष") == "क्\u200dष"
    assert plain("谣\u200d言\u200c") == "谣\\u200d言\\u200c"
    assert plain("م\u200dخ") == "م\\u200dخ"


def test_piled_up_marks_are_shown_as_text() -> None:
    """One letter cannot scribble over the lines above it."""
    assert plain("a" + "\u0301" * 8) == "a" + "\u0301" * 8
    assert plain("a" + "\u0301" * 9) == "a" + "\u0301" * 8 + "\\u0301"


def test_long_text_is_cut_with_an_ellipsis() -> None:
    """The limit counts what is shown, so that escapes cannot exceed it."""
    assert plain("a" * 201) == "a" * 199 + "…"
    assert plain("a" * 200) == "a" * 200
    assert plain("谣" * 9, 5) == "谣谣谣谣…"
    assert plain("ab\x1b" * 9, 8) == "ab\\x1ba…"
    assert plain("a" * 9, 6, encoding="ascii") == "aaa..."


def test_what_the_encoding_cannot_say_is_shown_as_text() -> None:
    """A stream in ASCII or Latin-1 gets something it can print."""
    assert plain("谣é", encoding="ascii") == "\\u8c23\\xe9"
    assert plain("谣é", encoding="latin-1") == "\\u8c23é"
    assert plain("谣", encoding="no-such-encoding") == "\\u8c23"
    assert can_say("谣", "gb18030")
    assert not can_say("谣", "ascii")


@given(ANY_TEXT, st.integers(1, 50), st.sampled_from(["utf-8", "ascii", "gb2312"]))
@example("\x85", 50, "ascii")
def test_plain_text_is_always_printable_and_short(text: str, most: int, encoding: str) -> None:
    """Whatever comes in, what goes out is visible, sayable and within the limit."""
    shown = plain(text, most, encoding=encoding)
    assert len(shown) <= most
    assert not any(unicodedata.category(one) in ("Cc", "Cn", "Co", "Cs", "Zl", "Zp") for one in shown)
    assert can_say(shown, encoding)


@pytest.mark.parametrize("start", list("=+-@\t\r＝＋－＠"))
def test_cells_that_a_spreadsheet_would_run_get_an_apostrophe(start: str) -> None:
    """Formulas stay text, even behind blanks."""
    assert cell(f"{start}1+1").startswith("'")
    assert start.isspace() or cell(f" \u3000{start}1+1").startswith("'")
    assert cell(f"a{start}") == "a" + plain(start)


@given(ANY_TEXT)
def test_no_cell_starts_a_formula(text: str) -> None:
    """Whatever a cell holds, no spreadsheet runs it, and it has no control characters."""
    shown = cell(text)
    assert shown.lstrip()[:1] not in set("=+-@＝＋－＠\t\r")
    assert not any(unicodedata.category(one) == "Cc" for one in shown)


def test_cells_keep_long_text() -> None:
    """A keyword of the longest kind is not cut in a sheet."""
    assert cell("谣" * 2000) == "谣" * 2000
    assert cell("") == ""
