"""The file is brought up to date whole or not at all, and nobody else's file is touched."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from probe.errors import CouldNotRun
from probe.keeping.database import Database, open_database
from probe.keeping.migrations import APPLICATION, MIGRATIONS, migrate
from probe.keeping.posts import Posts, count_left
from probe.keeping.store import Store
from tests.keeping.samples import post_of


def opened(path: Path) -> Database:
    return open_database(path, patience=1, reading=False)


def pragma(path: Path, name: str) -> object:
    connection = sqlite3.connect(path)
    try:
        return connection.execute(f"PRAGMA {name}").fetchone()[0]
    finally:
        connection.close()


def test_a_new_file_is_of_the_newest_version(path: Path) -> None:
    """And says whose it is."""
    with Store.open(path):
        pass
    assert pragma(path, "user_version") == len(MIGRATIONS)
    assert pragma(path, "application_id") == APPLICATION
    assert pragma(path, "journal_mode") == "wal"


def test_a_migration_that_breaks_leaves_nothing(path: Path) -> None:
    """Its first half is taken back, so that the next program can begin again."""
    database = opened(path)
    broken = [*MIGRATIONS, ("CREATE TABLE half (id INTEGER)", "CREATE TABLE run (id INTEGER)")]
    with pytest.raises(CouldNotRun, match="already exists"):
        migrate(database, migrations=broken)
    assert database.rows("SELECT name FROM sqlite_master") == []
    assert database.rows("PRAGMA user_version") == [(0,)]
    migrate(database)
    assert database.rows("PRAGMA user_version") == [(len(MIGRATIONS),)]
    database.close()


def test_only_the_steps_that_are_missing_are_taken(path: Path) -> None:
    """A file of this version gets the next step, with what it holds."""
    with Store.open(path):
        pass
    database = opened(path)
    migrate(database, migrations=[*MIGRATIONS, ("CREATE TABLE later (id INTEGER)",)])
    assert database.rows("PRAGMA user_version") == [(len(MIGRATIONS) + 1,)]
    database.close()


def test_a_store_of_a_newer_probe_is_left_alone(path: Path) -> None:
    """It says so, with both versions."""
    with Store.open(path):
        pass
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with (
        pytest.raises(CouldNotRun, match=rf"newer probe.*99.*knows {len(MIGRATIONS)}") as error,
        Store.open(path),
    ):
        pass
    assert error.value.hint is not None
    assert "Update probe" in error.value.hint


def test_a_database_of_another_program_is_left_as_it_is(tmp_path: Path) -> None:
    """Not one byte of it changes."""
    path = tmp_path / "browser.sqlite"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE cookie (name TEXT)")
    connection.commit()
    connection.close()
    before = path.read_bytes()
    with pytest.raises(CouldNotRun, match="of another program"), Store.open(path):
        pass
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["browser.sqlite"]


def test_a_file_of_the_first_version_keeps_its_verdicts(path: Path) -> None:
    """They are of listed keywords: that was all there was."""
    database = opened(path)
    migrate(database, migrations=MIGRATIONS[:1])
    database.run("INSERT INTO verdict (run, pair, status, body) VALUES (1, 1, 'ok', x'00')")
    migrate(database)
    assert database.rows("SELECT status, listed FROM verdict") == [("ok", 1)]
    database.close()


def test_a_file_of_the_second_version_can_keep_messages(path: Path) -> None:
    """With the runs that it has."""
    database = opened(path)
    migrate(database, migrations=MIGRATIONS[:2])
    database.run("INSERT INTO run (name, started, record) VALUES ('old', 1.0, x'00')")
    migrate(database)
    assert count_left(database, 1) == {}
    Posts(database, 1).keep("example", post_of("kavo"))
    assert count_left(database, 1) == {"example": 1}
    assert database.rows("SELECT name FROM run") == [("old",)]
    database.close()
