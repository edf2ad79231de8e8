"""Short ways to write a list to a file, and to read what it says."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from probe.errors import BadInput, Fault
from probe.inputs.keywords import Keywords, open_keywords
from probe.model.keyword import Keyword


def write(folder: Path, name: str, content: str | bytes) -> str:
    """A list in a file; text is written as UTF-8 with its line ends as they are."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return str(path)


def read(folder: Path, name: str, content: str | bytes) -> list[Keyword]:
    """The keywords of a list."""
    with open_keywords([write(folder, name, content)]) as keywords:
        return list(keywords)


def lines(folder: Path, name: str, content: str | bytes) -> list[str]:
    """The keywords of a list, in the line format."""
    return [keyword.line for keyword in read(folder, name, content)]


def faults(folder: Path, name: str, content: str | bytes) -> list[tuple[int | None, str | None, str]]:
    """What is wrong with a list: line, field and message of each fault."""
    return [(fault.line, fault.field, fault.message) for fault in full_faults(folder, name, content)]


def full_faults(folder: Path, name: str, content: str | bytes) -> tuple[Fault, ...]:
    """The same with file and hint."""
    with pytest.raises(BadInput) as caught:
        open_keywords([write(folder, name, content)])
    return caught.value.faults


def piped(content: str | bytes) -> Keywords:
    """A list that came through standard input."""
    return open_keywords(["-"], stdin=io.BytesIO(content.encode() if isinstance(content, str) else content))
