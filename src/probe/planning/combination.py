"""Combination: which words of a pool are censored only together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from probe.planning.pool_proof import Answer

SILENT = 3
"""Answers in a row that say nothing, after which the search is given up."""


class Combination:
    """One pool that is hit though none of its words is. Finds the least of it that is still hit, word by word.

    The shortest beginning of the pool that is hit, beside the words found so far, ends in a needed word; so a bisection
    finds it. It is over when the words found are hit without others (the component-aware binary split of Xiong and Knockel
    2019, with words in place of characters).
    """

    def __init__(self, items: Sequence[int]) -> None:
        self._items = tuple(items)
        self._found: list[int] = []
        self._low, self._high = 0, len(self._items)
        """The shortest beginning that is hit is longer than the one and no longer than the other."""
        self._is_checking = False
        self.failed = False
        """Whether what was hit is not hit any more."""

    @property
    def is_over(self) -> bool:
        return self.failed or (not self._is_checking and (self._low, self._high) == (0, 0))

    @property
    def words(self) -> tuple[int, ...]:
        """The words that are needed, in the order of the pool: all of it as long as the end is not reached."""
        if self.failed or not self.is_over:
            return self._items
        return tuple(item for item in self._items if item in self._found)

    def next(self) -> tuple[int, ...]:
        """What to ask now."""
        length = 0 if self._is_checking else (self._low + self._high) // 2
        return (*self._items[:length], *reversed(self._found))

    def tell(self, *, is_hit: bool) -> None:
        """Take the answer."""
        if self._is_checking:
            self._is_checking = False
            if is_hit:
                self._low = self._high = 0
            elif not self._high:
                self.failed = True  # nothing is left to add
        elif is_hit:
            self._high = (self._low + self._high) // 2
        else:
            self._low = (self._low + self._high) // 2
        if not self.is_over and self._high - self._low == 1:
            self._take()
        if self.is_over and len(self._found) < 2:
            self.failed = True  # one that is hit alone is no combination

    def _take(self) -> None:
        """The word at the end of the shortest beginning is needed; others that are stand before it."""
        self._found.append(self._items[self._high - 1])
        self._low, self._high = 0, self._high - 1
        # That none of them is censored alone is known already.
        self._is_checking = len(self._found) > 1
        self.failed = not self._high and not self._is_checking


class Together:
    """Keywords of a pool that is hit though none of them is, asked until it is known which are needed."""

    def __init__(self, texts: Mapping[str, str], *, tries: int) -> None:
        """`texts` by keyword, as lists write them; what passes is believed after so many `tries`, what is hit at once."""
        self._texts = texts
        self._lines = list(texts)
        self._tries = tries
        self._search = Combination(range(len(texts)))
        self._passes = self._silent = 0

    @property
    def is_over(self) -> bool:
        return self._search.is_over or self._silent >= SILENT

    @property
    def found(self) -> tuple[str, ...]:
        """The keywords that are censored only together; none where that was not found out."""
        if not self._search.is_over or self._search.failed:
            return ()
        return tuple(self._lines[place] for place in self._search.words)

    def next(self) -> tuple[list[str], list[str]]:
        """The texts to ask in one, and their keywords."""
        lines = [self._lines[place] for place in self._search.next()]
        return [self._texts[line] for line in lines], lines

    def tell(self, answer: Answer) -> None:
        """Take the answer."""
        if answer is Answer.SILENT:
            self._silent += 1
            return
        self._silent = 0
        if answer is Answer.PASSED:
            self._passes += 1
            if self._passes < self._tries:
                return
        self._passes = 0
        self._search.tell(is_hit=answer is Answer.HIT)
