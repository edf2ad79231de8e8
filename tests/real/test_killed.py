"""The program is killed, again and again, and goes on each time: nothing is lost, nothing is asked twice.

Real in that it is the whole program in a process of its own, and a kill -9 that nobody can prepare for.
"""

from __future__ import annotations

import random
import signal
import subprocess
import time
from collections import Counter
from dataclasses import dataclass, field

import pytest

from tests.real.program import ENDPOINTS, ENVIRONMENT, PAIR, Watched, prepared, read_verdicts, sample_words

pytestmark = pytest.mark.real

KILLS = 50
WORDS = sample_words(400)


@dataclass(kw_only=True)
class Kills:
    """What was seen between the sessions of a program that is killed."""

    program: Watched
    number: int = 0
    kept: Counter[PAIR] = field(default_factory=Counter)
    """Answers that were in the store after the last kill."""
    lost: Counter[PAIR] = field(default_factory=Counter)
    """Askings that reached the lab and are in no store: what was under way when the program died."""
    age: list[float] = field(default_factory=list)
    """Seconds before its end at which the lab received what was then lost."""

    def kill_one(self, more: list[str], after: float) -> bool:
        """Start a session and kill it so many seconds after its first question; False where it came to its end before."""
        program = self.program
        before, seen = program.asked(), len(program.lab.received)
        process = subprocess.Popen(
            program.command(*more), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=ENVIRONMENT
        )
        while len(program.lab.received) == seen and process.poll() is None:
            time.sleep(0.002)
        try:
            process.wait(after)
            return False
        except subprocess.TimeoutExpired:
            ended = time.monotonic()
            process.send_signal(signal.SIGKILL)
            process.wait()
        kept = program.answered()
        missing = (program.asked() - before) - (kept - self.kept)
        self.kept = kept
        self.lost += missing
        for one in reversed(program.lab.received):
            pair = (f"lab-{one.platform}", one.text)
            if missing[pair] > 0:
                missing[pair] -= 1
                self.age.append(max(0.0, ended - one.at))
        self.number += 1
        return True


def test_fifty_kills_lose_nothing_and_ask_nothing_twice(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The verdicts at the end are those of a run that nobody killed, and no answer that was kept was asked for again."""
    with prepared(tmp_path_factory.mktemp("whole"), WORDS) as whole:
        expected = whole.finish(*whole.first)
        usual = whole.answered()
    chance = random.Random(2014)
    with prepared(tmp_path_factory.mktemp("killed"), WORDS) as program:
        killed = Kills(program=program)
        assert killed.kill_one(program.first, 0.1)
        while killed.number < KILLS:
            assert killed.kill_one(["--resume"], chance.uniform(0.0, 0.25)), "it ended before fifty kills"
        document = program.finish("--resume")
        answers, asked = program.answered(), program.asked()

    assert document["complete"]
    assert read_verdicts(document) == read_verdicts(expected)
    # Where the number of controls does not tell how often a keyword is asked, it is asked just as often.
    firm = {pair for pair in answers if pair[1] in WORDS and pair[0] != "lab-wall"}
    assert {pair: answers[pair] for pair in firm} == {pair: usual[pair] for pair in firm}
    # Every asking either is kept, or was under way at a kill.
    again = asked - answers - killed.lost
    assert not again, again
    assert killed.lost.total() <= 2 * len(ENDPOINTS) * KILLS
    assert max(killed.age, default=0.0) <= 0.5
    print(  # noqa: T201 - figures to read
        f"{killed.number} kills: {killed.lost.total()} answers under way were lost, the oldest "
        f"{max(killed.age, default=0.0):.3f} s old; {answers.total()} kept, {usual.total()} without kills"
    )
