"""The real engine against the lab's messenger: some words, what it does to them, and what came of it."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from probe.assembly import Job, assemble
from probe.assembly.job import Isolate
from probe.events import Asked, Event, Judged
from probe.inputs.endpoints import open_endpoints
from probe.keeping.keeper import Keeper, Unkept
from probe.lab.messenger_policy import MessageAct, MessengerPolicy
from probe.lab.server import Lab
from probe.model.definition import Endpoint
from probe.model.run import Run
from probe.model.verdict import Status, Verdict
from probe.run import run
from probe.sending.pacing import Clock
from tests.scenarios.practice import Words, limited

PATIENT = {"deadline": 60.0}
"""On a clock that is faster than the real one a busy machine looks like a slow service."""
SECOND_LOOK = 10.0
"""Seconds after which a message is looked at again; the messenger takes some away after half of that."""

EXPECTED = {
    None: (Status.OK, None),
    MessageAct.REJECT: (Status.BLOCKED, "refused"),
    MessageAct.DROP: (Status.BLOCKED, "absent"),
    MessageAct.REVIEW: (Status.FILTERED, "held"),
    MessageAct.SILENT_REVIEW: (Status.BLOCKED, "absent"),
    MessageAct.WITHDRAW: (Status.BLOCKED, "withdrawn"),
    MessageAct.REPLACE: (Status.FILTERED, "replaced"),
    MessageAct.CUT: (Status.FILTERED, "cut"),
    MessageAct.MASK: (Status.FILTERED, "masked"),
    MessageAct.DELAY: (Status.OK, None),
}
"""Of what a censor does: the verdict, and the rule that says so."""


@dataclass
class Exchanged:
    """What came of a run, beside what the lab knows."""

    lab: Lab
    policy: MessengerPolicy
    verdicts: list[Verdict] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    document: Run | None = None

    def wrong(self) -> list[str]:
        """Verdicts that differ from the truth, or name another rule than what was done."""
        return [
            self.describe(one)
            for one in self.verdicts
            if (one.status, one.rule if one.status is not Status.OK else None) != EXPECTED[self.truth(one)]
        ]

    def describe(self, verdict: Verdict) -> str:
        """One line on a verdict, for whoever wonders."""
        return (
            f"{verdict.keyword} ({self.truth(verdict)}): {verdict.status} by {verdict.rule}, {verdict.reason}"
        )

    def truth(self, verdict: Verdict) -> MessageAct | None:
        return self.lab.messenger_truth(self.policy.name, " ".join(verdict.components))

    def left(self) -> list[str]:
        """The texts that are still there."""
        return [one.text for one in self.lab.messages(self.policy.name)]


def made_up_words(count: int, seed: int) -> list[str]:
    """Words of which none stands in another, nor in two that stand side by side."""
    chance = random.Random(seed)
    heads, tails = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉", "山水火土木金风雨雷电云雪霜露星月日石田竹"
    pairs = [head + tail for head in heads for tail in tails]
    return chance.sample(pairs, count)


def spread(words: Sequence[str], acts: Sequence[MessageAct], share: float) -> Mapping[str, MessageAct]:
    """What is done to words: a share of them is hit, by each act in turn."""
    hit = words[: int(len(words) * share)]
    return {word: acts[place % len(acts)] for place, word in enumerate(hit)}


async def exchange(
    policy: MessengerPolicy,
    words: Sequence[str],
    *,
    rate: float = 100.0,
    seed: int = 0,
    limits: dict[str, Any] | None = None,
    settings: Sequence[str] = (),
    keeper: Callable[[Job], Keeper] = lambda job: Unkept(),
    stop_after: int | None = None,
    isolate: Isolate | None = None,
) -> Exchanged:
    """Ask the lab's messenger; after `stop_after` questions the run is stopped as Ctrl-C does."""
    clock = Clock(rate)
    async with Lab(
        [], messengers=[policy], seed=seed, now=clock.now, sleep=clock.sleep, wall=clock.wall
    ) as lab:
        given = [f"base={lab.base}", f"messenger={policy.name}", *settings]
        (endpoint,) = open_endpoints(["lab-messenger"], given)
        came = Exchanged(lab=lab, policy=policy)
        task = asyncio.current_task()
        assert task is not None

        def listen(event: Event) -> None:
            came.events.append(event)
            if isinstance(event, Judged):
                came.verdicts.append(event.verdict)
            asked = sum(isinstance(one, Asked) for one in came.events)
            if isinstance(event, Asked) and asked == stop_after:
                task.cancel()

        job = Job(
            endpoints=[looking_again(limited(endpoint, {**PATIENT, **(limits or {})}))],
            keywords=Words(words),
            clock=clock,
            chance=random.Random(seed),
            results=[listen],
            isolate=isolate,
        )
        job = Job(**{**vars(job), "keeper": keeper(job)})
        came.document = await run(assemble(job))
        return came


def looking_again(endpoint: Endpoint) -> Endpoint:
    """The endpoint with a second look that is far enough from the first one for any machine."""
    message = endpoint.definition.message
    assert message is not None
    assert message.read_back is not None
    back = msgspec.structs.replace(message.read_back, again_after=SECOND_LOOK)
    changed = msgspec.structs.replace(message, read_back=back)
    definition = msgspec.structs.replace(endpoint.definition, message=changed)
    return msgspec.structs.replace(endpoint, definition=definition)
