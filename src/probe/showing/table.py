"""Table: the format for people. One keyword makes a card; many a grid, or one line a pair where a grid is too wide."""

from __future__ import annotations

from functools import partial
from typing import TextIO

from probe.model.change import Change
from probe.model.run import Run
from probe.model.verdict import Status, Verdict
from probe.showing import Look
from probe.showing.card import print_card
from probe.showing.changed import Changed
from probe.showing.chosen import print_chosen
from probe.showing.grid import Heading, Shown, print_grid
from probe.showing.isolated import Isolated
from probe.showing.page import Page
from probe.showing.pairs import print_pairs
from probe.showing.quantity import write_count
from probe.showing.summary import name_note, print_closing, print_summary
from probe.showing.tally import FINDINGS, Tally


class TableWriter:
    """Collects verdicts in little room, and prints them all at the end."""

    def __init__(self, stream: TextIO, *, look: Look) -> None:
        self._look = look
        self._page = Page(stream, width=look.width, colour=look.colour)
        self._tally = Tally(keep_all=look.show_all)
        self._isolated = Isolated()
        self._changed = Changed()
        self._chosen: list[Verdict] = []
        """In full, where the reader asked for an order or for some of them."""

    def start(self) -> None:
        """Nothing is printed before the end."""

    def verdict(self, verdict: Verdict) -> None:
        self._tally.add(verdict)
        self._isolated.add(verdict)
        if not self._look.selection.is_plain:
            self._chosen.append(verdict)

    def change(self, change: Change) -> None:
        self._changed.add(change)

    def finish(self, run: Run) -> None:
        """Print the card or the table, then what must be known of the run as a whole."""
        if self._tally.first and (run.counts.keywords or 1) == 1 and not self._look.selection.columns:
            print_card(self._page, self._tally.first, [use.name for use in run.endpoints], self._look)
            print_closing(self._page, self._tally, run, self._look)
        else:
            shown = self._print_findings(run) if self._look.selection.is_plain else self._print_chosen(run)
            self._isolated.print(self._page)
            print_summary(self._page, self._tally, run, self._look, explained=shown is Shown.REASONS)
        if run.baseline is not None:
            self._page.line()
            self._changed.print(self._page, run.baseline)
        self._page.flush()

    def _print_findings(self, run: Run) -> Shown:
        shown = Shown.NOTHING
        headings = self._headings(run)
        rows = partial(self._tally.rows, everything=self._look.show_all)
        if headings and next(rows(), None) is not None:
            shown = print_grid(self._page, rows, headings)
            if shown is not Shown.NOTHING:
                self._page.line()
            else:
                shown_statuses = FINDINGS | {Status.OK} if self._look.show_all else FINDINGS
                print_pairs(self._page, rows, headings, shown=shown_statuses)
        if not self._look.show_all:
            self._print_unlisted(list(headings), everywhere=len(headings) == len(run.endpoints))
        return shown

    def _print_chosen(self, run: Run) -> Shown:
        """What the reader asked to see; the summary is of everything all the same."""
        uses = {use.name: use for use in run.endpoints}
        notes = {name: name_note(use, self._look) for name, use in uses.items()}
        print_chosen(self._page, self._chosen, self._look, notes)
        return Shown.STATUSES

    def _headings(self, run: Run) -> dict[str, Heading]:
        """A column for each endpoint that has something to say: not where all is unmeasured for one reason."""
        uses = {use.name: use for use in run.endpoints}
        names = dict.fromkeys([*uses, *self._tally.endpoints])
        return {
            name: Heading(
                name=self._page.say(name),
                note=name_note(uses[name], self._look) if name in uses else "",
            )
            for name in names
            if name in self._tally.endpoints and self._tally.endpoints[name].silent_reason is None
        }

    def _print_unlisted(self, measured: list[str], *, everywhere: bool) -> None:
        """Say how many keywords are not listed: those that are ok, and those that have no finding to list."""
        ok = self._tally.count_ok(measured)
        rest = self._tally.keywords - ok - sum(1 for _ in self._tally.rows())
        where = "everywhere" if everywhere else "wherever measured"
        parts = [f"{write_count(ok, 'keyword')} ok {where}"] if ok else []
        if rest:
            parts.append(f"{write_count(rest, 'keyword')} without a finding, not measured everywhere")
        if parts:
            self._page.paragraph(f"Not listed: {'; '.join(parts)}. --all lists them.", style="dim")
            self._page.line()
