"""Bars and columns."""

from __future__ import annotations

import re

from probe.model.verdict import Status
from probe.showing.background import Moment
from probe.showing.report.figures import draw_bar, draw_timeline

STATUSES = {Status.BLOCKED: 1, Status.OK: 3}
COUNTS = {status: STATUSES.get(status, 0) for status in Status}


def test_a_bar_is_as_long_as_its_parts() -> None:
    """In the order of gravity, without the ones that are not there; said in words, too."""
    bar = draw_bar(COUNTS, name="a<b")
    shapes = re.findall(r'class="f-(\w+)" x="([\d.]+)" width="([\d.]+)"', bar)
    assert shapes == [("blocked", "0.0", "250.0"), ("ok", "250.0", "750.0")]
    assert 'aria-label="a&lt;b: 1 blocked, 3 ok"' in bar
    assert draw_bar(dict.fromkeys(Status, 0), name="x") == ""


def test_a_timeline_needs_two_runs() -> None:
    """One is no development."""
    first = Moment(run="a", started="2026-11-23T10:15:00.000Z", statuses=COUNTS)
    assert list(draw_timeline([first], "a")) == []


def test_columns_are_as_high_as_there_are_pairs() -> None:
    """A run with half of the pairs is half as high, and this run is marked."""
    whole = Moment(run="a", started="2026-11-23T10:15:00.000Z", statuses=COUNTS)
    half = {**COUNTS, Status.OK: 1}
    later = Moment(run="b", started="2026-11-24T10:15:00.000Z", statuses=half)
    text = "\n".join(draw_timeline([whole, later], "b"))
    heights = [float(one) for one in re.findall(r' height="([\d.]+)"', text)]
    assert heights == [25, 75, 25, 25]
    assert text.count('class="this"') == 1
    assert text.index("2026-11-23") < text.index('class="this"')
    assert "<b>1</b>" in text
