"""An evidence file for people: the run, its verdicts, and what each rests on; or one record, made harmless."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from probe.cli.output import choose_look
from probe.keeping.evidence.reading import Overview, find_record, read_overview
from probe.keeping.evidence.statement import VerdictStatement
from probe.keeping.evidence.warc import WarcRecord
from probe.model.verdict import write_time
from probe.showing.page import Page, Span
from probe.showing.quantity import write_count

_NAMED = {
    "probe-run": "run",
    "probe-run-started": "started",
    "software": "software",
    "probe-vantage": "vantage",
    "probe-vantage-country": "country",
    "probe-vantage-network": "network",
    "probe-definition": "endpoint",
    "probe-missing": "missing",
}
"""Fields of the heading that are shown, with the words for them."""
_INDENT = 10


def print_overview(file: Path) -> None:
    """Print the verdicts as they come, then what the file is about."""
    page = _page()
    overview = read_overview(file, lambda one: _print_verdict(page, one))
    page.line()
    for label, value in _describe(overview):
        page.paragraph(f"{label:<{_INDENT}}{page.say(value)}", hang=_INDENT)
    page.flush()


def print_record(file: Path, name: str, *, most: int) -> None:
    """Print one record: what stands around it, then as much of what it holds as people read."""
    page = _page()
    record = find_record(file, name)
    for label, value in _describe_record(record):
        page.paragraph(f"{label:<{_INDENT}}{page.say(value)}", hang=_INDENT)
    page.line()
    text = record.block.decode("utf-8", "replace")
    for line in text[:most].splitlines():
        page.line(page.say(line, most))
    if len(text) > most:
        page.line()
        page.line(Span(f"{len(text) - most:,} more characters are not shown", "dim"))
    page.flush()


def _print_verdict(page: Page, statement: VerdictStatement) -> None:
    verdict = statement.verdict
    page.line(
        page.status(verdict.status), f"  {page.say(verdict.keyword, 60)} at {page.say(verdict.endpoint, 40)}"
    )
    page.paragraph(page.say(verdict.reason, 400), indent=2, style="dim")
    for one in statement.answers:
        if not one.void and one.record is not None:
            what = f"{one.purpose}, asked {one.attempt}: {one.outcome}"
            page.line(Span(f"    {page.say(one.record.removeprefix('urn:uuid:'))}  {page.say(what)}", "dim"))


def _describe(overview: Overview) -> Iterator[tuple[str, str]]:
    for name, label in _NAMED.items():
        for value in overview.heading.get(name, ()):
            yield label, value
    yield "records", ", ".join(f"{number:,} {kind}" for kind, number in overview.kinds.items())
    run = overview.run
    if run is None:
        yield "ended", "not known: the program was ended before the run, or the file is not whole"
    else:
        counts = write_count(run.counts.verdicts, "verdict")
        yield "ended", f"{run.ended}, {'complete' if run.complete else 'not complete'}, {counts}"
    for note in overview.notes:
        yield "note", note
    if overview.broken is not None:
        yield "broken", overview.broken


def _describe_record(record: WarcRecord) -> Iterator[tuple[str, str]]:
    yield "record", f"{record.kind} {record.id}"
    yield "date", write_time(record.date) if 0 <= record.date < _LAST else str(record.date)
    if record.uri is not None:
        yield "about", record.uri
    for one in record.concurrent:
        yield "with", one
    if record.refers is not None:
        yield "rests on", record.refers
    yield "holds", f"{record.content_type}, {len(record.block):,} bytes"


_LAST = datetime(9999, 1, 1, tzinfo=UTC).timestamp()


def _page() -> Page:
    look = choose_look((), show_all=False, stdout=sys.stdout)
    return Page(sys.stdout, width=look.width, colour=look.colour)
