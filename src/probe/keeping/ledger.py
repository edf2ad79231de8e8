"""Ledger: the sums of a run as it goes, and the run document at its end. Keeps no verdicts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import msgspec

from probe import __version__
from probe.model.run import (
    BaselineUse,
    ControlCounts,
    Cost,
    EndpointUse,
    ListUse,
    Run,
    RunCounts,
    Software,
    Vantage,
)
from probe.model.verdict import Status, Verdict, write_time


class EndpointEnd(msgspec.Struct, frozen=True, kw_only=True):
    """How one endpoint came out of the run."""

    name: str
    definition: str
    controls: ControlCounts
    questions: int
    given_up: str | None
    doubt: str | None = None
    """Why its `ok` cannot be believed: a canary that was not censored."""
    notes: tuple[str, ...] = ()
    ended_early: str | None = None
    cost: Cost | None = None
    unfinished: int = 0
    """Verdicts of which it was to be found out what triggers, and was not."""


class Ledger:
    """Counts verdicts, and closes the books."""

    def __init__(self, *, run: str, started: float, vantage: Vantage, lists: Sequence[ListUse]) -> None:
        self.run = run
        self._started = started
        self._vantage = vantage
        self._lists = tuple(lists)
        self._by_status: Counter[Status] = Counter()

    def add(self, verdict: Verdict) -> None:
        """Count a final verdict."""
        self._by_status[verdict.status] += 1

    @property
    def verdicts(self) -> int:
        return self._by_status.total()

    def counts(self, keywords: int, ends: Sequence[EndpointEnd]) -> RunCounts:
        """The sums so far."""
        return RunCounts(
            keywords=keywords,
            verdicts=self.verdicts,
            **{status.value: self._by_status[status] for status in Status},
            questions=sum(end.questions for end in ends),
            controls=sum(end.controls.asked for end in ends),
        )

    def close(
        self,
        *,
        ended: float,
        keywords: int,
        ends: Sequence[EndpointEnd],
        stopped: bool,
        exit_code: int,
        baseline: BaselineUse | None = None,
    ) -> Run:
        """The run document. An endpoint is trusted when a control passed and none made us give it up."""
        uses = tuple(_use(end, stopped) for end in ends)
        return Run(
            id=self.run,
            started=write_time(self._started),
            ended=write_time(ended),
            complete=not stopped
            and self.verdicts == keywords * len(ends)
            and not any(end.unfinished for end in ends),
            ended_early=next((end.ended_early for end in ends if end.ended_early is not None), None),
            trusted=any(use.trusted for use in uses),
            exit_code=exit_code,
            software=Software(version=__version__),
            vantage=self._vantage,
            lists=self._lists,
            endpoints=uses,
            counts=self.counts(keywords, ends),
            baseline=baseline,
        )


def end_of(use: EndpointUse) -> EndpointEnd:
    """How an endpoint came out of an earlier session, from what that wrote down of it."""
    return EndpointEnd(
        name=use.name,
        definition=use.definition,
        controls=use.controls,
        questions=use.questions,
        given_up=None if use.trusted else use.reason,
        notes=use.notes,
        cost=use.cost,
    )


def is_trusted(end: EndpointEnd) -> bool:
    """Whether an endpoint's verdicts can be believed: its controls were served to the end, its canaries were censored."""
    return end.given_up is None and end.doubt is None and end.controls.passed > 0


def _use(end: EndpointEnd, stopped: bool) -> EndpointUse:
    reason = end.given_up if end.given_up is not None else end.doubt
    if reason is None and not is_trusted(end):
        reason = "stopped before a control was served" if stopped else "no control was served"
    return EndpointUse(
        name=end.name,
        definition=end.definition,
        trusted=is_trusted(end),
        reason=reason,
        controls=end.controls,
        questions=end.questions,
        notes=end.notes,
        cost=end.cost,
    )
