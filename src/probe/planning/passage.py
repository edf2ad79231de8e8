"""Passage: a text as the characters that people see, with the places at which it is cut already."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import accumulate, pairwise

import regex

BESIDE = 0.05
"""How much less likely a component begins, or ends, inside a word of a script that puts spaces between its words."""
BLANK = 0.001
"""The same for a space."""

Span = tuple[int, int]
"""Characters of a passage, from the first to the one after the last."""

_CHARACTERS = regex.compile(r"\X")
_WORDS = regex.compile(
    r"[[\p{L}\p{M}\p{N}]--[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Tibetan}]]{2,}",
    regex.VERSION1,
)


def split_characters(text: str) -> list[str]:
    """The characters that people see (grapheme clusters, UAX 29), none of which may be cut in two.

    >>> split_characters("e\\u0301a")
    ['é', 'a']
    """
    found: list[str] = _CHARACTERS.findall(text)
    return found


class Passage:
    """The parts of a text, one after the other. No component reaches from one part into the next."""

    def __init__(self, characters: Sequence[str], parts: Sequence[Span], origins: Sequence[int]) -> None:
        """`origins` says of each character where it stood in the text that was given first."""
        self.characters = tuple(characters)
        self.size = len(self.characters)
        self.parts = tuple(parts)
        self.ends = [end for start, end in parts for _ in range(start, end)]
        """By character, where its part ends."""
        self._origins = origins

    @classmethod
    def of(cls, texts: Sequence[str]) -> Passage:
        """A text of several parts."""
        split = [split_characters(text) for text in texts]
        characters = [one for part in split for one in part]
        return cls(characters, _follow(map(len, split)), range(len(characters)))

    def select(self, spans: Iterable[Span]) -> Passage:
        """Some spans of this passage as one of their own; they may overlap."""
        cut = self.pieces(spans)
        places = [at for start, end in cut for at in range(start, end)]
        return Passage(
            [self.characters[at] for at in places],
            _follow(end - start for start, end in cut),
            [self._origins[at] for at in places],
        )

    def origin(self, span: Span) -> Span:
        """Where a span within one part stood before parts were selected."""
        start = self._origins[span[0]]
        return start, start + span[1] - span[0]

    def pieces(self, spans: Iterable[Span]) -> list[Span]:
        """The same spans, cut where parts end."""
        cut = []
        for first, end in spans:
            start = first
            while start < end:
                cut.append((start, min(end, self.ends[start])))
                start = cut[-1][1]
        return cut

    def read(self, spans: Iterable[Span]) -> tuple[str, ...]:
        """The texts of some spans, cut where parts end."""
        return tuple("".join(self.characters[start:end]) for start, end in self.pieces(spans))

    def without(self, texts: Iterable[str]) -> list[Span]:
        """What is left if none of these texts may stand in it whole: each place is cut in two, and both sides keep as much
        of it as they can, so that whatever overlaps it stays."""
        wanted = [split_characters(text) for text in texts]
        spans = []
        for first, end in self.parts:
            start = first
            for at, stop in sorted(self._places(wanted, first, end), key=lambda place: (place[1], -place[0])):
                if at >= start:  # it is not broken yet
                    spans.append((start, stop - 1))
                    start = at + 1
            spans.append((start, end))
        return [(start, end) for start, end in spans if start < end]

    def _places(self, wanted: Iterable[Sequence[str]], first: int, end: int) -> Iterable[Span]:
        for one in wanted:
            length = len(one)
            for start in range(first, end - length + 1):
                if self.characters[start : start + length] == tuple(one):
                    yield start, start + length

    @cached_property
    def begins(self) -> list[float]:
        """By character, how likely a component begins there, beside other places."""
        return [
            BLANK if one.isspace() else BESIDE if at in self.inside else 1.0
            for at, one in enumerate(self.characters)
        ]

    @cached_property
    def sums(self) -> tuple[list[float], list[float]]:
        """Of `begins`, all before a place; and the same, each weighed with its place."""
        weighed = (weight * at for at, weight in enumerate(self.begins))
        return [0.0, *accumulate(self.begins)], [0.0, *accumulate(weighed)]

    @cached_property
    def inside(self) -> frozenset[int]:
        """The places between two characters of one word, in scripts that put spaces between words."""
        found = []
        for first, end in self.parts:
            offsets = [0, *accumulate(map(len, self.characters[first:end]))]
            places = {offset: first + number for number, offset in enumerate(offsets)}
            for word in _WORDS.finditer("".join(self.characters[first:end])):
                found += [places[at] for at in range(word.start() + 1, word.end()) if at in places]
        return frozenset(found)


def _follow(lengths: Iterable[int]) -> list[Span]:
    """Spans of these lengths, one after the other, without empty ones."""
    ends = [0, *accumulate(lengths)]
    return [(start, end) for start, end in pairwise(ends) if start < end]
