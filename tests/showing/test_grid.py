"""The grid stands straight at any width, and says where it does not fit."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence

import pytest
from rich.cells import cell_len, set_cell_size

from probe.showing.grid import Heading, Shown, print_grid
from probe.showing.page import Page
from probe.showing.tally import Row, Tally

from .samples import ENDPOINTS, a_verdict, made_up_verdicts


def print_sample(width: int, endpoints: Sequence[str] = ENDPOINTS[:8]) -> list[str]:
    """The lines of the made-up run's grid; none where it does not fit."""
    tally = Tally(keep_all=True)
    for verdict in made_up_verdicts():
        if verdict.endpoint in endpoints:
            tally.add(verdict)
    return print_tally(tally, width, endpoints)


def print_tally(
    tally: Tally, width: int, endpoints: Sequence[str], *, shown: Shown | None = None
) -> list[str]:
    """The lines of a tally's grid; none where it does not fit. `shown` is what is to be in it."""
    out = io.StringIO()
    headings = {name: Heading(name=name) for name in endpoints}

    def rows() -> Iterator[Row]:
        return tally.rows(everything=True)

    found = print_grid(Page(out, width=width, colour=False), rows, headings)
    assert (found is Shown.NOTHING) == (not out.getvalue())
    assert shown in (found, None)
    return out.getvalue().splitlines()


@pytest.mark.parametrize("width", [60, 80, 100, 120, 160, 200, 400])
@pytest.mark.parametrize("count", [1, 2, 4, 8])
def test_every_column_starts_at_the_same_cell_in_all_lines(width: int, count: int) -> None:
    """Two blank cells stand before each column, whatever the characters before it."""
    lines = print_sample(width, ENDPOINTS[:count])
    if not lines:
        return
    rule = next(number for number, line in enumerate(lines) if line.startswith("──"))
    starts = [
        lines[0].index(f"  {name[:4]}") + 2 for name in ENDPOINTS[:count] if f"  {name[:4]}" in lines[0]
    ]
    assert starts
    for line in lines[rule + 1 :]:
        assert cell_len(line) <= width
        for start in starts:
            assert set_cell_size(line, start).endswith("  ")
            assert cell_len(set_cell_size(line, start)) == start


def test_gloss_and_category_give_way_before_the_grid_does() -> None:
    """The narrower the page, the less stands beside the statuses; below that nothing is printed."""
    heads = [(print_sample(width, ENDPOINTS[:4]) or [""])[0] for width in (140, 100, 90, 80)]
    assert ["gloss" in head for head in heads] == [True, False, False, False]
    assert ["category" in head for head in heads] == [True, True, False, False]
    assert heads[2].startswith("keyword")
    assert heads[3] == ""


def test_cells_are_one_line_high_where_there_is_room() -> None:
    """The mechanism stands behind the status, or below it."""
    wide, narrow = print_sample(400), print_sample(200)
    assert any("✖ blocked: reset, likely" in line for line in wide)
    assert not any("blocked: " in line for line in narrow)
    assert any("reset, likely" in line for line in narrow)


def test_what_is_undecided_has_its_reason_where_there_is_room() -> None:
    """Below its status; so has what could not be measured where it was kept. On a narrow page the caller tells it."""
    tally = Tally(keep_all=True)
    tally.add(a_verdict("谣言", "x", "?"))
    tally.add(a_verdict("天气", "x", "-", reason="a captcha\x1b[2J"))
    wide = print_tally(tally, 80, ["x"], shown=Shown.REASONS)
    assert [line.rpartition("  ")[2] for line in wide[2:]] == [
        "? inconclusive: empty",
        "zero results, and nothing proves",
        "that there should be results",
        "– unmeasured",
        "a captcha\\x1b[2J",
    ]
    narrow = print_tally(tally, 50, ["x"], shown=Shown.STATUSES)
    assert "zero results" not in "\n".join(narrow)
    assert print_tally(tally, 20, ["x"], shown=Shown.NOTHING) == []


def test_without_glosses_there_is_no_column_for_them() -> None:
    """Nothing is headed that nobody filled in."""
    tally = Tally(keep_all=True)
    tally.add(a_verdict("谣言", "x", "B", gloss=None, category=None))
    lines = print_tally(tally, 80, ["x"])
    assert lines[0].split() == ["keyword", "x"]
    assert lines[2].split() == ["谣言", "✖", "blocked:", "notice"]


def test_long_words_are_folded_not_cut() -> None:
    """Two long keywords that differ at their ends must not look alike."""
    tally = Tally(keep_all=True)
    tally.add(a_verdict("谣" * 60 + "甲", "x", "B"))
    text = "".join(line[:28].split(" ")[0] for line in print_tally(tally, 80, ["x"])[2:])
    assert text == "谣" * 60 + "甲"
