"""Chosen: the verdicts of a table that the reader asked for, in the order and under the headings asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from probe.model.verdict import Status, Verdict
from probe.showing import Look
from probe.showing.grid import Heading, Shown, print_grid
from probe.showing.listing import print_listing
from probe.showing.page import Page, Span
from probe.showing.pairs import print_pairs
from probe.showing.quantity import write_count
from probe.showing.selection import Selection, arrange
from probe.showing.tally import FINDINGS, Tally


def print_chosen(page: Page, verdicts: Sequence[Verdict], look: Look, notes: Mapping[str, str]) -> None:
    """Print group after group; `notes` are what must stand beside the names of endpoints."""
    selection = look.selection
    lists_all = look.show_all or bool(selection.only)
    for heading, group in arrange(verdicts, selection, look.platforms):
        shown = group if lists_all else _with_findings(group, selection)
        if not shown:
            continue
        if heading:
            page.line(Span(page.say(heading), "bold"), Span(f"  {write_count(len(shown), 'verdict')}", "dim"))
        if selection.columns:
            print_listing(page, shown, selection.columns)
            page.line()
        else:
            _print_rows(page, shown, notes, everything=lists_all)
    if selection.only:
        only = ", ".join(status.value for status in Status if status in selection.only)
        page.paragraph(f"Listed: only what is {only}.", style="dim")
    elif not look.show_all:
        page.paragraph("Not listed: what is ok, or was not measured. --all lists it.", style="dim")
    page.line()


def _with_findings(group: Sequence[Verdict], selection: Selection) -> Sequence[Verdict]:
    """Lists show findings; a row for each keyword with one shows what became of it elsewhere, too."""
    if selection.columns or selection.group_by == "status":
        return [one for one in group if one.status in FINDINGS]
    found = {one.keyword for one in group if one.status in FINDINGS}
    return [one for one in group if one.keyword in found]


def _print_rows(
    page: Page, verdicts: Sequence[Verdict], notes: Mapping[str, str], *, everything: bool
) -> None:
    tally = Tally(keep_all=everything)
    for verdict in verdicts:
        tally.add(verdict)
    headings = {
        name: Heading(name=page.say(name), note=notes.get(name, ""))
        for name in notes
        if name in tally.endpoints and (everything or tally.endpoints[name].silent_reason is None)
    }
    rows = partial(tally.rows, everything=everything)
    if print_grid(page, rows, headings) is Shown.NOTHING:
        print_pairs(page, rows, headings, shown=frozenset(Status) if everything else FINDINGS)
    else:
        page.line()
