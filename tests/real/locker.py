"""Locker: another program that writes to a store, by SQLite alone, for as long as it is told to."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_CODE = """
import sqlite3, sys
other = sqlite3.connect(sys.argv[1], isolation_level=None)
other.execute("BEGIN IMMEDIATE")
print("locked", flush=True)
if sys.argv[2]:
    import time
    time.sleep(float(sys.argv[2]))
else:
    sys.stdin.read()
other.execute("ROLLBACK")
"""


class Locker:
    """Begins a transaction in a process of its own, and ends it when told to, or after so many seconds."""

    def __init__(self, store: Path) -> None:
        self._store = store
        self._process: subprocess.Popen[str] | None = None

    def lock(self, seconds: float | None = None) -> None:
        """Returns when nobody else can write any more."""
        wait = "" if seconds is None else str(seconds)
        self._process = subprocess.Popen(
            [sys.executable, "-c", _CODE, str(self._store), wait],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == "locked\n"

    def let_go(self) -> None:
        """Returns when others can write again. Does nothing where nothing was locked."""
        if self._process is not None:
            self._process.communicate()
            self._process = None


@contextmanager
def locker(store: Path) -> Iterator[Locker]:
    """One that has let go at the end, whatever happens."""
    one = Locker(store)
    try:
        yield one
    finally:
        one.let_go()
