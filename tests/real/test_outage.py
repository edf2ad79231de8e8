"""Outages in mid-run: what was measured before stands, what follows is unmeasured, and no word is blamed."""

from __future__ import annotations

from typing import Any

import pytest

from probe.model.definition import Endpoint
from tests.real.asking import ask, explain, opened
from tests.real.evidence import servings_needed
from tests.real.switchable import FAULTS, Switchable

pytestmark = pytest.mark.real

WORDS = [f"词{number}" for number in range(20)]
NAME = "switchable"
ALWAYS, AT_TIMES = 0.9995, 0.75
"""Trigger rates: where a censor acts always one normal answer shows that it does not; where it cuts three of four
connections, which is what the definition says by itself, it takes five."""


def _endpoint(base: str, trigger_rate: float, **limits: Any) -> Endpoint:
    quick: dict[str, Any] = {"block": 3, "deadline": 0.7, "control_wait": 0.03, "residual_wait": 0.03}
    return opened("plain-search.yaml", NAME, base, trigger_rate=trigger_rate, **quick, **limits)


@pytest.mark.parametrize("fault", FAULTS)
async def test_an_outage_in_mid_run_keeps_what_was_measured_before(fault: str) -> None:
    """From the tenth request on everything fails: the first words are `ok`, all others unmeasured."""
    async with Switchable(fault, first_bad=10) as server:
        found = await ask([_endpoint(server.base, ALWAYS)], WORDS)

    status = [found.status(NAME)[word] for word in WORDS]
    good = status.count("ok")
    assert good >= 3, explain(found, NAME)
    assert status == ["ok"] * good + ["unmeasured"] * (len(WORDS) - good), explain(found, NAME)
    assert not found.run.endpoints[0].trusted


@pytest.mark.parametrize("fault", FAULTS)
async def test_an_outage_keeps_only_what_was_decided_where_answers_are_repeated(fault: str) -> None:
    """Where five normal answers are needed, words that had some of them stay open: neither `ok` nor blamed."""
    async with Switchable(fault, first_bad=35) as server:
        endpoint = _endpoint(server.base, AT_TIMES)
        found = await ask([endpoint], WORDS)

    needed = servings_needed(endpoint.definition, canaries=0)
    verdicts = [found.verdicts[NAME][word] for word in WORDS]
    status = [one.status.value for one in verdicts]
    good, some = status.count("ok"), status.count("inconclusive")
    assert good >= 3, explain(found, NAME)
    assert some <= 3, explain(found, NAME)  # as many as are asked in turn: a block
    assert status == ["ok"] * good + ["inconclusive"] * some + ["unmeasured"] * (len(WORDS) - good - some)
    assert all(one.counts.agreeing == needed == 5 for one in verdicts[:good]), explain(found, NAME)
    for one in verdicts[good : good + some]:
        assert 0 < one.counts.asked - one.counts.void < needed, explain(found, NAME)
    assert not found.run.endpoints[0].trusted


@pytest.mark.parametrize("trigger_rate", [ALWAYS, AT_TIMES])
@pytest.mark.parametrize("fault", FAULTS)
async def test_an_outage_blames_nobody_however_many_questions_are_under_way(
    fault: str, trigger_rate: float
) -> None:
    """The same with six questions at a time: which word it strikes first is chance."""
    words = [f"词{number}" for number in range(60)]
    first_bad = 30 if trigger_rate == ALWAYS else 100
    async with Switchable(fault, first_bad=first_bad) as server:
        found = await ask([_endpoint(server.base, trigger_rate, concurrency=6)], words)

    status = set(found.status(NAME).values())
    open_ones = {"inconclusive"} if trigger_rate == AT_TIMES else set()
    assert {"ok", "unmeasured"} <= status <= {"ok", "unmeasured", *open_ones}, explain(found, NAME)
    for verdict in found.verdicts[NAME].values():
        assert verdict.status != "inconclusive" or verdict.reason.startswith("a normal answer, "), verdict


@pytest.mark.parametrize("fault", sorted(set(FAULTS) - {"down", "login"}))
@pytest.mark.parametrize("concurrency", [1, 6])
async def test_an_outage_that_passes_costs_no_verdict(fault: str, concurrency: int) -> None:
    """Four bad answers, then all is well again: what they made void is asked anew, and every word is `ok`."""
    async with Switchable(fault, first_bad=10, last_bad=13) as server:
        endpoint = _endpoint(server.base, AT_TIMES, concurrency=concurrency, patience=6)
        found = await ask([endpoint], WORDS)

    assert set(found.status(NAME).values()) == {"ok"}, explain(found, NAME)
    assert found.run.complete
    assert found.run.endpoints[0].trusted


@pytest.mark.parametrize(
    ("trigger_rate", "first_bad", "late"), [(ALWAYS, 33, "inconclusive"), (AT_TIMES, 46, "unmeasured")]
)
@pytest.mark.parametrize("fault", FAULTS)
async def test_what_was_found_blocked_before_an_outage_stands(
    fault: str, trigger_rate: float, first_bad: int, late: str
) -> None:
    """Censorship first, an outage later: the censored words decided in good time are `blocked`, nobody else is; one that
    was hit once before it stays open."""
    censored = ("词1", "词3", "词28")
    words = [f"词{number}" for number in (*range(10), *range(26, 30))]  # none holds another that is censored
    async with Switchable(fault, first_bad=first_bad, censored=censored) as server:
        found = await ask([_endpoint(server.base, trigger_rate)], words)

    blocked = {word for word, status in found.status(NAME).items() if status == "blocked"}
    assert blocked == {"词1", "词3"}, explain(found, NAME)
    assert found.status(NAME)["词28"] == late, explain(found, NAME)
