"""Background: what a report says beside the verdicts of a run: what was sent and came back, and how it was before.

A writer knows no store. Whoever opens it hands it a function that reads this when all verdicts are there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from probe.model.excerpt import Excerpt
from probe.model.run import Run
from probe.model.verdict import Status, Verdict


@dataclass(frozen=True, kw_only=True)
class Moment:
    """How the pairs of a run stood in another run, or stand in this one."""

    run: str
    started: str
    """RFC 3339, UTC."""
    statuses: Mapping[Status, int]
    """How many of the pairs that both runs share have which verdict."""

    @property
    def pairs(self) -> int:
        return sum(self.statuses.values())


@dataclass(frozen=True, kw_only=True)
class Background:
    """What is kept of a run and of those like it."""

    excerpts: Callable[[Sequence[Verdict]], Iterator[tuple[str, str, Excerpt]]]
    """For verdicts, keyword and endpoint of each of which an exchange was kept, with what of it is worth reading."""
    moments: Sequence[Moment] = ()
    """Runs of the same keywords and endpoints, the oldest first, this one among them."""


ReadBackground = Callable[[Run, Sequence[Verdict]], Background]
