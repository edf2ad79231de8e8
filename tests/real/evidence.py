"""Evidence: how many answers a verdict needs, by the decision's own numbers, so that no test has numbers of its own."""

from __future__ import annotations

from itertools import count

from probe.judging.comparison import Comparison
from probe.judging.decision import Next, decide, grounds
from probe.judging.rates import Rates
from probe.model.definition import Definition
from probe.model.exchange import Purpose
from probe.model.observation import Mechanism, Observation, Outcome
from probe.model.verdict import Status
from probe.planning.controls import FIRST_CLOSING, NEXT_CLOSING
from tests.builders import make_observation, make_question
from tests.real.asking import Found

OPENING = 1
"""Benign controls before the first keyword."""


def servings_needed(definition: Definition, *, canaries: int) -> int:
    """Normal answers that show that a word is not censored, after so many canaries that were."""
    served = make_observation()
    return next(
        number
        for number in count(1)
        if _settles([served] * number, definition, quiet=OPENING, canaries=canaries)
    )


def least_hits(definition: Definition, mechanism: Mechanism, *, quiet: int, canaries: int) -> int:
    """Ambiguous hits that show that a word is censored where so many controls were quiet when the last one came."""
    hit = make_observation(Outcome.BLOCKED, mechanism=mechanism)
    return next(
        number for number in count(1) if _settles([hit] * number, definition, quiet=quiet, canaries=canaries)
    )


def most_hits(definition: Definition, mechanism: Mechanism, *, canaries: int) -> int:
    """The same where nothing was known before but the controls that must pass to make each hit count."""
    hit = make_observation(Outcome.BLOCKED, mechanism=mechanism)
    for number in count(1):
        quiet = OPENING + FIRST_CLOSING + NEXT_CLOSING * (number - 1)
        if _settles([hit] * number, definition, quiet=quiet, canaries=canaries):
            return number
    raise AssertionError("never reached")


def quiet_before(found: Found, endpoint: str, word: str) -> int:
    """Answers that were no hits when this word was settled, as the decision counts: controls, and words that were ok."""
    verdicts = list(found.verdicts[endpoint].values())  # in the order in which they were settled
    place = next(place for place, one in enumerate(verdicts) if one.keyword == word)
    cleared = sum(one.counts.agreeing for one in verdicts[:place] if one.status is Status.OK)
    return verdicts[place].counts.controls_passed + cleared


def _settles(answers: list[Observation], definition: Definition, *, quiet: int, canaries: int) -> bool:
    rates = Rates(definition)
    for number in range(quiet):
        rates.learn(make_question(f"benign {number}", purpose=Purpose.BENIGN), make_observation())
    for _ in range(canaries):
        rates.learn(make_question("canary", purpose=Purpose.CANARY), make_observation(Outcome.BLOCKED))
    return decide(answers, grounds(definition, rates, Comparison(definition), frozenset())) is Next.SETTLE
