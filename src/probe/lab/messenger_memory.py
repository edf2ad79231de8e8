"""What a pretended messenger remembers, within bounds: its users, and what is kept of each."""

import math
from collections import OrderedDict, deque
from dataclasses import dataclass, field
from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")

DAY = 86_400.0
"""Seconds."""


class Latest(OrderedDict[K, V]):
    """A mapping that forgets what was written longest ago, beyond so many entries."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def __setitem__(self, key: K, value: V) -> None:
        super().__setitem__(key, value)
        self.move_to_end(key)
        if len(self) > self._most:
            self.popitem(last=False)


@dataclass(kw_only=True)
class User:
    """What is remembered of one user; times are in seconds of the lab's clock."""

    hits: int = 0
    """Since the last escalation."""
    escalated_until: float = -math.inf
    recent: deque[float] = field(default_factory=deque)
    """When the requests were let through that count against the rate limit."""
    day_began: float = -math.inf
    posts: int = 0
    """Since the day began."""

    def wait_for_turn(self, limit: tuple[int, float] | None, at: float) -> float | None:
        """Seconds until the next request may come; None: this one may, and counts."""
        if limit is None:
            return None
        most, span = limit
        while self.recent and at - self.recent[0] >= span:
            self.recent.popleft()
        if len(self.recent) >= most:
            return self.recent[0] + span - at
        self.recent.append(at)
        return None

    def wait_for_day(self, most: int | None, at: float) -> float | None:
        """Seconds until the next message may be posted; None: it may now."""
        if most is None or at - self.day_began >= DAY or self.posts < most:
            return None
        return self.day_began + DAY - at

    def count_post(self, at: float) -> None:
        """Remember that a message was posted."""
        if at - self.day_began >= DAY:
            self.day_began, self.posts = at, 0
        self.posts += 1

    def count_hit(self, hits: int, seconds: float, at: float) -> None:
        """Remember that a text was acted on; at so many hits the escalation begins."""
        self.hits += 1
        if self.hits >= hits:
            self.hits, self.escalated_until = 0, at + seconds
