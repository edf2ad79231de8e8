"""Policy: what tells a Matrix server which messages to refuse, over HTTP. It runs in a thread of the tests."""

from __future__ import annotations

import contextlib
import http.server
import json
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

NOTICE = "此消息包含违规内容"
"""What the sender of a refused message reads."""
PATH = "/check_event_for_spam"


@dataclass(frozen=True, kw_only=True)
class Policy:
    """A policy server, as long as it runs."""

    port: int
    seen: list[str] = field(default_factory=list)
    """Every text about which it was asked, in order, refused or not."""
    on_allowed: list[Callable[[str], None]] = field(default_factory=list)
    """Who hears of each text that it is about to allow."""

    @property
    def base(self) -> str:
        """Its address, without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"


@contextlib.contextmanager
def running_policy(blocked: Sequence[str]) -> Iterator[Policy]:
    """A server that forbids each message in which one of these words stands, in small letters or capitals."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    policy = Policy(port=server.server_address[1])
    server.judge = _Judge([word.casefold() for word in blocked], policy)  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield policy
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass(frozen=True)
class _Judge:
    words: list[str]
    policy: Policy

    def forbids(self, question: bytes) -> bool:
        """Whether a blocked word stands in the text of an event; joins, names and the like have none."""
        content = json.loads(question)["event"]["content"]
        text = content.get("body")
        if not isinstance(text, str):
            return False
        self.policy.seen.append(text)
        if any(word in text.casefold() for word in self.words):
            return True
        for hear in self.policy.on_allowed:
            hear(text)
        return False


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        question = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path != PATH:
            self._answer(404, {"errcode": "M_UNRECOGNIZED", "error": "not asked for"})
        elif self.server.judge.forbids(question):  # type: ignore[attr-defined]
            self._answer(403, {"errcode": "M_FORBIDDEN", "error": NOTICE})
        else:
            self._answer(200, {})

    def _answer(self, status: int, value: dict[str, str]) -> None:
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing: what was asked stands in `seen`."""
