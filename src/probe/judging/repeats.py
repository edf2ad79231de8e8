"""Repeats: which of the things that repeat on normal pages are the results."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from probe.judging.look import Look
from probe.model.rule import Pick

LEAST_REPEATS = 2
"""How often a thing stands on each normal page, to be taken for something that repeats."""
MAIN_SHARE = 0.3
"""Least share of a page's text that stands in its results: menus, pages and related searches have less."""
FEWER = 0.5
"""Most of the things of a normal page that may stand on one without results, as a share: none, or the few of a menu."""


@dataclass(frozen=True, kw_only=True)
class Items:
    """What is taken for results."""

    pick: Pick
    floor: int = 0
    """How many of them a page without results has."""
    proven: bool = False
    """Whether pages for nonsense lack them, so that they do hang on what is asked."""


def choose_items(
    normal: Sequence[Look], nonsense: Sequence[Look] = (), given: Pick | None = None
) -> Items | None:
    """What repeats on all normal pages, makes up much of them and, if any can be found, is not on pages for nonsense.

    Of several, that with the most text in it, which is the result and not a part of it. None where nothing can be told.
    `given` is the definition's own way to count.
    """
    if not normal:
        return None
    picks = [given] if given is not None else list(normal[0].features.picks())
    least = {pick: min(count_items(look, pick, given) for look in normal) for pick in picks}
    picks = [pick for pick in picks if least[pick] >= LEAST_REPEATS]
    if given is None:
        # Small groups come and go by chance: an advertisement here, a related search there.
        picks = [pick for pick in picks if all(look.features.share(pick) >= MAIN_SHARE for look in normal)]
        picks.sort(key=lambda pick: -sum(look.features.share(pick) for look in normal))
    for pick in picks if nonsense else ():
        most = max(count_items(look, pick, given) for look in nonsense)
        if most <= FEWER * least[pick]:
            return Items(pick=pick, floor=most, proven=True)
    return Items(pick=picks[0]) if picks else None


def count_items(look: Look, pick: Pick, given: Pick | None = None) -> int:
    """How many of them one answer has."""
    if given is not None:
        return look.facts.count or 0
    if look.is_fresh and look.facts.items is not None:
        return look.facts.items
    return look.features.count(pick)
