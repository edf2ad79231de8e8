"""Changed, in Markdown: what `--baseline` and `probe diff` found, as tables; and how text stays text there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Protocol

from probe.model.run import BaselineUse
from probe.showing.changed import Changed, Row, sum_up
from probe.showing.grid import how
from probe.showing.quantity import write_count

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~&$@]|:(?=[\w/+-])|(?<=www)\.)", re.IGNORECASE)
"""What Markdown, HTML or GitHub gives a meaning inside a line: also links and signs that are made of bare text."""


class Say(Protocol):
    """Makes foreign text harmless."""

    def __call__(self, text: str, most: int = 200) -> str:
        """At most so many characters of it."""


def write_changed(changed: Changed, use: BaselineUse, *, level: int, say: Say) -> Iterator[str]:
    """Line by line; `level` is that of the headings."""
    yield say(sum_up(use))
    yield ""
    for title, number, rows in changed.groups():
        yield f"{'#' * level} {say(title)} ({number:,})"
        yield ""
        yield "| keyword | endpoint | before | now | |"
        yield "|---|---|---|---|---|"
        for row in rows:
            yield _row(row, say)
        if number > len(rows):
            yield ""
            yield f"and {number - len(rows):,} more"
        yield ""
    silent = [*changed.silent()]
    if silent:
        yield f"{'#' * level} No news of censorship"
        yield ""
        for words, count, keywords in silent:
            yield f"- {write_count(count, 'pair')} {words}: {', '.join(map(say, keywords))}"
        yield ""
    for note in use.notes:
        yield f"Note: {say(note, 600)}."
        yield ""


def _row(row: Row, say: Say) -> str:
    cells = [row.keyword, row.endpoint]
    cells += [
        "" if one is None else ": ".join(word for word in (one.status.value, how(one)) if word)
        for one in (row.before, row.after)
    ]
    return f"| {' | '.join(say(cell) for cell in (*cells, row.doubt or ''))} |"


def escape_markdown(text: str) -> str:
    r"""Text that stays text in Markdown, and in what GitHub makes of it.

    >>> escape_markdown("<b>|*x*")
    '\\<b\\>\\|\\*x\\*'
    """
    return _SPECIAL.sub(r"\\\1", text)
