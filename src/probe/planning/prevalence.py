"""Prevalence: how often words are censored, as far as the run knows: in all, and in each category of the lists."""

from __future__ import annotations

import math
from collections import defaultdict

PRIOR = (0.5, 12.0)
"""Censored and decided words that are taken as seen before the first: about one in twenty-four."""
WORTH = 20.0
"""Words that the rate of all is worth in a category: so many of its own count as much."""
CAREFUL = 1.64
"""Standard deviations above the mean at which a rate is taken where a wrong guess is dear: one chance in twenty."""
MOST = 0.9


class Prevalence:
    """Learns from decided words. Categories are named by any value, such as None."""

    def __init__(self) -> None:
        self._all = [0.0, 0.0]
        self._by_category: defaultdict[object, list[float]] = defaultdict(lambda: [0.0, 0.0])

    def learn(self, category: object, *, censored: bool, worth: float = 1.0) -> None:
        """Take a decided word; of an earlier run it may be `worth` less."""
        for tally in (self._all, self._by_category[category]):
            tally[0] += censored * worth
            tally[1] += worth

    def rate(self, category: object, *, careful: bool = False) -> float:
        """The probability that a word is censored, above 0, at most MOST: the mean of a beta distribution whose prior is the
        rate of all words. `careful` takes its upper end instead."""
        hits, decided = (own + prior for own, prior in zip(self._all, PRIOR, strict=True))
        base = hits / decided
        tally = self._by_category.get(category, (0.0, 0.0))
        worth = tally[1] + WORTH
        mean = (tally[0] + WORTH * base) / worth
        if careful:
            known = worth if len(self._by_category) > 1 else decided
            mean += CAREFUL * math.sqrt(mean * (1 - mean) / known) + 1 / decided
        return min(mean, MOST)
