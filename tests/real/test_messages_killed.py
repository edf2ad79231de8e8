"""The whole program is killed and stopped, again and again, while it posts to real Synapse and to the lab: nothing of it is
left there in the end, and what it says is right."""

from __future__ import annotations

import random
import signal
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from probe.errors import ExitCode
from tests.real.asking import DEFINITIONS
from tests.real.messaging import holds_one, left_in_room, matrix_secrets
from tests.real.posting import MESSENGER, Posting, Struck, find_wrong, posting_to_lab
from tests.real.synapse import Homeserver, running_synapse

pytestmark = pytest.mark.real

BLOCKED = ("谣言", "forbiddenword")
WORDS = (
    "天气",
    "谣言",
    "音乐",
    "weather",
    "足球",
    "图书馆",
    "ForbiddenWord",
    "公园",
    "面包",
    "春天",
    "散步",
    "茶叶",
)
LAB_WORDS = ("天气", "六四", "音乐", "色情", "公园", "诈骗", "足球", "翻墙", "散步", "谣言")
KILLS = 6


@pytest.fixture(scope="module")
def homeserver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Homeserver]:
    """A Matrix server without rate limits."""
    with running_synapse(tmp_path_factory.mktemp("synapse"), blocked=BLOCKED) as running:
        yield running


@pytest.fixture
def program(homeserver: Homeserver, tmp_path: Path) -> Iterator[Posting]:
    """One run against it; the policy server tells of what it allows."""
    program = Posting(
        folder=tmp_path,
        base=homeserver.base,
        definition=str(DEFINITIONS / "quick-matrix.yaml"),
        settings=[f"homeserver={homeserver.base}", f"room={homeserver.room}"],
        words=WORDS,
        left=lambda: left_in_room(homeserver),
    )
    for name, value in matrix_secrets(homeserver).items():
        program.environment[f"PROBE_SECRET_{name}"] = value
    homeserver.policy.on_allowed.append(program.ambush.hear)
    yield program
    homeserver.policy.on_allowed.clear()


@pytest.mark.parametrize("seed", [1, 2])
def test_kills_leave_no_message_in_a_matrix_room(seed: int, program: Posting) -> None:
    """Six times kill -9, three of them while the policy server looks at a message: Synapse takes it all the same."""
    document, struck = program.kill_often(KILLS, random.Random(seed))

    assert program.left() == []
    assert document["complete"]
    assert document["endpoints"][0]["notes"] == []
    found = {one["keyword"]: one["status"] for one in document["verdicts"]}
    assert found == {word: "blocked" if holds_one(word, BLOCKED) else "ok" for word in WORDS}
    _tell(struck)


@pytest.mark.parametrize(("at", "delay"), [(1, None), (4, None), (3, 0.1), (5, 0.5)])
def test_ctrl_c_leaves_no_message_in_a_matrix_room(at: int, delay: float | None, program: Posting) -> None:
    """While a message waits for its answer, or soon after: without --resume."""
    struck = program.strike(*program.first, number=signal.SIGINT, at=at, delay=delay)

    assert (struck.code, program.left()) == (ExitCode.STOPPED, [])
    assert "Traceback" not in struck.err


@pytest.mark.parametrize("seed", [1, 2])
def test_kills_leave_no_message_in_the_lab(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same with more ways to end for a message: held, cut, masked, replaced."""
    with posting_to_lab(tmp_path / "run", LAB_WORDS, monkeypatch) as (program, lab):
        document, struck = program.kill_often(KILLS, random.Random(seed))
        assert lab.messages(MESSENGER) == []
        assert find_wrong(document, lab) == []
    assert document["complete"]
    assert document["endpoints"][0]["notes"] == []
    assert len(document["verdicts"]) == len(LAB_WORDS)
    _tell(struck)


def _tell(struck: Sequence[Struck]) -> None:
    """Messages that were there when the program died; of every second one nobody knew whether it was accepted."""
    assert sum(bool(one.unsure) for one in struck) >= KILLS // 2
    left, unsure = [len(one.left) for one in struck], [len(one.unsure) for one in struck]
    print(f"{len(struck)} kills left {left} messages, {unsure} of them without an answer")  # noqa: T201 - figures to read
