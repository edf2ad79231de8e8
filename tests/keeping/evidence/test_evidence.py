"""What becomes known of a run is written in its order, without secrets, and within a limit."""

from __future__ import annotations

import base64
from pathlib import Path
from urllib.parse import quote

from probe.keeping.evidence.evidence import FULL_NOTE
from probe.keeping.evidence.statement import (
    AnswerStatement,
    RunStatement,
    VerdictStatement,
    VoidStatement,
)
from probe.model.exchange import Purpose
from probe.model.observation import Outcome
from probe.model.record import Answer
from tests.keeping.evidence.samples import (
    KEY,
    answered,
    begin_evidence,
    records_of,
    statements_of,
    unpacked,
)
from tests.keeping.samples import document_of, observation_of, question_about, verdict_of

SECRET = "s3cr3t/täken&1"


def test_a_file_begins_with_what_made_it_and_by_what_was_judged(tmp_path: Path) -> None:
    """The definition stands in it whole, so that nothing else is needed."""
    evidence = begin_evidence(tmp_path / "run.warc.gz")
    evidence.close(None)
    head, definition, *_ = records_of(evidence.file.place)
    text = head.block.decode()
    assert (head.kind, head.file_name) == ("warcinfo", "run.warc.gz")
    assert "probe-run: abcdef0123456789\r\n" in text
    assert "probe-vantage-country: ch\r\n" in text
    assert f"probe-list: rumor {'e' * 64} 2\r\n" in text
    assert (definition.kind, definition.block) == ("resource", b"name: example")


def test_an_answer_is_stated_with_the_records_that_it_was_seen_in(tmp_path: Path) -> None:
    """And a verdict with the answers that it rests on."""
    evidence = begin_evidence(tmp_path / "run.warc.gz")
    question = question_about("谣言")
    seen = observation_of(question, Outcome.BLOCKED)
    evidence.answer(KEY, question, seen, answered())
    evidence.verdict(
        verdict_of("谣言"), [Answer(question=question, observation=seen)], is_here=lambda _: True
    )
    evidence.close(document_of(), ["a note"])
    records = {one.id: one for one in records_of(evidence.file.place)}
    answer, verdict, run = statements_of(evidence.file.place)
    assert isinstance(answer, AnswerStatement)
    assert answer.steps is not None
    assert (answer.outcome, answer.exchange, answer.why_not) == (Outcome.BLOCKED, "kept", None)
    response = records[answer.steps[0].response or ""]
    assert response.block.endswith("根据法律</p>".encode())
    assert isinstance(verdict, VerdictStatement)
    (used,) = verdict.answers
    stated = records[used.record or ""]
    assert stated.refers == response.id
    assert set(stated.concurrent) == {answer.steps[0].request, response.id}
    assert run == RunStatement(run=document_of(), notes=("a note",))


def test_a_verdict_names_only_answers_that_are_in_the_file(tmp_path: Path) -> None:
    """Those of an earlier session are named, too, but not as records; those about parts are not its own."""
    evidence = begin_evidence(tmp_path / "run.warc.gz")
    question = question_about("谣言")
    answers = [
        Answer(question=question, observation=observation_of(question)),
        Answer(question=question_about("谣言", attempt=2), observation=observation_of(question), void=True),
    ]
    evidence.verdict(verdict_of("谣言"), answers, is_here=lambda one: one.void)
    evidence.close(None)
    (verdict, _) = statements_of(evidence.file.place)
    assert isinstance(verdict, VerdictStatement)
    assert [one.record is None for one in verdict.answers] == [True, False]
    (record,) = [one for one in records_of(evidence.file.place) if "verdict:" in (one.uri or "")]
    assert record.refers is None  # a void answer decides nothing


def test_a_void_answer_is_named_by_the_record_that_voids_it(tmp_path: Path) -> None:
    """Nothing that was written is taken back."""
    evidence = begin_evidence(tmp_path / "run.warc.gz")
    question = question_about("w", purpose=Purpose.BENIGN)
    evidence.answer(KEY, question, observation_of(question), answered())
    evidence.void(KEY, question)
    evidence.close(None)
    by_uri = {one.uri: one for one in records_of(evidence.file.place)}
    void = by_uri[f"urn:probe:abcdef0123456789:void:{question.id}"]
    assert void.refers == by_uri[f"urn:probe:abcdef0123456789:answer:{question.id}"].id
    assert any(isinstance(one, VoidStatement) for one in statements_of(evidence.file.place))


def test_no_secret_is_in_the_file_in_any_spelling(tmp_path: Path) -> None:
    """In heads, bodies, addresses, statements and definitions alike."""
    evidence = begin_evidence(tmp_path / "run.warc.gz", secrets={"KEY": SECRET})
    spelt = [SECRET, quote(SECRET, safe=""), base64.b64encode(f"u:{SECRET}".encode()).decode()]
    body = " ".join(spelt).encode()
    head = f"HTTP/1.1 200 OK\r\nX-Key: {spelt[1]}\r\nSet-Cookie: sid=hello\r\n".encode()
    question = question_about(f"about {SECRET}")
    exchange = answered(body, url=f"http://h.example/?k={spelt[1]}", head=head)
    evidence.answer(KEY, question, observation_of(question), exchange)
    evidence.close(None, [f"note {SECRET}"])
    content = unpacked(evidence.file.place)
    assert content.count(b"{secret:KEY}") >= 6
    assert b"Set-Cookie: {removed}" in content
    for one in spelt:
        assert one.encode() not in content
    assert b"sid=hello" not in content


def test_definitions_lose_their_secrets_too(tmp_path: Path) -> None:
    """Somebody may have written a token into one."""
    evidence = begin_evidence(tmp_path / "run.warc.gz", secrets={"KEY": "name: example", "VANTAGE": "here"})
    evidence.close(None)
    head, definition, *_ = records_of(evidence.file.place)
    assert definition.block == b"{secret:KEY}"
    assert b"probe-vantage: {secret:VANTAGE}" in head.block


def test_a_full_file_takes_no_more_exchanges_but_all_that_was_seen(tmp_path: Path) -> None:
    """It says so at each answer, and at its end."""
    evidence = begin_evidence(tmp_path / "run.warc.gz", most_bytes=6_000)
    for number in range(12):
        question = question_about(f"w{number}")
        evidence.answer(KEY, question, observation_of(question), answered())
    evidence.close(None)
    *answers, run = statements_of(evidence.file.place)
    kept = [one.exchange for one in answers if isinstance(one, AnswerStatement)]
    assert kept == sorted(kept)  # kept ones first
    assert len(kept) == 12
    assert 0 < kept.count("kept") == evidence.exchanges < 12
    assert run == RunStatement(run=None, notes=(FULL_NOTE,))


def test_an_answer_without_its_exchange_says_why(tmp_path: Path) -> None:
    """The store may not have kept it."""
    evidence = begin_evidence(tmp_path / "run.warc.gz")
    question = question_about("谣言")
    evidence.answer(KEY, question, observation_of(question), None)
    evidence.close(None)
    answer = statements_of(evidence.file.place)[0]
    assert isinstance(answer, AnswerStatement)
    assert (answer.exchange, answer.why_not, answer.steps) == ("not kept", "it was not kept", None)
