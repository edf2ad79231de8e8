"""The live picture fits its terminal and says what each endpoint does."""

from __future__ import annotations

import io

import pytest
from rich.cells import cell_len
from rich.console import Console

from probe.events import ControlFailed, GivenUp, Rested
from probe.showing.headway import Headway
from probe.showing.live_picture import draw, tell_state

from .test_headway import answer, judge, start


def draw_lines(headway: Headway, width: int, *, encoding: str = "utf-8") -> list[str]:
    """The picture's lines as a terminal without colours shows them."""
    out = io.StringIO()
    console = Console(file=out, width=width, color_system=None, force_terminal=True, _environ={})
    console.print(draw(headway, width, encoding=encoding))
    return out.getvalue().splitlines()


def a_story(*names: str) -> Headway:
    """A run under way, with an endpoint in each state among the first five."""
    headway, watch = start(*names)
    for name in names[1:]:
        answer(headway, name, 4)
    judge(headway, names[1], 12)
    headway(Rested(endpoint=names[2], seconds=130, reason="the connection\x1b[2J was reset"))
    headway(GivenUp(endpoint=names[3], reason="a captcha"))
    headway(ControlFailed(endpoint=names[4], reason="x", void=0))
    headway.measure_pace()
    watch.time += 4
    return headway


def test_each_state_has_its_word() -> None:
    """Waiting, done, resting with its time, given up with its reason, asking with what failed."""
    headway = a_story("a", "b", "c", "d", "e")
    assert [tell_state(headway, one) for one in headway.endpoints.values()] == [
        ("waiting", ""),
        ("done", ""),
        ("resting", "2 min 06 s, words wait (the connection\x1b[2J was reset)"),
        ("given up", "(a captcha)"),
        ("asking", "(1 control failed)"),
    ]


def test_the_picture_shows_sums_and_endpoints() -> None:
    """Share, bar, pairs, pace, time left; then a line an endpoint, foreign text made harmless."""
    lines = draw_lines(a_story("weibo-search", "b", "c", "d", "e"), 100)
    assert lines[0].split() == [
        "20%",
        "━" * 5 + "─" * 19,
        "12",
        "of",
        "60",
        "pairs",
        "0.0",
        "questions/s",
        "--:--",
        "left",
    ]
    assert lines[1] == "     weibo-search   0 of 12  waiting"
    resting = "resting 2 min 06 s, words wait (the connection\\x1b[2J was reset)"
    assert lines[3] == f"     c              0 of 12  {resting}"
    assert len(lines) == 6


@pytest.mark.parametrize("width", [10, 30, 59, 60, 80, 200])
@pytest.mark.parametrize("count", [5, 12, 13, 40])
def test_the_picture_fits_and_folds_up(width: int, count: int) -> None:
    """Below 60 cells or above 12 endpoints there are no lines for endpoints."""
    names = [f"endpoint-谣言-{number}" for number in range(count)]
    lines = draw_lines(a_story(*names), width)
    assert all(cell_len(line) <= width for line in lines)
    assert len(lines) == (2 if count > 12 else 1 if width < 60 else 1 + count)


def test_many_endpoints_are_counted_by_state() -> None:
    """The second line says how many do what."""
    line = draw_lines(a_story(*map(str, range(20))), 100)[1]
    assert line.strip() == "20 endpoints: 16 asking, 1 resting, 1 given up, 1 done, 1 waiting"


def test_a_terminal_in_ascii_gets_ascii() -> None:
    """Bar and names are in characters that it has."""
    for line in draw_lines(a_story("谣言", "b", "c", "d", "e"), 80, encoding="ascii"):
        assert line.isascii()
