"""Card: one keyword at one or several endpoints, with the reason and the evidence of each verdict."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from probe.model.verdict import Verdict
from probe.showing import Look
from probe.showing.page import Page, Span, fold
from probe.showing.quantity import write_count
from probe.showing.triggers import describe_isolation

_INDENT, _LABEL = 4, 10
"""Cells before, and of, the words at the left."""
_LONGEST = 2500
"""Characters of a text that is shown with marks."""


def print_card(page: Page, verdicts: Sequence[Verdict], order: Sequence[str], look: Look) -> None:
    """Print the verdicts of one keyword, in this order of endpoints; at least one verdict."""
    first = verdicts[0]
    page.paragraph(page.say(first.keyword, 2000), style="bold")
    about = [text for text in (first.gloss, first.category, first.language) if text]
    if about:
        page.paragraph(page.say(", ".join(about)), style="dim")
    page.line()
    ranks = {name: rank for rank, name in enumerate(order)}
    for verdict in sorted(verdicts, key=lambda one: ranks.get(one.endpoint, len(ranks))):
        _print_verdict(page, verdict, look)
        page.line()


def _print_verdict(page: Page, verdict: Verdict, look: Look) -> None:
    title = look.titles.get(verdict.endpoint)
    name = page.say(verdict.endpoint) + (f" ({page.say(title)})" if title else "")
    status = page.status(verdict.status)
    certainty = f", {verdict.certainty}" if verdict.certainty else ""
    unverified = "  unverified definition" if verdict.endpoint in look.unverified else ""
    page.line(Span(name, "bold"), Span(unverified, "dim"))
    page.line("  ", status, Span(certainty, status.style))
    for label, text in _facts(verdict):
        _print_fact(page, label, page.say(text, 600))
    for label, text in describe_isolation(verdict):
        _print_fact(page, label, page.say(text, _LONGEST))


def _print_fact(page: Page, label: str, text: str) -> None:
    room = page.width - _INDENT - _LABEL
    page.row(
        [[[Span(label, "dim")]], [[Span(line)] for line in fold(text, room)]],
        [_LABEL, room],
        gap=0,
        indent=_INDENT,
    )


def _facts(verdict: Verdict) -> Iterator[tuple[str, str]]:
    counts = verdict.counts
    yield "because", verdict.reason
    how = ", ".join(word for word in (verdict.mechanism, verdict.manner) if word)
    if how:
        yield "how", how
    if verdict.failure:
        yield "failure", f"{verdict.failure}, at {verdict.stage}" if verdict.stage else verdict.failure
    if verdict.rule:
        yield "rule", verdict.rule
    pooled = f" ({counts.pooled} in pools)" if counts.pooled else ""
    yield (
        "evidence",
        f"asked {write_count(counts.asked, 'time')}{pooled}: agreeing {counts.agreeing},"
        f" contradicting {counts.contradicting}, void {counts.void}",
    )
    yield "controls", f"passed {counts.controls_passed}, failed {counts.controls_failed}"
    if verdict.first_asked:
        yield "asked", _write_span(verdict.first_asked, verdict.last_asked or verdict.first_asked)


def _write_span(first: str, last: str) -> str:
    """Two RFC 3339 times as people read them; the date once where it is the same."""
    (day, start), (last_day, end) = _split(first), _split(last)
    if (day, start) == (last_day, end):
        return f"{day} {start} UTC"
    return f"{day} {start} to {end if day == last_day else f'{last_day} {end}'} UTC"


def _split(time: str) -> tuple[str, str]:
    day, _, clock = time.partition("T")
    return day, clock.removesuffix("Z").partition(".")[0]
