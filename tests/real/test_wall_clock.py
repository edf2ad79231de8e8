"""The wall clock jumps in mid-run, as after a correction of the time: nothing that is found or waited for may hang on it."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from probe.cli.practice import practice_platform
from probe.events import Answered, Event, Rested
from probe.inputs.endpoints import host_of, open_endpoints
from probe.keeping.store import Store
from probe.sending.pacing import Clock
from tests.real.in_process import Stored, Verdicts, after_answers
from tests.real.program import FEW_WORDS

pytestmark = pytest.mark.real

HOUR = 3600.0
REST = "lab-wall"


class JumpingClock(Clock):
    """A wall clock that somebody sets."""

    ahead = 0.0
    """Seconds by which it is wrong."""

    def wall(self) -> float:
        return time.time() + self.ahead


class Rests:
    """How long the host must still rest by the store, looked at after each answer, beside what was asked for."""

    def __init__(self, host: str, resting: list[float]) -> None:
        self.host = host
        self.kept = resting
        self.asked_for = 0.0


@pytest.mark.parametrize("jump", [HOUR, -HOUR])
@pytest.mark.parametrize("moment", [20, 200])
async def test_a_jump_of_the_wall_clock_changes_no_verdict(
    tmp_path: Path, undisturbed: Verdicts, jump: float, moment: int
) -> None:
    """An hour forth or back: the same verdicts, and no rest that is kept is ever longer than the one asked for."""
