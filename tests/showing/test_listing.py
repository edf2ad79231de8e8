"""Verdicts one a line, with chosen columns."""

from __future__ import annotations

import io

import pytest
from rich.cells import cell_len

from probe.showing.listing import print_listing
from probe.showing.page import Page

from .samples import a_verdict, made_up_verdicts

COLUMNS = ("keyword", "endpoint", "status", "asked", "reason")


def print_sample(width: int, columns: tuple[str, ...] = COLUMNS) -> list[str]:
    out = io.StringIO()
    print_listing(Page(out, width=width, colour=False), [*made_up_verdicts()], columns)
    return out.getvalue().splitlines()


@pytest.mark.parametrize("width", [60, 80, 200])
def test_lines_fit(width: int) -> None:
    """Long reasons are folded, nothing is cut."""
    lines = print_sample(width)
    assert all(cell_len(line) <= width for line in lines)
    assert lines[0].split() == list(COLUMNS)
    assert "accordance" in "".join(lines).replace(" ", "")


def test_columns_stand_in_the_order_asked_for_and_numbers_at_the_right() -> None:
    """Each verdict has its line where there is room."""
    lines = print_sample(200, ("status", "asked", "keyword"))
    assert len(lines) == 2 + 108
    assert lines[0] == "status        asked  keyword"
    assert lines[2] == "blocked           1  法轮功"


def test_what_is_not_there_is_empty() -> None:
    """No word stands for it."""
    out = io.StringIO()
    print_listing(Page(out, width=80, colour=False), [a_verdict(gloss=None)], ("gloss", "keyword"))
    assert out.getvalue().splitlines()[-1] == "       谣言"
