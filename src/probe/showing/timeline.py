"""Timeline: what became of a keyword, for people: a line for as long as runs say the same, and what changed then."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from probe.model.change import Change, ChangeKind
from probe.model.timeline import Entry, Timeline
from probe.showing.grid import how
from probe.showing.page import Line, Page, Span, line_cells
from probe.showing.quantity import write_count
from probe.showing.tally import Finding

LABELS = {
    ChangeKind.NEWLY_BLOCKED: "newly blocked",
    ChangeKind.NEWLY_FILTERED: "newly filtered",
    ChangeKind.HARDENED: "hardened",
    ChangeKind.SOFTENED: "softened",
    ChangeKind.LIFTED: "lifted",
}
"""Kinds that get a word here; of all others the statuses say enough."""
_INDENT, _GAP, _SHORT_ID = 2, 2, 8
_NARROW = 60
"""Cells of a page below which a run has no more than its day."""


def print_timeline(page: Page, timeline: Timeline, *, show_all: bool) -> None:
    """Print a block for each endpoint; `show_all`: a line for each run, even where nothing changed."""
    page.paragraph(page.say(timeline.keyword, 2000), style="bold")
    names = [name for name, _ in _split(timeline.entries)]
    for name, entries in _split(timeline.entries):
        page.line()
        page.paragraph(_head(page, entries, is_told_apart=names.count(name) > 1), style="bold")
        stretches = [[one] for one in entries] if show_all else [*_stretch(entries)]
        _print_stretches(page, stretches)


def _split(entries: Sequence[Entry]) -> Iterator[tuple[str, list[Entry]]]:
    """The entries that are comparable, with the name of their endpoint."""
    for (name, _, _), own in groupby(
        entries, lambda one: (one.verdict.endpoint, one.vantage, one.settings or {})
    ):
        yield name, [*own]


def _head(page: Page, entries: Sequence[Entry], *, is_told_apart: bool) -> str:
    """The endpoint, with all else that tells it from others of its name."""
    first = entries[0]
    where = first.vantage.label if first.vantage is not None else None
    settings = [f"{name}={value}" for name, value in sorted((first.settings or {}).items())]
    parts = [first.verdict.endpoint]
    if where:
        parts.append(f"from {where}")
    if is_told_apart and settings:
        parts.append(f"with {', '.join(settings)}")
    return page.say(" ".join(parts), 300)


def _stretch(entries: Sequence[Entry]) -> Iterator[list[Entry]]:
    """Runs that follow each other and say the same."""
    stretch: list[Entry] = []
    for one in entries:
        if stretch and (one.change is not None or _read(one) != _read(stretch[0])):
            yield stretch
            stretch = []
        stretch.append(one)
    if stretch:
        yield stretch


def _read(entry: Entry) -> Finding:
    return Finding(entry.verdict.status, entry.verdict.certainty, entry.verdict.mechanism)


def _print_stretches(page: Page, stretches: Sequence[Sequence[Entry]]) -> None:
    """Print a line each. What finds no room beside the states stands below them: first what changed, then the runs."""
    times = [_write_moment(own[0].started, page.width) for own in stretches]
    states = [_say_state(page, own[0]) for own in stretches]
    labels = [_label(own[0].change) for own in stretches]
    runs = [_say_runs(own) for own in stretches]
    left = _INDENT + max(map(len, times)) + _GAP
    room = page.width - left - max(map(line_cells, states))
    wide, wider = (_GAP + max(map(len, texts)) for texts in (runs, labels))
    columns: list[list[Line]] = [[[Span(time)] for time in times], [[*state] for state in states]]
    beside = [(labels, "bold", wide + wider <= room), (runs, "dim", wide <= room)]
    columns += [
        [[Span(text, style)] for text in texts] for texts, style, fits in beside if fits and any(texts)
    ]
    sizes = [max(map(line_cells, column)) for column in columns]
    for place, own in enumerate(stretches):
        page.row([[column[place]] for column in columns], sizes, gap=_GAP, indent=_INDENT)
        change = own[0].change
        doubt = page.say(change.doubt, 300) if change is not None and change.doubt else ""
        below = [
            text
            for text in (labels[place] * (not beside[0][2]), doubt, runs[place] * (not beside[1][2]))
            if text
        ]
        if below:
            page.paragraph("; ".join(below), indent=left, style="dim")


def _say_runs(own: Sequence[Entry]) -> str:
    """The first run that says so, and how many do."""
    number = f", {write_count(len(own), 'run')}" if len(own) > 1 else ""
    return f"{own[0].run[:_SHORT_ID]}{number}"


def _write_moment(time: str, width: int) -> str:
    """The day, and where there is room the minute."""
    return time[: 10 if width < _NARROW else 16].replace("T", " ")


def _say_state(page: Page, entry: Entry) -> list[Span]:
    words = how(_read(entry))
    spans = [page.status(entry.verdict.status)]
    return [*spans, Span(f": {words}")] if words else spans


def _label(change: Change | None) -> str:
    """What became of it, if that is news or would be."""
    if change is None or change.kind not in LABELS:
        return ""
    return LABELS[change.kind] if change.news else f"{LABELS[change.kind]}?"
