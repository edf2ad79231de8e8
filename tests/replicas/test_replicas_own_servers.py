"""The replicas of Rocket.Chat and Mattermost answer as their own source and that of their filters says."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.replicas import mattermost, rocketchat
from tests.replicas.mattermost import Mattermost
from tests.replicas.plain import FORM, JSON, WORDS, Clock, Reply, Send, asking
from tests.replicas.rocketchat import RocketChat, masked

# Rocket.Chat


SENDER = {"X-User-Id": RocketChat.sender_id, "X-Auth-Token": RocketChat.sender_token}
READER = {"X-User-Id": RocketChat.reader_id, "X-Auth-Token": RocketChat.reader_token}
API = rocketchat.API
ROOM = RocketChat.room


def call(send: Send, name: str, body: Any = None, user: dict[str, str] = SENDER) -> Reply:
    return send(API + name, None if body is None else json.dumps(body), (JSON if body else {}) | user)


def post(send: Send, text: Any, **changed: Any) -> Reply:
    return call(send, "chat.postMessage", {"roomId": ROOM, "text": text} | changed)


def write(send: Send, text: str, **changed: Any) -> Reply:
    return call(send, "chat.sendMessage", {"message": {"rid": ROOM, "msg": text} | changed})


def erase(send: Send, identity: str, **changed: Any) -> Reply:
    return call(send, "chat.delete", {"roomId": ROOM, "msgId": identity} | changed)


def test_a_message_on_rocket_chat_is_written_read_and_deleted() -> None:
    """Its author may give it an id, once."""
    replica = RocketChat(**WORDS)
    with asking(replica) as send:
        status, told, headers = write(send, "好文", _id="mine1")
        assert (status, told["success"], told["message"]["_id"]) == (200, True, "mine1")
        assert int(headers["x-ratelimit-remaining"]) > 0
        status, again, _ = write(send, "别的", _id="mine1")
        assert (status, again) == (400, {"success": False, "error": rocketchat.NOTHING})
        shown = call(send, "chat.getMessage?msgId=mine1", user=READER)[1]["message"]
        assert (shown["msg"], shown["u"]["username"], shown["rid"]) == ("好文", "sender", ROOM)
        assert erase(send, "mine1", roomId="x")[0] == 400
        forbidden = call(send, "chat.delete", {"roomId": ROOM, "msgId": "mine1"}, READER)[1]
        assert forbidden["errorType"] == "error-action-not-allowed"
        status, told, _ = erase(send, "mine1")
        assert (status, told["success"], "msg" in told["message"]) == (200, True, False)
        assert erase(send, "mine1")[1]["error"] == 'No message found with the id of "mine1".'
        assert call(send, "chat.getMessage?msgId=mine1")[:2] == (400, {"success": False})
        assert write(send, "再文", _id="mine1")[0] == 200
        assert call(send, "chat.getMessage?msgId=mine1")[1]["message"]["msg"] == "再文"
    assert replica.left() == ["再文"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("疑词 好文", "** 好文"),
        ("好文，疑词。", "好文，**。"),
        ("一\n疑词\n二", "一\n**\n二"),
        ("好疑词文", "好疑词文"),
        ("好疑词 文", "好疑词 文"),
        ("疑词文", "疑词文"),
        ("疑词 疑词", "** **"),
    ],
)
def test_rocket_chat_masks_words_that_stand_alone(text: str, shown: str) -> None:
    """And says that all went well; within running text it finds none."""
    replica = RocketChat(**WORDS)
    with asking(replica) as send:
        told = post(send, text)[1]
        assert (told["success"], told["message"]["msg"]) == (True, shown)
    assert replica.left() == [shown]
    assert masked("Bad, word", frozenset({"bad"})) == "***, word"
    assert masked("bad", frozenset()) == "bad"


def test_an_app_on_rocket_chat_keeps_messages_back() -> None:
    """Of which a server of today says no more than that there is no message, and an older one what happened."""
    replica = RocketChat(**WORDS)
    with asking(replica) as send:
        assert post(send, "坏词一号")[:2] == (400, {"success": False, "error": "unknown-error"})
        assert write(send, "坏词一号")[:2] == (400, {"success": False, "error": rocketchat.NOTHING})
        replica.prevents = "aloud"
        told = write(send, "坏词一号")[1]
        assert told["errorType"] == "error-app-prevented-sending"
        assert (
            told["error"] == "A Rocket.Chat App prevented the message sending. [error-app-prevented-sending]"
        )
        gone = write(send, "静词")[1]["message"]["_id"]
        assert call(send, f"chat.getMessage?msgId={gone}", user=READER)[0] == 400
    assert replica.left() == []


def test_rocket_chat_lists_each_kind_of_room_by_a_call_of_its_own() -> None:
    """The newest first."""
    replica = RocketChat(kind="im")
    with asking(replica) as send:
        for number in range(3):
            post(send, f"文{number}")
        for name in ("im.history", "dm.messages"):
            told = call(send, f"{name}?roomId={ROOM}&count=2", user=READER)[1]
            assert [one["msg"] for one in told["messages"]] == ["文2", "文1"]
        assert told["total"] == 3
        for name in ("groups.history", "channels.messages"):
            assert call(send, f"{name}?roomId={ROOM}", user=READER)[1]["errorType"] == "error-room-not-found"
        assert call(send, f"im.history?roomId={ROOM}&count=x")[1]["errorType"] == "invalid-params"


def test_rocket_chat_gives_out_what_must_stand_in_two_headers() -> None:
    """To those with a password."""
    with asking(RocketChat()) as send:
        told = call(send, "login", {"user": "sender", "password": "replica-1"}, {})[1]
        assert told["status"] == "success"
        user = {"X-User-Id": told["data"]["userId"], "X-Auth-Token": told["data"]["authToken"]}
        assert call(send, f"groups.history?roomId={ROOM}", user=user)[0] == 200
        assert call(send, "login", {"user": "sender", "password": "x"}, {})[0] == 401
        for lacking in ("X-User-Id", "X-Auth-Token"):
            status, told, _ = post_as(send, {name: one for name, one in SENDER.items() if name != lacking})
            assert (status, told["status"], told["message"]) == (401, "error", rocketchat.LOGGED_IN)


def post_as(send: Send, user: dict[str, str]) -> Reply:
    return call(send, "chat.postMessage", {"roomId": ROOM, "text": "文"}, user)


@pytest.mark.parametrize(
    ("name", "body", "error"),
    [
        ("chat.postMessage", {"text": "x"}, "invalid-params"),
        ("chat.postMessage", {"channel": "#nowhere", "text": "x"}, "invalid-channel"),
        ("chat.sendMessage", {"message": {"msg": "x"}}, "invalid-params"),
        ("chat.sendMessage", {"message": {"rid": ROOM, "msg": "文" * 5001}}, "error-message-size-exceeded"),
    ],
)
def test_rocket_chat_has_types_of_errors(name: str, body: Any, error: str) -> None:
    """Which stand in the text as well. Some errors have none."""
    with asking(RocketChat()) as send:
        status, told, _ = call(send, name, body)
        assert (status, told["success"], told["errorType"]) == (400, False, error)
        assert told["error"].endswith(f"[{error}]")
        assert write(send, "x", rid="elsewhere")[1] == {"success": False, "error": "error-invalid-room"}
        assert post(send, "文" * 5001)[1] == {"success": False, "error": "error-message-size-exceeded"}
        assert call(send, "chat.getMessage")[1]["errorType"] == "invalid-params"
        assert send(API + "chat.postMessage", f"roomId={ROOM}&text=x", FORM | SENDER)[0] == 400
        assert post(send, "文", channel="#replica")[0] == 200


@pytest.mark.parametrize("trouble", RocketChat.troubles)
def test_the_troubles_of_rocket_chat(trouble: str) -> None:
    """Who is muted may read; who is not in the room may not."""
    with asking(RocketChat(trouble=trouble)) as send:
        status, told, headers = post(send, "好文")
        listed = call(send, f"groups.history?roomId={ROOM}", user=READER)
        if trouble in rocketchat.OF_POSTS:
            assert (status, told["error"]) == (400, rocketchat.OF_POSTS[trouble])
            assert listed[0] == (400 if trouble == "not-in-channel" else 200)
        elif trouble == "rate-limit":
            assert (status, told["error"][-25:]) == (429, "[error-too-many-requests]")
            assert int(headers["x-ratelimit-reset"]) > 1_000_000_000_000
        elif trouble == "login":
            assert (status, listed[0]) == (401, 401)
        elif trouble == "server-busy":
            assert (status, told[:6]) == (502, "<html>")
        else:
            assert (status, listed[1]["messages"]) == (200, [])


# Mattermost


AUTHOR = {"Authorization": f"Bearer {Mattermost.sender_token}"}
WITNESS = {"Authorization": f"Bearer {Mattermost.reader_token}"}
LIST = f"/api/v4/channels/{Mattermost.channel}/posts"


def create(send: Send, message: Any, pending: str = "", **changed: Any) -> Reply:
    sent = {"channel_id": Mattermost.channel, "message": message, "pending_post_id": pending} | changed
    return send(mattermost.POSTS, json.dumps(sent), JSON | AUTHOR)


def test_a_post_on_mattermost_is_created_read_and_deleted() -> None:
    """With 201; who may not delete it, and who looks for it afterwards, is told an id."""
    replica = Mattermost(**WORDS)
    with asking(replica) as send:
        status, told, _ = create(send, "好文")
        assert (status, told["message"], told["delete_at"], len(told["id"])) == (201, "好文", 0, 26)
        where = f"{mattermost.POSTS}/{told['id']}"
        assert send(where, None, WITNESS)[1]["message"] == "好文"
        listed = send(LIST, None, WITNESS)[1]
        assert (listed["order"], listed["posts"][told["id"]]["message"]) == ([told["id"]], "好文")
        status, refused, _ = send(where, None, WITNESS, "DELETE")
        assert (status, refused["id"]) == (403, "api.context.permissions.app_error")
        assert send(where, None, AUTHOR, "DELETE")[:2] == (200, {"status": "OK"})
        assert send(LIST, None, WITNESS)[1]["order"] == []
        (shell,) = send(LIST + "?since=1", None, WITNESS)[1]["posts"].values()
        assert (shell["message"], shell["delete_at"] > 0) == ("", True)
        status, gone, _ = send(where, None, WITNESS)
        assert (status, gone["id"], gone["status_code"]) == (404, "app.post.get.app_error", 404)
    assert replica.left() == []


def test_the_filter_of_mattermost_rejects_or_masks() -> None:
    """Chinese words wherever they stand, ASCII ones only by themselves. As it is first set, an asterisk is escaped."""
    replica = Mattermost(hard=WORDS["hard"], soft=frozenset({"疑词", "darn"}), dropped=WORDS["dropped"])
    with asking(replica) as send:
        status, told, _ = create(send, "含坏词一号的")
        said = "Post rejected by plugin. Profane word not allowed: 坏词一号"
        assert (status, told["id"], told["message"]) == (400, said, said)
        assert create(send, "含疑词的")[1]["message"] == r"含\*\*的"
        replica.censor = "*"
        assert create(send, "Darn darned")[1]["message"] == "**** darned"
        gone = create(send, "静词")[1]["id"]
        assert send(f"{mattermost.POSTS}/{gone}", None, AUTHOR)[0] == 404
        replica.refuses_by = "dismissal"
        assert create(send, "坏词一号")[1]["id"] == mattermost.DISMISSED
    assert replica.left() == [r"含\*\*的", "**** darned"]


def test_mattermost_makes_one_post_of_a_pending_id_for_half_a_minute() -> None:
    """After a rejection another try is free; after a deletion it is an error."""
    clock = Clock()
    replica = Mattermost(**WORDS, clock=clock)
    with asking(replica) as send:
        assert create(send, "坏词一号", "p1")[0] == 400
        status, first, _ = create(send, "一", "p1")
        assert (status, first["pending_post_id"]) == (201, "p1")
        status, second, _ = create(send, "二", "p1")
        assert (status, second["id"], second["message"]) == (201, first["id"], "一")
        send(f"{mattermost.POSTS}/{first['id']}", None, AUTHOR, "DELETE")
        status, told, _ = create(send, "一", "p1")
        assert (status, told["id"]) == (500, "api.post.deduplicate_create_post.failed_to_get")
        clock.now += mattermost.KEPT + 1
        assert create(send, "三", "p1")[1]["message"] == "三"
        assert create(send, "四")[1]["id"] != create(send, "四")[1]["id"]
    assert replica.left() == ["三", "四", "四"]


def test_mattermost_lists_by_pages() -> None:
    """Numbers that are none are left out of account."""
    with asking(Mattermost()) as send:
        numbers = [create(send, f"文{number}")[1]["id"] for number in range(3)]
        assert send(f"{LIST}?per_page=2", None, WITNESS)[1]["order"] == numbers[:0:-1]
        assert send(f"{LIST}?per_page=2&page=1", None, WITNESS)[1]["order"] == numbers[:1]
        assert send(f"{LIST}?per_page=x", None, WITNESS)[1]["order"] == numbers[::-1]


@pytest.mark.parametrize(
    ("changed", "status", "identity"),
    [
        ({"message": 1}, 400, "api.context.invalid_body_param.app_error"),
        ({"message": "文" * 16_384}, 400, "model.post.is_valid.message_length.app_error"),
        ({"channel_id": "x"}, 403, "api.context.permissions.app_error"),
    ],
)
def test_mattermost_names_errors(changed: dict[str, Any], status: int, identity: str) -> None:
    """By ids, with a sentence for people."""
    with asking(Mattermost()) as send:
        found, told, _ = create(send, **({"message": "好文"} | changed))
        assert (found, told["id"], told["message"] != identity) == (status, identity, True)
        assert (
            send(mattermost.POSTS, "[", JSON | AUTHOR)[1]["message"]
            == "Invalid or missing post in request body."
        )
        assert (
            send(f"{mattermost.POSTS}/x", None, AUTHOR)[1]["id"] == "api.context.invalid_url_param.app_error"
        )
        assert send("/api/v4/nothing", None, AUTHOR)[1]["id"] == "api.context.404.app_error"
        for user in ({}, {"Authorization": "Bearer x"}):
            assert send(LIST, None, user)[1]["id"] == "api.context.session_expired.app_error"


@pytest.mark.parametrize("trouble", Mattermost.troubles)
def test_the_troubles_of_mattermost(trouble: str) -> None:
    """Who asks too often is told so in plain text."""
    with asking(Mattermost(trouble=trouble)) as send:
        status, told, headers = create(send, "好文")
        listed = send(LIST, None, WITNESS)
        if trouble == "rate-limit":
            assert (status, told, headers["retry-after"]) == (429, "limit exceeded\n", "1")
        elif trouble == "server-busy":
            assert (status, told[:6]) == (503, "<html>")
        elif trouble == "server-error":
            assert (status, told["id"], listed[0]) == (500, "app.post.save.app_error", 200)
        elif trouble == "swept":
            assert (status, listed[1]["order"]) == (201, [])
        else:
            assert (status, listed[0]) == {"login": (401, 401), "not-in-channel": (403, 403)}[trouble]
            assert told["status_code"] == status
