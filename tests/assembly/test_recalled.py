"""Which pools of earlier sessions still count?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from probe.assembly.recalled import Vouched, count_attempts, recall_pools
from probe.judging.verdict import Circumstances, conclude
from probe.keeping.keeper import Unkept
from probe.model.definition import Endpoint
from probe.model.exchange import Purpose, Question
from probe.model.keyword import Keyword
from probe.model.observation import Observation, Outcome, Weight
from probe.model.record import Answer
from probe.model.verdict import Verdict
from tests.builders import make_endpoint, make_grounds, make_observation, make_question

HIT = make_observation(Outcome.BLOCKED)
NOTICE = make_observation(Outcome.BLOCKED, weight=Weight.DETERMINATE)
SERVED = make_observation()
WORDS = [Keyword(components=(word,)) for word in ("a", "b", "c")]
ALWAYS = Vouched(one=2_000.0, several=2_000.0)


class Kept(Unkept):
    """Answers about pools, and about keywords alone."""

    def __init__(self, *pools: Answer, alone: dict[str, Answer] | None = None, blocked: str = "") -> None:
        self._pools = pools
        self._alone = alone or {}
        self._blocked = blocked

    def pools(self, endpoint: Endpoint) -> Iterable[Answer]:
        return self._pools

    def answers(self, endpoint: Endpoint, components: tuple[str, ...]) -> Sequence[Answer]:
        return [self._alone[components[0]]] if components[0] in self._alone else []

    def verdict(self, endpoint: Endpoint, components: tuple[str, ...]) -> Verdict | None:
        if components != (self._blocked,):
            return None
        keyword = Keyword(components=components)
        return conclude(keyword, make_endpoint(), [NOTICE], make_grounds(), Circumstances(), run="r")


def pool(*words: str, seen: Observation = SERVED, attempt: int = 1, void: bool = False) -> Answer:
    question = Question(
        endpoint="example",
        purpose=Purpose.POOL,
        components=("\n".join(words),),
        text=" ".join(words),
        attempt=attempt,
    )
    return Answer(question=question, observation=seen, void=void)


def recalled(kept: Kept, vouched: Vouched = ALWAYS) -> list[tuple[str, ...]]:
    return [question.pooled for question, _ in recall_pools(kept, make_endpoint(), vouched, WORDS)]


def test_what_passed_and_is_vouched_for_counts() -> None:
    """Not what was hit, became void, or had no closing control."""
    kept = Kept(pool("a", "b"), pool("b", "c", seen=HIT), pool("a", "c", void=True))
    assert recalled(kept) == [("a", "b")]
    assert recalled(kept, Vouched(one=0.0, several=0.0)) == []


def test_a_pool_with_a_word_that_is_censored_was_missed() -> None:
    """It says nothing of the others."""
    assert recalled(Kept(pool("a", "b"), pool("b", "c"), blocked="a")) == [("b", "c")]


def test_nor_does_one_with_a_word_that_was_hit_alone() -> None:
    """It is asked on, outside of pools, and may turn out to be censored."""
    hit = Answer(question=make_question("a"), observation=HIT)
    assert recalled(Kept(pool("a", "b"), pool("b", "c"), alone={"a": hit})) == [("b", "c")]
    served = Answer(question=make_question("a"), observation=SERVED)
    assert recalled(Kept(pool("a", "b"), alone={"a": served})) == [("a", "b")]


def test_the_text_that_proves_pools_is_none_of_them() -> None:
    """A canary that was not seen there shows that such texts are not read."""
    assert recalled(Kept(pool("a", "天气", "canary"))) == []


def test_pools_are_numbered_on_whatever_came_of_them() -> None:
    """The answer to one that is asked anew must not be taken for one that is kept."""
    kept = Kept(pool("a", "b", seen=HIT), pool("a", "b", attempt=3, void=True), pool("c", "b"))
    assert count_attempts(kept, make_endpoint()) == {("a\nb",): 3, ("c\nb",): 1}
