"""Custody: the questions under way, and the answers that wait until a control that was asked after them has passed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from probe.model.exchange import Purpose, Question
from probe.model.observation import Observation


@dataclass(frozen=True, kw_only=True)
class Flight:
    """A question under way."""

    question: Question
    asked: int
    """Tick at which it was asked."""
    epoch: int
    is_control: bool
    """Whether its answer belongs to no keyword."""


@dataclass(frozen=True, kw_only=True)
class Held:
    """An answer that waits."""

    question: Question
    observation: Observation
    answered: int
    """Tick at which it was answered."""


class Custody:
    """What has been asked and does not count yet. Ticks tell what came before what; no clock is needed for it."""

    def __init__(self, gate: int) -> None:
        self.gate = gate
        """Benign controls that must pass before anything else may be asked."""
        self.held: list[Held] = []
        self._gate_closed = 0
        """Tick at which the gate was last closed: a control asked before that says nothing of what closed it."""
        self._tick = 0
        self._epoch = 0
        """Answers to questions of an earlier epoch are void."""
        self._flights: dict[str, Flight] = {}

    @property
    def is_idle(self) -> bool:
        """Whether nothing is under way."""
        return not self._flights

    @property
    def is_quiet(self) -> bool:
        """Whether nothing is under way at the endpoint itself; what the reference is asked disturbs nobody there."""
        return not any(True for _ in self._disturbing())

    @property
    def has_benign(self) -> bool:
        """Whether a benign control is under way."""
        return any(one.question.purpose is Purpose.BENIGN for one in self._flights.values())

    @property
    def has_special(self) -> bool:
        """Whether a control of another kind is under way at the endpoint itself."""
        return any(
            one.is_control and one.question.purpose is not Purpose.BENIGN for one in self._disturbing()
        )

    @property
    def has_keywords(self) -> bool:
        """Whether questions about keywords are under way at the endpoint itself."""
        return any(not one.is_control for one in self._disturbing())

    def send(self, question: Question, *, is_control: bool) -> None:
        """A question leaves."""
        self._tick += 1
        self._flights[question.id] = Flight(
            question=question, asked=self._tick, epoch=self._epoch, is_control=is_control
        )

    def land(self, question: Question) -> Flight:
        """Its answer has come."""
        self._tick += 1
        return self._flights.pop(question.id)

    def counts(self, flight: Flight) -> bool:
        """Whether nothing has happened since it left that makes its answer void."""
        return flight.epoch == self._epoch

    def hold(self, question: Question, observation: Observation) -> None:
        """Keep an answer until it is vouched for."""
        self._tick += 1
        self.held.append(Held(question=question, observation=observation, answered=self._tick))

    def close(self, controls: int) -> None:
        """So many controls that leave from now on must pass before anything else may be asked."""
        self.gate = max(self.gate, controls)
        self._gate_closed = self._tick

    def vouch(self, control: Flight) -> list[Held]:
        """A control has passed: the answers that count now. None as long as others must pass with it."""
        if control.asked > self._gate_closed:
            self.gate = max(0, self.gate - 1)
            if self.gate:
                return []
        vouched = [one for one in self.held if one.answered < control.asked]
        self.held = [one for one in self.held if one.answered >= control.asked]
        return vouched

    def drop(self, last: int | None = None) -> list[Held]:
        """The answers that are void now, all or only the last ones; and so is all that is under way."""
        self._epoch += 1
        first = 0 if last is None else len(self.held) - last
        dropped, self.held = self.held[first:], self.held[:first]
        return dropped

    def _disturbing(self) -> Iterator[Flight]:
        return (one for one in self._flights.values() if one.question.purpose is not Purpose.REFERENCE)
