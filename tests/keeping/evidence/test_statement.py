"""Statements come back as they were, without secrets in any of their texts."""

from __future__ import annotations

import json

import pytest

from probe.keeping.evidence.statement import (
    RunStatement,
    Statement,
    VerdictStatement,
    VoidStatement,
    read_statement,
    write_statement,
)
from probe.keeping.redaction import Redactor
from tests.keeping.samples import document_of, verdict_of

PLAIN = Redactor({})


@pytest.mark.parametrize(
    "statement",
    [
        VoidStatement(run="r", question="q", endpoint="e", reason="no control"),
        VerdictStatement(verdict=verdict_of("谣言", "b"), answers=()),
        RunStatement(run=document_of(), notes=("full",)),
        RunStatement(run=None, notes=()),
    ],
    ids=["void", "verdict", "run", "no-run"],
)
def test_a_statement_comes_back_as_it_was(statement: Statement) -> None:
    """By its type."""
    assert read_statement(write_statement(statement, PLAIN)) == statement


def test_no_text_of_it_holds_a_secret() -> None:
    """However deep it lies; half a character, which JSON readers refuse, does not get in either."""
    statement = VerdictStatement(verdict=verdict_of("a t0ken-secret b", "x\ud800"), answers=())
    text = write_statement(statement, Redactor({"KEY": "t0ken-secret"})).decode()
    assert json.loads(text)["verdict"]["components"] == ["a {secret:KEY} b", "x?"]
    assert "t0ken-secret" not in text


@pytest.mark.parametrize("block", [b"", b"\xff", b"{}", b'{"type": "verdict"}', b'{"type": "seal"}', b"[1]"])
def test_what_is_no_statement_is_not_taken_for_one(block: bytes) -> None:
    """A file may come from anybody."""
    assert read_statement(block) is None
