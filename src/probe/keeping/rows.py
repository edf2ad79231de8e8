"""Rows: answers, verdicts and definitions of the store as values again, read in batches so that a run is never held."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

import msgspec

from probe.keeping.database import Database, decoded
from probe.keeping.ids import to_key
from probe.keeping.migrations import BY_NUMBER, FIRST_CONTROL, PURPOSES
from probe.keeping.packed_exchange import unpack_exchange
from probe.keeping.packing import unpack_answer, unpack_verdict
from probe.model.exchange import Exchange, Purpose, digest
from probe.model.record import Answer, DefinitionRecord
from probe.model.verdict import Verdict

_BATCH = 500
"""Pairs, or verdicts, that are read at a time: other programs' writing is not held up meanwhile."""
_REMEMBERED = 2_000
_ANSWER = """
    SELECT answer.id, pair.components, answer.purpose, answer.void, answer.shape, answer.body
    FROM answer JOIN pair ON pair.id = answer.pair
"""
_texts = msgspec.msgpack.Decoder(tuple[str, ...])
_numbers = msgspec.msgpack.Decoder(tuple[int, ...])
_settings = msgspec.msgpack.Decoder(dict[str, str])
_T = TypeVar("_T")


class Rows:
    """Reads the store. All raise CouldNotRun where it is damaged."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._shapes: dict[int, tuple[int, ...]] = {}

    def answers(self, pair: int, endpoint: str) -> list[Answer]:
        """What was answered about a keyword, in the order of asking."""
        where = f"WHERE answer.pair = ? AND answer.purpose < {FIRST_CONTROL} ORDER BY answer.id"
        return [answer for _, answer in self._answers(endpoint, where, (pair,))]

    def heard(self, run: int, verdict: Verdict) -> list[tuple[Answer, Exchange | None]]:
        """What was answered about the keyword of a verdict, in the order of asking, with what is kept of the exchanges."""
        row = self._database.row(
            "SELECT pair.id FROM pair JOIN endpoint ON endpoint.id = pair.endpoint"
            " WHERE endpoint.run = ? AND endpoint.name = ? AND endpoint.sha256 = ? AND pair.key = ?",
            (run, verdict.endpoint, verdict.definition, to_key(digest(*verdict.components))),
        )
        where = f"WHERE answer.pair = ? AND answer.purpose < {FIRST_CONTROL} ORDER BY answer.id"
        found = [] if row is None else self._answers(verdict.endpoint, where, row)
        return [(answer, self._exchange(number)) for number, answer in found if not answer.question.is_part]

    def controls(self, row: int, endpoint: str) -> Iterator[Answer]:
        """What was answered to an endpoint's controls, in the order of asking."""
        where = (
            f"WHERE answer.endpoint = ? AND answer.purpose >= {FIRST_CONTROL} AND answer.id > ?"
            " ORDER BY answer.id LIMIT ?"
        )
        last = -1
        while batch := self._answers(endpoint, where, (row, last, _BATCH)):
            yield from (answer for _, answer in batch)
            last = batch[-1][0]

    def pools(self, row: int, endpoint: str) -> Iterator[Answer]:
        """What was answered to an endpoint's pools, in the order of asking."""
        where = (
            "WHERE answer.endpoint = ? AND answer.purpose = ? AND answer.id > ? ORDER BY answer.id LIMIT ?"
        )
        last = -1
        while batch := self._answers(endpoint, where, (row, PURPOSES[Purpose.POOL], last, _BATCH)):
            yield from (answer for _, answer in batch)
            last = batch[-1][0]

    def everything(self, row: int, endpoint: str) -> Iterator[tuple[Answer, Exchange | None]]:
        """All answers of an endpoint with their exchanges, pair by pair, each in the order of asking."""
        pairs = [
            one
            for (one,) in self._database.rows("SELECT id FROM pair WHERE endpoint = ? ORDER BY id", (row,))
        ]
        where = "WHERE answer.pair BETWEEN ? AND ? AND answer.endpoint = ? ORDER BY answer.pair, answer.id"
        for batch in _batches(pairs):
            for number, answer in self._answers(endpoint, where, (batch[0], batch[-1], row)):
                yield answer, self._exchange(number)

    def verdict(self, pair: int, *, run: str, endpoint: str, definition: str) -> Verdict | None:
        """The verdict of a pair."""
        row = self._database.row(
            "SELECT verdict.body, pair.components FROM verdict JOIN pair ON pair.id = verdict.pair WHERE pair.id = ?",
            (pair,),
        )
        if row is None:
            return None
        with decoded(self._database.path):
            return unpack_verdict(
                row[0], run=run, endpoint=endpoint, definition=definition, components=_texts.decode(row[1])
            )

    def verdicts(self, run: int, name: str) -> Iterator[Verdict]:
        """The verdicts of what the run is about now, in the order in which they were settled."""
        last = -1
        while batch := self._database.rows(
            "SELECT verdict.id, verdict.body, pair.components, endpoint.name, endpoint.sha256, endpoint.current"
            " FROM verdict JOIN pair ON pair.id = verdict.pair JOIN endpoint ON endpoint.id = pair.endpoint"
            " WHERE verdict.run = ? AND verdict.id > ? AND listed ORDER BY verdict.id LIMIT ?",
            (run, last, _BATCH),
        ):
            last = batch[-1][0]
            for _, body, components, endpoint, definition, current in batch:
                if current:
                    with decoded(self._database.path):
                        verdict = unpack_verdict(
                            body,
                            run=name,
                            endpoint=endpoint,
                            definition=definition,
                            components=_texts.decode(components),
                        )
                    yield verdict

    def definitions(self, run: int, *, all_of_them: bool = False) -> list[tuple[int, DefinitionRecord]]:
        """The definitions that are in use in a run, with their rows; on demand also those that were edited since."""
        rows = self._database.rows(
            "SELECT endpoint.id, name, sha256, place, settings, text, is_reference, current FROM endpoint"
            " JOIN definition ON definition.id = endpoint.definition WHERE run = ? ORDER BY endpoint.id",
            (run,),
        )
        with decoded(self._database.path):
            return [
                (
                    number,
                    DefinitionRecord(
                        name=name,
                        sha256=sha256,
                        place=place,
                        text=text,
                        values=_settings.decode(settings),
                        is_reference=bool(is_reference),
                    ),
                )
                for number, name, sha256, place, settings, text, is_reference, current in rows
                if current or all_of_them
            ]

    def _answers(self, endpoint: str, where: str, values: Sequence[object]) -> list[tuple[int, Answer]]:
        rows = self._database.rows(_ANSWER + where, values)
        with decoded(self._database.path):
            return [(row[0], self._answer(endpoint, *row[1:])) for row in rows]

    def _answer(
        self, endpoint: str, components: bytes, purpose: int, void: int, shape: int | None, body: bytes
    ) -> Answer:
        return unpack_answer(
            body,
            endpoint=endpoint,
            components=_texts.decode(components),
            purpose=BY_NUMBER[purpose],
            shape=self._shape(shape),
            void=bool(void),
        )

    def _shape(self, number: int | None) -> tuple[int, ...]:
        if number is None:
            return ()
        if number not in self._shapes:
            if len(self._shapes) >= _REMEMBERED:
                self._shapes.clear()
            row = self._database.row("SELECT value FROM shape WHERE id = ?", (number,))
            self._shapes[number] = _numbers.decode(row[0]) if row else ()
        return self._shapes[number]

    def _exchange(self, answer: int) -> Exchange | None:
        row: tuple[Any, ...] | None = self._database.row(
            "SELECT body FROM exchange WHERE answer = ?", (answer,)
        )
        if row is None:
            return None
        with decoded(self._database.path):
            return unpack_exchange(row[0])


def _batches(values: Sequence[_T]) -> Iterator[Sequence[_T]]:
    for start in range(0, len(values), _BATCH):
        yield values[start : start + _BATCH]
