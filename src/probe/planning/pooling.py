"""Pooling: many words in one question, so that the cost follows the number of censored words and not the length of the list.

Pools are made of words that are about equally likely to be censored, so large that about every second one is hit. A hit pool
is searched (`suspects.py`) for the word that caused it, which is then asked alone. A pool that is not hit speaks for each of
its words, as often as the censor's consistency demands. No answer is taken for more than it says: when a word turns out to
be censored, earlier pools with it in them that passed were missed, and say nothing of the words beside it any more.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from probe.planning.pool_size import best_sizes
from probe.planning.prevalence import Prevalence
from probe.planning.suspects import Chances, Suspects
from probe.planning.waiting import Room, Waiting, Word

SHRINK_ABOVE = 0.05
"""Share of pools that turn out to be contradictions, above which pools shrink."""
FEW = 8
"""Pools before which that share means nothing."""
CERTAIN = 0.99
"""Trigger rate from which on the answers of a search that found nothing count: at a lower one it may have missed a word."""
SILENT = 3
"""Answers of a search in a row that say nothing, after which it is given up, and its words wait for smaller pools."""
CALM = 4
"""Answers that say something, after which pools that got shorter may grow again; twice as many each time that they do:
trouble passes, but what is too long stays so."""
GUESSED = (0.2, 20.0)
"""Contradictions and searches that are taken as seen before the first: one in a hundred."""


@dataclass(frozen=True, kw_only=True)
class Pool:
    """One question."""

    number: int
    items: tuple[int, ...]


@dataclass(kw_only=True)
class Effects:
    """What an answer changed, for whoever keeps the evidence of each word."""

    changed: set[int] = field(default_factory=set)
    """Words of which other pools than before count now."""
    contradiction: tuple[int, ...] | None = None
    """A pool that is hit again and again, though none of its words is; some of them may be decided."""


class Pooling:
    """Words that wait, are asked, and are searched for. They go by their numbers in the order of the list."""

    def __init__(
        self,
        room: Room,
        chances: Callable[[bool], Chances],
        prevalence: Prevalence,
        *,
        hit_cost: float = 0.0,
        error_rate: float = 0.001,
    ) -> None:
        """`chances` says how often answers mislead, for hits that prove themselves (True) or not. `error_rate` is how often
        a censored word may be missed: so many pools must pass with it."""
        self._chances = chances
        self._prevalence = prevalence
        self._hit_cost = hit_cost
        self._enough = math.log((1 - error_rate) / error_rate)
        self._waiting = Waiting(room, prevalence, hit_cost)
        self._most = room.words
        """Words of a pool at most, where no trouble makes them fewer."""
        self._calm, self._needs_calm = 0, CALM // 2
        """Answers that say something, since pools last got shorter or longer; and how many it takes for longer ones."""
        self._words = self._waiting.words
        self._asked: dict[int, tuple[Pool, Suspects | None]] = {}
        self._searches: list[Suspects] = []
        self._members: dict[int, tuple[int, ...]] = {}
        """The words of each pool that passed and counts."""
        self._numbers = 0
        self._largest = 0
        """Words of the largest pool so far."""
        self._recent = [0, 0]
        """Pools, and contradictions, since pools last shrank."""
        self.searches = 0
        self.contradictions = 0

    @property
    def suspected(self) -> set[int]:
        """The words that are searched, those that were decided meanwhile too, as they may be asked once more with others."""
        return {item for one in self._searches for item in one.last}

    @property
    def undecided(self) -> int:
        """Words that are not decided."""
        return len(self._words)

    def add(self, item: int, length: int, category: object, prior: float = 0.0) -> None:
        """A word of so many characters; `prior` is the logarithm of its own odds beside its category's."""
        self._words[item] = Word(length=length, category=category, prior=prior)
        self._waiting.put(item, at_end=True)

    @property
    def latest(self) -> int:
        """The number of the question that was asked last."""
        return self._numbers

    def limit(self, words: int) -> None:
        """No pool has more words from now on."""
        self._waiting.most = self._most = words

    def halve(self) -> None:
        """Pools get half as large as the largest so far; where none was drawn since the last time, as allowed."""
        self._waiting.most = max(1, min(self._waiting.most, self._largest or self._waiting.most) // 2)
        self._largest, self._recent = 0, [0, 0]
        self._calm = 0
        self._needs_calm *= 2

    def hope(self) -> None:
        """An answer says something: what made pools shorter may have been the weather. After enough of them they may get
        twice as large again, up to what they were before; but for what contradictions took."""
        self._calm += 1
        if self._calm >= self._needs_calm:
            self._calm = 0
            self._waiting.most = min(2 * self._waiting.most, self._most)

    def fit(self, characters: int) -> None:
        """Texts may be so long, and pools as large as fits."""
        self._waiting.open(characters)
        self._most = self._waiting.most

    def recall(self, number: int, items: Sequence[int]) -> Effects:
        """A pool of an earlier session passed with these words, beside those that were recalled with it before. What it says
        of one depends on the others."""
        self._members[number] = (*self._members.get(number, ()), *items)
        for item in items:
            self._words[item].passed.append(number)
        members = [item for item in self._members[number] if item in self._words]
        self._weigh(members)
        return Effects(changed=set(members))

    def next(self) -> Pool | None:
        """What to ask now: one word alone, or several; None where all that can be asked is under way."""
        for search in self._searches:
            if not self._is_busy(search):
                items = search.next()
                if items is not None:
                    return self._send(items, search)
        drawn = self._waiting.draw()
        if not drawn:
            return None
        self._largest = max(self._largest, len(drawn))
        self._recent[0] += 1
        return self._send(drawn, None)

    def pays(self, share: float) -> bool:
        """Whether pools save anything where this share of the words is censored. Where hits cost nothing that ends near 0.3,
        and not at the 0.38 of Ungar (1960), as each censored word is asked alone."""
        return best_sizes(share, self._hit_cost).pool > 1

    def passed(self, item: int) -> Sequence[int]:
        """Numbers of the pools that passed with a word, and count for it."""
        return self._words[item].passed

    def is_clear(self, item: int) -> bool:
        """Whether enough passed with a word, beside the hits that nothing else explains. Where a censor misses much, not as
        long as it is searched for what explains others."""
        word = self._words[item]
        if self._chances(False).trigger < CERTAIN and any(item in one.items for one in self._searches):
            return False
        return word.evidence + max(word.suspicion, 0.0) <= -self._enough

    def tell(self, number: int, *, is_hit: bool, is_proof: bool = False) -> Effects:
        """Take the answer to a question; `is_proof` where such a hit proves itself."""
        pool, search = self._asked.pop(number)
        effects = Effects()
        if len(pool.items) == 1 and not is_hit:
            self._words[pool.items[0]].alone += 1
            self._weigh(pool.items)
        if search is not None:
            search.tell(number, pool.items, is_hit=is_hit)
            if search.next() is None:
                self._end(search, None, effects)
        elif is_hit:
            self._begin(pool, is_proof=is_proof)
        else:
            self._pass(pool.number, pool.items, effects)
            self._put_back(pool.items)
        return effects

    def take_back(self, number: int) -> None:
        """An answer says nothing, or counts for nothing: the words wait again. A search goes on, but not for ever: where
        what it must ask is never answered, nothing would end it."""
        pool, search = self._asked.pop(number)
        if search is None:
            self._put_back(pool.items)
            return
        search.silent += 1
        if search.silent >= SILENT and len(pool.items) > 1:
            self._searches.remove(search)
            self._put_back(search.items)
            self.halve()

    def decide(self, item: int, *, censored: bool | None) -> Effects:
        """A word is decided, or left (None): whatever it was part of goes on without it."""
        word = self._words.pop(item)
        effects = Effects()
        self._asked = {number: one for number, one in self._asked.items() if one[0].items != (item,)}
        if censored is not None:
            self._prevalence.learn(word.category, censored=censored)
        if censored:
            for number in word.passed:
                self._revoke(number, effects)
        for search in [one for one in self._searches if item in one.items]:
            if censored:
                self._end(search, item, effects)
            else:
                is_left = search.leave(item, is_innocent=censored is False)
                if not is_left or (not self._is_busy(search) and search.next() is None):
                    self._end(search, None, effects)
        return effects

    def _is_busy(self, search: Suspects) -> bool:
        """Whether a question of a search is under way."""
        return any(search is one for _, one in self._asked.values())

    def _send(self, items: Sequence[int], search: Suspects | None) -> Pool:
        self._numbers += 1
        pool = Pool(number=self._numbers, items=tuple(items))
        self._asked[pool.number] = pool, search
        return pool

    def _put_back(self, items: Sequence[int]) -> None:
        for item in reversed(items):
            if item in self._words:
                self._waiting.put(item)

    def _begin(self, pool: Pool, *, is_proof: bool) -> None:
        """A pool was hit."""
        contradictions, searches = GUESSED
        combination = (self.contradictions + contradictions) / (self.searches + searches)
        chances = replace(self._chances(is_proof), combination=combination)
        odds = {item: self._waiting.odds(item) for item in pool.items if item in self._words}
        self.searches += 1
        search = Suspects(tuple(odds), odds, chances, hit_cost=self._hit_cost, wants=self._wants)
        self._searches.append(search)

    def _end(self, search: Suspects, found: int | None, effects: Effects) -> None:
        """A search is over: `found` is the censored word, None where there is none."""
        self._searches.remove(search)
        self._asked = {number: one for number, one in self._asked.items() if one[1] is not search}
        chances = self._chances(False)
        if found is None and search.is_contradiction:
            self._contradict(search, effects)
        if found is not None or chances.trigger >= CERTAIN:
            for told in search.beside(found):
                if not told.is_hit:
                    self._pass(told.pool, tuple(told.items), effects)
                elif found is not None:
                    self._suspect(told.items, chances)
        else:
            for item in search.items:
                if item in self._words:
                    self._words[item].suspicion += search.change(item)
        effects.changed |= {item for item in search.items if item in self._words}
        self._put_back(search.items)

    def _contradict(self, search: Suspects, effects: Effects) -> None:
        """Words that are censored only together: smaller pools hold fewer pairs."""
        effects.contradiction = search.last
        self.contradictions += 1
        self._recent[1] += 1
        asked, contradictions = self._recent
        if asked >= FEW and contradictions > SHRINK_ABOVE * asked:
            self.halve()
            self._most = self._waiting.most

    def _suspect(self, items: frozenset[int], chances: Chances) -> None:
        """A hit that the censored word of a search does not explain speaks for each of these."""
        undecided = [item for item in items if item in self._words]
        odds = min(sum(map(self._waiting.odds, undecided)), 1.0)
        gain = max(math.log(chances.trigger / (odds * chances.trigger + chances.noise)), 0.0)
        for item in undecided:
            self._words[item].suspicion += gain

    def _pass(self, number: int, items: Sequence[int], effects: Effects) -> None:
        """A pool that was not hit counts for its words; what a word is answered alone has counted before."""
        if len(items) == 1:
            return
        members = tuple(item for item in items if item in self._words)
        self._members[number] = members
        for item in members:
            self._words[item].passed.append(number)
        self._weigh(members)
        effects.changed |= set(members)

    def _revoke(self, number: int, effects: Effects) -> None:
        """A pool with a censored word in it passed: it was missed, and says nothing of the others."""
        changed = [item for item in self._members.pop(number, ()) if item in self._words]
        for item in changed:
            self._words[item].passed.remove(number)
        self._weigh(changed)
        effects.changed |= set(changed)

    def _weigh(self, items: Iterable[int]) -> None:
        """What pools that passed say of these words. One says less of a word as long as another in it may be censored too,
        and have been missed with it."""
        chances, probability = self._chances(False), self._waiting.probability
        missed = 1 - chances.trigger
        doubts: dict[int, float] = {}
        for item in items:
            word, own = self._words[item], probability(item)
            evidence = word.alone * math.log(missed / (1 - chances.noise))
            for number in word.passed:
                if number not in doubts:
                    doubts[number] = sum(map(probability, self._members[number]))
                alone = math.exp(min(own - doubts[number], 0.0))
                evidence += math.log(missed / ((1 - chances.noise) * alone + missed * (1 - alone)))
            word.evidence = evidence

    def _wants(self, item: int, passed: int) -> bool:
        """Whether a word is undecided, and would still be if so many more pools passed with it."""
        word = self._words.get(item)
        if word is None:
            return False
        chances = self._chances(False)
        each = math.log((1 - chances.trigger) / (1 - chances.noise))
        return word.evidence + passed * each > -self._enough
