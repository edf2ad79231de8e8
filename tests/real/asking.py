"""Asking: the real engine against real endpoints, as `probe run` does it."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from probe.assembly import Job, assemble
from probe.assembly.job import Pooled
from probe.events import ControlFailed, Event, Judged, Listener
from probe.inputs.endpoints import open_endpoints
from probe.inputs.keywords import open_keywords
from probe.model.definition import Endpoint
from probe.model.run import Run
from probe.model.verdict import Verdict
from probe.run import run
from probe.sending.pacing import Clock

DEFINITIONS = Path(__file__).with_name("definitions")
BLOCKED = ("谣言", "法轮功", "六四", "forbiddenword")
ALLOWED = ("天气", "音乐", "weather")
MIXED = ("谣言", "天气", "法轮功", "音乐", "六四", "weather", "forbiddenword")
"""Both, so that an allowed word follows each hit."""

LONGEST = 200.0
"""Seconds after which a run is taken to hang."""


@dataclass(frozen=True, kw_only=True)
class Found:
    """What a run said."""

    verdicts: dict[str, dict[str, Verdict]]
    """By endpoint, then by keyword."""
    run: Run
    failed_controls: list[ControlFailed]
    seconds: float

    def status(self, endpoint: str) -> dict[str, str]:
        """Keyword to status at one endpoint."""
        return {word: verdict.status.value for word, verdict in self.verdicts[endpoint].items()}


def opened(
    file: str,
    name: str,
    base: str,
    *,
    redirects: int | None = None,
    canaries: Sequence[str] | None = None,
    trigger_rate: float | None = None,
    **limits: Any,
) -> Endpoint:
    """The endpoint of a definition file, under its own name: one file serves several behaviours of one server.

    What is None stays as the file says.
    """
    endpoint = open_endpoints([str(DEFINITIONS / file)], [f"base={base}"])[0]
    definition = msgspec.structs.replace(endpoint.definition, name=name)
    if redirects is not None:
        request = msgspec.structs.replace(definition.request, redirects=redirects)
        definition = msgspec.structs.replace(definition, request=request)
    if canaries is not None:
        controls = msgspec.structs.replace(definition.controls, canaries=tuple(canaries))
        definition = msgspec.structs.replace(definition, controls=controls)
    if trigger_rate is not None:
        deciding = msgspec.structs.replace(definition.deciding, trigger_rate=trigger_rate)
        definition = msgspec.structs.replace(definition, deciding=deciding)
    return with_limits(msgspec.structs.replace(endpoint, definition=definition), **limits)


def with_limits(endpoint: Endpoint, **limits: Any) -> Endpoint:
    """The same endpoint, asked at another pace or with other patience."""
    changed = msgspec.structs.replace(endpoint.definition.limits, **limits)
    definition = msgspec.structs.replace(endpoint.definition, limits=changed)
    return msgspec.structs.replace(endpoint, definition=definition)


async def ask(
    endpoints: Sequence[Endpoint],
    words: Sequence[str],
    *,
    secrets: Mapping[str, str] | None = None,
    clock: Clock | None = None,
    listen: Listener = lambda event: None,
    pooled: Pooled | None = None,
) -> Found:
    """Ask all endpoints at once: in real time, unless by another clock. `listen` hears all that happens."""
    verdicts: dict[str, dict[str, Verdict]] = {endpoint.name: {} for endpoint in endpoints}
    failed: list[ControlFailed] = []

    def take(event: Event) -> None:
        if isinstance(event, Judged):
            verdicts[event.verdict.endpoint][event.verdict.keyword] = event.verdict
        elif isinstance(event, ControlFailed):
            failed.append(event)

    begun = time.monotonic()
    with open_keywords([], words) as keywords:
        job = Job(
            endpoints=endpoints,
            keywords=keywords,
            secrets=secrets or {},
            clock=Clock() if clock is None else clock,
            chance=random.Random(1),
            results=[take, listen],
            pooled=pooled or Pooled(mode="off"),
        )
        async with asyncio.timeout(LONGEST):
            document = await run(assemble(job))
    return Found(verdicts=verdicts, run=document, failed_controls=failed, seconds=time.monotonic() - begun)


def explain(found: Found, endpoint: str) -> str:
    """All verdicts of an endpoint in a few lines, for a test that fails."""
    lines = [
        f"{one.keyword}: {one.status} {one.mechanism} {one.rule} ({one.reason}) {one.counts}"
        for one in found.verdicts[endpoint].values()
    ]
    return "\n".join([endpoint, *lines])
