"""Waiting: the words that are not decided, by how likely each is to be censored, and which of them to ask next together."""

from __future__ import annotations

import heapq
import math
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from probe.planning.pool_size import LARGEST, best_sizes
from probe.planning.prevalence import Prevalence

FARTHEST = 30.0
"""Of the logarithm of a word's own odds, in either direction: beyond it nothing is told apart, and numbers overflow."""
GRAIN = 0.7
"""Of the logarithm of odds: words whose odds differ by less go into one pool."""

Kind = tuple[object, int]
"""Category, and the logarithm of a word's own odds in grains."""
Queues = dict[Kind, deque[int]]


@dataclass(frozen=True, kw_only=True)
class Room:
    """How much fits into one question."""

    characters: int
    """Of the whole text, or bytes where the definition counts those."""
    words: int = LARGEST
    between: int = 1
    """Characters of the separator."""


@dataclass(kw_only=True)
class Word:
    """What is known of one word. It goes by its number in the list."""

    length: int
    category: object
    prior: float = 0.0
    """Logarithm of its own odds beside those of its category, from earlier runs."""
    passed: list[int] = field(default_factory=list)
    """Numbers of the pools that passed with it, and count."""
    alone: int = 0
    """How often it passed alone."""
    evidence: float = 0.0
    """Logarithm: what all that says, below zero."""
    suspicion: float = 0.0
    """Logarithm: what hits say that nothing else explains."""

    @property
    def own(self) -> float:
        """Logarithm of its odds beside those of its category."""
        return min(max(self.prior + self.evidence + self.suspicion, -FARTHEST), FARTHEST)


class Waiting:
    """Undecided words, and those of them that can be asked now."""

    def __init__(self, room: Room, prevalence: Prevalence, hit_cost: float) -> None:
        self.words: dict[int, Word] = {}
        """All that are undecided, those that are being asked too."""
        self.most = room.words
        """Words of a pool at most."""
        self._room = room
        self._prevalence = prevalence
        self._hit_cost = hit_cost
        self._queues: defaultdict[Kind, deque[int]] = defaultdict(deque)

    def open(self, characters: int) -> None:
        """Texts may be so long, and hold as many words as the room allows."""
        self._room = replace(self._room, characters=characters)
        self.most = self._room.words

    def put(self, item: int, *, at_end: bool = False) -> None:
        """A word can be asked; those that could be before wait in front."""
        queue = self._queues[self._kind(item)]
        (queue.append if at_end else queue.appendleft)(item)

    def odds(self, item: int) -> float:
        """That a word is censored, as far as is known now."""
        word = self.words[item]
        rate = self._prevalence.rate(word.category, careful=self._hit_cost > 0)
        return rate / (1 - rate) * math.exp(word.own)

    def probability(self, item: int) -> float:
        """That a word is censored; 0 where it is decided, as those that are stand in no pool that counts."""
        if item not in self.words:
            return 0.0
        odds = self.odds(item)
        return odds / (1 + odds)

    def draw(self) -> list[int]:
        """The words of the next pool, which do not wait any more: of one kind where there are enough of it, of all kinds in
        the list's order where a text is full before it is worth a question."""
        for kind, queue in list(self._queues.items()):
            self._sweep(kind, queue)
        queues = {kind: queue for kind, queue in self._queues.items() if queue}
        if not queues:
            return []
        rates = {kind: self._rate(kind) for kind in queues}
        whole: list[tuple[int, Kind]] = []
        for kind, queue in queues.items():
            best = min(best_sizes(rates[kind], self._hit_cost).pool, self.most)
            fits = self._fitting(queue, best)
            if fits < best and fits < len(queue):
                return self._take(_in_order(queues), rates)
            if fits >= best:
                whole.append((queue[0], kind))
        if whole:
            kind = min(whole)[1]
            return self._take(((kind, item) for item in queues[kind]), rates)
        likely = sorted(queues, key=lambda kind: -rates[kind])
        return self._take(((kind, item) for kind in likely for item in queues[kind]), rates)

    def _kind(self, item: int) -> Kind:
        word = self.words[item]
        return word.category, round(word.own / GRAIN)

    def _rate(self, kind: Kind) -> float:
        rate = self._prevalence.rate(kind[0], careful=self._hit_cost > 0)
        odds = rate / (1 - rate) * math.exp(kind[1] * GRAIN)
        return odds / (1 + odds)

    def _sweep(self, kind: Kind, queue: deque[int]) -> None:
        """Drop from the front of a queue what was decided meanwhile, or is of another kind by now."""
        while queue:
            item = queue[0]
            if item in self.words and self._kind(item) == kind:
                return
            queue.popleft()
            if item in self.words:
                self.put(item)

    def _fitting(self, queue: Iterable[int], most: int) -> int:
        """How many of a queue fit into one text, counted up to `most`."""
        length, count = -self._room.between, 0
        for count, item in enumerate(queue):
            length += self._length(item)
            if count >= most or length > self._room.characters:
                return count
        return count + 1

    def _length(self, item: int) -> int:
        word = self.words.get(item)
        return 0 if word is None else word.length + self._room.between

    def _take(self, candidates: Iterator[tuple[Kind, int]], rates: dict[Kind, float]) -> list[int]:
        """Take candidates until the pool is as large as it should be, or the text is full."""
        drawn: dict[int, Kind] = {}
        length, sum_of_rates = -self._room.between, 0.0
        for kind, item in candidates:
            if item not in self.words or item in drawn:
                continue
            mean = (sum_of_rates + rates[kind]) / (len(drawn) + 1)
            most = min(best_sizes(mean, self._hit_cost).pool, self.most)
            length += self._length(item)
            if drawn and (len(drawn) >= most or length > self._room.characters):
                break
            drawn[item] = kind
            sum_of_rates += rates[kind]
        for kind in set(drawn.values()):
            self._queues[kind] = deque(item for item in self._queues[kind] if item not in drawn)
        return list(drawn)


def _in_order(queues: Queues) -> Iterator[tuple[Kind, int]]:
    """The words of all queues, in the order of the list."""
    kinds = list(queues)
    streams = [[(item, place) for item in queues[kind]] for place, kind in enumerate(kinds)]
    return ((kinds[place], item) for item, place in heapq.merge(*streams))
