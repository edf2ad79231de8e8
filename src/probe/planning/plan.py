"""Plan: which keyword to ask next, and when enough was asked; and, before anything is sent, what it will cost."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from probe.events import PlannedEndpoint
from probe.model.definition import Definition, Endpoint, Stability
from probe.model.exchange import Purpose, Question
from probe.model.keyword import Keyword
from probe.model.observation import Observation

MOST_VOID = 3
"""How often the answers to one question may become void before it is left unmeasured: a keyword after which controls
always fail would otherwise be asked for ever."""

FIRST_CLOSING, NEXT_CLOSING = 1, 2
"""Controls that must pass in a row after the first ambiguous hit of a keyword, and after each that confirms it. With one
each time every second question is the keyword, and of two servers that take turns the broken one gets just these. Steps
of two and then three have no common period."""

GUESSED_SECONDS = 0.5
"""What one exchange is taken to last where nothing limits the pace, for the estimate only."""


class Decision(Protocol):
    """What the decision said, as far as the plan cares: `settle` ends it, all else asks again."""

    @property
    def value(self) -> str: ...


Decide = Callable[[Sequence[Observation]], Decision]
Refuse = Callable[[str], str | None]
"""Why a text cannot be sent to this endpoint at all, or None."""


@dataclass(kw_only=True)
class Case:
    """One keyword at one endpoint, on its way to a verdict."""

    keyword: Keyword
    text: str
    observations: list[Observation] = field(default_factory=list)
    """Those that a passing control vouches for."""
    attempts: int = 0
    void: int = 0
    why_not: str | None = None
    """Why it was settled without a decision."""


class KeywordPlanner:
    """Asks the keywords of one endpoint, each until its decision is made. Holds only the cases that are open."""

    def __init__(
        self,
        endpoint: Endpoint,
        keywords: Iterable[Keyword],
        decide: Decide,
        refuse: Refuse = lambda text: None,
    ) -> None:
        self._name = endpoint.name
        self._join = endpoint.definition.join
        self._keywords = iter(keywords)
        self._decide = decide
        self._refuse = refuse
        self._open: dict[tuple[str, ...], Case] = {}
        self._again: deque[Case] = deque()
        self._settled: list[Case] = []
        self._exhausted = False

    @property
    def is_done(self) -> bool:
        """Whether every keyword is settled."""
        return self._exhausted and not self._open

    def ready(self, room: int) -> list[Question]:
        """At most `room` questions that can be asked now; those asked before come first, so that few cases are open."""
        questions: list[Question] = []
        while len(questions) < room:
            case = self._again.popleft() if self._again else self._next_case()
            if case is None:
                break
            questions.append(self._question(case))
        return questions

    def tell(self, question: Question, observation: Observation) -> str | None:
        """Take an answer that a control vouches for. Returns the decision's word where it asks again."""
        case = self._open[question.components]
        case.observations.append(observation)
        decision = self._decide(case.observations).value
        if decision == "settle":
            self._settle(case)
            return None
        self._again.append(case)
        return decision

    def was_hit(self, question: Question) -> bool:
        """Whether an answer that stands already speaks for censorship of this keyword."""
        return any(one.outcome.is_hit for one in self._open[question.components].observations)

    def void(self, question: Question, reason: str) -> None:
        """An answer counts for nothing: ask again, but not for ever."""
        case = self._open[question.components]
        case.void += 1
        if case.void < MOST_VOID:
            self._again.append(case)
            return
        case.why_not = f"controls failed after each of {case.void} askings ({reason})"
        self._settle(case)

    def take_settled(self) -> list[Case]:
        """The cases settled since the last call."""
        settled, self._settled = self._settled, []
        return settled

    def abandon(self, reason: str) -> Iterator[Case]:
        """All cases that are not settled, and all keywords that were never asked, one after the other."""
        waiting, self._open = list(self._open.values()), {}
        self._again.clear()
        for case in waiting:
            case.why_not = reason
            yield case
        for keyword in self._keywords:
            yield Case(keyword=keyword, text=self._join.join(keyword.components), why_not=reason)
        self._exhausted = True

    def _next_case(self) -> Case | None:
        for keyword in self._keywords:
            text = self._join.join(keyword.components)
            case = Case(keyword=keyword, text=text, why_not=self._refuse(text))
            if case.why_not is None:
                self._open[keyword.components] = case
                return case
            self._settled.append(case)
        self._exhausted = True
        return None

    def _question(self, case: Case) -> Question:
        case.attempts += 1
        return Question(
            endpoint=self._name,
            purpose=Purpose.KEYWORD,
            components=case.keyword.components,
            text=case.text,
            attempt=case.attempts,
        )

    def _settle(self, case: Case) -> None:
        del self._open[case.keyword.components]
        self._settled.append(case)


def estimate(endpoint: Endpoint, keywords: int, hosts: Sequence[str], *, opening: int) -> PlannedEndpoint:
    """What asking this many keywords will cost at one endpoint, at best and at worst.

    At worst every keyword is ambiguous: it is asked twice, each time with its controls after it and, where cut connections
    are a signal, a residual wait.
    """
    definition, limits = endpoint.definition, endpoint.definition.limits
    least = keywords + opening + -(-keywords // limits.block) if keywords else 0
    most = keywords * (1 + FIRST_CLOSING + 1 + NEXT_CLOSING) + opening
    pace = 1 / limits.rate if limits.rate else GUESSED_SECONDS / limits.concurrency
    residual = keywords * 2 * limits.residual_wait if reads_cuts(definition) else 0.0
    return PlannedEndpoint(
        name=endpoint.name,
        title=definition.title,
        hosts=tuple(hosts),
        questions=least,
        most_questions=most,
        seconds=least * pace,
        most_seconds=most * pace + residual,
        unverified=definition.stability is Stability.UNVERIFIED,
    )


def reads_cuts(definition: Definition) -> bool:
    """Whether a rule takes a failure of the transport for a hit."""
    return any(
        rule.outcome.is_hit and (when.failure is not None or when.stage is not None)
        for rule in definition.rules
        for when in (rule.when if isinstance(rule.when, tuple) else (rule.when,))
    )
