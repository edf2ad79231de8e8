"""Vouching: which answers of a stored run count, now that its controls may be judged in another way."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from probe.model.exchange import Purpose
from probe.model.observation import Observation, Outcome
from probe.model.record import Answer


@dataclass(frozen=True, kw_only=True)
class Closing:
    """One benign control of a stored run."""

    started: float
    """Seconds since 1970-01-01 UTC; so for the next."""
    ended: float
    passed_then: bool
    passes_now: bool

    @property
    def is_mended(self) -> bool:
        """Whether it failed only by the rules of then."""
        return self.passes_now and not self.passed_then


def read_closing(then: Observation, now: Observation) -> Closing | None:
    """A benign control as it was and as it is judged; None where it came too early, and so says nothing."""
    if now.outcome is Outcome.THROTTLED:
        return None
    return Closing(
        started=then.started,
        ended=then.ended,
        passed_then=then.outcome is Outcome.SERVED,
        passes_now=now.outcome is Outcome.SERVED,
    )


class Vouching:
    """Knows the benign controls of one endpoint, in the order of asking.

    An answer counts if the first benign control that was asked after it passes, and none fails that was answered while it
    was under way. The live run asks for more: for some answers two controls in a row, and nothing else under way when a
    connection is cut. What it called void for that stays void; only where a control that failed then passes now are the
    answers before it taken up again.
    """

    def __init__(self, controls: Sequence[Closing]) -> None:
        self._controls = controls
        self._started = [one.started for one in controls]
        self._ended = [one.ended for one in controls]

    def counts(self, answer: Answer) -> bool:
        """Whether an answer about a keyword may be believed."""
        if answer.question.purpose is Purpose.REFERENCE:
            return not answer.void  # another service, of which these controls say nothing
        seen = answer.observation
        first = bisect_right(self._ended, seen.started)
        closing = bisect_left(self._started, seen.ended)
        if closing == len(self._controls):
            return False
        around = self._controls[min(first, closing) : closing + 1]
        if not all(one.passes_now for one in around):
            return False
        return not answer.void or any(one.is_mended for one in around)

    def until(self, moment: float | None) -> tuple[int, int]:
        """How many passed and failed, up to the one that closes what was answered at this moment; of all for None."""
        end = len(self._controls) if moment is None else bisect_left(self._started, moment) + 1
        known = self._controls[:end]
        passed = sum(one.passes_now for one in known)
        return passed, len(known) - passed
