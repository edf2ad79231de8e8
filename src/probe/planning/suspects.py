"""Suspects: the words of a pool that was hit, until the one is found for which it was.

What may have caused the hits is weighed by Bayes' rule: one word of the pool, chance, or several words that are censored
together. Each question is put so that both answers are about equally likely, as far as the censor's consistency allows: a
noisy binary search (Burnashev and Zigangirov 1974) over words, in whatever order.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from probe.planning.pool_size import best_sizes

ALONE = 0.3
"""Share of the weight from which on a word is asked alone: of three equal ones each is."""
LIGHT = 20.0
"""Times lighter than the heaviest: such words need not be told apart, only cleared."""
OUT = 30.0
"""Times lighter than the heaviest after a hit elsewhere: such words may hide another censored one, and wait."""
BACK = 5.0
"""Times lighter at most: those are looked at again."""
SURE = 20.0
"""Times likelier that it was chance or a combination than any one word, from which on no more words are asked."""
QUIET = 1e-3
"""Noise up to which parts are made by the sizes of `best_sizes`, which know no noise."""


@dataclass(frozen=True, kw_only=True)
class Chances:
    """How often answers mislead."""

    trigger: float
    """How often a text with a censored word in it is hit."""
    noise: float
    """How often one without is."""
    combination: float = 0.01
    """How likely a pool that is hit was so for words that are censored only together."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """One answer of the search."""

    pool: int
    """Number of the question."""
    items: frozenset[int]
    is_hit: bool


class Suspects:
    """One search. Items are numbers; `odds` gives those of an item that it is censored, before the search."""

    def __init__(
        self,
        items: Sequence[int],
        odds: Mapping[int, float],
        chances: Chances,
        *,
        hit_cost: float = 0.0,
        wants: Callable[[int, int], bool] = lambda item, passed: True,
    ) -> None:
        """`wants` says whether an item that passed so often here still has a use for being asked along with others."""
        self.items = tuple(items)
        self.history: list[Told] = []
        self.silent = 0
        """Answers in a row that said nothing."""
        self._odds = odds
        self._chances = chances
        self._hit_cost = hit_cost
        self._wants = wants
        hit, miss = math.log(chances.trigger), math.log(chances.noise)
        self._weights = {item: math.log(odds[item]) + hit for item in items}
        """Logarithms: of each item, that all hits were for it."""
        self._by_chance = miss
        self._together = math.log(chances.combination * sum(odds[item] for item in items)) + hit
        self._out: set[int] = set()
        self.last = self.items
        """The last pool that was hit: the cause is in it, if there is any. Some of its words may be decided since."""
        self._innocent: set[int] = set()
        self._repeated: bool | None = None
        """Whether that was hit again when it was repeated; None where it was not repeated."""

    @property
    def is_contradiction(self) -> bool:
        """Whether the pool is hit again and again, or by proof, and none of its words is censored."""
        return self._repeated is True or self._is_unexplained

    @property
    def _is_unexplained(self) -> bool:
        """Whether all words of the last pool that was hit are known to be innocent, where no hit comes by chance."""
        return self._chances.noise <= QUIET and self._innocent.issuperset(self.last)

    def next(self) -> tuple[int, ...] | None:
        """What to ask next; None where nothing more is to be found."""
        if self._is_unexplained:
            return None
        live = [item for item in self.items if item not in self._out]
        heaviest = max(self._weights[item] for item in live)
        weights = {item: math.exp(self._weights[item] - heaviest) for item in live}
        total = sum(weights.values())
        others = math.exp(self._by_chance - heaviest) + math.exp(self._together - heaviest)
        if others > SURE * total:
            return self.last if self._repeated is None and len(self.last) > 1 else None
        top = max(live, key=weights.__getitem__)
        heavy = [item for item in live if weights[item] * LIGHT > 1]
        if weights[top] > ALONE * total or len(heavy) == 1:
            return (top,)
        return (*self._part(heavy, weights), *self._riders(live, heavy))

    def tell(self, pool: int, items: Sequence[int], *, is_hit: bool) -> None:
        """Take the answer to `next`; `pool` is its number."""
        self.silent = 0
        asked = frozenset(items)
        self.history.append(Told(pool=pool, items=asked, is_hit=is_hit))
        is_repetition = asked == frozenset(self.last)
        self._weigh(asked, is_hit=is_hit, is_repetition=is_repetition)
        if is_repetition:
            self._repeated = is_hit
        elif is_hit:
            self.last, self._repeated = tuple(items), None
        heaviest = max(self._weights[item] for item in self.items if item not in self._out)
        if is_hit:
            limit = heaviest - math.log(OUT)
            self._out |= {one for one in self.items if one not in asked and self._weights[one] < limit}
        else:
            self._out -= {one for one in self._out if self._weights[one] > heaviest - math.log(BACK)}

    def leave(self, item: int, *, is_innocent: bool = True) -> bool:
        """An item is no suspect any more: it was decided otherwise, or left undecided. Whether any is left."""
        if is_innocent:
            self._innocent.add(item)
        self.items = tuple(one for one in self.items if one != item)
        self._out.discard(item)
        if all(one in self._out for one in self.items):
            self._out.clear()
        return bool(self.items)

    def change(self, item: int) -> float:
        """Logarithm of by how much the answers changed the odds of an item, where no censored one was found."""
        others = max(self._by_chance, self._together)
        return self._weights[item] - others - math.log(self._odds[item])

    def beside(self, found: int | None) -> Iterator[Told]:
        """The answers that say something of the others, when `found` turned out censored: those of which it was no part.

        Where nothing was found, all: the hits were for chance, or for words together.
        """
        return (one for one in self.history if found not in one.items)

    def _part(self, heavy: Sequence[int], weights: Mapping[int, float]) -> list[int]:
        """So many of the heavy items, the heaviest first, that a hit is as likely as it is worth."""
        ordered = sorted(heavy, key=lambda item: (-round(self._weights[item], 2), item))
        wanted = self._share(heavy) * sum(weights[item] for item in heavy)
        part: list[int] = []
        weight = 0.0
        for item in ordered[:-1]:  # all of them are known to be hit: the answer would tell nothing
            if part and weight + weights[item] / 2 > wanted:
                break
            part.append(item)
            weight += weights[item]
        return part

    def _share(self, heavy: Sequence[int]) -> float:
        if self._chances.noise > QUIET and not self._hit_cost:
            return 0.5
        odds = sum(self._odds[item] for item in heavy) / len(heavy)
        probability = odds / (1 + odds)
        parts = best_sizes(probability, self._hit_cost).parts
        # Where so many are hit nearly always, one at a time is best.
        part = parts[len(heavy)] if len(heavy) < len(parts) else 1
        return part / len(heavy)

    def _riders(self, live: Sequence[int], heavy: Sequence[int]) -> list[int]:
        """Items that were light in answers without a hit: to ask them along costs nothing, and clears them."""
        known = set(heavy)
        passed = Counter(item for told in self.history if not told.is_hit for item in told.items)
        return [item for item in live if item not in known and self._wants(item, passed[item])]

    def _weigh(self, asked: frozenset[int], *, is_hit: bool, is_repetition: bool) -> None:
        trigger, noise = self._chances.trigger, self._chances.noise
        inside, outside = (trigger, noise) if is_hit else (1 - trigger, 1 - noise)
        for item in self.items:
            self._weights[item] += math.log(inside if item in asked else outside)
        self._by_chance += math.log(outside)
        # Two words that stand anywhere in the last pool are both in a part with the square of its share.
        share = len(asked.intersection(self.last)) / len(self.last)
        together = trigger * (1.0 if is_repetition else max(min(share, 0.99) ** 2, noise))
        self._together += math.log(together if is_hit else 1 - together)
