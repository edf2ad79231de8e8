"""Browser: real Chromium, driven through the pipe of its DevTools; all that it asks for goes to a proxy that takes notes."""

from __future__ import annotations

import base64
import contextlib
import fcntl
import json
import os
import select
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.real.software import end, need

QUIETLY = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)
"""Nothing but what it is asked for."""
ARGUMENTS = (*QUIETLY, "--remote-debugging-pipe")
_PATIENCE = 60.0
"""Seconds for one command: starting the browser takes some on a busy machine."""
_WITH_PIPES = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.dup2(int(sys.argv[2]), 4)
os.execv(sys.argv[3], sys.argv[3:])
"""
"""Chromium reads commands from its descriptor 3, and answers on 4."""


class Browser:
    """One window."""

    def __init__(self, commands: int, answers: int, asked: list[str]) -> None:
        self._commands = commands
        self._answers = answers
        self._waiting = b""
        self._number = 0
        self._session: str | None = None
        self._events: list[dict[str, Any]] = []
        self.asked = asked
        """The first line of each request that the browser made of anybody."""
        target = self.tell("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.tell("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.tell(f"{domain}.enable")

    def open(self, path: Path) -> None:
        """Load a file, to the end of its scripts."""
        self._events.clear()
        self.tell("Page.navigate", url=path.as_uri())
        while not any(one["method"] == "Page.loadEventFired" for one in self._events):
            self._hear()

    def run(self, expression: str) -> Any:
        """What an expression is in the page; what it promises, where it promises something."""
        answer = self.tell(
            "Runtime.evaluate",
            expression=expression,
            awaitPromise=True,
            returnByValue=True,
            allowUnsafeEvalBlockedByCSP=False,
        )
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def requested(self) -> list[str]:
        """The addresses that the page which is open asked for, itself first; what its policy refused is not among them."""
        self.run("0")
        sent = [one["params"] for one in self._events if one["method"] == "Network.requestWillBeSent"]
        return [one["request"]["url"] for one in sent]

    def complaints(self) -> list[str]:
        """What the browser's console says of the page that is open: what was refused, what failed."""
        self.run("0")  # whatever was said before has arrived then
        entries = [
            one["params"]["entry"]["text"] for one in self._events if one["method"] == "Log.entryAdded"
        ]
        thrown = [one["params"] for one in self._events if one["method"] == "Runtime.exceptionThrown"]
        return [*entries, *map(str, thrown)]

    def look_like(self, *, width: int, height: int = 900, dark: bool = False) -> None:
        """A window of this size, for eyes that like it light or dark."""
        self.tell(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.tell("Emulation.setEmulatedMedia", features=[scheme])

    def picture(self, path: Path) -> None:
        """The whole page as a PNG file."""
        size = self.tell("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": size["width"], "height": min(size["height"], 8000), "scale": 1}
        shot = self.tell("Page.captureScreenshot", captureBeyondViewport=True, clip=clip)
        path.write_bytes(base64.b64decode(shot["data"]))

    def print(self, path: Path) -> None:
        """The page as a PDF file."""
        path.write_bytes(base64.b64decode(self.tell("Page.printToPDF", printBackground=True)["data"]))

    def tell(self, method: str, **parameters: object) -> dict[str, Any]:
        """A command of the DevTools protocol, and its answer."""
        self._number += 1
        message: dict[str, object] = {"id": self._number, "method": method, "params": parameters}
        if self._session is not None:
            message["sessionId"] = self._session
        os.write(self._commands, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._hear()
            if answer.get("id") == self._number:
                assert "error" not in answer, (method, answer)
                result: dict[str, Any] = answer["result"]
                return result

    def _hear(self) -> dict[str, Any]:
        """The next message; events are kept."""
        until = time.monotonic() + _PATIENCE
        while b"\0" not in self._waiting:
            ready, _, _ = select.select([self._answers], [], [], max(until - time.monotonic(), 0))
            assert ready, f"Chromium said nothing for {_PATIENCE:g} s"
            read = os.read(self._answers, 1 << 20)
            assert read, "Chromium has ended"
            self._waiting += read
        text, _, self._waiting = self._waiting.partition(b"\0")
        message: dict[str, Any] = json.loads(text)
        if "method" in message:
            self._events.append(message)
        return message


@contextlib.contextmanager
def browsing(folder: Path) -> Iterator[Browser]:
    """A browser with an empty profile, until the block ends."""
    chromium = need("chromium", "chromium")
    with _listening() as (proxy, asked), contextlib.ExitStack() as pipes:
        theirs_in, commands = map(_lift, os.pipe())
        answers, theirs_out = map(_lift, os.pipe())
        for one in (commands, answers):
            pipes.callback(os.close, one)
        arguments = [
            *ARGUMENTS,
            f"--user-data-dir={folder / 'profile'}",
            f"--proxy-server=127.0.0.1:{proxy}",
            "--proxy-bypass-list=<-loopback>",  # nothing passes it by
        ]
        with (folder / "chromium.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-c", _WITH_PIPES, str(theirs_in), str(theirs_out), chromium, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                pass_fds=(theirs_in, theirs_out),
                start_new_session=True,
            )
        os.close(theirs_in)
        os.close(theirs_out)
        try:
            yield Browser(commands, answers, asked)
        finally:
            end(process)


def _lift(descriptor: int) -> int:
    """The same pipe under a number above those that Chromium wants for itself."""
    lifted = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 10)
    os.close(descriptor)
    return lifted


@contextlib.contextmanager
def _listening() -> Iterator[tuple[int, list[str]]]:
    """The port of a proxy that writes down who is asked for, and answers nobody."""
    asked: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_take_notes, args=(server, asked), daemon=True).start()
        yield server.getsockname()[1], asked
        server.shutdown(socket.SHUT_RDWR)


def _take_notes(server: socket.socket, asked: list[str]) -> None:
    while True:
        try:
            connection, _ = server.accept()
        except OSError:  # the listening is over
            return
        with connection, contextlib.suppress(OSError):
            connection.settimeout(5)
            asked.append(connection.recv(4096).split(b"\r\n")[0].decode("ascii", "replace"))
            connection.sendall(b"HTTP/1.1 503 Nobody\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
