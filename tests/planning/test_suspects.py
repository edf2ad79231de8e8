"""Which word of a hit pool was it for?"""

from __future__ import annotations

import math
import random

from hypothesis import given
from hypothesis import strategies as st

from probe.planning.suspects import Chances, Suspects

QUIET = Chances(trigger=0.9995, noise=1e-6)
ODDS = st.sampled_from((0.02, 0.05, 0.2, 1.0, 9.0))


def search(suspects: Suspects, bad: set[int], *, most: int = 300) -> tuple[int | None, int]:
    """Ask until a censored word was hit alone; that word, None where the search ends without, and questions."""
    for asked in range(most):
        items = suspects.next()
        if items is None:
            return None, asked
        is_hit = not bad.isdisjoint(items)
        suspects.tell(asked, items, is_hit=is_hit)
        if is_hit and len(items) == 1:
            return items[0], asked + 1
    raise AssertionError("the search has no end")


@given(odds=st.lists(ODDS, min_size=1, max_size=60), data=st.data(), hit_cost=st.sampled_from((0.0, 50.0)))
def test_a_censored_word_is_found_whatever_the_odds(
    odds: list[float], data: st.DataObject, hit_cost: float
) -> None:
    """One or several or all, as long as none is much less likely than that two are censored only together."""
    everything = list(range(len(odds)))
    bad = data.draw(st.sets(st.sampled_from(everything), min_size=1))
    found, asked = search(Suspects(everything, dict(enumerate(odds)), QUIET, hit_cost=hit_cost), bad)
    assert found in bad
    assert asked <= 3 * math.log2(len(odds) + 1) + 20


@given(count=st.integers(2, 200), rate=st.floats(0.001, 0.9), data=st.data())
def test_no_part_is_the_whole_that_was_hit(count: int, rate: float, data: st.DataObject) -> None:
    """The answer is known: asked again and again it would never change."""
    suspects = Suspects(range(count), dict.fromkeys(range(count), rate / (1 - rate)), QUIET)
    bad = data.draw(st.integers(0, count - 1))
    while (items := suspects.next()) is not None and len(items) > 1:
        assert set(items) < set(suspects.last) or not set(items) >= set(suspects.last)
        suspects.tell(0, items, is_hit=bad in items)


@given(count=st.integers(1, 200), rate=st.floats(0.001, 0.3))
def test_a_pool_that_was_hit_by_chance_is_let_go(count: int, rate: float) -> None:
    """Nobody is blamed, and it is no contradiction."""
    suspects = Suspects(range(count), dict.fromkeys(range(count), rate), Chances(trigger=0.9995, noise=0.02))
    assert search(suspects, set())[0] is None
    assert not suspects.is_contradiction


@given(count=st.integers(2, 100), data=st.data())
def test_words_that_are_censored_only_together_are_a_contradiction(count: int, data: st.DataObject) -> None:
    """The pool is hit again when none of its words was."""
    pair = data.draw(st.sets(st.integers(0, count - 1), min_size=2, max_size=2))
    suspects = Suspects(range(count), dict.fromkeys(range(count), 0.02), QUIET)
    for _ in range(200):
        items = suspects.next()
        if items is None:
            break
        suspects.tell(0, items, is_hit=pair <= set(items))
    assert suspects.next() is None
    assert suspects.is_contradiction
    assert pair <= set(suspects.last)


@given(seed=st.integers(0, 200))
def test_a_censor_that_misses_is_searched_to_an_end(seed: int) -> None:
    """The word that it ends with is the right one nearly always; here it is whichever is hit alone three times."""
    chance, bad = random.Random(seed), seed % 40
    suspects = Suspects(range(40), dict.fromkeys(range(40), 0.02), Chances(trigger=0.75, noise=0.02))
    alone = dict.fromkeys(range(40), 0)
    for _ in range(400):
        items = suspects.next()
        if items is None or max(alone.values()) == 3:
            break
        is_hit = chance.random() < (0.75 if bad in items else 0.02)
        alone[items[0]] += is_hit and len(items) == 1
        suspects.tell(0, items, is_hit=is_hit)
    else:
        raise AssertionError("the search has no end")
    assert all(item == bad for item, hits in alone.items() if hits == 3)


def test_who_is_decided_otherwise_is_no_suspect_any_more() -> None:
    """The search goes on with the others, and is over without any."""
    suspects = Suspects(range(3), dict.fromkeys(range(3), 0.1), QUIET)
    assert suspects.leave(0)
    assert 0 not in (suspects.next() or ())
    assert suspects.leave(2)
    assert suspects.next() == (1,)
    assert not suspects.leave(1)
