"""Isolation: which components of a text trigger, found with few questions although the censor misses some.

A pure state machine around thinking that is written as generators: `ready` says what to ask, `tell` takes an answer
(blocked, clean, or unknown), `result` says what is known, at any time. From the outside in: this file asks for one trigger
or for every one; `narrowing.py` finds one, component by component; `line.py` keeps a posterior over what each component
may be, and cuts it where an answer tells most; `channel.py` says how much that is.

The order of questions follows the component-aware binary split (Xiong and Knockel 2019), which handles components that
overlap and repeat. In place of its bisection, which one wrong answer leads astray, stands posterior matching (Horstein 1963;
Burnashev and Zigangirov 1974; Shayevitz and Feder 2011), and at the end a confirmation to the error rate that was asked for,
as Burnashev (1976) has it.

What is sent are pieces of the text, never half a character, with a separator between them. It must neither be part of a
word nor vanish: by default it is what the definition puts between the components of a keyword. Where the service ignores it,
touching pieces of one component trigger as if they were several; so components that touch are tried with a harmless word
between them, and put together if that stops them.
"""

from __future__ import annotations

import enum
from collections import deque
from collections.abc import Callable, Generator, Sequence
from itertools import accumulate, pairwise

from probe.model.isolation import Isolation, Trigger
from probe.planning.arrangement import Arrangement
from probe.planning.channel import Channel
from probe.planning.inquiry import Ask, Inquiry, Odds, Stuck
from probe.planning.narrowing import Narrowing, Part
from probe.planning.passage import Passage, Span, split_characters

REST = 0.3
"""How likely there is another trigger in what is left of a text."""
MOST_BRANCHES = 64
"""Ways of taking known triggers out of a text that are looked at, when every trigger is asked for."""


class Word(enum.Enum):
    """What an answer says of a text."""

    BLOCKED = enum.auto()
    CLEAN = enum.auto()
    UNKNOWN = enum.auto()
    """Nothing: it could not be asked, or whatever came tells nothing."""


_Thinking = Generator[Ask, Odds, None]


class Isolator:
    """One text at one endpoint."""

    def __init__(
        self,
        texts: Sequence[str],
        *,
        channel: Channel,
        error_rate: float = 0.001,
        separator: str = " ",
        filler: str | None = None,
        every: bool = False,
        looks_at_arrangement: bool = True,
        budget: int | None = None,
        may_send: Callable[[str], bool] = lambda text: True,
    ) -> None:
        """`texts` are the components of a keyword, or one text; as a whole they are known to trigger, to the error rate.

        `filler` is a harmless text, of which no character stands in `texts`; without one it is not found out whether
        components must touch. `budget` is how many questions may be asked at most.
        """
        self.channel = channel
        """As it is known now; whoever learns more of it changes it."""
        self.asked = 0
        self._inquiry = Inquiry(
            channel, error_rate=error_rate, separator=separator, filler=filler, may_send=may_send
        )
        self._passage = Passage.of(texts)
        self._offsets = _offsets(texts, separator)
        self._every = every
        self._looks_at_arrangement = looks_at_arrangement
        self._budget = budget
        self._triggers: list[Trigger] = []
        self._narrowing: tuple[Passage, Narrowing] | None = None
        """The search that is under way, for what it knows already."""
        self._reason: str | None = None
        self._thinking: _Thinking = self._think()
        self._next: Ask | None = None
        self._is_waiting = False
        self.is_done = False
        self._go_on(None)

    def ready(self, room: int = 1) -> list[Ask]:
        """What to ask now: one question, as each follows from the answers before it; none while one is under way."""
        if self._next is None or self._is_waiting or room < 1:
            return []
        if self._budget is not None and self.asked >= self._budget:
            self.stop(f"the budget of {self._budget:,} questions is spent")
            return []
        self.asked += 1
        self._is_waiting = True
        return [self._next]

    def tell(self, word: Word, channel: Channel | None = None) -> None:
        """Take the answer to the question under way. `channel` says how far it can be trusted, if not like others."""
        if not self._is_waiting:
            return
        self._is_waiting = False
        odds = None if word is Word.UNKNOWN else (channel or self.channel).odds(word is Word.BLOCKED)
        self._go_on(odds)

    def stop(self, reason: str) -> None:
        """Ask no more; what is known stays known."""
        if not self.is_done:
            self._reason = reason
            self._end()

    def result(self) -> Isolation:
        """What is known so far."""
        triggers = [*self._triggers]
        if self._narrowing is not None:
            passage, narrowing = self._narrowing
            spans = narrowing.known
            if spans:
                whole = _join(passage.pieces(spans), passage)
                triggers.append(self._describe(passage, whole, confirmed=False))
        return Isolation(
            triggers=tuple(triggers),
            complete=self.is_done and self._reason is None,
            reason=self._reason if self.is_done else "not finished",
            every=self._every,
            questions=self.asked,
            separator=self._inquiry.separator,
        )

    def _go_on(self, odds: Odds) -> None:
        self._inquiry.channel = self.channel
        try:
            self._next = next(self._thinking) if self._next is None else self._thinking.send(odds)
        except StopIteration:
            self._end()
        except Stuck as stuck:
            self._reason = str(stuck)
            self._end()

    def _end(self) -> None:
        self.is_done = True
        self._next = None
        self._thinking.close()

    def _think(self) -> _Thinking:
        """One trigger; or every one, by taking the known ones out of the text, a component at a time (the hitting sets of
        Reiter 1987): whatever else triggers lacks a component of each."""
        branches: deque[frozenset[str]] = deque([frozenset()])
        seen = {frozenset[str]()}
        while branches:
            broken = branches.popleft()
            rest = self._passage.select(self._passage.without(sorted(broken)))
            trigger = self._surviving(rest)
            if trigger is None:
                trigger = yield from self._find(rest, doubt=1 - REST if broken else self._inquiry.error_rate)
            if trigger is None:
                if not broken:
                    raise Stuck("the text as a whole does not trigger when it is asked again")
                continue
            if not self._every:
                return
            for component in trigger.components:
                branch = broken | {component}
                if branch not in seen:
                    seen.add(branch)
                    branches.append(branch)
            if len(seen) > MOST_BRANCHES:
                raise Stuck(f"there are more than {MOST_BRANCHES} ways to take its triggers out of it")

    def _surviving(self, rest: Passage) -> Trigger | None:
        """A trigger that is known already and stands in what is left."""
        texts = rest.read(rest.parts)
        return next(
            (
                one
                for one in self._triggers
                if all(any(component in text for text in texts) for component in one.components)
            ),
            None,
        )

    def _find(self, passage: Passage, *, doubt: float) -> Generator[Ask, Odds, Trigger | None]:
        """One trigger of a passage, with all that is asked about it."""
        if not passage.size:
            return None
        narrowing = Narrowing(self._inquiry, passage, doubt=doubt)
        self._narrowing = (passage, narrowing)
        parts = yield from narrowing.think()
        self._narrowing = None
        if parts is None:
            return None
        spans = [part.span for part in parts]
        trigger = self._describe(
            passage, spans, confirmed=narrowing.is_confirmed(parts), doubt=narrowing.sum_up(parts)
        )
        self._triggers.append(trigger)
        if len(spans) > 1 and self._looks_at_arrangement:
            self._triggers[-1] = trigger = yield from self._arrange(passage, trigger, parts)
        return trigger

    def _arrange(
        self, passage: Passage, trigger: Trigger, parts: Sequence[Part]
    ) -> Generator[Ask, Odds, Trigger]:
        """Whether the order matters, and whether components must touch; those that do so are one."""
        any_order, apart = yield from Arrangement(self._inquiry, trigger.components).think()
        spans = [part.span for part in parts]
        joined = _join(spans, passage)
        if apart is not False or len(joined) == len(spans):
            return self._describe(
                passage,
                spans,
                confirmed=trigger.confirmed,
                doubt=trigger.doubt,
                any_order=any_order,
                apart=apart,
            )
        odds = 0.0
        while abs(odds) < self._inquiry.enough and self._inquiry.may_ask(passage.read(joined)):
            answer = yield from self._inquiry.ask(passage.read(joined))
            odds += answer or 0.0
        is_one = odds >= self._inquiry.enough
        return self._describe(
            passage,
            joined if is_one else spans,
            confirmed=trigger.confirmed,
            doubt=trigger.doubt,
            apart=None if is_one and len(joined) == 1 else False,
        )

    def _describe(
        self,
        passage: Passage,
        spans: Sequence[Span],
        *,
        confirmed: bool,
        doubt: float | None = None,
        any_order: bool | None = None,
        apart: bool | None = None,
    ) -> Trigger:
        places = [passage.origin(span) for span in spans]
        return Trigger(
            components=passage.read(spans),
            spans=tuple((self._offsets[start][0], self._offsets[end - 1][1]) for start, end in places),
            confirmed=confirmed,
            doubt=None if doubt is None else round(doubt, 6),
            any_order=any_order,
            apart=apart,
        )


def _join(spans: Sequence[Span], passage: Passage) -> list[Span]:
    """The same spans, those that touch within one part as one; overlapping ones too."""
    joined = [spans[0]]
    for start, end in spans[1:]:
        first, last = joined[-1]
        if start <= last and passage.ends[first] == passage.ends[start]:
            joined[-1] = (first, max(end, last))
        else:
            joined.append((start, end))
    return joined


def _offsets(texts: Sequence[str], separator: str) -> list[Span]:
    """By character, where it begins and ends in the text as it is sent, in code points."""
    found: list[Span] = []
    begin = 0
    for text in texts:
        ends = [begin, *(begin + end for end in accumulate(map(len, split_characters(text))))]
        found += pairwise(ends)
        begin += len(text) + len(separator)
    return found
