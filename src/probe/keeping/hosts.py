"""Hosts: how often each was asked today, and until when it must be left alone, over all runs of the store."""

from __future__ import annotations

from collections.abc import Callable

from probe.keeping.database import Database
from probe.keeping.ids import to_key
from probe.model.exchange import digest

_DAY = 86_400


class Hosts:
    """Each host is a `host:port`."""

    def __init__(self, database: Database, wall: Callable[[], float]) -> None:
        self._database = database
        self._wall = wall

    def count(self, host: str) -> None:
        """One more question was sent. Within a transaction of the caller."""
        self._database.run(
            "INSERT INTO asked (host, day, questions) VALUES (?, ?, 1)"
            " ON CONFLICT (host, day) DO UPDATE SET questions = questions + 1",
            (_key(host), self._today()),
        )

    def asked_today(self, host: str) -> int:
        """Questions sent to it on this day, UTC."""
        row = self._database.row(
            "SELECT questions FROM asked WHERE host = ? AND day = ?", (_key(host), self._today())
        )
        return int(row[0]) if row else 0

    def rest(self, host: str, seconds: float) -> None:
        """Leave it alone for so long from now. A longer rest that is kept stays."""
        if seconds <= 0:
            return
        with self._database.transaction():
            if self._remaining(host) < seconds:
                self._set(host, seconds)

    def resting(self, host: str) -> float:
        """Seconds for which it must still be left alone."""
        now = self._wall()
        row = self._database.row("SELECT set_at FROM rest WHERE host = ?", (_key(host),))
        if row is None:
            return 0.0
        if now < row[0]:
            # The clock went back: nobody knows how much is over, so the rest begins anew, once, by the clock as it is now.
            # Without that, a clock that is a day behind would make it last a day.
            with self._database.transaction():
                self._set(host, self._remaining(host))
        return self._remaining(host)

    def forget_past(self) -> None:
        """Drop what says nothing any more. Within a transaction of the caller."""
        self._database.run("DELETE FROM asked WHERE day < ?", (self._today() - 1,))
        self._database.run("DELETE FROM rest WHERE until < ?", (self._wall() - _DAY,))

    def _remaining(self, host: str) -> float:
        """Never more than was asked for, and never less than nothing, whatever the clock does."""
        row = self._database.row("SELECT until, seconds FROM rest WHERE host = ?", (_key(host),))
        return max(min(row[0] - self._wall(), row[1]), 0.0) if row else 0.0

    def _set(self, host: str, seconds: float) -> None:
        now = self._wall()
        self._database.run(
            "INSERT OR REPLACE INTO rest (host, until, set_at, seconds) VALUES (?, ?, ?, ?)",
            (_key(host), now + seconds, now, seconds),
        )

    def _today(self) -> int:
        return int(self._wall() // _DAY)


def _key(host: str) -> int:
    return to_key(digest("host", host))
