"""Catalogue: which runs the store has, what there is to know of each at a glance, and how users name them."""

from __future__ import annotations

from typing import Any

import msgspec

from probe.errors import WrongUse
from probe.keeping.database import Database, decoded
from probe.keeping.migrations import PURPOSES
from probe.keeping.posts import count_left
from probe.keeping.rows import Rows
from probe.keeping.run_keeper import FULL_NOTE
from probe.keeping.run_lock import is_open
from probe.keeping.stored_run import EndpointSums, StoredRun, count_controls, unfinished_document
from probe.model.exchange import Purpose
from probe.model.record import DefinitionRecord, RunRecord
from probe.model.run import Run
from probe.model.verdict import Status

LEAST_OF_ID = 4
"""Characters of a run's id that must be given, at least."""
_HEAD = (
    "SELECT run.id, run.record, run.ended, run.complete, run.exchanges_full,"
    " coalesce(sum(answers), 0), "
    + ", ".join(f"coalesce(sum({status.value} * current), 0)" for status in Status)
    + " FROM run LEFT JOIN endpoint ON endpoint.run = run.id WHERE dropped = 0"
)
_records = msgspec.msgpack.Decoder(RunRecord)
_documents = msgspec.msgpack.Decoder(Run)


class Catalogue:
    """Reads the heads of runs."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._rows = Rows(database)

    def runs(self) -> list[StoredRun]:
        """All runs, the newest first."""
        rows = self._database.rows(f"{_HEAD} GROUP BY run.id ORDER BY run.started DESC, run.id DESC")
        return [self._stored(row) for row in rows]

    def find(self, run: str) -> StoredRun:
        """One run. Raises WrongUse as `name` does."""
        number, _ = self.name(run)
        (row,) = self._database.rows(f"{_HEAD} AND run.id = ? GROUP BY run.id", (number,))
        return self._stored(row)

    def document(self, run: str) -> Run:
        """The document that the run was closed with; where it was not, one made from what is kept."""
        number, _ = self.name(run)
        row = self._database.row("SELECT document FROM run WHERE id = ?", (number,))
        if row is not None and row[0] is not None:
            with decoded(self._database.path):
                return _documents.decode(row[0])
        asked = [pair for pair in self._rows.definitions(number) if not pair[1].is_reference]
        sums = [self._sums(place, one) for place, one in asked]
        return unfinished_document(self.find(run), sums)

    def name(self, run: str) -> tuple[int, str]:
        """Row and full id of a run as users name it: by its id, by a beginning that no other run has, or as `last`.

        Raises WrongUse where there is none, or more than one.
        """
        if run == "last":
            rows = self._database.rows(
                "SELECT id, name FROM run WHERE dropped = 0 ORDER BY started DESC, id DESC LIMIT 1"
            )
        else:
            rows = self._database.rows(
                "SELECT id, name FROM run WHERE dropped = 0 AND substr(name, 1, ?) = ?", (len(run), run)
            )
            rows = [row for row in rows if row[1] == run] or rows
            if len(run) < LEAST_OF_ID and not (rows and rows[0][1] == run):
                raise WrongUse(
                    f"{run!r} is too short for a run: give {LEAST_OF_ID} characters of its id at least, or `last`",
                    hint="probe runs list shows all runs.",
                )
        if len(rows) > 1:
            names = ", ".join(name for _, name in rows[:3]) + (", ..." if len(rows) > 3 else "")
            raise WrongUse(
                f"{run!r} may be {len(rows)} runs: {names}",
                hint="Give more characters; probe runs list shows all runs.",
            )
        if not rows:
            raise unknown(run)
        number, name = rows[0]
        return int(number), str(name)

    def _stored(self, row: tuple[Any, ...]) -> StoredRun:
        number, record, ended, complete, is_full, answers, *statuses = row
        with decoded(self._database.path):
            head = _records.decode(record)
        definitions = tuple(one for _, one in self._rows.definitions(number))
        return StoredRun(
            record=msgspec.structs.replace(head, definitions=definitions),
            ended=ended,
            complete=bool(complete),
            statuses=dict(zip(Status, statuses, strict=True)),
            answers=answers,
            is_open=is_open(self._database.path, number),
            notes=(FULL_NOTE,) if is_full else (),
            left=count_left(self._database, number),
        )

    def _sums(self, place: int, definition: DefinitionRecord) -> EndpointSums:
        counts = dict(
            self._database.rows(
                "SELECT purpose, count(*) FROM pair JOIN answer ON answer.pair = pair.id"
                " WHERE pair.endpoint = ? AND void = 0 GROUP BY purpose",
                (place,),
            )
        )
        ((questions,),) = self._database.rows("SELECT answers FROM endpoint WHERE id = ?", (place,))
        return EndpointSums(
            name=definition.name,
            definition=definition.sha256,
            questions=questions,
            controls=count_controls(
                self._rows.controls(place, definition.name),
                counts.get(PURPOSES[Purpose.TRUISM], 0),
                counts.get(PURPOSES[Purpose.REFERENCE], 0),
            ),
        )


def unknown(run: str) -> WrongUse:
    """What to say where there is no such run."""
    if run == "last":
        return WrongUse("no runs are kept yet", hint="probe run keeps each run.")
    return WrongUse(f"no run {run!r} is kept", hint="probe runs list shows all runs.")
