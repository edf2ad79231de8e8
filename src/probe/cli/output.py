"""Output: where results go, how wide and how colourful, and the live display beside them."""

from __future__ import annotations

import dataclasses
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

from probe.errors import CouldNotRun, WrongUse
from probe.events import Event, Judged, LeftList
from probe.model.change import Change
from probe.model.definition import Endpoint
from probe.model.run import Run
from probe.showing import FORMATS, ChangeWriter, Look, Writer, open_writer

_BY_ENDING = {".json": "json", ".jsonl": "jsonl", ".csv": "csv", ".txt": "table"}


class Results:
    """Hands verdicts to a writer: to standard output, or to a file that appears whole or not at all."""

    def __init__(self, writer: Writer, stream: TextIO, place: Path | None, draft: Path | None) -> None:
        self._writer = writer
        self._stream = stream
        self._place = place
        self._draft = draft
        self._finished = False
        writer.start()

    def listen(self, event: Event) -> None:
        """Take each verdict as it becomes final. Raises CouldNotRun, and BrokenPipeError where the reader went away."""
        if isinstance(event, Judged | LeftList) and event.change is not None:
            self.change(event.change)
        if isinstance(event, Judged):
            with self._explained():
                self._writer.verdict(event.verdict)

    def change(self, change: Change) -> None:
        """Take a change, which some formats have no place for."""
        if isinstance(self._writer, ChangeWriter):
            with self._explained():
                self._writer.change(change)

    def finish(self, run: Run) -> None:
        """Write what comes at the end; called when no live display is on the terminal any more."""
        with self._explained():
            self._writer.finish(run)
            self._stream.flush()
        self._finished = True

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except BrokenPipeError:
            raise
        except OSError as error:
            raise CouldNotRun(f"cannot write {self._place or 'standard output'}: {error.strerror}") from error

    def close(self) -> None:
        """Put the file in its place. A run that broke down leaves no file, and the one that was there before stays."""
        if self._draft is None or self._place is None:
            return
        try:
            self._stream.close()
            if self._finished:
                os.replace(self._draft, self._place)
        except OSError as error:
            raise CouldNotRun(f"cannot write {self._place}: {error.strerror}") from error
        finally:
            with suppress(FileNotFoundError):
                self._draft.unlink()


def open_results(
    format_name: str | None, places: Sequence[str], *, look: Look, stdout: TextIO
) -> list[Results]:
    """One writer for standard output, unless files are named; else one a file, in the format of its ending.

    With both a format and files, the format holds for files without a known ending. Raises WrongUse, CouldNotRun.
    """
    if not places:
        return [Results(open_writer(format_name or "table", stdout, look=look), stdout, None, None)]
    return [_open_file(Path(place), format_name, look) for place in places]


def find_format(place: Path, format_name: str | None) -> str:
    """The format for a file: that of its ending, else the one asked for."""
    name = _BY_ENDING.get(place.suffix.lower(), format_name)
    if name is None:
        endings = ", ".join(_BY_ENDING)
        raise WrongUse(
            f"-o {place}: no format is known for that ending", hint=f"Use one of {endings}, or add -f."
        )
    return name


def choose_look(endpoints: Sequence[Endpoint], *, show_all: bool, stdout: TextIO) -> Look:
    """How output for people looks on this terminal, or in this pipe."""
    is_terminal = stdout.isatty()
    width = shutil.get_terminal_size((80, 24)).columns if is_terminal or "COLUMNS" in os.environ else 80
    return Look(
        width=max(width, 40),
        colour=is_terminal and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb",
        show_all=show_all,
        titles={one.name: one.definition.title for one in endpoints},
        unverified=frozenset(one.name for one in endpoints if _is_unverified(one)),
    )


def _is_unverified(endpoint: Endpoint) -> bool:
    """An address that the command line names has no definition that could be verified."""
    from probe.inputs.definitions.one_off import ONE_OFF  # slow, and of no use where only runs are listed

    return endpoint.definition.is_unverified and endpoint.place != ONE_OFF


def streams_to_terminal(format_name: str | None, places: Sequence[str]) -> bool:
    """Whether results come line by line on the terminal, where a live display would be torn up by them."""
    return not places and FORMATS[format_name or "table"].streams and sys.stdout.isatty()


def _open_file(place: Path, format_name: str | None, look: Look) -> Results:
    name = find_format(place, format_name)
    if place.is_dir():
        raise WrongUse(f"-o {place} is a folder: name a file")
    try:
        handle, draft = tempfile.mkstemp(prefix=f".{place.name}.", dir=place.parent or Path())
        os.chmod(draft, 0o600)  # what was found may be dangerous to its owner
        stream = os.fdopen(handle, "w", encoding="utf-8", newline="")
    except OSError as error:
        raise CouldNotRun(f"cannot write {place}: {error.strerror}") from error
    plain = dataclasses.replace(look, width=200, colour=False)
    return Results(open_writer(name, stream, look=plain), stream, place, Path(draft))
