"""Program: the whole of it in a process of its own, asking a lab in this one, and what it kept."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from probe.cli.practice import practice_platform
from probe.keeping.store import Store
from probe.lab.server import Lab

ENDPOINTS = ("lab-notice", "lab-silent", "lab-wall")
"""A notice, silent zero results, and cut connections with a residual block."""
CENSORED = ("谣言", "六四", "法轮功", "翻墙", "辟谣言论")
PAIR = tuple[str, str]
"""Endpoint and text."""
Verdicts = dict[PAIR, tuple[str | None, ...]]
"""By endpoint and keyword, what a verdict says, without counts and times."""
LONGEST = 120.0
"""Seconds after which a program is taken to hang."""

ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"} | {
    "PYTHONPYCACHEPREFIX": os.path.join(tempfile.gettempdir(), "probe-real-pycache")
}
"""Compiled once for all that are started here, wherever the sources lie."""


@dataclass(kw_only=True)
class Program:
    """One run of the program, in as many sessions as it takes."""

    folder: Path
    """Holds words.txt, and will hold the store."""
    base: str
    """Where the lab listens."""
    environment: dict[str, str] = field(default_factory=lambda: dict(ENVIRONMENT), repr=False)

    @property
    def store(self) -> Path:
        return self.folder / "store.sqlite"

    @property
    def first(self) -> list[str]:
        """What to ask, for the first session; later ones know it by themselves."""
        names = [part for name in ENDPOINTS for part in ("-e", name)]
        return ["-k", str(self.folder / "words.txt"), "--set", f"base={self.base}", *names]

    def command(self, *more: str, form: str = "json") -> list[str]:
        return [sys.executable, "-m", "probe", "run", "-f", form, "--store", str(self.store), "-q", *more]

    def start(self, *more: str, form: str = "json") -> subprocess.Popen[str]:
        """Begin a session; whoever does must end it."""
        return subprocess.Popen(
            self.command(*more, form=form),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=self.environment,
        )

    def finish(self, *more: str) -> dict[str, Any]:
        """A session to its end; returns the run document."""
        done = subprocess.run(
            self.command(*more), capture_output=True, timeout=LONGEST, check=False, env=self.environment
        )
        assert done.returncode == 0, done.stderr.decode()
        document: dict[str, Any] = json.loads(done.stdout)
        return document

    def answered(self) -> Counter[PAIR]:
        """How often each text was answered at each endpoint, as the store counts."""
        with Store.open(self.store, reading=True) as store:
            run = store.find("last").id
            return Counter(
                (answer.question.endpoint, answer.question.text) for _, answer, _ in store.answers(run)
            )


@dataclass(kw_only=True)
class Watched(Program):
    """The same with the lab in this process, so that it can be asked what arrived."""

    lab: Lab

    def wait_for_questions(self, number: int, process: subprocess.Popen[str]) -> None:
        """Wait until the lab has so many; the session must not end before."""
        until = time.monotonic() + LONGEST
        while len(self.lab.received) < number:
            assert process.poll() is None, "it ended too early"
            assert time.monotonic() < until, "it asks nothing"
            time.sleep(0.005)

    def asked(self) -> Counter[PAIR]:
        """How often each text reached each platform, as the lab counts."""
        return Counter((f"lab-{one.platform}", one.text) for one in self.lab.received)


def sample_words(number: int, censored: Sequence[str] = CENSORED) -> list[str]:
    """So many words, the censored ones in their middle, and one that finds nothing anywhere."""
    plain = [f"词{place}号" for place in range(number)]
    half = number // 2
    return [*plain[:half], *censored, "zzqxkwv", *plain[half:]]


FEW_WORDS = sample_words(40, CENSORED[:2])
"""For runs that are disturbed once or twice: some seconds long."""


@contextmanager
def prepared(folder: Path, words: Sequence[str]) -> Iterator[Watched]:
    """A lab that listens, and a folder with these words in a list."""
    (folder / "words.txt").write_text("\n".join(words) + "\n", encoding="utf-8")
    with practice_platform(0) as lab:
        yield Watched(lab=lab, base=lab.base, folder=folder)


def read_verdicts(document: dict[str, Any]) -> Verdicts:
    """The verdicts of a run document."""
    names = ("status", "certainty", "manner", "mechanism", "rule", "failure", "stage")
    return {
        (one["endpoint"], one["keyword"]): tuple(one[name] for name in names) for one in document["verdicts"]
    }
