"""Migrations: the tables of the store, as numbered steps from each version of the file to the next.

PRAGMA user_version is the number of steps that were taken. All that are missing are taken in one transaction.
"""

from __future__ import annotations

from collections.abc import Sequence

from probe.errors import CouldNotRun
from probe.keeping.database import Database
from probe.model.exchange import Purpose

APPLICATION = 0x70726F62
"""Says that a database is a store of probe ("prob"; PRAGMA application_id)."""
FIRST_CONTROL = 10
"""Numbers of purposes from here on are of questions about the endpoint, not about a keyword."""
PURPOSES = {
    Purpose.KEYWORD: 0,
    Purpose.TRUISM: 1,
    Purpose.REFERENCE: 2,
    Purpose.POOL: 3,
    Purpose.BENIGN: FIRST_CONTROL,
    Purpose.NONSENSE: FIRST_CONTROL + 1,
    Purpose.CANARY: FIRST_CONTROL + 2,
}
"""Purpose: its number in the store, for ever."""
BY_NUMBER = {number: purpose for purpose, number in PURPOSES.items()}

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        """CREATE TABLE run (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            started REAL NOT NULL,
            record BLOB NOT NULL,
            document BLOB,
            ended TEXT,
            complete INTEGER NOT NULL DEFAULT 0,
            exchange_bytes INTEGER NOT NULL DEFAULT 0,
            exchanges_full INTEGER NOT NULL DEFAULT 0,
            dropped INTEGER NOT NULL DEFAULT 0
        )""",
        # The texts of definitions, each once: scheduled runs use the same ones every day.
        "CREATE TABLE definition (id INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, text TEXT NOT NULL)",
        # One row a definition that was used in a run; `current` is the latest of its name.
        """CREATE TABLE endpoint (
            id INTEGER PRIMARY KEY,
            run INTEGER NOT NULL,
            name TEXT NOT NULL,
            sha256 TEXT NOT NULL,
            place TEXT NOT NULL,
            settings BLOB NOT NULL,
            definition INTEGER NOT NULL,
            is_reference INTEGER NOT NULL DEFAULT 0,
            current INTEGER NOT NULL DEFAULT 1,
            answers INTEGER NOT NULL DEFAULT 0,
            blocked INTEGER NOT NULL DEFAULT 0,
            filtered INTEGER NOT NULL DEFAULT 0,
            ok INTEGER NOT NULL DEFAULT 0,
            inconclusive INTEGER NOT NULL DEFAULT 0,
            unmeasured INTEGER NOT NULL DEFAULT 0,
            UNIQUE (run, name, sha256)
        )""",
        # One row a text at an endpoint, controls too; `key` is a digest of the components.
        """CREATE TABLE pair (
            id INTEGER PRIMARY KEY,
            endpoint INTEGER NOT NULL,
            key INTEGER NOT NULL,
            components BLOB NOT NULL
        )""",
        "CREATE UNIQUE INDEX pair_key ON pair (endpoint, key)",
        # Pages of one service have few shapes, and each takes more room than the rest of an answer.
        "CREATE TABLE shape (id INTEGER PRIMARY KEY, run INTEGER NOT NULL, value BLOB NOT NULL)",
        "CREATE UNIQUE INDEX shape_value ON shape (run, value)",
        """CREATE TABLE answer (
            id INTEGER PRIMARY KEY,
            endpoint INTEGER NOT NULL,
            pair INTEGER NOT NULL,
            question INTEGER NOT NULL,
            purpose INTEGER NOT NULL,
            void INTEGER NOT NULL DEFAULT 0,
            shape INTEGER,
            body BLOB NOT NULL
        )""",
        "CREATE UNIQUE INDEX answer_question ON answer (pair, question)",
        f"CREATE INDEX answer_control ON answer (endpoint) WHERE purpose >= {FIRST_CONTROL}",
        "CREATE TABLE exchange (answer INTEGER PRIMARY KEY, body BLOB NOT NULL)",
        """CREATE TABLE verdict (
            id INTEGER PRIMARY KEY,
            run INTEGER NOT NULL,
            pair INTEGER NOT NULL UNIQUE,
            status TEXT NOT NULL,
            body BLOB NOT NULL
        )""",
        "CREATE INDEX verdict_run ON verdict (run)",
        # Hosts stand here as digests: they outlast the runs, and a deleted run shall leave no name behind.
        """CREATE TABLE rest (
            host INTEGER PRIMARY KEY, until REAL NOT NULL, set_at REAL NOT NULL, seconds REAL NOT NULL
        )""",
        """CREATE TABLE asked (
            host INTEGER NOT NULL, day INTEGER NOT NULL, questions INTEGER NOT NULL, PRIMARY KEY (host, day)
        ) WITHOUT ROWID""",
    ),
    # Whether a verdict is of a keyword that the run's list still has; the sums of endpoints count no others.
    ("ALTER TABLE verdict ADD COLUMN listed INTEGER NOT NULL DEFAULT 1",),
    # One row a message; one that is gone has neither `at` nor `body`. No two of the store have the same nonce.
    (
        """CREATE TABLE post (
            id INTEGER PRIMARY KEY,
            run INTEGER NOT NULL,
            endpoint TEXT NOT NULL,
            nonce TEXT NOT NULL UNIQUE,
            question TEXT NOT NULL,
            state TEXT NOT NULL,
            at REAL,
            body BLOB
        )""",
        "CREATE INDEX post_run ON post (run, state)",
    ),
)


def migrate(database: Database, *, migrations: Sequence[Sequence[str]] = MIGRATIONS) -> None:
    """Bring the file to the newest version. Raises CouldNotRun for a foreign file, and for one of a newer program."""
    if _version(database, len(migrations)) == len(migrations):
        return
    with database.transaction():
        version = _version(database, len(migrations))  # another program may have been quicker
        for steps in migrations[version:]:
            for step in steps:
                database.run(step)
        database.run(f"PRAGMA application_id = {APPLICATION}")
        database.run(f"PRAGMA user_version = {len(migrations)}")


def _version(database: Database, newest: int) -> int:
    ((application,),) = database.rows("PRAGMA application_id")
    ((version,),) = database.rows("PRAGMA user_version")
    ((tables,),) = database.rows("SELECT count(*) FROM sqlite_master")
    if application != APPLICATION and (application or version or tables):
        raise CouldNotRun(
            f"{database.path} is a database of another program", hint="Name another file with --store."
        )
    if version > newest:
        raise CouldNotRun(
            f"{database.path} was made by a newer probe (its version is {version}, this probe knows {newest})",
            hint="Update probe, or name another file with --store.",
        )
    return int(version)
