"""Ids: the rows of the store that answers refer to, made when they are first needed, and remembered."""

from __future__ import annotations

import hashlib
from typing import TypeVar

import msgspec

from probe.keeping.database import Database
from probe.model.definition import Endpoint
from probe.model.exchange import digest
from probe.model.record import DefinitionRecord

_REMEMBERED = 2_000
"""Ids of pairs, and of shapes, that are not looked up anew."""
_encode = msgspec.msgpack.Encoder().encode
_K = TypeVar("_K")


def to_key(hexadecimal: str) -> int:
    """A digest of 16 hexadecimal digits as SQLite's integer."""
    return int.from_bytes(bytes.fromhex(hexadecimal), "big", signed=True)


class Ids:
    """The ids of one run. All that make rows are for use within a transaction; after a broken one comes `forget`."""

    def __init__(self, database: Database, run: int) -> None:
        self._database = database
        self._run = run
        self._endpoints: dict[tuple[str, str], int] = {}
        self._pairs: dict[tuple[int, tuple[str, ...]], int] = {}
        self._shapes: dict[tuple[int, ...], int] = {}

    def forget(self) -> None:
        """Rows that were just made may not be there."""
        self._endpoints.clear()
        self._pairs.clear()
        self._shapes.clear()

    def known_endpoint(self, name: str, sha256: str) -> int | None:
        """The row of a definition that this program has used already."""
        return self._endpoints.get((name, sha256))

    def endpoint(self, one: Endpoint) -> int:
        """The row of this definition, which is the one in use for its name from now on."""
        record = DefinitionRecord(
            name=one.name, sha256=one.digest, place=one.place, text=one.text, values=one.values
        )
        return self.definition(record)

    def definition(self, one: DefinitionRecord) -> int:
        """The row of this definition, which is the one in use for its name from now on."""
        row = self._database.row(
            "SELECT id FROM endpoint WHERE run = ? AND name = ? AND sha256 = ?",
            (self._run, one.name, one.sha256),
        )
        number: int = self._make_endpoint(one) if row is None else row[0]
        self._database.run(
            "UPDATE endpoint SET current = (id = ?) WHERE run = ? AND name = ?", (number, self._run, one.name)
        )
        self._endpoints[one.name, one.sha256] = number
        return number

    def pair(self, endpoint: int, components: tuple[str, ...]) -> int:
        """The row of one keyword, or of one control's text, at one endpoint."""
        number = self.find_pair(endpoint, components)
        if number is None:
            number = self._database.insert(
                "INSERT INTO pair (endpoint, key, components) VALUES (?, ?, ?)",
                (endpoint, to_key(digest(*components)), _encode(components)),
            )
            _remember(self._pairs, (endpoint, components), number)
        return number

    def find_pair(self, endpoint: int, components: tuple[str, ...]) -> int | None:
        """The same, or None where there is none yet. Makes nothing."""
        number = self._pairs.get((endpoint, components))
        if number is None:
            row = self._database.row(
                "SELECT id FROM pair WHERE endpoint = ? AND key = ?", (endpoint, to_key(digest(*components)))
            )
            if row is None:
                return None
            number = int(row[0])
            _remember(self._pairs, (endpoint, components), number)
        return number

    def shape(self, shape: tuple[int, ...]) -> int | None:
        """The row of the shape of a page; None for none."""
        if not shape:
            return None
        number = self._shapes.get(shape)
        if number is None:
            value = _encode(shape)
            row = self._database.row("SELECT id FROM shape WHERE run = ? AND value = ?", (self._run, value))
            number = (
                int(row[0])
                if row
                else self._database.insert("INSERT INTO shape (run, value) VALUES (?, ?)", (self._run, value))
            )
            _remember(self._shapes, shape, number)
        return number

    def _make_endpoint(self, one: DefinitionRecord) -> int:
        return self._database.insert(
            "INSERT INTO endpoint (run, name, sha256, place, settings, definition, is_reference)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                self._run,
                one.name,
                one.sha256,
                one.place,
                _encode(one.values),
                self._text(one.text),
                one.is_reference,
            ),
        )

    def _text(self, text: str) -> int:
        key = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
        row = self._database.row("SELECT id FROM definition WHERE hash = ?", (key,))
        if row is not None:
            return int(row[0])
        return self._database.insert("INSERT INTO definition (hash, text) VALUES (?, ?)", (key, text))


def _remember(known: dict[_K, int], key: _K, number: int) -> None:
    """Keep the newest: memory must not grow with a run."""
    if len(known) >= _REMEMBERED:
        del known[next(iter(known))]
    known[key] = number
