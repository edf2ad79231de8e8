"""Isolations: of one endpoint in a run, which censored keywords are asked about further, how, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import msgspec

from probe.assembly.job import Isolate
from probe.assembly.judge import CENSORED, Judge
from probe.model.definition import Definition
from probe.model.exchange import Purpose
from probe.model.isolation import Isolation
from probe.model.observation import CUTS, Mechanism
from probe.model.verdict import Verdict
from probe.planning.channel import Channel
from probe.planning.controls import FIRST_CLOSING
from probe.planning.inner import InnerPlanner
from probe.planning.isolating import IsolatingPlanner
from probe.planning.isolation import Isolator
from probe.planning.passage import split_characters
from probe.planning.plan import Case
from probe.planning.transcript import Recall, Target

MOST_HIT_COST = 20.0
"""More than so many questions are not asked to save a hit: they would take longer than the longest rest."""
UNPACED = 10.0
"""Questions a second that are reckoned with where nothing limits the pace."""
_COMPARED = (Mechanism.EMPTY, Mechanism.COUNT)


class Isolations:
    """Decides, and remembers what was found of keywords whose verdict comes only at the end of the run."""

    def __init__(
        self,
        judge: Judge,
        keywords: InnerPlanner,
        wish: Isolate,
        *,
        benign: Sequence[str],
        may_send: Callable[[str], bool],
        recall: Recall,
    ) -> None:
        self.planner = IsolatingPlanner(keywords, self._aim, recall)
        self._judge = judge
        self._wish = wish
        self._benign = benign
        self._may_send = may_send
        self._early: dict[tuple[str, ...], Isolation | None] = {}
        """By components: what was found while the verdict is still waited for."""

    def begin(self, case: Case, verdict: Verdict, *, is_early: bool = False) -> bool:
        """Ask on about a keyword, if it is worth it; whether it is, and will be settled once more.

        `is_early`: the verdict is still waited for, and will be told by itself.
        """
        if not wants_isolation(verdict, every=self._wish.every) or case.keyword.components in self._early:
            return False
        another = Case(keyword=case.keyword, text=case.text, verdict=verdict)
        if not self.planner.isolate(another):
            return False
        if is_early:
            self._early[case.keyword.components] = None
        return True

    def keep_early(self, case: Case) -> bool:
        """Whether an isolated case only is what a later verdict waits for."""
        if case.isolation is None or case.keyword.components not in self._early:
            return False
        self._early[case.keyword.components] = case.isolation
        return True

    def complete(self, verdict: Verdict, isolation: Isolation | None, ended_early: str | None) -> Verdict:
        """The verdict with what was found out of its parts."""
        found = isolation if isolation is not None else self._early.pop(verdict.components, None)
        if found is None or verdict.status not in CENSORED:
            return verdict
        if not found.complete and ended_early is not None:
            found = msgspec.structs.replace(found, reason=ended_early)
        return msgspec.structs.replace(verdict, isolation=found)

    def is_unfinished(self, verdict: Verdict) -> bool:
        """Whether more could be found out of a verdict that is told, as asking ended too early for it."""
        return self.planner.is_broken_off and wants_isolation(verdict, every=self._wish.every)

    def break_off(self, reason: str) -> Iterator[Case]:
        """What is not finished, with what is known; nothing is begun any more."""
        return self.planner.break_off(reason)

    def _aim(self, case: Case) -> Target:
        verdict, definition = case.verdict, self._judge.endpoint.definition
        assert verdict is not None
        known = verdict

        def channel() -> Channel:
            miss, false = self._judge.expect_part(known)
            return Channel(miss=miss, false=false, hit_cost=hit_cost(definition, known.mechanism))

        truism = definition.controls.truism
        inside = known.mechanism in _COMPARED and truism and definition.controls.reference is None
        return Target(
            endpoint=definition.name,
            open=lambda: self._open(case, channel()),
            read=lambda observations: self._judge.read_part(observations, known),
            channel=channel,
            purpose=Purpose.TRUISM if inside else Purpose.KEYWORD,
            truism=truism or "{keyword}",
            forms=_forms(definition, known),
        )

    def _open(self, case: Case, channel: Channel) -> Isolator:
        definition = self._judge.endpoint.definition
        separator = self._wish.separator
        return Isolator(
            case.keyword.components,
            channel=channel,
            error_rate=definition.deciding.error_rate,
            # Pieces without anything between them would make new words.
            separator=(definition.join or " ") if separator is None else separator,
            filler=next((word for word in self._benign if not set(word) & set(case.text)), None),
            every=self._wish.every,
            may_send=self._may_send,
        )


def wants_isolation(verdict: Verdict, *, every: bool) -> bool:
    """Whether there is anything to find out: it is censored, more than one character, and was not found out before."""
    if verdict.status not in CENSORED:
        return False
    known = verdict.isolation
    if known is not None and known.complete and (known.every or not every):
        return False
    return len(verdict.components) > 1 or len(split_characters(verdict.components[0])) > 1


def hit_cost(definition: Definition, mechanism: Mechanism | None) -> float:
    """How many answers without a hit one hit costs: with its controls, what the definition says, and the rest after it."""
    limits = definition.limits
    cost = 1.0 + FIRST_CLOSING + definition.risk.hit_cost
    if mechanism in CUTS:
        cost += limits.residual_wait * min(limits.rate or UNPACED, UNPACED)
    return min(cost / (1 + 1 / limits.block), MOST_HIT_COST)


def _forms(definition: Definition, verdict: Verdict) -> tuple[str, ...]:
    """The forms in which the keyword was censored; all of them where that is not known."""
    hit = tuple(name for name, counts in (verdict.forms or {}).items() if counts.agreeing)
    return hit or tuple(definition.forms)
