"""Controls: questions whose answer is known, put before, between and after the others.

Only answers that a passing control vouches for are passed on; those since the last good control are void when one fails.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from probe.events import ControlFailed, EndedEarly, Event, GivenUp, RetryPlanned
from probe.model.definition import Endpoint
from probe.model.exchange import Purpose, Question
from probe.model.observation import Observation, Outcome, Weight
from probe.model.run import ControlCounts
from probe.planning.allowance import Allowance
from probe.planning.custody import Custody, Flight, Held
from probe.planning.inner import InnerPlanner
from probe.planning.plan import Case
from probe.planning.rest import Rest, is_too_long, rest_after_cut, rest_after_trouble, rest_of_reference
from probe.planning.schedule import Schedule

FIRST_CLOSING, NEXT_CLOSING = 1, 2
"""Controls that must pass in a row after the first ambiguous hit of a keyword, and after each that confirms it. Of servers
that take turns, one out of order, the keyword gets the broken one again only if there are two of them, and then one of the
two controls gets it too. (Drawn numbers were tried: chance then finds the step of three, four or five servers.)"""
CALM = 4
"""Controls that must pass in a row before the blocks grow again."""


class ControlledPlanner:
    """Puts controls around another planner, and decides whether the endpoint can be trusted at all."""

    def __init__(
        self,
        endpoint: Endpoint,
        inner: InnerPlanner,
        schedule: Schedule,
        *,
        opening: int = 1,
        allowances: Sequence[Allowance] = (),
        on_void: Callable[[Question], None] = lambda question: None,
        is_known: Callable[[], bool] = lambda: False,
        doubt: Callable[[], str | None] = lambda: None,
    ) -> None:
        """`opening` benign controls must pass before anything else is asked. `is_known` says whether the host has served
        anything to others, `doubt` why nothing may be called `ok` for what the answers look like, if so."""
        controls = endpoint.definition.controls
        self._name = endpoint.name
        self._limits = endpoint.definition.limits
        self._zeros_claim = controls.truism is not None or controls.reference is not None
        """Whether zero results may turn out to be a hit."""
        self._inner = inner
        self._schedule = schedule
        self._allowances = allowances
        self._on_void = on_void
        self._is_known = is_known
        self._doubt = doubt
        self._custody = Custody(opening)
        self._asked = 0
        """Questions about keywords."""
        self._failures = 0
        self._passes = 0
        self._one_at_a_time = False
        self._is_limited = False
        """Whether the last answer about a keyword was that too much was asked."""
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
        return self._schedule.doubt(censored=self._censored) or self._doubt()

    @property
    def notes(self) -> list[str]:
        """What the controls say of the definition and the vantage."""
        return list(self._schedule.notes(censored=self._censored))

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to ask or to wait for."""
        if not self._custody.is_idle:
            return False
        if self.given_up is not None:
            return True
        if self.ended_early is not None:
            return not self._custody.held or self._is_spent()
        return self._inner.is_done and not self._custody.held and not self._control_is_last()

    def saw_censorship(self) -> None:
        """A keyword was found censored: so censorship can be seen here."""
        self._censored = True

    def ready(self, room: int) -> list[Question]:
        """At most `room` questions that may be asked now; none does not mean that there will be none."""
        custody = self._custody
        if self.given_up is not None or room < 1:
            return []
        if custody.gate:
            return self._send_control() if custody.is_quiet else []
        if self.ended_early is None and self._schedule.is_due(self._asked, last=False):
            if not custody.is_quiet:
                return []  # what such a control shows must not be mixed up with what others do
            if self._may_go_on():
                return self._send_special()
        if custody.has_special:
            return []
        questions = self._send_control() if self._control_is_due() else []
        if self._one_at_a_time:
            room = 1 if custody.is_quiet else 0
        questions += self._send_keywords(room - len(questions))
        if questions or not custody.is_quiet:
            return questions
        if custody.held:
            return self._send_control()
        return self._send_special() if self._inner.is_done and self._control_is_last() else []

    def tell(self, question: Question, observation: Observation) -> Rest | None:
        """Take an answer. Returns how long to rest before the next question, where that is needed."""
        rest = self._tell(question, observation)
        if rest is not None and self.given_up is not None and not rest.whole_host:
            return None  # nobody waits for it any more
        return rest

    def take_settled(self) -> list[Case]:
        """The cases settled since the last call."""
        return self._inner.take_settled()

    def take_events(self) -> list[Event]:
        """What happened since the last call."""
        events, self._events = self._events, []
        return events

    def stop(self, reason: str) -> None:
        """Ask no further keyword, if that is not so already."""
        if self.ended_early is None and not self.is_done:
            self.ended_early = reason

    def give_up(self, reason: str) -> None:
        """Ask nothing more; what is left is unmeasured. The first reason stands."""
        if self.given_up is not None:
            return
        self.given_up = reason
        self._void_all(self._custody.drop(), reason)
        self._events.append(GivenUp(endpoint=self._name, reason=reason))

    def reopen(self, case: Case) -> bool:
        """Ask on about a settled case, if what was learnt since makes its answers too few; whether they are."""
        return self._inner.reopen(case)

    def abandon(self, reason: str) -> Iterator[Case]:
        """All that is left, unsettled."""
        return self._inner.abandon(reason)

    def tell_known(self) -> Iterator[Case]:
        """What is left and was settled in an earlier session."""
        return self._inner.tell_known()

    def _tell(self, question: Question, observation: Observation) -> Rest | None:
        flight = self._custody.land(question)
        self._reserve()
        if question.purpose not in (Purpose.KEYWORD, Purpose.POOL):
            self._schedule.learn(question, observation)
        if question.purpose is Purpose.BENIGN:
            return self._tell_benign(flight, observation)
        if question.purpose is Purpose.REFERENCE:
            # It says nothing of this endpoint, and this endpoint's controls say nothing of it.
            if not flight.is_control:
                self._pass_on(question, observation)
            return rest_of_reference(observation, self._limits)
        if flight.is_control:
            if self._is_passing_limit(observation):
                return self._back_off(observation)
            return self._weigh(flight, observation)
        if not self._custody.counts(flight):
            self._void(question, "it was under way when a control failed or a connection was cut")
            return None
        if self._is_passing_limit(observation):
            self._pass_on(question, observation)
            return self._back_off(observation)
        self._custody.hold(question, observation)
        self._inner.hear(question, observation)
        return self._weigh(flight, observation)

    def _is_passing_limit(self, observation: Observation) -> bool:
        """Whether this is the first "too many" after other answers. It claims nothing, so no control need vouch for it; and
        where a service lets one question through at a time, a control would take the keyword's place for ever."""
        was_limited, self._is_limited = self._is_limited, observation.outcome is Outcome.THROTTLED
        return self._is_limited and not was_limited

    def _send_keywords(self, room: int) -> list[Question]:
        questions: list[Question] = []
        while len(questions) < room and self._inner.has_more and self._may_go_on():
            # One by one, as each needs its share of the allowances.
            ready = self._inner.ready(1)
            self._take_pending()
            if not ready:
                break
            questions += ready
            self._asked += ready[0].purpose is not Purpose.REFERENCE
            self._send(ready[0])
        return questions

    def _take_pending(self) -> None:
        """Answers of earlier sessions need their closing controls now: nobody knows any more what was asked around them."""
        for answer in self._inner.take_pending():
            self._custody.hold(answer.question, answer.observation)
            if not _proves(answer.observation):
                self._close_gate(NEXT_CLOSING)

    def _weigh(self, flight: Flight, observation: Observation) -> Rest | None:
        """What an answer means for what may be asked next."""
        outcome = observation.outcome
        is_nothing = flight.question.purpose is Purpose.NONSENSE and outcome is Outcome.EMPTY
        if _proves(observation) or is_nothing:
            return None
        self._close_gate(self._closing(flight.question, outcome))
        if observation.is_cut:
            if not self._custody.is_quiet and not flight.is_control:
                # Nobody can tell which of the questions under way cut the connection: none of them counts.
                self._one_at_a_time = True
                dropped = self._custody.drop(last=1)
                self._void_all(dropped, "other questions were under way when a connection was cut")
            return rest_after_cut(observation, self._limits)
        if outcome in (Outcome.THROTTLED, Outcome.CHALLENGED) or observation.facts.retry_after is not None:
            return self._back_off(observation)
        return None

    def _closing(self, question: Question, outcome: Outcome) -> int:
        """How many controls must pass before an answer counts: one for zero results that can claim nothing."""
        if not question.purpose.is_about_keyword or not outcome.is_hit:
            return 1
        if outcome is Outcome.EMPTY and not self._zeros_claim:
            return 1
        return NEXT_CLOSING if self._inner.was_hit(question) else FIRST_CLOSING

    def _close_gate(self, controls: int = 1) -> None:
        self._custody.close(controls)
        self._reserve()

    def _tell_benign(self, flight: Flight, observation: Observation) -> Rest | None:
        if observation.outcome is Outcome.SERVED:
            self._is_limited = False
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

    def _pass(self, flight: Flight) -> None:
        self._failures = 0
        self._passes += 1
        if self._passes % CALM == 0:
            self._block = min(self._block * 2, self._limits.block)
        vouched = self._custody.vouch(flight)
        self._reserve()
        for one in vouched:
            self._pass_on(one.question, one.observation)

    def _fail(self, observation: Observation) -> None:
        """Everything since the last good control is void."""
        dropped = self._custody.drop()
        self._events.append(ControlFailed(endpoint=self._name, reason=observation.reason, void=len(dropped)))
        self._void_all(dropped, observation.reason)
        self._passes = 0
        self._block = max(1, self._block // 2)

    def _void_all(self, held: Sequence[Held], reason: str) -> None:
        for one in held:
            self._void(one.question, reason)

    def _void(self, question: Question, reason: str) -> None:
        self._on_void(question)
        self._inner.void(question, reason)

    def _back_off(self, observation: Observation) -> Rest:
        # Before anything was served nothing was asked that could have been censored, so nothing is still blocked for it.
        residual = bool(self._schedule.counts.passed) or self._is_known()
        rest = rest_after_trouble(observation, self._limits, self._failures, residual=residual)
        if is_too_long(rest, self._limits):
            self.give_up(f"asks to be left alone for {rest.seconds:,.0f} seconds: {observation.reason}")
        return rest

    def _control_is_due(self) -> bool:
        """After each block of questions and after every hit, unless a control is under way already."""
        held = self._custody.held
        if self._custody.has_benign:
            return False
        if not self._custody.is_quiet and self._refusal() is not None:
            return False  # what is under way will need one too, and there may be none left for it then
        return len(held) >= self._block or any(map(_wants_control, held))

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
        self._custody.send(question, is_control=is_control)
        for one in self._allowances:
            one.spend()
        self._reserve()
        return question

    def _reserve(self) -> None:
        """Keep back the controls that what was asked will need: one under way may yet be a hit that confirms another."""
        custody = self._custody
        need = max(custody.gate, 1) if custody.held or not custody.is_idle else custody.gate
        if custody.has_keywords:
            need = max(need, NEXT_CLOSING)
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


def _wants_control(one: Held) -> bool:
    """Whether a control must follow at once: after each hit, but for one of a pool that proves itself. What comes of that is
    found out by further questions, which have controls of their own."""
    return one.observation.outcome.is_hit and not (
        one.question.purpose is Purpose.POOL and _proves(one.observation)
    )
