"""Many keywords in one post, before a real filter that reads the whole of it: HAProxy, which denies it or cuts it off."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path

import pytest

from probe.assembly.job import Pooled
from tests.real.asking import Found, ask, opened
from tests.real.body_filter import ACTS, count_posts, filtering_bodies

pytestmark = pytest.mark.real

CANARY = "谣言"
CENSORED = tuple(f"禁{number}语" for number in range(8))
PAIR = ("左甲语", "右甲语")


def mix(plain: int) -> list[str]:
    """So many innocent keywords, and among them, drawn by chance, those that are filtered; the pair side by side."""
    chance = random.Random(8)
    words = [f"词{number}号" for number in range(plain)]
    for word in CENSORED:
        words.insert(chance.randrange(len(words)), word)
    place = chance.randrange(len(words))
    words[place:place] = PAIR
    return words


WORDS = mix(500)


def _ask(folder: Path, act: str, pooled: Pooled) -> tuple[Found, int]:
    """What a run says, and how many posts HAProxy saw."""
    with filtering_bodies(folder, [CANARY, *CENSORED], PAIR) as bases:
        endpoint = opened("filtered-comments.yaml", act, bases[act])
        found = asyncio.run(ask([endpoint], WORDS, pooled=pooled))
    return found, count_posts(folder, act)


@pytest.mark.parametrize("act", ACTS)
def test_a_pooled_run_is_exact_and_takes_few_posts(act: str, tmp_path: Path) -> None:
    """Every filtered word is found, and no other; with a fraction of the posts that there are words."""
    found, posts = _ask(tmp_path, act, Pooled(combinations=True))
    verdicts = found.verdicts[act]
    assert {word for word, one in verdicts.items() if one.status != "ok"} == set(CENSORED)
    assert {verdicts[word].status for word in CENSORED} == {"blocked"}
    certainty = {verdicts[word].certainty for word in CENSORED}
    assert certainty == {"confirmed" if act == "denied" else "likely"}
    assert posts * 2 < len(WORDS)
    (use,) = found.run.endpoints
    assert use.cost is not None
    assert use.cost.hits >= len(CENSORED)
    assert {frozenset(one) for one in use.cost.combinations} <= {frozenset(PAIR)}
    if act == "denied":  # such a hit proves itself, so that one without a cause must be of several words
        assert [set(one) for one in use.cost.combinations] == [set(PAIR)]


def test_pooled_and_one_by_one_say_the_same(tmp_path: Path) -> None:
    """Status, certainty, mechanism and rule of every word."""
    said = []
    for number, mode in enumerate(("auto", "off")):
        folder = tmp_path / str(number)
        folder.mkdir()
        found, posts = _ask(folder, "denied", Pooled(mode=mode))  # type: ignore[arg-type]
        said.append(
            {
                word: (one.status, one.certainty, one.mechanism, one.rule)
                for word, one in found.verdicts["denied"].items()
            }
        )
        assert (posts < len(WORDS)) == (mode == "auto")
    assert said[0] == said[1]
