"""Isolating by hand: a pretended censor with rules, and a loop that answers for it."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from probe.model.isolation import Isolation
from probe.planning.channel import Channel
from probe.planning.inquiry import Ask
from probe.planning.isolation import Isolator, Word

Rule = tuple[str, ...]


@dataclass
class Censor:
    """Hits what contains all components of a rule, in any order or in that of the rule; and errs as often as it is told."""

    rules: Sequence[Rule]
    is_ordered: bool = False
    ignored: str = ""
    """Characters that it does not see."""
    miss: float = 0.0
    false: float = 0.0
    seed: int = 0
    texts: list[str] = field(default_factory=list)
    """All that it was asked."""

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)

    def hits(self, text: str) -> bool:
        """Whether a text is against its rules."""
        seen = text.translate(dict.fromkeys(map(ord, self.ignored)))
        return any(self._fits(rule, seen) for rule in self.rules)

    def answer(self, text: str) -> Word:
        self.texts.append(text)
        rate = 1 - self.miss if self.hits(text) else self.false
        return Word.BLOCKED if self._chance.random() < rate else Word.CLEAN

    def _fits(self, rule: Rule, text: str) -> bool:
        if not self.is_ordered:
            return all(component in text for component in rule)
        place = 0
        for component in rule:
            found = text.find(component, place)
            if found < 0:
                return False
            place = found + len(component)
        return True


def isolate(censor: Censor, *texts: str, **options: Any) -> Isolation:
    """What is found out of a text by asking this censor."""
    options.setdefault("channel", Channel(miss=censor.miss, false=censor.false))
    isolator = Isolator(texts, **options)
    drive(isolator, lambda ask: censor.answer(ask.text))
    return isolator.result()


def drive(isolator: Isolator, answer: Callable[[Ask], Word]) -> list[Ask]:
    """Ask until all is found out; all that was asked."""
    asked: list[Ask] = []
    while not isolator.is_done:
        for ask in isolator.ready():
            asked.append(ask)
            isolator.tell(answer(ask))
    return asked


def components(found: Isolation) -> list[Rule]:
    """The components of all triggers that are confirmed, each sorted."""
    return sorted(tuple(sorted(one.components)) for one in found.triggers if one.confirmed)
