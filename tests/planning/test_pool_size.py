"""How many words to put into one question."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.planning.pool_size import LARGEST, STEP, Sizes, best_sizes

rates = st.floats(1e-7, 1.0)
costs = st.sampled_from((0.0, 1.0, 20.0, 1_000.0))


def cost_of(sizes: Sizes, words: list[bool], hit_cost: float) -> float:
    """What these words cost, asked as the sizes say; a censored word must be asked alone."""
    spent, waiting = 0.0, list(words)
    while waiting:
        pool = waiting[: sizes.pool]
        spent += 1 + hit_cost * any(pool)
        if not any(pool):
            waiting = waiting[len(pool) :]
            continue
        clear = 0
        while len(pool) > 1:
            part = sizes.parts[len(pool)]
            spent += 1 + hit_cost * any(pool[:part])
            if any(pool[:part]):
                pool = pool[:part]
            else:
                clear, pool = clear + part, pool[part:]
                if len(pool) == 1:
                    spent += 1 + hit_cost
        waiting = waiting[clear + 1 :]
    return spent


@given(rate=rates, hit_cost=costs)
def test_no_pool_is_ever_dearer_than_asking_one_by_one(rate: float, hit_cost: float) -> None:
    """And each hit pool is parted into a part and a rest."""
    sizes = best_sizes(rate, hit_cost)
    known = min(max(rate, 1e-5), 0.9) * math.exp(STEP / 2)
    assert sizes.cost <= 1 + known * hit_cost + 1e-9
    assert 1 <= sizes.pool <= LARGEST
    assert all(1 <= sizes.parts[whole] < whole for whole in range(2, len(sizes.parts)))


@given(rate=st.floats(1e-4, 0.5), hit_cost=st.floats(5, 100))
def test_dear_hits_make_pools_smaller(rate: float, hit_cost: float) -> None:
    """And so does a higher rate."""
    assert best_sizes(rate, hit_cost).pool <= best_sizes(rate, 0.0).pool
    assert best_sizes(min(rate * 1.5, 0.9)).pool <= best_sizes(rate).pool


@pytest.mark.parametrize("rate", [0.4, 0.6, 1.0])
def test_words_that_are_often_censored_are_asked_one_by_one(rate: float) -> None:
    """Above about 0.38 no pool pays (Ungar 1960)."""
    assert best_sizes(rate).pool == 1


@pytest.mark.parametrize(("rate", "hit_cost"), [(0.01, 0.0), (0.05, 0.0), (0.2, 0.0), (0.01, 5.0)])
def test_the_cost_is_what_asking_costs(rate: float, hit_cost: float) -> None:
    """Within five in a hundred, in 40,000 words in any order."""
    chance = random.Random(1)
    words = [place < 40_000 * rate for place in range(40_000)]
    chance.shuffle(words)
    sizes = best_sizes(rate, hit_cost)
    assert cost_of(sizes, words, hit_cost) / len(words) == pytest.approx(sizes.cost, rel=0.05)
