"""The real engine against the lab: a policy, some words, and what came of it. Time runs faster for both."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec

from probe.assembly import Job, assemble
from probe.assembly.job import Isolate, Pooled
from probe.events import Asked, Event, Judged
from probe.inputs.endpoints import open_endpoints
from probe.lab.censor import Policy
from probe.lab.policies import STANDARD
from probe.lab.server import Lab
from probe.model.definition import Endpoint
from probe.model.keyword import Keyword, read_line
from probe.model.run import ListUse, Run
from probe.model.verdict import Status, Verdict
from probe.run import run
from probe.sending.pacing import Clock

WORDS = ("谣言", "政治改革", "六四", "色情", "法轮功", "天气", "维权 + 律师", "律师", "音乐")


@dataclass(frozen=True)
class Words:
    """Keywords without a file."""

    texts: Sequence[str]
    lists: tuple[ListUse, ...] = ()

    @property
    def count(self) -> int:
        return len(self.texts)

    def __iter__(self) -> Iterator[Keyword]:
        return (Keyword(components=read_line(text)) for text in self.texts)


@dataclass
class Practice:
    """What came of a run, beside what the lab knows."""

    lab: Lab
    verdicts: list[Verdict] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    document: Run | None = None

    def status(self, keyword: str) -> Status:
        (found,) = [one.status for one in self.verdicts if one.keyword == keyword]
        return found

    def wrong(self) -> list[str]:
        """Verdicts that differ from the truth and are no admission of not knowing."""
        return [
            f"{one.keyword} at {one.endpoint}: {one.status}, {one.reason}"
            for one in self.verdicts
            if one.status not in (Status.INCONCLUSIVE, Status.UNMEASURED, self.truth(one))
        ]

    def missed(self) -> list[str]:
        """Verdicts that differ from the truth at all."""
        return [
            f"{one.keyword}: {one.status}, {one.reason}"
            for one in self.verdicts
            if one.status != self.truth(one)
        ]

    def truth(self, verdict: Verdict) -> str:
        return self.lab.truth(verdict.endpoint.removeprefix("lab-"), " ".join(verdict.components))


def standard(name: str, **changes: Any) -> Policy:
    """A standard platform, changed."""
    return replace(next(one for one in STANDARD if one.name == name), **changes)


async def practise(
    *policies: Policy,
    words: Sequence[str] = WORDS,
    rate: float = 20.0,
    seed: int = 0,
    limits: dict[str, Any] | None = None,
    endpoints: Callable[[str], Sequence[Endpoint]] | None = None,
    stop_after: int | None = None,
    isolate: Isolate | None = None,
    budget: int | None = None,
    pooled: Pooled | None = None,
) -> Practice:
    """Ask the lab's platforms of these policies; `stop_after` questions the run is stopped as Ctrl-C does."""
    import asyncio

    clock = Clock(rate)
    async with Lab(policies, seed=seed, now=clock.now, sleep=clock.sleep, wall=clock.wall) as lab:
        opened = endpoints(lab.base) if endpoints else lab_endpoints(policies, lab.base)
        practice = Practice(lab=lab)
        task = asyncio.current_task()
        assert task is not None

        def listen(event: Event) -> None:
            practice.events.append(event)
            if isinstance(event, Judged):
                practice.verdicts.append(event.verdict)
            if (
                isinstance(event, Asked)
                and sum(isinstance(one, Asked) for one in practice.events) == stop_after
            ):
                task.cancel()

        job = Job(
            endpoints=[limited(one, limits or {}) for one in opened],
            keywords=Words(words),
            clock=clock,
            chance=random.Random(seed),
            results=[listen],
            isolate=isolate,
            budget=budget,
            pooled=pooled or Pooled(mode="off"),
        )
        practice.document = await run(assemble(job))
        return practice


def lab_endpoints(policies: Sequence[Policy], base: str) -> Sequence[Endpoint]:
    """The shipped definitions of these platforms."""
    return open_endpoints([f"lab-{policy.name}" for policy in policies], [f"base={base}"])


def limited(endpoint: Endpoint, changes: dict[str, Any]) -> Endpoint:
    """An endpoint with other limits."""
    definition = endpoint.definition
    limits = msgspec.structs.replace(definition.limits, **changes)
    return msgspec.structs.replace(endpoint, definition=msgspec.structs.replace(definition, limits=limits))


def with_controls(endpoint: Endpoint, **changes: Any) -> Endpoint:
    """An endpoint with other controls."""
    definition = endpoint.definition
    controls = msgspec.structs.replace(definition.controls, **changes)
    changed = msgspec.structs.replace(definition, controls=controls)
    return msgspec.structs.replace(endpoint, definition=changed)
