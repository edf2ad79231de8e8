"""Namespace: a network or mounts of its own, where iptables may be set and disks be made without touching this machine's."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.real.software import end, need, started

NETWORK = ("-Urn", "--kill-child", "--fork", "--pid", "--mount-proc")
"""Options of unshare: a network of its own, and nothing that outlives it."""
MOUNTS = ("-Urm", "--kill-child", "--fork", "--pid", "--mount-proc")
PATIENCE = 240.0
NO_MODULE = 77
"""How a module that was run inside says that the kernel lacks what it needs."""


def run_inside(module: str, folder: Path, *arguments: str, options: Sequence[str] = NETWORK) -> Any:
    """Run a module of these tests inside; what it writes to `folder`/found.json, as JSON.

    Skips where the kernel does not allow namespaces, or has no module for what is asked: nothing that can be installed.
    """
    command = [need("unshare", "util-linux"), *options]
    allowed = subprocess.run([*command, "true"], capture_output=True, text=True, check=False)
    if allowed.returncode != 0:
        pytest.skip(f"user namespaces are off here: {allowed.stderr.strip()[:200]}")
    log, answer = folder / "inside.log", folder / "found.json"
    with started([*command, sys.executable, "-m", module, str(folder), *arguments], log=log) as process:
        try:
            process.wait(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            end(process)
            raise AssertionError(f"{module} did not end in {PATIENCE:g} s:\n{_tail(log)}") from None
    if process.returncode == NO_MODULE:
        pytest.skip(f"this kernel cannot do so: {_tail(log)[-300:]}")
    assert process.returncode == 0, _tail(log)
    return json.loads(answer.read_text())


def _tail(log: Path) -> str:
    with contextlib.suppress(OSError):
        return log.read_text(errors="replace")[-4000:]
    return ""
