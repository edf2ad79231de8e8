"""Schedule: which controls an endpoint is asked, and when.

Before the first keyword: nonsense, the truism and the reference where the definition has a use for them, and canaries. In
between: canaries, ever more rarely, as each costs what a hit costs. After the last keyword: one canary more.
"""

from __future__ import annotations

import math
from collections import Counter, deque
from collections.abc import Iterable, Iterator

import msgspec

from probe.model.definition import Definition, Reckoned
from probe.model.exchange import Purpose, Question
from probe.model.observation import Observation, Outcome
from probe.model.run import ControlCounts

MOST_OPENING = 8
"""Canaries asked before the first keyword, at most: a censor that acts every second time acts eight times in a row in four
runs of a thousand."""
TRIES = 6
"""Askings before the first keyword after which a canary that never was censored is believed."""
UNSTEADY = 4
"""How many times as many canaries are asked before the first keyword where some of them are served and some not: each
keyword then costs as many questions as the trigger rate says, which is worth measuring."""
STEADY = 100
"""Canaries after which a trigger rate is known well enough (to about 0.05) to ask them ever more rarely."""
SILENT = 3
"""Answers in a row to a control that say nothing, after which it is left alone."""
COMPARED = 2
"""Benign words that the reference is asked too, to learn how its number of results compares."""

_TROUBLE = frozenset({Outcome.CHALLENGED, Outcome.LOGIN, Outcome.THROTTLED, Outcome.FAILED})
"""What comes between a question and its answer."""


class Schedule:
    """The controls of one endpoint in one run. `words` are benign, `nonsense` is made up; both never end."""

    def __init__(
        self,
        name: str,
        definition: Definition,
        words: Iterator[str],
        nonsense: Iterator[str],
        *,
        keywords: int,
        asked: int = 0,
    ) -> None:
        """`keywords` is how many there are to ask; `asked` how many controls earlier sessions of the run asked."""
        self._name = name
        self._controls = definition.controls
        self._words = words
        self._block = definition.limits.block
        self._attempts = asked
        self._once: deque[tuple[Purpose, str, str]] = deque(_opening(definition, nonsense))
        """Purpose, word and text of what is asked once, if its answer says anything."""
        self._once_asked: dict[str, tuple[Purpose, str, str]] = {}
        """The same by question id, while under way."""
        self._lost: Counter[str] = Counter()
        """Answers to them that said nothing, or too little, by text."""
        compares = self._controls.reference is not None and self._controls.share is not None
        self._references = COMPARED if compares else 0
        self._form_at = definition.form_at
        self._knows_rate = _knows_rate(definition)
        self._wanted = 1 if self._knows_rate else _wanted(keywords)
        self._next_canary = self._block
        """Questions about keywords after which the next canary is due."""
        self._last_canary = 0
        """Questions about keywords before the last canary."""
        self._hits: Counter[str] = Counter()
        self._served: Counter[str] = Counter()
        self._silent: Counter[str] = Counter()
        self._odd: dict[str, str] = {}
        """By canary, the answer that no rule knew."""
        self._trouble: dict[str, str] = {}
        """By canary, what came between it and its answer."""
        self._failed: str | None = None
        """Why the last benign control that failed did."""
        self.counts = ControlCounts()

    def benign(self) -> Question:
        """The next benign control: never the same word twice in a row."""
        word = next(self._words)
        if self._references:
            self._references -= 1
            self._once.append((Purpose.REFERENCE, word, word))
        return self._question(Purpose.BENIGN, word, word)

    def is_due(self, asked: int, *, last: bool) -> bool:
        """Whether another control must be asked before the next keyword.

        `asked` counts the questions about keywords so far; `last` says that none will follow.
        """
        if self._once:
            return True
        if not self._usable():
            return False
        return (
            self._is_opening()
            or asked >= self._next_canary
            or (last and asked > self._last_canary + self._block)
        )

    def take(self, asked: int) -> Question:
        """The control that is due."""
        if self._once:
            once = self._once.popleft()
            question = self._question(*once)
            self._once_asked[question.id] = once
            return question
        canaries = self._usable()
        so_far = self._total()
        # Ever more rarely: of n blocks about the square root of 2 n are followed by a canary.
        unsteady = self._is_unsteady() and so_far < STEADY
        self._next_canary = asked + self._block * (1 if unsteady else 1 + so_far)
        self._last_canary = asked
        word = canaries[so_far % len(canaries)]
        # Zero results for the canary itself would prove nothing; inside the truism they do.
        return self._question(
            Purpose.CANARY, word, (self._controls.truism or "{keyword}").replace("{keyword}", word)
        )

    def learn(self, question: Question, observation: Observation) -> None:
        """Count the answer to a control."""
        outcome = observation.outcome
        once = self._once_asked.pop(question.id, None)
        # A truism that is empty once may be an accident, and without it no zero results of the whole run could be proved.
        is_inside = question.purpose is Purpose.NONSENSE and question.text != question.components[0]
        if once is not None and (outcome in _TROUBLE or (is_inside and outcome is Outcome.EMPTY)):
            self._lost[question.text] += 1
            if self._lost[question.text] < SILENT:
                self._once.append(once)
        match question.purpose:
            case Purpose.BENIGN:
                self._count("passed" if outcome is Outcome.SERVED else "failed")
                self._failed = self._failed if outcome is Outcome.SERVED else observation.reason
            case Purpose.CANARY:
                self._learn_canary(question.components[0], observation)
            case Purpose.NONSENSE:
                self._count("nonsense")
            case Purpose.TRUISM:
                self._count("truisms")
            case Purpose.REFERENCE:
                self._count("references")
            case Purpose.KEYWORD:
                pass

    def doubt(self, *, censored: bool) -> str | None:
        """Why nothing may be called `ok`: no control was served, or no canary was censored, and nothing else. `censored`: a
        keyword was."""
        if not self.counts.passed and self._failed is not None:
            return f"no control was served: {self._failed}"
        if censored or self._hits or self._is_opening():
            return None
        if self._served:
            return f"the canary {_quote(self._served)} was served too"
        if self._odd:
            return f"the canary {_quote(self._odd)} got an answer that no rule knows"
        return f"the canary {_quote(self._trouble)} got no answer" if self._trouble else None

    def notes(self, *, censored: bool) -> Iterator[str]:
        """What the canaries say of the definition and the vantage, each in one sentence."""
        old = [word for word in self._served if not self._hits[word] and self._served[word] >= TRIES]
        if self._hits and old:
            yield f"the canary {_quote(old)} was served every time while others were censored: the definition is out of date"
        elif self._served and not self._hits and censored:
            yield f"the canary {_quote(self._served)} was served though keywords are censored: the definition is out of date"
        elif self._served and not self._hits:
            yield (
                f"the canary {_quote(self._served)} was served like any other word: seen from here nothing is censored, "
                "or the definition is out of date"
            )
        for word, reason in self._odd.items() if not self._hits else ():
            yield f"the canary {_quote([word])} was not recognised ({reason}): the definition is out of date"
        for word, reason in self._trouble.items() if not (self._hits or self._served) else ():
            yield f"the canary {_quote([word])} got no answer ({reason}): whether censorship can be seen is not known"

    def _is_opening(self) -> bool:
        if not self._usable():
            return False
        total = self._total()
        if self._is_unsteady():
            return total < self._wanted * UNSTEADY
        return total < (self._wanted if self._hits else max(self._wanted, TRIES))

    def _is_unsteady(self) -> bool:
        """Whether canaries are censored only sometimes, and nobody knows how often."""
        return not self._knows_rate and bool(self._hits) and bool(self._served)

    def _usable(self) -> list[str]:
        return [word for word in self._controls.canaries if self._silent[word] < SILENT]

    def _total(self) -> int:
        return self.counts.canaries_hit + self.counts.canaries_served

    def _learn_canary(self, word: str, observation: Observation) -> None:
        outcome = observation.outcome
        if outcome.is_evidence:
            self._silent[word] = 0
        if outcome is Outcome.SERVED:
            self._served[word] += 1
            self._count("canaries_served")
        elif outcome.is_hit:
            self._hits[word] += 1
            self._count("canaries_hit")
        else:
            self._silent[word] += 1
            seen = self._odd if outcome is Outcome.UNRECOGNISED else self._trouble
            seen[word] = observation.reason

    def _count(self, field: str) -> None:
        self.counts = msgspec.structs.replace(self.counts, **{field: getattr(self.counts, field) + 1})

    def _question(self, purpose: Purpose, word: str, text: str) -> Question:
        self._attempts += 1
        return Question(
            endpoint=self._name,
            purpose=purpose,
            components=(word,),
            text=text,
            attempt=self._attempts,
            form=self._form_at(self._attempts - 1),
        )


def compares(definition: Definition) -> bool:
    """Whether a rule compares answers with those of controls."""
    return any(
        when.like is not None or (when.not_ is not None and when.not_.like is not None)
        for rule in definition.rules
        for when in rule.conditions
    )


def _opening(definition: Definition, nonsense: Iterator[str]) -> Iterator[tuple[Purpose, str, str]]:
    if compares(definition):
        for _ in range(2):
            word = next(nonsense)
            yield Purpose.NONSENSE, word, word
    if definition.controls.truism is not None:
        word = next(nonsense)
        yield Purpose.NONSENSE, word, definition.controls.truism.replace("{keyword}", word)


def _knows_rate(definition: Definition) -> bool:
    """Whether the trigger rate is declared, or known from others, so that the canaries only correct it."""
    declared = definition.deciding.mechanisms is Reckoned.DECLARED
    return definition.deciding.trigger_rate is not None or (definition.reads_cuts and declared)


def _wanted(keywords: int) -> int:
    """Canaries before the first keyword: more for a longer run, which has more to lose by a wrong trigger rate."""
    return min(MOST_OPENING, max(1, int(math.log2(max(keywords, 1))) - 1))


def _quote(words: Iterable[str]) -> str:
    return ", ".join(f"«{word}»" for word in words)
