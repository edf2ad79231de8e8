"""Narrowing: the thinking that finds one trigger in a passage: component after component, then each once more.

Each component is a search on a `Line`. What stands of it is moved on from before it is quite sure; the doubt that is left is
cleared up at the end, where one question tests both ends of a component at once: the same without its first and without its
last character, beside each other, and all other components.
"""

from __future__ import annotations

import math
from collections.abc import Generator, Sequence
from dataclasses import dataclass

from probe.planning.channel import Channel
from probe.planning.inquiry import Ask, Inquiry, Odds, Stuck
from probe.planning.line import MORE, NOTHING, WORTHLESS, Cell, Line, Standing
from probe.planning.passage import Passage, Span

MOVE_ON = 0.03
"""Doubt about a component at which the next one is looked for. With less, and with more, more is asked in the end."""
ALONE = 1 / 3
"""Share of the error rate that the components together may have: that they do not trigger without the rest."""
UNNEEDED = 0.3
"""How likely a component that turns out to be too long is not needed at all."""
LEAST_DOUBT = 1e-9
MOST_DOUBT = 0.3
"""About what is taken over from one search to the next."""
PATIENCE, PATIENCE_FOR_BITS = 300, 40
"""Questions after which one search ends: some, and some for each doubling of the text. Four components in 4,000 characters
take about 130 where the censor misses one time in four; only answers that contradict each other for ever take more."""

Thinking = Generator[Ask, Odds, "list[Part] | None"]


@dataclass
class Part:
    """A component that was found."""

    span: Span
    doubt: float
    """How likely less of it triggers as well."""


@dataclass(frozen=True)
class _Step:
    """A component that was moved on from."""

    line: Line
    before: tuple[Span, ...]
    cell: Cell
    doubt: float

    @property
    def span(self) -> Span:
        start = self.line.end - self.cell[0]
        return start, start + self.cell[1]


class Narrowing:
    """Finds one trigger."""

    def __init__(self, inquiry: Inquiry, passage: Passage, *, doubt: float) -> None:
        """`doubt` is how likely it is that the passage does not trigger at all."""
        self.known: tuple[Span, ...] = ()
        """The least of the passage that is known to trigger."""
        self.alone = 0.0
        """How likely the components that were found do not trigger alone."""
        self._inquiry = inquiry
        self._passage = passage
        self._doubt = doubt
        self._left = PATIENCE + PATIENCE_FOR_BITS * math.log2(passage.size + 1)
        self._unchecked: set[Span] = set()
        self._trimmed: set[int] = set()
        """Ends of regions that are as short as may be."""

    def think(self) -> Thinking:
        """The trigger, or None where the passage has none. Raises Stuck."""
        line = Line(self._passage, 0, self._passage.size, nothing=0.0, beyond=self._doubt)
        parts = yield from self._shrink((), (), line)
        if parts is None:
            return None
        while (number := self._most_doubtful(parts)) is not None:
            parts[number : number + 1] = yield from self._check(parts, number)
        return parts

    def is_confirmed(self, parts: Sequence[Part]) -> bool:
        """Whether all doubt is cleared up."""
        return not self._unchecked and self.sum_up(parts) <= self._inquiry.error_rate

    def sum_up(self, parts: Sequence[Part]) -> float:
        return self.alone + sum(part.doubt for part in parts)

    def _shrink(
        self, before: tuple[Span, ...], after: tuple[Span, ...], line: Line, *, is_whole: bool = False
    ) -> Thinking:
        """What of a region is needed between these; `is_whole`: it may well be all of it. None where it does not trigger."""
        steps: list[_Step] = []
        error = self._inquiry.error_rate
        while True:
            standing = line.standing()
            doubt = standing.before + standing.after
            if standing.is_beyond and (doubt <= MOVE_ON if steps else doubt <= error):
                if not steps:
                    return None
                last, odds = steps.pop(), line.beyond_odds()
                line, before = last.line, last.before
                line.learn(last.cell, odds)
            elif standing.cell == NOTHING and doubt <= error * ALONE:
                self.alone = doubt
                return [Part(step.span, step.doubt) for step in steps]
            elif standing.cell not in (None, NOTHING) and doubt <= MOVE_ON:
                step = _Step(line, before, standing.cell or NOTHING, standing.before)
                if is_whole and not steps and step.cell == line.last:
                    return [Part(step.span, step.doubt)]
                steps.append(step)
                before = (*before, step.span)
                line = self._follow(step, standing)
            else:
                line = yield from self._cut(before, after, line)

    def _follow(self, step: _Step, standing: Standing) -> Line:
        """The line of what may follow a component."""
        start, end = step.span[0] + 1, step.line.end
        beyond = min(max(standing.after, LEAST_DOUBT), MOST_DOUBT)
        nothing = (1 - beyond) * (1 - MORE) if start < end else 1 - beyond
        return Line(self._passage, start, end, nothing=nothing, beyond=beyond, overlap=step.span[1])

    def _cut(
        self, before: tuple[Span, ...], after: tuple[Span, ...], line: Line
    ) -> Generator[Ask, Odds, Line]:
        """Ask the question that tells most; the line to go on with."""

        def read(cell: Cell) -> tuple[str, ...]:
            return self._passage.read((*before, *_kept(line, cell), *after))

        cell = line.choose(self._inquiry.channel, lambda one: self._inquiry.may_ask(read(one)))
        if cell is not None:
            yield from self._ask(line, cell, (*before, *_kept(line, cell), *after))
        elif not self._inquiry.wake():
            return (yield from self._trim(before, after, line))
        return line

    def _ask(self, line: Line, cell: Cell, spans: tuple[Span, ...]) -> Generator[Ask, Odds, bool]:
        """Ask what cuts a line after a cell; whether there was an answer."""
        self._left -= 1
        if self._left < 0:
            raise Stuck("its answers contradict each other")
        odds = yield from self._inquiry.ask(self._passage.read(spans))
        if odds is None:
            return False
        line.learn(cell, odds)
        if line.share(cell) >= 1 - self._inquiry.error_rate:
            self._note(spans)
        return True

    def _trim(
        self, before: tuple[Span, ...], after: tuple[Span, ...], line: Line
    ) -> Generator[Ask, Odds, Line]:
        """The same line without the end of its region, as far as it is not needed: what is asked on it gets shorter. Raises
        Stuck where that is of no use.

        This is one search more, so it is only made where a text that should be asked is too long to be sent.
        """
        channel, size = self._inquiry.channel, line.end - line.start
        if size < 2 or line.end in self._trimmed:
            raise Stuck(_why_stuck(channel))
        # Characters that are cut apart already: a cell says no more than how many of them are kept.
        ends = Line(Passage.of(["x"] * size), 0, size, nothing=0.0, beyond=LEAST_DOUBT)

        def spans(cell: Cell) -> tuple[Span, ...]:
            return (*before, (line.start, line.start + cell[0]), *after)

        while (standing := ends.standing()).cell is None or standing.before + standing.after > MOVE_ON:
            cell = ends.choose(channel, lambda one: self._inquiry.may_ask(self._passage.read(spans(one))))
            if cell is not None:
                yield from self._ask(ends, cell, spans(cell))
            elif not self._inquiry.wake():
                raise Stuck(_why_stuck(channel))
        end = line.start + standing.cell[0]
        self._trimmed.add(end)
        return line.cut_short(end, min(max(standing.after, LEAST_DOUBT), MOST_DOUBT))

    def _note(self, spans: tuple[Span, ...]) -> None:
        """These trigger: remember them, if they are less than what was known."""
        if not self.known or _total(spans) < _total(self.known):
            self.known = spans

    def _most_doubtful(self, parts: Sequence[Part]) -> int | None:
        """The component to look at once more; None where that is not needed.

        Of several, each is left out once at least, although a part of what did not trigger cannot trigger either: that is
        what most censors do, and it was asked for to be sure.
        """
        numbers = [n for n, part in enumerate(parts) if part.span not in self._unchecked]
        if len(parts) > 1:
            for number in numbers:
                if not any(map(self._inquiry.was_clean, self._lessened(parts, number))):
                    return number
        if self.sum_up(parts) <= self._inquiry.error_rate or not numbers:
            return None
        return max(numbers, key=lambda number: parts[number].doubt)

    def _lessened(self, parts: Sequence[Part], number: int) -> list[tuple[str, ...]]:
        """All components with one left out, and with one that lacks either end."""
        before, (start, end), after = _beside(parts, number)
        ends = [(start, end - 1), (start + 1, end)] if end - start > 1 else []
        return [self._passage.read((*before, *kept, *after)) for kept in ([], ends)]

    def _check(self, parts: Sequence[Part], number: int) -> Generator[Ask, Odds, list[Part]]:
        """Look at one component once more; what it turns out to be."""
        before, span, after = _beside(parts, number)
        part = parts[number]
        line = Line(self._passage, *span, nothing=UNNEEDED if before or after else 0.0, beyond=LEAST_DOUBT)
        shorter = line.preceding(line.last)
        if shorter is None:
            return [Part(span, 0.0)]  # a single character, and nothing else: less is nothing at all
        line.suppose(shorter, min(max(part.doubt, LEAST_DOUBT), 1 - MOST_DOUBT))
        if not self._inquiry.may_ask(self._passage.read((*before, *_kept(line, shorter), *after))):
            if not self._inquiry.wake():
                self._unchecked.add(span)
            return [part]
        if not (yield from self._ask(line, shorter, (*before, *_kept(line, shorter), *after))):
            return [part]
        standing = line.standing()
        if standing.cell == line.last:
            return [Part(span, standing.before)]
        found = yield from self._shrink(before, after, line, is_whole=True)
        return [part] if found is None else found


def _kept(line: Line, cell: Cell) -> tuple[Span, ...]:
    """What is left of a region where it is cut after a cell."""
    if cell == NOTHING:
        return ()
    start = line.end - cell[0]
    rest = ((start + 1, line.end),) if start + cell[1] < line.end else ()
    return ((start, start + cell[1]), *rest)


def _beside(parts: Sequence[Part], number: int) -> tuple[tuple[Span, ...], Span, tuple[Span, ...]]:
    spans = [part.span for part in parts]
    return tuple(spans[:number]), spans[number], tuple(spans[number + 1 :])


def _why_stuck(channel: Channel) -> str:
    if channel.gain(channel.best) <= WORTHLESS:
        return "answers here say too little: the censor misses, or innocent texts are hit, too often"
    return "what would have to be asked next cannot be sent, or gets no answer"


def _total(spans: Sequence[Span]) -> int:
    return sum(end - start for start, end in spans)
