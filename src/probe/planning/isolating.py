"""Isolating planner: asks keywords as another planner has it, and the parts of those that are censored."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator

from probe.model.exchange import Question
from probe.model.observation import Observation
from probe.model.record import Answer
from probe.planning.inner import InnerPlanner
from probe.planning.plan import Case
from probe.planning.transcript import Recall, Target, Transcript

MOST_OPEN = 4
"""Keywords that are isolated at a time, beside each other."""


class IsolatingPlanner:
    """A keyword that was judged comes back here (`isolate`), and is settled again when it is known what of it triggers."""

    def __init__(
        self,
        keywords: InnerPlanner,
        aim: Callable[[Case], Target],
        recall: Recall = lambda pieces: None,
    ) -> None:
        """`aim` says how the parts of a case that has its verdict are asked about."""
        self._keywords = keywords
        self._aim = aim
        self._recall = recall
        self._attempts: Counter[tuple[str, ...]] = Counter()
        self._waiting: deque[Case] = deque()
        self._open: list[Transcript] = []
        self._asked: dict[str, Transcript] = {}
        """By question, whose it is, until its answer stands or is void."""
        self._settled: list[Case] = []
        self.is_broken_off = False
        """Whether nothing is begun any more."""

    def isolate(self, case: Case) -> bool:
        """Find out which parts of a keyword trigger; its verdict is reached. Whether that is still done."""
        if not self.is_broken_off:
            self._waiting.append(case)
        return not self.is_broken_off

    @property
    def is_done(self) -> bool:
        return self._keywords.is_done and not self._waiting and not self._settled and not self._open

    @property
    def has_more(self) -> bool:
        return (
            any(one.has_more for one in self._open)
            or (bool(self._waiting) and len(self._open) < MOST_OPEN)
            or self._keywords.has_more
        )

    def ready(self, room: int) -> list[Question]:
        """Parts come first: whatever is begun is brought to its end."""
        questions: list[Question] = []
        self._open_next()
        for one in self._open:
            if len(questions) < room and (question := one.ready()) is not None:
                self._asked[question.id] = one
                questions.append(question)
            self._asked |= {answer.question.id: one for answer in one.pending}
        if len(questions) < room and self._keywords.has_more:
            questions += self._keywords.ready(room - len(questions))
        self._close_those_over()
        return questions

    def hear(self, question: Question, observation: Observation) -> None:
        one = self._asked.get(question.id) if question.is_part else None
        if one is not None:
            one.hear(question, observation)

    def tell(self, question: Question, observation: Observation) -> str | None:
        if not question.is_part:
            return self._keywords.tell(question, observation)
        one = self._asked.pop(question.id, None)
        if one is not None:
            one.tell(question, observation)
            self._close_those_over()
        return None

    def void(self, question: Question, reason: str) -> None:
        if not question.is_part:
            self._keywords.void(question, reason)
        elif (one := self._asked.pop(question.id, None)) is not None:
            one.void(question)

    def was_hit(self, question: Question) -> bool:
        if not question.is_part:
            return self._keywords.was_hit(question)
        one = self._asked.get(question.id)
        return one is not None and one.was_hit(question)

    def take_pending(self) -> list[Answer]:
        pending = [answer for one in self._open for answer in one.take_pending()]
        return [*self._keywords.take_pending(), *pending]

    def take_settled(self) -> list[Case]:
        settled, self._settled = self._settled, []
        return [*self._keywords.take_settled(), *settled]

    def reopen(self, case: Case) -> bool:
        return self._keywords.reopen(case)

    def abandon(self, reason: str) -> Iterator[Case]:
        yield from self.break_off(reason)
        yield from self._keywords.abandon(reason)

    def tell_known(self) -> Iterator[Case]:
        yield from self.break_off("it was broken off")
        yield from self._keywords.tell_known()

    def break_off(self, reason: str) -> Iterator[Case]:
        """The keywords whose parts are not known to the end, with what is known; nothing more of them will be asked."""
        self.is_broken_off = True
        begun, self._open = self._open, []
        waiting, self._waiting = list(self._waiting), deque()
        self._asked.clear()
        for one in begun:
            one.case.isolation = one.break_off(reason)
            yield one.case
        for case in waiting:
            case.isolation = Transcript(case, self._aim(case), self._attempts, self._recall).break_off(reason)
            yield case

    def _open_next(self) -> None:
        while self._waiting and len(self._open) < MOST_OPEN:
            case = self._waiting.popleft()
            self._open.append(Transcript(case, self._aim(case), self._attempts, self._recall))

    def _close_those_over(self) -> None:
        for one in [one for one in self._open if one.is_over]:
            self._open.remove(one)
            one.case.isolation = one.result()
            self._settled.append(one.case)
