"""A run of the store becomes an evidence file, as far as the store holds it."""

from __future__ import annotations

from pathlib import Path

import pytest

from probe.errors import WrongUse
from probe.keeping.evidence.copying import copy_run
from probe.keeping.evidence.statement import AnswerStatement, RunStatement, VerdictStatement, VoidStatement
from probe.keeping.evidence.verification import verify
from probe.keeping.store import Store
from probe.model.observation import Outcome
from tests.keeping.evidence.samples import answered, begin_evidence, records_of, statements_of
from tests.keeping.samples import begin, document_of, endpoint_called, keep, question_about, verdict_of


def fill(store: Store, *, closed: bool = True, exchanges: bool = True) -> None:
    keeper = begin(store, keep_exchanges="hits" if exchanges else "none")
    for attempt, outcome in enumerate((Outcome.BLOCKED, Outcome.BLOCKED, Outcome.SERVED), 1):
        keep(keeper, question_about("谣言", attempt=attempt), outcome, exchange=answered())
    keeper.void(endpoint_called(), question_about("谣言", attempt=2))
    keeper.settle(verdict_of("谣言"))
    if closed:
        keeper.close(document_of())
    keeper.release()


def test_all_that_the_store_holds_is_written(store: Store, tmp_path: Path) -> None:
    """Hits whole, normal answers with what they showed, and the void one as void."""
    fill(store)
    evidence = begin_evidence(tmp_path / "run.warc.gz")
    copy_run(store, "last", evidence)
    statements = statements_of(evidence.file.place)
    answers = [one for one in statements if isinstance(one, AnswerStatement)]
    assert [one.exchange for one in answers] == ["kept", "kept", "not kept"]
    assert [one.question for one in statements if isinstance(one, VoidStatement)] == [answers[1].question]
    (verdict,) = [one for one in statements if isinstance(one, VerdictStatement)]
    assert [one.void for one in verdict.answers] == [False, True, False]
    ids = {one.id for one in records_of(evidence.file.place)}
    assert all(one.record in ids for one in verdict.answers)
    assert statements[-1] == RunStatement(run=document_of(), notes=())
    assert verify(evidence.file.place).is_sound


def test_a_run_that_was_killed_is_written_as_such(store: Store, tmp_path: Path) -> None:
    """Nobody knows how it would have ended."""
    fill(store, closed=False)
    evidence = begin_evidence(tmp_path / "run.warc.gz")
    copy_run(store, "last", evidence)
    assert statements_of(evidence.file.place)[-1] == RunStatement(run=None, notes=())
    assert not verify(evidence.file.place).complete


def test_a_run_of_which_nothing_was_kept_is_no_evidence(store: Store, tmp_path: Path) -> None:
    """What was only measured shows nothing to others."""
    fill(store, exchanges=False)
    with pytest.raises(WrongUse, match="nothing to show") as caught:
        copy_run(store, "last", begin_evidence(tmp_path / "run.warc.gz"))
    assert caught.value.hint is not None
    assert "--evidence" in caught.value.hint


def test_a_run_that_goes_on_cannot_be_written_yet(store: Store, tmp_path: Path) -> None:
    """It would be half of it."""
    begin(store)
    with pytest.raises(WrongUse, match="still going on"):
        copy_run(store, "last", begin_evidence(tmp_path / "run.warc.gz"))
