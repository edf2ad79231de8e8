"""The definition for Matrix against a real Synapse: no replica knows how a homeserver takes transaction ids."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import quote

import pytest

from probe.assembly import Job, assemble
from probe.events import Event, Judged
from probe.inputs.endpoints import open_endpoints
from probe.model.verdict import Status, Verdict
from probe.run import run
from probe.sending.pacing import Clock
from tests.real.synapse import CLIENT, Homeserver, running_synapse
from tests.scenarios.practice import Words, limited

pytestmark = pytest.mark.real

BLOCKED = ("谣言", "forbiddenword")
ALLOWED = ("天气图", "公园 & <b>花</b>")
SPEED = 25.0
"""How much faster the program's clock runs: it looks at each message again after a quarter of a minute."""
QUICK = {"rate": None, "jitter": 0.0, "deadline": 600.0, "control_wait": 0.5, "patience": 2}


@pytest.fixture
def homeserver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Homeserver]:
    """A server without rate limits, and a room."""
    with running_synapse(tmp_path_factory.mktemp("synapse"), blocked=BLOCKED) as running:
        yield running


def ask(homeserver: Homeserver, words: Sequence[str]) -> Mapping[str, Verdict]:
    """The verdicts of the shipped definition."""
    settings = [f"homeserver={homeserver.base}", f"room={homeserver.room}"]
    (endpoint,) = open_endpoints(["matrix"], settings)
    verdicts: dict[str, Verdict] = {}

    def listen(event: Event) -> None:
        if isinstance(event, Judged):
            verdicts[event.verdict.keyword] = event.verdict

    job = Job(
        endpoints=[limited(endpoint, QUICK)],
        keywords=Words(words),
        secrets={"MATRIX_TOKEN": homeserver.sender.token, "MATRIX_READER_TOKEN": homeserver.reader.token},
        chance=random.Random(7),
        results=[listen],
        clock=Clock(SPEED),
    )
    asyncio.run(run(assemble(job)))
    return verdicts


def put_out(homeserver: Homeserver, name: str) -> None:
    """Somebody leaves the room, and not of his own will."""
    path = f"{CLIENT}/rooms/{quote(homeserver.room, safe='')}/kick"
    assert homeserver.ask(homeserver.moderator, "POST", path, {"user_id": name}).status == 200


def left(homeserver: Homeserver) -> list[str]:
    """Texts that still stand in the room."""
    return [one.body for one in homeserver.messages(homeserver.moderator) if one.body is not None]


def test_allowed_texts_arrive_blocked_ones_do_not_and_none_is_left(homeserver: Homeserver) -> None:
    """Each redaction counts, though Synapse has seen the transaction id of its message."""
    verdicts = ask(homeserver, [*ALLOWED, *BLOCKED])

    assert {word: verdicts[word].status for word in ALLOWED} == dict.fromkeys(ALLOWED, Status.OK)
    assert {word: verdicts[word].status for word in BLOCKED} == dict.fromkeys(BLOCKED, Status.BLOCKED)
    assert homeserver.policy.seen
    assert left(homeserver) == []


def test_a_shadow_ban_says_nothing_of_any_word(homeserver: Homeserver) -> None:
    """All messages are accepted, and nobody sees one of them."""
    with homeserver.shadow_banned(homeserver.sender):
        verdicts = ask(homeserver, [ALLOWED[0], BLOCKED[0]])
    assert {one.status for one in verdicts.values()} == {Status.UNMEASURED}


@pytest.mark.parametrize("who", ["sender", "reader"])
def test_an_account_that_was_put_out_of_the_room_is_named(homeserver: Homeserver, who: str) -> None:
    """A reader who was put out still gets the messages of before, so that new ones seem to be missing."""
    homeserver.send("早餐")
    put_out(homeserver, homeserver.sender.name if who == "sender" else homeserver.reader.name)
    verdicts = ask(homeserver, [ALLOWED[0], BLOCKED[0]])

    assert {one.status for one in verdicts.values()} == {Status.UNMEASURED}
    assert all("not in the room" in one.reason for one in verdicts.values())
