"""Calibration: what a normal answer looks like, learnt from this run's benign controls."""

from __future__ import annotations

from probe.model.observation import Facts
from probe.reading.shape import likeness

ENOUGH = 2
"""Benign answers that must agree before anything is compared with them."""
SAME_SHAPE = 0.8
"""Least share of structure that two normal answers have in common."""
SAME_LENGTH = 0.5
"""Least ratio of their lengths. OONI's web_connectivity takes 0.7 for one page seen from two places."""


class Calibration:
    """The benign answers of one endpoint in one run. Grows by `learn`; everything else only looks."""

    def __init__(self) -> None:
        self._normal: list[Facts] = []

    @property
    def is_ready(self) -> bool:
        return len(self._normal) >= ENOUGH

    def learn(self, facts: Facts) -> None:
        """Take one benign answer as a measure for others. Only the first ENOUGH are taken: a measure must not drift."""
        if not self.is_ready:
            self._normal.append(facts)

    def is_like_benign(self, facts: Facts) -> bool:
        """Whether an answer has status, type, structure and about the length of a benign one.

        While there is no benign answer yet, every one is: the first control has nothing to be compared with, and the second
        one must be like it, so nothing rests on the first alone.
        """
        return not self._normal or any(_alike(facts, normal) for normal in self._normal)


def _alike(one: Facts, other: Facts) -> bool:
    if one.status != other.status or one.media_type != other.media_type:
        return False
    shorter, longer = sorted((one.length or 0, other.length or 0))
    if longer and shorter / longer < SAME_LENGTH:
        return False
    return likeness(one.shape, other.shape) >= SAME_SHAPE
