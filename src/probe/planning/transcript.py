"""Transcript: what was asked and answered while one keyword is isolated.

Answers are used at once, before a control vouches for them, as each question hangs on the answer before it: a control
after every one would double the price. If one turns out to be void, the isolation is begun anew from the answers that stand;
so it is when a run goes on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import msgspec

from probe.model.exchange import Purpose, Question
from probe.model.isolation import Isolation
from probe.model.observation import Observation
from probe.model.record import Answer
from probe.planning.channel import Channel
from probe.planning.inquiry import Ask
from probe.planning.isolation import Isolator, Word
from probe.planning.plan import MOST_VOID, Case, Known


class Reading(Protocol):
    """What the answers about one text say: as a `step` settle, retry, truism or reference, as a `word` what Word has."""

    @property
    def step(self) -> str: ...
    @property
    def word(self) -> str: ...
    @property
    def miss(self) -> float: ...
    @property
    def false(self) -> float: ...


@dataclass(frozen=True, kw_only=True)
class Target:
    """How the parts of one keyword are asked about."""

    endpoint: str
    open: Callable[[], Isolator]
    """Begins, as if nothing had been asked."""
    read: Callable[[Sequence[Observation]], Reading]
    channel: Callable[[], Channel]
    """How far the next answer can be trusted, and what it costs."""
    purpose: Purpose = Purpose.KEYWORD
    """How a text is asked first: plainly, or inside the truism."""
    truism: str = "{keyword}"
    forms: tuple[str, ...] = ()
    """Forms that take turns."""


Recall = Callable[[tuple[str, ...]], Known | None]
"""What earlier sessions were answered about these pieces."""


_LIKE_OTHERS = Channel()


@dataclass
class _Entry:
    """One text, until its answers say something."""

    ask: Ask
    purpose: Purpose
    answers: list[tuple[str, Observation]] = field(default_factory=list)
    """Each with the id of its question."""
    word: Word = Word.UNKNOWN
    channel: Channel = _LIKE_OTHERS
    """How far this answer can be trusted."""
    next_channel: Channel = _LIKE_OTHERS
    """What was known of the next one."""


class Transcript:
    """One keyword that is isolated."""

    def __init__(
        self, case: Case, target: Target, attempts: Counter[tuple[str, ...]], recall: Recall
    ) -> None:
        """`attempts` counts the askings of all texts at the endpoint, so that no two questions have the same id."""
        self.case = case
        self.questions = 0
        """Questions so far, those of earlier sessions included."""
        self._target = target
        self._attempts = attempts
        self._recall = recall
        self._isolator = target.open()
        self._entries: list[_Entry] = []
        self._entry: _Entry | None = None
        """The text that is asked about now."""
        self._under_way: str | None = None
        """The id of the question that was not answered yet."""
        self._unvouched: set[str] = set()
        """Ids of answers that are used already, and may turn out to be void."""
        self._void: Counter[tuple[str, ...]] = Counter()
        """By pieces."""
        self._stored: dict[tuple[str, ...], Iterator[tuple[Answer, bool]]] = {}
        self.pending: list[Answer] = []
        """Answers of earlier sessions that wait for a control."""

    @property
    def has_more(self) -> bool:
        """Whether there is something to ask now."""
        return self._under_way is None and not self._isolator.is_done

    @property
    def is_over(self) -> bool:
        """Whether all is found out, and every answer is vouched for."""
        return self._isolator.is_done and self._under_way is None and not self._unvouched

    def ready(self) -> Question | None:
        """The next question, after all that earlier sessions were answered."""
        while self._under_way is None and (entry := self._find_entry()) is not None:
            stored = next(self._known(entry.ask.pieces), None)
            if stored is None:
                return self._question(entry)
            self.questions += 1
            answer, is_vouched = stored
            if not is_vouched:
                self._unvouched.add(answer.question.id)
                self.pending.append(answer)
            self._take(entry, answer.question.id, answer.observation)
        return None

    def take_pending(self) -> list[Answer]:
        """Answers of earlier sessions that wait for a control, since the last call."""
        pending, self.pending = self.pending, []
        return pending

    def hear(self, question: Question, observation: Observation) -> None:
        """Use an answer for which no control vouches yet."""
        if question.id == self._under_way and self._entry is not None:
            self._under_way = None
            self._unvouched.add(question.id)
            self._take(self._entry, question.id, observation)

    def tell(self, question: Question, observation: Observation) -> None:
        """A control vouches for an answer; or it needs none, and comes here first."""
        if question.id in self._unvouched:
            self._unvouched.discard(question.id)
        else:
            self.hear(question, observation)
            self._unvouched.discard(question.id)

    def void(self, question: Question) -> None:
        """An answer counts for nothing, and neither does what was asked because of it."""
        if question.id == self._under_way:
            self._under_way = None
        self._void[question.components] += 1
        everything = [*self._entries, *([self._entry] if self._entry is not None else [])]
        for number, entry in enumerate(everything):
            if any(one == question.id for one, _ in entry.answers):
                self._begin_anew(number)
                return

    def was_hit(self, question: Question) -> bool:
        """Whether the same text was answered by a hit before."""
        entries = [*self._entries, *([self._entry] if self._entry is not None else [])]
        return any(
            observation.outcome.is_hit
            for entry in entries
            if entry.ask.pieces == question.components
            for one, observation in entry.answers
            if one != question.id
        )

    def result(self) -> Isolation:
        """What was found out."""
        return msgspec.structs.replace(self._isolator.result(), questions=self.questions)

    def break_off(self, reason: str) -> Isolation:
        """What was found out by the answers that are vouched for, where no more can be asked."""
        for number, entry in enumerate(self._entries):
            if any(one in self._unvouched for one, _ in entry.answers):
                self._begin_anew(number)
                break
        self._isolator.stop(reason)
        return self.result()

    def _find_entry(self) -> _Entry | None:
        """The text that is asked about now; one whose answers always turn out to be void is passed over."""
        while True:
            if self._entry is None:
                asks = self._isolator.ready()
                if not asks:
                    return None
                self._entry = _Entry(asks[0], self._target.purpose)
            if self._void[self._entry.ask.pieces] < MOST_VOID:
                return self._entry
            self._close(self._entry)

    def _take(self, entry: _Entry, question: str, observation: Observation) -> None:
        entry.answers.append((question, observation))
        reading = self._target.read([one for _, one in entry.answers])
        if reading.step == "settle":
            entry.word = Word[reading.word.upper()]
            entry.channel = Channel(miss=reading.miss, false=reading.false)
            self._close(entry)
        elif reading.step in _PURPOSES:
            entry.purpose = _PURPOSES[reading.step]

    def _close(self, entry: _Entry) -> None:
        entry.next_channel = self._target.channel()
        self._entries.append(entry)
        self._entry = None
        self._replay(entry)

    def _replay(self, entry: _Entry) -> None:
        self._isolator.channel = entry.next_channel
        self._isolator.tell(entry.word, entry.channel)

    def _begin_anew(self, number: int) -> None:
        """From so many entries."""
        dropped = [*self._entries[number:], *([self._entry] if self._entry is not None else [])]
        self._unvouched -= {one for entry in dropped for one, _ in entry.answers}
        self._entries = self._entries[:number]
        self._entry = None
        self._under_way = None
        self._isolator = self._target.open()
        for entry in self._entries:
            self._isolator.ready()
            self._replay(entry)

    def _known(self, pieces: tuple[str, ...]) -> Iterator[tuple[Answer, bool]]:
        """What is left of the stored answers about these pieces, each with whether a control vouches for it."""
        if pieces not in self._stored:
            known = self._recall(pieces) or Known()
            self._attempts[pieces] = max(self._attempts[pieces], known.attempts)
            answers = [*((one, True) for one in known.standing), *((one, False) for one in known.pending)]
            self._stored[pieces] = iter(answers)
        return self._stored[pieces]

    def _question(self, entry: _Entry) -> Question:
        target, ask = self._target, entry.ask
        self._attempts[ask.pieces] += 1
        forms = target.forms
        question = Question(
            endpoint=target.endpoint,
            purpose=entry.purpose,
            components=ask.pieces,
            text=target.truism.replace("{keyword}", ask.text)
            if entry.purpose is Purpose.TRUISM
            else ask.text,
            attempt=self._attempts[ask.pieces],
            form=forms[self.questions % len(forms)] if forms else None,
            is_part=True,
        )
        self.questions += 1
        self._under_way = question.id
        return question


_PURPOSES = {"truism": Purpose.TRUISM, "reference": Purpose.REFERENCE}
