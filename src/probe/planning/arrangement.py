"""Arrangement: whether components trigger in another order, and with something else between them."""

from __future__ import annotations

import math
from collections.abc import Generator, Sequence

from probe.planning.inquiry import Ask, Inquiry, Odds

FREE, ORDERED, NEAR = 0.85, 0.1, 0.05
"""How likely components may stand anywhere; must keep their order; must not have anything between them. Nearly all censors
whose rules were published look for all components, wherever they stand."""
MOST_ASKED = 20
"""Questions about it, at most."""


class Arrangement:
    """Asks about components, in the order of the text, that are known to trigger together."""

    def __init__(self, inquiry: Inquiry, components: Sequence[str]) -> None:
        self._inquiry = inquiry
        self._components = tuple(components)
        self._is_filled = inquiry.filler is not None
        self._odds = {
            "free": math.log(FREE),
            "ordered": math.log(ORDERED),
            "near": math.log(NEAR) if self._is_filled else -math.inf,
        }

    def think(self) -> Generator[Ask, Odds, tuple[bool | None, bool | None]]:
        """Whether any order will do, and whether they may stand apart; None where it was not found out.

        The other way round and apart at once, as that mostly triggers; only if it does not, apart in their own order.
        """
        for _ in range(MOST_ASKED):
            shares = self._shares()
            kind = max(shares, key=lambda one: shares[one])
            if shares[kind] >= 1 - self._inquiry.error_rate:
                apart = kind != "near" if self._is_filled else None
                return (None, apart) if kind == "near" else (kind == "free", apart)
            question = self._choose(shares)
            if question is None:
                break
            pieces, triggering = question
            odds = yield from self._inquiry.ask(pieces, filled=self._is_filled)
            for one in triggering:
                self._odds[one] += odds or 0.0
        return None, None

    def _choose(self, shares: dict[str, float]) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
        """The pieces that tell most, and of which kinds they trigger; None where no question can be asked."""
        questions = (
            (self._components[::-1], ("free",)),
            (self._components, ("free", "ordered")),
        )
        gain = self._inquiry.channel.gain
        can_be_asked = (one for one in questions if self._inquiry.may_ask(one[0], filled=self._is_filled))
        return max(can_be_asked, key=lambda one: gain(sum(shares[kind] for kind in one[1])), default=None)

    def _shares(self) -> dict[str, float]:
        top = max(self._odds.values())
        weights = {kind: math.exp(odds - top) for kind, odds in self._odds.items()}
        return {kind: weight / sum(weights.values()) for kind, weight in weights.items()}
