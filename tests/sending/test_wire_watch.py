"""What is written down of the wire is what was on it, byte by byte."""

from __future__ import annotations

import asyncio
import socket
import ssl

import pytest

from probe.model.exchange import Request, Stage, Step, Wire
from probe.sending.pacing import Clock
from probe.sending.transport import Transport
from tests.sending.servers import Behaviour, answer, reset, say, serve

TLS = ssl.create_default_context()


def transport(*, proxy: str | None = None) -> Transport:
    return Transport(clock=Clock(), max_body=100_000, fresh=False, tls=TLS, proxy=proxy)


def wire_of(step: Step) -> Wire:
    assert step.wire is not None
    return step.wire


async def ask(behave: Behaviour, *, method: str = "GET", body: bytes | None = None) -> Step:
    headers = (("User-Agent", "probe"), ("X-Odd-Case", "1"))
    async with serve(behave) as url, transport() as line:
        request = Request(method=method, url=f"{url}a%20b?q=%E8%B0%A3&e=", headers=headers, body=body)
        return await line.send(request, deadline=5)


@pytest.mark.parametrize(("method", "body"), [("GET", None), ("POST", b"q=1"), ("POST", None)])
async def test_the_head_of_a_request_is_the_one_that_was_sent(method: str, body: bytes | None) -> None:
    """With what the library adds to ours, such as Host."""
    arrived: list[bytes] = []

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        arrived.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(answer(b"ok"))

    wire = wire_of(await ask(listen, method=method, body=body))
    assert wire.request + b"\r\n" == arrived[0]
    assert b"X-Odd-Case: 1\r\n" in wire.request
    assert b"Host: 127.0.0.1:" in wire.request
    assert wire.sent == len(body or b"")


async def test_the_head_of_an_answer_is_the_one_that_came() -> None:
    """In its own spelling, and in bytes that are no text."""
    head = b"HTTP/1.0 451 Unavailable F\xfcr Legal Reasons\r\nContent-Length: 4\r\nX-ODD: \xe8\xb0\xa3\xff\r\nX-ODD: 2\r\n"
    step = await ask(say(head + b"\r\nbody"))
    wire = wire_of(step)
    assert wire.response == head
    assert wire.received == 4
    assert wire.started <= wire.ended


async def test_an_answer_that_was_cut_off_says_how_far_it_came() -> None:
    """Its head is evidence too, although it is judged as a failure."""
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n"
    step = await ask(reset(head + b"\r\nabc"))
    wire = wire_of(step)
    assert (step.stage, wire.response, wire.received) == (Stage.BODY, head, 3)
    assert wire.request


async def test_a_connection_that_was_cut_before_an_answer_has_a_request_only() -> None:
    """It was sent; nothing came."""
    wire = wire_of(await ask(reset()))
    assert wire.request.startswith(b"GET /a%20b?q=%E8%B0%A3&e= HTTP/1.1\r\n")
    assert (wire.response, wire.received) == (b"", 0)
    assert wire.address is not None


async def test_what_never_left_is_not_said_to_have_been_sent() -> None:
    """Nobody listens: there was a question, but no request on any wire."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/"
    async with transport() as line:
        wire = wire_of(await line.send(Request(method="POST", url=url, body=b"abc"), deadline=5))
    assert (wire.request, wire.sent, wire.address) == (b"", 0, None)


async def test_the_address_is_that_of_the_connection() -> None:
    """Also where it is used again, and not where a new one fails."""

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for _ in range(2):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(answer(b"ok"))

    async with transport() as line:
        async with serve(behave) as url:
            wires = [wire_of(await line.send(Request(method="GET", url=url), deadline=5)) for _ in range(2)]
        port = url.rsplit(":", 1)[1].rstrip("/")
        assert [one.address for one in wires] == [f"127.0.0.1:{port}"] * 2
        await asyncio.sleep(0.1)
        gone = wire_of(await line.send(Request(method="GET", url=url), deadline=5))
        assert gone.address is None


async def test_a_proxys_address_is_not_the_servers() -> None:
    """It is said that there was a proxy, and not where."""

    async with serve(say(answer(b"ok"))) as url, transport(proxy=url) as line:
        request = Request(method="GET", url="http://h.invalid/x")
        step = await line.send(request, deadline=5)
    wire = wire_of(step)
    assert (wire.proxied, wire.address) == (True, None)
    assert wire.request.startswith(b"GET /x HTTP/1.1\r\nHost: h.invalid\r\n")
