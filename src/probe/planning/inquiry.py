"""Inquiry: what is asked about the parts of one text, one question after the other, and what was heard."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass

from probe.planning.channel import Channel

MOST_SILENT = 2
"""Times that one text may be asked without an answer; before the second, others get their turn."""
MOST_LOST = 12
"""Questions about one text in all that may remain without an answer."""


@dataclass(frozen=True, kw_only=True)
class Ask:
    """One text to send."""

    pieces: tuple[str, ...]
    text: str
    """The pieces with what is put between them."""


Odds = float | None
"""By how much an answer speaks for "it triggers"; None for no answer."""
Asking = Generator[Ask, Odds, Odds]


class Stuck(Exception):
    """Nothing can be asked that would help. Its text says why, for people."""


class Inquiry:
    """Asks, and remembers. Nothing is sent from here: asking is a generator that is answered."""

    def __init__(
        self,
        channel: Channel,
        *,
        error_rate: float,
        separator: str,
        filler: str | None,
        may_send: Callable[[str], bool],
    ) -> None:
        """`filler` is a harmless text that may stand between pieces; `may_send` says whether a text can be sent at all."""
        self.channel = channel
        self.error_rate = error_rate
        self.separator = separator
        self.filler = filler
        self._may_send = may_send
        self._silent: Counter[str] = Counter()
        self._resting: set[str] = set()
        self._clean: set[str] = set()

    @property
    def enough(self) -> float:
        """Log odds at which something is taken for shown (Wald's bound)."""
        return math.log((1 - self.error_rate) / self.error_rate)

    def ask(self, pieces: Sequence[str], *, filled: bool = False) -> Asking:
        """Ask about these pieces. Raises Stuck where too much remains without an answer."""
        text = self._join(pieces, filled)
        odds = yield Ask(pieces=tuple(pieces), text=text)
        if odds is None:
            self._silent[text] += 1
            self._resting.add(text)
            if self._silent.total() >= MOST_LOST:
                raise Stuck(f"{MOST_LOST} questions about its parts got no answer")
            return None
        self._resting.clear()
        if odds < 0:
            self._clean.add(text)
        return odds

    def may_ask(self, pieces: Sequence[str], *, filled: bool = False) -> bool:
        """Whether asking about these pieces is any use: they can be sent, and may be answered."""
        text = self._join(pieces, filled)
        if text in self._resting or self._silent[text] >= MOST_SILENT:
            return False
        return bool(text.strip()) and self._may_send(text)

    def wake(self) -> bool:
        """Let texts that got no answer be asked once more, where nothing else is left; whether there are any."""
        woken = any(self._silent[text] < MOST_SILENT for text in self._resting)
        self._resting.clear()
        return woken

    def was_clean(self, pieces: Sequence[str]) -> bool:
        """Whether these pieces were asked, and did not trigger."""
        return self._join(pieces, False) in self._clean

    def _join(self, pieces: Sequence[str], filled: bool) -> str:
        between = f"{self.separator}{self.filler}{self.separator}" if filled else self.separator
        return between.join(pieces)
