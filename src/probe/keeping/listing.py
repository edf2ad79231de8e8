"""Listing: which keywords and endpoints a run is about now. Verdicts of those that it was about before stay, uncounted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from probe.keeping.database import Database
from probe.keeping.ids import Ids, to_key
from probe.model.exchange import digest
from probe.model.record import DefinitionRecord
from probe.model.verdict import Status


@contextmanager
def wanted(database: Database, keywords: Iterable[tuple[str, ...]]) -> Iterator[None]:
    """Hold these keywords (their components) beside the store, where queries find them; only their digests, in memory."""
    database.run("CREATE TEMP TABLE wanted (key INTEGER PRIMARY KEY)")
    try:
        keys = ((to_key(digest(*components)),) for components in keywords)
        database.insert_all("INSERT OR IGNORE INTO temp.wanted VALUES (?)", keys)
        yield
    finally:
        database.run("DROP TABLE IF EXISTS temp.changed")
        database.run("DROP TABLE temp.wanted")


def count_wanted(database: Database, run: int, name: str, sha256: str) -> Counter[Status]:
    """What is known of the wanted keywords at an endpoint, under this definition."""
    rows = database.rows(
        "SELECT verdict.status, count(*) FROM endpoint JOIN pair ON pair.endpoint = endpoint.id"
        " JOIN temp.wanted ON wanted.key = pair.key JOIN verdict ON verdict.pair = pair.id"
        " WHERE endpoint.run = ? AND endpoint.name = ? AND endpoint.sha256 = ? GROUP BY verdict.status",
        (run, name, sha256),
    )
    return Counter({Status(status): number for status, number in rows})


class Relisting:
    """Makes a run be about the wanted keywords from now on.

    All is found out at once, while the run is locked; the transaction only writes, as other programs wait for that.
    """

    def __init__(self, database: Database, run: int) -> None:
        self._database = database
        self._run = run
        is_wanted = "EXISTS (SELECT 1 FROM pair JOIN temp.wanted ON wanted.key = pair.key WHERE pair.id = verdict.pair)"
        database.run("CREATE TEMP TABLE changed (id INTEGER PRIMARY KEY)")
        database.run(
            f"INSERT INTO temp.changed SELECT id FROM verdict WHERE run = ? AND listed <> {is_wanted}", (run,)
        )
        self._sums = database.rows(
            "SELECT endpoint.id, verdict.status, count(*) FROM endpoint JOIN pair ON pair.endpoint = endpoint.id"
            " JOIN temp.wanted ON wanted.key = pair.key JOIN verdict ON verdict.pair = pair.id"
            " WHERE endpoint.run = ? GROUP BY endpoint.id, verdict.status",
            (run,),
        )

    def write(self, definitions: Iterable[DefinitionRecord]) -> None:
        """These definitions are in use, and only what is wanted counts. Within a transaction of the caller."""
        ids = Ids(self._database, self._run)
        run = self._database.run
        zeros = ", ".join(f"{status.value} = 0" for status in Status)
        run(f"UPDATE endpoint SET current = 0, {zeros} WHERE run = ?", (self._run,))
        for definition in definitions:
            number = ids.definition(definition)
            run("UPDATE endpoint SET is_reference = ? WHERE id = ?", (definition.is_reference, number))
        run("UPDATE verdict SET listed = 1 - listed WHERE id IN (SELECT id FROM temp.changed)")
        for number, status, verdicts in self._sums:
            run(f"UPDATE endpoint SET {Status(status).value} = ? WHERE id = ?", (verdicts, number))


def count_unlisted(database: Database, run: int) -> int:
    """Verdicts under the definitions in use that are of keywords which the run's list has no more."""
    ((number,),) = database.rows(
        "SELECT count(*) FROM verdict JOIN pair ON pair.id = verdict.pair JOIN endpoint ON endpoint.id = pair.endpoint"
        " WHERE verdict.run = ? AND NOT listed AND current",
        (run,),
    )
    return int(number)
