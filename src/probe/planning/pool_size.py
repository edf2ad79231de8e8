"""Pool size: how many words to put into one question, and how to part those of a pool that was hit, at the least cost.

Adaptive group testing by nested pools (Sobel and Groll 1959): a hit pool is parted until the first censored word in it is
found; the words behind it count as new. What differs here: a censored word must be asked alone, also where it can be
inferred; and a hit may cost more than a question.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

STEP = 0.05
"""Of the logarithm of a probability: probabilities between are rounded."""
LEAST, MOST = 1e-5, 0.9
LARGEST = 600
"""Words of the largest pool that is thought of."""
MARGIN = 0.03
"""Of the cost of asking one by one that pools must save where hits are dear: how often words are censored is only guessed,
and a pool that is hit for a wrong guess costs more than the right guesses save."""
_LIKELY = 4.0
"""Censored words that are expected in the largest pool that is thought of: larger ones are hit nearly always."""
_PARTS = sorted({1 << place for place in range(10)} | {3 << place for place in range(9)})
"""Sizes of parts that are tried besides halves: powers of two and their thirds end in groups of two and three words."""


@dataclass(frozen=True, kw_only=True)
class Sizes:
    """What to do with words of one probability."""

    pool: int
    """Words of the best pool; 1 where asking one by one is cheapest."""
    cost: float
    """What it costs to decide one word, in questions, with what hits cost more."""
    hits: float
    """Hits that it takes to decide one word."""
    parts: tuple[int, ...]
    """By the number of words in a hit pool: how many of them to ask next."""


def best_sizes(probability: float, hit_cost: float = 0.0) -> Sizes:
    """The best sizes for words that are censored with this probability; a hit costs `hit_cost` questions more."""
    level = round(math.log(min(max(probability, LEAST), MOST)) / STEP)
    return _solve(level, hit_cost)


@lru_cache(maxsize=400)
def _solve(level: int, hit_cost: float) -> Sizes:
    """By dynamic programming over the number of words in a hit pool.

    Of a pool of m words, hit with the probability u, the expected cost is 1 + u (h + S(m)), and it decides u / p words:
    those up to the first censored one, or all. S(m), the cost to find that word, is the least over parts of j words; what
    is asked alone and hit is found, what is left over must still be asked.
    """
    p = math.exp(level * STEP)
    largest = max(1, min(LARGEST, int(_LIKELY / p) + 1))
    clean = [(1 - p) ** count for count in range(largest + 1)]
    search = [0.0, 1.0 + hit_cost]
    hits = [0.0, 1.0]
    """By the number of words in a hit pool: hits that it takes to find the first censored one."""
    parts = [0, 1]
    best, pool, best_hits = 1 + p * hit_cost, 1, p
    for whole in range(2, largest + 1):
        hit = 1 - clean[whole]
        cost, part = min(
            (
                1
                + (1 - clean[part]) / hit * (hit_cost + (search[part] if part > 1 else 0.0))
                + (clean[part] - clean[whole]) / hit * search[whole - part],
                part,
            )
            for part in _candidates(whole)
        )
        search.append(cost)
        parts.append(part)
        first = (1 - clean[part]) / hit
        hits.append(first * (1 + (hits[part] if part > 1 else 0.0)) + (1 - first) * hits[whole - part])
        rate = (1 + hit * (hit_cost + cost)) * p / hit
        if rate < best:
            best, pool, best_hits = rate, whole, (1 + hits[whole]) * p
    alone = 1 + p * hit_cost
    if hit_cost and best > alone * (1 - MARGIN):
        best, pool, best_hits = alone, 1, p
    return Sizes(pool=pool, cost=best, hits=best_hits, parts=tuple(parts))


def _candidates(whole: int) -> set[int]:
    half = whole // 2
    return {part for part in _PARTS if part < whole} | {half, min(half + 1, whole - 1)}
