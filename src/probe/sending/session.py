"""Session: what must be fetched before questions can be asked, such as a token or a cookie, and how long it is good."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from probe.model.asking import SessionStep
from probe.model.definition import Endpoint
from probe.model.exchange import Step
from probe.reading.match import PatternTooSlow
from probe.reading.page import Page
from probe.reading.take import take_value
from probe.sending.pacing import Clock
from probe.sending.redirects import follow
from probe.sending.request import CannotRender, RequestWriter
from probe.sending.transport import Transport


class SessionFailed(Exception):
    """The session could not be opened, so that nothing can be asked; says why, without what the network sent."""


@dataclass(kw_only=True)
class _Kept:
    """One step, with what it gave."""

    step: SessionStep
    writer: RequestWriter
    values: dict[str, str] = field(default_factory=dict)
    good_until: float = float("-inf")
    """Seconds of the clock."""


class Session:
    """The session of one endpoint in one run, shared by all that ask it. Its values live in memory only.

    `on_value` hears each value, so that what is kept of exchanges can be kept without it.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        secrets: Mapping[str, str],
        clock: Clock,
        on_value: Callable[[str, str], None] = lambda name, value: None,
    ) -> None:
        self._clock = clock
        self._deadline = endpoint.definition.limits.deadline
        self._encoding = endpoint.definition.encoding
        self._on_value = on_value
        self._lock = asyncio.Lock()
        self._steps = [
            _Kept(step=step, writer=RequestWriter(endpoint, secrets, step.request))
            for step in endpoint.definition.session
        ]
        self.requests = 0
        """Requests that were sent for it."""

    async def values(self, transport: Transport) -> dict[str, str]:
        """The values of all steps, fetched where they are not good any more. Raises SessionFailed."""
        found: dict[str, str] = {}
        async with self._lock:
            is_stale = False
            for kept in self._steps:
                is_stale = is_stale or kept.good_until <= self._clock.now()
                if is_stale:  # what follows was made with what is now replaced
                    await self._fetch(kept, found, transport)
                found |= kept.values
        return found

    def forget(self, rule: str | None) -> bool:
        """An answer fitted this rule: fetch anew what the definition says is then no good any more, if anything."""
        stale = [kept for kept in self._steps if rule is not None and rule in kept.step.refresh_when]
        for kept in stale:
            kept.good_until = float("-inf")
        return bool(stale)

    async def _fetch(self, kept: _Kept, so_far: Mapping[str, str], transport: Transport) -> None:
        step, kept.good_until = kept.step, float("-inf")
        try:
            request = kept.writer.write("", now=self._clock.wall(), session=so_far)
        except CannotRender as error:
            raise SessionFailed(f"its step {step.id} cannot be written: {error}") from None
        self.requests += 1
        steps = await follow(
            request,
            transport,
            self._clock,
            deadline=self._deadline,
            redirects=step.request.redirects,
        )
        kept.values = self._take(step, steps[-1])
        kept.good_until = self._clock.now() + step.cache_for
        for name, value in kept.values.items():
            self._on_value(name, value)

    def _take(self, step: SessionStep, sent: Step) -> dict[str, str]:
        if sent.response is None:
            raise SessionFailed(f"its step {step.id} failed: {sent.failure} at {sent.stage}")
        page = Page(sent.request, sent.response, self._encoding)
        values = {}
        for name, take in step.take.items():
            try:
                value = take_value(page, take)
            except PatternTooSlow:
                value = None
            if value is None:
                raise SessionFailed(f"the answer to its step {step.id} has no {name} ({_status(page)})")
            values[name] = value
        return values


def _status(page: Page) -> str:
    """What the answer was, and where it leads: the host alone, in characters that a host may have."""
    host = urlsplit(page.location).hostname if page.location else None
    leads = f", to {host}" if host and host.isascii() and host.isprintable() else ""
    return f"HTTP {page.response.status}{leads}"
