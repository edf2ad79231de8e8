"""Runs are found, continued, shown and deleted, by one program or several."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import pytest

from probe.errors import CouldNotRun, ExitCode, WrongUse
from probe.keeping.store import Store, default_store
from probe.model.exchange import Purpose
from probe.model.observation import Outcome
from probe.model.verdict import Status
from tests.keeping.samples import (
    HOST,
    begin,
    document_of,
    endpoint_called,
    keep,
    question_about,
    record_called,
    verdict_of,
)

EXAMPLE = endpoint_called()
ROOT = Path(__file__).parent.parent.parent

WRITER = """
import sys, pathlib
from probe.keeping.store import Store
from tests.keeping.samples import HOST, begin, keep, question_about
path, run, most = pathlib.Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
with Store.open(path) as store:
    keeper = begin(store, run)
    print("ready", flush=True)
    sys.stdin.readline()
    for number in range(most):
        keep(keeper, question_about(f"word {number}"), host=HOST)
        sys.stdout.write(f"{number}\\n")
        sys.stdout.flush()
    keeper.release()
"""


def launch_writer(path: Path, run: str, most: int) -> subprocess.Popen[str]:
    """A program that keeps answers and says each number when it is kept; it begins when it gets a line."""
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path), run, str(most)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )


def start_writer(path: Path, run: str, most: int) -> subprocess.Popen[str]:
    """The same, which has opened the store and begun its run."""
    writer = launch_writer(path, run, most)
    assert writer.stdout is not None
    assert writer.stdout.readline() == "ready\n"
    return writer


def go(writer: subprocess.Popen[str]) -> None:
    assert writer.stdin is not None
    writer.stdin.write("\n")
    writer.stdin.flush()


@pytest.mark.parametrize("umask", [0o000, 0o077, 0o777])
def test_only_the_owner_can_read_it(tmp_path: Path, umask: int) -> None:
    """The folders that were made, the file and what SQLite puts beside it, whatever the umask."""
    path = tmp_path / "a" / "b" / "store.sqlite"
    before = os.umask(umask)
    try:
        with Store.open(path) as store:
            begin(store)
            modes = {file.name: file.stat().st_mode & 0o777 for file in path.parent.iterdir()}
    finally:
        os.umask(before)
    assert {name: mode for name, mode in modes.items() if not name.endswith(".lock")} == {
        "store.sqlite": 0o600,
        "store.sqlite-wal": 0o600,
        "store.sqlite-shm": 0o600,
    }
    assert {folder.stat().st_mode & 0o777 for folder in (path.parent, path.parent.parent)} == {0o700}


def test_a_file_that_others_could_read_is_closed_to_them(path: Path) -> None:
    """A folder that was there before is left as it is."""
    path.parent.mkdir(mode=0o755)
    with Store.open(path):
        pass
    path.chmod(0o644)
    with Store.open(path):
        assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o755


def test_nothing_is_left_beside_the_file(store: Store, path: Path) -> None:
    """A lock is there while a run is open."""
    keeper = begin(store)
    assert sum(file.suffix == ".lock" for file in path.parent.iterdir()) == 1
    keeper.close(document_of())
    assert sum(file.suffix == ".lock" for file in path.parent.iterdir()) == 0


def test_the_store_is_where_data_of_users_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """As the XDG base directories say."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert default_store() == tmp_path / "probe" / "store.sqlite"


def test_a_run_is_found_by_the_beginning_of_its_id(store: Store) -> None:
    """Where no other begins so; `last` is the one that was started last."""
    for run, started in (("aaaa1111bbbb2222", 10.0), ("aaaa1111cccc3333", 30.0), ("dddd", 20.0)):
        begin(store, run, started=started)
    assert store.find("aaaa1111b").id == "aaaa1111bbbb2222"
    assert store.find("dddd").id == "dddd"
    assert store.find("last").id == "aaaa1111cccc3333"
    assert [one.id for one in store.runs()] == ["aaaa1111cccc3333", "dddd", "aaaa1111bbbb2222"]


@pytest.mark.parametrize(
    ("run", "message"),
    [
        ("aaaa", "may be 2 runs: aaaa1111bbbb2222, aaaa1111cccc3333"),
        ("aaa", "too short"),
        ("", "too short"),
        ("ffff", "no run 'ffff' is kept"),
        ("%%%%", "no run '%%%%' is kept"),
        ("____", "no run"),
        ("AAAA1111B", "no run"),
    ],
)
def test_a_run_that_cannot_be_told_is_wrong_use(store: Store, run: str, message: str) -> None:
    """With the command that lists them."""
    for name in ("aaaa1111bbbb2222", "aaaa1111cccc3333"):
        begin(store, name).release()
    for ask in (store.find, store.document, lambda one: store.resume(one, keep_exchanges="all", secrets={})):
        with pytest.raises(WrongUse, match=message) as error:
            ask(run)
        assert "probe runs list" in (error.value.hint or "")


def test_there_is_no_last_run_in_an_empty_store(store: Store) -> None:
    """It says that none is kept."""
    assert store.runs() == []
    with pytest.raises(WrongUse, match="no runs are kept yet"):
        store.find("last")


def test_a_run_is_continued_where_it_was_left(path: Path) -> None:
    """By another program, with everything that it had."""
    with Store.open(path) as store:
        keeper = begin(store)
        seen = keep(keeper, question_about("谣言"), Outcome.BLOCKED, host=HOST)
        keeper.settle(verdict_of("谣言", status=Status.BLOCKED))
        keeper.close(document_of(complete=False))
    with Store.open(path) as store:
        keeper = store.resume("abcd", keep_exchanges="hits", secrets={})
        assert [one.observation for one in keeper.answers(EXAMPLE, ("谣言",))] == [seen]
        assert keeper.verdict(EXAMPLE, ("谣言",)) == verdict_of("谣言", status=Status.BLOCKED)
        keep(keeper, question_about("谣言", attempt=2), host=HOST)
        assert (keeper.questions(EXAMPLE), keeper.asked_today(HOST)) == (2, 2)
        assert store.find("last").ended is None
        keeper.close(document_of())
        assert store.find("last").complete
        assert store.find("last").record == record_called()


def test_one_program_at_a_time_continues_a_run(path: Path) -> None:
    """The second is told; when the first is killed, the run is free."""
    with Store.open(path) as store:
        writer = start_writer(path, "aaaa" * 4, 1)
        for _ in range(2):
            with pytest.raises(WrongUse, match="another program is at work on run aaaaaaaa"):
                store.resume("aaaa", keep_exchanges="all", secrets={})
        with pytest.raises(WrongUse, match="another program is at work on run aaaaaaaa"):
            store.delete("aaaa")
        assert store.find("aaaa").is_open
        writer.kill()
        writer.communicate()
        assert not store.find("aaaa").is_open
        keeper = store.resume("aaaa", keep_exchanges="all", secrets={})
        with pytest.raises(WrongUse, match="another program"):
            store.resume("aaaa", keep_exchanges="all", secrets={})
        keeper.release()
    assert [file.name for file in path.parent.iterdir()] == ["store.sqlite"]


def test_different_programs_write_at_the_same_time(path: Path) -> None:
    """Each its own run; no answer is lost, and their questions to a host are counted together."""
    with Store.open(path) as store:
        writers = [start_writer(path, run, 1500) for run in ("1" * 16, "2" * 16)]
        for writer in writers:
            go(writer)
        mine = begin(store, "3" * 16)
        for number in range(1500):
            keep(mine, question_about(f"word {number}"), host=HOST)
        for writer in writers:
            out, _ = writer.communicate()
            assert writer.returncode == 0
            assert len(out.splitlines()) == 1500
        assert [one.answers for one in store.runs()] == [1500, 1500, 1500]
        assert mine.asked_today(HOST) == 4500


def test_programs_that_make_the_store_at_the_same_time_make_one(path: Path) -> None:
    """Whoever comes first; the others wait."""
    writers = [launch_writer(path, f"{number}" * 16, 1) for number in range(4)]
    for writer in writers:
        out, _ = writer.communicate("\n")
        assert (writer.returncode, out) == (0, "ready\n0\n")
    with Store.open(path, reading=True) as store:
        assert len(store.runs()) == 4


def test_a_killed_program_loses_no_answer_that_was_kept(path: Path) -> None:
    """Killed twenty times at any moment; the store is sound each time."""
    chance = random.Random(7)
    for number in range(20):
        writer = start_writer(path, f"{number:016x}", 1_000_000)
        go(writer)
        assert writer.stdout is not None
        writer.stdout.readline()
        time.sleep(chance.random() * 0.1)
        writer.send_signal(signal.SIGKILL)
        out, _ = writer.communicate()
        said = [line for line in out.split("\n")[:-1] if line]  # the last may be half a number
        with Store.open(path) as store:
            kept = [answer.question.text for _, answer, _ in store.answers(f"{number:016x}")]
        assert len(kept) > len(said)
        assert kept == [f"word {place}" for place in range(len(kept))]
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()


def test_answers_come_by_endpoint_then_pair_then_time(store: Store) -> None:
    """With definition and exchange, more pairs than are read at a time, of endpoints that were asked in turn."""
    endpoints = (endpoint_called("one"), endpoint_called("two", digest="2" * 64, text="name: two"))
    keeper = begin(store, endpoints=endpoints)
    for attempt in (1, 2):
        for number in range(700):
            for one in endpoints:
                question = question_about(f"word {number}", attempt=attempt, endpoint=one.name)
                outcome = Outcome.BLOCKED if number == 3 else Outcome.SERVED
                keep(keeper, question, outcome, endpoint=one)
    found = [
        (definition.text, answer.question.endpoint, answer.question.text, answer.question.attempt)
        for definition, answer, _ in store.answers("last")
    ]
    assert found == [
        (one.text, one.name, f"word {number}", attempt)
        for one in endpoints
        for number in range(700)
        for attempt in (1, 2)
    ]
    assert [
        answer.question.text for _, answer, exchange in store.answers("last") if exchange is not None
    ] == ["word 3"] * 4


def test_the_list_of_runs_says_what_each_found(store: Store) -> None:
    """Also of one that was killed."""
    endpoints = (endpoint_called("one"), endpoint_called("two", digest="2" * 64))
    keeper = begin(store, endpoints=endpoints)
    for one in endpoints:
        keep(keeper, question_about("a", endpoint=one.name), endpoint=one)
        keeper.settle(verdict_of("a", endpoint=one.name, definition=one.digest, status=Status.BLOCKED))
    keeper.settle(verdict_of("b", endpoint="one"))
    (stored,) = store.runs()
    assert stored.record == record_called(endpoints=endpoints)
    assert (stored.ended, stored.complete, stored.answers, stored.verdicts) == (None, False, 2, 3)
    assert stored.statuses == {**dict.fromkeys(Status, 0), Status.BLOCKED: 2, Status.OK: 1}
    assert stored == store.find("last")


def test_the_document_of_a_killed_run_is_made_from_what_is_kept(store: Store) -> None:
    """Not complete, without an end, with every sum."""
    keeper = begin(store)
    asked = [
        (Purpose.BENIGN, Outcome.SERVED),
        (Purpose.BENIGN, Outcome.SERVED),
        (Purpose.BENIGN, Outcome.FAILED),
        (Purpose.NONSENSE, Outcome.EMPTY),
        (Purpose.CANARY, Outcome.BLOCKED),
        (Purpose.CANARY, Outcome.SERVED),
        (Purpose.CANARY, Outcome.CHALLENGED),
        (Purpose.TRUISM, Outcome.SERVED),
        (Purpose.REFERENCE, Outcome.SERVED),
        (Purpose.KEYWORD, Outcome.BLOCKED),
    ]
    for attempt, (purpose, outcome) in enumerate(asked):
        keep(keeper, question_about("a", purpose=purpose, attempt=attempt), outcome)
    void = question_about("a", purpose=Purpose.BENIGN, attempt=99)
    keep(keeper, void)
    keeper.void(EXAMPLE, void)
    keeper.settle(verdict_of("a", status=Status.BLOCKED))
    assert store.document("last").ended_early == "the run is still going on"
    keeper.release()
    document = store.document("last")
    assert (document.id, document.started) == ("abcdef0123456789", "1970-01-01T00:16:40.000Z")
    assert (document.ended, document.complete, document.exit_code) == (None, False, ExitCode.STOPPED)
    assert document.ended_early == "the program ended before the run did"
    assert document.vantage == record_called().vantage
    assert document.lists == record_called().lists
    assert document.software.version == "0.2"
    (use,) = document.endpoints
    assert (use.name, use.definition, use.trusted, use.reason) == ("example", "d" * 64, True, None)
    controls = use.controls
    assert (controls.passed, controls.failed, controls.nonsense) == (2, 1, 1)
    assert (controls.canaries_hit, controls.canaries_served) == (1, 1)
    assert (controls.truisms, controls.references) == (1, 1)
    assert (use.questions, document.counts.questions, document.counts.controls) == (11, 11, 8)
    assert (document.counts.keywords, document.counts.verdicts, document.counts.blocked) == (2, 1, 1)


def test_a_killed_run_without_a_good_control_is_not_trusted(store: Store) -> None:
    """It says why."""
    begin(store).release()
    document = store.document("last")
    assert not document.trusted
    assert document.endpoints[0].reason == (
        "the program ended before the run did, and no control was served before"
    )


def test_a_run_that_cannot_begin_leaves_nothing(
    store: Store, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No row, and no lock, whether it breaks before or after that was taken."""
    begin(store).release()
    with pytest.raises(CouldNotRun, match="UNIQUE"):
        begin(store)

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("probe.keeping.ids.Ids.definition", stop)
    with pytest.raises(KeyboardInterrupt):
        begin(store, "another")
    assert len(store.runs()) == 1
    assert not list(path.parent.glob("*.lock"))


def test_what_was_heard_of_a_keyword_is_found_by_its_verdict(store: Store) -> None:
    """Its own answers with what is kept of them, in the order of asking; none of parts, controls, or another definition."""
    keeper = begin(store, keep_exchanges="hits")
    first, second = question_about("谣言"), question_about("谣言", attempt=2)
    keep(keeper, first, Outcome.BLOCKED)
    keep(keeper, question_about("谣言", purpose=Purpose.BENIGN))
    keep(keeper, msgspec.structs.replace(question_about("谣言", attempt=3), is_part=True))
    keep(keeper, question_about("其他"))
    keep(keeper, second, Outcome.SERVED)
    heard = store.heard("last", verdict_of("谣言"))
    assert [(answer.question, exchange is not None) for answer, exchange in heard] == [
        (first, True),
        (second, False),
    ]
    assert store.heard("last", verdict_of("谣言", definition="f" * 64)) == []
    assert store.heard("last", verdict_of("没有")) == []
