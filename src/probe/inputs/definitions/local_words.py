"""Local lists: the words of a file of the user's, in which an endpoint of kind `local` looks."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from probe.errors import BadInput, Fault
from probe.inputs.definitions.schema_faults import near
from probe.inputs.definitions.slots import fill
from probe.inputs.definitions.yaml_nodes import quoted
from probe.model.asking import LocalList
from probe.model.keyword import tidy

MOST_BYTES = 20_000_000
MOST_WORDS = 1_000_000


def read_words(local: LocalList, values: dict[str, str]) -> tuple[str, ...]:
    """The words of a local list, each once, in the order of the file. Raises BadInput with what is wrong with the file."""
    name = fill(local.file, values)
    text = _read(name, local.encoding)
    words = _column(text, local.column, name) if local.column is not None else _lines(text, name)
    found = dict.fromkeys(form for word in words if (form := tidy(word)))
    if not found:
        raise _wrong(name, "holds no words.", None)
    if len(found) > MOST_WORDS:
        raise _wrong(name, f"holds more than {MOST_WORDS:,} words.", None)
    return tuple(found)


def _read(name: str, encoding: str) -> str:
    try:
        path = Path(name)
        if not path.is_file():  # opening anything else might wait for ever
            raise _wrong(name, "there is no such file.", "Give the path of the list that you fetched.")
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        raise _wrong(name, f"cannot be read: {getattr(error, 'strerror', None) or error}.", None) from None
    if len(data) > MOST_BYTES:
        raise _wrong(name, f"is larger than {MOST_BYTES // 1_000_000} MB.", None)
    try:
        return data.decode(encoding).removeprefix("\ufeff")
    except UnicodeError:
        raise _wrong(name, f"is not {encoding}.", "Set local.encoding to what it is.") from None


def _lines(text: str, name: str) -> Iterator[str]:
    """One word a line. A page that was saved instead of the list, and a table, would look like a list without the words."""
    if text.lstrip()[:200].lower().startswith(("<!doctype", "<html")):
        raise _wrong(name, "is a page, not a list.", "Fetch the raw file.")
    lines = [line for line in text.splitlines() if line.strip()]
    if sum("," in line or "\t" in line for line in lines) * 2 > len(lines):
        hint = "Name its column in a copy of the definition (local.column), or make it one word a line."
        raise _wrong(name, "is a table, and no column is named.", hint)
    yield from lines


def _column(text: str, column: str, name: str) -> Iterator[str]:
    rows = csv.reader(io.StringIO(text, newline=""))
    try:
        heads = [head.strip() for head in next(rows, [])]
        if column not in heads:
            hint = near(column, heads) or f"Its columns: {', '.join(map(quoted, heads[:10]))}."
            raise _wrong(name, f"has no column {quoted(column)}.", hint)
        place = heads.index(column)
        yield from (row[place] for row in rows if len(row) > place)
    except csv.Error as error:
        raise _wrong(name, f"is no CSV: line {rows.line_num}: {error}.", None) from None


def _wrong(name: str, message: str, hint: str | None) -> BadInput:
    return BadInput([Fault(file=name or "the list", message=message, hint=hint)])
