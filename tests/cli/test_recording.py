"""An evidence file is sealed at the end of a run, however that comes."""

from __future__ import annotations

from pathlib import Path

import pytest

from probe.assembly import Job
from probe.cli.recording import recorded
from probe.errors import CouldNotRun, WrongUse
from probe.inputs.keywords import open_keywords
from probe.keeping.evidence.statement import RunStatement
from probe.keeping.evidence.verification import verify
from probe.model.record import Command
from tests.keeping.evidence.samples import answered, statements_of
from tests.keeping.samples import document_of, endpoint_called, observation_of, question_about

FILE = Path("run.warc.gz")


@pytest.fixture
def job() -> Job:
    with open_keywords((), ("谣言",)) as keywords:
        return Job(endpoints=[endpoint_called()], keywords=keywords)


def test_without_a_file_the_job_is_as_it_was(job: Job) -> None:
    """Nothing is written anywhere."""
    with recorded(job, None, command=Command(), secrets={}) as same:
        assert same is job


def test_a_run_that_was_closed_is_sealed_as_it_ended(job: Job, capsys: pytest.CaptureFixture[str]) -> None:
    """And its hash is said."""
    with recorded(job, str(FILE), command=Command(), secrets={}) as beside:
        assert beside.run is not None
        question = question_about("谣言")
        beside.keeper.keep(endpoint_called(), question, answered(), observation_of(question))
        beside.keeper.close(document_of())
    err = capsys.readouterr().err
    assert "1 answer, 1 of them" in err
    assert verify(FILE).sha256 in err
    assert verify(FILE).complete


def test_a_run_that_broke_down_is_sealed_as_far_as_it_came(job: Job) -> None:
    """It says that the program ended before the run did, and the error stays what it was."""

    def break_down() -> None:
        with recorded(job, str(FILE), command=Command(), secrets={}) as beside:
            question = question_about("谣言")
            beside.keeper.keep(endpoint_called(), question, answered(), observation_of(question))
            raise CouldNotRun("the store is gone")

    with pytest.raises(CouldNotRun, match="the store is gone"):
        break_down()
    found = verify(FILE)
    assert found.is_sound
    assert not found.complete
    last = statements_of(FILE)[-1]
    assert last == RunStatement(run=None, notes=("The program ended before the run did.",))


def test_a_file_that_appeared_meanwhile_is_not_written_over(job: Job) -> None:
    """Between the check and the first question somebody may have made one."""
    FILE.write_text("mine")
    with (
        pytest.raises(WrongUse, match="never written over"),
        recorded(job, str(FILE), command=Command(), secrets={}),
    ):
        pass
    assert FILE.read_text() == "mine"
