"""The program is stopped in mid-run, by the user or because nobody reads on: it ends in good order, and goes on later."""

from __future__ import annotations

import json
import signal
import subprocess
from pathlib import Path

import pytest

from probe.errors import ExitCode
from tests.real.program import ENDPOINTS, FEW_WORDS, Verdicts, Watched, prepared, read_verdicts

pytestmark = pytest.mark.real

UNDER_WAY = 2 * len(ENDPOINTS)
"""Questions under way at a time, at most."""


def _stop(program: Watched, questions: int, number: signal.Signals, *more: str) -> str:
    """Begin a session, send it a signal after so many further questions, and see it end well. Returns the id of the run."""
    process = program.start(*more)
    program.wait_for_questions(len(program.lab.received) + questions, process)
    process.send_signal(number)
    out, err = process.communicate(timeout=30)
    assert process.returncode == ExitCode.STOPPED, err
    assert "Traceback" not in err
    document = json.loads(out)
    assert (document["complete"], document["exit_code"]) == (False, ExitCode.STOPPED)
    run: str = document["id"]
    assert f"go on with: probe run --resume={run[:8]}" in err
    # All that was answered is in the store; what the lab has received beyond it was under way.
    assert (program.asked() - program.answered()).total() <= UNDER_WAY
    assert not program.answered() - program.asked()
    return run


def test_a_run_that_is_stopped_by_a_signal_has_kept_all_and_goes_on(
    tmp_path: Path, undisturbed: Verdicts
) -> None:
    """SIGTERM, and in the next session Ctrl-C: exit code 130 each time, and at the end the verdicts of a run in one go."""
    with prepared(tmp_path, FEW_WORDS) as program:
        run = _stop(program, 60, signal.SIGTERM, *program.first)
        assert _stop(program, 60, signal.SIGINT, "--resume") == run
        document = program.finish("--resume")
        again = program.asked() - program.answered()

    assert (document["id"], document["complete"]) == (run, True)
    assert read_verdicts(document) == undisturbed
    assert again.total() <= 2 * UNDER_WAY, again


def test_a_reader_that_goes_away_is_a_quiet_end(tmp_path: Path, undisturbed: Verdicts) -> None:
    """`| head -1` gets its line; then the program ends with 0, says nothing, and the run goes on later."""
    with prepared(tmp_path, FEW_WORDS) as program:
        process = program.start(*program.first, form="jsonl")
        assert process.stdout is not None
        assert process.stderr is not None
        head = subprocess.run(["head", "-1"], stdin=process.stdout, capture_output=True, check=True)
        process.stdout.close()
        said = process.stderr.read()
        assert process.wait(timeout=30) == ExitCode.DONE
        process.stderr.close()
        first = json.loads(head.stdout)
        before = program.answered()
        document = program.finish("--resume")
        again = program.asked() - program.answered()

    assert said == ""
    assert (first["type"], first["run"]) == ("verdict", document["id"])
    assert undisturbed[first["endpoint"], first["keyword"]][0] == first["status"]
    assert before.total() < sum(use["questions"] for use in document["endpoints"])  # it ended in mid-run
    assert document["complete"]
    assert read_verdicts(document) == undisturbed
    assert again.total() <= UNDER_WAY, again
