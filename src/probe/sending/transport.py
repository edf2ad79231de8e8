"""Transport: one request over one connection. A failure is a result here, with the stage at which it struck.

The only place for httpx: telling a reset, a refusal, a closed connection and a time-out apart is the product.
"""

from __future__ import annotations

import asyncio
import errno
import re
import socket
import ssl
from types import TracebackType
from typing import Self

import httpcore
import httpx

from probe.model.exchange import Failure, Request, Response, Stage, Step
from probe.reading.body import BodyReader, BodyTooLarge, BodyUndecodable
from probe.sending.pacing import Clock
from probe.sending.unpaused import Unpaused
from probe.sending.wire_watch import WireWatch


class Transport:
    """One connection at a time to wherever a request goes. Not to be shared between tasks.

    `fresh` closes the connection after each request, so that no failure can be a leftover of the question before.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        max_body: int,
        fresh: bool,
        tls: ssl.SSLContext,
        proxy: str | None = None,
    ) -> None:
        self._clock = clock
        self._max_body = max_body
        self._proxied = proxy is not None
        self._address: str | None = None
        """Of the server at the other end of the connection, which may be used again."""
        self._http = httpx.AsyncHTTPTransport(
            verify=tls,
            trust_env=False,
            proxy=None if proxy is None else httpx.Proxy(proxy),
            limits=httpx.Limits(max_connections=1, max_keepalive_connections=0 if fresh else 1),
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.aclose()

    async def send(self, request: Request, *, deadline: float) -> Step:
        """What came back within `deadline` seconds of the clock, or how it failed. Raises only when cancelled."""
        watch = WireWatch(self._clock.wall(), proxied=self._proxied, address=self._address)
        try:
            async with asyncio.timeout(max(deadline, 0.0) / self._clock.rate):
                response = await Unpaused(self._exchange(request, watch))
        except TimeoutError:
            detail = f"no end after {deadline:.3g} s"
            return self._failed(request, Failure.TIMEOUT, watch.stage, detail, watch)
        except (BodyTooLarge, BodyUndecodable) as error:
            failure = Failure.BODY_TOO_LARGE if isinstance(error, BodyTooLarge) else Failure.BODY_UNDECODABLE
            return self._failed(request, failure, Stage.BODY, str(error), watch)
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, ssl.SSLError, OSError) as error:
            failure, where = classify(error, watch.stage)
            return self._failed(request, failure, where, f"{type(error).__name__}: {error}"[:300], watch)
        finally:
            self._address = watch.address
        return Step(request=request, response=response, wire=watch.wire(request, self._clock.wall()))

    async def _exchange(self, request: Request, watch: WireWatch) -> Response:
        outgoing = httpx.Request(
            request.method,
            request.url,
            headers=list(request.headers),
            content=request.body,
            extensions={"trace": watch.trace},
        )
        watch.sends(outgoing.method, outgoing.url.raw_path, outgoing.headers.raw)
        incoming = await self._http.handle_async_request(outgoing)
        version, reason = (incoming.extensions.get(name, b"") for name in ("http_version", "reason_phrase"))
        watch.receives(version, incoming.status_code, reason, incoming.headers.raw)
        try:
            reader = BodyReader(incoming.headers.get("content-encoding"), self._max_body)
            watch.reader = reader
            if request.method != "HEAD" and incoming.status_code not in (204, 304):
                assert isinstance(incoming.stream, httpx.AsyncByteStream)
                async for chunk in incoming.stream:  # raw bytes: httpx would decompress without a bound
                    reader.feed(chunk)
            body = reader.end()
        finally:
            await incoming.aclose()
        headers = tuple((name.lower(), value) for name, value in incoming.headers.multi_items())
        return Response(status=incoming.status_code, headers=headers, body=body)

    def _failed(
        self, request: Request, failure: Failure, stage: Stage, detail: str, watch: WireWatch
    ) -> Step:
        if self._proxied and stage in (Stage.DNS, Stage.DIAL):
            failure = Failure.PROXY  # the only host that was dialled is the proxy
        wire = watch.wire(request, self._clock.wall())
        return Step(request=request, failure=failure, stage=stage, detail=detail, wire=wire)


def classify(error: BaseException, stage: Stage) -> tuple[Failure, Stage]:
    """An exception of httpx, httpcore, ssl or the system as a failure of the closed list, with its stage.

    The cause at the bottom tells most: httpx's own class for a reset, a refusal and a failed name look-up is the same.
    """
    chain = _chain(error)
    for cause in reversed(chain):
        if isinstance(cause, socket.gaierror):
            return _NAME_ERRORS.get(cause.errno or 0, Failure.DNS_NON_RECOVERABLE), Stage.DNS
        if isinstance(cause, ssl.SSLError):
            # asyncio reports a connection that ends inside TLS so
            if isinstance(cause, ssl.SSLEOFError | ssl.SSLZeroReturnError):
                return Failure.EOF, stage
            return _tls_failure(cause), Stage.TLS
        if isinstance(cause, OSError):
            failure = _os_failure(cause)
            if failure is not None:
                return failure, stage
    for cause in chain:
        if isinstance(cause, httpx.RemoteProtocolError | httpcore.RemoteProtocolError):
            return (Failure.EOF if _CLOSED.search(str(cause)) else Failure.HTTP), stage
    for kind, failure in CLASSES.items():
        if any(isinstance(cause, kind) for cause in chain):
            return failure, stage
    return Failure.OTHER, stage


_CLOSED = re.compile("disconnected without sending|closed connection without sending complete")
"""How h11 and httpcore say that the other side closed the connection; all else in that class is not HTTP at all."""


def _chain(error: BaseException) -> list[BaseException]:
    chain: list[BaseException] = []
    step: BaseException | None = error
    while step is not None and step not in chain:
        chain.append(step)
        if isinstance(step, BaseExceptionGroup):  # anyio, where several addresses were tried
            chain += [one for one in step.exceptions if one not in chain]
        step = step.__cause__ or step.__context__
    return chain


_NAME_ERRORS = {
    socket.EAI_NONAME: Failure.DNS_NXDOMAIN,
    socket.EAI_AGAIN: Failure.DNS_TEMPORARY,
    getattr(socket, "EAI_NODATA", -5): Failure.DNS_NO_ANSWER,
}

_OS_ERRORS = {
    errno.ECONNREFUSED: Failure.CONNECTION_REFUSED,
    errno.ECONNRESET: Failure.CONNECTION_RESET,
    errno.EPIPE: Failure.CONNECTION_RESET,
    errno.ECONNABORTED: Failure.CONNECTION_ABORTED,
    errno.EHOSTUNREACH: Failure.HOST_UNREACHABLE,
    errno.ENETUNREACH: Failure.NETWORK_UNREACHABLE,
    errno.ETIMEDOUT: Failure.TIMEOUT,
}


def _os_failure(error: OSError) -> Failure | None:
    if isinstance(error, TimeoutError):
        return Failure.TIMEOUT
    return _OS_ERRORS.get(error.errno or 0)


def _tls_failure(error: ssl.SSLError) -> Failure:
    if not isinstance(error, ssl.SSLCertVerificationError):
        return Failure.TLS_HANDSHAKE
    # OpenSSL's X509_V_ERR_*: 62 and 64 name the host or address, 18 to 21 an unknown issuer
    if error.verify_code in (62, 64):
        return Failure.TLS_HOSTNAME
    return Failure.TLS_AUTHORITY if error.verify_code in (18, 19, 20, 21) else Failure.TLS_CERTIFICATE


CLASSES: dict[type[BaseException], Failure] = {
    httpx.ProxyError: Failure.PROXY,
    httpcore.ProxyError: Failure.PROXY,
    httpx.TimeoutException: Failure.TIMEOUT,
    httpcore.TimeoutException: Failure.TIMEOUT,
    httpx.TooManyRedirects: Failure.REDIRECT_LOOP,
    httpx.DecodingError: Failure.BODY_UNDECODABLE,
    # What the system says of these stands in their cause; without a cause nothing is known.
    httpx.NetworkError: Failure.OTHER,
    httpcore.NetworkError: Failure.OTHER,
    # Mistakes of this program or of a definition, not of the network.
    httpx.LocalProtocolError: Failure.OTHER,
    httpcore.LocalProtocolError: Failure.OTHER,
    httpx.UnsupportedProtocol: Failure.OTHER,
    httpcore.UnsupportedProtocol: Failure.OTHER,
    httpcore.ConnectionNotAvailable: Failure.OTHER,
    httpx.HTTPStatusError: Failure.OTHER,
    httpx.InvalidURL: Failure.OTHER,
    httpx.StreamError: Failure.OTHER,
}
"""What is left once the cause at the bottom said nothing; a test walks both libraries' exceptions and misses none."""
