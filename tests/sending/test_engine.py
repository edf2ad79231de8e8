"""Are all endpoints asked as their planners say, each at its own place and pace?"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from itertools import pairwise

import pytest

from probe.events import Answered, Asked, Event, GivenUp, Rested
from probe.model.definition import Endpoint
from probe.model.exchange import Exchange, Purpose, Question
from probe.model.observation import Observation, Outcome
from probe.planning.rest import Rest
from probe.sending.engine import Engine, Lane, Place, reads_fresh
from probe.sending.pacing import Clock, Host, Pace
from probe.sending.request import RequestWriter
from probe.sending.session import Session
from tests.builders import SERVED_RULE, make_answer, make_endpoint, make_observation
from tests.sending.servers import answer

LONGEST = 10.0
"""Seconds after which a test is taken to hang."""
RATE = 100.0
"""How much faster than ours the clock of these tests runs."""


@dataclass
class Server:
    """A server that answers all alike, after `pause` seconds, and remembers when it was asked what."""

    pause: float = 0.0
    url: str = ""
    asked: list[tuple[float, str]] = field(default_factory=list)
    may_answer: asyncio.Event | asyncio.Barrier = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        if isinstance(self.may_answer, asyncio.Event):
            self.may_answer.set()

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while request := await reader.readuntil(b"\r\n\r\n"):
                line = request.split(b"\r\n")[0].decode()
                self.asked.append((asyncio.get_running_loop().time() * RATE, line.split()[1]))
                await asyncio.sleep(self.pause)
                await self.may_answer.wait()
                writer.write(answer(b"yes"))
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    @property
    def texts(self) -> list[str]:
        return [path.partition("q=")[2] for _, path in self.asked]


@asynccontextmanager
async def serving(*servers: Server) -> AsyncIterator[None]:
    async with AsyncExitStack() as stack:
        for one in servers:
            server = await asyncio.start_server(one.handle, "127.0.0.1", 0)
            stack.callback(server.close)
            one.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/?q={{keyword}}"
        yield


@dataclass
class Script:
    """A planner that asks what it was given, and does with answers what the test says."""

    questions: list[Question]
    told: Callable[[Script, Question], Rest | None] = lambda script, question: None
    instead: list[list[str]] = field(default_factory=list)
    """What is settled without a question, call by call, before the first question."""
    given_up: str | None = None
    waiting: int = 0
    answers: list[tuple[Question, Observation]] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    settled: list[str] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)

    @property
    def is_done(self) -> bool:
        return not self.waiting and (self.given_up is not None or not (self.questions or self.instead))

    def ready(self, room: int) -> list[Question]:
        if self.given_up is not None:
            return []
        if self.instead:
            self.settled += self.instead.pop(0)
            return []
        ready, self.questions = self.questions[:room], self.questions[room:]
        self.waiting += len(ready)
        return ready

    def tell(self, question: Question, observation: Observation) -> Rest | None:
        self.waiting -= 1
        self.answers.append((question, observation))
        return self.told(self, question)

    def give_up(self, reason: str) -> None:
        self.given_up = reason
        self.events.append(GivenUp(endpoint="example", reason=reason))

    def take_settled(self) -> list[str]:
        settled, self.settled = self.settled, []
        return settled

    def take_events(self) -> Sequence[Event]:
        events, self.events = self.events, []
        return events

    def tell_known(self) -> Iterator[str]:
        return iter(())

    def abandon(self, reason: str) -> Iterator[str]:
        yield from (f"{word}: {reason}" for word in self.left)


def questions(*texts: str) -> list[Question]:
    """`R:word` is for the reference, `C:word` a benign control."""
    purposes = {"R": Purpose.REFERENCE, "C": Purpose.BENIGN}
    made = []
    for number, text in enumerate(texts):
        letter, _, word = text.rpartition(":")
        made.append(
            Question(
                endpoint="example",
                purpose=purposes.get(letter, Purpose.KEYWORD),
                components=(word,),
                text=word,
                attempt=number,
            )
        )
    return made


@dataclass
class Bench:
    """The engine with its lanes, and all that was heard."""

    clock: Clock = field(default_factory=lambda: Clock(RATE))
    events: list[Event] = field(default_factory=list)
    kept: list[tuple[str, str]] = field(default_factory=list)
    settled: list[str] = field(default_factory=list)
    rests: list[tuple[str, float]] = field(default_factory=list)

    def host(self, name: str, *, rate: float | None = None, places: int = 9) -> Host:
        def rested(seconds: float) -> None:
            self.rests.append((name, seconds))

        return Host(Pace(rate, 0.0, lambda: 0.5), places, self.clock, on_rest=rested)

    def place(self, server: Server, host: Host, *, name: str = "example", concurrency: int = 1) -> Place:
        endpoint = make_endpoint(
            name=name,
            request={"url": server.url},
            limits={"concurrency": concurrency, "rate": None, "deadline": 100 * LONGEST * RATE},
        )

        def observe(question: Question, exchange: Exchange) -> Observation:
            outcome = Outcome.SERVED if exchange.last.response is not None else Outcome.FAILED
            return make_observation(outcome, reason=f"seen at {name}")

        return Place(
            endpoint=endpoint, observe=observe, writer=RequestWriter(endpoint, {}), host=host, fresh=False
        )

    def lane(self, script: Script, place: Place, reference: Place | None = None) -> Lane[str]:
        def keep(question: Question, exchange: Exchange, observation: Observation) -> None:
            assert question not in [one for one, _ in script.answers]
            self.kept.append((question.text, observation.reason))

        return Lane(place=place, reference=reference, planner=script, keep=keep, settle=self.settled.append)

    async def ask(self, *lanes: Lane[str]) -> None:
        async with asyncio.timeout(LONGEST):
            await Engine(self.clock, self.events.append).ask(lanes)


async def test_questions_are_asked_kept_and_told_in_order() -> None:
    """Each is kept before anything follows from it, and heard of when it leaves and when it is answered."""
    bench, server = Bench(), Server()
    script = Script(questions("C:天气", "a", "b"))
    async with serving(server):
        lane = bench.lane(script, bench.place(server, bench.host("h")))
        await bench.ask(lane)
    assert server.texts == ["%E5%A4%A9%E6%B0%94", "a", "b"]
    assert [question.text for question, _ in script.answers] == ["天气", "a", "b"]
    assert [text for text, _ in bench.kept] == ["天气", "a", "b"]
    assert lane.asked == 3
    assert [type(one) for one in bench.events] == [Asked, Answered] * 3
    assert [one.control for one in bench.events if isinstance(one, Asked)] == [True, False, False]


async def test_the_reference_is_asked_at_its_own_place() -> None:
    """Its own address, its own rules; its answers count as questions of this endpoint."""
    bench, here, there = Bench(), Server(), Server()
    script = Script(questions("a", "R:a", "b", "R:b"))
    async with serving(here, there):
        lane = bench.lane(
            script,
            bench.place(here, bench.host("here")),
            bench.place(there, bench.host("there"), name="other"),
        )
        await bench.ask(lane)
    assert (here.texts, there.texts) == (["a", "b"], ["a", "b"])
    assert [reason for _, reason in bench.kept] == ["seen at example", "seen at other"] * 2
    assert lane.asked == 4
    assert {one.endpoint for one in bench.events if isinstance(one, Answered)} == {"example"}


async def test_the_reference_is_asked_at_its_own_pace() -> None:
    """A slow reference spaces its own questions: half a second of ours, of which a new connection takes a part."""
    bench, here, there = Bench(), Server(), Server()
    script = Script(questions("R:a", "R:b", "R:c"))
    async with serving(here, there):
        slow = bench.place(there, bench.host("there", rate=0.02), name="other")
        await bench.ask(bench.lane(script, bench.place(here, bench.host("here")), slow))
    moments = [moment for moment, _ in there.asked]
    assert all(later - earlier >= 25 for earlier, later in pairwise(moments))
    assert here.asked == []


async def test_while_the_reference_is_asked_its_place_here_is_free() -> None:
    """The reference answers only when another lane has had the one place here eight times."""
    bench, here, there = Bench(), Server(), Server()
    there.may_answer = enough = asyncio.Event()

    def told(script: Script, question: Question) -> Rest | None:
        if not script.questions:
            enough.set()
        return None

    other = Script(questions(*(f"w{number}" for number in range(8))), told=told)
    async with serving(here, there):
        host = bench.host("here", places=1)
        await bench.ask(
            bench.lane(
                Script(questions("R:a")),
                bench.place(here, host),
                bench.place(there, bench.host("there"), name="other"),
            ),
            bench.lane(other, bench.place(here, host, name="quick")),
        )
    assert (len(here.asked), there.texts) == (8, ["a"])


async def test_a_throttled_reference_rests_alone() -> None:
    """The host of the endpoint itself is not made to rest."""
    bench, here, there = Bench(), Server(), Server()

    def told(script: Script, question: Question) -> Rest | None:
        if question.purpose is Purpose.REFERENCE:
            return Rest(seconds=30.0, reason="a 429", whole_host=True, reference=True)
        return None

    script = Script(questions("R:a", "b", "c", "R:d"), told=told)
    async with serving(here, there):
        await bench.ask(
            bench.lane(
                script,
                bench.place(here, bench.host("here")),
                bench.place(there, bench.host("there"), name="other"),
            )
        )
    assert bench.rests == [("there", 30.0), ("there", 30.0)]
    (first, _), (second, _) = there.asked
    assert second - first >= 29.9
    assert here.texts == ["b", "c"]


async def test_a_lane_that_rests_holds_up_no_other_on_its_host() -> None:
    """A captcha is of one endpoint."""
    bench, server = Bench(), Server()

    def told(script: Script, question: Question) -> Rest | None:
        return Rest(seconds=40.0, reason="a captcha", whole_host=False) if question.text == "a" else None

    script, other = Script(questions("a", "b"), told=told), Script(questions("x", "y", "z"))
    async with serving(server):
        host = bench.host("h")
        await bench.ask(
            bench.lane(script, bench.place(server, host)),
            bench.lane(other, bench.place(server, host, name="other")),
        )
    assert server.texts[-1] == "b"
    moments = dict(zip(server.texts, (moment for moment, _ in server.asked), strict=True))
    assert moments["b"] - moments["a"] >= 39.9
    assert [one.seconds for one in bench.events if isinstance(one, Rested)] == [40.0]


@pytest.mark.parametrize("whole_host", [True, False])
async def test_a_lane_given_up_during_a_rest_ends_at_once(whole_host: bool) -> None:
    """One worker sleeps for a day's rest when the answer to another's question ends it all: nobody sleeps on."""
    bench, server = Bench(), Server(pause=0.1)

    def told(script: Script, question: Question) -> Rest | None:
        if question.text == "a":
            return Rest(seconds=800.0, reason="a 429", whole_host=whole_host)
        script.give_up("a login")
        return None

    script = Script(questions("a", "b", "c"), told=told, left=["c"])
    async with serving(server):
        await bench.ask(bench.lane(script, bench.place(server, bench.host("h"), concurrency=2)))
    assert server.texts == ["a", "b"]
    assert bench.settled == ["c: a login"]
    assert sum(isinstance(one, GivenUp) for one in bench.events) == 1


async def test_what_is_settled_without_a_question_is_passed_on_and_asking_goes_on() -> None:
    """Very many keywords that are known already come in batches, with no question among them."""
    bench, server = Bench(), Server()
    batches = [[f"w{number}" for number in range(500)], ["more"], ["last"]]
    script = Script(questions("new"), instead=[*batches])
    async with serving(server):
        await bench.ask(bench.lane(script, bench.place(server, bench.host("h"), concurrency=3)))
    assert bench.settled == [word for batch in batches for word in batch]
    assert server.texts == ["new"]


async def test_a_lane_with_nothing_to_ask_ends() -> None:
    """And nothing is sent."""
    bench, server = Bench(), Server()
    async with serving(server):
        await bench.ask(bench.lane(Script([]), bench.place(server, bench.host("h"), concurrency=4)))
    assert server.asked == []


async def test_workers_that_wait_are_woken_by_an_answer() -> None:
    """A question that becomes ready only by the answer to another is asked, whoever waits."""
    bench, server = Bench(), Server(pause=0.02)
    gate = questions("b", "c", "d")

    def told(script: Script, question: Question) -> Rest | None:
        if gate:
            script.questions.append(gate.pop(0))
        return None

    class Slow(Script):
        @property
        def is_done(self) -> bool:
            return not self.waiting and not self.questions and not gate

    script = Slow(questions("a"), told=told)
    async with serving(server):
        await bench.ask(bench.lane(script, bench.place(server, bench.host("h"), concurrency=5)))
    assert server.texts == ["a", "b", "c", "d"]


async def test_all_workers_are_woken_not_only_the_one_that_was_answered() -> None:
    """The answer to the first question makes two ready, and the server answers neither before it has both."""
    bench, server = Bench(), Server()

    def told(script: Script, question: Question) -> Rest | None:
        if question.text == "a":
            script.questions += questions("b", "c")
            server.may_answer = asyncio.Barrier(2)
        return None

    async with serving(server):
        lane = bench.lane(
            Script(questions("a"), told=told), bench.place(server, bench.host("h"), concurrency=2)
        )
        await bench.ask(lane)
    assert sorted(server.texts) == ["a", "b", "c"]


async def test_an_error_of_whoever_keeps_answers_ends_all_lanes_with_itself() -> None:
    """A run whose answers cannot be kept is worth nothing; the first error tells why."""
    bench, server = Bench(), Server()

    def keep(question: Question, exchange: Exchange, observation: Observation) -> None:
        raise OSError("the disk is full")

    async with serving(server):
        lane = bench.lane(Script(questions("a", "b")), bench.place(server, bench.host("h"), concurrency=2))
        lane.keep = keep
        with pytest.raises(OSError, match="the disk is full"):
            await bench.ask(lane, bench.lane(Script(questions("x")), bench.place(server, bench.host("h"))))


async def test_an_answer_may_make_the_session_stale() -> None:
    """The question is asked once more with new values, and nobody hears of the first answer; b's is stale for good."""
    bench, server = Bench(), Server()

    def observe(question: Question, exchange: Exchange) -> Observation:
        return make_observation(rule="expired" if question.text == "b" else "results")

    async with serving(server):
        token = server.url.replace("/?q={keyword}", "/token")
        step = {
            "id": "token",
            "request": {"url": token},
            "take": {"t": {"pattern": "yes"}},
            "refresh_when": ["expired"],
        }
        place = bench.place(server, bench.host("h"))
        session = Session(make_endpoint(session=[step]), {}, bench.clock)
        script = Script(questions("a", "b", "c"))
        await bench.ask(bench.lane(script, replace(place, session=session, observe=observe)))
    once_more = ["/token", "/?q=b"]
    assert [path for _, path in server.asked] == ["/token", "/?q=a", "/?q=b", *once_more, "/token", "/?q=c"]
    assert [question.text for question, _ in script.answers] == ["a", "b", "c"]


async def test_a_list_is_looked_in_and_nobody_is_asked() -> None:
    """Its answers are kept and told as those of a server, and others have their turn between them."""
    bench, server = Bench(), Server(url="http://127.0.0.1:1/?q={keyword}")
    looked_up: list[str] = []

    def look_up(question: Question, moment: float) -> Exchange:
        looked_up.append(question.text)
        return make_answer(question.text)

    script = Script(questions("a", "C:b", "c"))
    place = replace(bench.place(server, bench.host("h")), look_up=look_up)
    await bench.ask(bench.lane(script, place))
    assert looked_up == ["a", "b", "c"]
    assert [one.outcome for _, one in script.answers] == [Outcome.SERVED] * 3
    assert [text for text, _ in bench.kept] == ["a", "b", "c"]


def endpoint_that(**parts: object) -> Endpoint:
    return make_endpoint(rules=[SERVED_RULE], **parts)


def test_cuts_and_definitions_ask_for_fresh_connections() -> None:
    """Where a cut connection is the signal, it must be this question's own."""
    cut = {"id": "cut", "when": {"failure": "connection_reset"}, "outcome": "blocked"}
    fresh = {"url": "http://127.0.0.1:1/?q={keyword}", "connection": "fresh"}
    assert not reads_fresh(endpoint_that())
    assert reads_fresh(endpoint_that(request=fresh))
    assert reads_fresh(make_endpoint(rules=[SERVED_RULE, cut]))
