"""Confirming planner: asks keywords as another planner has it, and at the end some of them once more, until more is shown.

What is asked on about waits until nothing else is left: trouble that made an answer look like censorship lasts for a while,
and whoever asks again at once meets it again.
"""

from __future__ import annotations

from collections.abc import Iterator

from probe.model.exchange import Question
from probe.model.observation import Observation
from probe.model.record import Answer
from probe.planning.inner import InnerPlanner
from probe.planning.plan import Case, KeywordPlanner


class ConfirmingPlanner:
    """A case that was settled comes back here (`confirm`), and is settled again, by a stricter decision."""

    def __init__(self, keywords: InnerPlanner, strict: KeywordPlanner) -> None:
        """`strict` has no keywords of its own: it asks on about those that come back."""
        self._keywords = keywords
        self._strict = strict
        self._waiting: list[Case] = []
        self._asked_on: set[tuple[str, ...]] = set()
        """Components of the keywords that came back."""
        self._reasons: dict[tuple[str, ...], str | None] = {}
        """By components, why nothing more could be said of it when it came back; None where its answers settled it."""
        self._settled: list[Case] = []
        """Those that no more answers could help."""
        self._unheard: set[tuple[str, ...]] = set()
        """Components of those among them whose answers a control never vouched for: they are as settled as they will be."""
        self._is_broken_off = False
        """Nothing is asked any more: whatever comes back is as settled as it will be."""

    def may_confirm(self, case: Case) -> bool:
        """Whether a settled case can be asked on about: once a keyword, where its answers settled it or controls failed."""
        is_open = case.verdict is None and (case.why_not is None or case.lost > 0)
        return is_open and not self._is_broken_off and case.keyword.components not in self._asked_on

    def confirm(self, case: Case) -> bool:
        """Ask on about a settled case when nothing else is left; whether that will be done."""
        if not self.may_confirm(case):
            return False
        self._asked_on.add(case.keyword.components)
        self._reasons[case.keyword.components] = case.why_not
        case.why_not, case.lost = None, 0
        self._waiting.append(case)
        return True

    @property
    def is_done(self) -> bool:
        return self._keywords.is_done and self._strict.is_done and not self._waiting and not self._settled

    @property
    def has_more(self) -> bool:
        may_begin = self._keywords.is_done and bool(self._waiting)
        return may_begin or self._keywords.has_more or self._strict.has_more

    def ready(self, room: int) -> list[Question]:
        questions = self._keywords.ready(room) if self._keywords.has_more else []
        if self._keywords.is_done:
            self._open_waiting()
        if len(questions) < room:
            questions += self._strict.ready(room - len(questions))
        return questions

    def hear(self, question: Question, observation: Observation) -> None:
        self._whose(question).hear(question, observation)

    def tell(self, question: Question, observation: Observation) -> str | None:
        return self._whose(question).tell(question, observation)

    def void(self, question: Question, reason: str) -> None:
        self._whose(question).void(question, reason)

    def was_hit(self, question: Question) -> bool:
        return self._whose(question).was_hit(question)

    def take_pending(self) -> list[Answer]:
        return self._keywords.take_pending()

    def take_settled(self) -> list[Case]:
        settled, self._settled = self._settled, []
        asked_on = self._strict.take_settled()
        for case in asked_on:
            if case.why_not is not None:  # what it was before they failed stands
                self._unheard.add(case.keyword.components)
                self._take_back(case)
        return [*self._keywords.take_settled(), *asked_on, *settled]

    def reopen(self, case: Case) -> bool:
        components = case.keyword.components
        if components not in self._asked_on:
            return self._keywords.reopen(case)
        return not self._is_broken_off and components not in self._unheard and self._strict.reopen(case)

    def abandon(self, reason: str) -> Iterator[Case]:
        yield from self.break_off()
        yield from self._keywords.abandon(reason)

    def tell_known(self) -> Iterator[Case]:
        yield from self.break_off()
        yield from self._keywords.tell_known()

    def break_off(self) -> Iterator[Case]:
        """Those that are not asked about to the end, as they are: their verdicts stand without it."""
        self._is_broken_off = True
        for case in [*self._strict.abandon(""), *self._take_waiting()]:
            self._take_back(case)
            yield case

    def _take_back(self, case: Case) -> None:
        """A case is what it was when it came back, but for answers that were heard since."""
        case.why_not = self._reasons[case.keyword.components]

    def _take_waiting(self) -> list[Case]:
        waiting, self._waiting = self._waiting, []
        return waiting

    def _open_waiting(self) -> None:
        for case in self._take_waiting():
            if not self._strict.reopen(case):
                self._settled.append(case)

    def _whose(self, question: Question) -> InnerPlanner:
        return self._strict if question.components in self._asked_on else self._keywords
