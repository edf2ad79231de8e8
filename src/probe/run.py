"""The story of a run, in order. Read this first: what each step means stands where it is called."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from probe.errors import ExitCode
from probe.events import Ended, Judged, Listener, Planned, Rested
from probe.keeping.keeper import Keeper
from probe.keeping.ledger import EndpointEnd, Ledger
from probe.model.rule import Results, Rule
from probe.model.run import BaselineUse, Cost, Run, RunCounts
from probe.model.verdict import Verdict
from probe.planning.controls import ControlledPlanner
from probe.planning.plan import Case
from probe.sending.engine import Engine, Lane
from probe.sending.pacing import Clock

MOST_CLEANING = 300.0
"""Seconds for taking away what was posted, at the end."""


@dataclass(frozen=True, kw_only=True)
class AssembledLane:
    """One endpoint, ready to be asked: its lane, and its planner for the sums at the end."""

    lane: Lane[Case]
    planner: ControlledPlanner
    resting: float = 0.0
    """Seconds for which its host must still be left alone, since an earlier run."""
    notes: Callable[[], Sequence[str]] = tuple
    """What else there is to say of it at the end."""
    inferred: Callable[[], tuple[Sequence[Rule], Results, int]] = lambda: ((), Results(), 0)
    """Rules for a definition, from what the run saw; how to count results; from how many answers."""
    cost: Callable[[], Cost | None] = lambda: None
    """What pooling took, where there were pools."""
    break_off: Callable[[], None] = lambda: None
    """Tells the verdicts that only waited for what of them triggers."""
    unfinished: Callable[[], int] = lambda: 0
    """How many of them waited in vain."""


@dataclass(frozen=True, kw_only=True)
class Parts:
    """All that a run needs, put together by `probe.assembly`."""

    planned: Planned
    lanes: Sequence[AssembledLane]
    engine: Engine
    clock: Clock
    ledger: Ledger
    announce: Listener
    keeper: Keeper
    exit_code: Callable[[RunCounts, Sequence[EndpointEnd], bool], ExitCode]
    finished: Sequence[EndpointEnd] = ()
    """Endpoints that an earlier session of the run was done with: they have no lane."""
    ended: float | None = None
    """When the run ended, where it was done with all; None for now."""
    compare: Callable[[], BaselineUse | None] = lambda: None
    """What the run was compared with and what came of it, when all is judged."""
    told: Callable[[], Iterable[Verdict]] = tuple
    """The verdicts of those."""
    most_seconds: float | None = None
    """Seconds of the clock after which even what is under way is dropped."""


async def run(parts: Parts) -> Run:
    """Ask, judge, tell; returns the run document, complete or not. Ctrl-C ends it early and keeps what was reached."""
    # 1. Say what will be asked, and what it will cost.
    parts.announce(parts.planned)

    for one in parts.lanes:
        if one.resting > 0:
            name = one.lane.place.endpoint.name
            parts.announce(Rested(endpoint=name, seconds=one.resting, reason="the rest of an earlier run"))

    # 2. Ask all endpoints at once. Each case is judged as soon as it is settled (see `tell_verdict`).
    stopped = await _ask(parts)
    for one in parts.lanes:
        one.break_off()

    # 3. Take away again what was posted.
    await _take_back(parts)

    # 4. Close the books.
    baseline = parts.compare()
    ends = _ends(parts)
    counts = parts.ledger.counts(parts.planned.keywords, ends)
    document = parts.ledger.close(
        ended=parts.clock.wall() if parts.ended is None else parts.ended,
        keywords=parts.planned.keywords,
        ends=ends,
        stopped=stopped,
        exit_code=parts.exit_code(counts, ends, stopped),
        baseline=baseline,
    )

    # 5. Keep the books, then say how it ended.
    parts.keeper.close(document)
    parts.announce(Ended(run=document))
    return document


def tell_verdict(verdict: Verdict, ledger: Ledger, announce: Listener, *, earlier: bool = False) -> None:
    """A verdict is final: count it, then say it; `earlier` where another session of the run reached it."""
    ledger.add(verdict)
    announce(Judged(verdict=verdict, earlier=earlier))


async def _ask(parts: Parts) -> bool:
    """Ask until all is answered; True where the user stopped it."""
    seconds = None if parts.most_seconds is None else parts.most_seconds / parts.clock.rate
    try:
        async with asyncio.timeout(seconds):
            await _tell_again(parts)
            await parts.engine.ask([one.lane for one in parts.lanes])
    except TimeoutError:
        for one in parts.lanes:
            one.planner.stop("the time was over during a rest")
        return False
    except asyncio.CancelledError:
        _calm_down()
        return True
    return False


def _calm_down() -> None:
    """Ctrl-C was heard, and the rest of the story is still to be told."""
    task = asyncio.current_task()
    while task is not None and task.cancelling():
        task.uncancel()


async def _take_back(parts: Parts) -> None:
    """What cannot be taken away in time, or before a second Ctrl-C, is named at the end, and tried again by `--resume`."""
    try:
        async with asyncio.timeout(MOST_CLEANING):
            await parts.engine.take_back([one.lane for one in parts.lanes])
    except TimeoutError:
        pass
    except asyncio.CancelledError:
        _calm_down()


async def _tell_again(parts: Parts) -> None:
    """The verdicts of endpoints of which nothing is left to ask."""
    for number, verdict in enumerate(parts.told()):
        tell_verdict(verdict, parts.ledger, parts.announce, earlier=True)
        if number % 1000 == 999:
            await asyncio.sleep(0)  # Ctrl-C must have its turn


def _ends(parts: Parts) -> list[EndpointEnd]:
    """How all endpoints came out, in the order of the plan."""
    ends = {end.name: end for end in (*parts.finished, *map(_end, parts.lanes))}
    return [ends[one.name] for one in parts.planned.endpoints]


def _end(one: AssembledLane) -> EndpointEnd:
    return EndpointEnd(
        name=one.lane.place.endpoint.name,
        definition=one.lane.place.endpoint.digest,
        controls=one.planner.controls,
        questions=one.lane.asked,
        given_up=one.planner.given_up,
        doubt=one.planner.doubt,
        notes=(*one.planner.notes, *one.notes()),
        ended_early=one.planner.ended_early,
        cost=one.cost(),
        unfinished=one.unfinished(),
    )
