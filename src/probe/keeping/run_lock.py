"""Run lock: one program at a time continues a run. The kernel lets go of it when the program ends, however it does.

An empty file beside the store for as long as a run is open, and none afterwards. Not a lock on the store itself: to
close another handle of that file would drop the locks that SQLite has on it.
"""

from __future__ import annotations

import errno
import fcntl
import os
import time
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path

from probe.errors import CouldNotRun

_TRIES, _PAUSE = 10, 0.02
"""Another program may hold a lock for a moment to see whether anybody has it. Seconds."""


class RunLock:
    """A run that is ours, until `release`."""

    def __init__(self, place: Path, handle: int) -> None:
        self._place = place
        self._handle: int | None = handle

    def release(self) -> None:
        """Let go, and leave no file. Never fails."""
        if self._handle is not None:
            with suppress(OSError):
                self._place.unlink()
            os.close(self._handle)
            self._handle = None


def take_lock(store: Path, run: int, *, tries: int = _TRIES) -> RunLock | None:
    """Make a run ours; None where another program, or another part of this one, has it. Raises CouldNotRun."""
    place = _place(store, run)
    for number in range(tries):
        if number:
            time.sleep(_PAUSE)
        handle = _open(place)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # Whoever had it may have taken the file away after we opened it.
            if os.fstat(handle).st_ino == os.stat(place).st_ino:
                return RunLock(place, handle)
        except (BlockingIOError, FileNotFoundError):
            pass
        except OSError as error:
            os.close(handle)
            raise CouldNotRun(f"{place} cannot be locked: {error.strerror}") from error
        os.close(handle)
    return None


def is_open(store: Path, run: int) -> bool:
    """Whether a program has this run open."""
    try:
        handle = os.open(_place(store, run), os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(handle)
    return False


def any_open(store: Path, *, besides: Collection[int] = ()) -> bool:
    """Whether a program has any run of the store open, apart from these."""
    return any(is_open(store, run) for run in _runs(store) if run not in besides)


def sweep(store: Path) -> None:
    """Take away the files of programs that were killed."""
    for run in _runs(store):
        with suppress(CouldNotRun):
            lock = take_lock(store, run, tries=1)
            if lock is not None:
                lock.release()


def _open(place: Path) -> int:
    try:
        return os.open(place, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        hint = None
        if error.errno == errno.EROFS:
            hint = "Use --store FILE for another place, or --store none to keep nothing."
        raise CouldNotRun(f"{place} cannot be made: {error.strerror}", hint=hint) from error


def _place(store: Path, run: int) -> Path:
    return store.with_name(f"{store.name}-run{run}.lock")


def _runs(store: Path) -> Iterator[int]:
    beginning, end = f"{store.name}-run", ".lock"
    with suppress(OSError):
        for name in sorted(os.listdir(store.parent)):
            number = name.removeprefix(beginning).removesuffix(end)
            if name == f"{beginning}{number}{end}" and number.isdecimal() and number.isascii():
                yield int(number)
