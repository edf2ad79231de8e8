"""Plain text: one keyword a line, in the line format; `#` starts a comment line, blank lines are skipped."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from probe.inputs.faults import quoted
from probe.inputs.lists.encoding import TextLines
from probe.inputs.lists.entries import Entries
from probe.inputs.lists.formats.contents import Contents
from probe.model.keyword import Keyword

_ESCAPED = re.compile(r"\\+#")
_TO_ESCAPE = re.compile(r"\\*#")


def read(text: TextLines, entries: Entries) -> Iterator[Keyword]:
    r"""The keywords of a plain list. A keyword that starts with `#` is written `\#`."""
    hashtags: list[str] = []
    for number, raw in enumerate(text, 1):
        line = raw.strip(" \t\r\n")
        if not line:
            continue
        if line[0] == "#":
            if not hashtags and re.match(r"#\w", line):
                hashtags.append(line)
            continue
        if line[0] == "\\" and _ESCAPED.match(line):
            line = line[1:]
        keyword = entries.from_line(number, line)
        if keyword is not None:
            yield keyword
    if hashtags:
        entries.notes.append(
            rf"lines such as {quoted(hashtags[0])} are comments; a keyword that starts with # is written \#"
        )


def write(keywords: Iterable[Keyword], contents: Contents) -> Iterator[str]:
    """One line a keyword; all that the lists say about it is left out."""
    for keyword in keywords:
        line = keyword.line
        yield ("\\" if _TO_ESCAPE.match(line) else "") + line + "\n"
