"""One verdict a line, at once; the run last."""

from __future__ import annotations

import io
import json

import jsonschema

from probe.showing.document_schema import run_schema, verdict_schema
from probe.showing.json_lines import LinesWriter

from .samples import a_run, a_verdict, made_up_verdicts


class _CountsFlushes(io.StringIO):
    flushes = 0

    def flush(self) -> None:
        self.flushes += 1


def test_lines_agree_with_the_schemas() -> None:
    """What is written is what was promised, also for a run that was stopped."""
    out = io.StringIO()
    verdicts = list(made_up_verdicts())[:40]
    writer = LinesWriter(out)
    writer.start()
    for verdict in verdicts:
        writer.verdict(verdict)
    writer.finish(a_run(verdicts, complete=False, ended=None))
    *lines, last = map(json.loads, out.getvalue().splitlines())
    assert len(lines) == 40
    for line in lines:
        jsonschema.validate(line, verdict_schema())
    jsonschema.validate(last, run_schema())
    assert last["complete"] is False


def test_each_line_is_whole_and_sent_at_once() -> None:
    """A reader at the other end of a pipe need not wait for the end."""
    out = _CountsFlushes()
    writer = LinesWriter(out)
    for number in (1, 2):
        writer.verdict(a_verdict(f"word\n{number}"))
        assert (out.flushes, out.getvalue().count("\n")) == (number, number)
