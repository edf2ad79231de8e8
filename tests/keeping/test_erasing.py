"""What is deleted is gone from the bytes of the files."""

from __future__ import annotations

from pathlib import Path

import pytest

from probe.errors import CouldNotRun, WrongUse
from probe.keeping import erasing
from probe.keeping.posts import demand_gone
from probe.keeping.run_keeper import RunKeeper
from probe.keeping.store import Store
from probe.model.observation import Outcome
from probe.model.post import PostState
from tests.keeping.samples import (
    begin,
    document_of,
    endpoint_called,
    keep,
    post_of,
    question_about,
    verdict_of,
    with_body,
)
from tests.keeping.test_store import start_writer

MARK = "forbidden-word"


def bytes_beside(path: Path) -> bytes:
    return b"".join(file.read_bytes() for file in path.parent.iterdir())


def fill(store: Store, run: str, mark: str, *, answers: int = 1200) -> RunKeeper:
    """A run that has the mark in every part of it."""
    endpoint = endpoint_called(text=f"canaries: [{mark}-canary]")
    keeper = begin(store, run, endpoints=(endpoint,), keep_exchanges="all")
    for number in range(answers):
        question = question_about(f"{mark} {number}")
        keep(keeper, question, Outcome.BLOCKED, exchange=with_body(b"page"))
        if number % 3 == 0:
            keeper.settle(verdict_of(f"{mark} {number}", run=run))
    keeper.post(endpoint, post_of(run, keyword=mark, values={"id": mark}, why_left=mark))
    keeper.post(endpoint, post_of(run, state=PostState.GONE))
    keeper.close(document_of(run))
    return keeper


def test_no_byte_of_a_deleted_run_is_left(path: Path) -> None:
    """Neither in the store nor beside it; other runs stay as they are."""
    with Store.open(path) as store:
        fill(store, "1" * 16, MARK)
        fill(store, "2" * 16, "innocent", answers=20)
        assert MARK.encode() in bytes_beside(path)
        before = path.stat().st_size
        assert store.delete("1111") == 1
        assert MARK.encode() not in bytes_beside(path)
        assert b"innocent" in bytes_beside(path)
        assert path.stat().st_size < before / 2
        assert [one.id for one in store.runs()] == ["2" * 16]
        assert len(list(store.answers("2222"))) == 20
        assert store.find("last").record.definitions[0].text == "canaries: [innocent-canary]"
    assert MARK.encode() not in bytes_beside(path)
    assert [file.name for file in path.parent.iterdir()] == ["store.sqlite"]


def test_nothing_is_left_while_other_programs_are_at_work(path: Path) -> None:
    """The file is not written anew then, which would hold them up, but zeros are written over what it held."""
    with Store.open(path) as store:
        fill(store, "1" * 16, MARK)
        writer = start_writer(path, "2" * 16, 1)
        assert store.delete("1111") == 1
        assert MARK.encode() not in bytes_beside(path)
        assert store._database.rows("PRAGMA freelist_count") > [(10,)]
        out, _ = writer.communicate("\n")
        assert (writer.returncode, out) == (0, "0\n")


def test_several_are_deleted_at_once_or_none(path: Path) -> None:
    """A name that is given twice counts once; one that is unknown, or in use, stops all."""
    with Store.open(path) as store:
        for run in ("1111", "2222", "3333"):
            fill(store, run * 4, MARK, answers=2)
        with pytest.raises(WrongUse, match="no run '4444'"):
            store.delete("1111", "4444")
        held = store.resume("3333", keep_exchanges="all", secrets={})
        with pytest.raises(WrongUse, match="another program"):
            store.delete("1111", "3333")
        assert len(store.runs()) == 3
        held.release()
        assert store.delete("1111", "11111", "3333") == 2
        assert [one.id for one in store.runs()] == ["2222" * 4]


def test_a_deletion_that_was_broken_off_is_finished_by_the_next(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until then the run is not shown: half of it may be gone."""
    with Store.open(path) as store:
        fill(store, "1" * 16, MARK)
        fill(store, "2" * 16, "innocent", answers=2)

        def stop(*_: object, **__: object) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr(erasing, "_erase_run", stop)
            with pytest.raises(KeyboardInterrupt):
                store.delete("1111")
        assert [one.id for one in store.runs()] == ["2" * 16]
        with pytest.raises(WrongUse, match="no run"):
            store.resume("1111", keep_exchanges="all", secrets={})
        with pytest.raises(WrongUse, match="no run"):
            store.find("1111")
        assert store.delete("2222") == 1
        assert MARK.encode() not in bytes_beside(path)


def test_traces_that_a_reader_holds_are_not_passed_over(path: Path) -> None:
    """It says that they are there, and the next deletion takes them."""
    with Store.open(path, patience=0.2) as store, Store.open(path) as reader:
        fill(store, "1" * 16, MARK, answers=3)
        fill(store, "2" * 16, MARK, answers=3)
        with reader._database.transaction():
            pass
        reader._database.run("BEGIN")
        reader._database.rows("SELECT count(*) FROM answer")
        with pytest.raises(CouldNotRun, match="traces of them"):
            store.delete("1111")
        reader._database.run("COMMIT")
        store.delete("2222")
        assert MARK.encode() not in bytes_beside(path)


def test_a_message_that_is_gone_leaves_no_text(path: Path) -> None:
    """Neither what it was about nor what the platform called it; that there was one is known."""
    with Store.open(path) as store:
        keeper = begin(store)
        keeper.post(endpoint_called(), post_of("kavo", keyword=MARK, form="plain", values={"id": MARK}))
        keeper.post(endpoint_called(), post_of("kavo", keyword=MARK, state=PostState.GONE, why_left=MARK))
        assert store._database.rows("SELECT nonce, state, at, body FROM post") == [
            ("kavo", "gone", None, None)
        ]
    assert MARK.encode() not in bytes_beside(path)


def test_a_run_with_messages_is_kept(path: Path) -> None:
    """Unless it is deleted all the same, or they are gone; and another run is not deleted with it either."""
    with Store.open(path) as store:
        for run, number in (("1" * 16, 2), ("2" * 16, 0)):
            keeper = begin(store, run)
            for one in range(number):
                keeper.post(endpoint_called(), post_of(f"kavo{one}", keyword=MARK))
            keeper.release()
        with pytest.raises(WrongUse, match=r"still there: run 11111111 \(2\)") as error:
            store.delete("1111", "2222")
        assert error.value.hint is not None
        assert "--force" in error.value.hint
        assert len(store.runs()) == 2
        keeper = store.resume("1111", keep_exchanges="none", secrets={})
        with pytest.raises(WrongUse, match="at work"):
            store.delete("1111", force=True)
        keeper.post(endpoint_called(), post_of("kavo0", state=PostState.GONE))
        keeper.release()
        with pytest.raises(WrongUse, match=r"run 11111111 \(1\)"):
            store.delete("1111")
        assert store.delete("1111", force=True) == 1
        assert store._database.rows("SELECT * FROM post") == []
        assert store.delete("2222") == 1
        assert MARK.encode() not in bytes_beside(path)


def test_the_first_runs_with_messages_are_named() -> None:
    """The others are counted."""
    demand_gone({"1" * 16: 0})
    with pytest.raises(WrongUse, match=r"run 00000000 \(1\), .*run 00000004 \(1\) and 2 more; what finds"):
        demand_gone({f"{number:08}": 1 for number in range(7)})
