"""Recalled: what earlier sessions of a run were answered, and whether their controls vouch for it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from probe.assembly.judge import CENSORED
from probe.keeping.keeper import Keeper
from probe.model.definition import Endpoint
from probe.model.exchange import Purpose, Question
from probe.model.keyword import Keyword
from probe.model.observation import Observation, Outcome, Weight
from probe.model.record import Answer
from probe.model.verdict import DECIDED
from probe.planning.controls import NEXT_CLOSING
from probe.planning.plan import Known


@dataclass(frozen=True, kw_only=True)
class Vouched:
    """Until when the controls of earlier sessions vouch for answers that are not void, in seconds since 1970."""

    one: float
    """When the last benign control that passed was asked."""
    several: float
    """When the last NEXT_CLOSING of them began: an ambiguous hit may need so many."""

    def covers(self, answer: Answer) -> bool:
        seen = answer.observation
        if answer.question.purpose is Purpose.REFERENCE:
            return True
        is_doubtful = seen.outcome.is_hit and seen.weight is not Weight.DETERMINATE
        return seen.ended <= (self.several if is_doubtful else self.one)


def read_vouched(controls: Sequence[Answer]) -> Vouched:
    passed = sorted(
        answer.observation.started
        for answer in controls
        if answer.question.purpose is Purpose.BENIGN and answer.observation.outcome is Outcome.SERVED
    )
    passed = [0.0] * NEXT_CLOSING + passed
    return Vouched(one=passed[-1], several=passed[-NEXT_CLOSING])


def recall_keyword(keeper: Keeper, endpoint: Endpoint, vouched: Vouched, keyword: Keyword) -> Known | None:
    """What earlier sessions know of a keyword. What they could not measure is asked anew."""
    verdict = keeper.verdict(endpoint, keyword.components)
    if verdict is not None and verdict.status in DECIDED:
        return Known(verdict=verdict)
    return read_answers(keeper, endpoint, vouched, keyword.components, is_part=False)


def read_answers(
    keeper: Keeper, endpoint: Endpoint, vouched: Vouched, components: tuple[str, ...], *, is_part: bool
) -> Known | None:
    """What earlier sessions were answered about a keyword, or about pieces of one."""
    answers = [one for one in keeper.answers(endpoint, components) if one.question.is_part is is_part]
    if not answers:
        return None
    telling = [one for one in answers if not one.void and one.observation.outcome.is_evidence]
    return Known(
        standing=[one for one in telling if vouched.covers(one)],
        pending=[one for one in telling if not vouched.covers(one)],
        attempts=max(one.question.attempt for one in answers),
    )


def recall_pools(
    keeper: Keeper, endpoint: Endpoint, vouched: Vouched, keywords: Iterable[Keyword]
) -> list[tuple[Question, Observation]]:
    """The pools of earlier sessions that passed and count: of keywords only, none of which was ever hit alone. What passed
    with one that was hit may have been missed, and the text that proves pools says nothing where it passes."""
    pools = [one for one in keeper.pools(endpoint) if not one.void and vouched.covers(one)]
    passed = [one for one in pools if one.observation.outcome is Outcome.SERVED]
    if not passed:
        return []
    pooled = {line for one in passed for line in one.question.pooled}
    listed = [keyword for keyword in keywords if keyword.line in pooled]
    innocent = {one.line for one in listed if not _was_hit(keeper, endpoint, one)}
    return [(one.question, one.observation) for one in passed if innocent.issuperset(one.question.pooled)]


def count_attempts(keeper: Keeper, endpoint: Endpoint) -> dict[tuple[str, ...], int]:
    """By components: how often earlier sessions asked each pool. One that is asked anew needs a number of its own, or its
    answer would be taken for the one that is kept already."""
    attempts: dict[tuple[str, ...], int] = {}
    for answer in keeper.pools(endpoint):
        components = answer.question.components
        attempts[components] = max(attempts.get(components, 0), answer.question.attempt)
    return attempts


def _was_hit(keeper: Keeper, endpoint: Endpoint, keyword: Keyword) -> bool:
    verdict = keeper.verdict(endpoint, keyword.components)
    if verdict is not None and verdict.status in DECIDED:
        return verdict.status in CENSORED
    answers = keeper.answers(endpoint, keyword.components)
    return any(not one.void and one.observation.outcome.is_hit for one in answers)
