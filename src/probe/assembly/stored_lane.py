"""Stored lane: one endpoint of a stored run, judged again by the definition of today. Nothing is asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import repeat

from probe.assembly.judge import CENSORED, Judge, open_observer
from probe.judging.decision import Next
from probe.judging.observation import says_left_out
from probe.judging.rejudging import Basis, Rejudger
from probe.judging.verdict import Circumstances
from probe.judging.vouching import Closing, Vouching, read_closing
from probe.keeping.ledger import EndpointEnd
from probe.model.definition import Definition, Endpoint
from probe.model.exchange import Exchange, Purpose
from probe.model.keyword import Keyword, write_line
from probe.model.observation import Observation, Outcome, Weight
from probe.model.record import Answer
from probe.model.run import ControlCounts, EndpointUse
from probe.model.verdict import Verdict
from probe.planning.schedule import Schedule

NO_MORE = "no more was asked, as what was known then called for no more"
"""Why evidence that is too thin today was left so."""


class StoredLane:
    """Learns from all controls of its endpoint first, then judges one keyword after the other.

    The live run could only know the controls that it had asked already. How often an endpoint errs, how often its censor
    acts and what its normal answers look like is true of the whole run, and better known from all of them; so a verdict
    that rested on a lucky beginning may become `inconclusive` though no rule has changed. What verdicts teach (which ways
    of censoring there are, what was noise) is learnt in the order in which the keywords were first asked.
    """

    def __init__(
        self,
        today: Endpoint,
        before: Definition | None,
        *,
        reference_before: Definition | None = None,
        keywords: int,
        use: EndpointUse | None = None,
        ended_early: str | None = None,
    ) -> None:
        """`before` are the definitions of then, None where they cannot be read; `use` is what the run said of the endpoint,
        and `ended_early` why it asked no more."""
        self._use = use
        self._ended_early = ended_early
        self._judge = Judge(today)
        for name in _left_out(today.definition, before, () if use is None else use.notes):
            self._judge.observer.discredit(name)
        self._rejudger = Rejudger(self._judge.observer, today.definition, before)
        reference = today.reference
        self._reference = (
            None
            if reference is None
            else Rejudger(open_observer(reference.definition), reference.definition, reference_before)
        )
        self._schedule = Schedule(today.name, today.definition, iter(()), repeat(""), keywords=keywords)
        self._vouching = Vouching(())
        self._pooled: dict[str, list[Observation]] = {}
        """By keyword, as lists write it: what was seen of pools that passed with it, and count."""
        self._last: list[Observation] = []
        """Benign controls that failed since the last one that passed."""
        self._questions = 0
        self._censored = False
        self.bases: Counter[Basis] = Counter()
        """What its answers were judged from."""

    def learn(self, controls: Iterable[tuple[Answer, Exchange | None]]) -> None:
        """Take all answers that are about no keyword, in the order of asking."""
        closings: list[Closing] = []
        for answer, exchange in controls:
            seen = self._look(answer, exchange)
            if answer.question.purpose is not Purpose.BENIGN:
                continue
            self._last = [] if seen.outcome is Outcome.SERVED else [*self._last, seen]
            closing = read_closing(answer.observation, seen)
            if closing is not None:
                closings.append(closing)
        self._vouching = Vouching(closings)

    def learn_pools(
        self, pools: Iterable[tuple[Answer, Exchange | None]], *, censored: Collection[str]
    ) -> None:
        """Take all answers to pools, in any order. One that passed counts for each of its keywords, unless one of them was
        found censored: then it was missed."""
        for answer, exchange in pools:
            seen = self._look(answer, exchange)
            lines = answer.question.pooled
            passed = seen.outcome is Outcome.SERVED and self._vouching.counts(answer)
            if passed and not any(line in censored for line in lines):
                for line in lines:
                    self._pooled.setdefault(line, []).append(seen)

    def judge(self, before: Verdict, answers: Iterable[tuple[Answer, Exchange | None]]) -> Verdict:
        """The verdict of today of one keyword, from all answers about it in the order of asking."""
        standing: list[Observation] = []
        void = 0
        moment: float | None = None
        for answer, exchange in answers:
            seen = self._look(answer, exchange)
            moment = seen.ended if moment is None else max(moment, seen.ended)
            if self._vouching.counts(answer):
                standing.append(seen)
            elif answer.question.purpose is not Purpose.REFERENCE:
                void += 1
        pooled = self._pooled.get(write_line(before.components), ()) if before.counts.pooled else ()
        standing = sorted((*pooled, *standing), key=lambda one: one.started)
        passed, failed = self._vouching.until(moment)
        around = Circumstances(
            void=void,
            why_not=self._why_not(standing, before, void),
            controls=ControlCounts(passed=passed, failed=failed),
            doubt=self._doubt,
        )
        verdict = self._judge.conclude(_keyword(before), standing, around, run=before.run)
        self._censored |= verdict.status in CENSORED
        return verdict

    def end(self) -> EndpointEnd:
        """The sums of the endpoint, as today's rules have them."""
        endpoint = self._judge.endpoint
        return EndpointEnd(
            name=endpoint.name,
            definition=endpoint.digest,
            controls=self._schedule.counts,
            questions=self._questions if self._use is None else self._use.questions,
            given_up=self._given_up,
            doubt=self._doubt,
            notes=(*self._schedule.notes(censored=self._censored), *self._judge.notes()),
        )

    @property
    def _doubt(self) -> str | None:
        return self._schedule.doubt(censored=self._censored) or self._judge.doubt

    @property
    def _given_up(self) -> str | None:
        """Why the endpoint cannot be trusted to the end: its last controls fail by today's rules, too."""
        if not self._last:
            return None
        patience = self._judge.endpoint.definition.limits.patience
        if self._last[-1].outcome is Outcome.LOGIN or len(self._last) >= patience:
            noun = "a control" if len(self._last) == 1 else f"{len(self._last)} controls in a row"
            return f"{noun} failed: {self._last[-1].reason}"
        return None if self._use is None or self._use.trusted else self._use.reason

    def _look(self, answer: Answer, exchange: Exchange | None) -> Observation:
        is_reference = answer.question.purpose is Purpose.REFERENCE
        rejudger = self._reference if is_reference else self._rejudger
        self._questions += 1
        if rejudger is None:  # a reference was asked then, and today's definition has none
            self.bases[Basis.KEPT] += 1
            return answer.observation
        rejudged = rejudger.judge(answer, exchange)
        self.bases[rejudged.basis] += 1
        self._judge.learn(answer.question, rejudged.observation)
        self._schedule.learn(answer.question, rejudged.observation)
        return rejudged.observation

    def _why_not(self, standing: Sequence[Observation], before: Verdict, void: int) -> str | None:
        """Why there was no more asking, where today's rules would ask on."""
        if self._judge.decide(standing) is Next.SETTLE:
            return None
        if not standing and not void:
            return before.reason
        if not standing:
            return self._given_up or "no control that passes vouches for any of its answers"
        return self._given_up or self._ended_early or NO_MORE


def _left_out(today: Definition, before: Definition | None, notes: Sequence[str]) -> Iterator[str]:
    """Rules that the run left out, as innocent answers fitted them: which ones did cannot be told without their pages.

    A rule that was changed since gets its chance.
    """
    then = {} if before is None else {rule.id: rule.conditions for rule in before.rules}
    for rule in today.rules:
        said = says_left_out(notes, rule.id)
        if said and rule.weight is not Weight.AMBIGUOUS and then.get(rule.id) == rule.conditions:
            yield rule.id


def _keyword(verdict: Verdict) -> Keyword:
    return Keyword(
        components=verdict.components,
        lists=verdict.lists,
        category=verdict.category,
        gloss=verdict.gloss,
        language=verdict.language,
    )
