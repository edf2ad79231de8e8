"""Visitor: asks a server by hand. What a test learns of a server this way does not rest on the program under test."""

from __future__ import annotations

import http.cookiejar
import json
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from typing import Any

LARGEST = 8_000_000
"""Bytes of an answer that are read."""
LONGEST = 30.0
"""Seconds without a byte after which an answer is given up."""
START_SECONDS = 90.0
"""Synapse starts in some seconds, and in many on a machine that is busy."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came back."""

    status: int
    headers: Message
    body: bytes

    @property
    def text(self) -> str:
        """The body as UTF-8."""
        return self.body.decode(errors="replace")

    @property
    def json(self) -> Any:
        """The body as JSON; raises ValueError where it is none."""
        return json.loads(self.body)


class Visitor:
    """One visitor with cookies of its own. No proxy, no redirect is followed, and a refusal is an answer too."""

    def __init__(self) -> None:
        self.cookies = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}),
            urllib.request.HTTPCookieProcessor(self.cookies),
            _Staying(),
        )

    def ask(
        self,
        url: str,
        *,
        method: str | None = None,
        data: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """GET, or POST where there is `data`, or another method. Raises OSError where no answer comes."""
        request = urllib.request.Request(url, data=data, headers=dict(headers or {}), method=method)
        try:
            response = self._opener.open(request, timeout=LONGEST)
        except urllib.error.HTTPError as error:
            response = error
        with response:
            return Answer(status=response.status, headers=response.headers, body=response.read(LARGEST))


class _Staying(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


def wait_until_ready(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    """Wait until a server that was `started` answers with 200 there: it may listen long before it can."""
    until = time.monotonic() + START_SECONDS
    seen = "no answer"
    while time.monotonic() < until and process.poll() is None:
        try:
            seen = f"HTTP {Visitor().ask(url).status}"
        except OSError as error:
            seen = str(error)
        if seen == "HTTP 200":
            return
        time.sleep(0.05)
    said = log.read_text(errors="replace")[-2000:]
    raise RuntimeError(f"not ready after at most {START_SECONDS:g} s ({seen}):\n{said}")
