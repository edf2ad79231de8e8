"""Evidence: what of a run becomes which records of an evidence file.

Each answer: a request and a response record for each step of its exchange, then a metadata record that says what was asked
and seen, also where the exchange itself is not kept, with the reason. Then voids, verdicts, and at the end the run.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

import msgspec

from probe import __version__
from probe.keeping.evidence_file import EvidenceFile, new_id
from probe.keeping.http_block import request_block, response_block
from probe.keeping.packed_exchange import is_answer_cut, is_request_cut
from probe.keeping.redaction import Redactor
from probe.keeping.statement import (
    AnswerStatement,
    AnswerUsed,
    RunStatement,
    Statement,
    StepStatement,
    VerdictStatement,
    VoidStatement,
    write_statement,
)
from probe.keeping.warc import FIELDS, HTTP_REQUEST, HTTP_RESPONSE, JSON, WarcRecord, pack_record
from probe.model.exchange import Exchange, Failure, Question, Step
from probe.model.observation import Observation
from probe.model.record import Answer, RunRecord
from probe.model.run import Run
from probe.model.verdict import Verdict, write_time

MOST_BYTES = 1_000_000_000
"""Of a file, before no more exchanges are written to it; what was seen and the verdicts go on."""
FULL_NOTE = (
    "The evidence file has reached its limit, so later exchanges are not in it. All answers and verdicts are."
)
_FULL = "the file has reached the limit that it was given"
_NEVER_TRIED = frozenset({Failure.REDIRECT_LOOP, Failure.SESSION})
_PRINTABLE = "".join(map(chr, range(0x21, 0x7F)))
_Packed = tuple[WarcRecord, bytes]


@dataclass(frozen=True, kw_only=True)
class Part:
    """Which part of the evidence of a run a file is."""

    number: int = 1
    before: str | None = None
    """Name and SHA-256 of the part before, as it was found."""
    resumed: bool = False
    """Whether the run had answers before this part was begun."""


class Evidence:
    """Writes what becomes known of a run, in the order in which it does."""

    def __init__(
        self,
        file: EvidenceFile,
        record: RunRecord,
        redactor: Redactor,
        *,
        policy: str,
        part: Part,
        wall: Callable[[], float],
        most_bytes: int = MOST_BYTES,
    ) -> None:
        """`policy` says in words which exchanges are kept; `wall` gives seconds since 1970."""
        self.file = file
        self._run = record.id
        self._redactor = redactor
        self._policy = policy
        self._wall = wall
        self._most_bytes = most_bytes
        self._is_full = False
        self._id = new_id()
        self._base = uuid.UUID(self._id)
        self.began = wall()
        file.add(self._packed(self._describe(record, part)), *map(self._packed, self._definitions(record)))

    @property
    def notes(self) -> tuple[str, ...]:
        """What there is to know of the file, each in one sentence."""
        return (FULL_NOTE,) if self._is_full else ()

    def answer(
        self,
        endpoint: tuple[str, str],
        question: Question,
        observation: Observation,
        exchange: Exchange | None,
    ) -> None:
        """An answer at an endpoint (name and digest of its definition), with its exchange where that is kept."""
        why_not = None if exchange is not None else self._policy
        steps, records = self._exchange(endpoint[1], question, exchange)
        packed = [self._packed(one) for one in records]
        if packed and self.file.size + sum(len(member) for _, member in packed) > self._most_bytes:
            self._is_full = True
        if self._is_full and exchange is not None:
            why_not, steps, packed, records, exchange = _FULL, None, [], [], None
        statement = AnswerStatement(
            run=self._run,
            question=question.id,
            endpoint=endpoint[0],
            definition=endpoint[1],
            purpose=question.purpose,
            components=question.components,
            text=question.text,
            attempt=question.attempt,
            form=question.form,
            is_part=question.is_part,
            outcome=observation.outcome,
            rule=observation.rule,
            weight=observation.weight,
            mechanism=observation.mechanism,
            manner=observation.manner,
            failure=observation.failure,
            stage=observation.stage,
            reason=observation.reason,
            facts=msgspec.structs.replace(observation.facts, shape=()),  # numbers that say nothing to people
            started=write_time(observation.started),
            ended=write_time(observation.ended),
            exchange="kept" if exchange is not None else "not kept",
            why_not=why_not,
            steps=steps,
            message=None if exchange is None else exchange.sent,
        )
        name = self._name(endpoint[1], question.id, "answer")
        self.file.add(
            *packed,
            self._packed(
                self._state(
                    statement,
                    f"answer:{question.id}",
                    name=name,
                    date=observation.ended,
                    concurrent=tuple(one.id for one in records),
                    refers=records[-1].id if records else None,
                )
            ),
        )

    def void(self, endpoint: tuple[str, str], question: Question) -> None:
        """An answer counts for nothing."""
        statement = VoidStatement(
            run=self._run,
            question=question.id,
            endpoint=endpoint[0],
            reason="no control that passed vouches for it",
        )
        answer = self._name(endpoint[1], question.id, "answer")
        self._add(self._state(statement, f"void:{question.id}", refers=answer))

    def verdict(
        self, verdict: Verdict, answers: Sequence[Answer], *, is_here: Callable[[Answer], bool]
    ) -> None:
        """A verdict, with all answers about its keyword, of which some may not be in this file."""
        used = [
            AnswerUsed(
                question=one.question.id,
                purpose=one.question.purpose,
                attempt=one.question.attempt,
                outcome=one.observation.outcome,
                rule=one.observation.rule,
                void=one.void,
                record=self._name(verdict.definition, one.question.id, "answer") if is_here(one) else None,
            )
            for one in answers
            if not one.question.is_part
        ]
        statement = VerdictStatement(verdict=verdict, answers=tuple(used))
        deciding = [
            one for one in used if one.record is not None and not one.void and one.rule == verdict.rule
        ]
        refers = deciding[0].record if deciding else None
        self._add(self._state(statement, f"verdict:{verdict.id}", refers=refers))

    def close(self, document: Run | None, notes: Sequence[str] = ()) -> None:
        """Write how the run ended, as far as anybody knows, and seal the file."""
        statement = RunStatement(run=document, notes=(*notes, *self.notes))
        self._add(self._state(statement, "run"))
        self.file.seal(moment=self._wall(), complete=document is not None)

    def _exchange(
        self, definition: str, question: Question, exchange: Exchange | None
    ) -> tuple[tuple[StepStatement, ...] | None, list[WarcRecord]]:
        """What is said of each step, and the records of all; of the last step last."""
        if exchange is None:
            return None, []
        statements: list[StepStatement] = []
        records: list[WarcRecord] = []
        for number, step in enumerate(exchange.steps):
            ours = self._step(step, f"{question.id}/{number}", definition, exchange.started)
            by_kind = {one.kind: one.id for one in ours}
            records += ours
            statements.append(_state_step(step, by_kind.get("request"), by_kind.get("response")))
        return tuple(statements), records

    def _step(self, step: Step, place: str, definition: str, started: float) -> list[WarcRecord]:
        if not _was_sent(step):
            return []
        request = WarcRecord(
            kind="request",
            id=self._name(definition, place, "request"),
            date=started if step.wire is None else step.wire.started,
            uri=_clean_address(step.request.url),
            warcinfo=self._id,
            address=_host(step),
            block=request_block(step),
            content_type=HTTP_REQUEST,
            truncated="length" if is_request_cut(step) else None,
        )
        if step.response is None:
            return [request]
        response = msgspec.structs.replace(
            request,
            kind="response",
            id=self._name(definition, place, "response"),
            block=response_block(step, step.response),
            content_type=HTTP_RESPONSE,
            truncated="length" if is_answer_cut(step) else None,
            concurrent=(request.id,),
        )
        return [msgspec.structs.replace(request, concurrent=(response.id,)), response]

    def _state(
        self,
        statement: Statement,
        about: str,
        *,
        name: str | None = None,
        date: float | None = None,
        concurrent: tuple[str, ...] = (),
        refers: str | None = None,
    ) -> WarcRecord:
        return WarcRecord(
            kind="metadata",
            id=new_id() if name is None else name,
            date=self._wall() if date is None else date,
            uri=f"urn:probe:{self._run}:{about}",
            content_type=JSON,
            concurrent=concurrent,
            refers=refers,
            warcinfo=self._id,
            block=write_statement(statement, self._redactor),
        )

    def _describe(self, record: RunRecord, part: Part) -> WarcRecord:
        vantage = record.vantage
        fields = [
            ("software", f"keyword-probe/{__version__}"),
            ("format", "WARC File Format 1.1"),
            ("conformsTo", "https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"),
            ("isPartOf", f"urn:probe:{record.id}"),
            ("description", "What was asked and answered in a measurement of keyword censorship, with its verdicts."),
            ("probe-run", record.id),
            ("probe-run-started", write_time(record.started)),
            ("probe-part", str(part.number)),
            ("probe-part-before", part.before),
            ("probe-missing", "answers of before this file was begun" if part.resumed else None),
            ("probe-vantage", vantage.label),
            ("probe-vantage-country", vantage.country),
            ("probe-vantage-network", vantage.network),
            *(("probe-list", f"{one.name} {one.sha256 or '-'} {one.keywords}") for one in record.lists),
            *(("probe-definition", f"{one.name} {one.sha256}") for one in record.definitions),
            ("probe-exchanges", self._policy),
            ("probe-bodies", "decoded; fields of the head that were true of the coded body begin with X-Crawler-"),
            ("probe-secrets", "replaced by {secret:NAME}; what logs in by {removed}"),
        ]  # fmt: skip
        lines = [f"{name}: {' '.join(value.split())}" for name, value in fields if value is not None]
        block = "".join(f"{self._redactor.text(line)}\r\n" for line in lines).encode("utf-8", "replace")
        return WarcRecord(
            kind="warcinfo",
            id=self._id,
            date=self.began,
            block=block,
            content_type=FIELDS,
            file_name=_ascii(self.file.place.name),
        )

    def _definitions(self, record: RunRecord) -> list[WarcRecord]:
        """The texts by which answers were judged, so that the file can be read without anything else."""
        return [
            WarcRecord(
                kind="resource",
                id=new_id(),
                date=self.began,
                uri=f"urn:probe:{record.id}:definition:{quote(one.name)}:{one.sha256}",
                content_type="application/yaml",
                warcinfo=self._id,
                block=self._redactor.bytes(one.text.encode("utf-8", "replace")),
            )
            for one in record.definitions
            if one.text
        ]

    def _add(self, record: WarcRecord) -> None:
        self.file.add(self._packed(record))

    def _packed(self, record: WarcRecord) -> _Packed:
        return record, pack_record(record)

    def _name(self, definition: str, question: str, kind: str) -> str:
        """The id of a record: made of what it is about, so that others can name it."""
        return uuid.uuid5(self._base, f"{definition}/{question}/{kind}").urn


def _was_sent(step: Step) -> bool:
    """Whether there was anything on a wire; of what was kept before that was recorded, whether there may have been."""
    if not step.request.url.lower().startswith(("http://", "https://")):
        return False
    if step.wire is not None:
        return bool(step.wire.request)
    return step.failure not in _NEVER_TRIED and (
        step.stage is None or step.stage.value not in ("dns", "dial", "tls")
    )


def _state_step(step: Step, request: str | None, response: str | None) -> StepStatement:
    wire = step.wire
    failed_late = wire is not None and step.response is None and wire.response
    line = wire.response.partition(b"\r\n")[0] if wire is not None and failed_late else None
    return StepStatement(
        method=step.request.method,
        url=step.request.url,
        part=step.part,
        sent=request is not None,
        request=request,
        response=response,
        status=None if step.response is None else step.response.status,
        failure=step.failure,
        stage=step.stage,
        detail=step.detail,
        status_line=None if line is None else line.decode("utf-8", "backslashreplace"),
        received=None if wire is None else wire.received,
        started=None if wire is None else write_time(wire.started),
        ended=None if wire is None else write_time(wire.ended),
        address=None if wire is None else wire.address,
        proxied=wire is not None and wire.proxied,
        head=None if request is None else "rebuilt" if wire is None else "wire",
    )


def _host(step: Step) -> str | None:
    if step.wire is None or step.wire.address is None:
        return None
    return step.wire.address.rpartition(":")[0].strip("[]")


def _clean_address(url: str) -> str:
    """An address in the characters that an address may have."""
    return quote(url.encode("utf-8", "surrogatepass"), safe=_PRINTABLE)


def _ascii(name: str) -> str:
    return quote(name, safe=_PRINTABLE)
