"""Erasing: runs that are deleted leave no byte in the files of the store."""

from __future__ import annotations

from collections.abc import Sequence

from probe.errors import CouldNotRun
from probe.keeping.database import Database
from probe.keeping.hosts import Hosts

_BATCH = 500
"""Pairs whose answers go in one transaction: other programs, which write meanwhile, wait no longer than that takes."""


def erase(database: Database, runs: Sequence[int], *, hosts: Hosts, alone: bool) -> None:
    """Delete these runs, and those that an earlier call did not get done with. Raises CouldNotRun.

    `alone`: no program has a run open. Only then the file is written anew (VACUUM), as that keeps others waiting; but
    what is deleted is overwritten with zeros in any case (PRAGMA secure_delete).
    """
    with database.transaction():
        for run in runs:
            database.run("UPDATE run SET dropped = 1 WHERE id = ?", (run,))
    for (run,) in database.rows("SELECT id FROM run WHERE dropped = 1"):
        _erase_run(database, run)
    with database.transaction():
        database.run("DELETE FROM definition WHERE id NOT IN (SELECT definition FROM endpoint)")
        hosts.forget_past()
    if alone:
        database.run("VACUUM")
    _clear_wal(database)


def _erase_run(database: Database, run: int) -> None:
    for (endpoint,) in database.rows("SELECT id FROM endpoint WHERE run = ?", (run,)):
        while pairs := database.rows(
            "SELECT id FROM pair WHERE endpoint = ? ORDER BY id LIMIT ?", (endpoint, _BATCH)
        ):
            _erase_pairs(database, endpoint, first=pairs[0][0], last=pairs[-1][0])
    with database.transaction():
        database.run("DELETE FROM endpoint WHERE run = ?", (run,))
        database.run("DELETE FROM shape WHERE run = ?", (run,))
        database.run("DELETE FROM post WHERE run = ?", (run,))
        database.run("DELETE FROM run WHERE id = ?", (run,))


def _erase_pairs(database: Database, endpoint: int, *, first: int, last: int) -> None:
    """Delete the pairs of one endpoint between these two, with all that hangs on them."""
    pairs = "pair IN (SELECT id FROM pair WHERE endpoint = ? AND id BETWEEN ? AND ?)"
    values = (endpoint, first, last)
    with database.transaction():
        database.run(f"DELETE FROM exchange WHERE answer IN (SELECT id FROM answer WHERE {pairs})", values)
        database.run(f"DELETE FROM answer WHERE {pairs}", values)
        database.run(f"DELETE FROM verdict WHERE {pairs}", values)
        database.run("DELETE FROM pair WHERE endpoint = ? AND id BETWEEN ? AND ?", values)


def _clear_wal(database: Database) -> None:
    """The WAL holds pages as they were before."""
    row = database.row("PRAGMA wal_checkpoint(TRUNCATE)")
    if row is not None and row[0]:
        raise CouldNotRun(
            f"the runs are deleted, but another program is reading {database.path}, so traces of them are left in"
            f" {database.path}-wal",
            hint="They go when that program ends. Delete another run then, or open the store once more.",
        )
