"""Engine: asks all endpoints at once, each as its planner says, and tells what happens. Judges nothing."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from probe.events import Answered, Asked, Event, Listener, Rested, TakingBack
from probe.model.asking import Connection
from probe.model.definition import Endpoint
from probe.model.exchange import Exchange, Purpose, Question
from probe.model.observation import Observation
from probe.sending.clean_up import CleaningUp
from probe.sending.flow import perform, unsent
from probe.sending.pacing import LOOK, Clock, Host
from probe.sending.request import RequestWriter
from probe.sending.session import Session, SessionFailed
from probe.sending.transport import Transport

Observe = Callable[[Question, Exchange], Observation]
Settled = TypeVar("Settled")


class Wait(Protocol):
    """A planner's word that an endpoint must be left alone."""

    @property
    def seconds(self) -> float: ...
    @property
    def reason(self) -> str: ...
    @property
    def whole_host(self) -> bool: ...
    @property
    def reference(self) -> bool: ...


class Planner(Protocol[Settled]):
    """What the engine asks of whoever plans (`probe.planning.controls.ControlledPlanner`)."""

    @property
    def is_done(self) -> bool: ...
    def ready(self, room: int) -> list[Question]: ...
    def tell(self, question: Question, observation: Observation) -> Wait | None: ...
    def take_settled(self) -> list[Settled]: ...
    def take_events(self) -> Sequence[Event]: ...
    def give_up(self, reason: str) -> None: ...
    def abandon(self, reason: str) -> Iterator[Settled]: ...
    def tell_known(self) -> Iterator[Settled]: ...
    @property
    def given_up(self) -> str | None: ...


@dataclass(frozen=True, kw_only=True)
class Place:
    """One endpoint as a place to ask."""

    endpoint: Endpoint
    observe: Observe
    writer: RequestWriter
    host: Host
    fresh: bool
    """One connection a question."""
    session: Session | None = None
    """What must be fetched before asking; None where nothing is."""
    cleaning: CleaningUp | None = None
    """For messages: their poster, and what takes them away again."""
    look_up: Callable[[Question, float], Exchange] | None = None
    """For a list of this machine's own: the exchange of a question at a moment, instead of asking anybody."""


@dataclass(kw_only=True)
class Lane(Generic[Settled]):
    """One endpoint in a run."""

    place: Place
    reference: Place | None = None
    """Where questions of purpose `reference` go."""
    planner: Planner[Settled]
    keep: Callable[[Question, Exchange, Observation], None]
    """Called with each answer before anything follows from it."""
    settle: Callable[[Settled], None]
    """Called with each case as soon as it is settled."""
    arrived: Callable[[str, Exchange], None] = lambda question, exchange: None
    """Called with the question of each message that was missing and came late, and with what showed it."""
    settle_late: Callable[[], None] = lambda: None
    """Called when no more can come, to settle what waited for that."""
    asked: int = 0
    """Questions sent, controls included."""
    _rest_until: float = 0.0
    _version: int = 0
    _changed: asyncio.Event = field(default_factory=asyncio.Event)


class Engine:
    """Asks. `listener` hears everything as it happens; it must not raise."""

    def __init__(
        self, clock: Clock, listener: Listener, *, proxy: str | None = None, tls: ssl.SSLContext | None = None
    ) -> None:
        self._clock = clock
        self._listener = listener
        self._proxy = proxy
        self._tls = tls if tls is not None else ssl.create_default_context()

    async def ask(self, lanes: Sequence[Lane[Settled]]) -> None:
        """Ask until every lane is done. Cancelled cleanly: what was under way is dropped, what was told stays told."""
        try:
            async with asyncio.TaskGroup() as group:
                for lane in lanes:
                    group.create_task(self._run(lane), name=lane.place.endpoint.name)
        except BaseExceptionGroup as errors:
            raise _first(errors) from None

    async def _run(self, lane: Lane[Settled]) -> None:
        async with asyncio.TaskGroup() as group:
            for _ in range(lane.place.endpoint.definition.limits.concurrency):
                group.create_task(self._work(lane))
        given_up = lane.planner.given_up
        rest = lane.planner.tell_known() if given_up is None else lane.planner.abandon(given_up)
        for number, case in enumerate(rest):
            lane.settle(case)
            if number % 1000 == 999:
                await asyncio.sleep(0)  # let the other lanes, and Ctrl-C, have their turn
        await self._look_again(lane, wait=True)
        lane.settle_late()

    async def take_back(self, lanes: Sequence[Lane[Settled]]) -> None:
        """Take away all messages that are still where they were posted; what cannot be is kept with the reason."""
        for lane in lanes:
            cleaning = lane.place.cleaning
            if cleaning is None:
                continue
            await self._look_again(lane, wait=False)
            lane.settle_late()
            if not cleaning.is_needed:
                continue
            left = len(cleaning.name_lasting())
            if left:
                self._listener(TakingBack(endpoint=lane.place.endpoint.name, messages=left))
            async with self._transport(lane.place) as transport:
                values = await self._values(lane.place, transport)
                if values is not None:
                    await cleaning.clear(transport, values)

    async def _look_again(self, lane: Lane[Settled], *, wait: bool) -> None:
        """See whether messages that were missing have come since, so that none is called absent that was only late."""
        cleaning = lane.place.cleaning
        if cleaning is None or not (missing := cleaning.look.missing()):
            return
        seconds = cleaning.look.patience() if wait else 0.0
        if seconds:
            name = lane.place.endpoint.name
            self._listener(TakingBack(endpoint=name, messages=len(missing), wait=seconds))
            await self._clock.sleep(seconds)
        async with self._transport(lane.place) as transport:
            values = await self._values(lane.place, transport)
            if values is not None:
                for asked, exchange in await cleaning.look.look_again(transport, values):
                    lane.arrived(asked, exchange)

    async def _values(self, place: Place, transport: Transport) -> dict[str, str] | None:
        """The values of the session; None where it cannot be opened."""
        try:
            return {} if place.session is None else await place.session.values(transport)
        except SessionFailed:
            return None

    async def _work(self, lane: Lane[Settled]) -> None:
        """One worker with one connection: a shared pool slows down as it grows."""
        async with AsyncExitStack() as open_transports:
            transport = await open_transports.enter_async_context(self._transport(lane.place))
            other = None
            if lane.reference is not None:
                other = await open_transports.enter_async_context(self._transport(lane.reference))
            while (question := await self._next(lane)) is not None:
                if question.purpose is Purpose.REFERENCE and lane.reference is not None and other is not None:
                    lane.place.host.leave()
                    await self._ask_reference(lane, lane.reference, question, other)
                else:
                    await self._ask(lane, lane.place, question, transport)

    async def _ask_reference(
        self, lane: Lane[Settled], reference: Place, question: Question, transport: Transport
    ) -> None:
        is_free = await reference.host.admit(
            lambda: True, is_over=lambda: lane.planner.given_up is not None or _rests_long(reference)
        )
        if is_free:
            await self._ask(lane, reference, question, transport)
        else:
            exchange = unsent("the reference rests", self._clock.wall())
            self._tell(lane, question, exchange, reference.observe(question, exchange))

    async def _ask(self, lane: Lane[Settled], place: Place, question: Question, transport: Transport) -> None:
        try:
            exchange = await self._exchange(place, question, transport)
            observation = place.observe(question, exchange)
            if place.session is not None and place.session.forget(observation.rule):
                # Its token had expired, which says nothing of the service: once more, with a new one.
                lane.asked += 1
                exchange = await self._exchange(place, question, transport)
                observation = place.observe(question, exchange)
                place.session.forget(observation.rule)
        finally:
            place.host.leave()
        self._tell(lane, question, exchange, observation)
        if place.cleaning is not None:
            values = await self._values(place, transport)
            if values is not None:
                await place.cleaning.tidy(question.id, transport, values)
                for asked, exchange in await place.cleaning.look.look_for_ripe(transport, values):
                    lane.arrived(asked, exchange)

    async def _exchange(self, place: Place, question: Question, transport: Transport) -> Exchange:
        if place.look_up is not None:
            await asyncio.sleep(0)  # nothing else waits here, and Ctrl-C must have its turn
            return place.look_up(question, self._clock.wall())
        definition = place.endpoint.definition
        return await perform(
            question,
            place.writer,
            transport,
            self._clock,
            deadline=definition.limits.deadline,
            redirects=definition.request.redirects,
            session=place.session,
            form=None if question.form is None else definition.forms.get(question.form),
            poster=None if place.cleaning is None else place.cleaning.poster,
        )

    def _transport(self, place: Place) -> Transport:
        return Transport(
            clock=self._clock,
            max_body=place.endpoint.definition.limits.max_body,
            fresh=place.fresh,
            tls=self._tls,
            proxy=self._proxy,
        )

    async def _next(self, lane: Lane[Settled]) -> Question | None:
        """The next question for a worker, when it may be sent; None when the lane is done."""
        while True:
            if lane.planner.is_done:
                self._wake(lane)
                return None
            version = lane._version
            if (wait := lane._rest_until - self._clock.now()) > 0:
                await self._clock.sleep(min(wait, LOOK))
                continue
            question = await lane.place.host.admit(
                lambda: self._take(lane), is_over=lambda: self._is_over(lane)
            )
            # Settled without being asked: too long, not to be written in the endpoint's encoding, or known already.
            settled = self._pass_on(lane)
            if question is not None:
                return question
            if settled:
                await asyncio.sleep(0)  # there may be more of them
            elif version == lane._version and not lane.planner.is_done:
                await lane._changed.wait()

    def _is_over(self, lane: Lane[Settled]) -> bool:
        """Whether there is nothing to wait for: all is asked, or the host rests for longer than anybody waits."""
        if not lane.planner.is_done and _rests_long(lane.place):
            left = lane.place.host.rest_left
            lane.planner.give_up(f"its host is to be left alone for {left:,.0f} seconds more")
        return lane.planner.is_done

    def _take(self, lane: Lane[Settled]) -> Question | None:
        if lane._rest_until > self._clock.now():
            return None
        questions = lane.planner.ready(1)
        if not questions:
            return None
        lane.asked += 1
        question = questions[0]
        self._listener(
            Asked(
                endpoint=lane.place.endpoint.name,
                control=question.purpose not in (Purpose.KEYWORD, Purpose.POOL),
            )
        )
        return question

    def _tell(
        self, lane: Lane[Settled], question: Question, exchange: Exchange, observation: Observation
    ) -> None:
        lane.keep(question, exchange, observation)
        name = lane.place.endpoint.name
        self._listener(
            Answered(
                endpoint=name,
                control=question.purpose not in (Purpose.KEYWORD, Purpose.POOL),
                outcome=observation.outcome,
            )
        )
        wait = lane.planner.tell(question, observation)
        if wait is not None:
            if wait.whole_host:
                (lane.reference if wait.reference and lane.reference else lane.place).host.rest(wait.seconds)
            else:
                lane._rest_until = max(lane._rest_until, self._clock.now() + wait.seconds)
            self._listener(Rested(endpoint=name, seconds=wait.seconds, reason=wait.reason))
        self._pass_on(lane)
        self._wake(lane)

    def _pass_on(self, lane: Lane[Settled]) -> bool:
        """Tell what happened; whether anything was settled."""
        for event in lane.planner.take_events():
            self._listener(event)
        settled = lane.planner.take_settled()
        for case in settled:
            lane.settle(case)
        return bool(settled)

    def _wake(self, lane: Lane[Settled]) -> None:
        """Let waiting workers look again."""
        lane._version += 1
        lane._changed.set()
        lane._changed = asyncio.Event()


def reads_fresh(endpoint: Endpoint) -> bool:
    """Whether each question needs its own connection: the definition asks for it, or reads cut connections as hits."""
    definition = endpoint.definition
    return definition.reads_cuts or definition.request.connection is Connection.FRESH


def _rests_long(place: Place) -> bool:
    """Whether a host rests for longer than is waited for."""
    limits = place.endpoint.definition.limits
    return place.host.rest_left > max(limits.longest_wait, limits.residual_wait) + LOOK


def _first(errors: BaseExceptionGroup[BaseException]) -> BaseException:
    """The error that matters in a group: of several tasks that fail together the first tells why."""
    error: BaseException = errors
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
