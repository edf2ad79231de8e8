"""One program at a time has a run, and killed programs leave it free."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest

from probe.errors import CouldNotRun
from probe.keeping.run_lock import any_open, is_open, sweep, take_lock

HOLD = """
import sys, pathlib
from probe.keeping.run_lock import take_lock
lock = take_lock(pathlib.Path(sys.argv[1]), int(sys.argv[2]), tries=1)
print("held" if lock else "refused", flush=True)
sys.stdin.read()
"""


def test_a_run_is_held_by_one(tmp_path: Path) -> None:
    """Within one program, too; each run for itself; no file is left."""
    store = tmp_path / "store.sqlite"
    lock = take_lock(store, 1)
    assert lock is not None
    assert take_lock(store, 1, tries=2) is None
    other = take_lock(store, 2)
    assert other is not None
    assert (is_open(store, 1), is_open(store, 2), is_open(store, 3)) == (True, True, False)
    assert any_open(store, besides={1})
    other.release()
    other.release()
    assert not any_open(store, besides={1})
    lock.release()
    assert not is_open(store, 1)
    assert list(tmp_path.iterdir()) == []


def test_the_kernel_lets_go_for_a_program_that_is_killed(tmp_path: Path) -> None:
    """Its file is taken away by the next one that comes by."""
    store = tmp_path / "store.sqlite"
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(store), "7"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    sweep(store)
    assert is_open(store, 7)
    assert take_lock(store, 7, tries=2) is None
    holder.kill()
    holder.communicate()
    assert not is_open(store, 7)
    assert len(list(tmp_path.iterdir())) == 1
    sweep(store)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_was_taken_away_is_no_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever lets go takes it away, maybe just when another has opened it: that one tries anew."""
    store = tmp_path / "store.sqlite"
    locks: list[int] = []

    def lock_late(handle: int, how: int) -> None:
        if not locks:
            next(tmp_path.iterdir()).unlink()
        locks.append(how)
        flock(handle, how)

    flock = fcntl.flock
    monkeypatch.setattr(fcntl, "flock", lock_late)
    lock = take_lock(store, 1)
    assert lock is not None
    assert len(locks) == 2
    assert is_open(store, 1)
    lock.release()


def test_only_its_own_files_are_swept(tmp_path: Path) -> None:
    """Whatever else lies beside the store is not ours."""
    for name in ("store.sqlite-run1.lock.txt", "other.sqlite-run1.lock", "store.sqlite-runs.lock", "a"):
        (tmp_path / name).touch()
    sweep(tmp_path / "store.sqlite")
    assert len(list(tmp_path.iterdir())) == 4


def test_a_lock_that_cannot_be_made_is_explained(tmp_path: Path) -> None:
    """With the file's name."""
    with pytest.raises(CouldNotRun, match=r"s-run1\.lock cannot be made: No such file"):
        take_lock(tmp_path / "missing" / "s", 1)


def test_nobody_else_may_read_a_lock(tmp_path: Path) -> None:
    """As with the store itself."""
    before = os.umask(0)
    try:
        lock = take_lock(tmp_path / "s", 1)
    finally:
        os.umask(before)
    assert lock is not None
    (file,) = tmp_path.iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    lock.release()
