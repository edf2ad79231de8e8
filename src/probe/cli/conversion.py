"""Conversion: a list written in another format, to standard output or to a file that appears whole or not at all."""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from probe.errors import CouldNotRun, WrongUse
from probe.inputs.faults import printable
from probe.inputs.keywords import Keywords
from probe.inputs.lists.formats import FORMATS, ListFormat, format_by_ending
from probe.inputs.lists.formats.contents import look_through


def choose_format(name: str | None, place: str | None) -> ListFormat:
    """The format that was asked for, else that of the file's ending. Raises WrongUse where neither tells."""
    if name is not None:
        return FORMATS[name]
    found = format_by_ending(place) if place else None
    if found is None:
        raise WrongUse(
            "which format?", hint=f"Add -f with one of {', '.join(FORMATS)}, or -o with such an ending."
        )
    return found


def pieces_of(
    keywords: Keywords, list_format: ListFormat, place: str | None
) -> tuple[Iterator[str], list[str]]:
    """The text to write, piece by piece, and what the format cannot say, in words for the user."""
    head = dict(keywords.checked[0].head) if len(keywords.checked) == 1 else {}
    if "name" not in head:
        names = [one.name.partition(".")[0] for one in keywords.checked]
        head = {"name": Path(place).stem if place and place != "-" else " and ".join(names)} | head
    contents = look_through(keywords, head)
    return list_format.write(keywords, contents), contents.left_out(list_format.name)


def write_bytes(pieces: Iterator[str], stream: BinaryIO) -> None:
    """Write as UTF-8, whatever the locale: lists are files more often than text on a terminal."""
    for piece in pieces:
        stream.write(piece.encode())
    stream.flush()


def write_file(pieces: Iterator[str], place: str) -> None:
    """Write a draft beside the file, then put it in its place; on failure what was there before stays."""
    target = Path(os.path.realpath(place))  # a link stays a link to what is replaced
    try:
        mode = os.stat(target).st_mode if target.exists() else None
        if mode is not None and not stat.S_ISREG(mode):
            _write_through(pieces, target, mode)
        else:
            _write_whole(pieces, target, mode)
    except OSError as error:
        raise CouldNotRun(f"cannot write {printable(place)}: {error.strerror}") from error


def _write_through(pieces: Iterator[str], target: Path, mode: int) -> None:
    """To a device or a pipe, which must not be replaced."""
    if stat.S_ISDIR(mode):
        raise WrongUse(f"-o {printable(str(target))} is a folder: name a file")
    with open(target, "wb") as stream:
        write_bytes(pieces, stream)


def _write_whole(pieces: Iterator[str], target: Path, mode: int | None) -> None:
    draft = target.with_name(f".{target.name[:200]}.{secrets.token_hex(4)}")
    try:
        with open(draft, "xb") as stream:
            if mode is not None:
                os.fchmod(stream.fileno(), stat.S_IMODE(mode))
            write_bytes(pieces, stream)
        os.replace(draft, target)
    except BaseException:
        with suppress(FileNotFoundError):
            draft.unlink()
        raise
