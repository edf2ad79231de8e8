"""Channel: how much an answer says of a text when the censor misses some, and innocent texts get hits; and what it costs."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

FLOOR = 0.0005
"""Least rate of either error: nobody has seen a censor that never misses, nor answers that are never wrong."""
_STEPS = 40
_GOLDEN = (math.sqrt(5) - 1) / 2


@dataclass(frozen=True, kw_only=True)
class Channel:
    """The binary channel between a text that triggers, or not, and its answer."""

    miss: float = FLOOR
    """How often a text that triggers is answered like any other."""
    false: float = FLOOR
    """How often a text that does not trigger looks blocked."""
    hit_cost: float = 1.0
    """What a hit costs, as many times as an answer without one."""

    def __post_init__(self) -> None:
        """No rate is ever 0 or 1."""
        for name in ("miss", "false"):
            object.__setattr__(self, name, min(max(getattr(self, name), FLOOR), 1 - FLOOR))

    def odds(self, is_hit: bool) -> float:
        """How much an answer speaks for "it triggers", as the logarithm of a ratio of likelihoods."""
        if is_hit:
            return max(0.0, math.log((1 - self.miss) / self.false))
        return min(0.0, math.log(self.miss / (1 - self.false)))

    def gain(self, share: float) -> float:
        """What asking is worth where the text triggers with this probability: information by cost."""
        hit = share * (1 - self.miss) + (1 - share) * self.false
        told = _entropy(hit) - share * _entropy(self.miss) - (1 - share) * _entropy(self.false)
        return told / (1 + hit * (self.hit_cost - 1))

    @property
    def best(self) -> float:
        """The probability of triggering at which a question is worth most: a half, without errors and dear hits."""
        return _best(self)


@lru_cache(maxsize=1024)
def _best(channel: Channel) -> float:
    """Golden section search, as the gain has one peak."""
    low, high = FLOOR, 1 - FLOOR
    for _ in range(_STEPS):
        left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
        if channel.gain(left) < channel.gain(right):
            low = left
        else:
            high = right
    return (low + high) / 2


def _entropy(rate: float) -> float:
    """Of an event that happens so often, in nats."""
    return -rate * math.log(rate) - (1 - rate) * math.log(1 - rate) if 0 < rate < 1 else 0.0
