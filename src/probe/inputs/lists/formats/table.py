"""Table: CSV and TSV with a header; the delimiter is found out. Cells that spreadsheets would run are defused."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Protocol

from probe.inputs.faults import nearest, printable, quoted
from probe.inputs.lists.encoding import LONGEST_LINE, TextLines
from probe.inputs.lists.entries import FIELDS, Entries
from probe.inputs.lists.formats.contents import MOST_COLUMNS, Contents
from probe.model.keyword import Keyword

KEYWORD_COLUMNS = ("keyword", "word", "result")
"""Names of the column that holds the keyword, in lower case; of several in one table the first of these counts."""

_DELIMITERS = ",;\t"
_RUN = r"[=+\-@\t\r＝＋－＠]"  # the full-width forms count too: Excel in East Asia runs them
_DEFUSED = re.compile("'+" + _RUN)
_TO_DEFUSE = re.compile("'*" + _RUN)
_LINE_END = re.compile(r"\r\n|\r|\n")


class _Columns:
    """What each column of a table is."""

    def __init__(self, header: list[str], line: int, entries: Entries) -> None:
        names = [cell.strip() for cell in header]
        lowered = [name.lower() for name in names]
        self.keyword = next((name for name in KEYWORD_COLUMNS if name in lowered), None)
        self.known: list[tuple[int, str]] = []
        self.unknown: list[tuple[int, str]] = []
        self.width = len(names)
        for place, name in enumerate(names):
            if lowered[place] == self.keyword:
                self.known.append((place, "keyword"))
            elif lowered[place] in FIELDS:
                self.known.append((place, lowered[place]))
            else:
                clean = entries.clean(line, "header", _undefuse(name)) or f"column {place + 1}"
                self.unknown.append((place, clean))
        self.repeated = _first_repeated([name for _, name in self.known + self.unknown])


class _Rows(Protocol):
    """What `csv.reader` makes."""

    line_num: int

    def __next__(self) -> list[str]: ...


class _Lines:
    """Feeds lines to the CSV reader, and stops it where one row, through open quotes, has no end."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self._since_row = 0

    def begin_row(self) -> None:
        self._since_row = 0

    def __iter__(self) -> Iterator[str]:
        for line in self._lines:
            self._since_row += len(line)
            if self._since_row > 2 * LONGEST_LINE:
                raise csv.Error("the row has no end")
            yield line


def is_header(line: str) -> bool:
    """Whether a line of unknown text looks like the header of a list."""
    delimiter = find_delimiter(line)
    cells = [cell.strip().lower() for cell in next(csv.reader([line], delimiter=delimiter), [])]
    found = any(name in cells for name in KEYWORD_COLUMNS)
    return found and (len(cells) > 1 or cells == ["keyword"])


def find_delimiter(header: str) -> str:
    """The delimiter that makes most of a header line: a keyword column first, then many columns."""

    def worth(delimiter: str) -> tuple[bool, int]:
        try:
            cells = next(csv.reader([header], delimiter=delimiter), [])
        except csv.Error:
            return False, 0
        return any(cell.strip().lower() in KEYWORD_COLUMNS for cell in cells), len(cells)

    return max(_DELIMITERS, key=worth)


def read(text: TextLines, entries: Entries) -> Iterator[Keyword]:
    """The keywords of a table."""
    lines = iter(text)
    leading: list[str] = []
    for line in lines:
        leading.append(line)
        if line.strip():
            break
    if not leading:
        return
    feed = _Lines(chain(leading, lines))
    rows = _numbered(csv.reader(feed, delimiter=find_delimiter(leading[-1]), strict=True), feed, entries)
    for number, header in rows:
        if len(header) > MOST_COLUMNS:
            entries.fault(number, f"more than {MOST_COLUMNS:,} columns.", "header")
            return
        columns = _Columns(header, number, entries)
        if columns.keyword is None:
            shown = ", ".join(quoted(cell) for cell in header[:8])
            hint = nearest(header[0], KEYWORD_COLUMNS) or "Name the keywords' column `keyword`."
            entries.fault(number, f"no keyword column among {shown}.", "header", hint)
        elif columns.repeated is not None:
            entries.fault(number, f"the column {quoted(columns.repeated)} is there twice.", "header")
        else:
            yield from _read_rows(rows, columns, entries)
        return


def write_commas(keywords: Iterable[Keyword], contents: Contents) -> Iterator[str]:
    """CSV as RFC 4180 has it, but with plain line ends."""
    return _write(keywords, contents, ",")


def write_tabs(keywords: Iterable[Keyword], contents: Contents) -> Iterator[str]:
    """The same with tabs."""
    return _write(keywords, contents, "\t")


def _numbered(rows: _Rows, feed: _Lines, entries: Entries) -> Iterator[tuple[int, list[str]]]:
    """Rows that are not blank, with the line on which each starts; broken ones are faults."""
    while True:
        line = rows.line_num + 1
        feed.begin_row()
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            entries.fault(
                line, f"is not a row of a table: {printable(str(error))}.", None, _remedy(str(error))
            )
            continue
        if any(cell.strip() for cell in row):
            yield line, row


def _read_rows(
    rows: Iterator[tuple[int, list[str]]], columns: _Columns, entries: Entries
) -> Iterator[Keyword]:
    for line, row in rows:
        if len(row) > columns.width:
            if any(row[columns.width :]):
                hint = "Put a cell that holds the delimiter in quotes."
                entries.fault(line, f"{len(row)} cells, but the header has {columns.width}.", None, hint)
                continue
        elif len(row) < columns.width:
            row += [""] * (columns.width - len(row))
        fields = {name: _undefuse(row[place]) for place, name in columns.known}
        extra = {name: _undefuse(row[place]) for place, name in columns.unknown}
        keyword = entries.from_fields(line, fields, extra=extra, lines=_cell_lines(line, row, columns))
        if keyword is not None:
            yield keyword


def _cell_lines(line: int, row: list[str], columns: _Columns) -> dict[str, int] | None:
    """The line of each cell, where cells of this row run over several."""
    if not any("\n" in cell or "\r" in cell for cell in row):
        return None
    starts = []
    for cell in row:
        starts.append(line)
        line += len(_LINE_END.findall(cell))
    return {name: starts[place] for place, name in columns.known + columns.unknown}


def _write(keywords: Iterable[Keyword], contents: Contents, delimiter: str) -> Iterator[str]:
    writer = csv.writer(_Echo(), delimiter=delimiter, lineterminator="\n")
    header = [*("keyword", *FIELDS), *contents.columns]
    yield str(writer.writerow([_defuse(name) for name in header]))
    for keyword in keywords:
        cells = [keyword.line]
        cells += [getattr(keyword, name) or "" for name in FIELDS]
        cells += [keyword.extra.get(name, "") for name in contents.columns]
        yield str(writer.writerow([_defuse(cell) for cell in cells]))


class _Echo:
    """Lets the CSV writer give back what it would write."""

    def write(self, text: str) -> str:
        return text


def _defuse(cell: str) -> str:
    """A cell that no spreadsheet runs as a formula; one that looks defused already is defused again."""
    return "'" + cell if _TO_DEFUSE.match(cell) else cell


def _undefuse(cell: str) -> str:
    return cell[1:] if cell[:1] == "'" and _DEFUSED.match(cell) else cell


def _first_repeated(names: list[str]) -> str | None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            return name
        seen.add(name)
    return None


def _remedy(error: str) -> str | None:
    if "unexpected end" in error or "no end" in error or "field limit" in error:
        return "A quote that is opened here is never closed."
    return "Double a quote inside a quoted cell." if "expected after" in error else None
