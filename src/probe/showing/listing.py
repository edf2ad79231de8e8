"""Listing: verdicts one a line, with the columns that were asked for."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len

from probe.model.verdict import Verdict
from probe.showing.csv_sheet import COLUMNS
from probe.showing.page import Page, Span, fold

_GAP = 2


def print_listing(page: Page, verdicts: Sequence[Verdict], columns: Sequence[str]) -> None:
    """Print these columns, as wide as they must be; where they do not fit, the widest give way and are folded."""
    values = dict(COLUMNS)
    lines = [["" if (value := values[name](one)) is None else value for name in columns] for one in verdicts]
    widths = [cell_len(name) for name in columns]
    for line in lines:
        for place, value in enumerate(line):
            widths[place] = max(widths[place], cell_len(page.say(str(value))))
    widths = _narrow(widths, page.width - _GAP * (len(columns) - 1))
    page.row([[[Span(name, "bold")]] for name in columns], widths, gap=_GAP)
    page.rule(sum(widths) + _GAP * (len(widths) - 1))
    for line in lines:
        blocks = []
        for value, width in zip(line, widths, strict=True):
            text = page.say(str(value))
            folded = [text.rjust(width)] if isinstance(value, int) else fold(text, width)
            blocks.append([[Span(one)] for one in folded])
        page.row(blocks, widths, gap=_GAP)


def _narrow(widths: Sequence[int], room: int) -> list[int]:
    """The widths for this room: the widest is taken from until all fit, or none is wide any more."""
    narrowed = list(widths)
    while sum(narrowed) > room and max(narrowed) > 8:
        narrowed[narrowed.index(max(narrowed))] -= 1
    return narrowed
