import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from probe.lab.censor import Cause
from probe.lab.messenger_policy import MessageAct, MessengerPolicy
from probe.lab.messenger_requests import LONGEST_TEXT
from probe.lab.policy import Act
from probe.lab.server import Lab

from .client import Answer, Clock, ask

WORDS = {"六四": MessageAct.REJECT, "诈骗": MessageAct.REVIEW, "色情": MessageAct.MASK}
WALL = 1_700_000_000.0
LOBBY = "/chat/rooms/lobby/messages"


class Practice:
    """A lab with one messenger, asked as several users."""

    def __init__(self, lab: Lab, clock: Clock) -> None:
        self.lab = lab
        self.clock = clock
        self._nonces = 0

    async def ask(self, user: str | None, path: str = LOBBY, **kwargs: Any) -> Answer:
        headers = {} if user is None else {"Authorization": f"Bearer {user}"}
        return await ask(self.lab.base, path, headers=headers, **kwargs)

    async def post(self, text: str, *, user: str = "alice", nonce: str | None = None) -> Answer:
        self._nonces += 1
        sent = {"text": text, "nonce": nonce or f"n{self._nonces}"}
        return await self.ask(user, method="POST", body=json.dumps(sent).encode())


def practise(**policy: Any) -> Practice:
    clock = Clock()
    messenger = MessengerPolicy(**{"name": "chat", "words": WORDS, **policy})
    lab = Lab([], messengers=[messenger], now=clock.now, sleep=clock.sleep, wall=lambda: WALL)
    return Practice(lab, clock)


@pytest.fixture
async def chat() -> AsyncIterator[Practice]:
    practice = practise(latency=(5.0, 5.0))
    async with practice.lab:
        yield practice


async def test_a_message_goes_from_one_user_to_another(chat: Practice) -> None:
    """Sent, waited for by the lab's clock, read in the list and alone, deleted by its author, gone."""
    sent = await chat.post("大色情小")
    identity = sent.json["id"]
    assert (sent.status, sent.json) == (201, {"id": identity, "state": "sent"})
    assert (await chat.ask("bob")).json == {"messages": []}
    assert (await chat.ask("bob", f"{LOBBY}/{identity}")).status == 404
    chat.clock.time += 5.0
    read = {"id": identity, "author": "alice", "text": "大**小", "sent_at": "2023-11-14T22:13:20.000Z"}
    assert (await chat.ask("bob")).json == {"messages": [read]}
    assert (await chat.ask("bob", f"{LOBBY}/{identity}")).json == read
    assert (await chat.ask("alice")).json == {"messages": [{**read, "text": "大色情小"}]}
    refused = await chat.ask("bob", f"{LOBBY}/{identity}", method="DELETE")
    assert (refused.status, refused.json["code"]) == (403, "not_yours")
    assert (await chat.ask("alice", f"{LOBBY}/{identity}", method="DELETE")).status == 204
    assert (await chat.ask("alice", f"{LOBBY}/{identity}", method="DELETE")).status == 404
    assert (await chat.ask("bob")).json == {"messages": []}
    assert chat.lab.messages("chat") == []


async def test_the_list_is_newest_first_and_no_longer_than_asked(chat: Practice) -> None:
    """Fifty unless told otherwise."""
    for number in range(60):
        await chat.post(f"天气 {number}")
    listed = (await chat.ask("alice")).json["messages"]
    assert [message["text"] for message in listed] == [f"天气 {number}" for number in range(59, 9, -1)]
    assert (await chat.ask("alice", f"{LOBBY}?limit=2")).json["messages"] == listed[:2]


async def test_refusals_and_reviews(chat: Practice) -> None:
    """A word of the one kind is refused with a code, of the other it is held, and both are on record."""
    refused, held = await chat.post("六四"), await chat.post("诈骗")
    assert (refused.status, refused.json["code"], bool(refused.json["message"])) == (
        403,
        "text_refused",
        True,
    )
    assert (held.status, held.json["state"]) == (202, "review")
    assert [(one.platform, one.text, one.act, one.cause) for one in chat.lab.received] == [
        ("chat", "六四", MessageAct.REJECT, Cause.KEYWORD),
        ("chat", "诈骗", MessageAct.REVIEW, Cause.KEYWORD),
    ]
    (message,) = chat.lab.messages("chat")
    assert (message.author, message.room, message.text, message.nonce, message.act, message.id) == (
        "alice",
        "lobby",
        "诈骗",
        "n2",
        MessageAct.REVIEW,
        held.json["id"],
    )


async def test_a_repeated_nonce_is_answered_with_the_old_id(chat: Practice) -> None:
    """With 200 instead of 201 or 202."""
    for text, status in (("天气", 201), ("诈骗", 202)):
        first = await chat.post(text, nonce=text)
        again = await chat.post(text, nonce=text)
        assert (first.status, again.status) == (status, 200)
        assert again.json == first.json
    assert len(chat.lab.messages("chat")) == 2


@pytest.mark.parametrize("user", [None, ""])
async def test_nobody_is_a_user_without_a_token(chat: Practice, user: str | None) -> None:
    """Whatever he wants to do."""
    for path, method in ((LOBBY, "GET"), (LOBBY, "POST"), (f"{LOBBY}/x", "GET"), (f"{LOBBY}/x", "DELETE")):
        answer = await chat.ask(user, path, method=method, body=b"")
        assert (answer.status, answer.json["code"]) == (401, "login")
        assert answer.headers["www-authenticate"] == "Bearer"
    assert {one.act for one in chat.lab.received} == {Act.LOGIN}


@pytest.mark.parametrize(
    ("path", "method", "body", "status"),
    [
        ("/chat", "GET", None, 404),
        ("/chat/rooms/lobby", "GET", None, 404),
        ("/chat/rooms/%C0/messages", "GET", None, 400),
        (f"{LOBBY}?limit=none", "GET", None, 400),
        (f"{LOBBY}/x", "GET", None, 404),
        (f"{LOBBY}/x", "POST", b"{}", 405),
        (LOBBY, "DELETE", None, 405),
        (LOBBY, "POST", b"{", 400),
        (LOBBY, "POST", b'{"text": "a"}', 400),
        (LOBBY, "POST", json.dumps({"text": "a" * (LONGEST_TEXT + 1), "nonce": "1"}).encode(), 413),
    ],
)
async def test_a_request_that_is_wrong_is_refused_in_json(
    chat: Practice, path: str, method: str, body: bytes | None, status: int
) -> None:
    """With a code and an explanation, and on record as wrong."""
    answer = await chat.ask("alice", path, method=method, body=body)
    assert answer.status == status
    assert answer.json.keys() == {"code", "message"}
    assert answer.headers["content-type"].startswith("application/json")
    assert ("allow" in answer.headers) is (status == 405)
    assert [(one.act, one.cause) for one in chat.lab.received] == [(Act.REFUSE, Cause.REQUEST)]
    assert chat.lab.messages("chat") == []


async def test_a_body_too_large_is_refused_before_it_is_read(chat: Practice) -> None:
    """As at any platform of the lab."""
    assert (await chat.ask("alice", method="POST", body=b"a" * 70_000)).status == 413


async def test_limits_say_when_to_come_back() -> None:
    """In whole seconds, rounded up, for requests and for days."""
    practice = practise(throttle=(2, 10.0))
    async with practice.lab:
        await practice.post("天气")
        practice.clock.time += 0.5
        await practice.ask("alice")
        refused = await practice.post("音乐")
    assert (refused.status, refused.json["code"], refused.headers["retry-after"]) == (429, "slow_down", "10")
    assert practice.lab.counts["chat", Act.THROTTLE] == 1
    practice = practise(posts_a_day=1)
    async with practice.lab:
        await practice.post("天气")
        practice.clock.time += 400
        refused = await practice.post("音乐")
    assert (refused.status, refused.headers["retry-after"]) == (429, "86000")


async def test_a_mute_says_how_long_and_a_pretended_one_says_nothing_new() -> None:
    """The pretended one is the same answer to the byte."""
    practice = practise(escalation=(1, 60.0, "said"))
    async with practice.lab:
        await practice.post("六四")
        practice.clock.time += 59.5
        muted = await practice.post("天气")
    assert (muted.status, muted.json["code"], muted.json["retry_after"]) == (403, "muted", 0.5)
    practice = practise(escalation=(1, 60.0, "same"))
    async with practice.lab:
        assert await practice.post("六四") == await practice.post("天气")


async def test_a_lost_answer_and_an_error_are_the_same_to_the_byte() -> None:
    """So that the sender cannot know whether his message was posted."""
    lost, failing = practise(lost_rate=1.0), practise(error_rate=1.0)
    async with lost.lab, failing.lab:
        answer = await lost.post("天气")
        failures = [await failing.post("天气") for _ in range(20)]
    assert answer.status == 503
    assert answer in failures
    assert {failure.status for failure in failures} == {502, 503}
    assert (len(lost.lab.messages("chat")), failing.lab.messages("chat")) == (1, [])


async def test_duplicates_and_kept_messages_have_their_codes() -> None:
    """409 and 403."""
    practice = practise(duplicates="said", keeps=True)
    async with practice.lab:
        identity = (await practice.post("天气")).json["id"]
        copy = await practice.post("天气")
        kept = await practice.ask("alice", f"{LOBBY}/{identity}", method="DELETE")
    assert (copy.status, copy.json["code"]) == (409, "duplicate")
    assert (kept.status, kept.json["code"]) == (403, "deletion_refused")


async def test_a_shadow_ban_looks_like_success() -> None:
    """The answers are as ever; only a second user notices."""
    practice = practise(shadow_banned=frozenset({"alice"}))
    async with practice.lab:
        assert (await practice.post("天气")).status == 201
        assert (await practice.post("音乐", user="carol")).status == 201
        seen = {user: (await practice.ask(user)).json["messages"] for user in ("alice", "bob")}
    assert [message["text"] for message in seen["alice"]] == ["音乐", "天气"]
    assert [message["text"] for message in seen["bob"]] == ["音乐"]


async def test_memory_outlives_a_stop() -> None:
    """A messenger that comes back has its messages still."""
    practice = practise()
    async with practice.lab:
        await practice.post("天气")
    async with practice.lab:
        assert len((await practice.ask("bob")).json["messages"]) == 1
