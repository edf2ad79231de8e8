"""Duplicates: which entries of all lists say the same keyword, found in flat memory whatever their number."""

from __future__ import annotations

import hashlib
import tempfile
from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

SINGLE = 0
"""The mark of an entry that no other repeats, or only entries of its own list."""
REPEAT = 1
"""The mark of an entry that repeats an earlier one. Higher marks less two count combinations of lists."""

_DIGEST = 16
_RECORD = _DIGEST + 8
_PARTITIONS = 256
_IN_MEMORY = 4 << 20
"""Bytes of records that are gathered before they go to disk."""


@dataclass(frozen=True, kw_only=True)
class Folding:
    """What was found out about all entries."""

    marks: array[int] | None
    """One an entry; None where nothing is said twice."""
    combinations: tuple[tuple[int, ...], ...]
    """Numbers of the lists that say a keyword, for keywords that several lists say."""
    distinct: int
    """Keywords over all lists."""
    repeats: tuple[int, ...]
    """Entries of each list that repeat an entry of the same list."""
    shared: int
    """Keywords that several lists say."""


class Sightings:
    """Remembers every keyword by a digest, in partitions that are later looked at one at a time."""

    def __init__(self) -> None:
        self.count = 0
        self._starts: list[int] = []
        self._buffers = [bytearray() for _ in range(_PARTITIONS)]
        self._segments: list[list[tuple[int, int]]] = [[] for _ in range(_PARTITIONS)]
        self._file: BinaryIO | None = None
        self._since_spill = 0

    def begin_list(self) -> None:
        """What is added from here on is of the next list."""
        self._starts.append(self.count)

    def add(self, components: Sequence[str]) -> None:
        """Note one entry."""
        digest = hashlib.blake2b("\x1f".join(components).encode(), digest_size=_DIGEST).digest()
        buffer = self._buffers[digest[0]]
        buffer += digest
        buffer += self.count.to_bytes(8, "big")
        self.count += 1
        self._since_spill += _RECORD
        if self._since_spill >= _IN_MEMORY:
            self._spill()

    def fold(self) -> Folding:
        """Find what was said twice; the earliest entry is kept."""
        fold = _Fold(self._starts, self.count)
        for number in range(_PARTITIONS):
            firsts: dict[bytes, int] = {}
            for digest, index in self._records(number):
                first = firsts.setdefault(digest, index)
                if first != index:
                    fold.add(first, index)
            fold.end_partition()
        return fold.result()

    def close(self) -> None:
        """Let go of what is on disk."""
        if self._file is not None:
            self._file.close()

    def _spill(self) -> None:
        if self._file is None:
            self._file = tempfile.TemporaryFile()  # noqa: SIM115 - open until `close`
        for number, buffer in enumerate(self._buffers):
            self._segments[number].append((self._file.tell(), len(buffer)))
            self._file.write(buffer)
            buffer.clear()
        self._since_spill = 0

    def _records(self, number: int) -> Iterator[tuple[bytes, int]]:
        for offset, size in self._segments[number]:
            assert self._file is not None
            self._file.seek(offset)
            yield from _split(self._file.read(size))
        yield from _split(bytes(self._buffers[number]))


class _Fold:
    """Marks entries that say what an earlier one says. Entries must come in their order within a partition."""

    def __init__(self, starts: Sequence[int], count: int) -> None:
        self._starts = starts
        self._count = count
        self._marks: array[int] | None = None
        self._holders: dict[int, tuple[int, ...]] = {}
        self._combinations: dict[tuple[int, ...], int] = {}
        self._repeats = [0] * len(starts)
        self._skipped = 0
        self._shared = 0

    def add(self, first: int, again: int) -> None:
        """Take an entry that says the same keyword as the first one that did."""
        if self._marks is None:
            self._marks = array("I", bytes(array("I").itemsize * self._count))
        self._marks[again] = REPEAT
        self._skipped += 1
        holders = self._holders.get(first) or (self._list_of(first),)
        holder = self._list_of(again)
        if holder == holders[-1]:
            self._repeats[holder] += 1
        else:
            self._holders[first] = (*holders, holder)

    def end_partition(self) -> None:
        """Nothing more comes of the keywords that were seen until now."""
        for first, holders in self._holders.items():
            assert self._marks is not None
            number = self._combinations.setdefault(holders, len(self._combinations))
            self._marks[first] = number + 2
        self._shared += len(self._holders)
        self._holders.clear()

    def result(self) -> Folding:
        return Folding(
            marks=self._marks,
            combinations=tuple(self._combinations),
            distinct=self._count - self._skipped,
            repeats=tuple(self._repeats),
            shared=self._shared,
        )

    def _list_of(self, index: int) -> int:
        return bisect_right(self._starts, index) - 1


def _split(records: bytes) -> Iterator[tuple[bytes, int]]:
    for start in range(0, len(records), _RECORD):
        middle = start + _DIGEST
        yield records[start:middle], int.from_bytes(records[middle : start + _RECORD], "big")
