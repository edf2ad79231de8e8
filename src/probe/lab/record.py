"""What the lab was asked and what it did, kept for tests and for people."""

from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass

from probe.lab.censor import Cause
from probe.lab.messenger_policy import MessageAct
from probe.lab.policy import Act

REMEMBERED = 100_000
"""Requests kept whole; older ones are only counted."""


@dataclass(frozen=True, kw_only=True)
class Received:
    """One request that reached the lab."""

    at: float
    """When, by the lab's own clock, in seconds."""
    platform: str
    """The first segment of the path, whether or not there is such a platform."""
    method: str
    path: str
    text: str
    """The text in question; empty where none could be read."""
    headers: Mapping[str, str]
    """Names in small letters."""
    act: Act | MessageAct
    """What was done with it; a messenger that let it pass, or only read or deleted, has SERVE."""
    cause: Cause
    new_layout: bool = False
    """Whether the answer was built in the way of `Policy.layout_after`."""


class Record:
    """All requests counted, the latest kept."""

    def __init__(self) -> None:
        self.counts: Counter[tuple[str, Act | MessageAct]] = Counter()
        self.latest: deque[Received] = deque(maxlen=REMEMBERED)

    def add(self, received: Received) -> None:
        self.latest.append(received)
        self.counts[received.platform, received.act] += 1
