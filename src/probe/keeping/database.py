"""Database: one SQLite file, private to its owner, whose troubles become errors that name the file and the remedy.

The only place that knows SQLite. WAL, so that readers and the writers of other runs do not wait for each other.
"""

from __future__ import annotations

import os
import sqlite3
import stat
import time
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec

from probe.errors import CouldNotRun

SYNC_EVERY = 1.0
"""Seconds after which a transaction waits until the disk has it."""
_ELSEWHERE = "Use --store FILE for another place, or --store none to keep nothing."
_TROUBLES = {
    "SQLITE_FULL": (
        "the disk is full, so {path} cannot grow",
        "What was kept before is safe. Make room, then go on with: probe run --resume",
    ),
    "SQLITE_READONLY": ("{path} cannot be written: the file or its folder is read-only", _ELSEWHERE),
    "SQLITE_CANTOPEN": ("{path} cannot be opened: no access to the file or its folder", _ELSEWHERE),
    "SQLITE_CORRUPT": (
        "{path} is damaged",
        "Move it away and a new one is made. The sqlite3 program can rescue what is readable: .recover",
    ),
    "SQLITE_NOTADB": ("{path} is not a store of probe", "Name another file with --store."),
    "SQLITE_BUSY": (
        "{path} is in use by another program for too long",
        "What was kept before is safe. Try again when that program has ended.",
    ),
    "SQLITE_IOERR": (
        "{path} cannot be read or written: the disk fails",
        "What was kept before is there, as far as the disk still is.",
    ),
}
"""Beginning of SQLite's name for an error: what happened, and what helps."""


class Database:
    """A connection whose errors are CouldNotRun. For one thread."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self.path = path
        self._connection = connection
        self._synced = float("-inf")
        self._waits: bool | None = None
        """Whether transactions wait for the disk, as SQLite was last told."""

    def run(self, sql: str, values: Sequence[object] = ()) -> int:
        """Carry out one statement; returns how many rows it changed."""
        with explained(self.path):
            return self._connection.execute(sql, values).rowcount

    def insert(self, sql: str, values: Sequence[object] = ()) -> int:
        """Insert one row; returns its id."""
        with explained(self.path):
            return self._connection.execute(sql, values).lastrowid or 0

    def insert_all(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        """Carry out one statement for each of these rows, which may be many."""
        with explained(self.path):
            self._connection.executemany(sql, rows)

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """All rows that a query finds, at once: an open query would hold back the clearing of the WAL."""
        with explained(self.path):
            return self._connection.execute(sql, values).fetchall()

    def row(self, sql: str, values: Sequence[object] = ()) -> tuple[Any, ...] | None:
        """The first row that a query finds, or None."""
        with explained(self.path):
            found: tuple[Any, ...] | None = self._connection.execute(sql, values).fetchone()
            return found

    @contextmanager
    def transaction(self, *, at_once: bool = False) -> Iterator[None]:
        """All of it or nothing. When this ends the death of the program can take nothing back.

        A power cut may take what was committed in the last SYNC_EVERY seconds of writing: waiting for the disk takes it
        from 0.2 ms to 30 ms, too long for each of 1,000 answers a second. The first transaction after such a time waits,
        and what was committed before it is then on the disk, too. Asking once a second thus loses nothing. With `at_once` it
        waits in any case.
        """
        now = time.monotonic()
        wait = at_once or now - self._synced >= SYNC_EVERY
        with explained(self.path):
            if wait != self._waits:  # each PRAGMA is a statement of its own, at every answer
                self._connection.execute(
                    "PRAGMA synchronous = FULL" if wait else "PRAGMA synchronous = NORMAL"
                )
                self._waits = wait
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):  # the first error is the one to tell
                    self._connection.execute("ROLLBACK")
                raise
        if wait:
            self._synced = now

    def close(self) -> None:
        """Never fails: everything is committed, and what is left to tidy is tidied at the next opening."""
        with suppress(sqlite3.Error):
            self._connection.close()


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Errors of SQLite become CouldNotRun."""
    try:
        yield
    except sqlite3.Error as error:
        raise _explain(error, path) from error
    except UnicodeDecodeError as error:  # a damaged schema, quoted in SQLite's own message
        raise _damage(path) from error


@contextmanager
def decoded(path: Path) -> Iterator[None]:
    """Whatever goes wrong while rows are made values again is damage to the file, and becomes CouldNotRun."""
    try:
        yield
    except (msgspec.MsgspecError, zlib.error, ValueError, TypeError, LookupError) as error:
        raise _damage(path) from error


def open_database(path: Path, *, patience: float, reading: bool) -> Database:
    """Open a file, or make it with its folder unless it is for `reading`. Raises CouldNotRun.

    `patience`: seconds to wait for another program's transaction. For reading, a file on a read-only disk will do.
    """
    with explained(path):
        if not reading:
            _make(path)
        connection = _connect(path, "mode=rw", patience)
        try:
            _set_up(connection, patience)
        except (sqlite3.Error, UnicodeDecodeError) as error:
            connection.close()
            name = getattr(error, "sqlite_errorname", "")
            if not reading or not name.startswith(("SQLITE_CANTOPEN", "SQLITE_READONLY")) or _has_wal(path):
                raise
            # SQLite wants to make files beside one in WAL mode, unless nobody can be writing to it.
            connection = _connect(path, "mode=ro&immutable=1", patience)
        return Database(connection, path)


def make_private(path: Path) -> None:
    """Close a store to everybody but its owner; for a file that is known to be one."""
    for place in (path, Path(f"{path}-wal"), Path(f"{path}-shm")):
        with suppress(OSError):
            mode = place.stat().st_mode
            if stat.S_ISREG(mode) and mode & 0o077:
                place.chmod(0o600)


def _connect(path: Path, mode: str, patience: float) -> sqlite3.Connection:
    return sqlite3.connect(
        f"file:{quote(str(path.absolute()))}?{mode}", uri=True, timeout=patience, isolation_level=None
    )


def _set_up(connection: sqlite3.Connection, patience: float) -> None:
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute("PRAGMA temp_store = MEMORY")  # no copies of what is kept in /tmp
    connection.execute("PRAGMA cell_size_check = ON")
    connection.execute("PRAGMA journal_size_limit = 16000000")
    until = time.monotonic() + patience
    while connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            return  # somebody else's database, which is left as it is
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:  # two programs at once: SQLite does not wait here by itself
            if time.monotonic() > until:
                raise
            time.sleep(0.02)


def _make(path: Path) -> None:
    """The file 0600 (SQLite gives -wal and -shm the same), new folders 0700, whatever the umask."""
    try:
        missing = [folder for folder in (path.parent, *path.parent.parents) if not folder.exists()]
        for folder in reversed(missing):
            folder.mkdir(mode=0o700, exist_ok=True)
            folder.chmod(0o700)
        try:
            # Never an existing file: to close it would drop the locks of this program's other connections to it.
            handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, 0o600)
            os.fchmod(handle, 0o600)
            os.close(handle)
        except FileExistsError:
            return
    except OSError as error:
        raise CouldNotRun(f"{path} cannot be made: {error.strerror}", hint=_ELSEWHERE) from error


def _has_wal(path: Path) -> bool:
    try:
        return os.stat(f"{path}-wal").st_size > 0
    except OSError:
        return False


def _explain(error: sqlite3.Error, path: Path) -> CouldNotRun:
    name = getattr(error, "sqlite_errorname", None) or ""
    if name.startswith("SQLITE_IOERR") and _is_full(path):
        name = "SQLITE_FULL"
    for beginning, (message, hint) in _TROUBLES.items():
        if name.startswith(beginning):
            return CouldNotRun(message.format(path=path), hint=hint)
    if "decode" in str(error):
        return _damage(path)
    return CouldNotRun(f"{path} cannot be used: {error}", hint=_ELSEWHERE)


def _damage(path: Path) -> CouldNotRun:
    message, hint = _TROUBLES["SQLITE_CORRUPT"]
    return CouldNotRun(message.format(path=path), hint=hint)


def _is_full(path: Path) -> bool:
    try:
        room = os.statvfs(path.parent)
    except OSError:
        return False
    return room.f_bavail * room.f_frsize < 100_000
