"""Times and counts as people read them."""

from __future__ import annotations

import pytest

from probe.showing.quantity import write_clock, write_count, write_duration


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-1, "0.0 s"),
        (0.04, "0.0 s"),
        (12.34, "12.3 s"),
        (59.94, "59.9 s"),
        (59.96, "1 min 00 s"),
        (250, "4 min 10 s"),
        (3599.4, "59 min 59 s"),
        (3599.6, "1 h 00 min"),
        (7500, "2 h 05 min"),
        (360_000_000, "100,000 h 00 min"),
    ],
)
def test_durations_carry_their_units(seconds: float, words: str) -> None:
    """Rounding never makes 60 s or 60 min."""
    assert write_duration(seconds) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(None, "--:--"), (0, "00:00"), (59.6, "01:00"), (130, "02:10"), (3600, "1:00:00")],
)
def test_clocks_are_about_as_wide_always(seconds: float | None, words: str) -> None:
    """A time that is not known has a shape, too."""
    assert write_clock(seconds) == words


def test_counts_agree_with_their_nouns() -> None:
    """One is singular, all else plural."""
    assert [write_count(number, "keyword") for number in (0, 1, 2000)] == [
        "0 keywords",
        "1 keyword",
        "2,000 keywords",
    ]
