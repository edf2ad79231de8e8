"""Evidence: what of a run becomes which records of an evidence file.

Each answer: a request and a response record for each step of its exchange, then a metadata record that says what was asked
and seen, also where the exchange itself is not here, with the reason. Then voids, verdicts, and at the end the run.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from probe.keeping.evidence.exchange_records import RecordNames, record_exchange
from probe.keeping.evidence.file import EvidenceFile, new_id
from probe.keeping.evidence.heading import head_records
from probe.keeping.evidence.statement import (
    AnswerStatement,
    AnswerUsed,
    RunStatement,
    Statement,
    StepStatement,
    VerdictStatement,
    VoidStatement,
    write_statement,
)
from probe.keeping.evidence.warc import JSON, WarcRecord, pack_record
from probe.keeping.redaction import Redactor
from probe.model.exchange import Exchange, Question
from probe.model.observation import Observation
from probe.model.record import Answer, RunRecord
from probe.model.run import Run
from probe.model.verdict import Verdict, write_time

MOST_BYTES = 1_000_000_000
"""Of a file, before no more exchanges are written to it; what was seen and the verdicts go on."""
FULL_NOTE = (
    "The evidence file has reached its limit, so later exchanges are not in it. All answers and verdicts are."
)
NOT_KEPT = "it was not kept"
_FULL = "the file had reached the size that it may have"


class Evidence:
    """Writes what becomes known of a run, in the order in which it does."""

    def __init__(
        self,
        file: EvidenceFile,
        record: RunRecord,
        redactor: Redactor,
        *,
        wall: Callable[[], float],
        missing: str | None = None,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        """`wall` gives seconds since 1970; `missing` says in words what of the run cannot be in the file."""
        self.file = file
        self.answers = 0
        self.exchanges = 0
        self._run = record.id
        self._redactor = redactor
        self._wall = wall
        self._most_bytes = most_bytes
        self._is_full = False
        self._names = RecordNames(new_id())
        self.began = wall()
        heading = head_records(
            file, record, redactor, warcinfo=self._names.warcinfo, moment=self.began, missing=missing
        )
        file.add(*((one, pack_record(one)) for one in heading))

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
        """An answer at an endpoint (name and digest of its definition), with its exchange where there is one."""
        steps, records = None, list[WarcRecord]()
        why_not = NOT_KEPT if exchange is None else None
        if exchange is not None:
            exchange = self._redactor.redact(exchange)
            steps, records = record_exchange(self._names, endpoint[1], question, exchange)
        packed = [(one, pack_record(one)) for one in records]
        if packed and self.file.size + sum(len(member) for _, member in packed) > self._most_bytes:
            self._is_full = True
        if self._is_full and exchange is not None:
            why_not, steps, packed, records, exchange = _FULL, None, [], [], None
        self.answers += 1
        self.exchanges += exchange is not None
        statement = self._state_answer(endpoint, question, observation, exchange, steps, why_not)
        metadata = self._record(
            statement,
            f"answer:{question.id}",
            name=self._names.name(endpoint[1], question.id, "answer"),
            date=observation.ended,
            concurrent=tuple(one.id for one in records),
            refers=records[-1].id if records else None,
        )
        self.file.add(*packed, (metadata, pack_record(metadata)))

    def void(self, endpoint: tuple[str, str], question: Question) -> None:
        """An answer counts for nothing."""
        statement = VoidStatement(
            run=self._run,
            question=question.id,
            endpoint=endpoint[0],
            reason="no control that passed vouches for it",
        )
        answer = self._names.name(endpoint[1], question.id, "answer")
        self._add(statement, f"void:{question.id}", refers=answer)

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
                record=self._names.name(verdict.definition, one.question.id, "answer")
                if is_here(one)
                else None,
            )
            for one in answers
            if not one.question.is_part
        ]
        statement = VerdictStatement(verdict=verdict, answers=tuple(used))
        deciding = [one.record for one in used if one.record and not one.void and one.rule == verdict.rule]
        self._add(statement, f"verdict:{verdict.id}", refers=deciding[0] if deciding else None)

    def close(self, document: Run | None, notes: Sequence[str] = ()) -> None:
        """Write how the run ended, as far as anybody knows, and seal the file."""
        self._add(RunStatement(run=document, notes=(*notes, *self.notes)), "run")
        self.file.seal(complete=document is not None)

    def _state_answer(
        self,
        endpoint: tuple[str, str],
        question: Question,
        observation: Observation,
        exchange: Exchange | None,
        steps: tuple[StepStatement, ...] | None,
        why_not: str | None,
    ) -> AnswerStatement:
        return AnswerStatement(
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
            exchange="not kept" if exchange is None else "kept",
            why_not=why_not,
            steps=steps,
            message=None if exchange is None else exchange.sent,
        )

    def _record(
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
            warcinfo=self._names.warcinfo,
            block=write_statement(statement, self._redactor),
        )

    def _add(self, statement: Statement, about: str, *, refers: str | None = None) -> None:
        record = self._record(statement, about, refers=refers)
        self.file.add((record, pack_record(record)))
