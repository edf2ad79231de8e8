"""All requests of one question."""

from __future__ import annotations

import asyncio
import ssl

from probe.model.exchange import Exchange, Failure, Stage
from probe.sending.flow import perform
from probe.sending.pacing import Clock
from probe.sending.request import RequestWriter
from probe.sending.transport import Transport
from tests.builders import make_endpoint, make_question
from tests.sending.servers import answer, serve

TLS = ssl.create_default_context()


async def follow(
    location: str, *, redirects: int, method: str = "GET", status: str = "302 Found"
) -> tuple[Exchange, list[str]]:
    """Ask a server that redirects everything but /end to `location`; the exchange, and the requests' first lines."""
    lines: list[str] = []

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await reader.readuntil(b"\r\n\r\n"):
            lines.append(head.decode().splitlines()[0])
            if b"content-length: " in head.lower():
                await reader.readexactly(int(head.lower().split(b"content-length: ")[1].split()[0]))
            done = head.split()[1].startswith(b"/end")
            writer.write(answer(b"ok") if done else answer(b"", f"Location: {location}", status=status))

    body = {"body": "x"} if method == "POST" else {}
    async with serve(behave) as url, Transport(clock=Clock(), max_body=1000, fresh=False, tls=TLS) as line:
        endpoint = make_endpoint(request={"url": url + "{keyword}", "method": method, **body})
        writer = RequestWriter(endpoint, {})
        exchange = await perform(make_question("a"), writer, line, Clock(), deadline=5, redirects=redirects)
    return exchange, lines


async def test_redirects_are_not_followed_unless_asked() -> None:
    """A redirect is an answer, and often the telling one."""
    exchange, lines = await follow("/end", redirects=0)
    assert exchange.last.response is not None
    assert (exchange.last.response.status, lines) == (302, ["GET /a HTTP/1.1"])
    assert exchange.ended >= exchange.started


async def test_redirects_on_the_same_host_are_followed_as_far_as_allowed() -> None:
    """Each step is kept."""
    exchange, lines = await follow("/end?x", redirects=1)
    assert [step.response.status for step in exchange.steps if step.response] == [302, 200]
    assert lines == ["GET /a HTTP/1.1", "GET /end?x HTTP/1.1"]


async def test_redirects_to_other_hosts_are_never_followed() -> None:
    """A server cannot send us where nobody agreed to ask."""
    for location in ("http://127.0.0.2:1/end", "https://127.0.0.1/end", "http://[broken"):
        exchange, lines = await follow(location, redirects=5)
        assert len(exchange.steps) == len(lines) == 1


async def test_a_loop_ends_as_a_failure() -> None:
    """More redirects than allowed are no answer at all."""
    exchange, lines = await follow("/again", redirects=3)
    assert exchange.last.failure is Failure.REDIRECT_LOOP
    assert len(lines) == 4


async def test_a_post_becomes_a_get_where_http_says_so() -> None:
    """303 and friends drop the body; 307 and 308 keep it."""
    _, lines = await follow("/end", redirects=1, method="POST", status="303 See Other")
    assert lines == ["POST /a HTTP/1.1", "GET /end HTTP/1.1"]
    _, lines = await follow("/end", redirects=1, method="POST", status="307 Temporary Redirect")
    assert lines == ["POST /a HTTP/1.1", "POST /end HTTP/1.1"]


async def test_a_redirect_without_a_target_is_an_answer() -> None:
    """304 and a missing Location lead nowhere."""
    exchange, _ = await follow("/end", redirects=2, status="304 Not Modified")
    assert len(exchange.steps) == 1


async def test_a_text_that_the_encoding_lacks_fails_without_being_sent() -> None:
    """A reference may have another encoding than the endpoint: its question fails, and the run goes on."""
    endpoint = make_endpoint(request={"url": "http://127.0.0.1:1/?q={keyword:big5}"})
    clock = Clock()
    async with Transport(clock=clock, max_body=1000, fresh=True, tls=TLS) as transport:
        exchange = await perform(
            make_question("风"), RequestWriter(endpoint, {}), transport, clock, deadline=1.0, redirects=0
        )
    assert exchange.last.failure is Failure.OTHER
    assert exchange.last.stage is Stage.WRITE
    assert exchange.last.detail is not None
    assert "big5" in exchange.last.detail
