"""Asking a replica that is posted to by plain requests, as a client that knows no probe."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

from tests.replicas.replica import Replica, served

WORDS: dict[str, Any] = {
    "hard": frozenset({"坏词一号"}),
    "soft": frozenset({"疑词"}),
    "dropped": frozenset({"静词"}),
}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
JSON = {"Content-Type": "application/json"}
Reply = tuple[int, Any, Any]
"""Status, body (from JSON where it is JSON), headers."""
Send = Callable[..., Reply]


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


@contextmanager
def asking(replica: Replica) -> Iterator[Send]:
    """Send requests to a replica; redirects are not followed."""
    with served(replica) as base:

        def send(
            target: str, body: Any = None, headers: dict[str, str] | None = None, method: str | None = None
        ) -> Reply:
            given = {"Content-Type": ""} | (headers or {})
            sent = body.encode() if isinstance(body, str) else body
            request = Request(base + target, sent, given, method=method or ("POST" if body else "GET"))
            try:
                answer = build_opener(_Stay, ProxyHandler({})).open(request, timeout=5)
            except HTTPError as error:
                answer = error
            with answer:
                text = answer.read().decode()
                kind = answer.headers.get("content-type", "")
                return answer.status, json.loads(text) if "json" in kind else text, answer.headers

        yield send


class Clock:
    """A clock that is put forward by hand."""

    def __init__(self) -> None:
        self.now = 1_790_000_000.0

    def __call__(self) -> float:
        return self.now
