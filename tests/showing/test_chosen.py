"""A table of what the reader asked for."""

from __future__ import annotations

import io
from typing import Any

import pytest
from rich.cells import cell_len

from probe.model.verdict import Status
from probe.showing.selection import Selection
from probe.showing.table import TableWriter

from .samples import a_look, a_run, made_up_verdicts


def print_sample(width: int = 200, *, show_all: bool = False, **selected: Any) -> str:
    out = io.StringIO()
    look = a_look(
        width, show_all=show_all, selection=Selection(**selected), platforms={"weibo-search": "Weibo"}
    )
    writer = TableWriter(out, look=look)
    verdicts = [*made_up_verdicts()]
    for verdict in verdicts:
        writer.verdict(verdict)
    writer.finish(a_run(verdicts))
    return out.getvalue()


def test_counts_are_of_all_whatever_is_listed() -> None:
    """A reader who sees only what is blocked must not believe that nothing was ok."""
    everything, some = print_sample(), print_sample(only=frozenset({Status.BLOCKED}))
    totals = next(line for line in everything.splitlines() if "24 blocked" in line)
    assert totals in some
    assert "Listed: only what is blocked." in some
    assert "◐ filtered" not in some.partition("Listed:")[0]
    assert "✖ blocked" in some.partition("Listed:")[0]


def test_what_was_not_measured_can_be_listed() -> None:
    """By keyword, wide or narrow: the table leaves it out by itself."""
    for width in (200, 60):
        listed = print_sample(width, only=frozenset({Status.UNMEASURED})).partition("Listed:")[0]
        assert listed.count("– unmeasured") == 14


@pytest.mark.parametrize("width", [40, 80, 200])
@pytest.mark.parametrize("group_by", ["category", "platform", "endpoint", "status"])
def test_groups_fit_every_width(group_by: str, width: int) -> None:
    """Each has its heading, and its number of verdicts."""
    text = print_sample(width, group_by=group_by)
    assert all(cell_len(line) <= width for line in text.splitlines())
    heading = {
        "category": "religion  ",
        "platform": "Weibo  ",
        "endpoint": "weibo-search  ",
        "status": "blocked  ",
    }
    assert any(line.startswith(heading[group_by]) and line.endswith("verdicts") for line in text.splitlines())


def test_rows_are_in_the_order_asked_for() -> None:
    """Keywords backwards."""
    text = print_sample(sort=("-keyword",)).partition("Not listed")[0]
    keywords = [line.split("  ")[0] for line in text.splitlines()[2:] if line[:1].strip()]
    keywords = [one for one in keywords if one[:1] not in "─k"]
    assert keywords == sorted(keywords, key=str.casefold, reverse=True)
    assert len(keywords) == 9


def test_columns_make_it_a_list() -> None:
    """One verdict a line, findings only unless all are wanted."""
    columns = ("keyword", "endpoint", "status")
    found = print_sample(columns=columns).partition("Not listed")[0].splitlines()
    assert found[0].split() == [*columns]
    assert len([line for line in found[2:] if line]) == 41
    everything = print_sample(columns=columns, show_all=True).partition("\n\n")[0].splitlines()
    assert len(everything) == 2 + 108
