"""Bodies without end: a bomb of 200 MB in 194 kB, and a server that never stops, cost little memory."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.real.nginx import BOMB_BYTES

pytestmark = pytest.mark.real

MOST_MB = 20


@pytest.mark.parametrize("fault", ["bomb", "endless-body", "endless-headers"])
def test_a_hostile_body_costs_little_memory(faults: dict[str, str], fault: str) -> None:
    """The peak of the whole process grows by less than 20 MB over that of a run with ordinary answers."""
    command = [sys.executable, "-m", "tests.real.bomb_memory", faults["served"], faults[fault]]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)

    added = figures["after"] - figures["before"]
    print(f"{fault}: adds {added:.1f} MB to {figures['before']:.1f} MB ({BOMB_BYTES:,} bytes in the bomb)")  # noqa: T201 - a figure to see
    assert figures["good"] == ["ok"]
    assert figures["bad"] == ["unmeasured"]
    assert added < MOST_MB
