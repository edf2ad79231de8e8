"""Unpaused: runs the libraries below without the pauses in which they only let others go first.

httpcore and anyio pause (a bare yield, as in `sleep(0)`) at each of their locks, sends and receives. Between an answer and
the next question of the same worker these let every other answer be half dealt with first, so that questions leave late and
in bunches: with 20 in flight that costs one question in twenty.
"""

from __future__ import annotations

from collections.abc import Coroutine, Generator
from typing import Any, Generic, TypeVar

T = TypeVar("T")

MOST_SKIPPED = 10
"""Pauses in a row after which one is made: somebody may be waiting for another task by pausing."""


class Unpaused(Generic[T]):
    """Await it instead of the coroutine. Real waits and cancellation are passed on as they are."""

    def __init__(self, coroutine: Coroutine[Any, Any, T]) -> None:
        self._coroutine = coroutine

    def __await__(self) -> Generator[Any, Any, T]:
        steps = self._coroutine.__await__()
        error: BaseException | None = None
        skipped = 0
        while True:
            try:
                waiting = steps.send(None) if error is None else steps.throw(error)
            except StopIteration as end:
                result: T = end.value
                return result
            error = None
            skipped = skipped + 1 if waiting is None else 0
            if 0 < skipped < MOST_SKIPPED:
                continue
            skipped = 0
            try:
                yield waiting
            except BaseException as raised:  # cancelled while waiting: the coroutine is to know
                error = raised
