"""Baseline: what a run is compared with: one earlier run, the last one of the same pairs, or the verdicts of a file."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from itertools import groupby
from typing import TYPE_CHECKING, Protocol

from probe.inputs.result_file import ResultFile
from probe.keeping.history import EndpointRun, History
from probe.model.change import Told
from probe.model.definition import Endpoint
from probe.model.exchange import digest
from probe.model.run import BaselineUse, Vantage
from probe.model.verdict import write_time

if TYPE_CHECKING:
    from probe.assembly.job import Keywords

LOOK_BACK = 100
"""Runs that are looked at for the last state of a pair that carries a change."""
ENOUGH = 0.5
"""Share of the pairs that a run must have to be the last one of the same pairs: a question about one word that was asked in
between is none."""


class Baseline(Protocol):
    """What a run is compared with."""

    @property
    def use(self) -> BaselineUse:
        """What it is, as documents say it."""

    @property
    def endpoints(self) -> Collection[str]:
        """Those that it has verdicts of: pairs of others are not compared."""

    def is_whole(self, endpoint: str) -> bool:
        """Whether a pair of this endpoint that it does not have was not to be asked."""

    def past(self, endpoint: str, components: tuple[str, ...]) -> Iterable[Told]:
        """What is known of a pair, newest first."""

    def pairs(self, endpoint: str) -> Iterator[Told]:
        """All pairs of an endpoint that it has."""


class NoBaseline:
    """One that is not there yet: this is the first run of its pairs."""

    def __init__(self, named: str) -> None:
        note = "there is no earlier run of these pairs to compare with; the next one will find this one"
        self.use = BaselineUse(named=named, run=None, started=None, notes=(note,))
        self.endpoints: Collection[str] = ()

    def is_whole(self, endpoint: str) -> bool:
        return False

    def past(self, endpoint: str, components: tuple[str, ...]) -> Iterable[Told]:
        return ()

    def pairs(self, endpoint: str) -> Iterator[Told]:
        return iter(())


class StoredBaseline:
    """A run of the store; and those before it, where the state of a pair is looked for further back."""

    def __init__(self, history: History, runs: Mapping[str, Sequence[EndpointRun]], *, named: str) -> None:
        """`runs` by endpoint, newest first; the newest of all is what is compared with. At least one."""
        self._history = history
        self._runs = runs
        newest = max((own[0] for own in runs.values()), key=lambda one: one.started)
        notes = () if newest.is_complete else (f"run {newest.run[:8]} is not complete",)
        self.use = BaselineUse(named=named, run=newest.run, started=write_time(newest.started), notes=notes)

    @property
    def endpoints(self) -> Collection[str]:
        return self._runs.keys()

    def is_whole(self, endpoint: str) -> bool:
        return self._runs[endpoint][0].is_complete

    def past(self, endpoint: str, components: tuple[str, ...]) -> Iterator[Told]:
        for place, one in enumerate(self._runs.get(endpoint, ())):
            # Where a run decided nothing there is nothing to find further back, but its first word counts.
            if (one.decided or not place) and (told := self._history.told(one, components)) is not None:
                yield told

    def pairs(self, endpoint: str) -> Iterator[Told]:
        return self._history.everything(self._runs[endpoint][0])


class FiledBaseline:
    """The verdicts of a file."""

    def __init__(self, file: ResultFile, *, named: str, only: Collection[str] = ()) -> None:
        """At these endpoints `only`, or at all."""
        self._file = file
        self._endpoints = [one for one in file.endpoints if not only or one in only]
        self.use = BaselineUse(named=named, run=file.run, started=file.started, notes=tuple(file.notes))

    @property
    def endpoints(self) -> Collection[str]:
        return self._endpoints

    def is_whole(self, endpoint: str) -> bool:
        return self._file.is_complete

    def past(self, endpoint: str, components: tuple[str, ...]) -> Iterable[Told]:
        told = self._file.find(digest(endpoint, *components))
        return () if told is None else (told,)

    def pairs(self, endpoint: str) -> Iterator[Told]:
        return self._file.at(endpoint)


def stored_run(history: History, run: str, *, named: str, only: Collection[str] = ()) -> Baseline:
    """The run with this full id, at these endpoints `only`, or at all of its own."""
    own = history.endpoint_runs(run=run)
    found = {one.endpoint: [one] for one in own if not only or one.endpoint in only}
    return StoredBaseline(history, found, named=named) if found else NoBaseline(named)


def last_run(
    history: History,
    endpoints: Sequence[Endpoint],
    keywords: Keywords,
    vantage: Vantage,
    *,
    before: float,
    named: str,
) -> Baseline:
    """The last complete run of the same pairs that began before a moment, from the same vantage and with the same settings.

    It is the newest one that has ENOUGH of the pairs, else the one that has most of them. For each pair the runs before it
    are looked at, too.
    """
    runs = {one.name: _comparable(history, one, vantage, before) for one in endpoints}
    newest = _choose(history, runs, keywords)
    if newest is None:
        return NoBaseline(named)
    reached = {name: [one for one in own if one.started <= newest.started] for name, own in runs.items()}
    return StoredBaseline(
        history, {name: own[:LOOK_BACK] for name, own in reached.items() if own}, named=named
    )


def _comparable(history: History, endpoint: Endpoint, vantage: Vantage, before: float) -> list[EndpointRun]:
    return [
        one
        for one in history.endpoint_runs(endpoint.name)
        if one.started < before
        and one.background.vantage == vantage
        and one.background.settings == endpoint.values
    ]


def _choose(
    history: History, runs: Mapping[str, Sequence[EndpointRun]], keywords: Keywords
) -> EndpointRun | None:
    """The run to compare with; None where none has any of the pairs."""
    complete = [one for own in runs.values() for one in own if one.is_complete]
    complete.sort(key=lambda one: (one.started, one.run), reverse=True)
    enough = ENOUGH * keywords.count * len(runs)
    best, most = None, 0
    components = (keyword.components for keyword in keywords)
    with closing(history.count_shared(complete, components)) as counted:
        for _, own in groupby(counted, lambda one: one[0].run):
            shared = list(own)
            number = sum(count for _, count in shared)
            if number > most:
                best, most = shared[0][0], number
            if number >= enough:
                break
    return best
