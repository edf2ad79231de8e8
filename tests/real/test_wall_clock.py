"""The wall clock jumps in mid-run, as when somebody corrects it: no verdict and no wait may hang on it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from probe.cli.practice import practice_platform
from probe.events import Event, Rested
from probe.inputs.endpoints import host_of, open_endpoints
from probe.keeping.run_keeper import RunKeeper
from probe.lab.censor import Cause
from probe.lab.server import Lab
from probe.sending.pacing import Clock
from tests.real.in_process import Stored
from tests.real.program import FEW_WORDS, Verdicts

pytestmark = pytest.mark.real

HOUR = 3600.0
CUTS = "lab-wall"
WORDS = FEW_WORDS[14:29]
"""The censored ones are in their middle."""


class JumpingClock(Clock):
    """A clock whose wall time somebody sets."""

    def __init__(self) -> None:
        super().__init__()
        self.ahead = 0.0
        """Seconds."""

    def wall(self) -> float:
        return time.time() + self.ahead

    def jump(self, seconds: float) -> None:
        self.ahead += seconds


class Rests:
    """Looks at each event how long the host must still rest by the store, and for how long that was asked."""

    def __init__(self, base: str, then: Callable[[RunKeeper, Event], None]) -> None:
        self._host = host_of(open_endpoints([CUTS], [f"base={base}"])[0])[0]
        self._then = then
        self.asked_for = 0.0
        """Seconds, the longest so far."""
        self.kept: list[float] = []
        """Seconds."""

    def listen(self, keeper: RunKeeper, event: Event) -> None:
        self._then(keeper, event)
        if isinstance(event, Rested):
            self.asked_for = max(self.asked_for, event.seconds)
        self.kept.append(keeper.resting(self._host))


def _stored(lab: Lab, folder: Path, clock: Clock) -> Stored:
    return Stored(base=lab.base, words=WORDS, path=folder / "store.sqlite", names=(CUTS,), clock=clock)


def _early(lab: Lab) -> int:
    """Requests that came while a residual block lasted."""
    return sum(one.cause is Cause.RESIDUAL for one in lab.received)


@pytest.fixture
def expected(undisturbed: Verdicts) -> Verdicts:
    return {pair: verdict for pair, verdict in undisturbed.items() if pair[0] == CUTS and pair[1] in WORDS}


@pytest.mark.parametrize("jump", [HOUR, -HOUR])
async def test_a_jump_in_mid_run_changes_no_verdict_and_no_rest(
    tmp_path: Path, expected: Verdicts, jump: float
) -> None:
    """An hour forth or back, right after a cut: no rest that is kept is longer than asked for, nobody asks too early."""
    clock = JumpingClock()
    with practice_platform(0) as lab:
        stored = _stored(lab, tmp_path, clock)
        rests = Rests(lab.base, _after_cut(3, lambda: clock.jump(jump)))
        document = await stored.ask(listen=rests.listen)

        assert clock.ahead == jump
        assert document.complete
        assert stored.verdicts() == expected
        assert 0.0 < max(rests.kept) <= rests.asked_for
        assert _early(lab) == 0


@pytest.mark.parametrize("jump", [HOUR, -HOUR])
async def test_a_jump_between_two_sessions_changes_no_verdict_and_no_rest(
    tmp_path: Path, expected: Verdicts, jump: float
) -> None:
    """The same where the program was stopped while the host had to rest, and goes on by a clock that says otherwise."""
    clock = JumpingClock()
    with practice_platform(0) as lab:
        stored = _stored(lab, tmp_path, clock)
        task = asyncio.current_task()
        assert task is not None
        before = Rests(lab.base, _after_cut(3, task.cancel))
        assert not (await stored.ask(listen=before.listen)).complete
        clock.jump(jump)
        after = Rests(lab.base, lambda keeper, event: None)
        document = await stored.ask(listen=after.listen, resume=True)

        assert document.complete
        assert stored.verdicts() == expected
        assert 0.0 < max(before.kept) <= before.asked_for
        assert max(after.kept) <= max(before.asked_for, after.asked_for)
        if jump < 0:  # forth, the clock says that the rest is over long since
            assert _early(lab) == 0


def _after_cut(number: int, act: Callable[[], object]) -> Callable[[RunKeeper, Event], None]:
    """Does this once, when the host must rest for the so manieth time."""
    seen = 0

    def listen(keeper: RunKeeper, event: Event) -> None:
        nonlocal seen
        seen += isinstance(event, Rested)
        if seen == number and isinstance(event, Rested):
            act()

    return listen
