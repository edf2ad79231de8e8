"""Figures: what a benchmark measured against what was promised; and the child processes that are measured.

A figure is a ratio of two things measured in the same run wherever that makes sense: machines differ, and are noisy.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from subprocess import DEVNULL, Popen

HERE = Path(__file__).parent
PROBE = (sys.executable, "-m", "probe")
"""The command, for a child."""


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One measured value, and the bound that was promised."""

    what: str
    value: float
    at_least: float | None = None
    at_most: float | None = None
    unit: str = ""

    @property
    def holds(self) -> bool:
        """Whether the promise is kept; a figure without a bound is there to be read only."""
        return (self.at_least is None or self.value >= self.at_least) and (
            self.at_most is None or self.value <= self.at_most
        )

    @property
    def bound(self) -> str:
        if self.at_least is not None:
            return f"at least {self.at_least:g}"
        return f"at most {self.at_most:g}" if self.at_most is not None else ""

    @property
    def word(self) -> str:
        if self.at_least is None and self.at_most is None:
            return ""
        return "holds" if self.holds else "MISSED"


def report(figures: Sequence[Figure]) -> int:
    """Print figures as a table; returns the exit code: 1 where a promise is broken."""
    width = max(len(one.what) for one in figures)
    for one in figures:
        unit = f" {one.unit}" if one.unit else ""
        line = f"{one.what:<{width}}  {one.value:>10,.3f}{unit:<6} {one.bound:<14} {one.word}"
        print(line.rstrip(), flush=True)
    return 0 if all(one.holds for one in figures) else 1


@dataclass(frozen=True, kw_only=True)
class Finished:
    """What a child process took."""

    code: int
    seconds: float
    cpu: float
    """Seconds of processor time, user and system."""
    peak: float
    """MB of memory at its highest (ru_maxrss)."""


def run_child(
    arguments: Sequence[str], environment: Mapping[str, str], *, output: Path | None = None
) -> Finished:
    """Run a program to its end, its standard output in a file or nowhere. Its errors are shown if it fails."""
    with (
        open(output or os.devnull, "wb") as out,
        tempfile.TemporaryFile() as errors,
    ):
        started = time.perf_counter()
        child = Popen(arguments, stdout=out, stderr=errors, stdin=DEVNULL, env=dict(environment))
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - started
        child.returncode = code = os.waitstatus_to_exitcode(status)
        if code:
            errors.seek(0)
            print(errors.read(2000).decode("utf-8", "replace"), file=sys.stderr)
    return Finished(
        code=code,
        seconds=seconds,
        cpu=usage.ru_utime + usage.ru_stime,
        peak=usage.ru_maxrss / 1024,
    )


@contextmanager
def workplace() -> Iterator[tuple[Path, dict[str, str]]]:
    """A folder that is gone afterwards, and an environment for children.

    In it Python keeps its compiled modules in that folder, as an installed program has them, whatever the caller's settings;
    of the caller's PYTHON... variables only PYTHONPATH stays, so that another tree can be measured.
    """
    with tempfile.TemporaryDirectory(prefix="probe-benchmark-") as name:
        environment = {
            key: value
            for key, value in os.environ.items()
            if not key.startswith("PYTHON") or key == "PYTHONPATH"
        }
        environment["PYTHONPYCACHEPREFIX"] = f"{name}/bytecode"
        yield Path(name), environment


def write_words(place: Path, count: int) -> Path:
    """A list of that many different keywords, one a line."""
    with place.open("w", encoding="utf-8") as file:
        file.writelines(f"测试词{number}\n" for number in range(count))
    return place


def describe_machine() -> str:
    """Processors, Python, and how busy the machine is: the figures mean little on a busy one."""
    load = ", ".join(f"{one:.2f}" for one in os.getloadavg())
    version = ".".join(map(str, sys.version_info[:3]))
    return f"{os.cpu_count()} processors, Python {version}, load averages before: {load}"
