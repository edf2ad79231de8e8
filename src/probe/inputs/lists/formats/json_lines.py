"""JSON Lines: a string or an object a line, of any number; blank lines are skipped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from json import JSONDecodeError

from probe.inputs.lists.encoding import TextLines
from probe.inputs.lists.entries import Entries
from probe.inputs.lists.formats.contents import Contents
from probe.inputs.lists.formats.json_value import DECODER, read_value, write_value
from probe.model.keyword import Keyword


def read(text: TextLines, entries: Entries) -> Iterator[Keyword]:
    """The keywords of JSON Lines."""
    for number, raw in enumerate(text, 1):
        line = raw.strip(" \t\r\n")
        if not line:
            continue
        try:
            keyword = read_value(DECODER.decode(line), number, entries)
        except JSONDecodeError as error:
            entries.fault(number, f"is not JSON: {error.msg} (column {error.colno:,}).")
        except RecursionError:
            entries.fault(number, "is nested too deeply.")
        else:
            if keyword is not None:
                yield keyword


def write(keywords: Iterable[Keyword], contents: Contents) -> Iterator[str]:
    """One object a line."""
    for keyword in keywords:
        yield write_value(keyword) + "\n"
