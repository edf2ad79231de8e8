"""What a definition says of itself."""

from __future__ import annotations

import pytest

from tests.builders import make_endpoint


@pytest.mark.parametrize(
    ("stability", "seen", "expected"),
    [("unverified", None, True), ("unverified", "2026-11-24", False), ("supported", None, False)],
)
def test_a_definition_with_a_date_was_seen_to_work(stability: str, seen: str | None, expected: bool) -> None:
    """Whoever wrote the date saw it."""
    made = make_endpoint(stability=stability, last_verified=seen).definition
    assert made.is_unverified is expected
