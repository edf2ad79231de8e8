"""Pooling: many words in one question, so that the cost follows the number of censored words and not the length of the list.

Pools are made of words that are about equally likely to be censored, so large that about every second one is hit. A hit pool is
searched (`suspects.py`) for the word that caused it, which is then asked alone. A pool that is not hit speaks for each of its
words, as often as the censor's consistency demands. No answer is taken for more than it says: when a word turns out to be censored,
earlier pools with it in them that passed were misses of the censor, and say nothing of the words beside it any more.
"""

from __future__ import annotations

import heapq
import math
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from probe.planning.pool_size import LARGEST, best_sizes
from probe.planning.prevalence import Prevalence
from probe.planning.suspects import Chances, Suspects

GRAIN = 0.7
"""Of the logarithm of odds: words whose odds differ by less go into one pool."""
SHRINK_ABOVE = 0.05
"""Share of pools that turn out to be contradictions, above which pools shrink."""
FEW = 8
"""Pools before which that share means nothing."""
CERTAIN = 0.99
"""Trigger rate from which on answers of a search that found nothing count: a lower one may have missed what there was."""


@dataclass(frozen=True, kw_only=True)
class Room:
    """How much fits into one question."""

    characters: int
    """Of the whole text, or bytes where the definition counts those."""
    words: int = LARGEST
    between: int = 1
    """Characters of the separator."""


@dataclass(frozen=True, kw_only=True)
class Pool:
    """One question."""

    number: int
    items: tuple[int, ...]


@dataclass(kw_only=True)
class Effects:
    """What an answer changed, for whoever keeps the evidence of each item."""

    changed: set[int] = field(default_factory=set)
    """Items whose `passed` is another one now."""
    contradiction: tuple[int, ...] | None = None
    """A pool that is hit again and again, though none of its words is."""


@dataclass(kw_only=True)
class _Item:
    length: int
    category: object
    prior: float
    """Logarithm of the odds beside those of its category, from what is known of the word itself."""
    passed: list[int] = field(default_factory=list)
    """Numbers of the pools that passed with it, and count."""
    evidence: float = 0.0
    """Logarithm: what these say."""
    suspicion: float = 0.0
    """Logarithm: what hits say that nothing else explains."""


class Pooling:
    """Words that wait, are asked, and are searched for. Items are numbers in the order of the list."""

    def __init__(
        self,
        room: Room,
        chances: Callable[[bool], Chances],
        prevalence: Prevalence,
        *,
        hit_cost: float = 0.0,
        error_rate: float = 0.001,
    ) -> None:
        """`chances` says how often answers mislead, for hits that prove themselves (True) or not. `error_rate` is how often a
        censored word may be missed: so many pools must pass with it."""
        self._room = room
        self._chances = chances
        self._prevalence = prevalence
        self._hit_cost = hit_cost
        self._enough = math.log((1 - error_rate) / error_rate)
        self._items: dict[int, _Item] = {}
        self._waiting: defaultdict[tuple[object, int], deque[int]] = defaultdict(deque)
        self._asked: dict[int, tuple[Pool, Suspects | None]] = {}
        self._searches: list[Suspects] = []
        self._members: dict[int, tuple[int, ...]] = {}
        """Of each pool that passed, as long as one of its items is undecided."""
        self._numbers = 0
        self._most = room.words
        self._largest = 0
        """Words of the largest pool so far."""
        self._recent = [0, 0]
        """Pools, and contradictions, since pools last shrank."""
        self.searches = 0
        self.contradictions = 0

    @property
    def is_empty(self) -> bool:
        """Whether no item is left."""
        return not self._items

    def add(self, item: int, length: int, category: object, prior: float = 0.0) -> None:
        """An item of so many characters; `prior` is the logarithm of its own odds beside its category's."""
        self._items[item] = _Item(length=length, category=category, prior=prior)
        self._put(item, at_end=True)

    def next(self) -> Pool | None:
        """What to ask now: one item alone, or several; None where all that there is has been asked and not answered."""
        for search in self._searches:
            if not any(search is busy for _, busy in self._asked.values()):
                items = search.next()
                if items is not None:
                    return self._send(items, search)
        items = self._fill()
        if not items:
            return None
        self._largest = max(self._largest, len(items))
        self._recent[0] += 1
        return self._send(items, None)

    def passed(self, item: int) -> Sequence[int]:
        """Numbers of the pools that passed with an item, and count for it."""
        return self._items[item].passed

    def is_clear(self, item: int) -> bool:
        """Whether enough pools passed with an item, beside the hits that nothing else explains."""
        known = self._items[item]
        return known.evidence + max(known.suspicion, 0.0) <= -self._enough

    def tell(self, number: int, *, is_hit: bool, is_proof: bool = False) -> Effects:
        """Take the answer to a pool; `is_proof` where such a hit proves itself."""
        pool, search = self._asked.pop(number)
        effects = Effects()
        if search is not None:
            search.tell(number, pool.items, is_hit=is_hit)
            if search.next() is None:
                self._end(search, None, effects)
        elif is_hit:
            self._begin(pool, is_proof=is_proof)
        else:
            self._pass(pool.number, pool.items, effects)
            for item in reversed(pool.items):
                self._put(item)
        return effects

    def take_back(self, number: int) -> Pool:
        """An answer that says nothing, or counts for nothing: the items wait again."""
        pool, search = self._asked.pop(number)
        if search is None:
            for item in reversed(pool.items):
                self._put(item)
        return pool

    def decide(self, item: int, *, censored: bool | None) -> Effects:
        """An item is decided, or left (None): whatever it was part of goes on without it."""
        known = self._items.pop(item)
        effects = Effects()
        if censored is not None:
            self._prevalence.learn(known.category, censored=censored)
        if censored:
            for number in known.passed:
                self._revoke(number, effects)
        for search in [one for one in self._searches if item in one.items]:
            if censored:
                self._end(search, item, effects)
            else:
                search.leave(item)
                if all(one not in self._items for one in search.items):
                    self._searches.remove(search)
        return effects

    def _send(self, items: Sequence[int], search: Suspects | None) -> Pool:
        self._numbers += 1
        pool = Pool(number=self._numbers, items=tuple(items))
        self._asked[pool.number] = pool, search
        return pool

    def _begin(self, pool: Pool, *, is_proof: bool) -> None:
        chances = self._chances(is_proof)
        chances = Chances(
            trigger=chances.trigger,
            noise=chances.noise,
            combination=(self.contradictions + 0.2) / (self.searches + 20),
        )
        odds = {item: self._odds(item) for item in pool.items}
        self.searches += 1
        self._searches.append(
            Suspects(pool.items, odds, chances, hit_cost=self._hit_cost, wants=self._wants)
        )

    def _end(self, search: Suspects, found: int | None, effects: Effects) -> None:
        """A search is over: `found` is the censored item, None where there is none."""
        self._searches.remove(search)
        for number, (_, busy) in list(self._asked.items()):
            if busy is search:
                del self._asked[number]
        chances = self._chances(False)
        if found is None and search.is_contradiction:
            self.contradictions += 1
            effects.contradiction = search.last
            self._recent[1] += 1
            self._shrink()
        if found is not None or chances.trigger >= CERTAIN:
            for told in search.explained(found):
                if not told.is_hit:
                    self._pass(told.pool, told.items, effects)
                elif found is not None:
                    self._suspect(told.items, chances)
        else:
            for item in search.items:
                if item in self._items:
                    self._items[item].suspicion += search.change(item)
        for item in reversed(search.items):
            if item in self._items:
                self._put(item)

    def _wants(self, item: int, passed: int) -> bool:
        """Whether an item is undecided, and would still be if these pools that passed counted too."""
        known = self._items.get(item)
        return known is not None and (len(known.passed) + passed) * self._miss() > -self._enough

    def _miss(self) -> float:
        """Logarithm of how much likelier a pool is missed than passes for want of a reason."""
        chances = self._chances(False)
        return math.log((1 - chances.trigger) / (1 - chances.noise))

    def _suspect(self, items: frozenset[int], chances: Chances) -> None:
        """A hit that the censored word of a search does not explain speaks for each of these."""
        odds = min(sum(self._odds(item) for item in items if item in self._items), 1.0)
        gain = math.log(chances.trigger / (odds * chances.trigger + chances.noise))
        for item in items:
            if item in self._items:
                self._items[item].suspicion += max(gain, 0.0)

    def _pass(self, number: int, items: Sequence[int] | frozenset[int], effects: Effects) -> None:
        """A pool that was not hit counts for its items."""
        members = tuple(item for item in items if item in self._items)
        self._members[number] = members
        for item in members:
            self._items[item].passed.append(number)
        self._weigh(members)
        effects.changed |= set(members)

    def _weigh(self, items: Iterable[int]) -> None:
        """What pools that passed say of these items. One says less of a word as long as another in it may be censored too, and
        have been missed with it."""
        chances = self._chances(False)
        missed = 1 - chances.trigger
        doubts: dict[int, float] = {}
        for item in items:
            known = self._items[item]
            own = self._probability(item)
            known.evidence = 0.0
            for number in known.passed:
                if number not in doubts:
                    doubts[number] = sum(self._probability(one) for one in self._members[number])
                alone = math.exp(min(own - doubts[number], 0.0))
                known.evidence += math.log(missed / ((1 - chances.noise) * alone + missed * (1 - alone)))

    def _revoke(self, number: int, effects: Effects) -> None:
        """A pool with a censored word in it passed: it was missed, and the pool says nothing of the others."""
        changed = []
        for item in self._members.pop(number, ()):
            known = self._items.get(item)
            if known is not None and number in known.passed:
                known.passed.remove(number)
                changed.append(item)
        self._weigh(changed)
        effects.changed |= set(changed)

    def _shrink(self) -> None:
        asked, contradictions = self._recent
        if asked >= FEW and contradictions > SHRINK_ABOVE * asked:
            self._most = max(1, min(self._most, self._largest) // 2)
            self._recent = [0, 0]

    def _weight(self, item: _Item) -> float:
        """Logarithm of an item's odds beside those of its category."""
        return item.prior + item.evidence + item.suspicion

    def _odds(self, item: int) -> float:
        known = self._items[item]
        rate = self._prevalence.rate(known.category, careful=self._hit_cost > 0)
        return rate / (1 - rate) * math.exp(self._weight(known))

    def _probability(self, item: int) -> float:
        """That an item is censored; 0 where it is decided, as censored ones stand in no pool that counts."""
        if item not in self._items:
            return 0.0
        odds = self._odds(item)
        return odds / (1 + odds)

    def _put(self, item: int, *, at_end: bool = False) -> None:
        known = self._items[item]
        queue = self._waiting[known.category, round(self._weight(known) / GRAIN)]
        (queue.append if at_end else queue.appendleft)(item)

    def _fill(self) -> list[int]:
        """The items of the next pool: of one kind if there are enough of it, of all where a text is full before it is worth it."""
        queues = {kind: queue for kind, queue in self._waiting.items() if self._sweep(kind, queue)}
        if not queues:
            return []
        rates = {kind: self._rate(kind) for kind in queues}
        whole: list[tuple[int, tuple[object, int]]] = []
        for kind, queue in queues.items():
            best = min(best_sizes(rates[kind], self._hit_cost).pool, self._most)
            fits = self._fitting(queue, best)
            if fits < best and fits < len(queue):
                return self._draw(self._in_order(queues), rates, queues)
            if fits >= best:
                whole.append((queue[0], kind))
        if whole:
            kind = min(whole)[1]
            return self._draw(((kind, item) for item in queues[kind]), rates, queues)
        likely = sorted(queues, key=lambda kind: -rates[kind])
        return self._draw(((kind, item) for kind in likely for item in queues[kind]), rates, queues)

    def _sweep(self, kind: tuple[object, int], queue: deque[int]) -> bool:
        """Drop what was decided meanwhile, or is of another kind by now; whether anything is left."""
        while queue:
            known = self._items.get(queue[0])
            if known is not None and round(self._weight(known) / GRAIN) == kind[1]:
                return True
            item = queue.popleft()
            if known is not None:
                self._put(item)
        return False

    def _rate(self, kind: tuple[object, int]) -> float:
        rate = self._prevalence.rate(kind[0], careful=self._hit_cost > 0)
        odds = rate / (1 - rate) * math.exp(kind[1] * GRAIN)
        return odds / (1 + odds)

    def _fitting(self, queue: deque[int], most: int) -> int:
        """How many of a queue fit into one text, counted up to `most`."""
        length = -self._room.between
        for count, item in enumerate(queue):
            length += self._length(item)
            if count >= most or length > self._room.characters:
                return count
        return len(queue)

    def _length(self, item: int) -> int:
        known = self._items.get(item)
        return 0 if known is None else known.length + self._room.between

    def _in_order(
        self, queues: dict[tuple[object, int], deque[int]]
    ) -> Iterator[tuple[tuple[object, int], int]]:
        streams = [[(item, place) for item in queue] for place, queue in enumerate(queues.values())]
        kinds = list(queues)
        return ((kinds[place], item) for item, place in heapq.merge(*streams))

    def _draw(
        self,
        candidates: Iterator[tuple[tuple[object, int], int]],
        rates: dict[tuple[object, int], float],
        queues: dict[tuple[object, int], deque[int]],
    ) -> list[int]:
        """Take candidates until the pool is as large as it should be, or the text is full."""
        drawn: list[int] = []
        taken: defaultdict[tuple[object, int], set[int]] = defaultdict(set)
        length, sum_of_rates = -self._room.between, 0.0
        for kind, item in candidates:
            if item not in self._items or item in taken[kind]:
                continue
            mean = (sum_of_rates + rates[kind]) / (len(drawn) + 1)
            most = min(best_sizes(mean, self._hit_cost).pool, self._most)
            length += self._length(item)
            if drawn and (len(drawn) >= most or length > self._room.characters):
                break
            drawn.append(item)
            taken[kind].add(item)
            sum_of_rates += rates[kind]
        for kind, items in taken.items():
            queues[kind] = self._waiting[kind] = deque(one for one in queues[kind] if one not in items)
        return drawn
