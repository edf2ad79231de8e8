"""Statements: what the metadata records of an evidence file say, as JSON. Fields are added, never renamed."""

from __future__ import annotations

import json
from typing import Any, Literal

import msgspec

from probe.keeping.redaction import Redactor
from probe.model.exchange import Failure, Part, Purpose, Sent, Stage
from probe.model.observation import Facts, Manner, Mechanism, Outcome, Weight
from probe.model.run import Run
from probe.model.verdict import Verdict


class StepStatement(msgspec.Struct, frozen=True, kw_only=True):
    """One request of an exchange, with what became of it."""

    method: str
    url: str
    part: Part | None
    sent: bool
    """Whether any of it left: not so where the name, the connection or TLS failed before."""
    request: str | None
    response: str | None
    """Ids of the records that hold them; null where there is none."""
    status: int | None
    failure: Failure | None
    """In the words of OONI's df-007."""
    stage: Stage | None
    detail: str | None
    status_line: str | None
    """Of an answer that failed after its head had come, so that there is no record of it."""
    received: int | None
    """Bytes of the body that came, decompressed; null where that was not recorded."""
    started: str | None
    ended: str | None
    address: str | None
    """Address and port of the server."""
    proxied: bool
    head: Literal["wire", "rebuilt"] | None
    """Whether the heads in the records are those of the wire, or made anew from what is known of them."""


class AnswerStatement(msgspec.Struct, frozen=True, kw_only=True):
    """One question, and what its answer showed."""

    type: Literal["answer"] = "answer"
    run: str
    question: str
    endpoint: str
    definition: str
    purpose: Purpose
    components: tuple[str, ...]
    text: str
    attempt: int
    form: str | None
    is_part: bool
    outcome: Outcome
    rule: str | None
    weight: Weight
    mechanism: Mechanism | None
    manner: Manner | None
    failure: Failure | None
    stage: Stage | None
    reason: str
    facts: Facts
    started: str
    ended: str
    exchange: Literal["kept", "not kept"]
    why_not: str | None
    steps: tuple[StepStatement, ...] | None
    """Null where the exchange was not kept: then nothing is known but the facts."""
    message: Sent | None


class VoidStatement(msgspec.Struct, frozen=True, kw_only=True):
    """An answer counts for nothing."""

    type: Literal["void"] = "void"
    run: str
    question: str
    endpoint: str
    reason: str


class AnswerUsed(msgspec.Struct, frozen=True, kw_only=True):
    """One answer about a keyword."""

    question: str
    purpose: Purpose
    attempt: int
    outcome: Outcome
    rule: str | None
    void: bool
    record: str | None
    """Id of the record that says so; null where it is not in this file."""


class VerdictStatement(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a keyword, with the answers that it rests on."""

    type: Literal["verdict"] = "verdict"
    verdict: Verdict
    answers: tuple[AnswerUsed, ...]


class RunStatement(msgspec.Struct, frozen=True, kw_only=True):
    """How the run ended; null where nobody closed it."""

    type: Literal["run"] = "run"
    run: Run | None
    notes: tuple[str, ...]


Statement = AnswerStatement | VoidStatement | VerdictStatement | RunStatement


class _Named(msgspec.Struct):
    type: str


_KINDS: dict[str, type[Statement]] = {
    "answer": AnswerStatement,
    "void": VoidStatement,
    "verdict": VerdictStatement,
    "run": RunStatement,
}


def write_statement(statement: Statement, redactor: Redactor) -> bytes:
    """A statement as JSON, without secrets in any of its texts."""
    return json.dumps(_clean(msgspec.to_builtins(statement), redactor), ensure_ascii=False, indent=1).encode()


def read_statement(block: bytes) -> Statement | None:
    """What a record states; None where it is no statement of ours."""
    try:
        kind = _KINDS.get(msgspec.json.decode(block, type=_Named).type)
        return None if kind is None else msgspec.json.decode(block, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None


def _clean(value: Any, redactor: Redactor) -> Any:
    """The same without secrets, and without halves of characters, which JSON readers refuse."""
    if isinstance(value, str):
        return redactor.text(value).encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {name: _clean(one, redactor) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(one, redactor) for one in value]
    return value
