"""One line a pair: short, straight, and only what there is to say."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from rich.cells import cell_len, set_cell_size

from probe.model.verdict import Status
from probe.showing.grid import Heading
from probe.showing.page import Page
from probe.showing.pairs import print_pairs
from probe.showing.tally import FINDINGS, Row, Tally

from .samples import ENDPOINTS, made_up_verdicts


def print_sample(width: int, *, show_ok: bool = False) -> list[str]:
    """The made-up run's findings, one a line."""
    tally = Tally(keep_all=show_ok)
    for verdict in made_up_verdicts():
        tally.add(verdict)
    out = io.StringIO()
    headings = {name: Heading(name=name) for name in ENDPOINTS}

    shown = FINDINGS | {Status.OK} if show_ok else FINDINGS

    def rows() -> Iterator[Row]:
        return tally.rows(everything=show_ok)

    print_pairs(Page(out, width=width, colour=False), rows, headings, shown=shown)
    return out.getvalue().splitlines()


@pytest.mark.parametrize("width", [40, 60, 80, 120, 300])
def test_lines_fit_and_stand_straight(width: int) -> None:
    """Status, keyword, mechanism and reason each start at one cell in all lines."""
    pairs = [line for line in print_sample(width) if line.startswith("  ")]
    assert pairs
    assert all(cell_len(line) <= width for line in pairs)
    assert {set_cell_size(line, 18)[-2:] for line in pairs} == {"  "}
    assert all(set_cell_size(line, 20)[-1] != " " for line in pairs)


def test_a_wide_page_shows_whole_reasons_and_a_narrow_one_none() -> None:
    """A reason too short to say anything is left out; in between it is cut with an ellipsis."""
    assert any(line.endswith("while controls were served") for line in print_sample(200))
    assert any(line.endswith("…") for line in print_sample(80))
    assert any(line.endswith("reset, likely") for line in print_sample(48))


def test_each_finding_has_its_line() -> None:
    """All findings are there, what is ok or unmeasured is not."""
    lines = print_sample(80)
    assert sum(line.startswith("  ") for line in lines) == 41
    assert not any("✔" in line or "unmeasured" in line for line in lines)
    assert "douyin-search" not in lines


def test_ok_is_listed_where_asked_for_and_unmeasured_never() -> None:
    """Unmeasured pairs are the summary's."""
    lines = print_sample(80, show_ok=True)
    assert sum("✔ ok" in line for line in lines) == 53
    assert not any("unmeasured" in line for line in lines)
