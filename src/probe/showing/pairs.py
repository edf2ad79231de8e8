"""Pairs: many keywords where a table does not fit: one line a pair of keyword and endpoint, endpoint by endpoint."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from rich.cells import cell_len

from probe.model.verdict import Status
from probe.showing.grid import Heading, how
from probe.showing.page import Page, Span
from probe.showing.tally import FINDINGS, Finding, Row

_INDENT = 2
_GAP = 2
_WIDEST_KEYWORD = 24
_NARROWEST_REASON = 12


def print_pairs(
    page: Page,
    rows: Callable[[], Iterator[Row]],
    headings: Mapping[str, Heading],
    *,
    shown: frozenset[Status] = FINDINGS,
) -> None:
    """Print each verdict of these statuses on a line of its own. What is unmeasured is mostly left to the summary.

    `rows` gives the rows anew each time: they are read once to measure, and once for each endpoint.
    """
    widths = _measure(page, rows(), shown)
    for name, heading in headings.items():
        pairs = _pairs(rows(), name, shown)
        first = next(pairs, None)
        if first is None:
            continue
        note = f"  ({heading.note})" if heading.note else ""
        page.line(Span(page.cut(heading.name, page.width - len(note)), "bold"), Span(note, "dim"))
        _print_pair(page, widths, *first)
        for keyword, finding in pairs:
            _print_pair(page, widths, keyword, finding)
        page.line()


def _pairs(rows: Iterator[Row], name: str, shown: frozenset[Status]) -> Iterator[tuple[str, Finding]]:
    for row in rows:
        finding = row.findings.get(name)
        if finding is not None and finding.status in shown:
            yield row.keyword, finding


def _measure(page: Page, rows: Iterator[Row], shown: frozenset[Status]) -> list[int]:
    """The widths of status, keyword, mechanism and reason; a reason that would be too short to say anything gets 0."""
    status = keyword = words = 0
    for row in rows:
        findings = [finding for finding in row.findings.values() if finding.status in shown]
        keyword = max(keyword, cell_len(page.say(row.keyword)) if findings else 0)
        for finding in findings:
            status = max(status, len(finding.status) + 2)
            words = max(words, len(how(finding)))
    room = page.width - _INDENT - status - words - 2 * _GAP
    keyword = min(keyword, _WIDEST_KEYWORD, max(room, 4))
    reason = room - keyword - _GAP
    return [status, keyword, words, reason if reason >= _NARROWEST_REASON else 0]


def _print_pair(page: Page, widths: list[int], keyword: str, finding: Finding) -> None:
    _, keyword_width, _, reason_width = widths
    line = (
        page.status(finding.status),
        Span(page.cut(page.say(keyword), keyword_width)),
        Span(how(finding)),
        Span(page.cut(page.say(finding.reason), reason_width) if reason_width else "", "dim"),
    )
    page.row([[[span]] for span in line], widths, gap=_GAP, indent=_INDENT)
