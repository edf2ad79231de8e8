from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.inputs.lists import duplicates
from probe.inputs.lists.duplicates import REPEAT, SINGLE, Folding, Sightings

_lists = st.lists(st.lists(st.sampled_from("abcdefgh"), max_size=12), min_size=1, max_size=4)


def fold(lists: list[list[str]]) -> Folding:
    sightings = Sightings()
    for one in lists:
        sightings.begin_list()
        for word in one:
            sightings.add((word,))
    folding = sightings.fold()
    sightings.close()
    return folding


@given(_lists)
def test_folding_agrees_with_a_plain_dictionary(lists: list[list[str]]) -> None:
    """The first of equal entries is kept, and all that hold it are known."""
    folding = fold(lists)
    flat = [(word, number) for number, one in enumerate(lists) for word in one]
    marks = folding.marks or [SINGLE] * len(flat)
    for index, ((word, _), mark) in enumerate(zip(flat, marks, strict=True)):
        if word in [earlier for earlier, _ in flat[:index]]:
            assert mark == REPEAT
            continue
        holders = tuple(dict.fromkeys(number for other, number in flat if other == word))
        assert (folding.combinations[mark - 2] if mark > REPEAT else holders[:1]) == holders
    assert folding.distinct == len({word for word, _ in flat})
    assert folding.repeats == tuple(len(one) - len(set(one)) for one in lists)
    assert folding.shared == sum(sum(word in one for one in lists) > 1 for word in "abcdefgh")


@given(_lists)
def test_folding_on_disk_is_the_same_as_in_memory(lists: list[list[str]]) -> None:
    """Where the records of a list are spilled makes no difference."""
    in_memory = fold(lists)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(duplicates, "_IN_MEMORY", 48)
        assert fold(lists) == in_memory


def test_components_are_told_apart_from_their_sum() -> None:
    """`A + B` and `AB` are different keywords, and so are `A + B` and `B + A`."""
    sightings = Sightings()
    sightings.begin_list()
    for components in (("a", "b"), ("ab",), ("b", "a"), ("a b",)):
        sightings.add(components)
    assert sightings.fold().marks is None
