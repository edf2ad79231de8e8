"""List file: the bytes of a list, which can be read again and again, and which tell when they were changed."""

from __future__ import annotations

import hashlib
import io
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from probe.errors import CouldNotRun
from probe.inputs.faults import printable

CHUNK = 1 << 16
"""Bytes that are read at a time."""
MOST_SPOOLED = 1 << 31
"""Bytes that standard input may give: an endless pipe must not fill the disk."""


class Unusable(Exception):
    """This is not a file that a list can be read from; the text says why, `hint` what to do."""

    def __init__(self, why: str, hint: str | None = None) -> None:
        super().__init__(why)
        self.hint = hint


class ListFile:
    """An open file, read from its start as often as needed; positions are its own, so passes may overlap."""

    def __init__(self, descriptor: int, place: str) -> None:
        self._descriptor = descriptor
        self._place = place
        self._stamp = self._stamp_now()

    @property
    def size(self) -> int:
        """Bytes, when it was opened."""
        return self._stamp[0]

    @property
    def identity(self) -> tuple[int, int]:
        """The same for two names of one file."""
        status = os.fstat(self._descriptor)
        return status.st_dev, status.st_ino

    @property
    def unchanged(self) -> bool:
        """Whether size and time of change are as they were when it was opened."""
        return self._stamp_now() == self._stamp

    @contextmanager
    def read(self) -> Iterator[HashedBytes]:
        """Its bytes from the start."""
        with HashedBytes(_Positioned(self._descriptor, self._place)) as stream:
            yield stream

    def close(self) -> None:
        """Let go of it; what was spooled is gone then. May be called twice."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _stamp_now(self) -> tuple[int, int]:
        status = os.fstat(self._descriptor)
        return status.st_size, status.st_mtime_ns


class HashedBytes(io.BufferedReader):
    """A stream of bytes that knows the SHA-256 of what it gave."""

    def __init__(self, raw: _Positioned) -> None:
        self._positioned = raw
        super().__init__(raw, CHUNK)

    @property
    def sha256(self) -> str:
        """64 hexadecimal digits, for the bytes read until now."""
        return self._positioned.hash.hexdigest()


class _Positioned(io.RawIOBase):
    """Reads a descriptor at a position of its own, and leaves the descriptor open."""

    def __init__(self, descriptor: int, place: str) -> None:
        self._descriptor = descriptor
        self._place = place
        self._position = 0
        self.hash = hashlib.sha256()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # io passes either
        try:
            data = os.pread(self._descriptor, len(buffer), self._position)
        except OSError as error:
            raise CouldNotRun(f"{self._place} cannot be read: {error.strerror}") from error
        buffer[: len(data)] = data
        self._position += len(data)
        self.hash.update(data)
        return len(data)


def open_path(path: str) -> ListFile:
    """Open a list by its path; Unusable where it is missing, unreadable, or no regular file."""
    try:
        # Without O_NONBLOCK, opening a named pipe would wait for somebody to write to it.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        raise
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        raise Unusable(f"cannot be read: {reason or 'its name cannot be one'}.") from error
    kind = os.fstat(descriptor).st_mode
    if stat.S_ISREG(kind):
        return ListFile(descriptor, printable(path))
    os.close(descriptor)
    if stat.S_ISDIR(kind):
        raise Unusable("is a folder, not a list.", "Name a file in it.")
    raise Unusable("is not a regular file.", "Pipe it in and name it `-`.")


def spool(stream: BinaryIO) -> ListFile:
    """Keep what standard input gives in a private file that no other program can see, gone when closed.

    It has no name (or loses it at once), so nothing is left behind even where the program is killed.
    """
    try:
        with tempfile.TemporaryFile() as file:  # mode 0600
            while chunk := stream.read(CHUNK):
                if file.tell() + len(chunk) > MOST_SPOOLED:
                    raise Unusable(f"gives more than {MOST_SPOOLED:,} bytes.", "Save it to a file.")
                file.write(chunk)
            file.flush()
            return ListFile(os.dup(file.fileno()), "standard input")
    except OSError as error:
        raise CouldNotRun(
            f"standard input cannot be kept: {error.strerror or error}", hint="TMPDIR says where it is kept."
        ) from error
