"""Exchange records: the requests and responses of an exchange as WARC records, and what is said of each step.

A step that never reached the wire has no record. An answer that failed after its head had come has none either, as it would
look like a whole one: what came of it is said, not shown.
"""

from __future__ import annotations

import uuid
from urllib.parse import quote

import msgspec

from probe.keeping.evidence.http_block import request_block, response_block
from probe.keeping.evidence.statement import StepStatement
from probe.keeping.evidence.warc import HTTP_REQUEST, HTTP_RESPONSE, WarcRecord
from probe.model.exchange import Exchange, Failure, Question, Stage, Step
from probe.model.verdict import write_time

PRINTABLE = "".join(map(chr, range(0x21, 0x7F)))
_NEVER_TRIED = frozenset({Failure.REDIRECT_LOOP, Failure.SESSION})
_BEFORE = frozenset({Stage.DNS, Stage.DIAL, Stage.TLS})


class RecordNames:
    """The ids of the records of a file: made of what each is about, so that others can name it."""

    def __init__(self, warcinfo: str) -> None:
        """`warcinfo` is the id of the record that begins the file."""
        self.warcinfo = warcinfo
        self._base = uuid.UUID(warcinfo)

    def name(self, definition: str, question: str, kind: str) -> str:
        return uuid.uuid5(self._base, f"{definition}/{question}/{kind}").urn


def record_exchange(
    names: RecordNames, definition: str, question: Question, exchange: Exchange
) -> tuple[tuple[StepStatement, ...], list[WarcRecord]]:
    """What is said of each step, and the records of all; of the last step last."""
    statements: list[StepStatement] = []
    records: list[WarcRecord] = []
    for number, step in enumerate(exchange.steps):
        ours = _record_step(names, f"{question.id}/{number}", definition, step, exchange.started)
        by_kind = {one.kind: one.id for one in ours}
        records += ours
        statements.append(_state_step(step, by_kind.get("request"), by_kind.get("response")))
    return tuple(statements), records


def _record_step(
    names: RecordNames, place: str, definition: str, step: Step, started: float
) -> list[WarcRecord]:
    if not _was_sent(step):
        return []
    request = WarcRecord(
        kind="request",
        id=names.name(definition, place, "request"),
        date=started if step.wire is None else step.wire.started,
        uri=quote(step.request.url.encode("utf-8", "surrogatepass"), safe=PRINTABLE),
        warcinfo=names.warcinfo,
        address=_host(step),
        block=request_block(step),
        content_type=HTTP_REQUEST,
        truncated="length" if step.request.is_cut else None,
    )
    if step.response is None:
        return [request]
    response = msgspec.structs.replace(
        request,
        kind="response",
        id=names.name(definition, place, "response"),
        block=response_block(step, step.response),
        content_type=HTTP_RESPONSE,
        truncated="length" if step.response.is_cut else None,
        concurrent=(request.id,),
    )
    return [msgspec.structs.replace(request, concurrent=(response.id,)), response]


def _was_sent(step: Step) -> bool:
    """Whether there was anything on a wire; of what was kept before that was recorded, whether there may have been."""
    if not step.request.url.lower().startswith(("http://", "https://")):
        return False
    if step.wire is not None:
        return bool(step.wire.request)
    return step.failure not in _NEVER_TRIED and step.stage not in _BEFORE


def _state_step(step: Step, request: str | None, response: str | None) -> StepStatement:
    wire = step.wire
    line = b"" if wire is None or step.response is not None else wire.response.partition(b"\r\n")[0]
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
        status_line=line.decode("utf-8", "backslashreplace") or None,
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
