"""Answers that come in pieces: events of a server-sent stream, and a server that sends them one by one."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.replicas.replica import Answer, Asked, Replica

STREAM = ("content-type", "text/event-stream; charset=utf-8")


@dataclass(frozen=True, kw_only=True)
class Pieces(Answer):
    """An answer in pieces. `body` is all of them, for a server that sends an answer whole."""

    pieces: tuple[bytes, ...]
    cut: bool = False
    """The connection is closed after the last piece, where more was promised."""
    pause: float = 0.0
    """Seconds between the pieces."""


def in_pieces(
    pieces: Sequence[bytes],
    *,
    headers: tuple[tuple[str, str], ...] = (STREAM, ("cache-control", "no-cache")),
    status: int = 200,
    cut: bool = False,
    pause: float = 0.0,
) -> Pieces:
    """An answer of these pieces."""
    return Pieces(
        status=status, headers=headers, body=b"".join(pieces), pieces=tuple(pieces), cut=cut, pause=pause
    )


def compact(value: Any) -> str:
    """A value in JSON without blanks, as services write it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def event(value: Any, *, prefix: str = "data: ", name: str | None = None) -> bytes:
    """One event: a value in JSON, or a text as it is."""
    data = value if isinstance(value, str) else compact(value)
    first = "" if name is None else f"event: {name}\n"
    return f"{first}{prefix}{data}\n\n".encode()


def torn(pieces: Sequence[bytes], size: int) -> list[bytes]:
    """The same bytes in pieces of one size, as a network hands them on: it knows no events and no characters."""
    whole = b"".join(pieces)
    return [whole[at : at + size] for at in range(0, len(whole), size)]


@contextmanager
def served_in_pieces(replica: Replica) -> Iterator[str]:
    """As `served`, but pieces are sent one by one (chunked), and an answer that is cut has no end."""
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
        headers = {name.lower(): value for name, value in self.headers.items()}
        asked = Asked(method=self.command, target=self.path, headers=headers, body=body)
        with self.server.lock:
            self.server.replica.asked.append(asked)
            answer = self.server.replica.answer(asked)
        if answer is None:
            self.close_connection = True
            return
        self.send_response(answer.status)
        for name, value in answer.headers:
            self.send_header(name, value)
        if isinstance(answer, Pieces):
            self._send_pieces(answer)
            return
        content = answer.body.encode() if isinstance(answer.body, str) else answer.body
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _send_pieces(self, answer: Pieces) -> None:
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        for at, piece in enumerate(answer.pieces):
            if at and answer.pause:
                time.sleep(answer.pause)
            self.wfile.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
            self.wfile.flush()
        if answer.cut:
            self.close_connection = True
        else:
            self.wfile.write(b"0\r\n\r\n")

    do_GET = do_POST = do_PUT = _do

    def log_message(self, format: str, *args: Any) -> None:
        """Tests print nothing."""
