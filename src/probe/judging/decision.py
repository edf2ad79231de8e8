"""Decision: whether the observations of one keyword suffice, or what must be asked next.

A sequential probability ratio test (Wald 1945) between "censored" and "not censored": each answer multiplies the odds by
how much likelier it is under one than under the other. No answer has a likelihood of 0 or 1, except that evidence which
proves itself ends the matter.
"""

from __future__ import annotations

import enum
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from probe.judging.comparison import Comparison
from probe.judging.forms import by_form
from probe.judging.rates import Rates, family
from probe.model.change import CARRIED
from probe.model.definition import Definition
from probe.model.exchange import Purpose
from probe.model.observation import Observation, Outcome, Weight

TWICE = 2
"""Askings of each of several forms: a third would bring nothing new."""
ZEROS = 2
"""Askings of zero results that nothing can prove: nothing will be claimed of them, so two will do."""


class Next(enum.Enum):
    """What to do with a keyword."""

    SETTLE = "settle"
    CONFIRM = "confirm"
    """Ask again: the evidence does not suffice."""
    RETRY = "retry"
    """Ask again: the answer said nothing of the keyword."""
    TRUISM = "truism"
    """Ask it inside the truism."""
    REFERENCE = "reference"
    """Ask it of the reference."""


@dataclass(frozen=True, kw_only=True)
class Grounds:
    """All that a decision rests on besides the answers about the keyword itself."""

    rates: Rates
    comparison: Comparison
    error_rate: float
    attempts: int
    retries: int
    least: int = 1
    """Answers that a verdict takes at least."""
    alike: int = 1
    """Hits of one outcome that censorship takes at least, so that it is known to be hard or soft."""
    discredited: frozenset[str] = frozenset()
    """Rules that controls fired too, and that therefore mean nothing here."""

    @property
    def enough(self) -> float:
        """Log odds at which censorship is taken for shown; the same below zero for its absence (Wald's bounds)."""
        return math.log((1 - self.error_rate) / self.error_rate)


def grounds(
    definition: Definition, rates: Rates, comparison: Comparison, discredited: frozenset[str]
) -> Grounds:
    """The grounds of a definition's decisions, as they stand now."""
    deciding = definition.deciding
    return Grounds(
        rates=rates,
        comparison=comparison,
        error_rate=deciding.error_rate,
        attempts=deciding.attempts,
        retries=definition.limits.retries,
        least=deciding.least,
        discredited=discredited,
    )


def firm(given: Grounds) -> Grounds:
    """The same for a verdict that a change shall rest on: many keywords are compared, and each with every run, so chance may
    look like one only as often as like censorship twice in a row."""
    return replace(
        given,
        error_rate=given.error_rate**2,
        attempts=2 * given.attempts,
        least=max(given.least, CARRIED),
        alike=CARRIED,
    )


def decide(observations: Sequence[Observation], given: Grounds) -> Next:
    """What to do after these observations, all of which a passing control vouches for."""
    known = given.comparison.read(observations, given.discredited)
    evidence = [one for one in known if one.outcome.is_evidence and one.purpose is not Purpose.REFERENCE]
    silent = list(takewhile(lambda one: not one.outcome.is_evidence, reversed(known)))
    if len(known) >= given.attempts or len(silent) > given.retries:
        return Next.SETTLE
    if len(evidence) < given.least and given.least > 1:
        return Next.RETRY if silent else Next.CONFIRM
    if any(proves_itself(one) for one in evidence):
        return Next.SETTLE
    missing = given.comparison.missing(known)
    if missing is not None:
        return Next.TRUISM if missing is Purpose.TRUISM else Next.REFERENCE
    if is_decided(evidence, given) or _is_settled_zero(evidence) or _is_exhausted(evidence):
        return Next.SETTLE
    last = known[-1] if known else None
    if last is not None and last.purpose is Purpose.TRUISM:
        return Next.TRUISM  # what the truism showed only the truism can confirm
    return Next.RETRY if silent else Next.CONFIRM


def read_evidence(observations: Sequence[Observation], given: Grounds) -> bool | None:
    """Whether these answers show that a keyword is censored (True) or is not (False); None where they show neither."""
    known = given.comparison.read(observations, given.discredited)
    evidence = [one for one in known if one.outcome.is_evidence and one.purpose is not Purpose.REFERENCE]
    if any(map(proves_itself, evidence)) or strongest_odds(evidence, given.rates) >= given.enough:
        return True
    is_clear = len(evidence) >= given.least and is_cleared(evidence, given)
    return False if is_clear and given.comparison.missing(known) is None else None


def is_decided(evidence: Sequence[Observation], given: Grounds) -> bool:
    """Whether the odds suffice, either way."""
    hits = Counter(one.outcome for one in evidence if one.outcome.is_hit)
    is_shown = strongest_odds(evidence, given.rates) >= given.enough
    return (is_shown and max(hits.values(), default=0) >= given.alike) or is_cleared(evidence, given)


def strongest_odds(evidence: Sequence[Observation], rates: Rates) -> float:
    """The log odds for censorship, in whichever forms it was asked.

    Of several forms each counts once: who is asked the same words again gives much the same answer, so that its second hit
    shows nothing new; and what one form is answered does not speak against another.
    """
    groups = by_form(evidence)
    if len(groups) < 2:
        return log_odds(evidence, rates)
    return sum(max(0.0, log_odds(_first_hit(group), rates)) for group in groups)


def _first_hit(group: Sequence[Observation]) -> list[Observation]:
    """The observations of one form with only the first of its hits."""
    first = next((one for one in group if one.outcome.is_hit), None)
    return [one for one in group if one is first or not one.outcome.is_hit]


def is_cleared(evidence: Sequence[Observation], given: Grounds) -> bool:
    """Whether answers show that a keyword is not censored, in whichever form it was put: by the odds; or, where the censor
    acts as good as always, by one normal answer beside at most one hit.

    The latter is wrong no more often than was asked for, as a censored keyword would need the one miss in so many among two
    answers. (Quack, VanderSloot et al. 2018, takes any one good answer for enough.)
    """
    groups = by_form(evidence)
    return bool(groups) and all(_is_clear(group, given) for group in groups)


def _is_clear(evidence: Sequence[Observation], given: Grounds) -> bool:
    if log_odds(evidence, given.rates) <= -given.enough:
        return True
    normal = sum(one.outcome is Outcome.SERVED for one in evidence)
    hits = sum(one.outcome.is_hit and one.outcome is not Outcome.EMPTY for one in evidence)
    return normal > 0 and hits <= 1 and 2 * (1 - given.rates.trigger) <= given.error_rate


def log_odds(observations: Iterable[Observation], rates: Rates) -> float:
    """How much these answers speak for censorship (above zero) or against it, in natural logarithms of the odds.

    They are to be answers that `Comparison.read` has been over. Zero results that nothing proves weigh nothing.
    """
    before: Counter[str] = Counter()
    odds = 0.0
    for one in observations:
        if not one.outcome.is_evidence or one.purpose is Purpose.REFERENCE or one.outcome is Outcome.EMPTY:
            continue
        kind = family(one.outcome, one.mechanism)
        odds += _weight(one, rates, before[kind])
        before[kind] += one.outcome.is_hit
    return odds


def proves_itself(one: Observation) -> bool:
    """Whether one such answer suffices: a legal notice, a moderation code."""
    return one.outcome.is_hit and one.weight is Weight.DETERMINATE and one.outcome is not Outcome.EMPTY


def _weight(one: Observation, rates: Rates, before: int) -> float:
    # Where innocent words fare worse than censored ones, neither a hit nor a normal answer says anything.
    if one.outcome is Outcome.SERVED:
        return min(0.0, math.log((1 - rates.trigger) / rates.served))
    return max(0.0, math.log(rates.trigger / rates.noise(one.outcome, one.mechanism, before=before)))


def _is_exhausted(evidence: Sequence[Observation]) -> bool:
    """Whether asking on would only repeat what each of several forms was answered twice."""
    groups = by_form(evidence)
    return len(groups) > 1 and all(len(group) >= TWICE for group in groups)


def _is_settled_zero(evidence: Sequence[Observation]) -> bool:
    return len(evidence) >= ZEROS and all(one.outcome is Outcome.EMPTY for one in evidence)
