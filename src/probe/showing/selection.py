"""Selection: which verdicts are shown, in which order, under which headings, and which of their columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from probe.model.change import Change
from probe.model.run import Run
from probe.model.verdict import Certainty, Status, Verdict
from probe.showing.csv_sheet import COLUMNS

if TYPE_CHECKING:
    from probe.showing import Writer

GroupBy = Literal["category", "platform", "endpoint", "status"]
_VALUES = dict(COLUMNS)
_RANKS = {
    "status": {status.value: rank for rank, status in enumerate(Status)},
    "certainty": {certainty.value: rank for rank, certainty in enumerate(Certainty)},
}
"""Columns that are in an order of their own, the gravest first."""


@dataclass(frozen=True, kw_only=True)
class Selection:
    """What the reader asked to see; as it is, everything as it comes."""

    columns: tuple[str, ...] = ()
    """Names of columns, as the sheet has them; none for what each format shows by itself."""
    sort: tuple[str, ...] = ()
    """Names of columns, the weightiest first; `-` before a name turns it round."""
    group_by: GroupBy | None = None
    only: frozenset[Status] = frozenset()
    """Statuses that are listed; none for all. What is counted is counted all the same."""

    @property
    def is_plain(self) -> bool:
        """Whether nothing was asked for."""
        return self == EVERYTHING

    def lists(self, verdict: Verdict) -> bool:
        """Whether a verdict is one that is wanted."""
        return not self.only or verdict.status in self.only


EVERYTHING = Selection()


def arrange(
    verdicts: Iterable[Verdict], selection: Selection, platforms: Mapping[str, str]
) -> list[tuple[str, list[Verdict]]]:
    """The verdicts that are wanted, in order, each group with its heading; one group with "" where none is asked for.

    `platforms` are those of the endpoints, by name; an endpoint without one stands for itself.
    """
    wanted = [one for one in verdicts if selection.lists(one)]
    for name in reversed(selection.sort):
        column = name.removeprefix("-")
        # Empty cells stay at the end, whichever way round the others are.
        there = [one for one in wanted if _VALUES[column](one) is not None]
        rest = [one for one in wanted if _VALUES[column](one) is None]
        there.sort(key=lambda one: _weigh(one, column), reverse=name.startswith("-"))
        wanted = [*there, *rest]
    if selection.group_by is None:
        return [("", wanted)]
    groups: dict[str, list[Verdict]] = {}
    for verdict in wanted:
        groups.setdefault(name_group(verdict, selection.group_by, platforms), []).append(verdict)
    if selection.group_by == "status":
        return [(status.value, groups[status]) for status in Status if status in groups]
    return sorted(groups.items(), key=lambda group: (group[0].startswith("("), group[0].casefold()))


def in_order(run: Run, verdicts: Sequence[Verdict]) -> list[Verdict]:
    """Keyword by keyword, as they were first heard of, each with its endpoints in the order of the run."""
    keywords = {one: rank for rank, one in enumerate(dict.fromkeys(one.keyword for one in verdicts))}
    endpoints = {use.name: rank for rank, use in enumerate(run.endpoints)}
    return sorted(
        verdicts, key=lambda one: (keywords[one.keyword], endpoints.get(one.endpoint, len(endpoints)))
    )


def name_group(verdict: Verdict, group_by: GroupBy, platforms: Mapping[str, str]) -> str:
    """The heading under which a verdict stands."""
    match group_by:
        case "category":
            return verdict.category or "(no category)"
        case "platform":
            return platforms.get(verdict.endpoint, verdict.endpoint)
        case "endpoint":
            return verdict.endpoint
        case "status":
            return verdict.status.value


class ArrangedWriter:
    """Hands a writer that lists verdicts only those that are wanted, in order; where any order will do, as they come."""

    def __init__(self, writer: Writer, selection: Selection, platforms: Mapping[str, str]) -> None:
        self._writer = writer
        self._selection = selection
        self._platforms = platforms
        self._waits = bool(selection.sort or selection.group_by)
        self._waiting: list[Verdict] = []
        self._changes: dict[str, Change] = {}
        """By pair: what changed, until its verdict is written."""

    def start(self) -> None:
        self._writer.start()

    def change(self, change: Change) -> None:
        self._changes[change.id] = change

    def verdict(self, verdict: Verdict) -> None:
        if self._selection.lists(verdict) and self._waits:
            self._waiting.append(verdict)
        elif self._selection.lists(verdict):
            self._hand_on(verdict)

    def finish(self, run: Run) -> None:
        for _, verdicts in arrange(self._waiting, self._selection, self._platforms):
            for verdict in verdicts:
                self._hand_on(verdict)
        for change in self._changes.values():  # of pairs that are not listed, or not asked any more
            self._hand_change(change)
        self._writer.finish(run)

    def _hand_on(self, verdict: Verdict) -> None:
        if verdict.id in self._changes:
            self._hand_change(self._changes.pop(verdict.id))
        self._writer.verdict(verdict)

    def _hand_change(self, change: Change) -> None:
        if hasattr(self._writer, "change"):
            self._writer.change(change)


def _weigh(verdict: Verdict, column: str) -> tuple[float, str]:
    """By what a column is sorted: its numbers as numbers, its texts without regard to case."""
    value = _VALUES[column](verdict)
    if isinstance(value, int):
        return float(value), ""
    text = str(value)
    return float(_RANKS[column][text]) if column in _RANKS else 0.0, text.casefold()
