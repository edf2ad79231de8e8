"""Each step of an exchange has the records that it can have, and a statement of what became of it."""

from __future__ import annotations

import msgspec

from probe.keeping.evidence.exchange_records import RecordNames, record_exchange
from probe.keeping.evidence.statement import StepStatement
from probe.keeping.evidence.warc import WarcRecord
from probe.model.exchange import Exchange, Failure, Request, Stage, Step, Wire
from tests.builders import make_failure
from tests.keeping.evidence.samples import ID, answered
from tests.keeping.samples import question_about

NAMES = RecordNames(ID)


def record(exchange: Exchange) -> tuple[tuple[StepStatement, ...], list[WarcRecord]]:
    return record_exchange(NAMES, "d" * 64, question_about("谣言"), exchange)


def only_step(**changes: object) -> Exchange:
    exchange = answered()
    return msgspec.structs.replace(exchange, steps=(msgspec.structs.replace(exchange.last, **changes),))


def test_an_answer_has_two_records_that_name_each_other() -> None:
    """With when, and with whom; the address in characters that an address may have."""
    (step,), (request, response) = record(answered(url="http://h.example/?q=谣 言"))
    assert (request.kind, response.kind) == ("request", "response")
    assert (request.concurrent, response.concurrent) == ((response.id,), (request.id,))
    assert request.uri == response.uri == "http://h.example/?q=%E8%B0%A3%20%E8%A8%80"
    assert (request.address, request.date) == ("192.0.2.7", 1000.25)
    assert (step.request, step.response, step.status, step.head) == (request.id, response.id, 200, "wire")


def test_the_same_step_has_the_same_ids_and_another_one_others() -> None:
    """So that a verdict can name records that were written long before."""
    one, again = record(answered())[1], record(answered())[1]
    assert [x.id for x in one] == [x.id for x in again]
    twice = msgspec.structs.replace(answered(), steps=answered().steps * 2)
    assert len({x.id for x in record(twice)[1]}) == 4
    assert RecordNames(ID).name("a", "q", "answer") != NAMES.name("b", "q", "answer")


def test_a_cut_connection_has_its_request_and_what_is_known_of_the_failure() -> None:
    """Nothing came back, and nothing is made up."""
    exchange = only_step(response=None, failure=Failure.CONNECTION_RESET, stage=Stage.READ, detail="reset")
    exchange = msgspec.structs.replace(
        exchange,
        steps=(
            msgspec.structs.replace(
                exchange.last, wire=Wire(started=1.0, ended=2.0, request=b"GET / HTTP/1.1\r\n")
            ),
        ),
    )
    (step,), records = record(exchange)
    assert [one.kind for one in records] == ["request"]
    assert (step.failure, step.stage, step.response, step.status_line) == (
        Failure.CONNECTION_RESET,
        Stage.READ,
        None,
        None,
    )


def test_an_answer_that_broke_off_is_told_but_not_shown_as_a_whole_one() -> None:
    """Its status line, and how much of it came."""
    (step,), records = record(only_step(response=None, failure=Failure.CONNECTION_RESET, stage=Stage.BODY))
    assert [one.kind for one in records] == ["request"]
    assert step.status_line == "HTTP/1.1 200 OK"
    assert step.received == len("<p>根据法律</p>".encode())


def test_what_never_reached_the_wire_has_no_record() -> None:
    """Of what was kept before the wire was recorded, the stage tells."""
    dialled = Wire(started=1.0, ended=2.0)
    (step,), records = record(
        only_step(response=None, wire=dialled, failure=Failure.CONNECTION_REFUSED, stage=Stage.DIAL)
    )
    assert (records, step.sent, step.head) == ([], False, None)
    assert record(make_failure(Failure.DNS_NXDOMAIN, Stage.DNS))[1] == []
    assert len(record(make_failure(Failure.EOF, Stage.READ))[1]) == 1
    local = Step(request=Request(method="GET", url="list:tom-skype"))
    assert record(Exchange(steps=(local,), started=1.0, ended=1.0))[1] == []


def test_a_body_of_which_only_the_beginning_was_kept_says_so() -> None:
    """In the words of WARC."""
    last = answered().last
    assert last.response is not None
    cut = only_step(response=msgspec.structs.replace(last.response, is_cut=True))
    request, response = record(cut)[1]
    assert (request.truncated, response.truncated) == (None, "length")
