"""The program is killed, again and again, and goes on each time: nothing is lost, nothing is asked twice.

Real in that it is the whole program in a process of its own, and a kill -9 that nobody can prepare for.
"""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from probe.cli.practice import practice_platform
from probe.keeping.store import Store
from probe.lab.server import Lab

pytestmark = pytest.mark.real

KILLS = 50
ENDPOINTS = ("lab-notice", "lab-silent", "lab-wall")
PAIR = tuple[str, str]


@dataclass
class Sessions:
    """One run in many sessions, and what was seen between them."""

    lab: Lab
    folder: Path
    kills: int = 0
    lost: Counter[PAIR] = field(default_factory=Counter)
    """Askings that reached the lab and are in no store: what was under way when the program died."""
    age: list[float] = field(default_factory=list)
    """Seconds before its end at which the lab received what was then lost."""

    def command(self, *more: str) -> list[str]:
        return [sys.executable, "-m", "probe", "run", "-f", "json", "--store", str(self.store), "-q", *more]

    @property
    def store(self) -> Path:
        return self.folder / "store.sqlite"

    def first(self) -> list[str]:
        names = [part for name in ENDPOINTS for part in ("-e", name)]
        return ["-k", str(self.folder / "words.txt"), "--set", f"base={self.lab.base}", *names]

    def asked(self) -> Counter[PAIR]:
        """How often each text reached each platform, as the lab counts."""
        return Counter((f"lab-{one.platform}", one.text) for one in self.lab.received)

    def answered(self) -> Counter[PAIR]:
        """How often each text was answered at each endpoint, as the store counts."""
        with Store.open(self.store, reading=True) as store:
            run = store.find("last").id
            return Counter(
                (answer.question.endpoint, answer.question.text) for _, answer, _ in store.answers(run)
            )


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> str:
    censored = ["谣言", "六四", "法轮功", "翻墙", "辟谣言论", "zzqxkwv"]
    return (
        "\n".join(
            [
                *(f"词{number}号" for number in range(200)),
                *censored,
                *(f"词{number}号" for number in range(200, 400)),
            ]
        )
        + "\n"
    )


@contextmanager
def _sessions(folder: Path, words: str) -> Iterator[Sessions]:
    (folder / "words.txt").write_text(words, encoding="utf-8")
    with practice_platform(0) as lab:
        yield Sessions(lab=lab, folder=folder)


def _finish(sessions: Sessions, *more: str) -> dict[str, Any]:
    done = subprocess.run(sessions.command(*more), capture_output=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr.decode()
    document: dict[str, Any] = json.loads(done.stdout)
    return document


def _kill_one(sessions: Sessions, more: list[str], after: float) -> bool:
    """Start a session and kill it so many seconds after its first question; False where it came to its end before."""
    before, kept = sessions.asked(), sessions.answered() if sessions.store.exists() else Counter()
    program = subprocess.Popen(sessions.command(*more), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    seen = len(sessions.lab.received)
    while len(sessions.lab.received) == seen and program.poll() is None:
        time.sleep(0.002)
    try:
        program.wait(after)
        return False
    except subprocess.TimeoutExpired:
        ended = time.monotonic()
        program.send_signal(signal.SIGKILL)
        program.wait()
    missing = (sessions.asked() - before) - (sessions.answered() - kept)
    sessions.lost += missing
    missing = missing.copy()
    for one in reversed(sessions.lab.received):
        pair = (f"lab-{one.platform}", one.text)
        if missing[pair] > 0:
            missing[pair] -= 1
            sessions.age.append(max(0.0, ended - one.at))
    sessions.kills += 1
    return True


def _verdicts(document: dict[str, Any]) -> dict[PAIR, tuple[str, ...]]:
    names = ("status", "certainty", "manner", "mechanism", "rule", "failure", "stage")
    return {
        (one["endpoint"], one["keyword"]): tuple(one[name] for name in names) for one in document["verdicts"]
    }


def test_fifty_kills_lose_nothing_and_ask_nothing_twice(
    words: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The verdicts at the end are those of a run that nobody killed, and no answer that was kept was asked for again."""
    with _sessions(tmp_path_factory.mktemp("whole"), words) as whole:
        expected = _finish(whole, *whole.first())
        usual = whole.answered()
    chance = random.Random(2014)
    with _sessions(tmp_path_factory.mktemp("killed"), words) as killed:
        assert _kill_one(killed, killed.first(), 0.1)
        while killed.kills < KILLS:
            assert _kill_one(killed, ["--resume"], chance.uniform(0.0, 0.25)), "it ended before fifty kills"
        document = _finish(killed, "--resume")
        answers = killed.answered()

    assert document["complete"]
    assert _verdicts(document) == _verdicts(expected)
    # Where the number of controls does not tell how often a keyword is asked, it is asked just as often.
    firm = {pair for pair in answers if pair[1] in words.split() and pair[0] != "lab-wall"}
    assert {pair: answers[pair] for pair in firm} == {pair: usual[pair] for pair in firm}
    # Every asking either is kept, or was under way at a kill.
    again = killed.asked() - answers - killed.lost
    assert not again, again
    assert killed.lost.total() <= 2 * len(ENDPOINTS) * KILLS
    assert max(killed.age, default=0.0) <= 0.5
    print(  # noqa: T201 - figures to read
        f"{killed.kills} kills: {killed.lost.total()} answers under way were lost, the oldest "
        f"{max(killed.age, default=0.0):.3f} s old; {answers.total()} kept, {usual.total()} without kills"
    )
