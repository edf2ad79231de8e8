"""Line: all that the next component of a trigger may be, in one order that every question cuts in two.

Take a region of a text that is known to trigger, together with what stands before and after it. Of all the ways in which a
trigger can stand in it, look at the one whose first component begins last and, of those, ends first: a cell (from the end,
length). Put later beginnings before earlier ones, and for the same beginning shorter lengths before longer ones. Then the
text "this component, and all of the region that begins after it" triggers exactly if the cell that is sought comes no
later in this order. So finding a component is one search for a place on a line, with answers that may be wrong; that
nothing of the region is needed is the first cell.

What is known is a posterior over the cells, and each question cuts it where its answer tells most: posterior matching
(Horstein 1963; Burnashev and Zigangirov 1974; Shayevitz and Feder 2011), which reaches the capacity of the channel, while
voting at every step of a bisection does not. The posterior is piecewise the prior, with one piece more for each place asked.
"""

from __future__ import annotations

import math
from bisect import bisect_left, insort
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import accumulate

from probe.planning.channel import Channel
from probe.planning.passage import BESIDE, Passage

MORE = 0.35
"""How often another component follows. In nine lists of rules that Citizen Lab published in 2023, 0 to 61 % have more than
one, 31 % on average."""
LENGTHS = (0.08, 0.2, 0.2, 0.18, 0.1, 0.08)
"""How likely a component has 1, 2, ... characters: names and common words of Chinese have two to four."""
LONGER = 1.3
"""Times the inverse square of the length: how likely each longer one is. So none is impossible, and twice the length is two
bits, or two questions, less likely."""
OVERLAP = 0.1
"""How much less likely a component begins inside the one before it."""
WORTHLESS = 1e-7
"""Information of a question, in nats, below which asking it is no use."""
ELSEWHERE = (0.5, 0.3, 0.7, 0.2, 0.8, 0.1, 0.9, 0.05, 0.95, 0.01, 0.99)
"""Where to cut instead, if the best question cannot be asked."""

Cell = tuple[int, int]
"""Where a component begins, counted from the end of the region (1 for its last character), and how long it is."""
NOTHING: Cell = (0, 0)
"""Nothing of the region is needed."""


@dataclass(frozen=True)
class Standing:
    """The piece of a line that holds most of the posterior."""

    cell: Cell | None
    """Where it is a single cell; None else."""
    is_beyond: bool
    """Whether it lies behind the last cell: then not even the whole region triggers."""
    before: float
    """How likely the cell that is sought comes before it."""
    after: float
    """How likely it comes after it."""


class Line:
    """The posterior over one region of a passage, from `start` to `end`."""

    def __init__(
        self,
        passage: Passage,
        start: int,
        end: int,
        *,
        nothing: float,
        beyond: float,
        overlap: int | None = None,
    ) -> None:
        """`nothing` is how likely nothing of the region is needed, `beyond` how likely not even all of it triggers. The
        component before it reaches to `overlap`."""
        self.start, self.end = start, end
        self._overlap = overlap
        self._passage = passage
        self._nothing = nothing
        self._beyond = beyond
        self._size = end - start
        self.last: Cell = (self._size, self._room(self._size)) if self._size else NOTHING
        self._free = end - min(overlap or start, end)
        """Characters from the end at which the component before it is past."""
        self._uniform, self._falling = 0.0, 0.0
        if self._size:
            even, falling = self._weigh(self._size)
            self._uniform, self._falling = (1 - MORE) / even, MORE / falling
        self._asked: list[Cell] = []
        self._odds: dict[Cell, float] = {}
        self._priors: dict[Cell, float] = {}
        self._lengths: dict[int, list[float]] = {}
        self._pieces: list[float] | None = None

    def learn(self, cell: Cell, odds: float) -> None:
        """Take the answer to the question that cuts after a cell: by how much it speaks for "it triggers"."""
        if cell not in self._odds:
            insort(self._asked, cell)
            self._odds[cell] = 0.0
        self._odds[cell] += odds
        self._pieces = None

    def cut_short(self, end: int, beyond: float) -> Line:
        """The same line where the region is known to end earlier, but for this doubt; with the answers so far."""
        line = Line(
            self._passage,
            self.start,
            end,
            nothing=self._nothing * (1 - beyond),
            beyond=beyond,
            overlap=self._overlap,
        )
        for (back, length), odds in self._odds.items():
            room = back - self.end + end
            if not back or room > 0:
                line.learn((room, min(length, line._room(room))) if back else NOTHING, odds)
        return line

    def suppose(self, cell: Cell, share: float) -> None:
        """Begin with this probability for all cells up to one, as if it had been learnt."""
        prior = self._prior(cell)
        self.learn(cell, _logit(share) - _logit(prior))

    def beyond_odds(self) -> float:
        """By how much the answers so far speak for "the region triggers"."""
        return _logit(self._beyond) - _logit(self._masses()[-1])

    def choose(self, channel: Channel, may_ask: Callable[[Cell], bool]) -> Cell | None:
        """The cell after which to cut, so that the answer tells most; None where no question is worth anything."""
        for target in (channel.best, *ELSEWHERE):
            worth = [(channel.gain(self.share(cell)), cell) for cell in self._around(target) if may_ask(cell)]
            gain, cell = max(worth, default=(0.0, NOTHING))
            if gain > WORTHLESS:
                return cell
        return None

    def share(self, cell: Cell) -> float:
        """How likely the cell that is sought comes no later than this one: that cutting after it triggers."""
        masses = self._masses()
        place = bisect_left(self._asked, cell)
        before = sum(masses[:place])
        if place < len(self._asked) and self._asked[place] == cell:
            return before + masses[place]
        low, high = self._bounds(place)
        return before if high <= low else before + masses[place] * (self._prior(cell) - low) / (high - low)

    def standing(self) -> Standing:
        """Where the cell that is sought is most likely."""
        masses = self._masses()
        place = max(range(len(masses)), key=masses.__getitem__)
        before, after = sum(masses[:place]), sum(masses[place + 1 :])
        if place == len(masses) - 1:
            return Standing(None, True, before, after)
        cell = self._asked[place] if place < len(self._asked) else self.last
        first = self.following(self._asked[place - 1]) if place else self._first
        return Standing(cell if first == cell else None, False, before, after)

    def following(self, cell: Cell) -> Cell | None:
        """The next cell; None after the last one."""
        back, length = cell
        if back and length < self._room(back):
            return back, length + 1
        return (back + 1, 1) if back < self._size else None

    def preceding(self, cell: Cell) -> Cell | None:
        """The cell before; None before the first one."""
        back, length = cell
        if length > 1:
            return back, length - 1
        if back > 1:
            return back - 1, self._room(back - 1)
        return NOTHING if back == 1 and self._nothing else None

    @property
    def _first(self) -> Cell:
        return NOTHING if self._nothing or not self._size else (1, 1)

    def _room(self, back: int) -> int:
        """The longest component that begins there."""
        start = self.end - back
        return min(self._passage.ends[start], self.end) - start

    def _masses(self) -> list[float]:
        """The posterior: of the pieces that the places asked divide the line into, then of what lies beyond."""
        if self._pieces is None:
            logs = [0.0]
            for cell in reversed(self._asked):
                logs.append(logs[-1] + self._odds[cell])
            logs.reverse()
            top = max(logs)
            masses, low = [], 0.0
            for place, log in enumerate(logs):
                high = self._prior(self._asked[place]) if place < len(self._asked) else 1 - self._beyond
                masses.append(max(0.0, high - low) * math.exp(log - top))
                low = high
            masses.append(self._beyond * math.exp(logs[-1] - top))
            total = math.fsum(masses)
            self._pieces = [mass / total for mass in masses]
        return self._pieces

    def _bounds(self, place: int) -> tuple[float, float]:
        """The prior before and up to the end of a piece."""
        low = self._prior(self._asked[place - 1]) if place else 0.0
        return low, self._prior(self._asked[place]) if place < len(self._asked) else 1 - self._beyond

    def _around(self, target: float) -> Iterator[Cell]:
        """The cell in which the posterior reaches this sum, and the one before it."""
        masses = self._masses()
        before, place = 0.0, 0
        while place < len(masses) - 1 and before + masses[place] < target:
            before += masses[place]
            place += 1
        if place == len(masses) - 1:
            yield self.last
            return
        low, high = self._bounds(place)
        wanted = low + (target - before) / masses[place] * (high - low) if masses[place] else high
        cell = self._find(wanted, place)
        yield cell
        preceding = self.preceding(cell)
        if preceding is not None:
            yield preceding

    def _find(self, wanted: float, place: int) -> Cell:
        """The first cell of a piece at which the prior sums up to this."""
        first = self.following(self._asked[place - 1]) if place else self._first
        last = self._asked[place] if place < len(self._asked) else self.last
        if first is None or first == last or self._prior(first) >= wanted:
            return last if first is None else first
        low, high = max(first[0], 1), last[0]
        while low < high:
            middle = (low + high) // 2
            if self._prior((middle, self._room(middle))) >= wanted:
                high = middle
            else:
                low = middle + 1
        shortest = first[1] if low == first[0] else 1
        longest = last[1] if low == last[0] else self._room(low)
        while shortest < longest:
            middle = (shortest + longest) // 2
            if self._prior((low, middle)) >= wanted:
                longest = middle
            else:
                shortest = middle + 1
        return low, shortest

    def _prior(self, cell: Cell) -> float:
        """How likely, before any answer, the cell that is sought comes no later."""
        if cell == NOTHING:
            return self._nothing
        found = self._priors.get(cell)
        if found is None:
            back, length = cell
            later, upto = self._begin(back - 1), self._begin(back)
            body = later + (upto - later) * self._length(back, length)
            found = self._priors[cell] = self._nothing + (1 - self._nothing - self._beyond) * body
        return found

    def _begin(self, back: int) -> float:
        """How likely it begins there or later: anywhere alike if it is the only one left, rather early if others follow."""
        even, falling = self._weigh(back)
        return self._uniform * even + self._falling * falling

    def _weigh(self, back: int) -> tuple[float, float]:
        """The weights of the last places of the region, and the same times the distance to its end."""
        even, falling = self._sum(self.end - back)
        if back > self._free:
            free, falling_free = self._sum(self.end - self._free)
            even = free + (even - free) * OVERLAP
            falling = falling_free + (falling - falling_free) * OVERLAP
        return even, falling

    def _sum(self, start: int) -> tuple[float, float]:
        begins, weighed = self._passage.sums
        even = begins[self.end] - begins[start]
        return even, self.end * even - (weighed[self.end] - weighed[start])

    def _length(self, back: int, length: int) -> float:
        """How likely a component that begins there is no longer than this."""
        start, room = self.end - back, self._room(back)
        inside = self._passage.inside
        if not inside:
            return _upto(length) / _upto(room)
        sums = self._lengths.get(back)
        if sums is None:
            weights = (
                _weight(one) * (BESIDE if start + one in inside and start + one < self.end else 1.0)
                for one in range(1, room + 1)
            )
            sums = self._lengths[back] = list(accumulate(weights))
        return sums[length - 1] / sums[-1]


def _weight(length: int) -> float:
    return LENGTHS[length - 1] if length <= len(LENGTHS) else LONGER / length**2


_sums = [0.0]


def _upto(length: int) -> float:
    """The weights of all lengths up to this one."""
    while len(_sums) <= length:
        _sums.append(_sums[-1] + _weight(len(_sums)))
    return _sums[length]


def _logit(share: float) -> float:
    share = min(max(share, 1e-12), 1 - 1e-12)
    return math.log(share) - math.log1p(-share)
