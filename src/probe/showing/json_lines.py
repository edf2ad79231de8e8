"""JSON Lines (`jsonl`): one verdict a line as soon as it is final, the run as the last line.

Where it is compared with an earlier run, a line of type `change` stands before the verdict of a pair that changed.

Output without a run as its last line is incomplete: something ended the program before it could say how it went.
"""

from __future__ import annotations

from typing import TextIO

import msgspec

from probe.model.change import Change
from probe.model.run import Run
from probe.model.verdict import Verdict
from probe.showing.json_text import write_json


class LinesWriter:
    """Writes each line whole and flushes it, so that a reader at the other end of a pipe sees it at once."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._encoding = getattr(stream, "encoding", None) or "utf-8"

    def start(self) -> None:
        """There is no head."""

    def verdict(self, verdict: Verdict) -> None:
        self._write(verdict)

    def change(self, change: Change) -> None:
        self._write(change)

    def finish(self, run: Run) -> None:
        self._write(run)

    def _write(self, value: msgspec.Struct) -> None:
        self._stream.write(write_json(value, encoding=self._encoding) + "\n")
        self._stream.flush()
