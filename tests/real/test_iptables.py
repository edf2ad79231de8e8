"""iptables matches words in packets, as a small Great Firewall on loopback: what it does is found and named."""

from __future__ import annotations

import msgspec
import pytest

from tests.real.asking import ALLOWED, BLOCKED, Found, explain
from tests.real.namespace import run_inside

pytestmark = pytest.mark.real

EXPECTED = {
    "reset": ("reset", "connection_reset"),
    "drop": ("timeout", "generic_timeout_error"),
    "recent": ("reset", "connection_reset"),
}
"""Endpoint: mechanism and failure."""


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Found:
    """All three asked at once, inside a network namespace."""
    answer = run_inside("tests.real.inside", tmp_path_factory.mktemp("namespace"))
    return msgspec.convert({**answer, "seconds": 0.0}, Found)


@pytest.mark.parametrize("behaviour", EXPECTED)
def test_every_blocked_word_is_found_with_how_it_was_cut(found: Found, behaviour: str) -> None:
    """A reset and a time-out while reading are `likely` blocks, seen twice."""
    mechanism, failure = EXPECTED[behaviour]
    for word in BLOCKED:
        verdict = found.verdicts[behaviour][word]
        assert verdict.status == "blocked", explain(found, behaviour)
        assert verdict.certainty == "likely"
        assert verdict.mechanism == mechanism
        assert (verdict.failure, verdict.stage) == (failure, "read")
        assert (verdict.counts.agreeing, verdict.counts.contradicting) == (2, 0)


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
