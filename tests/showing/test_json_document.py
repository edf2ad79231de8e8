"""One document: the run with its verdicts, always valid."""

from __future__ import annotations

import io
import json
from typing import Any

import jsonschema
import pytest

from probe.model.verdict import Verdict
from probe.showing.document_schema import run_schema, verdict_schema
from probe.showing.json_document import DocumentWriter

from .samples import a_run, a_verdict, made_up_verdicts


def write(verdicts: list[Verdict], **run: Any) -> str:
    """The document of these verdicts."""
    out = io.StringIO()
    writer = DocumentWriter(out)
    writer.start()
    for verdict in verdicts:
        writer.verdict(verdict)
    assert out.getvalue() == ""
    writer.finish(a_run(verdicts, **run))
    return out.getvalue()


@pytest.mark.parametrize("count", [0, 1, 40])
def test_the_document_agrees_with_the_schemas(count: int) -> None:
    """The run with `verdicts` in it; valid when the run was stopped, even before the first verdict."""
    document = json.loads(write(list(made_up_verdicts())[:count], complete=False, ended=None))
    jsonschema.validate(document, run_schema())
    assert len(document["verdicts"]) == count
    for verdict in document["verdicts"]:
        jsonschema.validate(verdict, verdict_schema())


def test_verdicts_stand_one_a_line() -> None:
    """Documents of two runs can be compared line by line."""
    lines = write(list(made_up_verdicts())[:3]).splitlines()
    assert len(lines) == 5
    assert [json.loads(line.rstrip(","))["type"] for line in lines[1:4]] == ["verdict"] * 3


def test_characters_survive_the_packing() -> None:
    """Texts far longer than a chunk, of characters of several bytes, come out as they went in."""
    verdicts = [a_verdict(f"谣言{number}", reason="言\U0001f600" * 5000) for number in range(20)]
    document = json.loads(write(verdicts))
    assert [one["reason"] for one in document["verdicts"]] == [one.reason for one in verdicts]


def test_the_document_is_never_in_memory_as_a_whole() -> None:
    """It is unpacked and written piece by piece."""

    class Measures(io.StringIO):
        longest = 0

        def write(self, text: str) -> int:
            self.longest = max(self.longest, len(text))
            return super().write(text)

    out = Measures()
    writer = DocumentWriter(out)
    for number in range(100):
        writer.verdict(a_verdict(str(number), reason="a" * 10_000))
    writer.finish(a_run([]))
    assert len(out.getvalue()) > 1_000_000
    assert out.longest < 100_000
