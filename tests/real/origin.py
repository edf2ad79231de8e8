"""Origin: an uncensored server, httpbin under gunicorn; it answers in JSON with what it was asked."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.real.software import find_gunicorn, started


def gunicorn_command(ports: Sequence[int]) -> list[str]:
    """Many threads: each connection that a filter left half open holds one for seconds, and keeps innocent ones waiting."""
    binds = [part for port in ports for part in ("--bind", f"127.0.0.1:{port}")]
    quiet = ["--log-level", "warning", "--graceful-timeout", "1", "--no-control-socket"]
    return [*find_gunicorn(), *binds, "-k", "gthread", "--threads", "64", *quiet, "httpbin:app"]


@contextlib.contextmanager
def running_origin(ports: Sequence[int], folder: Path) -> Iterator[None]:
    """httpbin on each of these ports."""
    with started(gunicorn_command(ports), log=folder / "gunicorn.log", ports=ports):
        yield
