"""History: what earlier runs of the store said of a pair, the newest first."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from probe.keeping.database import Database, decoded
from probe.keeping.ids import to_key
from probe.keeping.listing import wanted
from probe.keeping.packing import unpack_verdict
from probe.model.change import Background, Told
from probe.model.exchange import digest
from probe.model.record import RunRecord
from probe.model.verdict import Status

_BATCH = 500
_VERDICTS = " + ".join(status.value for status in Status)
_ENDPOINT_RUN = f"""
    SELECT endpoint.id, endpoint.name, sha256, settings, run.name, run.started, run.complete, run.record,
    blocked + filtered + ok, {_VERDICTS}
    FROM endpoint JOIN run ON run.id = endpoint.run
    WHERE dropped = 0 AND current AND NOT is_reference
"""
_records = msgspec.msgpack.Decoder(RunRecord)
_settings = msgspec.msgpack.Decoder(dict[str, str])
_texts = msgspec.msgpack.Decoder(tuple[str, ...])


@dataclass(frozen=True, kw_only=True)
class EndpointRun:
    """One endpoint in one run, as that run is about it now."""

    row: int
    endpoint: str
    definition: str
    run: str
    started: float
    """Seconds since 1970, of the run."""
    is_complete: bool
    """Of the run."""
    background: Background
    decided: int
    """How many of its verdicts are blocked, filtered or ok."""
    verdicts: int


class History:
    """Reads the verdicts of all runs. All raise CouldNotRun where the store is damaged."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def endpoint_runs(self, endpoint: str | None = None, *, run: str | None = None) -> list[EndpointRun]:
        """The endpoints of runs that have verdicts: of this name, of the run with this full id, or all; newest run first."""
        where, values = "", []
        for column, value in (("endpoint.name", endpoint), ("run.name", run)):
            if value is not None:
                where += f" AND {column} = ?"
                values.append(value)
        order = " ORDER BY run.started DESC, run.id DESC, endpoint.id"
        with decoded(self._database.path):
            found = [_read(row) for row in self._database.rows(_ENDPOINT_RUN + where + order, values)]
        return [one for one in found if one.verdicts]

    def told(self, where: EndpointRun, components: tuple[str, ...]) -> Told | None:
        """What was said of a keyword there; None where nothing was, or it has left the list of that run since."""
        row = self._database.row(
            "SELECT verdict.body, pair.components FROM pair JOIN verdict ON verdict.pair = pair.id"
            " WHERE pair.endpoint = ? AND pair.key = ? AND listed",
            (where.row, to_key(digest(*components))),
        )
        return None if row is None else self._told(where, *row)

    def everything(self, where: EndpointRun) -> Iterator[Told]:
        """All that was said there, in the order in which it was settled."""
        last = -1
        while batch := self._database.rows(
            "SELECT verdict.id, verdict.body, pair.components FROM pair JOIN verdict ON verdict.pair = pair.id"
            " WHERE pair.endpoint = ? AND verdict.id > ? AND listed ORDER BY verdict.id LIMIT ?",
            (where.row, last, _BATCH),
        ):
            last = batch[-1][0]
            yield from (self._told(where, body, components) for _, body, components in batch)

    def count_shared(
        self, runs: Iterable[EndpointRun], keywords: Iterable[tuple[str, ...]]
    ) -> Generator[tuple[EndpointRun, int], None, None]:
        """How many of these keywords (their components) each of these has a verdict of; counted as they are asked for."""
        with wanted(self._database, keywords):
            for one in runs:
                ((number,),) = self._database.rows(
                    "SELECT count(*) FROM temp.wanted JOIN pair ON pair.endpoint = ? AND pair.key = wanted.key"
                    " JOIN verdict ON verdict.pair = pair.id WHERE listed",
                    (one.row,),
                )
                yield one, number

    def _told(self, where: EndpointRun, body: bytes, components: bytes) -> Told:
        with decoded(self._database.path):
            verdict = unpack_verdict(
                body,
                run=where.run,
                endpoint=where.endpoint,
                definition=where.definition,
                components=_texts.decode(components),
            )
        return Told(verdict=verdict, background=where.background)


def _read(row: tuple[Any, ...]) -> EndpointRun:
    number, endpoint, sha256, settings, run, started, complete, record, decided, verdicts = row
    head = _records.decode(record)
    return EndpointRun(
        row=number,
        endpoint=endpoint,
        definition=sha256,
        run=run,
        started=started,
        is_complete=bool(complete),
        background=Background(
            software=head.version, vantage=head.vantage, settings=_settings.decode(settings)
        ),
        decided=decided,
        verdicts=verdicts,
    )
