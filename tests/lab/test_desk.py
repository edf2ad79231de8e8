from collections.abc import AsyncIterator

import pytest

from probe.lab.policies import STANDARD, STANDARD_MESSENGERS
from probe.lab.server import Lab

from .client import ask, search


@pytest.fixture
async def lab() -> AsyncIterator[Lab]:
    async with Lab() as lab:
        yield lab


async def test_the_front_page_names_every_platform(lab: Lab) -> None:
    """Each one has an example that can be pasted into a terminal."""
    page = (await ask(lab.base, "/")).body
    assert all(f"\n{policy.name}\n  curl " in page for policy in STANDARD)
    assert all(f"\n{policy.name}\n  curl " in page for policy in STANDARD_MESSENGERS)
    assert page.count(lab.base) == len(STANDARD) + 2 * len(STANDARD_MESSENGERS) + 2


async def test_truth_can_be_asked(lab: Lab) -> None:
    """What the lab would call true is there to compare with."""
    answer = await ask(lab.base, "/_lab/truth?platform=sources&text=%E8%89%B2%E6%83%85")
    assert answer.json == {"platform": "sources", "text": "色情", "truth": "filtered"}


@pytest.mark.parametrize(("text", "act"), [("%E8%89%B2%E6%83%85", "mask"), ("x", None)])
async def test_the_act_of_a_messenger_can_be_asked(lab: Lab, text: str, act: str | None) -> None:
    """A messenger has more fates than a verdict has words, so its act is told as it is."""
    answer = await ask(lab.base, f"/_lab/truth?platform=messenger&text={text}")
    assert (answer.status, answer.json["act"]) == (200, act)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/_lab/truth?platform=nowhere&text=x", 404),
        ("/_lab/truth?platform=notice", 400),
        ("/_lab/truth?platform=notice&text=%CC", 400),
        ("/_lab/received?last=-1", 400),
        ("/_lab/secrets", 404),
    ],
)
async def test_wrong_use_of_the_desk_is_refused(lab: Lab, path: str, status: int) -> None:
    """A mistake gets an explanation, not an empty answer."""
    assert (await ask(lab.base, path)).status == status


async def test_what_was_received_can_be_read(lab: Lab) -> None:
    """Counts of all, and the last ones whole; looking does not add to it."""
    for text in ("天气", "谣言"):
        await search(lab.base, "notice", text)
    for _ in range(2):
        shown = (await ask(lab.base, "/_lab/received?last=1")).json
        assert shown["counts"] == {"notice": {"serve": 1, "notice": 1}}
        assert [(item["text"], item["act"]) for item in shown["received"]] == [("谣言", "notice")]
    assert len(lab.received) == 2
