"""Allowance: how much may still be asked: a budget of questions, a number a day, a span of time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol


class Allowance(Protocol):
    """Something that ends a run before all is asked. Several planners may share one."""

    def refusal(self, owner: object, need: int) -> str | None:
        """Why so many more questions may not be asked by a planner, or None. What it has kept for itself counts as free."""

    def spend(self) -> None:
        """A question is on its way."""

    def reserve(self, owner: object, questions: int) -> None:
        """Keep so many questions for a planner: the controls without which its answers would be lost."""

    @property
    def is_spent(self) -> bool:
        """Whether not even a control may be asked."""


class Questions:
    """A number of questions. `reason` says in words that they are spent."""

    def __init__(self, most: int, reason: str) -> None:
        self._left = most
        self._reason = reason
        self._reserved: dict[int, int] = {}

    def refusal(self, owner: object, need: int) -> str | None:
        others = sum(kept for planner, kept in self._reserved.items() if planner != id(owner))
        return self._reason if self._left - others < need else None

    def spend(self) -> None:
        self._left -= 1

    def reserve(self, owner: object, questions: int) -> None:
        self._reserved[id(owner)] = questions

    @property
    def is_spent(self) -> bool:
        """Whether nothing is left, not even of what was kept for controls."""
        return self._left <= 0


class Span:
    """A span of time; `now` in seconds."""

    def __init__(self, seconds: float, reason: str, now: Callable[[], float]) -> None:
        self._end = now() + seconds
        self._reason = reason
        self._now = now

    def refusal(self, owner: object, need: int) -> str | None:
        return self._reason if self._now() >= self._end else None

    def spend(self) -> None:
        pass

    def reserve(self, owner: object, questions: int) -> None:
        pass

    @property
    def is_spent(self) -> bool:
        """Never: a control that closes what was asked in time is still worth its seconds."""
        return False
