"""Decision: whether the observations of one keyword suffice, or it must be asked again.

The rest of the statistics belongs here: whoever asks hands in all observations that stand, and learns what to do next.
"""

from __future__ import annotations

import enum
import math
from collections.abc import Callable, Sequence

from probe.model.observation import Observation, Outcome, Weight
from probe.model.run import ControlCounts

TRIES = 2
"""Observations that ambiguous evidence needs at least, with a passing control between them. CensMon (2011) found 21 % of
first failures to be transient, and nearly none after repeated tries."""
MOST_TRIES = 6
"""Askings after which ambiguous evidence is left undecided."""
PRIOR = (0.5, 12.0)
"""Failed and asked controls that are taken as seen before the first: about one answer in twenty-four fails
anywhere."""
ERROR_RATE = 1 / 1000
"""How often chance alone may look like censorship."""


class Next(enum.Enum):
    """What to do with a keyword."""

    SETTLE = "settle"
    CONFIRM = "confirm"
    """Ask again: the evidence is ambiguous."""
    RETRY = "retry"
    """Ask again: the answer said nothing of the keyword."""


Decide = Callable[[Sequence[Observation]], Next]


def needed_tries(controls: ControlCounts) -> int:
    """How many ambiguous hits in a row chance would bring with less than ERROR_RATE, going by this endpoint's controls.

    The noise is the mean of a beta distribution: what the controls showed on top of PRIOR. Four controls without a failure,
    as many as stand around two hits, make those enough. More than MOST_TRIES means that no evidence of this kind decides
    here.
    """
    failed, asked = PRIOR
    noise = (controls.failed + failed) / (controls.passed + controls.failed + asked)
    return max(TRIES, math.ceil(math.log(ERROR_RATE) / math.log(noise)))


def decide(observations: Sequence[Observation], *, retries: int, tries: int = TRIES) -> Next:
    """What to do after these observations, all of which a passing control vouches for.

    A normal answer settles, and so does a hit that proves itself; ambiguous hits settle when `tries` of them agree, or when
    a normal answer contradicts them. `retries` bounds how often answers that say nothing are asked for again.
    """
    evidence = [one for one in observations if one.outcome.is_evidence]
    if any(_proves_itself(one) for one in evidence):
        return Next.SETTLE
    if all(one.outcome is Outcome.EMPTY for one in evidence):
        tries = TRIES  # nothing will be claimed of zero results, so two will do
    if len(evidence) >= min(tries, MOST_TRIES):
        return Next.SETTLE
    silent = len(observations) - len(evidence)
    if silent > retries:
        return Next.SETTLE
    last_is_silent = bool(observations) and not observations[-1].outcome.is_evidence
    return Next.RETRY if last_is_silent else Next.CONFIRM


def _proves_itself(one: Observation) -> bool:
    return one.outcome is Outcome.SERVED or (one.outcome.is_hit and one.weight is Weight.DETERMINATE)
