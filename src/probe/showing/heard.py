"""Heard: what a run was answered, for formats that tell more than its verdicts.

A writer knows no store. Whoever opens it says from where a run was asked, and gives a function that finds answers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from probe.model.exchange import Exchange
from probe.model.record import Answer
from probe.model.run import Vantage
from probe.model.verdict import Verdict


@dataclass(frozen=True, kw_only=True)
class Heard:
    """Of one run."""

    vantage: Vantage = field(default_factory=Vantage)
    started: float | None = None
    """Seconds since 1970-01-01 UTC; None where it is not known."""
    answers: Callable[[Verdict], Sequence[tuple[Answer, Exchange | None]]] = lambda verdict: ()
    """All that was answered about the keyword of a verdict, with what is kept of the exchanges; nothing without a store."""
