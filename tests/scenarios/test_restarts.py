"""What one run learnt the hard way the next one knows: rests and daily counts outlive the program."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path
from typing import Any

from probe.assembly import Job, assemble, describe_run, new_run_id
from probe.events import Answered, Event
from probe.keeping.store import Store
from probe.lab.censor import Cause
from probe.lab.policy import Act
from probe.lab.server import Lab
from probe.model.definition import Endpoint
from probe.model.record import Command
from probe.model.run import Run
from probe.run import run
from tests.scenarios.practice import Words, lab_endpoints, limited, standard

REST = 1.5
"""Seconds. In real time, as the store counts by the wall clock."""


async def _ask(
    lab: Lab, endpoint: Endpoint, store: Store, words: list[str], *, until_cut: bool = False
) -> Run:
    task = asyncio.current_task()
    assert task is not None

    def listen(event: Event) -> None:
        if until_cut and isinstance(event, Answered) and event.outcome == "blocked":
            task.cancel()

    job = Job(endpoints=[endpoint], keywords=Words(words), chance=random.Random(1), results=[listen])
    name = new_run_id(job)
    keeper = store.begin(describe_run(job, name, Command()), keep_exchanges="none", secrets={})
    changes: dict[str, Any] = {**vars(job), "keeper": keeper, "run": name}
    return await run(assemble(Job(**changes)))


async def test_a_rest_outlives_the_program(tmp_path: Path) -> None:
    """Stopped right after a cut, and started anew: nothing is asked before the residual block is over."""
    policy = standard("wall", residual=REST)
    async with Lab([policy]) as lab:
        (endpoint,) = lab_endpoints([policy], lab.base)
        endpoint = limited(endpoint, {"residual_wait": REST})
        with Store.open(tmp_path / "store.sqlite") as store:
            first = await _ask(lab, endpoint, store, ["天气", "谣言"], until_cut=True)
        assert not first.complete
        cut = next(one.at for one in lab.received if one.act is Act.CUT)
        asked = len(lab.received)
        with Store.open(tmp_path / "store.sqlite") as store:
            second = await _ask(lab, endpoint, store, ["天气"])
        assert second.complete
        assert min(one.at for one in list(lab.received)[asked:]) >= cut + REST
        assert Cause.RESIDUAL not in [one.cause for one in lab.received]


async def test_a_days_questions_are_counted_over_all_runs(tmp_path: Path) -> None:
    """What one run has used another cannot use again on the same day; the rest is left for tomorrow."""
    policy = standard("notice")
    async with Lab([policy]) as lab:
        (endpoint,) = lab_endpoints([policy], lab.base)
        endpoint = limited(endpoint, {"per_day": 20})
        with Store.open(tmp_path / "store.sqlite") as store:
            first = await _ask(lab, endpoint, store, [f"词{number}" for number in range(6)])
            assert first.complete
            second = await _ask(lab, endpoint, store, [f"字{number}" for number in range(40)])
            third = await _ask(lab, endpoint, store, ["别的"])
        assert not second.complete
        assert second.ended_early is not None
        assert "20 questions a day" in second.ended_early
        assert 0 < second.counts.verdicts < 40
        assert third.counts.verdicts == 0
        assert len(lab.received) <= 20


async def test_whoever_wants_to_be_left_alone_for_long_is(tmp_path: Path) -> None:
    """A service asked for an hour: the next run does not ask it, and says why, instead of waiting or asking."""
    policy = standard("limited", throttle=(3, 3600.0))
    async with Lab([policy]) as lab:
        (endpoint,) = lab_endpoints([policy], lab.base)
        endpoint = limited(endpoint, {"concurrency": 1})
        with Store.open(tmp_path / "store.sqlite") as store:
            await _ask(lab, endpoint, store, ["天气", "音乐", "足球"])
            asked = len(lab.received)
            second = await _ask(lab, endpoint, store, ["天气"])
        assert len(lab.received) == asked
        (use,) = second.endpoints
        assert use.reason is not None
        assert "its host is to be left alone for" in use.reason
        assert second.counts.unmeasured == 1
