"""Judge: all of judging, for one endpoint: looks at its answers, learns from its controls, says what became of keywords."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from probe.inputs.definitions.refusals import shared_refusals
from probe.judging.comparison import Comparison
from probe.judging.decision import Grounds, Next, decide, firm, grounds, read_evidence
from probe.judging.knowledge import nested
from probe.judging.observation import Observer
from probe.judging.parts import PROVEN, PartReading, expect_part, read_part
from probe.judging.rates import Rates
from probe.judging.verdict import Circumstances, conclude
from probe.model.definition import Definition, Endpoint
from probe.model.exchange import Exchange, Purpose, Question
from probe.model.keyword import Keyword
from probe.model.observation import Observation, Outcome
from probe.model.verdict import Status, Verdict

CENSORED = (Status.BLOCKED, Status.FILTERED)


def open_observer(definition: Definition) -> Observer:
    """An observer, with the words that its rules ask for."""
    asks = any(
        one.refusal is not None
        for rule in definition.rules
        for when in rule.conditions
        for one in nested(when)
    )
    return Observer(definition, refusals=shared_refusals() if asks else None)


class Judge:
    """The same for a live run and for one that is judged again."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self.observer = open_observer(endpoint.definition)
        self._rates = Rates(endpoint.definition)
        self._comparison = Comparison(endpoint.definition)
        self._saw_censorship = False

    @property
    def doubt(self) -> str | None:
        """Why nothing may be called `ok` as far as its answers go, or None; and None once something was censored."""
        return None if self._saw_censorship else self.observer.doubt

    def observe(self, question: Question, exchange: Exchange) -> Observation:
        """What an answer of the endpoint shows."""
        observation = self.observer.observe(question, exchange)
        self.learn(question, observation)
        return observation

    def learn(self, question: Question, observation: Observation) -> None:
        """Take an answer, whoever looked at it."""
        self._rates.learn(question, observation)
        self._comparison.learn(question, observation)
        self._saw_censorship |= question.purpose is Purpose.CANARY and observation.outcome.is_hit

    def decide(self, observations: Sequence[Observation]) -> Next:
        """What to do after these observations of one keyword."""
        return decide(observations, self._grounds())

    def decide_firmly(self, observations: Sequence[Observation]) -> Next:
        """The same where a change shall rest on them."""
        return decide(observations, firm(self._grounds()))

    def read(self, observations: Sequence[Observation]) -> bool | None:
        """Whether these answers show a keyword to be censored, or not; None for neither."""
        return read_evidence(observations, self._grounds())

    def expect_pool(self, *, is_proof: bool) -> tuple[float, float]:
        """How often a text with a censored word in it is hit, and how often another: next to never where hits are proofs."""
        return self._rates.trigger, PROVEN if is_proof else self._rates.noise(Outcome.BLOCKED, None)

    def conclude(
        self, keyword: Keyword, observations: Sequence[Observation], around: Circumstances, *, run: str
    ) -> Verdict:
        """The verdict of one keyword; what it teaches counts for the next one."""
        verdict = self.preview(keyword, observations, around, run=run)
        self.recall(verdict)
        if verdict.status is Status.OK:
            self._rates.cleared(observations)
        return verdict

    def preview(
        self, keyword: Keyword, observations: Sequence[Observation], around: Circumstances, *, run: str
    ) -> Verdict:
        """The verdict as it would be now; it teaches nothing yet."""
        around = replace(around, doubt=around.doubt or self.doubt)
        return conclude(keyword, self.endpoint, observations, self._grounds(), around, run=run)

    def recall(self, verdict: Verdict) -> None:
        """Take a verdict that was reached before."""
        if verdict.status in CENSORED:
            self._saw_censorship = True
            self._rates.found(verdict.mechanism)

    def read_part(self, observations: Sequence[Observation], verdict: Verdict) -> PartReading:
        """What these answers about a part of a keyword say, which has this verdict."""
        return read_part(observations, verdict.mechanism, self._grounds())

    def expect_part(self, verdict: Verdict) -> tuple[float, float]:
        """How often the next such answer will miss, and be a false hit."""
        return expect_part(verdict, self._rates)

    def notes(self) -> list[str]:
        """What a reader of the verdicts must know, each in one sentence."""
        notes = list(self.observer.notes(censored=self._saw_censorship))
        if self._comparison.truism_failed:
            notes.append(
                "the truism has no results even with a made-up word, so zero results cannot be proved"
            )
        return notes

    def _grounds(self) -> Grounds:
        return grounds(self.endpoint.definition, self._rates, self._comparison, self.observer.discredited)
