"""A pretended moderation service with some censored keywords among many, asked in pools."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from probe.assembly.job import Pooled
from probe.lab.policy import Policy
from probe.model.run import Cost
from tests.scenarios.practice import Practice, practise, standard

HARD = tuple(f"暗{number}语" for number in range(5))
SOFT = ("影1语", "影2语")
PAIR = ("左1语", "右1语")
"""Censored only together, where a policy has them as a combination."""
AUTO = Pooled()
OFF = Pooled(mode="off")
PATIENT = {"deadline": 600.0}
"""However busy the machine is, on a clock that is fast: no answer is late."""


def mix(plain: int = 300, censored: Sequence[str] = (*HARD, *SOFT)) -> list[str]:
    """So many keywords that nobody minds, and among them those."""
    words = [f"词{number}号" for number in range(plain)]
    for place, word in enumerate(censored):
        words.insert((place + 1) * plain // (len(censored) + 1), word)
    return words


WORDS = mix()


def moderating(**changes: Any) -> Policy:
    """The practice moderation service with these words."""
    words = {"hard": frozenset(HARD), "soft": frozenset(SOFT), "combos": frozenset()}
    return standard("moderation", **{**words, **changes})


async def ask(
    policy: Policy, words: Sequence[str] = WORDS, *, pooled: Pooled = AUTO, **options: Any
) -> Practice:
    """Ask it, on a fast clock."""
    limits = {**PATIENT, **options.pop("limits", {})}
    return await practise(policy, words=words, pooled=pooled, rate=50, limits=limits, **options)


def cost_of(practice: Practice) -> Cost:
    """What pooling took; there must have been pools."""
    assert practice.document is not None
    (use,) = practice.document.endpoints
    assert use.cost is not None
    return use.cost
