"""Pool proof: whether a text of several words is served, and hit where one of them is censored; and how long it may be.

A separator may create a word or break one, a long text may be refused or read only at its beginning, a censor may look for
exact texts. So a text of benign words must pass, and one with a canary at its end must be hit, before any pool is believed.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Sequence
from itertools import cycle

from probe.planning.pool_size import LARGEST

FEWEST = 4
"""Words below which a text is no pool that would be worth it."""
SILENCE = 3
"""Answers in a row that say nothing, after which a shorter text is tried."""


class Answer(enum.Enum):
    """What the answer to a text of several words says."""

    HIT = enum.auto()
    PASSED = enum.auto()
    SILENT = enum.auto()


class PoolProof:
    """Says what to ask, until it is known whether and how long pools may be."""

    def __init__(
        self,
        benign: Sequence[str],
        canaries: Sequence[str],
        *,
        characters: int,
        between: int,
        length: Callable[[str], int],
        tries: int,
        most: int = LARGEST,
    ) -> None:
        """`characters` is how long a text may be, as `length` counts them, and `most` how many words it may hold; `between`
        is the length of the separator. A canary in a text is asked `tries` times before it is believed that it is not seen
        there."""
        # The longest first: where few words may stand in a text, more is proven so.
        self._benign = sorted(benign, key=length, reverse=True)
        self._canaries = list(canaries)
        self._length = length
        self._between = between
        self._tries = tries
        self._most = most
        self.characters = characters
        """Of the longest text that was not found wrong; proven where `is_done`."""
        self.failed: str | None = None
        """Why there can be no pools, or None."""
        self.is_done = False
        self._passed = False
        """Whether benign words pass at this length."""
        self._misses = 0
        self._silent = 0
        self._was_seen = False
        """Whether the canary was hit, which may have been chance."""
        self._missed: set[str] = set()
        """Canaries that were not seen in a text of this length."""
        self._fail_if_short("several words do not fit into one text")

    @property
    def is_over(self) -> bool:
        """Whether nothing more is to be asked."""
        return self.is_done or self.failed is not None

    @property
    def lacks_canary(self) -> bool:
        """Whether it waits for a word that is known to be censored."""
        return self._passed and not self.is_over and self._current is None

    def learn(self, word: str) -> None:
        """A word was found censored: it will do as a canary."""
        if not self.is_over:
            self._canaries.append(word)

    def next(self) -> tuple[str, ...] | None:
        """The words of the text to ask now; None where there is none."""
        if self.is_over:
            return None
        if not self._passed:
            return self._fill(self.characters, self._most)
        canary = self._current
        if canary is None:
            return None
        room = self.characters - self._length(canary) - self._between
        return (*self._fill(room, self._most - 1), canary)

    def tell(self, answer: Answer, *, is_proof: bool = True) -> None:
        """Take the answer to that text; a hit that does not prove itself (`is_proof`) may be chance, and takes a second."""
        if answer is Answer.SILENT:
            self._silent += 1
            if self._silent >= SILENCE:
                self._shorten("a text of several harmless words gets answers that say nothing")
            return
        self._silent = 0
        if not self._passed:
            if answer is Answer.HIT:
                self._shorten("a text of several harmless words is taken for a censored one")
            else:
                self._passed = True
        elif answer is Answer.HIT and not is_proof and not self._was_seen:
            self._was_seen = True
        elif answer is Answer.HIT:
            asked = self.next() or ()
            if len(asked) >= self._most:  # no longer text was seen
                self.characters = sum(map(self._length, asked)) + self._between * (len(asked) - 1)
            self.is_done = True
        else:
            self._miss()

    @property
    def _current(self) -> str | None:
        """The canary to try: one that was not missed in a text of this length, and fits into it beside a benign word."""
        words = self._fill(self.characters, self._most)
        if not words:
            return None
        room = self.characters - self._between - self._length(words[0])
        return next(
            (one for one in self._canaries if one not in self._missed and self._length(one) <= room), None
        )

    def _miss(self) -> None:
        self._misses += 1
        if self._misses < self._tries:
            return
        self._misses, self._was_seen = 0, False
        self._missed.add(self._current or "")
        if self._current is None:
            self._missed.clear()
            self._shorten("a censored word is not seen at the end of a text of several words")

    def _shorten(self, why: str) -> None:
        self._silent, self._misses, self._passed, self._was_seen = 0, 0, False, False
        self.characters //= 2
        self._fail_if_short(why)

    def _fail_if_short(self, why: str) -> None:
        if len(self._fill(self.characters, self._most)) < min(FEWEST, self._most):
            self.failed = why

    def _fill(self, characters: int, most: int) -> tuple[str, ...]:
        """Benign words, some of them again, as many as fit: short ones where the text is short."""
        longest = (self.characters + self._between) / FEWEST - self._between
        usable = [word for word in self._benign if self._length(word) <= longest] or self._benign[-1:]
        words: list[str] = []
        length = -self._between
        for word in cycle(usable):
            length += self._length(word) + self._between
            if len(words) >= most or length > characters:
                break
            words.append(word)
        return tuple(words)
