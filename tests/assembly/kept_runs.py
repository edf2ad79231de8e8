"""Runs against the lab that are kept, for tests of what becomes of them later."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec

from probe.assembly import Job, assemble, describe_run
from probe.assembly.redefinition import redefine
from probe.assembly.rejudge import Rejudge, Retold
from probe.inputs.endpoints import read_text_endpoint
from probe.judging.rejudging import Basis
from probe.keeping.run_keeper import KeepExchanges
from probe.keeping.store import Store
from probe.lab.policy import Policy
from probe.lab.server import Lab
from probe.model.definition import Endpoint
from probe.model.record import Command
from probe.model.run import Run
from probe.model.verdict import Status, Verdict
from probe.run import run
from probe.sending.pacing import Clock
from tests.scenarios.practice import WORDS, Words, lab_endpoints

RUN = "abcd0000ef112233"
Edit = Callable[[str], str]
"""What somebody does to the text of a definition."""


@dataclass(frozen=True)
class Again:
    """A stored run, judged again."""

    pairs: dict[tuple[str, str], Retold]
    """By endpoint and keyword."""
    bases: dict[Basis, int]
    document: Run

    def status(self, keyword: str) -> Status:
        (found,) = [one.today.status for (_, word), one in self.pairs.items() if word == keyword]
        return found

    def changed(self) -> dict[str, tuple[str, str]]:
        """By keyword: status then, status today."""
        return {
            word: (one.before.status.value, one.today.status.value)
            for (_, word), one in self.pairs.items()
            if one.before.status is not one.today.status
        }


def edited(endpoint: Endpoint, edit: Edit) -> Endpoint:
    """The same endpoint by an edited definition."""
    text = edit(endpoint.text)
    assert text != endpoint.text, "the edit finds nothing to change"
    return read_text_endpoint(text, endpoint.place, endpoint.values, endpoint.reference)


async def keep_run(
    path: Path,
    *policies: Policy,
    words: Sequence[str] = WORDS,
    keep_exchanges: KeepExchanges = "hits",
    edit: Edit | None = None,
    seed: int = 0,
    rate: float = 20.0,
    endpoints: Callable[[str], Sequence[Endpoint]] | None = None,
    **job: Any,
) -> list[Verdict]:
    """Ask the lab's platforms, with definitions edited before; returns the verdicts as they are kept."""
    clock = Clock(rate)
    async with Lab(policies, seed=seed, now=clock.now, sleep=clock.sleep, wall=clock.wall) as lab:
        opened = [*(endpoints(lab.base) if endpoints else lab_endpoints(policies, lab.base))]
        if edit is not None:
            opened = [edited(one, edit) for one in opened]
        described = Job(
            endpoints=opened, keywords=Words(words), clock=clock, chance=random.Random(seed), run=RUN, **job
        )
        with Store.open(path, wall=clock.wall) as store:
            record = describe_run(described, RUN, Command())
            keeper = store.begin(record, keep_exchanges=keep_exchanges, secrets={})
            await run(assemble(replace(described, keeper=keeper)))
            return list(store.verdicts(RUN))


def judge_again(path: Path, edit: Edit | None = None, **changes: Any) -> Again:
    """The stored run by the definitions that were stored with it, edited."""
    with Store.open(path, reading=True) as store:
        records = store.find(RUN).record.definitions
        stored = [msgspec.structs.replace(one, place=f"gone/{one.name}.yaml") for one in records]
        endpoints = {name: one.endpoint for name, one in redefine(stored).items()}
        if edit is not None:
            endpoints = {name: edited(one, edit) for name, one in endpoints.items()}
        rejudge = Rejudge(store, RUN, endpoints, **changes)
        pairs = {(one.today.endpoint, one.today.keyword): one for one in rejudge}
        return Again(pairs=pairs, bases=dict(rejudge.bases), document=rejudge.document())
