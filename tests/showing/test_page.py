"""The page prints lines that stand straight, in the colours and signs that its stream can say."""

from __future__ import annotations

import io

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from probe.model.verdict import Status
from probe.showing.page import Page, Span, fold


def a_page(width: int = 40, *, colour: bool = False, encoding: str = "utf-8") -> tuple[Page, io.BytesIO]:
    """A page, and the bytes that it writes."""
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding, write_through=True)
    return Page(stream, width=width, colour=colour), raw


def test_columns_line_up_by_cells() -> None:
    """A CJK character takes two cells; lines end without blanks."""
    page, raw = a_page()
    page.row([[[Span("谣言")]], [[Span("a")], [Span("b")]], [[Span("x")]]], [6, 3, 3])
    page.row([[[Span("ab")]], [[Span("c")]], []], [6, 3, 3], indent=1)
    assert raw.getvalue().decode() == "谣言    a    x\n        b\n ab      c\n"


def test_colours_come_only_where_asked_for() -> None:
    """Without colour nothing but the text is written."""
    for colour, text in ((False, "✖ blocked\n"), (True, "\x1b[31m✖ blocked\x1b[0m\n")):
        page, raw = a_page(colour=colour)
        page.line(page.status(Status.BLOCKED), "  ")
        assert raw.getvalue().decode() == text


def test_signs_are_ascii_where_the_stream_knows_no_others() -> None:
    """Every sign differs from the others without colour, in either set."""
    for encoding in ("utf-8", "ascii", "latin-1"):
        page, raw = a_page(encoding=encoding)
        assert len({page.sign(status).text for status in Status}) == len(Status)
        page.line(*(page.sign(status) for status in Status))
        page.rule(3)
        page.line(page.say("谣言"), page.cut("a" * 50, 10))
        assert b"?" not in raw.getvalue().replace(page.sign(Status.INCONCLUSIVE).text.encode(), b"")


def test_text_is_cut_by_cells() -> None:
    """A wide character is never halved."""
    page, _ = a_page()
    assert page.cut("谣言谣言", 8) == "谣言谣言"
    assert page.cut("谣言谣言", 6) == "谣言…"
    assert page.cut("谣言谣言", 1) == ""
    assert cell_len(page.cut("谣言谣言", 4)) <= 4


def test_paragraphs_hang() -> None:
    """Lines after the first stand further right."""
    page, raw = a_page(24)
    page.paragraph("one two three four five six", indent=2, hang=2)
    assert raw.getvalue().decode() == "  one two three four\n    five six\n"


@given(st.text("ab 谣言\u0301", max_size=60), st.integers(2, 12))
def test_folding_loses_nothing_but_blanks(text: str, cells: int) -> None:
    """Every line fits, and all letters are there in order."""
    lines = fold(text, cells)
    assert all(cell_len(line) <= cells for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
