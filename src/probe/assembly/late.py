"""Late: keywords whose messages were missing wait until the end, when it is looked once more whether they have come."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from probe.model.exchange import Exchange, Purpose, Question
from probe.model.observation import Observation, Outcome
from probe.planning.plan import Case


class Late:
    """The cases of one endpoint that rest on messages that did not arrive in time."""

    def __init__(
        self,
        name: str,
        observe: Callable[[Question, Exchange], Observation],
        keep: Callable[[Question, Exchange, Observation], None],
        void: Callable[[Question], None],
    ) -> None:
        """`name` is the endpoint's. `observe` looks at what came after all, `keep` keeps it, and `void` takes back what it
        was taken for."""
        self._name = name
        self._observe = observe
        self._keep = keep
        self._void = void
        self._cases: list[Case] = []
        self._arrived: dict[str, Exchange] = {}
        """By question: messages that came while their keyword was still being asked."""

    def waits(self, case: Case) -> bool:
        """Whether a settled case must wait; it is remembered then."""
        if case.verdict is not None or not any(one.outcome is Outcome.ABSENT for one in case.observations):
            return False
        self._cases.append(case)
        for one in list(case.observations):
            if one.question in self._arrived:
                self._correct(case, one.question, self._arrived.pop(one.question))
        return True

    def arrived(self, asked: str, exchange: Exchange) -> None:
        """The message of a question, by its id, has come: what was taken for a hit was none."""
        if not any(self._correct(case, asked, exchange) for case in self._cases):
            self._arrived[asked] = exchange

    def _correct(self, case: Case, asked: str, exchange: Exchange) -> bool:
        """Put what was seen later in the place of what seemed to be missing; whether this case was about it."""
        for place, one in enumerate(case.observations):
            if one.question == asked and one.outcome is Outcome.ABSENT:
                case.observations[place] = self._look(case, one, exchange)
                return True
        return False

    def take(self) -> list[Case]:
        """The cases, now that no message can come any more."""
        cases, self._cases = self._cases, []
        return cases

    def _look(self, case: Case, missing: Observation, exchange: Exchange) -> Observation:
        for attempt in range(1, case.attempts + 1):
            question = self._question(case, attempt)
            if question.id == missing.question:
                self._void(question)
        case.attempts += 1
        case.void += 1
        question = msgspec.structs.replace(self._question(case, case.attempts), form=missing.form)
        seen = self._observe(question, exchange)
        seen = msgspec.structs.replace(seen, reason=f"{seen.reason}, later than was waited for")
        self._keep(question, exchange, seen)
        return seen

    def _question(self, case: Case, attempt: int) -> Question:
        return Question(
            endpoint=self._name,
            purpose=Purpose.KEYWORD,
            components=case.keyword.components,
            text=case.text,
            attempt=attempt,
        )
