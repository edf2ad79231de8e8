"""One client's TCP connection: requests in, answers or an unkind end out."""

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from probe.lab.answers import refuse_request
from probe.lab.policy import Act
from probe.lab.wire import LIMIT, BadRequestError, Request, Response, encode_response, take_request

# Closing with this option set sends a reset instead of the usual good-bye.
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)
_MOST_UNREAD = 4 * LIMIT
_MOST_UNSENT = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What to do with a request: a response after a while, or an end without one."""

    act: Act
    response: Response | None
    """None: the act says how the connection ends."""
    delay: float = 0.0
    """Seconds."""


class Connection(asyncio.Protocol):
    """Answers one request after the other; the next waits until the last is answered."""

    def __init__(
        self,
        *,
        answer: Callable[[Request, str], Reply],
        sleep: Callable[[float], Awaitable[None]],
        opened: Callable[["Connection"], None],
        closed: Callable[["Connection"], None],
    ) -> None:
        self._answer = answer
        self._sleep = sleep
        self._opened = opened
        self._closed = closed
        self._buffer = bytearray()
        self._busy = False
        self._draining = False
        self._hanging = False
        self._half_closed = False
        self._transport: asyncio.Transport | None = None
        self._client = ""
        self.waiting: asyncio.Task[None] | None = None
        self.gone: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._client = transport.get_extra_info("peername")[0]
        self._opened(self)

    def connection_lost(self, exc: Exception | None) -> None:
        if self.waiting is not None:
            self.waiting.cancel()
        self._transport = None
        self._buffer.clear()
        self._closed(self)
        self.gone.set_result(None)

    def data_received(self, data: bytes) -> None:
        if self._draining:
            return
        self._buffer += data
        if self._busy and len(self._buffer) > _MOST_UNREAD:
            self.abort()
        self._answer_what_is_here()

    def eof_received(self) -> bool:
        """Keep our side open while an answer is on its way: `nc` and the like close theirs early."""
        self._half_closed = True
        return self._busy and not self._hanging and not self._draining

    def abort(self) -> None:
        """End at once, whatever is under way."""
        if self._transport is not None:
            self._transport.abort()

    def _answer_what_is_here(self) -> None:
        while not self._busy and self._transport is not None and not self._transport.is_closing():
            if self._transport.get_write_buffer_size() > _MOST_UNSENT:  # asks on and on, and never reads
                self.abort()
                return
            try:
                request = take_request(self._buffer)
            except BadRequestError as error:
                self._refuse(error)
                return
            if request is None:
                if self._half_closed:
                    self._transport.close()
                return
            self._busy = True
            self._carry_out(request, self._answer(request, self._client))

    def _refuse(self, error: BadRequestError) -> None:
        """Answer, then read on until the client ends: a reset for unread bytes could overtake the answer."""
        assert self._transport is not None
        self._busy = self._draining = True
        self._buffer.clear()
        self._transport.write(encode_response(refuse_request(error), keep_alive=False))
        self._transport.write_eof()
        if self._half_closed:
            self._transport.close()

    def _carry_out(self, request: Request, reply: Reply) -> None:
        assert self._transport is not None
        if reply.response is not None:
            if reply.delay > 0:
                # Not a bare task: it ends with its connection, and `Lab.stop` waits for both.
                self.waiting = asyncio.get_running_loop().create_task(self._send_later(request, reply))
            else:
                self._send(request, reply.response)
        elif reply.act is Act.HANG:
            self._hanging = True
        elif reply.act is Act.CLOSE:
            self._transport.close()
        else:
            self._reset()

    async def _send_later(self, request: Request, reply: Reply) -> None:
        try:
            await self._sleep(reply.delay)
        except BaseException:
            self.abort()  # a client must not wait for an answer that will not come
            raise
        self.waiting = None
        if reply.response is not None:
            self._send(request, reply.response)
        self._answer_what_is_here()

    def _send(self, request: Request, response: Response) -> None:
        if self._transport is None:
            return
        with_body = request.method != "HEAD"
        encoded = encode_response(response, keep_alive=request.keep_alive, with_body=with_body)
        self._transport.write(encoded)
        self._busy = False
        if not request.keep_alive:
            self._transport.close()

    def _reset(self) -> None:
        assert self._transport is not None
        sock = self._transport.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        self._transport.abort()
