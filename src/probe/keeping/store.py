"""Store: every run with all its answers in one SQLite file, so that it can be continued, shown, judged again, deleted."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import msgspec
import platformdirs

from probe.errors import WrongUse
from probe.keeping.catalogue import Catalogue, unknown
from probe.keeping.database import Database, make_private, open_database
from probe.keeping.erasing import erase
from probe.keeping.history import History
from probe.keeping.hosts import Hosts
from probe.keeping.ids import Ids
from probe.keeping.listing import Relisting, count_unlisted, count_wanted, wanted
from probe.keeping.migrations import migrate
from probe.keeping.posts import count_left, demand_gone, read_left
from probe.keeping.rows import Rows
from probe.keeping.run_keeper import MOST_EXCHANGES, KeepExchanges, RunKeeper
from probe.keeping.run_lock import RunLock, any_open, sweep, take_lock
from probe.keeping.stored_run import StoredRun
from probe.model.exchange import Exchange
from probe.model.post import Post
from probe.model.record import Answer, DefinitionRecord, RunRecord
from probe.model.run import Run
from probe.model.verdict import Status, Verdict

_PATIENCE = 10.0
"""Seconds to wait for another program's transaction; they take milliseconds."""


def default_store() -> Path:
    """Where runs are kept unless somebody says otherwise."""
    return Path(platformdirs.user_data_dir("probe")) / "store.sqlite"


class Store:
    """The runs of one file. For one thread. Whatever SQLite cannot do is raised as CouldNotRun."""

    def __init__(
        self, database: Database, *, wall: Callable[[], float], most_exchanges: int = MOST_EXCHANGES
    ) -> None:
        self._database = database
        self._wall = wall
        self._most_exchanges = most_exchanges
        self._rows = Rows(database)
        self._catalogue = Catalogue(database)
        self._keepers: list[RunKeeper] = []

    @classmethod
    @contextmanager
    def open(
        cls,
        path: Path,
        *,
        reading: bool = False,
        wall: Callable[[], float] = time.time,
        patience: float = _PATIENCE,
        most_exchanges: int = MOST_EXCHANGES,
    ) -> Iterator[Store]:
        """Open a store, or make it, with its folder; for `reading` it must be there, and may be on a read-only disk.

        `wall` gives seconds since 1970; `patience` is the time to wait while another program writes. Raises CouldNotRun.
        """
        database = open_database(path, patience=patience, reading=reading)
        store = cls(database, wall=wall, most_exchanges=most_exchanges)
        try:
            migrate(database)
            if not reading:
                make_private(path)
            yield store
        finally:
            for keeper in store._keepers:
                keeper.release()
            database.close()

    @property
    def path(self) -> Path:
        return self._database.path

    @property
    def history(self) -> History:
        """What its runs said of a pair, one after the other."""
        return History(self._database)

    def begin(
        self, record: RunRecord, *, keep_exchanges: KeepExchanges, secrets: Mapping[str, str]
    ) -> RunKeeper:
        """Keep a new run. `secrets` (name: value) are taken out of what is kept."""
        sweep(self.path)
        lock: RunLock | None = None
        try:
            with self._database.transaction():
                run = self._database.insert(
                    "INSERT INTO run (name, started, record) VALUES (?, ?, ?)",
                    (record.id, record.started, _pack(record)),
                )
                lock = self._lock(run, record.id)
                ids = Ids(self._database, run)
                for definition in record.definitions:
                    ids.definition(definition)
                Hosts(self._database, self._wall).forget_past()
        except BaseException:
            if lock is not None:
                lock.release()
            raise
        return self._keeper(lock, run, record.id, keep_exchanges, secrets)

    def resume(
        self,
        run: str,
        *,
        keep_exchanges: KeepExchanges,
        secrets: Mapping[str, str],
        record: RunRecord | None = None,
        keywords: Iterable[tuple[str, ...]] = (),
    ) -> RunKeeper:
        """Go on with a run, named as for `find`. Raises WrongUse where a program is at work on it.

        With a `record` the run is about what that says from now on, and about these `keywords` (their components).
        """
        sweep(self.path)
        number, name = self._catalogue.name(run)
        lock = self._lock(number, name)
        try:
            with wanted(self._database, keywords):
                self._reopen(number, run, record)
        except BaseException:
            lock.release()
            raise
        return self._keeper(lock, number, name, keep_exchanges, secrets)

    def count_statuses(
        self, run: str, definitions: Iterable[tuple[str, str]], keywords: Iterable[tuple[str, ...]]
    ) -> list[Counter[Status]]:
        """How many of these keywords (their components) have which verdict, for each definition (name and digest)."""
        number, _ = self._catalogue.name(run)
        with wanted(self._database, keywords):
            return [count_wanted(self._database, number, *one) for one in definitions]

    def count_unlisted(self, run: str) -> int:
        """Verdicts of a run that are of keywords which its list has no more: kept, but neither counted nor told."""
        return count_unlisted(self._database, self._catalogue.name(run)[0])

    def runs(self) -> list[StoredRun]:
        """All runs, the newest first."""
        return self._catalogue.runs()

    def find(self, run: str) -> StoredRun:
        """The run of this id, of which LEAST_OF_ID characters are enough if no other begins so; or the `last`.

        Raises WrongUse where there is none, or more than one. So do all that take a run.
        """
        return self._catalogue.find(run)

    def verdicts(self, run: str) -> Iterator[Verdict]:
        """The verdicts of what a run is about now, in the order in which they were settled."""
        return self._rows.verdicts(*self._catalogue.name(run))

    def document(self, run: str) -> Run:
        """The document that the run was closed with; where it was not, one made from what is kept."""
        return self._catalogue.document(run)

    def answers(self, run: str) -> Iterator[tuple[DefinitionRecord, Answer, Exchange | None]]:
        """All that was answered: by endpoint, then by pair, then in the order of asking; also under edited definitions."""
        number, _ = self._catalogue.name(run)
        for place, definition in self._rows.definitions(number, all_of_them=True):
            for answer, exchange in self._rows.everything(place, definition.name):
                yield definition, answer, exchange

    def heard(self, run: str, verdict: Verdict) -> list[tuple[Answer, Exchange | None]]:
        """The answers about the keyword of a verdict, in the order of asking, with what is kept of their exchanges."""
        number, _ = self._catalogue.name(run)
        return self._rows.heard(number, verdict)

    def posts(self, run: str) -> list[tuple[str, Post]]:
        """The messages of a run that are not gone, oldest first, each with the name of its endpoint."""
        return read_left(self._database, self._catalogue.name(run)[0])

    def delete(self, *runs: str, force: bool = False) -> int:
        """Delete runs for good; returns how many. Raises WrongUse, before any is deleted, where a program has one open.

        So it does where messages of one are not gone, unless with `force`: nobody could find them again.
        """
        sweep(self.path)
        locks: list[RunLock] = []
        try:
            wanted = dict(self._catalogue.name(run) for run in runs)
            for number, name in wanted.items():
                locks.append(self._lock(number, name))
            ours = len(locks)
            if not force:
                demand_gone(
                    {name: sum(count_left(self._database, one).values()) for one, name in wanted.items()}
                )
            others = any_open(self.path, besides=frozenset(wanted))
            erase(self._database, [*wanted], hosts=Hosts(self._database, self._wall), alone=not others)
        finally:
            for lock in locks:
                lock.release()
        return ours

    def _reopen(self, number: int, run: str, record: RunRecord | None) -> None:
        relisting = None if record is None else Relisting(self._database, number)
        with self._database.transaction():
            there = self._database.run(
                "UPDATE run SET document = NULL, ended = NULL, complete = 0 WHERE id = ? AND dropped = 0",
                (number,),
            )
            if not there:
                raise unknown(run)
            if record is not None and relisting is not None:
                self._database.run("UPDATE run SET record = ? WHERE id = ?", (_pack(record), number))
                relisting.write(record.definitions)

    def _keeper(
        self, lock: RunLock, run: int, name: str, keep_exchanges: KeepExchanges, secrets: Mapping[str, str]
    ) -> RunKeeper:
        keeper = RunKeeper(
            self._database,
            lock,
            run=run,
            name=name,
            keep_exchanges=keep_exchanges,
            secrets=secrets,
            wall=self._wall,
            most_exchanges=self._most_exchanges,
        )
        self._keepers.append(keeper)
        return keeper

    def _lock(self, run: int, name: str) -> RunLock:
        lock = take_lock(self.path, run)
        if lock is None:
            raise WrongUse(
                f"another program is at work on run {name[:8]}",
                hint="Wait until it has ended, or stop it; `probe runs list` shows what is kept.",
            )
        return lock


def _pack(record: RunRecord) -> bytes:
    """The head of a run without its definitions, which have rows of their own."""
    return msgspec.msgpack.encode(msgspec.structs.replace(record, definitions=()))
