"""Outages in mid-run: what was measured before stands, what follows is unmeasured, and no word is blamed."""

from __future__ import annotations

import pytest

from tests.real.asking import ask, explain, opened
from tests.real.switchable import FAULTS, Switchable

pytestmark = pytest.mark.real

WORDS = [f"词{number}" for number in range(20)]
NAME = "switchable"


@pytest.mark.parametrize("fault", FAULTS)
async def test_an_outage_in_mid_run_keeps_what_was_measured_before(fault: str) -> None:
    """From the tenth request on everything fails: the first words are `ok`, all others unmeasured."""
    async with Switchable(fault, first_bad=10) as server:
        found = await ask([opened("plain-search.yaml", NAME, server.base, block=3)], WORDS)

    status = [found.status(NAME)[word] for word in WORDS]
    good = status.count("ok")
    assert good >= 3, explain(found, NAME)
    assert status == ["ok"] * good + ["unmeasured"] * (len(WORDS) - good), explain(found, NAME)
    assert not found.run.endpoints[0].trusted


@pytest.mark.parametrize("fault", FAULTS)
async def test_an_outage_blames_nobody_however_many_questions_are_under_way(fault: str) -> None:
    """The same with six questions at a time, from the thirtieth request on: which word it strikes first is chance."""
    words = [f"词{number}" for number in range(60)]
    async with Switchable(fault, first_bad=30) as server:
        endpoint = opened("plain-search.yaml", NAME, server.base, block=3, concurrency=6)
        found = await ask([endpoint], words)

    status = set(found.status(NAME).values())
    assert status == {"ok", "unmeasured"}, explain(found, NAME)


@pytest.mark.parametrize("fault", sorted(set(FAULTS) - {"down", "login"}))
@pytest.mark.parametrize("concurrency", [1, 6])
async def test_an_outage_that_passes_costs_no_verdict(fault: str, concurrency: int) -> None:
    """Four bad answers, then all is well again: what they made void is asked anew, and every word is `ok`."""
    async with Switchable(fault, first_bad=10, last_bad=13) as server:
        endpoint = opened(
            "plain-search.yaml", NAME, server.base, block=3, concurrency=concurrency, patience=6
        )
        found = await ask([endpoint], WORDS)

    assert set(found.status(NAME).values()) == {"ok"}, explain(found, NAME)
    assert found.run.complete
    assert found.run.endpoints[0].trusted


@pytest.mark.parametrize("fault", FAULTS)
async def test_what_was_found_blocked_before_an_outage_stands(fault: str) -> None:
    """Censorship first, an outage later: the censored words asked in good time are `blocked`, nobody else is."""
    censored = ("词1", "词3", "词18")
    words = [word for word in WORDS if word not in ("词10", "词11", "词12", "词13", "词14", "词15")]
    async with Switchable(fault, first_bad=16, censored=censored) as server:
        found = await ask([opened("plain-search.yaml", NAME, server.base, block=3)], words)

    blocked = {word for word, status in found.status(NAME).items() if status == "blocked"}
    assert blocked == {"词1", "词3"}, explain(found, NAME)
    assert found.status(NAME)["词18"] in ("unmeasured", "inconclusive"), explain(found, NAME)
