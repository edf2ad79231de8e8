"""One server out of order behind a load balancer: every n-th answer is an error, whatever was asked."""

from __future__ import annotations

import asyncio

import pytest

from tests.real.asking import Found, ask, explain, opened
from tests.real.haproxy import BALANCERS

pytestmark = pytest.mark.real

WORDS = [f"词{number}" for number in range(12)]


@pytest.fixture(scope="module")
def found(haproxy: dict[str, str]) -> Found:
    """All balancers asked at once, one question at a time each. Nothing is censored there, so no canary would be."""
    endpoints = [
        opened("proxy-answers.yaml", name, haproxy[name], canaries=(), control_wait=0.1) for name in BALANCERS
    ]
    return asyncio.run(ask(endpoints, WORDS))


@pytest.mark.parametrize("balancer", BALANCERS)
def test_no_word_is_blamed_for_a_server_that_is_out_of_order(found: Found, balancer: str) -> None:
    """Servers are asked in turn: controls must not fall into step with them, or the bad one gets all the keywords."""
    assert "blocked" not in found.status(balancer).values(), explain(found, balancer)
