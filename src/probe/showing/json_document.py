"""JSON document (`json`): the run with its `verdicts` and `changes`, one a line, valid whether the run was complete or not.

The run is known last but stands first, so they wait, compressed in memory to a tenth of their size or less: a file
of them beside the output would be one more thing that somebody can find.
"""

from __future__ import annotations

import codecs
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import TextIO

from probe.model.change import Change
from probe.model.run import Run
from probe.model.verdict import Verdict
from probe.showing.json_text import write_json

_CHUNK = 65536


class DocumentWriter:
    """Collects verdicts and changes, and writes everything at the end."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._encoding = getattr(stream, "encoding", None) or "utf-8"
        self._verdicts = _Waiting()
        self._changes = _Waiting()

    def start(self) -> None:
        """Nothing is written before the end."""

    def verdict(self, verdict: Verdict) -> None:
        self._verdicts.add(write_json(verdict, encoding=self._encoding))

    def change(self, change: Change) -> None:
        self._changes.add(write_json(change, encoding=self._encoding))

    def finish(self, run: Run) -> None:
        head = write_json(run, encoding=self._encoding)
        self._stream.write(head.removesuffix("}") + ',"verdicts":[')
        for text in self._verdicts.take():
            self._stream.write(text)
        self._stream.write('\n],"changes":')
        if run.baseline is None:
            self._stream.write("null}\n")
        else:
            self._stream.write("[")
            for text in self._changes.take():
                self._stream.write(text)
            self._stream.write("\n]}\n")
        self._stream.flush()


class _Waiting:
    """Items of an array, a line each, in little room."""

    def __init__(self) -> None:
        self._packer = zlib.compressobj(level=1)
        self._packed = BytesIO()
        self._first = True

    def add(self, text: str) -> None:
        self._packed.write(self._packer.compress(f"{'' if self._first else ','}\n{text}".encode()))
        self._first = False

    def take(self) -> Iterator[str]:
        """All of them as text, in pieces of bounded size."""
        self._packed.write(self._packer.flush())
        self._packed.seek(0)
        unpacker = zlib.decompressobj()
        decoder = codecs.getincrementaldecoder("utf-8")()
        waiting = b""
        while waiting := waiting or self._packed.read(_CHUNK):
            yield decoder.decode(unpacker.decompress(waiting, _CHUNK))
            waiting = unpacker.unconsumed_tail
        yield decoder.decode(unpacker.flush(), final=True)
