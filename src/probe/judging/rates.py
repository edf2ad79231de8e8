"""Rates: how often this endpoint errs and how often it censors, learnt from the controls of the run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from probe.model.definition import Definition, Reckoned
from probe.model.exchange import Purpose, Question
from probe.model.observation import CUTS, Mechanism, Observation, Outcome

CUT_TRIGGER = 0.75
"""How often a cut connection follows a censored text: the Great Firewall resets about three of four (Rambert et al. 2021,
section 4; Bock et al. 2021)."""
TRIGGER = 0.9995
"""How often any other censor acts: always, as far as anybody saw. Not 1, as no rate is."""
FIRM, GUESSED = 20.0, 1.0
"""Canaries that a trigger rate is worth that was measured by others or declared, and one that is only supposed: the first
canary that is served refutes that a censor always acts, but not that it acts three times in four."""
LEAST_TRIGGER = 0.05
PRIOR = (0.5, 12.0)
"""Failed and asked controls that are taken as seen before the first: about one answer in twenty-four fails anywhere."""
FLOOR = 0.02
"""Noise below which no evidence is weighed, however well the controls fare: so that one ambiguous hit never suffices.
CensMon (Sfakianakis et al. 2011) found 21 % of first failures to be transient, and nearly none after repeated tries."""
LIFTED = 6
"""Askings after which a canary that never was censored, while others are, counts as lifted. A censor that acts every
second time lets 1.6 % through so often."""

_SOFT = frozenset({Outcome.FILTERED, Outcome.ALTERED, Outcome.HELD})


def family(outcome: Outcome, mechanism: Mechanism | None) -> str:
    """Kind of hit, as far as noise goes: cuts, zero results, soft and hard answers each have their own."""
    if mechanism in CUTS:
        return "cut"
    if outcome is Outcome.EMPTY or mechanism is Mechanism.EMPTY:
        return "empty"
    return "soft" if outcome in _SOFT else "hard"


class Rates:
    """What the controls of one endpoint say of its noise and of its censor. Grows by `learn` and `found`."""

    def __init__(self, definition: Definition) -> None:
        self._declared = definition.deciding.trigger_rate
        cuts = definition.deciding.mechanisms is Reckoned.DECLARED and definition.reads_cuts
        self._reckons_cuts = cuts
        self._asked = 0
        self._served = 0
        self._noise: Counter[str] = Counter()
        self._canaries: dict[str, list[int]] = {}

    def learn(self, question: Question, observation: Observation) -> None:
        """Take the answer to a benign control or a canary; others teach nothing."""
        if not observation.outcome.is_evidence:
            return
        if question.purpose is Purpose.BENIGN:
            self._asked += 1
            if observation.outcome.is_hit:
                self._noise[family(observation.outcome, observation.mechanism)] += 1
            else:
                self._served += 1
        elif question.purpose is Purpose.CANARY:
            tally = self._canaries.setdefault(question.components[0], [0, 0])
            tally[0] += observation.outcome.is_hit
            tally[1] += 1
            self._reckons_cuts |= observation.is_cut

    def cleared(self, observations: Iterable[Observation]) -> None:
        """The answers about a keyword that turned out not to be censored: what speaks for it among them is noise as well.

        Controls and keywords may fall into step with trouble that comes every so many answers; then only this shows it.
        """
        for one in observations:
            if (
                one.outcome.is_evidence
                and one.purpose is Purpose.KEYWORD
                and one.outcome is not Outcome.EMPTY
            ):
                self._asked += 1
                if one.outcome.is_hit:
                    self._noise[family(one.outcome, one.mechanism)] += 1
                else:
                    self._served += 1

    def found(self, mechanism: Mechanism | None) -> None:
        """A keyword of this run was found blocked by this: from now on it is reckoned with."""
        self._reckons_cuts |= mechanism in CUTS

    def noise(self, outcome: Outcome, mechanism: Mechanism | None, *, before: int = 0) -> float:
        """How often such a hit comes without censorship: what the controls showed on top of PRIOR, at least FLOOR.

        `before` such hits of the same keyword were seen: if it is not censored they were noise, and there is more of it than
        the controls showed (the predictive mean of a beta distribution). So further hits count less where controls are few.
        """
        failed, asked = PRIOR
        seen = self._noise[family(outcome, mechanism)] + failed + before
        return max(seen / (self._asked + asked + before), FLOOR)

    @property
    def served(self) -> float:
        """How often a text that is not censored is served. Here nothing is added: doubt would cost questions, not errors."""
        return (self._served + 1) / (self._asked + 1)

    @property
    def trigger(self) -> float:
        """How often the censor acts on a censored text, corrected by the canaries."""
        rate, worth = self._supposed()
        hits, asked = self._canary_sums()
        if hits:  # without any, nothing is censored or nothing can be seen: that is another question
            rate = (hits + rate * worth) / (asked + worth)
        return min(max(rate, LEAST_TRIGGER), TRIGGER)

    def is_lifted(self, canary: str) -> bool:
        """Whether a canary is served again and again while others are censored: its rate says nothing of the censor."""
        hits, asked = self._canaries.get(canary, (0, 0))
        return not hits and asked >= LIFTED and any(one[0] for one in self._canaries.values())

    def _supposed(self) -> tuple[float, float]:
        if self._declared is not None:
            return self._declared, FIRM
        return (CUT_TRIGGER, FIRM) if self._reckons_cuts else (TRIGGER, GUESSED)

    def _canary_sums(self) -> tuple[int, int]:
        counted = [tally for word, tally in self._canaries.items() if not self.is_lifted(word)]
        return sum(hits for hits, _ in counted), sum(asked for _, asked in counted)
