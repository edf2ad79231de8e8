"""An address without a definition (`probe run -u URL`) against real filters: the general rules blame no allowed word."""

from __future__ import annotations

import asyncio

import msgspec
import pytest

from probe.inputs.definitions.one_off import one_off
from probe.model.definition import Endpoint
from tests.real import nginx, socat
from tests.real.asking import ALLOWED, BLOCKED, MIXED, Found, ask, explain, with_limits

pytestmark = pytest.mark.real

BENIGN = ("新闻", "足球", "电影", "美食", "旅游")
EXPECTED = {
    "notice": "notice",
    "forbidden": "status",
    "legal": "status",
    "reject": "closed",
    "redirect": "redirect",
}
"""Behaviour: the mechanism that the general rules see."""
NO_FAULTS = ("served", "gb18030", "limited", "redirect-loop", "redirect-loop-followed")
"""What has tests of its own, here or in test_faults, or is no fault."""


@pytest.fixture(scope="module")
def found(haproxy: dict[str, str]) -> Found:
    """All five asked at once."""
    # HAProxy's reject leaves no residual block behind, and 120 s a hit is long for a test.
    return asyncio.run(ask([_one_off(haproxy[name], name, residual_wait=0.3) for name in EXPECTED], MIXED))


def _one_off(base: str, name: str, **limits: float) -> Endpoint:
    endpoint = one_off(f"{base}/anything/search?q={{keyword}}", benign=BENIGN)
    definition = msgspec.structs.replace(endpoint.definition, name=name)
    return with_limits(msgspec.structs.replace(endpoint, definition=definition), **limits)


@pytest.mark.parametrize("behaviour", EXPECTED)
def test_no_allowed_word_is_blamed(found: Found, behaviour: str) -> None:
    """What is served like the controls is `ok`, by likeness alone."""
    assert {word: found.status(behaviour)[word] for word in ALLOWED} == dict.fromkeys(ALLOWED, "ok"), explain(
        found, behaviour
    )


@pytest.mark.parametrize("behaviour", EXPECTED)
def test_the_blocked_words_are_found_without_a_definition(found: Found, behaviour: str) -> None:
    """Each of these behaviours is plain enough for the general rules."""
    verdicts = [found.verdicts[behaviour][word] for word in BLOCKED]
    print(behaviour, {one.keyword: f"{one.status} {one.certainty} {one.mechanism}" for one in verdicts})  # noqa: T201 - a list to see
    for verdict in verdicts:
        assert verdict.status == "blocked", explain(found, behaviour)
        assert verdict.mechanism == EXPECTED[behaviour]
        assert verdict.certainty == ("confirmed" if behaviour in ("notice", "legal") else "likely")


async def test_faults_are_blamed_on_nobody(faults: dict[str, str]) -> None:
    """Every fault that is not censorship leaves all words unmeasured, under the general rules too."""
    names = [name for name in (*nginx.FAULTS, *socat.FAULTS, "refused") if name not in NO_FAULTS]
    limits = {"deadline": 1.0, "control_wait": 0.05, "residual_wait": 0.05, "patience": 2}
    found = await ask([_one_off(faults[name], name, **limits) for name in names], MIXED)

    for name in names:
        assert set(found.status(name).values()) == {"unmeasured"}, explain(found, name)


async def test_a_redirect_for_every_word_is_not_taken_for_an_answer(faults: dict[str, str]) -> None:
    """Redirects are not followed, so a place that only redirects (to https, to a start page) was never measured."""
    name = "redirect-loop"
    found = await ask([_one_off(faults[name], name)], MIXED)

    assert "ok" not in found.status(name).values(), explain(found, name)
