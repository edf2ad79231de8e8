"""How the program ends: its exit codes, and the errors that are explained to the user once, in `cli`."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass


class ExitCode(enum.IntEnum):
    """What the shell sees. Where several hold: 130, 4, 2, 3, 1."""

    DONE = 0
    CONDITION_MET = 1
    """A `--fail-on` condition holds."""
    WRONG_USE = 2
    """Wrong use, or a file that cannot be used."""
    NOTHING_TRUSTED = 3
    """No endpoint gave a trusted verdict."""
    COULD_NOT_RUN = 4
    STOPPED = 130
    """Stopped by the user (Ctrl-C or SIGTERM)."""


class ProbeError(Exception):
    """Something that the user can mend; `exit_code` says what kind, `hint` how."""

    exit_code = ExitCode.COULD_NOT_RUN

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class WrongUse(ProbeError):
    """The command line asks for something that cannot be done as asked."""

    exit_code = ExitCode.WRONG_USE


class CouldNotRun(ProbeError):
    """The surroundings fail: a file that cannot be written, a port that cannot be bound."""

    exit_code = ExitCode.COULD_NOT_RUN


class Stopped(ProbeError):
    """The user stopped it before there was anything to show."""

    exit_code = ExitCode.STOPPED


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One thing that is wrong in an input file, with its place and, where one is known, its remedy."""

    file: str
    line: int | None = None
    """Counted from 1; None where the fault is of the whole file."""
    field: str | None = None
    """`keyword`, `rules[2].when.status`, ..."""
    message: str
    hint: str | None = None

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        field = f" {self.field}:" if self.field else ""
        hint = f" {self.hint}" if self.hint else ""
        return f"{place}:{field} {self.message}{hint}"


class BadInput(ProbeError):
    """An input file has faults: all are counted, the first ones are kept."""

    exit_code = ExitCode.WRONG_USE

    def __init__(self, faults: Sequence[Fault], *, total: int | None = None) -> None:
        self.faults = tuple(faults)
        self.total = len(self.faults) if total is None else total
        files = ", ".join(dict.fromkeys(fault.file for fault in self.faults))
        noun = "fault" if self.total == 1 else "faults"
        super().__init__(f"{self.total:,} {noun} in {files}")
