"""A replica of one platform: what it is asked, what it answers, and a server that does so on loopback."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One request as it came."""

    method: str
    target: str
    """Path and query, percent-encoded as they came."""
    headers: Mapping[str, str]
    """By name in lower case; of doubles the last."""
    body: bytes

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    def query(self, encoding: str = "utf-8") -> dict[str, str]:
        """The parameters of the URL, in an encoding that must fit: a wrong one raises UnicodeDecodeError."""
        return _fields(urlsplit(self.target).query, encoding)

    def form(self, encoding: str = "utf-8") -> dict[str, str]:
        """The fields of a form that was sent."""
        return _fields(self.body.decode("ascii"), encoding)

    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def cookies(self) -> dict[str, str]:
        pairs = (one.strip().partition("=") for one in self.headers.get("cookie", "").split(";"))
        return {name: value for name, _, value in pairs if name}


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One answer. Strings are sent as UTF-8; header fields may repeat."""

    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    body: str | bytes = b""


def json_answer(value: Any, *, status: int = 200, headers: tuple[tuple[str, str], ...] = ()) -> Answer:
    """An answer in JSON, with non-ASCII characters as they are."""
    kind = ("content-type", "application/json; charset=utf-8")
    return Answer(status=status, headers=(kind, *headers), body=json.dumps(value, ensure_ascii=False))


def html_answer(text: str, *, status: int = 200, headers: tuple[tuple[str, str], ...] = ()) -> Answer:
    """An answer in HTML, in UTF-8."""
    kind = ("content-type", "text/html; charset=utf-8")
    return Answer(status=status, headers=(kind, *headers), body=text)


@dataclass(kw_only=True)
class Replica:
    """One platform. What it censors and what it has documents about is given; how it answers is its own."""

    troubles: ClassVar[tuple[str, ...]] = ()
    """What may be wrong for every question, as the platform shows it: `captcha`, `login`, `rate-limit`, ..."""

    known: frozenset[str] = frozenset()
    """Words of which there are documents: a text with none of them in it has no results."""
    hard: frozenset[str] = frozenset()
    """Words that get no results, or are refused."""
    soft: frozenset[str] = frozenset()
    """Words that get only some results, or are held for review."""
    trouble: str | None = None
    """One of `troubles`, from now on."""
    asked: list[Asked] = field(default_factory=list)
    """All requests, in order."""

    def answer(self, asked: Asked) -> Answer | None:
        """The answer; None to cut the connection with a reset."""
        raise NotImplementedError

    def is_hard(self, text: str) -> bool:
        return any(word in text for word in self.hard)

    def is_soft(self, text: str) -> bool:
        return any(word in text for word in self.soft)

    def has_results(self, text: str) -> bool:
        return any(word in text for word in self.known)


@contextmanager
def served(replica: Replica) -> Iterator[str]:
    """The replica on a free port of 127.0.0.1; gives `http://127.0.0.1:PORT`."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.replica = replica
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    replica: Replica
    lock = threading.Lock()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is none of the test's business."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def _do(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        asked = Asked(
            method=self.command,
            target=self.path,
            headers={name.lower(): value for name, value in self.headers.items()},
            body=body,
        )
        with self.server.lock:
            self.server.replica.asked.append(asked)
            answer = self.server.replica.answer(asked)
        if answer is None:
            self._reset()
            return
        content = answer.body.encode() if isinstance(answer.body, str) else answer.body
        self.send_response(answer.status)
        for name, value in answer.headers:
            self.send_header(name, value)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = _do

    def _reset(self) -> None:
        """Close so that the other side sees a reset, and not an end."""
        import socket
        import struct

        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def log_message(self, format: str, *args: Any) -> None:
        """Tests print nothing."""


def _fields(text: str, encoding: str) -> dict[str, str]:
    parsed = parse_qs(text, keep_blank_values=True, encoding=encoding, errors="strict")
    return {name: values[-1] for name, values in parsed.items()}
