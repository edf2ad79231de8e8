"""What words are controls made of?"""

from __future__ import annotations

import random
from itertools import islice, pairwise

from hypothesis import given
from hypothesis import strategies as st

from probe.planning.words import fresh_words, nonsense_words


@given(st.lists(st.text(min_size=1), min_size=1, max_size=5, unique=True), st.randoms())
def test_control_words_never_repeat_in_a_row(given_: list[str], chance: random.Random) -> None:
    """Fresh words in an order that changes, each as often as the others; a list of one word is all it can be."""
    words = list(islice(fresh_words(given_, chance.shuffle), 20 * len(given_)))
    assert {words.count(word) for word in given_} == {20}
    if len(given_) > 1:
        assert all(one != other for one, other in pairwise(words))


def test_nonsense_is_made_of_consonants() -> None:
    """So that not even by accident a word is among it."""
    words = list(islice(nonsense_words(random.Random(1).choice), 20))
    assert len(set(words)) == 20
    assert all(len(word) == 12 and not set(word) & set("aeiouy") for word in words)
