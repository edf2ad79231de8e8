"""The keeper keeps as the other one does, and writes evidence beside it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from probe.errors import CouldNotRun
from probe.keeping.evidence.evidence import Evidence
from probe.keeping.evidence.file import EvidenceFile
from probe.keeping.evidence.keeper import EvidenceKeeper
from probe.keeping.evidence.statement import AnswerStatement, VerdictStatement
from probe.keeping.keeper import Keeper, Unkept
from probe.keeping.redaction import Redactor
from probe.keeping.store import Store
from probe.model.exchange import Purpose
from probe.model.observation import Outcome
from tests.keeping.evidence.samples import answered, statements_of, unpacked
from tests.keeping.samples import (
    HOST,
    Wall,
    begin,
    document_of,
    endpoint_called,
    observation_of,
    post_of,
    question_about,
    record_called,
    verdict_of,
)

ENDPOINT = endpoint_called()


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "run.warc.gz"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "store.sqlite") as opened:
        yield opened


def beside(inner: Keeper, place: Path, *, at: float = 1000.0) -> EvidenceKeeper:
    """An evidence file that was begun at this moment; what was answered before is not in it."""
    wall = Wall(at)
    redactor = Redactor({"KEY": "t0ken-secret"})
    evidence = Evidence(EvidenceFile(place, wall=wall), record_called(), redactor, wall=wall)
    return EvidenceKeeper(inner, evidence, redactor, endpoints=[ENDPOINT])


def test_it_keeps_what_the_other_one_keeps(store: Store, place: Path) -> None:
    """Whatever is asked of it is asked of the other one."""
    inner = begin(store)
    keeper = beside(inner, place)
    question, control = question_about("谣言"), question_about("w", purpose=Purpose.BENIGN)
    keeper.keep(ENDPOINT, question, answered(), observation_of(question), host=HOST)
    keeper.keep(ENDPOINT, control, answered(), observation_of(control))
    keeper.void(ENDPOINT, question)
    keeper.settle(verdict_of("谣言"))
    keeper.post(ENDPOINT, post_of("kavo"))
    keeper.rest(HOST, 60.0)
    for one in (keeper, inner):
        assert [answer.void for answer in one.answers(ENDPOINT, ("谣言",))] == [True]
        assert [answer.question for answer in one.controls(ENDPOINT)] == [control]
        assert one.verdict(ENDPOINT, ("谣言",)) == verdict_of("谣言")
        assert one.questions(ENDPOINT) == 2
        assert one.asked_today(HOST) == 1
        assert one.resting(HOST) > 0
        assert [post.nonce for post in one.posts(ENDPOINT)] == ["kavo"]
    keeper.close(document_of())
    assert store.find("last").complete


def test_a_verdict_names_its_answers_also_where_nothing_else_is_kept(place: Path) -> None:
    """They are remembered until then, and void ones are known to be void."""
    keeper = beside(Unkept(), place)
    first, second = question_about("谣言"), question_about("谣言", attempt=2)
    for question in (first, second):
        keeper.keep(ENDPOINT, question, answered(), observation_of(question, Outcome.BLOCKED))
    keeper.void(ENDPOINT, first)
    keeper.settle(verdict_of("谣言"))
    assert len(keeper._open) == 0
    keeper.close(document_of())
    (verdict,) = [one for one in statements_of(place) if isinstance(one, VerdictStatement)]
    assert [(one.attempt, one.void) for one in verdict.answers] == [(1, True), (2, False)]
    assert all(one.record is not None for one in verdict.answers)


def test_answers_of_an_earlier_session_are_named_but_are_no_records_here(store: Store, place: Path) -> None:
    """They came before the file was begun."""
    inner = begin(store)
    early, late = question_about("谣言"), question_about("谣言", attempt=2)
    inner.keep(ENDPOINT, early, answered(), observation_of(early))
    keeper = beside(inner, place, at=1001.0)
    seen = msgspec.structs.replace(observation_of(late), started=1002.0, ended=1003.0)
    keeper.keep(ENDPOINT, late, answered(), seen)
    keeper.settle(verdict_of("谣言"))
    keeper.close(document_of())
    (verdict,) = [one for one in statements_of(place) if isinstance(one, VerdictStatement)]
    assert [one.record is None for one in verdict.answers] == [True, False]


def test_whatever_logs_in_later_is_hidden_too(place: Path) -> None:
    """A token that came over the network is not in the file."""
    keeper = beside(Unkept(), place)
    keeper.hide("session", "fetched-token")
    question = question_about("谣言")
    keeper.keep(ENDPOINT, question, answered(b"fetched-token t0ken-secret"), observation_of(question))
    keeper.close(document_of())
    content = unpacked(place)
    assert b"{secret:session} {secret:KEY}" in content
    assert b"fetched-token" not in content


def test_a_file_that_cannot_be_written_costs_nothing_that_was_answered(
    store: Store, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other one has kept it before."""
    inner = begin(store)
    keeper = beside(inner, place)

    def fail(*packed: object) -> None:
        raise CouldNotRun("the disk is full")

    monkeypatch.setattr(keeper._evidence.file, "add", fail)
    question = question_about("谣言")
    with pytest.raises(CouldNotRun):
        keeper.keep(ENDPOINT, question, answered(), observation_of(question))
    assert len(inner.answers(ENDPOINT, ("谣言",))) == 1


def test_every_answer_is_in_the_file_whatever_the_store_keeps(store: Store, place: Path) -> None:
    """A normal answer is evidence too."""
    keeper = beside(begin(store, keep_exchanges="none"), place)
    question = question_about("谣言")
    keeper.keep(ENDPOINT, question, answered(), observation_of(question, Outcome.SERVED))
    keeper.close(document_of())
    (answer,) = [one for one in statements_of(place) if isinstance(one, AnswerStatement)]
    assert answer.exchange == "kept"
