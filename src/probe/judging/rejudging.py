"""Rejudging: what a stored answer shows by other rules than those by which it was first looked at.

With its exchange it is looked at as if it came just now. Without, each condition is true, false or unknown by what was
measured then, and by what the rules of then said of it. What only the page could tell is never guessed.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

import msgspec

from probe.judging.knowledge import Known, holds, nested
from probe.judging.observation import Observer, describe
from probe.judging.rules import Fit
from probe.model.definition import Definition
from probe.model.exchange import Exchange, Question, Request, Response, Step
from probe.model.observation import Facts, Observation, Outcome, Weight
from probe.model.record import Answer
from probe.model.rule import Rule
from probe.reading.body import decode
from probe.reading.match import Echoes
from probe.reading.page import most_text

REMOVED = "{removed}"
"""What stands for the value of a header that logs in, in exchanges that are kept."""
_LOST = "its page was not kept, and the rules have changed"
_UNCOUNTED = "its page was not kept, and results are counted in another way now"
_ASSUMED = "its page was not kept, so rules that are new or changed were not tried"


class Basis(enum.StrEnum):
    """What a stored answer was judged from."""

    EXCHANGE = "exchange"
    FACTS = "facts"
    """What was measured when it came."""
    KEPT = "kept"
    """What was said of it then, by rules that still say so."""
    ASSUMED = "assumed"
    """The same, but a rule that is tried before them is new or changed, and only the page could tell whether it fits."""
    LOST = "lost"
    """Nothing: the rules have changed, and only the page could tell."""


@dataclass(frozen=True, kw_only=True)
class Rejudged:
    """A stored answer by the rules of today."""

    observation: Observation
    basis: Basis


class Rejudger:
    """Looks at the stored answers of one endpoint by today's definition."""

    def __init__(self, observer: Observer, today: Definition, before: Definition | None) -> None:
        """`observer` is of today's definition; `before` is the one of then, None where it cannot be read any more."""
        self._observer = observer
        self._today = today
        self._before = before
        alike = before if before is not None and before.encoding == today.encoding else None
        self._same_count = alike is not None and alike.results.count == today.results.count
        self._same_hosts = alike is not None and alike.results.hosts == today.results.hosts
        self._same_authors = alike is not None and alike.results.authors == today.results.authors
        self._known_as = {} if alike is None else self._match_rules(alike)
        self._is_unchanged = before is not None and (
            [self._known_as.get(rule.id) for rule in today.rules] == list(range(len(before.rules)))
        )
        conditions = [one for rule in today.rules for when in rule.conditions for one in nested(when)]
        self._reads_length = any(one.length is not None for one in conditions)
        self._headers = {name.lower() for one in conditions for name in one.header or {}}

    def judge(self, answer: Answer, exchange: Exchange | None) -> Rejudged:
        """What a stored answer shows today; the exchange where it was kept. Learns from controls as the observer does."""
        old = answer.observation
        if exchange is not None and self._is_whole(exchange, old.facts):
            seen = self._observer.observe(answer.question, exchange)
            length = seen.facts.length if old.facts.length is None else old.facts.length
            facts = msgspec.structs.replace(seen.facts, length=length)
            return Rejudged(observation=msgspec.structs.replace(seen, facts=facts), basis=Basis.EXCHANGE)
        if old.failure is not None:  # that and the stage are all that a failure has to look at
            return Rejudged(
                observation=self._observer.observe(answer.question, _stand_in(old)), basis=Basis.FACTS
            )
        judged = self._judge_facts(answer.question, old)
        counts = self._same_count or self._today.results.count is None
        if not counts and self._today.controls.share is not None and judged.basis is not Basis.LOST:
            return _lose(judged.observation, _UNCOUNTED)
        return judged

    def _judge_facts(self, question: Question, old: Observation) -> Rejudged:
        old = msgspec.structs.replace(old, facts=self._facts(old.facts))
        if old.facts.status is None:  # a pattern ran out of time, and nothing was measured
            return Rejudged(observation=old, basis=Basis.KEPT) if self._is_unchanged else _lose(old)
        for rule in self._today.rules:
            if rule.id in self._observer.discredited and not self._is_unchanged:
                continue
            told = self._told(rule, old)
            if told:
                return Rejudged(observation=self._restate(question, old, rule), basis=Basis.KEPT)
            truth = False if told is False else self._any_holds(rule, question, old.facts)
            if truth:
                fit = Fit(rule=rule, found="")
                seen = describe(question, _stand_in(old), facts=old.facts, fit=fit)
                return Rejudged(observation=seen, basis=Basis.FACTS)
            if truth is None:
                return self._assume(question, old)
        if self._is_unchanged:
            return Rejudged(observation=old, basis=Basis.KEPT)
        seen = describe(question, _stand_in(old), facts=old.facts)
        return Rejudged(observation=seen, basis=Basis.FACTS)

    def _assume(self, question: Question, old: Observation) -> Rejudged:
        """A rule may fit, and only the page could tell: what was said stands, if whoever said it would say it again."""
        if self._is_unchanged:
            return Rejudged(observation=old, basis=Basis.KEPT)
        rule = next((one for one in self._today.rules if one.id == old.rule), None)
        if rule is None or not self._told(rule, old) or rule.outcome is not old.outcome:
            return _lose(old)
        seen = self._restate(question, old, rule)
        seen = msgspec.structs.replace(seen, reason=f"{seen.reason}; {_ASSUMED}")
        return Rejudged(observation=seen, basis=Basis.ASSUMED)

    def _restate(self, question: Question, old: Observation, rule: Rule) -> Observation:
        """The same observation in the words of today's rule, whose conditions are those of the rule that said it."""
        assert self._before is not None
        then = self._before.rules[self._known_as[rule.id]]
        if then == rule:
            return old
        seen = describe(question, _stand_in(old), facts=old.facts, fit=Fit(rule=rule, found=""))
        if (then.reason, then.outcome) == (rule.reason, rule.outcome):
            return msgspec.structs.replace(seen, reason=old.reason)  # it may quote what was found
        return seen

    def _told(self, rule: Rule, old: Observation) -> bool | None:
        """What the old observation says of a rule: the one that decided fitted, and those before it did not."""
        place = self._known_as.get(rule.id)
        if place is None or self._before is None:
            return None
        ids = [one.id for one in self._before.rules]
        if old.rule is None:
            return False
        if old.rule not in ids or place > ids.index(old.rule):
            return None
        return place == ids.index(old.rule)

    def _any_holds(self, rule: Rule, question: Question, facts: Facts) -> bool | None:
        known = Known(
            facts=facts,
            echoes=Echoes(question.echoed),
            authorised=self._today.controls.authorised,
            authorised_authors=self._today.controls.authorised_authors,
            knows_count=self._same_count or self._today.results.count is None,
            knows_hosts=self._same_hosts or self._today.results.hosts is None,
            knows_authors=self._same_authors or self._today.results.authors is None,
        )
        truths = [holds(when, known) for when in rule.conditions]
        return True if True in truths else None if None in truths else False

    def _match_rules(self, before: Definition) -> dict[str, int]:
        """By the id of a rule of today: the place in the old definition of the first one with the same conditions."""
        then, now = before.controls, self._today.controls
        same_hosts = self._same_hosts and then.authorised == now.authorised
        same_authors = self._same_authors and then.authorised_authors == now.authorised_authors
        places: dict[str, int] = {}
        for rule in self._today.rules:
            parts = [one for when in rule.conditions for one in nested(when)]
            if not same_hosts and any(one.hosts is not None for one in parts):
                continue
            if not same_authors and any(one.authors is not None for one in parts):
                continue
            if not self._same_count and any(one.count is not None for one in parts):
                continue
            for place, one in enumerate(before.rules):
                if one.conditions == rule.conditions:
                    places[rule.id] = place
                    break
        return places

    def _facts(self, facts: Facts) -> Facts:
        """Without what today's definition measures in another way."""
        return msgspec.structs.replace(
            facts,
            count=facts.count if self._same_count else None,
            hosts=facts.hosts if self._same_hosts else (),
            authors=facts.authors if self._same_authors else (),
        )

    def _is_whole(self, exchange: Exchange, facts: Facts) -> bool:
        """Whether all that rules look at was kept."""
        step = exchange.last
        response = step.response
        if response is None:
            return True
        if any(response.header(name) == REMOVED for name in self._headers):
            return False
        if facts.length == len(response.body):
            return True
        if self._reads_length:
            return False  # secrets were taken out of it, or its end was cut off
        if step.detail is None:  # a body that was cut says so
            return True
        most = most_text(self._today.documents)
        text = decode(response.body, response.header("content-type"), self._today.encoding, most=most)
        return len(text) >= most  # no rule looks further


def _lose(old: Observation, reason: str = _LOST) -> Rejudged:
    seen = msgspec.structs.replace(
        old,
        outcome=Outcome.UNRECOGNISED,
        rule=None,
        weight=Weight.AMBIGUOUS,
        mechanism=None,
        manner=None,
        reason=reason,
    )
    return Rejudged(observation=seen, basis=Basis.LOST)


def _stand_in(old: Observation) -> Exchange:
    """An exchange that ended as that of an old observation did: with its failure, or with its status and nothing else."""
    request = Request(method="GET", url="")
    if old.failure is not None:
        step = Step(request=request, failure=old.failure, stage=old.stage)
    else:
        step = Step(request=request, response=Response(status=old.facts.status or 0))
    return Exchange(steps=(step,), started=old.started, ended=old.ended)
