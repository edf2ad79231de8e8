"""The replicas of Telegram and Discord answer bots and webhooks as those platforms document."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.replicas import discord, telegram
from tests.replicas.discord import Discord
from tests.replicas.plain import FORM, JSON, WORDS, Reply, Send, asking
from tests.replicas.telegram import Telegram

# Telegram


BOT = "/bot110201543:AAreplica-sender-bot-token-000000000"
OTHER = "/bot220301544:AAreplica-reader-bot-token-000000000"
CHAT = "@replica_channel"


def say(send: Send, text: str, **changed: Any) -> Reply:
    return send(f"{BOT}/sendMessage", json.dumps({"chat_id": CHAT, "text": text} | changed), JSON)


def updates(send: Send, **query: Any) -> Any:
    query["allowed_updates"] = '["channel_post"]'
    return send(f"{OTHER}/getUpdates?" + urlencode(query))[1]["result"]


def test_a_bot_writes_into_a_channel_and_another_is_told() -> None:
    """Until the other confirms. What was deleted meanwhile is told all the same, and nobody can look it up."""
    replica = Telegram(**WORDS)
    with asking(replica) as send:
        sent = say(send, " 好文 ")[1]["result"]
        assert (sent["text"], sent["chat"]["type"]) == ("好文", "channel")
        (told,) = updates(send)
        assert told["channel_post"] == sent
        assert send(f"{BOT}/getUpdates")[1]["result"] == []
        wanted = {"chat_id": CHAT, "message_id": sent["message_id"]}
        assert send(f"{OTHER}/deleteMessage", urlencode(wanted), FORM)[0] == 400
        assert send(f"{BOT}/deleteMessage", urlencode(wanted), FORM)[1] == {"ok": True, "result": True}
        assert send(f"{BOT}/deleteMessage", urlencode(wanted), FORM)[0] == 400
        assert updates(send) == [told]
        assert updates(send, offset=told["update_id"] + 1) == []
        assert send(f"{BOT}/getMessage?message_id=100")[1]["description"] == "Not Found: method not found"
    assert replica.left() == []


def test_telegram_says_of_every_text_that_it_was_sent() -> None:
    """Of the forbidden ones nobody is told."""
    replica = Telegram(**WORDS)
    with asking(replica) as send:
        assert [say(send, text)[0] for text in ("坏词一号", "静词", "疑词")] == [200] * 3
        assert [one["channel_post"]["text"] for one in updates(send)] == ["疑词"]
    assert replica.left() == ["坏词一号", "静词", "疑词"]
    with asking(Telegram(**WORDS, refusal="Bad Request: no")) as send:
        assert say(send, "坏词一号")[1]["description"] == "Bad Request: no"


def test_telegram_gives_updates_from_an_offset_or_from_the_end() -> None:
    """And forgets those before."""
    with asking(Telegram()) as send:
        for number in range(4):
            say(send, f"文{number}")
        assert len(updates(send, limit=2)) == 2
        assert [one["channel_post"]["text"] for one in updates(send, offset=-2)] == ["文2", "文3"]
        assert len(updates(send)) == 2


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({"text": " "}, "message text is empty"),
        ({"text": "文" * 4097}, "message is too long"),
        ({"chat_id": "@nobody"}, "chat not found"),
        ({"chat_id": ""}, "chat_id is empty"),
        ({"parse_mode": "MarkdownV2", "text": "a.b"}, "can't parse entities: Character '.' is reserved"),
    ],
)
def test_telegram_describes_what_is_wrong(changed: dict[str, Any], wrong: str) -> None:
    """In a body whose `ok` is false."""
    with asking(Telegram()) as send:
        status, told, _ = say(send, **({"text": "好文"} | changed))
        assert (status, told["ok"], told["error_code"]) == (400, False, 400)
        assert told["description"].startswith(f"Bad Request: {wrong}")
        assert send("/bot1:abc/getMe")[0] == 401
        assert send("/botx/getMe")[0] == 404


@pytest.mark.parametrize("trouble", Telegram.troubles)
def test_the_troubles_of_telegram(trouble: str) -> None:
    """Some strike the reader alone, and one of those says nothing."""
    with asking(Telegram(trouble=trouble)) as send:
        status, told, _ = say(send, "好文")
        if trouble in telegram.TROUBLES:
            assert (status, told["description"]) == telegram.TROUBLES[trouble]
            assert told.get("parameters") == ({"retry_after": 35} if trouble == "rate-limit" else None)
        elif trouble == "kicked":
            assert (status, told["description"]) == (403, telegram.KICKED)
            assert updates(send) == []
        elif trouble == "reader-kicked":
            assert (status, updates(send)) == (200, [])
        else:
            assert (status, send(f"{OTHER}/getUpdates")[0]) == (200, 409)


# Discord


AGENT = {"User-Agent": "DiscordBot (https://replica.example, 1)"}
BY_BOT = AGENT | {"Authorization": "Bot replica-bot-token"}
HOOK = f"/api/v10/webhooks/{Discord.webhook}/{Discord.webhook_token}"
CHANNEL = f"/api/v10/channels/{Discord.channel}/messages"


def execute(send: Send, text: Any, wait: str = "true", **changed: Any) -> Reply:
    return send(f"{HOOK}?wait={wait}", json.dumps({"content": text} | changed), AGENT | JSON)


def test_a_webhook_posts_and_a_bot_reads() -> None:
    """The newest first. Without the privilege for contents the bot sees messages without a text."""
    replica = Discord(**WORDS)
    with asking(replica) as send:
        status, told, _ = execute(send, " 好文 ")
        assert (status, told["content"], told["webhook_id"]) == (200, "好文", Discord.webhook)
        later = execute(send, "再文")[1]
        listed = send(f"{CHANNEL}?limit=5", None, BY_BOT)[1]
        assert [one["id"] for one in listed] == [later["id"], told["id"]]
        assert send(f"{CHANNEL}?after={told['id']}", None, BY_BOT)[1] == [later]
        assert send(f"{CHANNEL}/{told['id']}", None, BY_BOT)[1] == told
        assert send(f"{HOOK}/messages/{told['id']}", None, AGENT)[1] == told
        assert send(f"{HOOK}/messages/{told['id']}", None, AGENT, "DELETE")[0] == 204
        assert send(f"{HOOK}/messages/{told['id']}", None, AGENT, "DELETE")[1]["code"] == 10008
        assert replica.left() == ["再文"]
        replica.reads_content = False
        assert send(CHANNEL, None, BY_BOT)[1][0]["content"] == ""


def test_discord_tells_of_a_blocked_message_only_those_who_wait() -> None:
    """By numbers of its own for titles, links and explicit words. What a bot takes away is gone for all."""
    replica = Discord(**WORDS, explicit=frozenset({"露词"}))
    with asking(replica) as send:
        texts = ("坏词一号", "坏词一号 https://a.example", "露词")
        assert [execute(send, text)[1]["code"] for text in texts] == [200000, 240000, 20009]
        assert execute(send, "好文", thread_name="坏词一号")[1]["code"] == 200001
        assert execute(send, "坏词一号", "false")[0] == execute(send, "疑词", "false")[0] == 204
        gone = execute(send, "静词")[1]["id"]
        assert send(f"{HOOK}/messages/{gone}", None, AGENT)[0] == 404
    assert replica.left() == ["疑词"]


@pytest.mark.parametrize(
    ("text", "code"), [("", 50006), (" ", 50006), (None, 50006), (1, 50035), ("文" * 2001, 50035)]
)
def test_discord_refuses_what_is_no_message(text: Any, code: int) -> None:
    """And says where the fault is."""
    with asking(Discord()) as send:
        status, told, _ = execute(send, text)
        assert (status, told["code"]) == (400, code)
        assert (code == 50035) == ("errors" in told)


def test_discord_demands_tokens_and_who_asks() -> None:
    """The webhook's stands in its address."""
    with asking(Discord()) as send:
        assert send(HOOK + "x?wait=true", "{}", AGENT | JSON)[1]["code"] == 50027
        assert send("/api/webhooks/1/x", "{}", AGENT | JSON)[1]["code"] == 10015
        assert send(HOOK, "content=文", AGENT | {"Content-Type": "text/plain"})[1]["code"] == 50035
        assert send(HOOK, "{", AGENT | JSON)[1]["code"] == 50109
        assert send(CHANNEL, None, AGENT)[1] == {"message": "401: Unauthorized", "code": 0}
        assert send(CHANNEL, None, BY_BOT | {"User-Agent": ""})[1].startswith("error code: 1010")


@pytest.mark.parametrize("trouble", Discord.troubles)
def test_the_troubles_of_discord(trouble: str) -> None:
    """What is wrong with the bot is not wrong with the webhook."""
    with asking(Discord(trouble=trouble)) as send:
        status, told, headers = execute(send, "好文")
        read = send(CHANNEL, None, BY_BOT)
        if trouble == "rate-limit":
            assert (status, told["retry_after"], headers["retry-after"]) == (429, 0.57, "1")
        elif trouble == "cloudflare":
            assert (status, told) == (403, "error code: 1010")
        elif trouble == "swept":
            assert (status, read[1]) == (200, [])
        else:
            assert (read[0], read[1]["code"], read[1]["message"]) == discord.TROUBLES[trouble]
            assert (status == 200) == (trouble in {"login", "missing-access"})
