"""Controls: questions whose answer is known, put before, between and after the others.

Only answers that a passing control vouches for are passed on; those since the last good control are void when one fails.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from probe.events import ControlFailed, EndedEarly, Event, GivenUp, RetryPlanned
from probe.model.definition import Endpoint, Limits
from probe.model.exchange import Purpose, Question
from probe.model.observation import Observation, Outcome, Weight
from probe.model.run import ControlCounts
from probe.planning.allowance import Allowance
from probe.planning.plan import Case, KeywordPlanner
from probe.planning.schedule import Schedule

FIRST_CLOSING, NEXT_CLOSING = 1, 2
"""Controls that must pass in a row after the first ambiguous hit of a keyword, and after each that confirms it. With one
each time every second question is the keyword, and of two servers that take turns the broken one gets just these. Steps
of two and then three have no common period."""
CALM = 4
"""Controls that must pass in a row before the blocks grow again."""


@dataclass(frozen=True, kw_only=True)
class Rest:
    """How long to leave an endpoint alone after an answer."""

    seconds: float
    reason: str
    whole_host: bool
    """Whether all endpoints on this host and port must rest, as residual blocks do not tell them apart."""
    reference: bool = False
    """Whether it is the reference that must rest."""


@dataclass(frozen=True, kw_only=True)
class _Flight:
    question: Question
    asked: int
    """Tick at which it was asked."""
    epoch: int
    """Answers to questions of an earlier epoch are void."""
    is_control: bool
    """Whether its answer belongs to no case."""

    @property
    def is_special(self) -> bool:
        """Whether it is a control other than a benign one."""
        return self.is_control and self.question.purpose is not Purpose.BENIGN


@dataclass(frozen=True, kw_only=True)
class _Held:
    question: Question
    observation: Observation
    answered: int
    """Tick at which it was answered."""


class ControlledPlanner:
    """Puts controls around a KeywordPlanner, and decides whether the endpoint can be trusted at all."""

    def __init__(
        self,
        endpoint: Endpoint,
        inner: KeywordPlanner,
        schedule: Schedule,
        *,
        opening: int = 1,
        allowances: Sequence[Allowance] = (),
        on_void: Callable[[Question], None] = lambda question: None,
    ) -> None:
        self._name = endpoint.name
        self._limits: Limits = endpoint.definition.limits
        self._inner = inner
        self._schedule = schedule
        self._allowances = allowances
        self._on_void = on_void
        self._gate = opening
        """Benign controls that must pass before anything else may be asked."""
        self._gate_closed = 0
        """Tick at which the gate was last closed: a control asked before that says nothing of what closed it."""
        self._tick = 0
        self._epoch = 0
        self._asked = 0
        """Questions about keywords."""
        self._failures = 0
        self._passes = 0
        self._in_flight: dict[str, _Flight] = {}
        self._held: list[_Held] = []
        self._one_at_a_time = False
        self._block = self._limits.block
        """Questions after which a control is due. Halved when one fails: where trouble comes after every so many questions,
        longer blocks would never be closed. Doubled again when all is calm."""
        self._events: list[Event] = []
        self._censored = False
        self.given_up: str | None = None
        """Why nothing more is asked and the rest is unmeasured, or None."""
        self.ended_early: str | None = None
        """Why no further keyword is asked, although nothing is wrong; or None."""

    @property
    def controls(self) -> ControlCounts:
        """How the controls fared so far."""
        return self._schedule.counts

    @property
    def doubt(self) -> str | None:
        """Why nothing may be called `ok` here, or None."""
        return self._schedule.doubt(censored=self._censored)

    @property
    def notes(self) -> list[str]:
        """What the controls say of the definition and the vantage."""
        return list(self._schedule.notes(censored=self._censored))

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to ask or to wait for."""
        if self._in_flight:
            return False
        if self.given_up is not None:
            return True
        if self.ended_early is not None:
            return not self._held or self._is_spent()
        return self._inner.is_done and not self._held and not self._control_is_last()

    def saw_censorship(self) -> None:
        """A keyword was found censored: so censorship can be seen here."""
        self._censored = True

    def ready(self, room: int) -> list[Question]:
        """At most `room` questions that may be asked now; none does not mean that there will be none."""
        if self.given_up is not None or room < 1:
            return []
        if self._gate:
            return [] if self._in_flight else self._send_control()
        if self.ended_early is None and self._schedule.is_due(self._asked, last=False):
            if self._in_flight:
                return []  # what such a control shows must not be mixed up with what others do
            if self._may_go_on():
                return self._send_special()
        if any(one.is_special for one in self._in_flight.values()):
            return []
        questions = self._send_control() if self._control_is_due() else []
        if self._one_at_a_time:
            room = 0 if self._in_flight else 1
        questions += self._send_keywords(room - len(questions))
        if questions or self._in_flight:
            return questions
        if self._held:
            return self._send_control()
        return self._send_special() if self._inner.is_done and self._control_is_last() else []

    def tell(self, question: Question, observation: Observation) -> Rest | None:
        """Take an answer. Returns how long to rest before the next question, where that is needed."""
        self._tick += 1
        flight = self._in_flight.pop(question.id)
        self._reserve()
        if question.purpose is not Purpose.KEYWORD:
            self._schedule.learn(question, observation)
        if question.purpose is Purpose.BENIGN:
            return self._tell_benign(flight, observation)
        if question.purpose is Purpose.REFERENCE:
            return self._tell_reference(flight, observation)
        if flight.is_control:
            return self._weigh(flight, observation)
        if flight.epoch != self._epoch:
            self._void(question, "it was under way when a control failed or a connection was cut")
            return None
        self._held.append(_Held(question=question, observation=observation, answered=self._tick))
        return self._weigh(flight, observation)

    def take_settled(self) -> list[Case]:
        """The cases settled since the last call."""
        return self._inner.take_settled()

    def take_events(self) -> list[Event]:
        """What happened since the last call."""
        events, self._events = self._events, []
        return events

    def give_up(self, reason: str) -> None:
        """Ask nothing more; what is left is unmeasured."""
        self.given_up = reason
        self._void_held(self._held, reason)
        self._held = []
        self._epoch += 1
        self._events.append(GivenUp(endpoint=self._name, reason=reason))

    def abandon(self, reason: str) -> Iterator[Case]:
        """All that is left, unsettled."""
        return self._inner.abandon(reason)

    def _send_keywords(self, room: int) -> list[Question]:
        if room < 1 or not self._may_go_on():
            return []
        questions = self._inner.ready(room)
        for answer in self._inner.take_pending():
            self._tick += 1
            self._held.append(
                _Held(question=answer.question, observation=answer.observation, answered=self._tick)
            )
            if not _proves(answer.observation):
                self._close_gate(NEXT_CLOSING)  # nobody knows any more what was asked around it
        for question in questions:
            if question.purpose is not Purpose.REFERENCE:
                self._asked += 1
            self._send(question)
        return questions

    def _tell_reference(self, flight: _Flight, observation: Observation) -> Rest | None:
        """The reference's answer. It says nothing of this endpoint, and this endpoint's controls say nothing of it."""
        if not flight.is_control:
            self._pass_on(flight.question, observation)
        if observation.outcome.is_evidence and not observation.is_cut:
            return None
        wait = min(self._wait(observation), self._limits.longest_wait)
        return Rest(seconds=wait, reason=observation.reason, whole_host=True, reference=True)

    def _weigh(self, flight: _Flight, observation: Observation) -> Rest | None:
        """What an answer means for what may be asked next."""
        question = flight.question
        outcome = observation.outcome
        if _proves(observation) or (question.purpose is Purpose.NONSENSE and outcome is Outcome.EMPTY):
            return None
        self._close_gate(self._closing(question, outcome))
        if observation.is_cut:
            if self._in_flight and not flight.is_control:
                # Nobody can tell which of the questions under way cut the connection: none of them counts.
                self._one_at_a_time = True
                self._void_held(self._held[-1:], "other questions were under way when a connection was cut")
                self._held = self._held[:-1]
                self._epoch += 1
            return Rest(seconds=self._limits.residual_wait, reason=observation.reason, whole_host=True)
        if outcome in (Outcome.THROTTLED, Outcome.CHALLENGED):
            return self._back_off(observation)
        return None

    def _closing(self, question: Question, outcome: Outcome) -> int:
        """How many controls must pass before an answer counts. Zero results claim nothing, so one is enough for them."""
        if not question.purpose.is_about_keyword or not outcome.is_hit or outcome is Outcome.EMPTY:
            return FIRST_CLOSING
        return NEXT_CLOSING if self._inner.was_hit(question) else FIRST_CLOSING

    def _close_gate(self, controls: int = FIRST_CLOSING) -> None:
        self._gate = max(self._gate, controls)
        self._gate_closed = self._tick
        self._reserve()

    def _tell_benign(self, flight: _Flight, observation: Observation) -> Rest | None:
        if observation.outcome is Outcome.SERVED:
            self._pass(flight)
            return None
        self._failures += 1
        self._close_gate()
        if observation.outcome is not Outcome.THROTTLED:
            self._fail(observation)
        rest = self._back_off(observation)
        if observation.outcome is Outcome.LOGIN or self._failures >= self._limits.patience:
            noun = "a control" if self._failures == 1 else f"{self._failures} controls in a row"
            self.give_up(f"{noun} failed: {observation.reason}")
        return rest

    def _pass(self, flight: _Flight) -> None:
        self._failures = 0
        self._passes += 1
        if self._passes % CALM == 0:
            self._block = min(self._block * 2, self._limits.block)
        if flight.asked > self._gate_closed:
            self._gate = max(0, self._gate - 1)
            if self._gate:
                return  # the answers wait until all controls that they need have passed
        vouched = [one for one in self._held if one.answered < flight.asked]
        self._held = [one for one in self._held if one.answered >= flight.asked]
        self._reserve()
        for one in vouched:
            self._pass_on(one.question, one.observation)

    def _fail(self, observation: Observation) -> None:
        """Everything since the last good control is void."""
        self._events.append(
            ControlFailed(endpoint=self._name, reason=observation.reason, void=len(self._held))
        )
        self._void_held(self._held, observation.reason)
        self._held = []
        self._epoch += 1
        self._passes = 0
        self._block = max(1, self._block // 2)

    def _void_held(self, held: Sequence[_Held], reason: str) -> None:
        for one in held:
            self._void(one.question, reason)

    def _void(self, question: Question, reason: str) -> None:
        self._on_void(question)
        self._inner.void(question, reason)

    def _back_off(self, observation: Observation) -> Rest:
        wait = self._wait(observation)
        if wait > max(self._limits.longest_wait, self._limits.residual_wait) and self.given_up is None:
            self.give_up(f"asks to be left alone for {wait:,.0f} seconds: {observation.reason}")
        return Rest(
            seconds=wait,
            reason=observation.reason,
            whole_host=observation.is_cut or observation.outcome is Outcome.THROTTLED,
        )

    def _wait(self, observation: Observation) -> float:
        """Seconds to wait: what the service asks for, else twice as long each time."""
        asked_for = observation.facts.retry_after
        if asked_for is not None:
            return max(asked_for, 0.01)
        wait = self._limits.control_wait * 2.0 ** max(self._failures - 1, 0)
        return max(wait, self._limits.residual_wait) if observation.is_cut else wait

    def _control_is_due(self) -> bool:
        """After each block of questions and after every hit, unless a control is under way already."""
        if any(one.question.purpose is Purpose.BENIGN for one in self._in_flight.values()):
            return False
        return len(self._held) >= self._block or any(one.observation.outcome.is_hit for one in self._held)

    def _control_is_last(self) -> bool:
        return self._schedule.is_due(self._asked, last=True) and self._refusal() is None

    def _may_go_on(self) -> bool:
        """Whether another question may be asked that closes nothing; says once why not."""
        if self.ended_early is None:
            self.ended_early = self._refusal()
            if self.ended_early is not None:
                self._events.append(EndedEarly(endpoint=self._name, reason=self.ended_early))
        return self.ended_early is None

    def _refusal(self) -> str | None:
        need = 1 + NEXT_CLOSING
        return next((why for one in self._allowances if (why := one.refusal(self, need)) is not None), None)

    def _is_spent(self) -> bool:
        return any(one.is_spent for one in self._allowances)

    def _send_control(self) -> list[Question]:
        if self._is_spent():
            self._may_go_on()
            return []
        return [self._send(self._schedule.benign(), is_control=True)]

    def _send_special(self) -> list[Question]:
        return [self._send(self._schedule.take(self._asked), is_control=True)]

    def _send(self, question: Question, *, is_control: bool = False) -> Question:
        self._tick += 1
        self._in_flight[question.id] = _Flight(
            question=question, asked=self._tick, epoch=self._epoch, is_control=is_control
        )
        for one in self._allowances:
            one.spend()
        self._reserve()
        return question

    def _reserve(self) -> None:
        """Keep back the controls that what was asked will need."""
        need = max(self._gate, 1) if self._held or self._in_flight else self._gate
        for one in self._allowances:
            one.reserve(self, need)

    def _pass_on(self, question: Question, observation: Observation) -> None:
        """An answer counts: its case learns of it."""
        if self._inner.tell(question, observation) != "retry":
            return
        reason = observation.reason
        self._events.append(
            RetryPlanned(
                endpoint=self._name, keyword=question.text, attempt=question.attempt + 1, reason=reason
            )
        )


def _proves(observation: Observation) -> bool:
    """Whether an answer needs no closing control of its own: a normal one, or one that is its own proof."""
    outcome = observation.outcome
    return outcome is Outcome.SERVED or (outcome.is_hit and observation.weight is Weight.DETERMINATE)
