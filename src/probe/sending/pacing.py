"""Pacing: the clock, and when a host may be asked. Questions come evenly, never in bursts."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

LOOK = 1.0
"""Seconds after which whoever waits looks whether there still is something to wait for."""


class Clock:
    """Time as the whole run sees it. At rate 10 a wait of 10 s takes 1 s: for the practice platform and tests."""

    def __init__(self, rate: float = 1.0) -> None:
        self.rate = rate

    def now(self) -> float:
        """Seconds from some fixed moment; never goes back."""
        return time.monotonic() * self.rate

    def wall(self) -> float:
        """Seconds since 1970-01-01 UTC; may jump."""
        return time.time()

    async def sleep(self, seconds: float) -> None:
        """Wait for seconds of this clock; can be cancelled."""
        await asyncio.sleep(seconds / self.rate)


class Pace:
    """Keeps a distance between questions (GCRA without a burst, ITU-T I.371): the n-th comes no earlier than planned.

    `jitter` is the share of the distance by which it varies, evenly to both sides, so that the mean rate holds.
    """

    def __init__(self, rate: float | None, jitter: float, random: Callable[[], float]) -> None:
        self._interval = 1 / rate if rate else 0.0
        self._jitter = jitter
        self._random = random
        self._next = 0.0

    def wait(self, now: float) -> float:
        """Seconds until the next question may leave."""
        return max(0.0, self._next - now) if self._interval else 0.0

    def take(self, now: float) -> None:
        """A question leaves now."""
        if self._interval:
            # Starting from `now`, not from the slot missed: time that was not used is not saved up for a burst.
            self._next = max(self._next, now) + self._interval * (1 + self._jitter * (2 * self._random() - 1))


class Host:
    """One host and port: all endpoints on it share its pace, its places and its rests."""

    def __init__(
        self,
        pace: Pace,
        places: int,
        clock: Clock,
        *,
        resting: float = 0.0,
        on_rest: Callable[[float], None] = lambda seconds: None,
    ) -> None:
        """`resting` are seconds left of a rest that began in an earlier run; `on_rest` hears of each new one."""
        self._pace = pace
        self._places = asyncio.Semaphore(places)
        self._turn = asyncio.Lock()
        self._clock = clock
        self._rest_until = clock.now() + resting
        self._on_rest = on_rest

    def rest(self, seconds: float) -> None:
        """Let nobody ask for that long. A rest that is under way is never shortened."""
        self._on_rest(seconds)
        self._rest_until = max(self._rest_until, self._clock.now() + seconds)

    @property
    def rest_left(self) -> float:
        """Seconds for which nobody may ask."""
        return max(0.0, self._rest_until - self._clock.now())

    async def admit(
        self, take: Callable[[], T | None], *, is_over: Callable[[], bool] = lambda: False
    ) -> T | None:
        """Wait for place, rest and pace, then take what is to be asked; None, and no place kept, if there is nothing.

        What to ask is decided only now, as an answer may have come while waiting. Whoever gets something must `leave`.
        `is_over` says that there is nothing to wait for any more; it is looked at every LOOK seconds.
        """
        await self._places.acquire()
        taken: T | None = None
        try:
            async with self._turn:  # one at a time, in the order of coming
                while (wait := self._wait()) > 0:
                    if is_over():
                        return None
                    await self._clock.sleep(min(wait, LOOK))
                taken = take()
                if taken is not None:
                    self._pace.take(self._clock.now())
        finally:
            if taken is None:
                self._places.release()
        return taken

    def leave(self) -> None:
        """The exchange is over: its place is free."""
        self._places.release()

    def _wait(self) -> float:
        now = self._clock.now()
        return max(self._rest_until - now, self._pace.wait(now))
