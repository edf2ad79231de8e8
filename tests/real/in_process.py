"""In process: a stored run against the lab without the command line, for what only a test can do to clock and store."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from probe.assembly import Job, assemble, describe_run, new_run_id
from probe.events import Answered, Event
from probe.inputs.endpoints import open_endpoints
from probe.inputs.keywords import open_keywords
from probe.keeping.run_keeper import RunKeeper
from probe.keeping.store import Store
from probe.model.record import Command
from probe.model.run import Run
from probe.run import run
from probe.sending.pacing import Clock
from tests.real.program import ENDPOINTS, Verdicts

Listen = Callable[[RunKeeper, Event], None]


def after_answers(number: int, act: Callable[[], None]) -> Listen:
    """Does this once, when so many answers are kept."""
    seen = 0

    def listen(keeper: RunKeeper, event: Event) -> None:
        nonlocal seen
        seen += isinstance(event, Answered)
        if seen == number and isinstance(event, Answered):
            act()

    return listen


@dataclass(kw_only=True)
class Stored:
    """A run that is kept in a file, in as many sessions as it takes."""

    base: str
    """Where the lab listens."""
    words: Sequence[str]
    path: Path
    names: Sequence[str] = ENDPOINTS
    clock: Clock

    async def ask(
        self,
        *,
        listen: Listen = lambda keeper, event: None,
        patience: float = 10.0,
        resume: bool = False,
    ) -> Run:
        """One session. `listen` hears all that happens, and may ask who keeps it."""
        endpoints = open_endpoints(self.names, [f"base={self.base}"])
        with (
            open_keywords([], self.words) as keywords,
            Store.open(self.path, patience=patience, wall=self.clock.wall) as store,
        ):
            job = Job(endpoints=endpoints, keywords=keywords, clock=self.clock, chance=random.Random(7))
            if resume:
                record = store.find("last").record
                keeper = store.resume(record.id, keep_exchanges="hits", secrets={})
                job = replace(job, run=record.id, resumes=record)
            else:
                name = new_run_id(job)
                head = describe_run(job, name, Command(words=tuple(self.words)))
                keeper = store.begin(head, keep_exchanges="hits", secrets={})
                job = replace(job, run=name)
            job = replace(job, keeper=keeper, results=[lambda event: listen(keeper, event)])
            return await run(assemble(job))

    def verdicts(self) -> Verdicts:
        """What is kept of each pair, as `read_verdicts` reads it from a document."""
        with Store.open(self.path, reading=True) as store:
            return {
                (one.endpoint, one.keyword): (
                    one.status.value,
                    one.certainty,
                    one.manner,
                    one.mechanism,
                    one.rule,
                    one.failure,
                    one.stage,
                )
                for one in store.verdicts("last")
            }
