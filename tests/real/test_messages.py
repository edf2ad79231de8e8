"""Messages to a real Matrix server whose policy server refuses some, by the definition that comes with probe."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from probe.events import Answered, Event
from probe.model.observation import Outcome
from probe.model.verdict import Status
from probe.sending.pacing import Clock
from tests.real.asking import Found, ask, explain
from tests.real.messaging import holds_one, left_in_room, matrix_secrets, open_matrix, with_waits
from tests.real.mitmproxy import running_mitmproxy
from tests.real.synapse import Homeserver, running_synapse

pytestmark = pytest.mark.real

BLOCKED = ("谣言", "forbiddenword", "示范词")
WORDS = (
    *("谣言", "天气", "weather", "ForbiddenWord", "音乐", "一支足球队"),
    *("听说谣言很多", "图书馆", "forbidden word", "示范", "示范词语"),
)
"""Blocked ones and their neighbours: within a longer text, in capitals, cut in two."""
RATE = 30.0
"""How many times faster than real time the run goes; the server does not."""


@pytest.fixture(scope="module")
def homeserver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Homeserver]:
    """A Matrix server without rate limits."""
    with running_synapse(tmp_path_factory.mktemp("synapse"), blocked=BLOCKED) as running:
        yield running


def statuses(found: Found) -> dict[str, str]:
    return found.status("matrix")


async def test_who_is_refused_is_blocked_nobody_else_is_and_nothing_is_left(homeserver: Homeserver) -> None:
    """As the definition is, but for its pace. All that was sent was looked at by the policy server."""
    endpoint = open_matrix(homeserver)
    found = await ask([endpoint], WORDS, secrets=matrix_secrets(homeserver), clock=Clock(RATE))

    expected = {word: "blocked" if holds_one(word, BLOCKED) else "ok" for word in WORDS}
    assert statuses(found) == expected, explain(found, "matrix")
    refused = [one for one in found.verdicts["matrix"].values() if one.status is Status.BLOCKED]
    assert {one.rule for one in refused} == {"refused"}
    assert found.failed_controls == []
    assert all(any(word in text for text in homeserver.policy.seen) for word in WORDS)
    assert left_in_room(homeserver) == []
    (use,) = found.run.endpoints
    assert use.notes == ()


async def test_the_limits_that_synapse_comes_with_never_become_a_verdict(tmp_path: Path) -> None:
    """429 after ten messages, as fast as may be: the run waits, measures all, and takes all away, which is limited too."""
    outcomes: Counter[str] = Counter()

    def listen(event: Event) -> None:
        if isinstance(event, Answered):
            outcomes[event.outcome] += 1

    words = ("谣言", "天气", "音乐")
    with running_synapse(tmp_path, blocked=BLOCKED, limited=True) as limited:
        endpoint = with_waits(open_matrix(limited), after=0.1, again_after=None)
        found = await ask([endpoint], words, secrets=matrix_secrets(limited), listen=listen)
        left = left_in_room(limited)

    assert outcomes[Outcome.THROTTLED] >= 2
    assert outcomes[Outcome.ABSENT] == 0
    assert statuses(found) == {"谣言": "blocked", "天气": "ok", "音乐": "ok"}, explain(found, "matrix")
    assert left == []
    assert found.run.endpoints[0].notes == ()


async def test_of_a_sender_who_is_shadow_banned_in_mid_run_no_word_is_called_absent(
    homeserver: Homeserver,
) -> None:
    """What was measured before stays, and nothing is claimed of what was sent later."""
    endpoint = open_matrix(homeserver, patience=2, block=2)
    words = ("天气", "音乐", "公园", "谣言", "图书馆", "足球")
    answers = 0
    with contextlib.ExitStack() as ban:

        def listen(event: Event) -> None:
            nonlocal answers
            answers += isinstance(event, Answered)
            if isinstance(event, Answered) and answers == 4:
                ban.enter_context(homeserver.shadow_banned(homeserver.sender))

        found = await ask(
            [endpoint], words, secrets=matrix_secrets(homeserver), clock=Clock(60.0), listen=listen
        )

    counts = Counter(statuses(found).values())
    assert counts.keys() == {"ok", "unmeasured"}, explain(found, "matrix")
    # Taking one away was a pretence too: the last that was sent before.
    assert len(left_in_room(homeserver)) <= 1
    for one in homeserver.messages():
        homeserver.redact(one.id)


async def test_masked_words_are_filtered(homeserver: Homeserver, tmp_path: Path) -> None:
    """A proxy masks what the reader gets: the masked words are altered, the refused one is blocked, all others are ok."""
    words = ("路过", "天气", "Sample", "谣言", "音乐", "路口")
    port = urlsplit(homeserver.base).port
    assert port is not None
    with running_mitmproxy(tmp_path, port, masked=["路过", "sample"]) as masking:
        endpoint = open_matrix(homeserver, f"http://127.0.0.1:{masking}")
        found = await ask([endpoint], words, secrets=matrix_secrets(homeserver), clock=Clock(RATE))

    assert statuses(found) == {
        "路过": "filtered",
        "天气": "ok",
        "Sample": "filtered",
        "谣言": "blocked",
        "音乐": "ok",
        "路口": "ok",
    }, explain(found, "matrix")
    assert {found.verdicts["matrix"][word].rule for word in ("路过", "Sample")} == {"masked"}
    assert left_in_room(homeserver) == []
