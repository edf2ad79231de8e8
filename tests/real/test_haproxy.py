"""HAProxy filters in ten ways; each is found, and named as what it is."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import pytest

from probe.model.definition import Endpoint
from tests.real.asking import ALLOWED, BLOCKED, MIXED, Found, ask, explain, opened
from tests.real.haproxy import RESIDUAL_SECONDS, can_drop_silently

pytestmark = pytest.mark.real

WAIT = RESIDUAL_SECONDS + 0.5
RENEWED = "residual-renewed"


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What the verdict on each blocked word must say."""

    mechanism: str
    rule: str
    certainty: str = "likely"
    manner: str = "implicit"
    failure: str | None = None


CLOSED = Expected(mechanism="closed", rule="closed", failure="eof_error")
DROPPED = Expected(mechanism="timeout", rule="dropped", failure="generic_timeout_error")
RESET = Expected(mechanism="reset", rule="reset", failure="connection_reset")
EXPECTED = {
    "notice": Expected(mechanism="notice", rule="legal-notice", certainty="confirmed", manner="explicit"),
    "forbidden": Expected(mechanism="status", rule="forbidden"),
    "legal": Expected(mechanism="status", rule="legal-status", certainty="confirmed", manner="explicit"),
    "reject": CLOSED,
    "silent-drop": DROPPED if can_drop_silently() else RESET,
    "tarpit": Expected(mechanism="status", rule="server-error"),
    "redirect": Expected(mechanism="redirect", rule="sent-elsewhere"),
    "answer": Expected(mechanism="status", rule="server-error"),
    "residual": CLOSED,
    "residual-crowded": CLOSED,
}
ANSWERS = ("notice", "forbidden", "legal", "tarpit", "redirect", "empty-list", "answer")


@pytest.fixture(scope="module")
def found(haproxy: dict[str, str]) -> Found:
    """All behaviours asked at once, as one run over ten endpoints."""
    endpoints = [opened("proxy-answers.yaml", name, haproxy[name]) for name in ANSWERS]
    endpoints += [_cut(haproxy, "reject"), _cut(haproxy, "silent-drop")]
    endpoints += [_cut(haproxy, "residual", residual_wait=WAIT)]
    endpoints += [_cut(haproxy, "residual-crowded", residual_wait=WAIT, concurrency=3)]
    return asyncio.run(ask(endpoints, MIXED))


def _cut(haproxy: dict[str, str], name: str, **limits: Any) -> Endpoint:
    return opened("cut-connections.yaml", name, haproxy[name], **limits)


@pytest.mark.parametrize("behaviour", EXPECTED)
def test_every_blocked_word_is_found_with_how_it_was_blocked(found: Found, behaviour: str) -> None:
    """Status, certainty, manner, mechanism, rule and failure of every blocked word are those of the behaviour."""
    expected = EXPECTED[behaviour]
    for word in BLOCKED:
        verdict = found.verdicts[behaviour][word]
        assert verdict.status == "blocked", explain(found, behaviour)
        assert verdict.certainty == expected.certainty, explain(found, behaviour)
        assert verdict.manner == expected.manner
        assert verdict.mechanism == expected.mechanism
        assert verdict.rule == expected.rule
        assert verdict.failure == expected.failure
        assert verdict.stage == ("read" if expected.failure else None)


@pytest.mark.parametrize("behaviour", [*EXPECTED, "empty-list"])
def test_every_allowed_word_is_ok_right_after_a_hit(found: Found, behaviour: str) -> None:
    """No block, residual ones included, is laid at the door of the word that is asked next."""
    for word in ALLOWED:
        assert found.verdicts[behaviour][word].status == "ok", explain(found, behaviour)


def test_an_empty_list_proves_nothing(found: Found) -> None:
    """Zero results in the origin's own shape may be an honest answer: inconclusive, and the reason says so."""
    for word in BLOCKED:
        verdict = found.verdicts["empty-list"][word]
        assert verdict.status == "inconclusive", explain(found, "empty-list")
        assert verdict.mechanism == "empty"
        assert "nothing proves that there should be results" in verdict.reason


@pytest.mark.parametrize("behaviour", [*EXPECTED, "empty-list"])
def test_ambiguous_evidence_is_asked_for_twice_and_proof_once(found: Found, behaviour: str) -> None:
    """A hit that proves itself costs one question; all else is repeated before it counts."""
    expected = EXPECTED.get(behaviour)
    least = 1 if expected is not None and expected.certainty == "confirmed" else 2
    for word in BLOCKED:
        counts = found.verdicts[behaviour][word].counts
        assert counts.agreeing == least, explain(found, behaviour)
        assert counts.contradicting == 0


def test_a_wait_as_long_as_the_residual_block_lets_every_control_pass(found: Found) -> None:
    """After the wait no control fails, so every endpoint is trusted and the run is complete."""
    assert not found.failed_controls
    assert found.run.complete
    assert all(endpoint.trusted for endpoint in found.run.endpoints)


@pytest.fixture(scope="module")
def renewed(haproxy: dict[str, str]) -> Found:
    """A residual block that is met again before it ends: each asking renews it, so controls fail after the hit."""
    endpoint = _cut(haproxy, RENEWED, residual_wait=0.2, control_wait=1.0, patience=6)
    return asyncio.run(ask([endpoint], ("天气", "谣言", "音乐", "weather")))


def test_a_wait_too_short_costs_the_verdict_and_blames_nobody(renewed: Found) -> None:
    """What no control vouches for is void: the hit is not measured, and the words after it are `ok`."""
    status = renewed.status(RENEWED)

    assert renewed.failed_controls
    assert status["谣言"] in ("unmeasured", "inconclusive"), explain(renewed, RENEWED)
    assert (status["音乐"], status["weather"]) == ("ok", "ok"), explain(renewed, RENEWED)


def test_a_word_that_spoils_controls_does_not_take_its_neighbours_along(renewed: Found) -> None:
    """A word answered in the same block, before the hit, is asked again by itself, and measured."""
    assert renewed.status(RENEWED)["天气"] == "ok", explain(renewed, RENEWED)
