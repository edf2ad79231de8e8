"""Economy: what pooling took, beside what asking one by one would have taken, and beside the least that is possible."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

_SURE = 1e-3
"""Misses and false hits up to which an answer carries a whole bit."""


@dataclass
class Spent:
    """What was asked about keywords, controls apart."""

    questions: int = 0
    pools: int = 0
    hits: int = 0
    decided: int = 0
    censored: int = 0
    alone: int = 0
    """Answers about the censored ones alone."""
    contradictions: int = 0
    """Pools that are hit again and again, though none of their keywords is censored alone."""
    combinations: list[tuple[str, ...]] = field(default_factory=list)
    """Keywords that are censored only together, as lists write them."""


def least_questions(decided: int, censored: int, *, trigger: float, noise: float) -> float:
    """The information limit: bits that tell which so many of the decided keywords are censored, by those of an answer."""
    if not 0 <= censored <= decided:
        raise ValueError(f"{censored} of {decided} keywords")
    bits = (
        math.lgamma(decided + 1) - math.lgamma(censored + 1) - math.lgamma(decided - censored + 1)
    ) / math.log(2)
    return bits / capacity(trigger, noise)


def capacity(trigger: float, noise: float) -> float:
    """Bits that an answer carries at most, where a text with a censored word is hit with the one probability, and another
    with the other: the capacity of that binary channel (Shannon 1948), by ternary search as the information is concave."""
    if 1 - trigger <= _SURE and noise <= _SURE:
        return 1.0
    low, high = 0.0, 1.0
    for _ in range(60):
        left, right = low + (high - low) / 3, high - (high - low) / 3
        if _information(left, trigger, noise) < _information(right, trigger, noise):
            low = left
        else:
            high = right
    return max(_information((low + high) / 2, trigger, noise), 1e-9)


def _information(share: float, trigger: float, noise: float) -> float:
    hit = share * trigger + (1 - share) * noise
    return entropy(hit) - share * entropy(trigger) - (1 - share) * entropy(noise)


def entropy(probability: float) -> float:
    """Bits of a coin that falls one way with this probability."""
    if not 0 < probability < 1:
        return 0.0
    return -(probability * math.log2(probability) + (1 - probability) * math.log2(1 - probability))
