"""Does every way to fail come out as its own failure, with its stage?"""

from __future__ import annotations

import errno
import gzip
import inspect
import socket
import ssl

import httpcore
import httpx
import pytest

from probe.model.exchange import Failure, Request, Stage, Step
from probe.sending.pacing import Clock
from probe.sending.transport import CLASSES, Transport, classify
from tests.sending.servers import Behaviour, answer, reset, say, serve

TLS = ssl.create_default_context()


def transport(*, max_body: int = 100_000, fresh: bool = False, proxy: str | None = None) -> Transport:
    return Transport(clock=Clock(), max_body=max_body, fresh=fresh, tls=TLS, proxy=proxy)


async def ask(
    behave: Behaviour, *, deadline: float = 5.0, max_body: int = 100_000, method: str = "GET"
) -> Step:
    async with serve(behave) as url, transport(max_body=max_body) as line:
        return await line.send(Request(method=method, url=url), deadline=deadline)


async def test_an_answer_comes_back_whole() -> None:
    """Status, headers in lower case, body decompressed."""
    body = gzip.compress(b"hello")
    step = await ask(
        say(answer(body, "Content-Encoding: gzip", "X-Thing: 1", "X-Thing: 2", status="451 Legal"))
    )
    assert step.response is not None
    assert (step.response.status, step.response.body) == (451, b"hello")
    assert [pair for pair in step.response.headers if pair[0] == "x-thing"] == [
        ("x-thing", "1"),
        ("x-thing", "2"),
    ]
    assert step.failure is None


@pytest.mark.parametrize(
    ("behave", "failure", "stage"),
    [
        (reset(), Failure.CONNECTION_RESET, Stage.READ),
        (reset(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"), Failure.CONNECTION_RESET, Stage.BODY),
        (say(), Failure.EOF, Stage.READ),
        (say(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"), Failure.EOF, Stage.BODY),
        (say(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab"), Failure.EOF, Stage.BODY),
        (say(b"SSH-2.0-OpenSSH_9.2\r\n\r\n"), Failure.HTTP, Stage.READ),
        (say(b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n"), Failure.HTTP, Stage.READ),
        (say(b"HTTP/1.1 200 OK\r\nX: " + b"a" * 200_000 + b"\r\n\r\n"), Failure.HTTP, Stage.READ),
        (say(hold=True), Failure.TIMEOUT, Stage.READ),
        (say(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", hold=True), Failure.TIMEOUT, Stage.BODY),
        (say(answer(b"not gzip", "Content-Encoding: gzip")), Failure.BODY_UNDECODABLE, Stage.BODY),
        (say(answer(b"x", "Content-Encoding: br")), Failure.BODY_UNDECODABLE, Stage.BODY),
        (say(answer(b"x" * 100_001)), Failure.BODY_TOO_LARGE, Stage.BODY),
        (
            say(answer(gzip.compress(bytes(5_000_000)), "Content-Encoding: gzip")),
            Failure.BODY_TOO_LARGE,
            Stage.BODY,
        ),
    ],
)
async def test_each_fault_on_the_wire_is_its_own_failure(
    behave: Behaviour, failure: Failure, stage: Stage
) -> None:
    """A reset is no close, a close no time-out, and garbage no answer."""
    step = await ask(behave, deadline=1.0)
    assert (step.failure, step.stage, step.response) == (failure, stage, None)


async def test_the_deadline_is_for_the_whole_exchange() -> None:
    """A server that sends a byte now and then cannot keep us: each read is quick, the whole is not."""
    drip = [b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", *[b"x"] * 1000]
    step = await ask(say(*drip, pause=0.05), deadline=0.5)
    assert (step.failure, step.stage) == (Failure.TIMEOUT, Stage.BODY)


async def test_nobody_listens() -> None:
    """A refused connection fails while dialling."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/"
    async with transport() as line:
        step = await line.send(Request(method="GET", url=url), deadline=5)
    assert (step.failure, step.stage) == (Failure.CONNECTION_REFUSED, Stage.DIAL)


async def test_a_proxys_failure_is_not_the_endpoints() -> None:
    """With a proxy that is not there, nothing is known of the endpoint, and it is not asked directly."""
    asked = []

    async def behave(reader: object, writer: object) -> None:
        asked.append(1)

    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        proxy = f"http://127.0.0.1:{closed.getsockname()[1]}"
    async with serve(behave) as url, transport(proxy=proxy) as line:
        step = await line.send(Request(method="GET", url=url), deadline=5)
    assert (step.failure, asked) == (Failure.PROXY, [])


async def test_tls_spoken_to_a_plain_server_fails_in_the_handshake() -> None:
    """A certificate is not the only thing that can be wrong with TLS."""
    async with serve(say(b"HTTP/1.1 400 Bad\r\n\r\n", hold=True)) as url, transport() as line:
        step = await line.send(Request(method="GET", url=url.replace("http:", "https:")), deadline=1)
    assert step.stage is Stage.TLS
    assert step.failure in (Failure.TLS_HANDSHAKE, Failure.TIMEOUT)


async def test_a_head_has_no_body() -> None:
    """Content-Length without a body is no short body there."""
    step = await ask(say(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n"), method="HEAD")
    assert step.response is not None
    assert step.response.body == b""


async def test_fresh_connections_are_not_kept() -> None:
    """Where a cut connection is the signal, each question dials anew; elsewhere the connection stays."""
    for fresh, expected in ((True, 3), (False, 1)):
        dialled = []

        async def behave(reader, writer):  # type: ignore[no-untyped-def]
            dialled.append(1)  # noqa: B023
            while await reader.readuntil(b"\r\n\r\n"):
                writer.write(answer(b"ok"))

        async with serve(behave) as url, transport(fresh=fresh) as line:
            for _ in range(3):
                step = await line.send(Request(method="GET", url=url), deadline=5)
                assert step.response is not None
        assert len(dialled) == expected


def exceptions_of(module: object) -> list[type[BaseException]]:
    found = [one for _, one in inspect.getmembers(module, inspect.isclass)]
    return [one for one in found if issubclass(one, Exception) and not issubclass(one, Warning)]


@pytest.mark.parametrize(
    "kind",
    [*exceptions_of(httpx), *exceptions_of(httpcore)],
    ids=lambda kind: f"{kind.__module__}.{kind.__name__}",
)
def test_no_exception_of_the_library_is_forgotten(kind: type[BaseException]) -> None:
    """Each exception class has its place in the table, itself or by a class above it, or is none of a request."""
    never_raised_by_a_request = {
        "CookieConflict",
        "HTTPError",
        "TransportError",
        "RequestError",
        "ProtocolError",
    }
    explained = (httpx.RemoteProtocolError, httpcore.RemoteProtocolError)
    assert (
        kind.__name__ in never_raised_by_a_request
        or issubclass(kind, explained)
        or any(issubclass(kind, known) for known in CLASSES)
    )


@pytest.mark.parametrize(
    ("cause", "failure", "stage"),
    [
        (socket.gaierror(socket.EAI_NONAME, "x"), Failure.DNS_NXDOMAIN, Stage.DNS),
        (socket.gaierror(socket.EAI_AGAIN, "x"), Failure.DNS_TEMPORARY, Stage.DNS),
        (socket.gaierror(-5, "x"), Failure.DNS_NO_ANSWER, Stage.DNS),
        (socket.gaierror(socket.EAI_FAIL, "x"), Failure.DNS_NON_RECOVERABLE, Stage.DNS),
        (OSError(errno.ECONNREFUSED, "x"), Failure.CONNECTION_REFUSED, Stage.DIAL),
        (OSError(errno.ECONNRESET, "x"), Failure.CONNECTION_RESET, Stage.DIAL),
        (OSError(errno.EPIPE, "x"), Failure.CONNECTION_RESET, Stage.DIAL),
        (OSError(errno.ECONNABORTED, "x"), Failure.CONNECTION_ABORTED, Stage.DIAL),
        (OSError(errno.EHOSTUNREACH, "x"), Failure.HOST_UNREACHABLE, Stage.DIAL),
        (OSError(errno.ENETUNREACH, "x"), Failure.NETWORK_UNREACHABLE, Stage.DIAL),
        (OSError(errno.ETIMEDOUT, "x"), Failure.TIMEOUT, Stage.DIAL),
        (TimeoutError(), Failure.TIMEOUT, Stage.DIAL),
        (OSError(errno.EMFILE, "x"), Failure.OTHER, Stage.DIAL),
        (ssl.SSLEOFError(), Failure.EOF, Stage.DIAL),
        (ssl.SSLError(1, "wrong version"), Failure.TLS_HANDSHAKE, Stage.TLS),
        (ExceptionGroup("all", [OSError(errno.ECONNREFUSED, "x")]), Failure.CONNECTION_REFUSED, Stage.DIAL),
        (ValueError("x"), Failure.OTHER, Stage.DIAL),
    ],
)
def test_the_cause_at_the_bottom_tells(cause: BaseException, failure: Failure, stage: Stage) -> None:
    """The library calls them all a failed connection; what the system said stands in the cause."""
    error = httpx.ConnectError("All connection attempts failed")
    error.__cause__ = httpcore.ConnectError("x")
    error.__cause__.__cause__ = cause
    assert classify(error, Stage.DIAL) == (failure, stage)


@pytest.mark.parametrize(
    ("code", "failure"),
    [
        (62, Failure.TLS_HOSTNAME),
        (64, Failure.TLS_HOSTNAME),
        (18, Failure.TLS_AUTHORITY),
        (20, Failure.TLS_AUTHORITY),
        (10, Failure.TLS_CERTIFICATE),
    ],
)
def test_certificates_fail_in_three_ways(code: int, failure: Failure) -> None:
    """Another name, an unknown issuer, and all else (an expired one)."""
    error = ssl.SSLCertVerificationError()
    error.verify_code = code
    assert classify(error, Stage.TLS) == (failure, Stage.TLS)


def test_an_unknown_exception_is_an_unknown_failure() -> None:
    """What nobody foresaw is named so, at the stage where it struck."""
    assert classify(RuntimeError("x"), Stage.BODY) == (Failure.OTHER, Stage.BODY)
