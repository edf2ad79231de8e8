"""Which words of a pool are censored only together?"""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from probe.planning.combination import Combination


@given(data=st.data(), count=st.integers(2, 60))
def test_exactly_the_needed_words_are_found(data: st.DataObject, count: int) -> None:
    """Wherever they stand, at about the logarithm of the number of words for each."""
    needed = data.draw(st.sets(st.integers(0, count - 1), min_size=2, max_size=5))
    search, asked = Combination(range(count)), 0
    while not search.is_over:
        search.tell(is_hit=needed <= set(search.next()))
        asked += 1
        assert asked <= len(needed) * (math.log2(count) + 2)
    assert not search.failed
    assert search.words == tuple(sorted(needed))


@given(data=st.data(), count=st.integers(2, 60))
def test_one_of_several_combinations_is_found(data: st.DataObject, count: int) -> None:
    """Nothing is left in it that is not needed."""
    pairs = data.draw(
        st.lists(st.sets(st.integers(0, count - 1), min_size=2, max_size=3), min_size=1, max_size=4)
    )
    search = Combination(range(count))
    while not search.is_over:
        asked = set(search.next())
        search.tell(is_hit=any(pair <= asked for pair in pairs))
    found = set(search.words)
    assert any(pair <= found for pair in pairs)
    assert not any(pair <= found - {word} for pair in pairs for word in found)


@given(answers=st.lists(st.booleans(), min_size=400, max_size=400), count=st.integers(2, 60))
def test_it_ends_whatever_is_answered_and_names_two_words_at_least(answers: list[bool], count: int) -> None:
    """Answers may err. One word that is hit alone is no combination."""
    search, asked = Combination(range(count)), 0
    while not search.is_over:
        assert len(set(search.next())) == len(search.next()) > 0
        search.tell(is_hit=answers[asked])
        asked += 1
        assert asked < 400
    assert search.failed or len(search.words) > 1


def test_what_is_not_hit_any_more_is_no_combination() -> None:
    """A pool that was hit by chance has none."""
    search = Combination(range(8))
    while not search.is_over:
        search.tell(is_hit=False)
    assert search.failed
