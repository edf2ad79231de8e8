"""Software: real programs, started for a test and ended after it, each by its own id."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NoReturn

import pytest

REQUIRED = "PROBE_REAL_REQUIRED"
"""Set to 1 where everything is installed, as in CI: then a missing program is a failure, not a skipped test."""

PATH = os.pathsep.join((os.environ.get("PATH", ""), "/usr/local/sbin", "/usr/sbin", "/sbin"))
"""Daemons stand where an ordinary user's PATH does not look."""

START_SECONDS = 20.0


def need(program: str, package: str) -> str:
    """The whole path of a program; skips or fails, naming the Debian package, where there is none."""
    found = shutil.which(program, path=PATH)
    if found is None:
        miss(f"{program} is not installed: apt-get install {package}")
    return found


def miss(reason: str) -> NoReturn:
    """Something that can be installed is missing."""
    if os.environ.get(REQUIRED) == "1":
        pytest.fail(f"{reason} ({REQUIRED}=1)")
    pytest.skip(reason)


def find_gunicorn() -> list[str]:
    """The command that starts gunicorn, with httpbin beside it."""
    if _can_import("gunicorn", "httpbin"):
        return [sys.executable, "-m", "gunicorn"]
    found = shutil.which("gunicorn", path=PATH)
    if found is None:
        miss("gunicorn and httpbin are not installed: make real")
    return [found]


def _can_import(*modules: str) -> bool:
    # Asked in a process of its own: httpbin and what it brings stay out of this one.
    code = ";".join(f"import {module}" for module in modules)
    return subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode == 0


def free_ports(number: int) -> list[int]:
    """Ports on 127.0.0.1 where nobody listens."""
    with contextlib.ExitStack() as stack:
        holders = [stack.enter_context(socket.socket()) for _ in range(number)]
        for holder in holders:
            holder.bind(("127.0.0.1", 0))
        return [holder.getsockname()[1] for holder in holders]


@contextlib.contextmanager
def started(
    command: Sequence[str], *, log: Path, ports: Sequence[int] = ()
) -> Iterator[subprocess.Popen[bytes]]:
    """A program and its children, from when all `ports` answer until the block ends."""
    environment = {**os.environ, "PATH": PATH}
    with log.open("wb") as out:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            env=environment,
            start_new_session=True,
        )
    try:
        for port in ports:
            _wait_for(process, port, log)
        yield process
    finally:
        end(process)


def end(process: subprocess.Popen[bytes]) -> None:
    """End a program that `started` its own session, and what it started there."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=5)
            break
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)  # children that outlived their parent


def _wait_for(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.03)
    said = log.read_text(errors="replace")[-2000:]
    raise RuntimeError(f"nobody listens on port {port} after {START_SECONDS:g} s:\n{said}")
