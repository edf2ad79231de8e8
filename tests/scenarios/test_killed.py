"""The whole program is killed and stopped while it posts to the lab's messenger: nothing of it is left there in the end."""

from __future__ import annotations

import random
import signal
from pathlib import Path

import pytest

from probe.errors import ExitCode
from probe.keeping.store import Store
from tests.real.posting import MESSENGER, find_wrong, posting_to_lab

WORDS = ("天气", "六四", "色情", "诈骗")
"""One of them passes, one is refused, one masked, one held."""


def test_after_kills_all_messages_are_found_and_taken_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three times kill -9, twice of that between a message and its answer; once it is one that nobody can read back, so that
    only sending it once more tells which it is. Then all verdicts are right, too."""
    with posting_to_lab(tmp_path / "run", WORDS, monkeypatch) as (program, lab):
        document, struck = program.kill_often(3, random.Random(0), word="诈骗")
        assert lab.messages(MESSENGER) == []
        assert find_wrong(document, lab) == []
    assert document["complete"]
    assert document["endpoints"][0]["notes"] == []
    assert len(document["verdicts"]) == len(WORDS)
    assert sum(bool(one.unsure) for one in struck) >= 2


def test_ctrl_c_takes_away_what_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While a message waits for its answer: without --resume nothing is left."""
    with posting_to_lab(tmp_path / "run", WORDS, monkeypatch) as (program, lab):
        struck = program.strike(*program.first, number=signal.SIGINT, at=3)
        assert struck.code == ExitCode.STOPPED
        assert "Traceback" not in struck.err
        assert (struck.left, lab.messages(MESSENGER)) == ([], [])
    with Store.open(program.store, reading=True) as store:
        assert store.posts("last") == []
        assert not store.document("last").complete


def test_ctrl_c_twice_says_what_may_be_left_and_resume_takes_it_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second one comes while the program gives the message of the first one time to appear."""
    with posting_to_lab(tmp_path / "run", ["天气"], monkeypatch) as (program, lab):
        struck = program.strike(*program.first, number=signal.SIGINT, at=1, again=0.2)
        assert struck.code == ExitCode.STOPPED
        assert len(struck.left) == 1
        assert (
            "1 message that this run posted is perhaps still there; to go on: probe run --resume="
            in struck.err
        )
        assert "Traceback" not in struck.err
        document = program.finish("--resume")
        assert lab.messages(MESSENGER) == []
        assert find_wrong(document, lab) == []
