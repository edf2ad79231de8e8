"""An address without a definition (`probe run -u URL`) against real filters: the general rules blame no allowed word."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import msgspec
import pytest

from probe.inputs.definitions.one_off import one_off
from probe.model.definition import Endpoint
from tests.real import nginx, socat
from tests.real.asking import ALLOWED, BLOCKED, MIXED, Found, ask, explain, with_limits
from tests.real.haproxy import BEHAVIOURS as haproxy_behaviours
from tests.real.haproxy import RESIDUAL_SECONDS, TARPIT_SECONDS, Running

pytestmark = pytest.mark.real

BENIGN = ("新闻", "足球", "电影", "美食", "旅游")
BEHAVIOURS = tuple(name for name in haproxy_behaviours if not name.startswith("residual-"))
EXPECTED = {
    "notice": ("notice", "confirmed"),
    "forbidden": ("status", "likely"),
    "legal": ("status", "confirmed"),
    "reject": ("closed", "likely"),
    "tarpit": ("status", "likely"),
    "redirect": ("redirect", "likely"),
    "empty-list": ("unlike", "likely"),
    "answer": ("status", "likely"),
}
"""Behaviour: the mechanism that the general rules see, and how sure that is."""
CANARY = "六四"
NO_FAULTS = ("served", "gb18030", "limited", "redirect-loop", "redirect-loop-followed")
"""What has tests of its own, here or in test_faults, or is no fault."""


@pytest.fixture(scope="module")
def found(filters: Running) -> Found:
    """All ten asked at once, with nothing known of them; and all again, with one word that is known to be censored."""
    endpoints = [_limited(filters.bases[name], name) for name in BEHAVIOURS]
    for name in BEHAVIOURS:
        # The residual block remembers who asked: with a canary, one is asked that works the same.
        base = filters.elsewhere("residual-crowded" if name == "residual" else name)
        endpoints.append(_limited(base, _with_canary(name), canaries=(CANARY,)))
    return asyncio.run(ask(endpoints, MIXED))


def _limited(base: str, name: str, *, canaries: Sequence[str] = ()) -> Endpoint:
    # The residual block lasts for a second here, and the others leave none behind: 120 s a hit is long for a test.
    wait = RESIDUAL_SECONDS + 0.3 if name.startswith("residual") else 0.3
    # A dropped connection is a reset on loopback only where HAProxy may not do better.
    deadline = TARPIT_SECONDS + 1.0 if name.startswith("tarpit") else 1.5
    return _one_off(base, name, canaries=canaries, rate=None, residual_wait=wait, deadline=deadline)


def _with_canary(name: str) -> str:
    return f"{name}-canary"


def _one_off(base: str, name: str, *, canaries: Sequence[str] = (), **limits: Any) -> Endpoint:
    endpoint = one_off(f"{base}/anything/search?q={{keyword}}", benign=BENIGN, canaries=canaries)
    definition = msgspec.structs.replace(endpoint.definition, name=name)
    return with_limits(msgspec.structs.replace(endpoint, definition=definition), **limits)


@pytest.mark.parametrize("behaviour", BEHAVIOURS)
def test_no_allowed_word_is_blamed(found: Found, behaviour: str) -> None:
    """What is served like the controls is `ok`, by likeness alone."""
    assert {word: found.status(behaviour)[word] for word in ALLOWED} == dict.fromkeys(ALLOWED, "ok"), explain(
        found, behaviour
    )


@pytest.mark.parametrize("behaviour", BEHAVIOURS)
def test_the_blocked_words_are_found_without_a_definition(found: Found, behaviour: str) -> None:
    """Each of these behaviours is plain enough for the general rules."""
    verdicts = [found.verdicts[behaviour][word] for word in BLOCKED]
    print(behaviour, {one.keyword: f"{one.status} {one.certainty} {one.mechanism}" for one in verdicts})  # noqa: T201 - a list to see
    for verdict in verdicts:
        assert verdict.status == "blocked", explain(found, behaviour)
        if behaviour in EXPECTED:
            assert (verdict.mechanism, verdict.certainty) == EXPECTED[behaviour]


@pytest.mark.parametrize("behaviour", BEHAVIOURS)
def test_a_canary_changes_no_verdict_for_the_worse(found: Found, behaviour: str) -> None:
    """All that was found without one is found with one, and nobody else is blamed."""
    name = _with_canary(behaviour)
    expected = dict.fromkeys(ALLOWED, "ok") | dict.fromkeys(BLOCKED, "blocked")
    assert found.status(name) == expected, explain(found, name)


async def test_faults_are_blamed_on_nobody(faults: dict[str, str]) -> None:
    """Every fault that is not censorship leaves all words unmeasured, under the general rules too."""
    names = [name for name in (*nginx.FAULTS, *socat.FAULTS, "refused") if name not in NO_FAULTS]
    limits: dict[str, Any] = {
        "deadline": 1.0,
        "control_wait": 0.05,
        "residual_wait": 0.05,
        "patience": 2,
        "rate": None,
    }
    found = await ask([_one_off(faults[name], name, **limits) for name in names], MIXED)

    for name in names:
        assert set(found.status(name).values()) == {"unmeasured"}, explain(found, name)


async def test_a_redirect_for_every_word_is_not_taken_for_an_answer(faults: dict[str, str]) -> None:
    """Redirects are not followed, so a place that only redirects (to https, to a start page) was never measured."""
    name = "redirect-loop"
    found = await ask([_one_off(faults[name], name, rate=None, control_wait=0.05)], MIXED)

    assert "ok" not in found.status(name).values(), explain(found, name)
