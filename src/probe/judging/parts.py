"""Parts: what the answers about a part of a keyword say: whether it triggers what the whole keyword does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from probe.judging.decision import Grounds, Next, proves_itself
from probe.judging.rates import Rates
from probe.model.exchange import Purpose
from probe.model.observation import Mechanism, Observation, Outcome
from probe.model.verdict import Certainty, Status, Verdict

PROVEN = 0.0005
"""How often an answer that proves itself, such as a legal notice, is wrong all the same: rarely, but no rate is 0."""
COMPARED = frozenset({Mechanism.EMPTY, Mechanism.COUNT})
"""Ways of censoring that only show beside a truism or a reference."""


@dataclass(frozen=True, kw_only=True)
class PartReading:
    """What the answers about one text say, and how far that can be trusted."""

    next: Next
    """Settled, or what must be asked of the same text before anything can be said."""
    word: str = "unknown"
    """Blocked, clean, or unknown."""
    miss: float
    """How often a text that triggers is answered so."""
    false: float
    """How often one that does not trigger looks blocked."""

    @property
    def step(self) -> str:
        return self.next.value


def read_part(
    observations: Sequence[Observation], mechanism: Mechanism | None, given: Grounds
) -> PartReading:
    """The reading of these answers, where `mechanism` is that by which the whole keyword is censored.

    Where that shows by itself, zero results of a part say that it did not show: parts of words often find nothing.
    """
    known = given.comparison.read(observations, given.discredited)
    evidence = [one for one in known if one.outcome.is_evidence and one.purpose is not Purpose.REFERENCE]
    last = evidence[-1] if evidence else None
    silent = sum(1 for _ in takewhile(lambda one: not one.outcome.is_evidence, reversed(known)))
    if last is None:
        return _reading(Next.SETTLE if silent > given.retries else Next.RETRY, given)
    if mechanism in COMPARED and not _is_shown(last):
        missing = given.comparison.missing(known)
        if missing is not None and silent <= given.retries:
            return _reading(Next.TRUISM if missing is Purpose.TRUISM else Next.REFERENCE, given)
        if missing is not None:
            return _reading(Next.SETTLE, given)
    if _is_shown(last):
        return _reading(Next.SETTLE, given, "blocked", last)
    is_open = last.outcome is Outcome.EMPTY and mechanism in COMPARED and not _is_compared(known, given)
    return _reading(Next.SETTLE, given, "unknown" if is_open else "clean")


def expect_part(verdict: Verdict, rates: Rates) -> tuple[float, float]:
    """The miss rate and the false-block rate of the next answer about a part of a keyword that has this verdict."""
    if verdict.certainty is Certainty.CONFIRMED:
        return 1 - rates.trigger, PROVEN
    outcome = Outcome.BLOCKED if verdict.status is Status.BLOCKED else Outcome.FILTERED
    return 1 - rates.trigger, rates.noise(outcome, verdict.mechanism)


def _reading(
    next_: Next, given: Grounds, word: str = "unknown", seen: Observation | None = None
) -> PartReading:
    false = PROVEN
    if seen is not None and not proves_itself(seen):
        false = given.rates.noise(seen.outcome, seen.mechanism)
    return PartReading(next=next_, word=word, miss=1 - given.rates.trigger, false=false)


def _is_shown(one: Observation) -> bool:
    """Whether it speaks for censorship without any comparison."""
    return one.outcome.is_hit and one.outcome is not Outcome.EMPTY


def _is_compared(known: Sequence[Observation], given: Grounds) -> bool:
    """Whether a truism or a reference said what zero results mean: honest ones, if they stand as they were."""
    if given.comparison.truism_failed and known[-1].purpose is Purpose.TRUISM:
        return False
    return any(one.purpose is not Purpose.KEYWORD and one.outcome.is_evidence for one in known)
