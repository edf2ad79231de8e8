"""What an answer to several words says of each."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from probe.planning.pooling import SILENT, Pool, Pooling
from probe.planning.prevalence import Prevalence
from probe.planning.suspects import Chances
from probe.planning.waiting import Room

SURE = Chances(trigger=0.9995, noise=1e-6)
MISSES = Chances(trigger=0.75, noise=0.005)


def pooling(words: int, chances: Chances = SURE, **options: float) -> Pooling:
    made = Pooling(Room(characters=10_000), lambda is_proof: chances, Prevalence(), **options)
    for item in range(words):
        made.add(item, 3, None)
    return made


def take(made: Pooling) -> Pool:
    pool = made.next()
    assert pool is not None
    return pool


def test_a_pool_that_passes_clears_all_of_it() -> None:
    """Once is enough where a censor acts as good as always."""
    made = pooling(10)
    pool = take(made)
    effects = made.tell(pool.number, is_hit=False)
    assert effects.changed == set(pool.items)
    assert all(made.is_clear(item) for item in pool.items)


def test_where_a_censor_misses_one_pool_clears_nobody() -> None:
    """It takes as many as one by one, and more as long as words may have been missed together."""
    made = pooling(10, MISSES)
    passes = 0
    while passes < 12 and not all(made.is_clear(item) for item in range(10)):
        pool = take(made)
        made.tell(pool.number, is_hit=False)
        passes += 1
    assert 5 <= passes <= 8


def test_a_pool_with_a_censored_word_says_nothing_of_the_others() -> None:
    """It passed, so it was missed."""
    made = pooling(4, MISSES)
    pool = take(made)
    made.tell(pool.number, is_hit=False)
    assert [*made.passed(1)] == [pool.number]
    effects = made.decide(0, censored=True)
    assert effects.changed == {1, 2, 3}
    assert not made.passed(1)


def test_an_answer_that_says_nothing_changes_nothing() -> None:
    """The same words are asked again."""
    made = pooling(10)
    pool = take(made)
    made.take_back(pool.number)
    assert take(made).items == pool.items
    assert not made.is_clear(pool.items[0])


def test_a_search_whose_pools_are_never_answered_is_given_up() -> None:
    """Its words wait for smaller pools."""
    made = pooling(16)
    pool = take(made)
    made.tell(pool.number, is_hit=True)
    for _ in range(SILENT):
        part = take(made)
        assert len(part.items) > 1
        made.take_back(part.number)
    assert len(take(made).items) <= len(pool.items) // 2
    assert not made._searches


def test_pools_are_halved_by_halves() -> None:
    """Also twice, when none was drawn in between."""
    made = pooling(200)
    whole = len(take(made).items)
    made.halve()
    made.halve()
    assert len(take(made).items) == whole // 4


@given(
    count=st.integers(1, 40),
    bad=st.sets(st.integers(0, 39)),
    left=st.sets(st.integers(0, 39)),
    seed=st.integers(0, 999),
)
def test_no_word_is_forgotten_whatever_becomes_of_the_others(
    count: int, bad: set[int], left: set[int], seed: int
) -> None:
    """Words are decided or left while pools with them are under way, and answers count for nothing now and then."""
    made, decided = pooling(count), dict[int, bool | None]()
    chance = random.Random(seed)
    for _ in range(3_000):
        if not made.undecided:
            break
        flying = [pool for _ in range(chance.choice((1, 3))) if (pool := made.next()) is not None]
        assert flying, "nothing is asked, and words are not decided"
        for pool in flying:
            if chance.random() < 0.2:
                made.take_back(pool.number)
                continue
            is_hit = not bad.isdisjoint(pool.items)
            if len(pool.items) == 1:
                (item,) = pool.items
                if item in left or is_hit:
                    made.take_back(pool.number)
                    decided[item] = None if item in left else True
                    made.decide(item, censored=decided[item])
                    continue
            effects = made.tell(pool.number, is_hit=is_hit, is_proof=True)
            for item in sorted(effects.changed | set(pool.items)):
                if item not in decided and made.is_clear(item):
                    decided[item] = False
                    made.decide(item, censored=False)
    assert decided.keys() == set(range(count))
    assert all(censored is None or censored is (item in bad) for item, censored in decided.items())
