"""Quantities in words that people read: times, clocks and counts."""

from __future__ import annotations


def write_duration(seconds: float) -> str:
    """A time with its units.

    >>> write_duration(12.34), write_duration(250), write_duration(7500)
    ('12.3 s', '4 min 10 s', '2 h 05 min')
    """
    seconds = max(seconds, 0.0)
    if round(seconds, 1) < 60:
        return f"{seconds:.1f} s"
    if round(seconds) < 3600:
        return f"{round(seconds) // 60} min {round(seconds) % 60:02} s"
    minutes = round(seconds / 60)
    return f"{minutes // 60:,} h {minutes % 60:02} min"


def write_clock(seconds: float | None) -> str:
    """A time left, always about as wide; None where it is not known.

    >>> write_clock(None), write_clock(130), write_clock(3730)
    ('--:--', '02:10', '1:02:10')
    """
    if seconds is None:
        return "--:--"
    whole = round(max(seconds, 0.0))
    minutes = f"{whole // 60 % 60:02}:{whole % 60:02}"
    return minutes if whole < 3600 else f"{whole // 3600:,}:{minutes}"


def write_count(number: int, noun: str) -> str:
    """A number with its noun in the right form.

    >>> write_count(1, "keyword"), write_count(12000, "keyword")
    ('1 keyword', '12,000 keywords')
    """
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
