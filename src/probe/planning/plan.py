"""Plan: which keyword to ask next, and when enough was asked."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from probe.model.definition import Endpoint
from probe.model.exchange import Purpose, Question
from probe.model.isolation import Isolation
from probe.model.keyword import Keyword
from probe.model.observation import Observation
from probe.model.record import Answer
from probe.model.verdict import Verdict

MOST_VOID = 3
"""How often in a row the answers about a keyword may become void before it is left: one after which controls always fail
would otherwise be asked for ever."""
MOST_AT_ONCE = 500
"""Keywords that are settled without a question before others get their turn."""

PURPOSES = {"truism": Purpose.TRUISM, "reference": Purpose.REFERENCE}
"""What the decision's words ask for, where that is not the keyword again."""


class Decision(Protocol):
    """What the decision said: `settle` ends it, `truism` and `reference` ask those, all else asks the keyword again."""

    @property
    def value(self) -> str: ...


Decide = Callable[[Sequence[Observation]], Decision]
Refuse = Callable[[str], str | None]
"""Why a text cannot be sent to this endpoint at all, or None."""


@dataclass(frozen=True, kw_only=True)
class Known:
    """What earlier sessions of a run know of one keyword."""

    verdict: Verdict | None = None
    """Final: nothing more is asked."""
    standing: Sequence[Answer] = ()
    """Answers that a passing control vouches for."""
    pending: Sequence[Answer] = ()
    """Answers whose closing control was not asked any more."""
    attempts: int = 0
    """The highest number that an asking had."""


Recall = Callable[[Keyword], Known | None]


@dataclass(kw_only=True)
class Case:
    """One keyword at one endpoint, on its way to a verdict."""

    keyword: Keyword
    text: str
    observations: list[Observation] = field(default_factory=list)
    """Those that a passing control vouches for."""
    attempts: int = 0
    waiting: int = 0
    """Questions under way, and answers that wait for their closing control."""
    void: int = 0
    lost: int = 0
    """Answers that became void since one stood."""
    why_not: str | None = None
    """Why it was settled without a decision."""
    verdict: Verdict | None = None
    """From an earlier session, or that of a case of which only the parts are still asked about."""
    isolation: Isolation | None = None
    """Which parts of it trigger, where that was found out now."""


class KeywordPlanner:
    """Asks the keywords of one endpoint, each until its decision is made. Holds only the cases that are open."""

    def __init__(
        self,
        endpoint: Endpoint,
        keywords: Iterable[Keyword],
        decide: Decide,
        refuse: Refuse = lambda text: None,
        recall: Recall = lambda keyword: None,
    ) -> None:
        self._name = endpoint.name
        self._join = endpoint.definition.join
        self._truism = endpoint.definition.controls.truism or "{keyword}"
        self._forms = tuple(endpoint.definition.forms)
        self._keywords = iter(keywords)
        self._upcoming: Keyword | None = None
        """Read ahead, so that whoever asks knows whether there is more."""
        self._decide = decide
        self._refuse = refuse
        self._recall = recall
        self._open: dict[tuple[str, ...], Case] = {}
        self._again: deque[tuple[Case, Purpose]] = deque()
        self._pending: list[Answer] = []
        self._settled: list[Case] = []
        self._exhausted = False

    @property
    def is_done(self) -> bool:
        """Whether every keyword is settled."""
        return not self._open and self._peek() is None

    @property
    def has_more(self) -> bool:
        """Whether there is something to ask, or to begin with, now."""
        return bool(self._again) or self._peek() is not None

    def ready(self, room: int) -> list[Question]:
        """At most `room` questions that can be asked now; those asked before come first, so that few cases are open."""
        questions: list[Question] = []
        while len(questions) < room:
            if not self._again and not self._open_next():
                break
            if self._again:
                questions.append(self._question(*self._again.popleft()))
        return questions

    def tell(self, question: Question, observation: Observation) -> str | None:
        """Take an answer that a control vouches for. Returns the decision's word where it asks again."""
        case = self._open[question.components]
        case.waiting -= 1
        case.lost = 0
        case.observations.append(observation)
        return self._go_on(case)

    def hear(self, question: Question, observation: Observation) -> None:
        """An answer for which no control vouches yet: it decides nothing here."""

    def was_hit(self, question: Question) -> bool:
        """Whether an answer that stands already speaks for censorship of this keyword."""
        return any(one.outcome.is_hit for one in self._open[question.components].observations)

    def void(self, question: Question, reason: str) -> None:
        """An answer counts for nothing: ask again, but not for ever."""
        case = self._open[question.components]
        case.waiting -= 1
        case.void += 1
        case.lost += 1
        if case.waiting:
            return  # others of it are still to come, and say what is next
        if case.lost < MOST_VOID:
            self._again.append((case, question.purpose))
            return
        case.why_not = f"controls failed after each of {case.lost} askings ({reason})"
        self._settle(case)

    def take_pending(self) -> list[Answer]:
        """Answers of earlier sessions that wait for a closing control, since the last call."""
        pending, self._pending = self._pending, []
        return pending

    def take_settled(self) -> list[Case]:
        """The cases settled since the last call."""
        settled, self._settled = self._settled, []
        return settled

    def reopen(self, case: Case) -> bool:
        """Ask on about a case that its answers settled, where these do not suffice any more; whether it is open again.

        Cases are settled several at a time, and the verdict of one may teach that the others need more.
        """
        if case.verdict is not None or case.why_not is not None:
            return False
        decision = self._decide(case.observations).value
        if decision == "settle":
            return False
        self._open[case.keyword.components] = case
        self._again.append((case, PURPOSES.get(decision, Purpose.KEYWORD)))
        return True

    def abandon(self, reason: str) -> Iterator[Case]:
        """All cases that are not settled, and all keywords that were never asked, one after the other."""
        waiting, self._open = list(self._open.values()), {}
        self._again.clear()
        for case in waiting:
            case.why_not = reason
            yield case
        while (keyword := self._next()) is not None:
            case = self._case(keyword)
            known = self._recall(keyword)
            if known is not None:
                case.verdict = known.verdict
                case.observations = [answer.observation for answer in known.standing]
            case.why_not = reason
            yield case

    def tell_known(self) -> Iterator[Case]:
        """The verdicts that earlier sessions reached of keywords that were not begun; those without one stay unasked."""
        while (keyword := self._next()) is not None:
            known = self._recall(keyword)
            if known is not None and known.verdict is not None:
                case = self._case(keyword)
                case.verdict = known.verdict
                yield case

    def _peek(self) -> Keyword | None:
        """The keyword that would be begun next."""
        if self._upcoming is None and not self._exhausted:
            self._upcoming = next(self._keywords, None)
            self._exhausted = self._upcoming is None
        return self._upcoming

    def _next(self) -> Keyword | None:
        keyword, self._upcoming = self._peek(), None
        return keyword

    def _open_next(self) -> bool:
        """Begin with further keywords until one has a question; False where none is left, or others need their turn."""
        for _ in range(MOST_AT_ONCE):
            keyword = self._next()
            if keyword is None:
                return False
            self._begin(self._case(keyword))
            if self._again:
                return True
        return False

    def _begin(self, case: Case) -> None:
        known = self._recall(case.keyword)
        if known is not None and known.verdict is not None:
            case.verdict = known.verdict
            self._settled.append(case)
            return
        case.why_not = self._refuse(case.text)
        if case.why_not is not None:
            self._settled.append(case)
            return
        self._open[case.keyword.components] = case
        if known is None:
            self._start(case)
            return
        case.attempts = known.attempts
        case.observations = [answer.observation for answer in known.standing]
        case.waiting = len(known.pending)
        self._pending += known.pending
        self._go_on(case)

    def _start(self, case: Case) -> None:
        """Begin to ask about a keyword of which nothing is known."""
        self._again.append((case, Purpose.KEYWORD))

    def _go_on(self, case: Case) -> str | None:
        """Settle a case or ask again; the decision's word where it asks again."""
        if case.waiting:
            return None
        decision = self._decide(case.observations).value
        if decision == "settle":
            self._settle(case)
            return None
        self._again.append((case, PURPOSES.get(decision, Purpose.KEYWORD)))
        return decision

    def _case(self, keyword: Keyword) -> Case:
        return Case(keyword=keyword, text=self._join.join(keyword.components))

    def _question(self, case: Case, purpose: Purpose) -> Question:
        case.attempts += 1
        case.waiting += 1
        text = self._truism.replace("{keyword}", case.text) if purpose is Purpose.TRUISM else case.text
        return Question(
            endpoint=self._name,
            purpose=purpose,
            components=case.keyword.components,
            text=text,
            attempt=case.attempts,
            form=self._least_heard(case),
        )

    def _least_heard(self, case: Case) -> str | None:
        """The form to which the fewest answers said anything of the keyword."""
        heard = Counter(one.form for one in case.observations if one.outcome.is_evidence)
        return min(self._forms, key=lambda form: heard[form], default=None)

    def _settle(self, case: Case) -> None:
        del self._open[case.keyword.components]
        self._settled.append(case)
