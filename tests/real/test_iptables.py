"""iptables matches words in packets, as a small Great Firewall on loopback: what it does is found and named."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
import pytest

from probe.model.definition import Endpoint
from probe.model.observation import Mechanism
from tests.real.asking import ALLOWED, BLOCKED, Found, explain
from tests.real.evidence import least_hits, most_hits, quiet_before, servings_needed
from tests.real.namespace import run_inside
from tests.real.packet_filter import CROWD, RESIDUAL, filtered_endpoints
from tests.real.software import find_gunicorn, need

pytestmark = pytest.mark.real

EXPECTED = {
    "reset": ("reset", "connection_reset"),
    "drop": ("timeout", "generic_timeout_error"),
    "recent": ("reset", "connection_reset"),
    "recent-crowded": ("reset", "connection_reset"),
}
"""Endpoint: mechanism and failure."""


@dataclass(frozen=True, kw_only=True)
class Inside:
    """What came out of the namespace."""

    found: Found
    early: dict[str, int]
    """By endpoint, the connections that were tried while a residual block lasted, as the kernel counted them."""
    early_by_hand: int
    """The same for one connection that was meant to be too early."""


@pytest.fixture(scope="module")
def inside(tmp_path_factory: pytest.TempPathFactory) -> Inside:
    """All asked at once, inside a network namespace."""
    need("iptables", "iptables")
    need("ip", "iproute2")
    find_gunicorn()
    answer = run_inside("tests.real.inside", tmp_path_factory.mktemp("namespace"))
    answer["found"]["seconds"] = 0.0
    return msgspec.convert(answer, Inside)


@pytest.fixture(scope="module")
def found(inside: Inside) -> Found:
    return inside.found


@pytest.mark.parametrize("behaviour", EXPECTED)
def test_every_blocked_word_is_found_with_how_it_was_cut(found: Found, behaviour: str) -> None:
    """A reset and a time-out while reading are `likely` blocks."""
    mechanism, failure = EXPECTED[behaviour]
    for word in BLOCKED:
        verdict = found.verdicts[behaviour][word]
        assert verdict.status == "blocked", explain(found, behaviour)
        assert verdict.certainty == "likely"
        assert verdict.mechanism == mechanism
        assert (verdict.failure, verdict.stage) == (failure, "read")


@pytest.mark.parametrize("endpoint", filtered_endpoints(), ids=lambda one: one.name)
def test_as_many_cuts_are_asked_for_as_the_quiet_controls_call_for(found: Found, endpoint: Endpoint) -> None:
    """Two or three for a blocked word, five normal answers for another, and none that contradicts them."""
    definition, name = endpoint.definition, endpoint.name
    mechanism = Mechanism(EXPECTED[name][0])
    for word in BLOCKED:
        counts = found.verdicts[name][word].counts
        least = least_hits(definition, mechanism, quiet=quiet_before(found, name, word), canaries=1)
        most = most_hits(definition, mechanism, canaries=1)
        assert 2 <= least <= counts.agreeing <= most == 3, explain(found, name)
        assert counts.contradicting == 0
    for word in ALLOWED:
        counts = found.verdicts[name][word].counts
        assert counts.agreeing == servings_needed(definition, canaries=1) == 5, explain(found, name)
        assert counts.contradicting == 0


@pytest.mark.parametrize("behaviour", EXPECTED)
def test_every_allowed_word_is_ok_right_after_a_cut(found: Found, behaviour: str) -> None:
    """Neither the residual block nor a half-open connection is laid at the door of the word that is asked next."""
    for word in ALLOWED:
        assert found.verdicts[behaviour][word].status == "ok", explain(found, behaviour)


def test_a_wait_as_long_as_the_residual_block_lets_every_control_pass(found: Found) -> None:
    """No control fails, so every endpoint is trusted and the run is complete."""
    assert not found.failed_controls
    assert found.run.complete
    assert all(endpoint.trusted for endpoint in found.run.endpoints)


def test_nobody_connects_while_the_residual_block_lasts(inside: Inside) -> None:
    """The kernel counted none; but for the other questions that were under way when the first of four was cut."""
    assert set(inside.early) == set(RESIDUAL)
    assert inside.early["recent"] == 0
    assert inside.early["recent-crowded"] < CROWD


def test_the_kernel_counts_who_comes_too_early(inside: Inside) -> None:
    """So that `none` above means something: one connection was made right after a hit, by hand."""
    assert inside.early_by_hand == 1
