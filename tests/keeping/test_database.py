"""Whatever happens to the file is said with its name and a remedy, and what was kept before stays readable."""

from __future__ import annotations

import random
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from probe.errors import CouldNotRun, ExitCode, WrongUse
from probe.keeping.database import open_database
from probe.keeping.store import Store
from probe.model.observation import Outcome
from tests.keeping.samples import begin, document_of, keep, question_about, verdict_of, with_body

LOCK = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("locked", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 2 MB of its own, where the system allows to mount one."""
    place = tmp_path / "disk"
    place.mkdir()
    mount(place, "-t", "tmpfs", "-o", "size=2m", "tmpfs")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def mount(place: Path, *options: str) -> None:
    try:
        ended = subprocess.run(["mount", *options, str(place)], capture_output=True, check=False)
    except FileNotFoundError:
        pytest.skip("there is no mount")
    if ended.returncode:
        pytest.skip("mounting is not permitted")


def noise(number: int, size: int) -> bytes:
    return random.Random(number).randbytes(size)


def fill(path: Path, answers: int, *, size: int = 0) -> tuple[int, CouldNotRun | None]:
    """Keep answers until that is done or fails; returns how many were kept, and the failure."""
    kept = 0
    with Store.open(path) as store:
        keeper = begin(store, keep_exchanges="all")
        try:
            for number in range(answers):
                question = question_about(f"word {number}")
                keep(keeper, question, Outcome.BLOCKED, exchange=with_body(noise(number, size)))
                kept += 1
            keeper.settle(verdict_of("word 0"))
        except CouldNotRun as error:
            return kept, error
    return kept, None


def read(path: Path) -> list[str]:
    with Store.open(path, reading=True) as store:
        return [answer.question.text for _, answer, _ in store.answers("last")]


def expect(message: str, hint: str, action: Callable[[], object]) -> None:
    """The action fails as something that could not run, with this message and this remedy."""
    with pytest.raises(CouldNotRun, match=message) as error:
        action()
    assert error.value.exit_code is ExitCode.COULD_NOT_RUN
    assert re.search(hint, error.value.hint or ""), error.value.hint


def test_a_full_disk_ends_the_run_and_keeps_what_was_there(small_disk: Path) -> None:
    """Every answer that was kept before can be read, and the run goes on when there is room."""
    path = small_disk / "store.sqlite"
    kept, error = fill(path, 1000, size=20_000)
    assert error is not None
    assert 10 < kept < 200
    assert error.message == f"the disk is full, so {path} cannot grow"
    assert "probe run --resume" in (error.hint or "")
    assert read(path) == [f"word {number}" for number in range(kept)]

    subprocess.run(["mount", "-o", "remount,size=20m", str(small_disk)], check=True)
    with Store.open(path) as store:
        keeper = store.resume("last", keep_exchanges="all", secrets={})
        keep(keeper, question_about("room again"))
        keeper.close(document_of())
    assert len(read(path)) == kept + 1


def test_a_full_disk_says_so_at_the_start(small_disk: Path) -> None:
    """No run begins that could not be kept."""
    (small_disk / "ballast").write_bytes(b"x" * (2 * 1024 * 1024 - 8192))

    def start() -> None:
        with Store.open(small_disk / "store.sqlite") as store:
            begin(store)

    expect("disk is full|No space left", "room|--store", start)


def test_a_read_only_disk_can_still_be_read(small_disk: Path) -> None:
    """But not written; nothing is made there."""
    path = small_disk / "store.sqlite"
    fill(path, 3)
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    before = sorted(small_disk.iterdir())

    def resume() -> None:
        with Store.open(path) as store:
            store.resume("last", keep_exchanges="all", secrets={})

    expect(f"{path}.*cannot be|read-only", "--store FILE", resume)
    assert read(path) == ["word 0", "word 1", "word 2"]
    assert sorted(small_disk.iterdir()) == before


def test_a_store_on_a_read_only_disk_that_was_left_in_haste_is_not_half_read(small_disk: Path) -> None:
    """Its last answers stand in the -wal, which cannot be gone through there; it says where to go."""
    path = small_disk / "store.sqlite"
    fill(path, 3)
    (small_disk / "store.sqlite-wal").write_bytes(b"not empty")
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    expect("cannot be opened", "--store FILE", lambda: read(path))


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    """A file stands in the way."""
    (tmp_path / "file").touch()
    expect(
        "cannot be made: Not a directory|cannot be made", "--store", lambda: fill(tmp_path / "file" / "s", 1)
    )


def test_a_folder_in_place_of_the_file_is_said(tmp_path: Path) -> None:
    """With its name."""
    expect(f"{tmp_path} cannot be opened", "--store", lambda: fill(tmp_path, 1))


def test_what_is_no_database_is_left_as_it_is(tmp_path: Path) -> None:
    """A file of that name may be somebody's."""
    path = tmp_path / "notes.txt"
    path.write_text("my notes\n" * 500)
    path.chmod(0o644)
    expect("not a store of probe", "--store", lambda: fill(path, 1))
    expect("not a store of probe", "--store", lambda: read(path))
    assert path.read_text() == "my notes\n" * 500
    assert path.stat().st_mode & 0o777 == 0o644
    assert list(tmp_path.iterdir()) == [path]


def test_a_damaged_head_is_said(path: Path) -> None:
    """The first bytes are overwritten."""
    fill(path, 3)
    with path.open("r+b") as file:
        file.write(noise(1, 100))
    expect("not a store of probe|damaged", ".", lambda: read(path))


def test_a_file_that_is_damaged_in_the_middle_is_said(path: Path) -> None:
    """Whatever page is struck: an answer that can be read is right, and no other error comes out."""
    fill(path, 300)
    whole = path.read_bytes()
    expected = read(path)
    said = []
    for page in range(1, len(whole) // 4096):
        path.write_bytes(whole[: page * 4096] + noise(page, 4096) + whole[(page + 1) * 4096 :])
        try:
            assert read(path) == expected  # an index that reading does not need
        except CouldNotRun as error:
            said.append((error.message, ".recover" in (error.hint or "")))
    assert len(said) >= 3
    assert set(said) == {(f"{path} is damaged", True)}


def test_a_row_that_makes_no_sense_is_damage(path: Path) -> None:
    """Whoever wrote it."""
    fill(path, 3)
    connection = sqlite3.connect(path)
    connection.execute("UPDATE answer SET body = x'91c0'")
    connection.commit()
    connection.close()
    expect("is damaged", "recover", lambda: read(path))


def test_a_store_that_another_program_locks_for_too_long_is_said(path: Path) -> None:
    """After the patience that was given; then it goes on as if nothing had been."""
    with Store.open(path, patience=0.1) as store:
        keeper = begin(store)
        keep(keeper, question_about("before"))
        locker = subprocess.Popen(
            [sys.executable, "-c", LOCK, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert locker.stdout is not None
        assert locker.stdout.readline() == "locked\n"
        expect(
            "in use by another program for too long",
            "Try again",
            lambda: keep(keeper, question_about("lost")),
        )
        assert read(path) == ["before"]
        locker.communicate()
        keep(keeper, question_about("after"))
        assert read(path) == ["before", "after"]


def test_a_transaction_is_whole_or_nothing(path: Path) -> None:
    """Whatever breaks it."""
    database = open_database(path, patience=1, reading=False)
    database.run("CREATE TABLE number (value INTEGER)")

    def break_off() -> None:
        with database.transaction():
            database.run("INSERT INTO number VALUES (1)")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        break_off()
    assert database.rows("SELECT * FROM number") == []
    with database.transaction():
        database.run("INSERT INTO number VALUES (2)")
    assert database.rows("SELECT * FROM number") == [(2,)]
    database.close()


def test_it_waits_for_the_disk_once_in_a_while(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first transaction does, and then the first after a second; a power cut takes no more than that."""
    now = [100.0]
    monkeypatch.setattr("probe.keeping.database.time.monotonic", lambda: now[0])
    database = open_database(path, patience=1, reading=False)
    database.run("CREATE TABLE number (value INTEGER)")
    waits = []
    for moment in (100.0, 100.1, 100.9, 101.0, 101.5, 110.0):
        now[0] = moment
        with database.transaction():
            waits.append(database.row("PRAGMA synchronous") == (2,))
    assert waits == [True, False, False, True, False, True]
    database.close()


def test_it_waits_for_the_disk_where_that_is_asked_for(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each time, and what others committed before is then on the disk, too: their second begins anew."""
    now = [100.0]
    monkeypatch.setattr("probe.keeping.database.time.monotonic", lambda: now[0])
    database = open_database(path, patience=1, reading=False)
    waits = []
    for moment, at_once in ((100.0, False), (100.5, True), (100.6, True), (101.2, False), (101.6, False)):
        now[0] = moment
        with database.transaction(at_once=at_once):
            waits.append(database.row("PRAGMA synchronous") == (2,))
    assert waits == [True, True, True, False, True]
    database.close()


def test_reading_makes_no_store(path: Path) -> None:
    """Neither file nor folder."""
    expect("cannot be opened", "--store", lambda: read(path))
    assert not path.parent.exists()


def test_no_damage_comes_out_as_another_error(path: Path) -> None:
    """Single bytes are changed anywhere; reading ends well, or says that the file is damaged."""
    fill(path, 40)
    whole = path.read_bytes()
    chance = random.Random(3)
    said = []
    for _ in range(400):
        damaged = bytearray(whole)
        for _ in range(3):
            damaged[chance.randrange(100, len(whole))] = chance.randrange(256)
        path.write_bytes(damaged)
        try:
            with Store.open(path, reading=True) as store:
                [*store.runs(), *store.answers("last"), *store.verdicts("last"), store.document("last")]
        except (CouldNotRun, WrongUse) as error:
            said.append(error)
    assert len(said) > 10
    assert all(isinstance(error, CouldNotRun) or "no run" in error.message for error in said)
