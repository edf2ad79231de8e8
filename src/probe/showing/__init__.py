"""What a run shows: one module a format, all with the same small interface, and the live progress beside them.

For people: `table` (one keyword makes it a card), `html`, `md`. For programs: `json`, `jsonl`, `csv`, `junit`, `ooni`. A
writer learns of each verdict as it becomes final and of the run at its end, complete or not; it knows nothing of the command
line.
`progress` listens to the run and prints to standard error. Nothing here is imported before it is asked for,
because rich takes longer to import than most runs take to plan.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol, TextIO, runtime_checkable

from probe.errors import WrongUse
from probe.model.change import Change
from probe.model.run import Run
from probe.model.verdict import Status, Verdict
from probe.showing.background import ReadBackground
from probe.showing.heard import Heard
from probe.showing.selection import EVERYTHING, ArrangedWriter, Selection


class Writer(Protocol):
    """Puts verdicts on one text stream. It never closes the stream."""

    def start(self) -> None:
        """Once, before the first verdict."""

    def verdict(self, verdict: Verdict) -> None:
        """Once a pair, when its verdict is final; pairs come in any order."""

    def finish(self, run: Run) -> None:
        """Once, at the end; also where the run was stopped early."""


@runtime_checkable
class ChangeWriter(Protocol):
    """A writer that also says what changed since the baseline."""

    def change(self, change: Change) -> None:
        """Once a change, just before the verdict of its pair, if there is one; never where nothing is compared."""


@dataclass(frozen=True, kw_only=True)
class Look:
    """How output for people looks. The caller knows the terminal; writers ask no environment."""

    width: int = 80
    """Cells in a line; a CJK character takes two."""
    colour: bool = False
    show_all: bool = False
    """Whether what is `ok` is listed too, not only counted."""
    titles: Mapping[str, str] = field(default_factory=dict)
    """Endpoint name: its title."""
    unverified: frozenset[str] = frozenset()
    """Names of endpoints whose definition nobody has recorded to work."""
    platforms: Mapping[str, str] = field(default_factory=dict)
    """Endpoint name: the platform behind it, where the definition says."""
    selection: Selection = EVERYTHING
    """What the reader asked to see."""
    fail_on: frozenset[Status] = frozenset()
    """Statuses that the user calls a failure."""
    fail_on_changes: frozenset[str] = frozenset()
    """The same of what changed since the baseline: kinds of change, or `changed`."""
    background: ReadBackground | None = None
    """Reads what a report says beside the verdicts; None where nothing is kept."""
    heard: Heard = field(default_factory=Heard)
    """What the run was answered, for formats that tell it."""


@dataclass(frozen=True, kw_only=True)
class Format:
    """One way to write verdicts."""

    help: str
    open: Callable[[TextIO, Look], Writer]
    streams: bool
    """Whether it writes as verdicts come: then a live display must not share its terminal."""
    counts: bool = False
    """Whether it counts what it does not list, and so must hear of every verdict: it makes the selection itself."""


def _open_table(stream: TextIO, look: Look) -> Writer:
    from probe.showing.table import TableWriter

    return TableWriter(stream, look=look)


def _open_document(stream: TextIO, look: Look) -> Writer:
    from probe.showing.json_document import DocumentWriter

    return DocumentWriter(stream)


def _open_lines(stream: TextIO, look: Look) -> Writer:
    from probe.showing.json_lines import LinesWriter

    return LinesWriter(stream)


def _open_sheet(stream: TextIO, look: Look) -> Writer:
    from probe.showing.csv_sheet import SheetWriter

    return SheetWriter(stream, look.selection.columns)


def _open_markdown(stream: TextIO, look: Look) -> Writer:
    from probe.showing.markdown import MarkdownWriter

    return MarkdownWriter(stream, look=look)


def _open_junit(stream: TextIO, look: Look) -> Writer:
    from probe.showing.junit import JUnitWriter

    return JUnitWriter(stream, look=look)


def _open_report(stream: TextIO, look: Look) -> Writer:
    from probe.showing.report import ReportWriter

    return ReportWriter(stream, look=look)


def _open_ooni(stream: TextIO, look: Look) -> Writer:
    from probe.showing.ooni_lines import OoniWriter

    return OoniWriter(stream, look.heard)


FORMATS: dict[str, Format] = {
    "table": Format(
        help="for people: a table, or a card for one keyword", open=_open_table, streams=False, counts=True
    ),
    "json": Format(help="one JSON document: the run with its verdicts", open=_open_document, streams=False),
    "jsonl": Format(help="one verdict a line, the run as the last line", open=_open_lines, streams=True),
    "csv": Format(help="one verdict a row, for spreadsheets", open=_open_sheet, streams=True),
    "md": Format(help="Markdown, for papers and summaries", open=_open_markdown, streams=False, counts=True),
    "junit": Format(help="JUnit XML, for CI", open=_open_junit, streams=False),
    "html": Format(help="a report in one file, for browsers", open=_open_report, streams=False, counts=True),
    "ooni": Format(help="one measurement a line, for tools of OONI", open=_open_ooni, streams=True),
}


def open_writer(name: str, stream: TextIO, *, look: Look) -> Writer:
    """The writer of this format. Raises WrongUse where there is none of that name."""
    if name not in FORMATS:
        raise WrongUse(f"there is no format {name!r}", hint=f"Formats: {', '.join(FORMATS)}.")
    writer = FORMATS[name].open(stream, look)
    if FORMATS[name].counts or look.selection.is_plain:
        return writer
    return ArrangedWriter(writer, look.selection, look.platforms)
