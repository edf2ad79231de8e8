"""Is a text only ever cut between characters that people see?"""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from probe.planning.passage import Passage, split_characters

FAMILY = "\N{MAN}\N{ZERO WIDTH JOINER}\N{WOMAN}\N{ZERO WIDTH JOINER}\N{GIRL}"
FLAG = "\N{REGIONAL INDICATOR SYMBOL LETTER C}\N{REGIONAL INDICATOR SYMBOL LETTER N}"
letters = st.text(alphabet="ab ", max_size=12)


def test_characters_are_what_people_see() -> None:
    """An accent, a joined emoji, a flag, a syllable of Devanagari belong to one character."""
    assert split_characters(f"ae\u0301{FAMILY}{FLAG}क्षि谣") == ["a", "e\u0301", FAMILY, FLAG, "क्षि", "谣"]


def test_spans_are_read_and_cut_where_parts_end() -> None:
    """No piece reaches from one part into the next."""
    passage = Passage.of(["维权", "律师"])
    assert passage.read([(0, 4)]) == ("维权", "律师")
    assert passage.read([(1, 3), (3, 4)]) == ("权", "律", "师")
    assert passage.parts == ((0, 2), (2, 4))


def test_selected_spans_know_where_they_stood() -> None:
    """Also where they overlap."""
    passage = Passage.of(["abcdef"]).select([(0, 3), (2, 6)])
    assert passage.read(passage.parts) == ("abc", "cdef")
    assert passage.origin((3, 5)) == (2, 4)


def test_a_broken_component_leaves_all_that_overlaps_it() -> None:
    """Both sides keep as much as they can."""
    passage = Passage.of(["xABCy"])
    rest = passage.select(passage.without(["ABC"]))
    assert rest.read(rest.parts) == ("xAB", "BCy")


def test_every_place_of_a_component_is_broken() -> None:
    """Repeated, overlapping, and of one character."""
    passage = Passage.of(["aaa", "ba"])
    rest = passage.select(passage.without(["aa"]))
    assert rest.read(rest.parts) == ("a", "a", "a", "ba")
    single = passage.select(passage.without(["a"]))
    assert single.read(single.parts) == ("b",)


@given(letters, st.lists(st.text(alphabet="ab", min_size=1, max_size=3), min_size=1, max_size=3))
def test_what_is_taken_out_is_gone_and_nothing_else(text: str, taken: list[str]) -> None:
    """Of all pieces of the text exactly those are left that contain none of what was taken out."""
    passage = Passage.of([text])
    left = passage.select(passage.without(taken))
    texts = left.read(left.parts)
    for start in range(len(text)):
        for end in range(start + 1, len(text) + 1):
            piece = text[start:end]
            assert any(piece in one for one in texts) == all(one not in piece for one in taken)


def test_words_of_scripts_with_spaces_are_known() -> None:
    """Components begin and end at their ends more often; Chinese has no such ends."""
    assert Passage.of(["谣言和政治"]).inside == frozenset()
    assert Passage.of(["谣 falun ok"]).inside == {3, 4, 5, 6, 9}
    begins = Passage.of(["a bc"]).begins
    assert begins[0] == begins[2] == 1.0
    assert begins[1] < begins[3] < 1.0
