"""What is fetched before questions can be asked: when, how often, and what happens where it cannot be."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from probe.model.definition import Endpoint
from probe.model.exchange import Exchange, Failure, Stage
from probe.sending.flow import perform
from probe.sending.pacing import Clock
from probe.sending.request import RequestWriter
from probe.sending.session import Session, SessionFailed
from probe.sending.transport import Transport
from tests.builders import make_endpoint, make_question
from tests.sending.servers import answer, reset, serve

TLS = ssl.create_default_context()
VISITOR = {"id": "visitor", "request": {"url": "{base}visitor"}, "take": {"tid": {"json": "tid"}}}
TOKEN = {
    "id": "token",
    "request": {"url": "{base}token", "query": {"tid": "{tid}"}},
    "take": {"token": {"json": "token"}},
}


class HandClock(Clock):
    """A clock that tests set; waits for the network are real."""

    def __init__(self) -> None:
        super().__init__()
        self.moment = 1000.0

    def now(self) -> float:
        return self.moment


@dataclass
class Site:
    """A server whose visitor ids and tokens are numbered, and which remembers what it was asked."""

    answers: dict[str, bytes] = field(default_factory=dict)
    """What to answer at a path, instead."""
    pause: float = 0.0
    slow: dict[str, float] = field(default_factory=dict)
    """Seconds that a path takes longer."""
    url: str = ""
    asked: list[str] = field(default_factory=list)
    """Paths with their queries, in order."""

    async def behave(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await reader.readuntil(b"\r\n\r\n"):
            target = head.split()[1].decode()
            self.asked.append(target)
            path = target.partition("?")[0]
            await asyncio.sleep(self.pause + self.slow.get(path, 0.0))
            number = sum(one.partition("?")[0] == path for one in self.asked)
            body = json.dumps({"tid": f"t{number}", "token": f"k{number}"}).encode()
            writer.write(self.answers.get(path) or answer(body, "Content-Type: application/json"))


@asynccontextmanager
async def serving(site: Site) -> AsyncIterator[Transport]:
    async with serve(site.behave) as site.url, line() as transport:
        yield transport


def line() -> Transport:
    return Transport(clock=Clock(), max_body=100_000, fresh=False, tls=TLS)


def endpoint_at(url: str, *steps: dict[str, Any], **changes: Any) -> Endpoint:
    made = make_endpoint(
        session=steps,
        request={"url": "{base}ask", "query": {"q": "{keyword}", "k": "{token}"}},
        variables={"base": {}},
        **changes,
    )
    return Endpoint(definition=made.definition, digest="", place="", values={"base": url})


def session_at(
    url: str,
    *steps: dict[str, Any],
    clock: Clock | None = None,
    on_value: Callable[[str, str], None] = lambda name, value: None,
    **changes: Any,
) -> Session:
    return Session(endpoint_at(url, *steps, **changes), {}, clock or HandClock(), on_value)


async def ask(session: Session, url: str, transport: Transport, *, deadline: float = 5.0) -> Exchange:
    """One question at the site, with its session."""
    return await perform(
        make_question("a"),
        RequestWriter(endpoint_at(url), {}),
        transport,
        Clock(),
        deadline=deadline,
        redirects=0,
        session=session,
    )


async def test_values_are_fetched_once_and_shared() -> None:
    """Each step uses what those before it took; questions after the first cost nothing more."""
    site = Site()
    async with serving(site) as transport:
        session = session_at(site.url, VISITOR, TOKEN)
        for _ in range(3):
            assert await session.values(transport) == {"tid": "t1", "token": "k1"}
        exchange = await ask(session, site.url, transport)
    assert site.asked == ["/visitor", "/token?tid=t1", "/ask?q=a&k=k1"]
    assert session.requests == 2
    assert exchange.last.response is not None


async def test_workers_that_come_at_once_share_one_fetch() -> None:
    """Each has its own connection, and waits for the one that fetches."""
    site = Site(pause=0.05)
    async with serving(site) as one, line() as two, line() as three:
        session = session_at(site.url, VISITOR, TOKEN)
        found = await asyncio.gather(*(session.values(each) for each in (one, two, three)))
    assert found == [{"tid": "t1", "token": "k1"}] * 3
    assert site.asked == ["/visitor", "/token?tid=t1"]


async def test_a_worker_that_is_stopped_holds_up_no_other() -> None:
    """Ctrl-C, or a lane that ends, in the middle of a fetch: whoever comes next fetches again."""
    site = Site(pause=0.2)
    async with serving(site) as one, line() as two:
        session = session_at(site.url, VISITOR)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await session.values(one)
        site.pause = 0.0
        async with asyncio.timeout(5):
            assert await session.values(two) == {"tid": "t2"}


async def test_after_its_time_a_step_is_done_again_and_those_after_it() -> None:
    """What follows was made with what is replaced; what stands before stays."""
    site, clock = Site(), HandClock()
    steps = ({**VISITOR, "cache_for": 100}, {**TOKEN, "cache_for": 30})
    async with serving(site) as transport:
        session = session_at(site.url, *steps, clock=clock)
        await session.values(transport)
        clock.moment += 29
        assert await session.values(transport) == {"tid": "t1", "token": "k1"}
        clock.moment += 1
        assert await session.values(transport) == {"tid": "t1", "token": "k2"}
        clock.moment += 70  # 100 after the first step, and 70 after the second
        assert await session.values(transport) == {"tid": "t2", "token": "k3"}
    assert site.asked == ["/visitor", "/token?tid=t1", "/token?tid=t1", "/visitor", "/token?tid=t2"]


async def test_a_later_step_is_redone_though_its_own_time_is_not_over() -> None:
    """It was made with what is gone."""
    site, clock = Site(), HandClock()
    async with serving(site) as transport:
        session = session_at(
            site.url, {**VISITOR, "cache_for": 10}, {**TOKEN, "cache_for": 9999}, clock=clock
        )
        await session.values(transport)
        clock.moment += 10
        assert await session.values(transport) == {"tid": "t2", "token": "k2"}


async def test_an_answer_that_fits_a_rule_makes_values_stale() -> None:
    """Of the steps that name the rule, and of those after them; other answers change nothing."""
    site = Site()
    second = {**TOKEN, "refresh_when": ["expired"]}
    first = {**VISITOR, "refresh_when": ["captcha", "expelled"]}
    async with serving(site) as transport:
        session = session_at(site.url, first, second)
        await session.values(transport)
        for rule in (None, "results", "expire"):
            session.forget(rule)
        assert await session.values(transport) == {"tid": "t1", "token": "k1"}
        session.forget("expired")
        assert await session.values(transport) == {"tid": "t1", "token": "k2"}
        session.forget("expelled")
        assert await session.values(transport) == {"tid": "t2", "token": "k3"}
        assert await session.values(transport) == {"tid": "t2", "token": "k3"}


async def test_every_value_is_heard_of_before_it_is_used() -> None:
    """So that nothing is kept with it in it; new values are heard of, too."""
    site = Site()
    heard: list[tuple[str, str]] = []
    asked_then: list[int] = []

    def hear(name: str, value: str) -> None:
        heard.append((name, value))
        asked_then.append(len(site.asked))

    async with serving(site) as transport:
        session = session_at(site.url, VISITOR, {**TOKEN, "refresh_when": ["x"]}, on_value=hear)
        await session.values(transport)
        session.forget("x")
        await session.values(transport)
    assert heard == [("tid", "t1"), ("token", "k1"), ("token", "k2")]
    assert asked_then == [1, 2, 3]


async def test_a_session_that_cannot_be_opened_asks_nothing() -> None:
    """The question is a failure of its own kind, with the step, and nothing of what the network sent."""
    answers = {"/token": answer(b'{"errmsg": "\xe8\xb0\xa3 EVIL"}', status="403 EVIL")}
    site = Site(answers=answers)
    async with serving(site) as transport:
        exchange = await ask(session_at(site.url, VISITOR, TOKEN), site.url, transport)
    (step,) = exchange.steps
    assert (step.failure, step.stage, step.response) == (Failure.SESSION, Stage.WRITE, None)
    assert step.detail == "no session: the answer to its step token has no token (HTTP 403)"
    assert step.request.url == ""
    assert site.asked == ["/visitor", "/token?tid=t1"]


async def test_a_connection_that_fails_is_named_by_its_step() -> None:
    """With the failure, in our words: a reset before the question says nothing of the keyword."""
    async with serve(reset()) as url, line() as transport:
        exchange = await ask(session_at(url, VISITOR), url, transport)
        assert exchange.last.failure is Failure.SESSION
        assert exchange.last.detail == "no session: its step visitor failed: connection_reset at read"
        with pytest.raises(SessionFailed, match="step visitor failed: connection_refused at dial"):
            await session_at("http://127.0.0.1:1/", VISITOR).values(transport)


async def test_a_server_that_does_not_answer_is_given_up_in_time() -> None:
    """The deadline of the definition holds for each step."""
    site = Site(pause=30.0)
    async with serving(site) as transport:
        session = session_at(site.url, VISITOR, limits={"deadline": 0.2})
        with pytest.raises(SessionFailed, match="step visitor failed: generic_timeout_error"):
            await session.values(transport)


async def test_what_a_session_takes_is_not_the_questions_time() -> None:
    """Two slow steps, and the question after them has its whole deadline, and its own beginning."""
    site = Site(slow={"/visitor": 0.4, "/token": 0.4})
    async with serving(site) as transport:
        session = session_at(site.url, VISITOR, TOKEN)
        began = Clock().wall()
        exchange = await ask(session, site.url, transport, deadline=0.7)
    assert exchange.last.response is not None
    assert exchange.started - began >= 0.7


async def test_a_session_that_failed_is_tried_again_where_it_failed() -> None:
    """What was fetched before the failure is still good, and nothing half-made is used."""
    site = Site(answers={"/token": answer(b"{}")})
    async with serving(site) as transport:
        session = session_at(site.url, VISITOR, TOKEN)
        for _ in range(2):
            with pytest.raises(SessionFailed, match="step token has no token"):
                await session.values(transport)
        site.answers.clear()
        assert await session.values(transport) == {"tid": "t1", "token": "k3"}
    assert site.asked == ["/visitor", *["/token?tid=t1"] * 3]


async def test_old_values_are_not_used_when_new_ones_cannot_be_had() -> None:
    """A token that has run out would be answered by a login page."""
    site, clock = Site(), HandClock()
    async with serving(site) as transport:
        session = session_at(site.url, VISITOR, TOKEN, clock=clock)
        await session.values(transport)
        clock.moment += 3600
        site.answers["/visitor"] = answer(b"{}")
        for _ in range(2):
            with pytest.raises(SessionFailed, match="step visitor"):
                await session.values(transport)
    assert site.asked[2:] == ["/visitor", "/visitor"]


async def test_what_was_made_with_a_replaced_value_is_not_used_either() -> None:
    """The first step is new, the second could not be redone: its old value is another visitor's, whatever its time."""
    site, clock = Site(), HandClock()
    async with serving(site) as transport:
        session = session_at(
            site.url, {**VISITOR, "cache_for": 10}, {**TOKEN, "cache_for": 9999}, clock=clock
        )
        await session.values(transport)
        clock.moment += 10
        site.answers["/token"] = answer(b"{}")
        for _ in range(2):
            with pytest.raises(SessionFailed, match="step token"):
                await session.values(transport)
        site.answers.clear()
        assert await session.values(transport) == {"tid": "t2", "token": "k4"}


@pytest.mark.parametrize(
    "take",
    [
        {"json": "tid", "pattern": "no such"},
        {"json": "other.tid"},
        {"header": "x-tid"},
        {"cookie": "SUB"},
        {"css": "input[name=st]", "attribute": "value"},
        {"pattern": "(?:.*[ab]){12}[cd]"},
    ],
)
async def test_a_value_that_is_missing_fails_the_step(take: dict[str, Any]) -> None:
    """Wherever it was to be found, and also where a pattern runs out of time."""
    site = Site(answers={"/visitor": answer(b'{"tid": "1", "x": "' + b"a" * 5000 + b'"}')})
    async with serving(site) as transport:
        session = session_at(site.url, {**VISITOR, "take": {"good": {"json": "tid"}, "tid": take}})
        with pytest.raises(SessionFailed, match=r"^the answer to its step visitor has no tid \(HTTP 200\)$"):
            await session.values(transport)


async def test_a_cookie_of_a_redirect_is_taken_and_sent_on() -> None:
    """As visitors' cookies are given; values in another encoding than UTF-8 are read as the definition says."""
    site = Site(
        answers={
            "/visitor": answer(
                b"", "Location: /home", "Set-Cookie: SUB=1; path=/", "Set-Cookie: SUBP=2", status="302 Found"
            ),
            "/token": answer("<b>口令</b>".encode("big5"), "Content-Type: text/html"),
        }
    )
    steps = (
        {**VISITOR, "take": {"tid": {"cookie": "*"}}},
        {**TOKEN, "take": {"token": {"css": "b"}}},
    )
    async with serving(site) as transport:
        session = session_at(site.url, *steps, encoding="big5")
        assert await session.values(transport) == {"tid": "SUB=1; SUBP=2", "token": "口令"}
    assert site.asked == ["/visitor", "/token?tid=SUB%3D1%3B+SUBP%3D2"]


async def test_a_step_that_cannot_be_written_is_named() -> None:
    """With the remedy; nothing is sent."""
    site = Site()
    step = {**VISITOR, "request": {"url": "{base}visitor", "query": {"a": "{secret:APP}"}}}
    async with serving(site) as transport:
        exchange = await ask(session_at(site.url, step), site.url, transport)
    assert exchange.last.failure is Failure.SESSION
    assert exchange.last.detail == (
        "no session: its step visitor cannot be written: the secret APP is not set: export PROBE_SECRET_APP=..."
    )
    assert site.asked == []


@pytest.mark.parametrize(("redirects", "token"), [(1, "k1"), (0, None)])
async def test_a_step_follows_redirects_where_its_request_says_so(redirects: int, token: str | None) -> None:
    """Values are taken from the last answer; without leave to follow, the redirect is an answer without them."""
    site = Site(answers={"/door": answer(b"", "Location: /token", status="302 Found")})
    step = {**TOKEN, "request": {"url": "{base}door", "redirects": redirects}}
    async with serving(site) as transport:
        session = session_at(site.url, step)
        if token is not None:
            assert await session.values(transport) == {"token": token}
        else:
            with pytest.raises(SessionFailed, match="has no token"):
                await session.values(transport)
    assert site.asked == ["/door", "/token"][: 1 + redirects]
