"""The component-aware binary split, from its description alone, for benchmarks/isolation.py to be compared with.

For each component: bisect for the last place from which the text still triggers together with the components found so far;
then gallop, and bisect, for where it ends. One wrong answer, and it is lost; nothing is asked twice.
"""

from __future__ import annotations

from collections.abc import Generator

Pieces = tuple[str, ...]
Split = Generator[Pieces, bool, list[str]]


def split(text: str) -> Split:
    """Asks whether pieces trigger, and is answered; returns the components. The text as a whole is known to trigger."""
    found: list[str] = []
    begin = 0
    while begin < len(text):
        begin = yield from _find_start(text, found, begin)
        end = yield from _find_end(text, found, begin)
        found.append(text[begin:end])
        begin += 1
        if (yield tuple(found)):
            break
    return found


def _find_start(text: str, found: list[str], low: int) -> Generator[Pieces, bool, int]:
    high = len(text) - 1
    while low < high:
        middle = (low + high + 1) // 2
        if (yield (*found, text[middle:])):
            low = middle
        else:
            high = middle - 1
    return low


def _find_end(text: str, found: list[str], begin: int) -> Generator[Pieces, bool, int]:
    """What follows the component stays in the question, but for its own first character."""
    short, length = 0, 1
    while begin + length < len(text) and not (
        yield (*found, text[begin : begin + length], text[begin + 1 :])
    ):
        short, length = length, length * 2
    low, high = begin + short + 1, min(begin + length, len(text))
    while low < high:
        middle = (low + high) // 2
        if (yield (*found, text[begin:middle], text[begin + 1 :])):
            high = middle
        else:
            low = middle + 1
    return low
