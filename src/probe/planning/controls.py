"""Controls: questions whose answer is known, put before, between and after the others.

Only answers that a passing control vouches for are passed on; those since the last good control are void when one fails.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from probe.events import ControlFailed, Event, GivenUp, RetryPlanned
from probe.model.definition import Endpoint, Limits
from probe.model.exchange import Purpose, Question
from probe.model.observation import Observation, Outcome, Weight
from probe.model.run import ControlCounts
from probe.planning.plan import FIRST_CLOSING, NEXT_CLOSING, Case, KeywordPlanner


def fresh_words(words: Sequence[str], shuffle: Callable[[list[str]], None]) -> Iterator[str]:
    """Benign words without end, in an order that nobody can foresee, never the same twice in a row if there are two."""
    last = None
    while True:
        order = list(words)
        shuffle(order)
        if order[0] == last and len(order) > 1:
            order.append(order.pop(0))
        yield from order
        last = order[-1]


@dataclass(frozen=True, kw_only=True)
class Rest:
    """How long to leave an endpoint alone after an answer."""

    seconds: float
    reason: str
    whole_host: bool
    """Whether all endpoints on this host and port must rest, as residual blocks do not tell them apart."""


@dataclass(frozen=True, kw_only=True)
class _Flight:
    question: Question
    asked: int
    """Tick at which it was asked."""
    epoch: int
    """Answers to questions of an earlier epoch are void."""


@dataclass(frozen=True, kw_only=True)
class _Held:
    question: Question
    observation: Observation
    answered: int
    """Tick at which it was answered."""


class ControlledPlanner:
    """Puts controls around a KeywordPlanner, and decides whether the endpoint can be trusted at all."""

    def __init__(
        self, endpoint: Endpoint, inner: KeywordPlanner, benign: Iterator[str], *, opening: int = 1
    ) -> None:
        self._name = endpoint.name
        self._limits: Limits = endpoint.definition.limits
        self._inner = inner
        self._benign = benign
        self._gate = opening
        """Controls that must pass before another keyword may be asked."""
        self._gate_closed = 0
        """Tick at which the gate was last closed: a control asked before that says nothing of what closed it."""
        self._tick = 0
        self._epoch = 0
        self._controls_asked = 0
        self._failures = 0
        self._in_flight: dict[str, _Flight] = {}
        self._held: list[_Held] = []
        self._one_at_a_time = False
        self._block = self._limits.block
        """Questions after which a control is due. Halved when one fails: where trouble comes after every so many questions,
        longer blocks would never be closed."""
        self._events: list[Event] = []
        self.controls = ControlCounts()
        self.given_up: str | None = None
        """Why nothing more is asked, or None."""

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to ask or to wait for."""
        if self._in_flight:
            return False
        return self.given_up is not None or (self._inner.is_done and not self._held)

    def ready(self, room: int) -> list[Question]:
        """At most `room` questions that may be asked now; none does not mean that there will be none."""
        if self.given_up is not None or room < 1:
            return []
        if self._gate:
            return [] if self._in_flight else [self._ask_control()]
        questions: list[Question] = []
        if self._control_is_due():
            questions.append(self._ask_control())
        if self._one_at_a_time:
            room = 0 if self._in_flight else 1
        for question in self._inner.ready(room - len(questions)):
            questions.append(self._send(question))
        if not questions and not self._in_flight and self._held:
            return [self._ask_control()]
        return questions

    def tell(self, question: Question, observation: Observation) -> Rest | None:
        """Take an answer. Returns how long to rest before the next question, where that is needed."""
        self._tick += 1
        flight = self._in_flight.pop(question.id)
        if question.purpose is not Purpose.KEYWORD:
            return self._tell_control(flight, observation)
        if flight.epoch != self._epoch:
            self._inner.void(question, "it was under way when a control failed or a connection was cut")
            return None
        self._held.append(_Held(question=question, observation=observation, answered=self._tick))
        return self._weigh(question, observation)

    def take_settled(self) -> list[Case]:
        """The cases settled since the last call."""
        return self._inner.take_settled()

    def take_events(self) -> list[Event]:
        """What happened since the last call."""
        events, self._events = self._events, []
        return events

    def abandon(self, reason: str) -> Iterator[Case]:
        """All that is left, unsettled."""
        return self._inner.abandon(reason)

    def _weigh(self, question: Question, observation: Observation) -> Rest | None:
        """What an answer means for what may be asked next."""
        outcome = observation.outcome
        if outcome is Outcome.SERVED or (outcome.is_hit and observation.weight is Weight.DETERMINATE):
            return None
        self._close_gate(self._closing(question, outcome))
        if observation.is_cut:
            if self._in_flight:
                # Nobody can tell which of the questions under way cut the connection: none of them counts.
                self._one_at_a_time = True
                self._void_held(self._held[-1:], "other questions were under way when a connection was cut")
                self._held.pop()
                self._epoch += 1
            return Rest(seconds=self._limits.residual_wait, reason=observation.reason, whole_host=True)
        if outcome in (Outcome.THROTTLED, Outcome.CHALLENGED):
            return self._back_off(observation)
        return None

    def _closing(self, question: Question, outcome: Outcome) -> int:
        """How many controls must pass before an answer counts. Zero results claim nothing, so one is enough for them."""
        confirms = outcome.is_hit and outcome is not Outcome.EMPTY and self._inner.was_hit(question)
        return NEXT_CLOSING if confirms else FIRST_CLOSING

    def _close_gate(self, controls: int = FIRST_CLOSING) -> None:
        self._gate = max(self._gate, controls)
        self._gate_closed = self._tick

    def _tell_control(self, flight: _Flight, observation: Observation) -> Rest | None:
        if observation.outcome is Outcome.SERVED:
            self._pass(flight)
            return None
        self._failures += 1
        self._close_gate()
        if observation.outcome is not Outcome.THROTTLED:
            self._fail(observation)
        if observation.outcome is Outcome.LOGIN or self._failures >= self._limits.patience:
            self._give_up(observation)
            return None
        return self._back_off(observation)

    def _pass(self, flight: _Flight) -> None:
        self._failures = 0
        self.controls = ControlCounts(passed=self.controls.passed + 1, failed=self.controls.failed)
        if flight.asked > self._gate_closed:
            self._gate = max(0, self._gate - 1)
            if self._gate:
                return  # the answers wait until all controls that they need have passed
        vouched = [one for one in self._held if one.answered < flight.asked]
        self._held = [one for one in self._held if one.answered >= flight.asked]
        for one in vouched:
            again = self._inner.tell(one.question, one.observation)
            if again == "retry":
                self._say_retry(one.question, one.observation.reason)

    def _fail(self, observation: Observation) -> None:
        """Everything since the last good control is void."""
        self.controls = ControlCounts(passed=self.controls.passed, failed=self.controls.failed + 1)
        self._events.append(
            ControlFailed(endpoint=self._name, reason=observation.reason, void=len(self._held))
        )
        self._void_held(self._held, observation.reason)
        self._held = []
        self._epoch += 1
        self._block = max(1, self._block // 2)

    def _void_held(self, held: Sequence[_Held], reason: str) -> None:
        for one in held:
            self._inner.void(one.question, reason)

    def _give_up(self, observation: Observation) -> None:
        noun = "a control" if self._failures == 1 else f"{self._failures} controls in a row"
        self.given_up = f"{noun} failed: {observation.reason}"
        self._void_held(self._held, observation.reason)
        self._held = []
        self._epoch += 1
        self._events.append(GivenUp(endpoint=self._name, reason=self.given_up))

    def _back_off(self, observation: Observation) -> Rest:
        asked_for = observation.facts.retry_after
        wait = self._limits.control_wait * 2 ** max(self._failures - 1, 0)
        if observation.is_cut:
            wait = max(wait, self._limits.residual_wait)
        return Rest(
            seconds=wait if asked_for is None else max(asked_for, 0.01),
            reason=observation.reason,
            whole_host=observation.is_cut or observation.outcome is Outcome.THROTTLED,
        )

    def _control_is_due(self) -> bool:
        """After each block of questions and after every hit, unless a control is under way already."""
        if any(one.question.purpose is not Purpose.KEYWORD for one in self._in_flight.values()):
            return False
        return len(self._held) >= self._block or any(one.observation.outcome.is_hit for one in self._held)

    def _ask_control(self) -> Question:
        self._controls_asked += 1
        text = next(self._benign)
        return self._send(
            Question(
                endpoint=self._name,
                purpose=Purpose.BENIGN,
                components=(text,),
                text=text,
                attempt=self._controls_asked,
            )
        )

    def _send(self, question: Question) -> Question:
        self._tick += 1
        self._in_flight[question.id] = _Flight(question=question, asked=self._tick, epoch=self._epoch)
        return question

    def _say_retry(self, question: Question, reason: str) -> None:
        self._events.append(
            RetryPlanned(
                endpoint=self._name, keyword=question.text, attempt=question.attempt + 1, reason=reason
            )
        )
