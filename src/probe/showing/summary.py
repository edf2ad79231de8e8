"""Summary: what a run found in numbers, what it could not measure and why, and what must not be believed blindly."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from datetime import datetime

from rich.cells import cell_len

from probe.model.run import EndpointUse, Run
from probe.model.verdict import Status
from probe.showing import Look
from probe.showing.page import Page, Span, line_cells
from probe.showing.quantity import write_count, write_duration
from probe.showing.tally import EndpointTally, Tally

_MOST_REASONS = 3
"""Reasons named for one endpoint; the others are counted."""
_MOST_TOGETHER = 6
"""Keywords of one combination that are named."""
_WIDEST_NAME = 32
_LEAST_NAME = 12
_INDENT = 2


def print_summary(page: Page, tally: Tally, run: Run, look: Look, *, explained: bool = False) -> None:
    """Print the totals, a line an endpoint, and everything that qualifies them.

    `explained`: beside each keyword stands already why it is undecided.
    """
    endpoints = write_count(len(run.endpoints), "endpoint")
    keywords = write_count(run.counts.keywords or tally.keywords, "keyword")
    page.line(Span(f"{keywords} at {endpoints}", "bold"))
    _print_totals(page, tally)
    page.line()
    if run.endpoints:
        _print_endpoints(page, tally, run, look)
        page.line()
    _print_costs(page, run)
    if not explained:
        _print_inconclusive(page, tally, run)
    told = _print_unmeasured(page, tally, run)
    print_closing(page, tally, run, look, told=told)


def print_closing(
    page: Page, tally: Tally, run: Run, look: Look, *, told: Collection[str] = frozenset()
) -> None:
    """Print what every reader must know: whom not to trust, what is unverified, and whether the run is complete.

    `told` are untrusted endpoints of which the reason was given before.
    """
    untrusted = [use for use in run.endpoints if not use.trusted and use.name not in told]
    if untrusted:
        page.line(Span("Not trusted", "bold"))
        for use in untrusted:
            page.paragraph(
                f"{page.say(use.name)}: {page.say(use.reason or 'no reason is known')}", indent=2, hang=2
            )
        page.line()
    if any(use.notes for use in run.endpoints):
        page.line(Span("Notes", "bold"))
        for use in run.endpoints:
            for note in use.notes:
                page.paragraph(f"{page.say(use.name)}: {page.say(note, 600)}", indent=2, hang=2)
        page.line()
    unverified = [page.say(use.name) for use in run.endpoints if use.name in look.unverified]
    if unverified:
        noun = "definition" if len(unverified) == 1 else "definitions"
        page.paragraph(
            f"Unverified {noun}: {', '.join(unverified)}. Nobody has recorded that they work live."
            if len(unverified) > 1
            else f"Unverified {noun}: {unverified[0]}. Nobody has recorded that it works live."
        )
        page.line()
    page.paragraph(_ending(tally, run))


def measure_seconds(run: Run) -> float | None:
    """How long a run took; None where that is not known."""
    try:
        started, ended = datetime.fromisoformat(run.started), datetime.fromisoformat(run.ended or "")
        return (ended - started).total_seconds()
    except (ValueError, TypeError):  # TypeError: one time has a zone, the other none
        return None


def name_note(use: EndpointUse, look: Look) -> str:
    """What must stand beside an endpoint's name."""
    notes = [("not trusted", not use.trusted), ("unverified", use.name in look.unverified)]
    return ", ".join(note for note, holds in notes if holds)


def _print_totals(page: Page, tally: Tally) -> None:
    """The statuses on one line, or on several where the page is narrow."""
    spans: list[Span] = []
    for status in Status:
        sign = page.sign(status)
        total = Span(f"{sign.text} {tally.statuses[status]:,} {status.value}", sign.style)
        if spans and line_cells(spans) + 3 + len(total.text) > page.width:
            page.line(*spans)
            spans = []
        spans += [Span("   " if spans else "  "), total]
    page.line(*spans)


def _print_endpoints(page: Page, tally: Tally, run: Run, look: Look) -> None:
    """A line an endpoint. On a narrow page its last columns are left out: what they warn of is said below, too."""
    numbers = [(page.sign(status).text, _counts(tally, run, status)) for status in Status]
    controls = [use.controls for use in run.endpoints]
    columns = [*numbers, ("controls passed", [_share(one.passed, one.failed) for one in controls])]
    if any(one.canaries_hit or one.canaries_served for one in controls):
        hits = [_share(one.canaries_hit, one.canaries_served) for one in controls]
        columns.append((" canaries hit", hits))
    columns.append((" questions", [f"{use.questions:,}" for use in run.endpoints]))
    with_notes = len(columns) + 1
    columns.append(("", [name_note(use, look) for use in run.endpoints]))
    widths = [max(3, *map(len, [head, *texts])) for head, texts in columns]
    while len(columns) > len(Status) and _INDENT + _LEAST_NAME + sum(widths) + len(widths) > page.width:
        columns.pop()
        widths.pop()
    room = page.width - _INDENT - sum(widths) - len(widths)
    names = [page.cut(page.say(use.name), max(min(room, _WIDEST_NAME), 4)) for use in run.endpoints]
    widths = [max(map(cell_len, [*names, "endpoint"])), *widths]
    for number in range(-1, len(names)):
        texts = [head if number < 0 else texts[number] for head, texts in columns]
        aligned = [text.rjust(width) for text, width in zip(texts, widths[1:], strict=True)]
        if len(texts) == with_notes:
            aligned[-1] = texts[-1]
        line = ["endpoint" if number < 0 else names[number], *aligned]
        style = "bold" if number < 0 else ""
        page.row([[[Span(text, style)]] for text in line], widths, gap=1, indent=_INDENT)


def _print_costs(page: Page, run: Run) -> None:
    """What pooling took, beside what it saved, and beside the least that is possible."""
    pooled = [(use.name, use.cost) for use in run.endpoints if use.cost is not None]
    if not pooled:
        return
    page.line(Span("In pools", "bold"))
    for name, cost in pooled:
        times = (
            ""
            if cost.ratio is None
            else f", {cost.ratio:.2f} times the information limit of {cost.limit:,.0f}"
        )
        page.paragraph(
            f"{page.say(name)}: {write_count(cost.questions, 'question')} about keywords{times}; one by one"
            f" {cost.one_by_one:,}; {write_count(cost.hits, 'hit')}",
            indent=2,
            hang=2,
        )
        for words in cost.combinations:
            together = " + ".join(page.say(word) for word in words[:_MOST_TOGETHER])
            more = f" + {len(words) - _MOST_TOGETHER:,} more" if len(words) > _MOST_TOGETHER else ""
            page.paragraph(f"{page.say(name)}: censored only together: {together}{more}", indent=2, hang=2)
        if left := cost.contradictions - len(cost.combinations):
            texts = write_count(left, "text")
            page.paragraph(
                f"{page.say(name)}: {texts} with keywords that are censored only together; --combinations finds them",
                indent=2,
                hang=2,
            )
    page.line()


def _share(good: int, bad: int) -> str:
    return f"{good:,} of {good + bad:,}" if good + bad else "-"


def _counts(tally: Tally, run: Run, status: Status) -> list[str]:
    nothing = EndpointTally(place=0)
    return [f"{tally.endpoints.get(use.name, nothing).statuses[status]:,}" for use in run.endpoints]


def _print_inconclusive(page: Page, tally: Tally, run: Run) -> None:
    """Print why what is undecided is so."""
    if not tally.statuses[Status.INCONCLUSIVE]:
        return
    page.line(Span("Inconclusive", "bold"))
    for use in run.endpoints:
        endpoint = tally.endpoints.get(use.name, EndpointTally(place=0))
        for what, reason in _parts(endpoint.inconclusive, endpoint.statuses[Status.INCONCLUSIVE]):
            page.paragraph(f"{page.say(use.name)}, {what}: {page.say(reason)}", indent=2, hang=2)
    page.line()


def _print_unmeasured(page: Page, tally: Tally, run: Run) -> frozenset[str]:
    """Print why what could not be measured; returns the untrusted endpoints of which all is told with that."""
    told: set[str] = set()
    if not tally.statuses[Status.UNMEASURED]:
        return frozenset()
    page.line(Span("Not measured", "bold"))
    for use in run.endpoints:
        endpoint = tally.endpoints.get(use.name, EndpointTally(place=0))
        name = page.say(use.name)
        if not use.trusted and endpoint.silent_reason == use.reason:
            told.add(use.name)
            name += " (not trusted)"
        every = "all " if endpoint.silent_reason is not None else ""
        for what, reason in _parts(endpoint.unmeasured, endpoint.statuses[Status.UNMEASURED]):
            page.paragraph(f"{name}, {every}{what}: {page.say(reason)}", indent=2, hang=2)
    page.line()
    return frozenset(told)


def _parts(reasons: Counter[str], keywords: int) -> Iterator[tuple[str, str]]:
    """How many of the keywords have which reason, the most frequent first."""
    named = reasons.most_common(_MOST_REASONS)
    for reason, count in named:
        yield write_count(count, "keyword"), reason
    rest = keywords - sum(count for _, count in named)
    if rest:
        yield write_count(rest, "keyword"), "other reasons"


def _ending(tally: Tally, run: Run) -> str:
    seconds = measure_seconds(run)
    time = "" if seconds is None else f" in {write_duration(seconds)}"
    questions = write_count(run.counts.questions, "question")
    pairs = run.counts.keywords * len(run.endpoints)
    if run.complete:
        unmeasured = tally.statuses[Status.UNMEASURED]
        but = f", {unmeasured:,} of them unmeasured," if unmeasured else ""
        return f"Complete: {write_count(tally.statuses.total(), 'verdict')}{but} from {questions}{time}."
    why = "Stopped" if run.ended_early is None else f"Stopped, as {run.ended_early}"
    return f"{why}: {tally.statuses.total():,} of {write_count(pairs, 'pair')} have a verdict, from {questions}{time}."
