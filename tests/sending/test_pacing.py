"""When may a host be asked?"""

from __future__ import annotations

import asyncio
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from probe.sending.pacing import Clock, Host, Pace


class HandClock(Clock):
    """Time that passes only by sleeping."""

    def __init__(self) -> None:
        super().__init__()
        self.time = 100.0

    def now(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.time += seconds
        await asyncio.sleep(0)


@given(st.floats(0.1, 100), st.floats(0, 1), st.lists(st.floats(0, 3), min_size=2, max_size=60), st.randoms())
def test_questions_come_evenly_and_never_in_bursts(
    rate: float, jitter: float, delays: list[float], chance: object
) -> None:
    """Whatever the caller's delays, two questions are at least a jittered interval apart: unused time is not saved up."""
    pace = Pace(rate, jitter, chance.random)  # type: ignore[attr-defined]
    now, left = 0.0, []
    for delay in delays:
        now += delay
        now += pace.wait(now)
        pace.take(now)
        left.append(now)
    least = (1 - jitter) / rate
    assert all(later - earlier >= least * 0.999 - 1e-9 for earlier, later in pairwise(left))


def test_no_rate_no_wait() -> None:
    """Without a rate nobody waits."""
    pace = Pace(None, 0.5, lambda: 0.5)
    pace.take(10.0)
    assert pace.wait(10.0) == 0.0


async def test_a_host_keeps_its_pace_for_all() -> None:
    """Ten callers at two a second leave at half-second distances."""
    clock = HandClock()
    host = Host(Pace(2, 0.0, lambda: 0.5), 10, clock)
    times = []

    async def one() -> None:
        await host.admit(lambda: "question")
        times.append(clock.time)

    await asyncio.gather(*(one() for _ in range(10)))
    assert [round(later - earlier, 6) for earlier, later in pairwise(times)] == [0.5] * 9


async def test_a_resting_host_is_left_alone_and_a_rest_is_never_shortened() -> None:
    """The longest rest counts; other hosts go on."""
    clock = HandClock()
    host, other = (Host(Pace(None, 0, lambda: 0.5), 1, clock) for _ in range(2))
    host.rest(120)
    host.rest(5)
    assert await other.admit(lambda: clock.time) == 100.0
    assert await host.admit(lambda: clock.time) == 220.0


async def test_what_to_ask_is_decided_after_the_wait() -> None:
    """An answer that came in the meantime may change it; and nothing taken leaves the place free."""
    clock = HandClock()
    host = Host(Pace(None, 0, lambda: 0.5), 1, clock)
    host.rest(50)
    nothing: list[str] = []
    assert await host.admit(lambda: nothing.pop() if nothing else None) is None
    assert clock.time == 150.0
    assert await host.admit(lambda: "question") == "question"


async def test_places_are_limited_until_somebody_leaves() -> None:
    """One place: the second waits for the first to leave."""
    host = Host(Pace(None, 0, lambda: 0.5), 1, Clock())
    await host.admit(lambda: 1)
    waiting = asyncio.create_task(host.admit(lambda: 2))
    await asyncio.sleep(0.01)
    assert not waiting.done()
    host.leave()
    assert await waiting == 2


async def test_a_cancelled_wait_gives_its_place_back() -> None:
    """Ctrl-C in the middle of a wait leaves nothing locked."""
    clock = Clock()
    host = Host(Pace(None, 0, lambda: 0.5), 1, clock)
    host.rest(0.1)
    waiting = asyncio.create_task(host.admit(lambda: 1))
    await asyncio.sleep(0.01)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    assert await host.admit(lambda: 2) == 2


async def test_a_faster_clock_waits_less() -> None:
    """At rate 1000 a wait of 10 s of that clock is short, and its time has passed."""
    clock = Clock(1000)
    before = clock.now()
    await clock.sleep(10)
    assert clock.now() - before >= 10
