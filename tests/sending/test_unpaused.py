"""Pauses are skipped, waits are not."""

from __future__ import annotations

import asyncio

import pytest

from probe.sending.unpaused import MOST_SKIPPED, Unpaused


async def test_pauses_do_not_let_others_in() -> None:
    """Three pauses in a row, and nobody else had a turn."""
    turns: list[str] = []

    async def pausing() -> str:
        for _ in range(3):
            await asyncio.sleep(0)
        turns.append("pausing")
        return "done"

    async def other() -> None:
        turns.append("other")

    task = asyncio.create_task(other())
    assert await Unpaused(pausing()) == "done"
    await task
    assert turns == ["pausing", "other"]


async def test_whoever_waits_by_pausing_gets_there() -> None:
    """After so many pauses in a row one is made, so that the other task can do what is waited for."""
    arrived = asyncio.Event()
    pauses = 0

    async def waiting() -> None:
        nonlocal pauses
        while not arrived.is_set():
            pauses += 1
            await asyncio.sleep(0)

    async def other() -> None:
        arrived.set()

    task = asyncio.create_task(other())
    await Unpaused(waiting())
    await task
    assert pauses == MOST_SKIPPED


async def test_real_waits_results_and_errors_are_passed_on() -> None:
    """A wait is a wait; what comes of it comes through."""

    async def wait(fail: bool) -> float:
        await asyncio.sleep(0.01)
        if fail:
            raise ValueError("wrong")
        return 7.0

    assert await Unpaused(wait(False)) == 7.0
    with pytest.raises(ValueError, match="wrong"):
        await Unpaused(wait(True))


async def test_cancellation_reaches_the_coroutine() -> None:
    """It may clean up, and the time-out around it works."""
    seen = []

    async def wait() -> None:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            seen.append("cancelled")
            raise

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await Unpaused(wait())
    assert seen == ["cancelled"]
