"""HAProxy filters in ten ways; each is found, and named as what it is."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import pytest

from probe.model.definition import Endpoint
from probe.model.observation import Mechanism
from tests.real.asking import ALLOWED, BLOCKED, MIXED, Found, ask, explain, opened
from tests.real.evidence import least_hits, most_hits, quiet_before, servings_needed
from tests.real.haproxy import RESIDUAL_SECONDS, Running, can_drop_silently

pytestmark = pytest.mark.real

WAIT = RESIDUAL_SECONDS + 0.3
CROWD = 4
"""Questions at a time where the residual block is crowded."""


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
def endpoints(haproxy: dict[str, str]) -> dict[str, Endpoint]:
    """All behaviours, by name."""
    answers = {name: opened("proxy-answers.yaml", name, haproxy[name]) for name in ANSWERS}
    return answers | {
        "reject": _cut(haproxy, "reject"),
        "silent-drop": _cut(haproxy, "silent-drop", deadline=1.0),
        "residual": _cut(haproxy, "residual", residual_wait=WAIT),
        "residual-crowded": _cut(haproxy, "residual-crowded", residual_wait=WAIT, concurrency=CROWD),
    }


def _cut(haproxy: dict[str, str], name: str, **limits: Any) -> Endpoint:
    return opened("cut-connections.yaml", name, haproxy[name], **limits)


@pytest.fixture(scope="module")
def found(endpoints: dict[str, Endpoint]) -> Found:
    """All behaviours asked at once, as one run over eleven endpoints."""
    return asyncio.run(ask([*endpoints.values()], MIXED))


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
        assert verdict.counts.agreeing == 2
        assert verdict.counts.contradicting == 0
        assert "nothing proves that there should be results" in verdict.reason


@pytest.mark.parametrize("behaviour", EXPECTED)
def test_ambiguous_evidence_is_repeated_until_it_decides_and_proof_is_not(
    found: Found, endpoints: dict[str, Endpoint], behaviour: str
) -> None:
    """A hit that proves itself costs one question; all else two or three, as many as the quiet controls call for."""
    definition, expected = endpoints[behaviour].definition, EXPECTED[behaviour]
    mechanism = Mechanism(expected.mechanism)
    for word in BLOCKED:
        counts = found.verdicts[behaviour][word].counts
        assert counts.contradicting == 0
        if expected.certainty == "confirmed":
            assert counts.agreeing == 1, explain(found, behaviour)
            continue
        least = least_hits(definition, mechanism, quiet=quiet_before(found, behaviour, word), canaries=1)
        most = most_hits(definition, mechanism, canaries=1)
        assert 2 <= least <= counts.agreeing <= most == 3, explain(found, behaviour)


@pytest.mark.parametrize("behaviour", [*EXPECTED, "empty-list"])
def test_a_served_word_is_repeated_only_where_cuts_may_be_missed(
    found: Found, endpoints: dict[str, Endpoint], behaviour: str
) -> None:
    """Once where a censor acts always; five times where it cuts three of four connections."""
    needed = servings_needed(endpoints[behaviour].definition, canaries=1)
    assert needed == (1 if behaviour in ANSWERS else 5)
    for word in ALLOWED:
        counts = found.verdicts[behaviour][word].counts
        assert (counts.agreeing, counts.contradicting) == (needed, 0), explain(found, behaviour)


def test_a_wait_as_long_as_the_residual_block_lets_every_control_pass(found: Found) -> None:
    """After the wait no control fails, so every endpoint is trusted and the run is complete."""
    assert not found.failed_controls
    assert found.run.complete
    assert all(endpoint.trusted for endpoint in found.run.endpoints)


def test_nothing_is_asked_while_the_residual_block_lasts(found: Found, filters: Running) -> None:
    """HAProxy itself saw no request that came too early, so none renewed the block; and it saw every hit."""
    arrivals = filters.arrivals("residual")

    hits = sum(verdict.counts.agreeing for verdict in found.verdicts["residual"].values() if verdict.failure)
    canaries = next(one.controls.canaries_hit for one in found.run.endpoints if one.name == "residual")
    assert sum(one.censored for one in arrivals) == hits + canaries
    assert not any(one.early for one in arrivals)


def test_only_what_was_under_way_comes_while_the_residual_block_lasts(found: Found, filters: Running) -> None:
    """With four questions at a time the first cut meets what had been sent before; after it they go one at a time."""
    arrivals = filters.arrivals("residual-crowded")

    early = [place for place, one in enumerate(arrivals) if one.early]
    seen = " ".join(f"{one.censored:d}{one.early:d}" for one in arrivals)
    assert len(early) < CROWD, seen
    assert not early or early[-1] - early[0] < CROWD, seen  # all of them together
    print(f"{len(early)} of {len(arrivals)} requests came while a residual block lasted")  # noqa: T201 - a figure to see


@pytest.fixture(scope="module")
def renewed(haproxy: dict[str, str]) -> Found:
    """A residual block that is met again before it ends: each asking renews it, so controls fail after the hit."""
    limits: dict[str, Any] = {"residual_wait": 0.1, "control_wait": RESIDUAL_SECONDS / 3, "patience": 6}
    endpoints = [
        opened("cut-connections.yaml", name, haproxy[name], canaries=(), concurrency=places, **limits)
        for name, places in RENEWED.items()
    ]
    return asyncio.run(ask(endpoints, ("天气", "谣言", "音乐", "weather")))


RENEWED = {"residual-renewed": 1, "residual-renewed-crowded": CROWD}
"""Endpoint: questions at a time."""


@pytest.mark.parametrize("behaviour", RENEWED)
def test_a_wait_too_short_costs_the_verdict_and_blames_nobody(renewed: Found, behaviour: str) -> None:
    """What no control vouches for is void: the hit is not measured, and the words after it are `ok`."""
    status = renewed.status(behaviour)

    assert any(one.endpoint == behaviour for one in renewed.failed_controls)
    assert status["谣言"] in ("unmeasured", "inconclusive"), explain(renewed, behaviour)
    assert (status["音乐"], status["weather"]) == ("ok", "ok"), explain(renewed, behaviour)


@pytest.mark.parametrize("behaviour", RENEWED)
def test_a_word_that_spoils_controls_does_not_take_its_neighbours_along(
    renewed: Found, behaviour: str
) -> None:
    """A word answered in the same block, before the hit, is asked again by itself, and measured."""
    assert renewed.status(behaviour)["天气"] == "ok", explain(renewed, behaviour)


@pytest.mark.parametrize("behaviour", RENEWED)
def test_asking_too_early_is_seen_by_the_filter(renewed: Found, filters: Running, behaviour: str) -> None:
    """So that `none came too early` above means something: here they do come, and are counted."""
    assert renewed.verdicts[behaviour]
    assert sum(one.early for one in filters.arrivals(behaviour)) >= 3
