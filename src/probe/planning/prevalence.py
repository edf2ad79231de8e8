"""Prevalence: how often words are censored, as far as the run knows: in all, and in each category of the lists."""

from __future__ import annotations

import math
from collections import defaultdict

PRIOR = (0.5, 12.0)
"""Censored and decided words that are taken as seen before the first: about one in twenty-four."""
WORTH = 20.0
"""Words that the rate of all is worth in a category: so many of its own count as much."""
CAREFUL = 2.33
"""Standard deviations above the mean at which a rate is taken where a wrong guess is dear: one chance in a hundred."""
MOST = 0.9


class Prevalence:
    """Learns from decided words. Categories are named by any value."""

    def __init__(self) -> None:
        self._all = [0.0, 0.0]
        self._by_category: defaultdict[object, list[float]] = defaultdict(lambda: [0.0, 0.0])
        self._apart: dict[object, list[float]] = {}

    def set_apart(self, category: object, hits: float, decided: float) -> None:
        """A category whose rate has nothing to do with that of the others, with what is taken as seen of it."""
        self._apart[category] = [hits, decided]

    def learn(self, category: object, *, censored: bool, worth: float = 1.0) -> None:
        """Take a decided word; of an earlier run it may be `worth` less."""
        own = self._apart.get(category)
        for tally in (own,) if own is not None else (self._all, self._by_category[category]):
            tally[0] += censored * worth
            tally[1] += worth

    def rate(self, category: object, *, careful: bool = False) -> float:
        """The probability that a word is censored, above 0, at most MOST: the mean of a beta distribution whose prior is the
        rate of all words. `careful` takes its upper end instead."""
        hits, decided = (own + prior for own, prior in zip(self._all, PRIOR, strict=True))
        if category in self._apart:
            hits, decided = self._apart[category]
            mean, known = hits / decided, decided
        else:
            base = hits / decided
            tally = self._by_category.get(category, (0.0, 0.0))
            worth = tally[1] + WORTH
            mean = (tally[0] + WORTH * base) / worth
            known = worth if len(self._by_category) > 1 else decided
        if careful:  # the upper end of the score interval (Wilson 1927), which holds for rates near zero, too
            room = CAREFUL**2 / known
            spread = CAREFUL * math.sqrt(mean * (1 - mean) / known + room / (4 * known))
            mean = (mean + room / 2 + spread) / (1 + room)
        return min(mean, MOST)
