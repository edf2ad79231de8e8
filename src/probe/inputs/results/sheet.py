"""Sheet: the verdicts of a CSV file, as it was written or as a spreadsheet saved it again."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from probe.inputs.faults import printable
from probe.inputs.results.gathering import Gathering, say_error
from probe.model.keyword import read_line
from probe.model.verdict import Verdict

NEEDED = ("keyword", "components", "endpoint", "status")
"""Columns without which nothing can be said."""
_COUNTS = ("asked", "pooled", "agreeing", "contradicting", "void", "controls_passed", "controls_failed")
_TEXTS = ("run", "definition", "reason")
"""Empty rather than null where the sheet has nothing."""
_NULLABLE = ("category", "gloss", "language", "certainty", "manner", "mechanism", "rule", "failure", "stage")
_NULLABLE_TIMES = ("first_asked", "last_asked")
_FORMULA = "=+-@\t\r＝＋－＠"
_HINT = "Is it what `probe run -o FILE.csv` wrote?"


def read_sheet(lines: Iterable[bytes], gathering: Gathering) -> None:
    """Take all verdicts of a sheet. Raises TooMuch."""
    texts = _decode(lines, gathering)
    first = next(texts, "")
    rows = csv.reader(_chain(first, texts), delimiter=max(",;\t", key=first.count), strict=True)
    try:
        names = next(rows, [])
        missing = [name for name in NEEDED if name not in names]
        if missing:
            gathering.fault(f"has no column {', '.join(missing)}.", line=1, hint=_HINT)
            return
        for row in rows:
            if any(row):
                _take(dict(zip(names, map(_uncover, row), strict=False)), gathering, rows.line_num)
    except csv.Error as error:
        gathering.fault(f"is no CSV: {printable(str(error), 100)}.", line=rows.line_num, hint=_HINT)


def _take(row: dict[str, str], gathering: Gathering, line: int) -> None:
    plain: dict[str, Any] = {name: row.get(name, "") for name in ("keyword", "endpoint", "status", *_TEXTS)}
    plain |= {name: row.get(name) or None for name in (*_NULLABLE, *_NULLABLE_TIMES)}
    plain["components"] = read_line(row.get("components", ""))
    plain["lists"] = [name for name in row.get("lists", "").split(";") if name]
    plain["counts"] = {name: row.get(name) or 0 for name in _COUNTS}
    plain["id"] = ""
    try:
        verdict = msgspec.convert(plain, Verdict, strict=False)
    except (msgspec.MsgspecError, RecursionError) as error:
        gathering.fault(say_error(error), line=line)
        return
    gathering.take(verdict, pair=_lasting_id(row), line=line)


def _lasting_id(row: dict[str, str]) -> str | None:
    """The id of a pair whose texts a sheet cannot hold as they are: it shows control characters, and cuts long texts."""
    text, pair = row.get("components", ""), row.get("id", "")
    return pair if ("\\" in text or text.endswith("…")) and _is_id(pair) else None


def _is_id(text: str) -> bool:
    return len(text) == 16 and set(text) <= set("0123456789abcdef")


def _uncover(text: str) -> str:
    """A text without the apostrophe that keeps spreadsheets from running it."""
    rest = text[1:]
    formula = rest[:1] in tuple(_FORMULA) or rest.lstrip()[:1] in tuple(_FORMULA)
    return rest if text.startswith("'") and formula else text


def _decode(lines: Iterable[bytes], gathering: Gathering) -> Iterator[str]:
    for number, line in enumerate(lines, 1):
        try:
            yield line.decode("utf-8")
        except UnicodeDecodeError:
            gathering.fault("is not UTF-8.", line=number, hint="Save it as CSV UTF-8.")
            return


def _chain(first: str, others: Iterator[str]) -> Iterator[str]:
    yield first
    yield from others
