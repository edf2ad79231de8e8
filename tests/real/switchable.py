"""Switchable: a small search that breaks from one request on, and may come back; real sockets, our own misbehaviour."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from types import TracebackType
from typing import Self
from urllib.parse import unquote_plus

RESULTS = b'{"total": 3, "results": ["one", "two", "three"]}'
_STATUS = {
    "error-500": "500 Internal Server Error",
    "error-503": "503 Service Unavailable",
    "too-many": "429 Too Many Requests",
}
FAULTS = ("reset", "closed", "silent", "down", "garbage", "other-page", "login", *_STATUS)
"""`other-page` is a page that no rule knows, `down` a program that ended: nobody listens any more."""


class Switchable:
    """Answers well until request number `first_bad` (from 1), then with `fault`, and well again from `last_bad` + 1 on.

    Connections on which one of `censored` is asked are reset, in good times and bad.
    """

    def __init__(
        self, fault: str, *, first_bad: int, last_bad: int | None = None, censored: tuple[str, ...] = ()
    ) -> None:
        self._fault = fault
        self._first_bad = first_bad
        self._last_bad = last_bad
        self._censored = censored
        self._asked = 0
        self._stopped = asyncio.Event()
        self._server: asyncio.Server | None = None
        self.base = ""

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.base = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopped.set()
        self._stop_listening()

    def _stop_listening(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            head = await reader.readuntil(b"\r\n\r\n")
            self._asked += 1
            if any(word in unquote_plus(head.decode()) for word in self._censored):
                _reset(writer)
            elif self._asked < self._first_bad or self._asked > (self._last_bad or self._asked):
                _answer(writer, "200 OK", RESULTS, "application/json")
            else:
                await self._misbehave(writer)
            await writer.drain()
        with contextlib.suppress(OSError):
            writer.close()
        if self._fault == "down" and self._asked >= self._first_bad - 1:
            self._stop_listening()

    async def _misbehave(self, writer: asyncio.StreamWriter) -> None:
        match self._fault:
            case "reset" | "down":
                _reset(writer)
            case "closed":
                pass
            case "silent":
                await self._stopped.wait()
            case "garbage":
                writer.write(b"\x16\x03\x01\x02\x00 this is not HTTP\r\n\r\n")
            case "other-page":
                _answer(writer, "200 OK", b"<!doctype html><title>Welcome</title><p>A new page", "text/html")
            case "login":
                writer.write(b"HTTP/1.1 302 Found\r\nLocation: /login\r\nContent-Length: 0\r\n\r\n")
            case fault:
                _answer(writer, _STATUS[fault], b"busy", "text/plain")


def _answer(writer: asyncio.StreamWriter, status: str, body: bytes, media_type: str) -> None:
    head = f"HTTP/1.1 {status}\r\nContent-Type: {media_type}\r\nContent-Length: {len(body)}\r\n"
    writer.write(head.encode() + b"Connection: close\r\n\r\n" + body)


def _reset(writer: asyncio.StreamWriter) -> None:
    sock = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
