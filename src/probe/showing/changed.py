"""Changed: what changed since the baseline, for people: news first, then what is none and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rich.cells import cell_len

from probe.model.change import Change, ChangeKind
from probe.model.run import BaselineUse
from probe.model.verdict import Verdict
from probe.showing.grid import how
from probe.showing.page import Page, Span
from probe.showing.quantity import write_count
from probe.showing.safe_text import can_say
from probe.showing.tally import Finding

MOST_LISTED = 500
"""Changes of one kind that are listed; the rest are counted."""
MOST_NAMED = 5
"""Keywords that are named of a kind that says nothing of censorship."""
TITLES = {
    ChangeKind.NEWLY_BLOCKED: "Newly blocked",
    ChangeKind.NEWLY_FILTERED: "Newly filtered",
    ChangeKind.HARDENED: "Blocked, and only filtered before",
    ChangeKind.SOFTENED: "Only filtered, and blocked before",
    ChangeKind.LIFTED: "Lifted",
}
"""Kinds that are news, in the order in which people want them."""
SILENT = {
    ChangeKind.BECAME_UNMEASURED: "became unmeasured",
    ChangeKind.MEASURED_AGAIN: "measured again",
    ChangeKind.APPEARED: "new on the list",
    ChangeKind.LEFT: "left the list",
}
"""Kinds that say nothing of censorship."""
WEAK = "No news: the evidence does not carry it"
APART = "No news of the platform: something of ours changed as well"
_WIDEST_KEYWORD, _WIDEST_ENDPOINT, _GAP, _INDENT = 24, 20, 2, 2
_STEP = 26
"""Cells of the longest step without its words: `? inconclusive -> x blocked`."""


class Row(NamedTuple):
    """What is kept of one change."""

    keyword: str
    endpoint: str
    kind: ChangeKind
    before: Finding | None
    after: Finding | None
    doubt: str | None


class Changed:
    """What changed, in little room."""

    def __init__(self) -> None:
        self._groups: dict[str, list[Row]] = {}
        self._sums: Counter[str] = Counter()
        self._named: dict[ChangeKind, dict[str, None]] = {}
        self._silent: Counter[ChangeKind] = Counter()

    def add(self, change: Change) -> None:
        if change.kind in SILENT:
            self._silent[change.kind] += 1
            named = self._named.setdefault(change.kind, {})
            if len(named) <= MOST_NAMED:
                named[change.keyword] = None
            return
        group = WEAK if change.is_weak else APART if change.is_apart else TITLES[change.kind]
        self._sums[group] += 1
        rows = self._groups.setdefault(group, [])
        if len(rows) < MOST_LISTED:
            before, after = _read(change.before), _read(change.after)
            rows.append(Row(change.keyword, change.endpoint, change.kind, before, after, change.doubt))

    def groups(self) -> Iterator[tuple[str, int, Sequence[Row]]]:
        """Title, number and rows of each group that has any, news first."""
        for title in (*TITLES.values(), APART, WEAK):
            if title in self._groups:
                yield title, self._sums[title], self._groups[title]

    def silent(self) -> Iterator[tuple[str, int, Sequence[str]]]:
        """Of what says nothing of censorship: in words, how many pairs, and some of the keywords."""
        for kind, words in SILENT.items():
            if self._silent[kind]:
                yield words, self._silent[kind], [*self._named[kind]]

    def print(self, page: Page, use: BaselineUse, *, what: str | None = None) -> None:
        """Print all of it, with what was compared with what; the run that is shown anyway needs no name."""
        against = f"ompared with {name_baseline(use)}"
        head = f"C{against}" if what is None else f"{what}, c{against}"
        page.paragraph(page.say(head, 400), style="bold")
        page.line()
        for title, number, rows in self.groups():
            page.line(Span(f"{title} ({number:,})", "bold"))
            _print_rows(page, rows)
            if number > len(rows):
                page.paragraph(f"and {number - len(rows):,} more, which other formats have", indent=_INDENT)
            page.line()
        silent = [*self.silent()]
        if silent:
            page.line(Span("No news of censorship", "bold"))
            for words, number, keywords in silent:
                some = ", ".join(page.say(one, 40) for one in keywords[:MOST_NAMED])
                more = ", ..." if len(keywords) > MOST_NAMED else ""
                page.paragraph(
                    f"{write_count(number, 'pair')} {words}: {some}{more}", indent=_INDENT, hang=_INDENT
                )
            page.line()
        for note in use.notes:
            page.paragraph(f"Note: {page.say(note, 600)}.", style="dim")
        if use.pairs:
            page.paragraph(sum_up(use))


def name_baseline(use: BaselineUse) -> str:
    """What was compared with, as people know it."""
    if use.run is None:
        return use.named
    named = "" if use.run.startswith(use.named) else f"{use.named}: "
    day, _, clock = (use.started or "").partition("T")
    when = f" of {day} {clock[:5]} UTC" if clock else ""
    return f"{named}run {use.run[:8]}{when}"


def sum_up(use: BaselineUse) -> str:
    """In one sentence."""
    if not use.compared:
        return (
            f"None of {write_count(use.pairs, 'pair')} could be compared, as one side does not decide them."
        )
    number = write_count(use.compared, "pair")
    nothing = "nothing that is news" if use.weak or use.apart else "nothing"
    what = f"{use.news:,}" if use.news else nothing
    undecided = use.pairs - use.compared
    but = f"; {undecided:,} more could not be, as one side does not decide them" if undecided else ""
    return f"Of {number} that could be compared {what} changed{but}."


def _read(verdict: Verdict | None) -> Finding | None:
    return None if verdict is None else Finding(verdict.status, verdict.certainty, verdict.mechanism)


def _print_rows(page: Page, rows: Sequence[Row]) -> None:
    names = max(page.width - _INDENT - 2 * _GAP - _STEP, 8)
    endpoint = max(cell_len(page.say(row.endpoint)) for row in rows)
    endpoint = min(endpoint, _WIDEST_ENDPOINT, names // 2)
    keyword = max(cell_len(page.say(row.keyword)) for row in rows)
    keyword = min(keyword, _WIDEST_KEYWORD, names - endpoint)
    room = page.width - _INDENT - keyword - endpoint - 2 * _GAP
    for row in rows:
        name = page.cut(page.say(row.keyword), keyword)
        where = page.cut(page.say(row.endpoint), endpoint)
        page.row(
            [[[Span(name)]], [[Span(where)]], [_say_step(page, row, room)]],
            [keyword, endpoint, room],
            gap=_GAP,
            indent=_INDENT,
        )
        if row.doubt is not None:
            page.paragraph(page.say(row.doubt, 300), indent=2 * _INDENT, style="dim")


def _say_step(page: Page, row: Row, room: int) -> list[Span]:
    """From what to what, and how it acts, as far as there is room."""
    arrow = "->" if not can_say("→", page.encoding) else "→"
    spans: list[Span] = []
    if row.before is not None:
        spans += [page.status(row.before.status), Span(f" {arrow} ")]
    if row.after is not None:
        spans.append(page.status(row.after.status))
        words = how(row.after)
        left = room - sum(cell_len(span.text) for span in spans)
        if words and cell_len(words) + 2 <= left:
            spans.append(Span(f": {words}"))
    return spans
