"""Which hits are remembered?"""

from __future__ import annotations

from probe.judging.hits import MOST_HITS, REMEMBERED_EACH, Hit, remember
from probe.judging.look import Look
from probe.model.observation import Facts, Outcome, Weight
from probe.model.rule import Rule, When

ERROR = Rule(id="error", when=When(status="4xx"), outcome=Outcome.BLOCKED)
PROOF = Rule(id="law", when=When(status="4xx"), outcome=Outcome.BLOCKED, weight=Weight.DETERMINATE)


def hit(rule: Rule, status: int = 403) -> Hit:
    return Hit(look=Look(Facts(status=status)), rule=rule)


def test_a_few_of_each_kind_are_remembered() -> None:
    """A proof is of another kind than what looks like it and proves nothing."""
    hits: list[Hit] = []
    for _ in range(5):
        remember(hits, hit(ERROR))
    remember(hits, hit(PROOF))
    assert [one.is_proof for one in hits] == [False] * REMEMBERED_EACH + [True]


def test_a_proof_finds_room_where_there_is_none_left() -> None:
    """One such answer is worth a rule, so another one goes; but never one that proves something."""
    hits: list[Hit] = []
    for status in range(400, 420):
        remember(hits, hit(ERROR, status))
    assert len(hits) == MOST_HITS
    for status in range(400, 420):
        remember(hits, hit(PROOF, status))
    assert len(hits) == MOST_HITS
    assert all(one.is_proof for one in hits)
