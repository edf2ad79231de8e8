"""Which words are asked together?"""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from probe.planning.prevalence import Prevalence
from probe.planning.waiting import Room, Waiting, Word


def fill(*lengths: int, room: Room, categories: int = 1, hit_cost: float = 0.0) -> Waiting:
    waiting = Waiting(room, Prevalence(), hit_cost)
    for item, length in enumerate(lengths):
        waiting.words[item] = Word(length=length, category=item % categories)
        waiting.put(item, at_end=True)
    return waiting


@given(
    lengths=st.lists(st.integers(1, 50), max_size=80),
    room=st.builds(Room, characters=st.integers(1, 120), words=st.integers(1, 20), between=st.integers(0, 5)),
    categories=st.integers(1, 90),
    own=st.lists(st.floats(-2_000, 2_000), min_size=80, max_size=80),
    hit_cost=st.sampled_from((0.0, 10.0)),
)
def test_every_word_is_drawn_once_and_every_pool_fits(
    lengths: list[int], room: Room, categories: int, own: list[float], hit_cost: float
) -> None:
    """Whatever becomes of their odds while they wait; a word that is too long for any pool goes alone."""
    waiting = fill(*lengths, room=room, categories=categories, hit_cost=hit_cost)
    for item, word in waiting.words.items():
        word.suspicion = own[item]
    drawn: list[int] = []
    while pool := waiting.draw():
        drawn += pool
        length = sum(lengths[item] for item in pool) + room.between * (len(pool) - 1)
        assert len(pool) == 1 or (len(pool) <= room.words and length <= room.characters)
    assert sorted(drawn) == list(range(len(lengths)))
    assert all(0 < waiting.odds(item) < float("inf") for item in drawn)


def test_what_is_put_back_comes_first() -> None:
    """Words that were asked before are decided before others are begun."""
    waiting = fill(*[1] * 10, room=Room(characters=5, words=3))
    first = waiting.draw()
    waiting.put(first[-1])
    assert waiting.draw()[0] == first[-1]


def test_what_was_decided_meanwhile_is_not_drawn() -> None:
    """It may still stand in a queue."""
    waiting = fill(*[1] * 4, room=Room(characters=100))
    del waiting.words[0], waiting.words[2]
    assert waiting.draw() == [1, 3]
    assert waiting.draw() == []


def test_suspects_are_not_asked_beside_words_that_are_likely_innocent() -> None:
    """A pool with one in it would be hit for sure."""
    waiting = fill(*[1] * 40, room=Room(characters=100))
    waiting.words[40] = Word(length=1, category=0, suspicion=8.0)
    waiting.put(40)
    pools = []
    while pool := waiting.draw():
        pools.append(pool)
    assert [40] in pools


def test_texts_may_become_longer_once_it_is_proved() -> None:
    """And hold as many words as the room allows again."""
    waiting = fill(*[2] * 30, room=Room(characters=5, words=20))
    waiting.most = 1
    assert len(waiting.draw()) == 1
    waiting.open(29)
    assert len(waiting.draw()) == 10
