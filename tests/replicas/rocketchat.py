"""Rocket.Chat: the REST API of a server whose filter for bad words is on, and on which an app watches messages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

import regex

from tests.replicas.messenger import Message, Messenger, is_json, json_object, stars
from tests.replicas.replica import Answer, Asked, html_answer, json_answer

API = "/api/v1/"
LISTS = re.compile(r"(channels|groups|im|dm)\.(history|messages)")
WAIT = 60
"""Seconds that one who asks too often is told to wait."""
LONGEST = 5_000
LOGGED_IN = "You must be logged in to do this."
OF_POSTS = {
    "not-in-channel": "error-not-allowed",
    "muted": "You_have_been_muted",
    "read-only": "You can't send messages because the room is readonly.",
}
"""What is wrong with posting; who is not in a room cannot read there either."""
NOTHING = "Cannot read properties of undefined (reading 'starred')"
"""What `chat.sendMessage` says where there is no message in the end, and it looks at it all the same."""
PREVENTED = ("A Rocket.Chat App prevented the message sending.", "error-app-prevented-sending")


class _Refused(Exception):
    """Becomes an error in the form of the platform. A type is said in the text, too."""

    def __init__(self, error: str | None, kind: str | None = None, *, status: int = 400) -> None:
        super().__init__(error)
        told: dict[str, Any] = {"success": False}
        if error is not None:
            told["error"] = f"{error} [{kind}]".strip() if kind else error
        self.answer = json_answer(told | ({"errorType": kind} if kind else {}), status=status)


@dataclass(kw_only=True)
class RocketChat(Messenger):
    """One room of two. An app keeps messages with hard words back; soft words that stand alone are masked."""

    troubles: ClassVar[tuple[str, ...]] = (*OF_POSTS, "rate-limit", "login", "server-busy", "swept")

    sender_id: str = "SenderOfReplica01"
    sender_token: str = "sender-token-of-the-replica-0123456789abcde"
    reader_id: str = "ReaderOfReplica01"
    reader_token: str = "reader-token-of-the-replica-0123456789abcde"
    passwords: Mapping[str, str] = field(
        default_factory=lambda: {"sender": "replica-1", "reader": "replica-2"}
    )
    """By user name, for those who log in instead."""
    room: str = "RoomOfReplica0001"
    room_name: str = "replica"
    kind: Literal["channels", "groups", "im"] = "groups"
    """What the room is: open to all, closed, or of two."""
    prevents: Literal["quietly", "aloud"] = "quietly"
    """Whether a server of today tells that an app kept a message back: it says no more than that there is none."""
    deletes: bool = True
    """Whether members may take away their own messages."""

    def _answer(self, asked: Asked) -> Answer:
        if self.trouble == "server-busy":
            return html_answer("<html><head><title>502 Bad Gateway</title></head></html>", status=502)
        try:
            return self._do(asked)
        except _Refused as refused:
            return refused.answer

    def _do(self, asked: Asked) -> Answer:
        name = asked.path.removeprefix(API)
        if (asked.method, name) == ("POST", "login"):
            return self._login(_sent(asked))
        user = self._who(asked)
        if self.trouble == "rate-limit":
            return self._too_often()
        given = _sent(asked) if asked.method == "POST" else asked.query()
        match asked.method, name:
            case "POST", "chat.postMessage":
                told = self._post(given, user)
            case "POST", "chat.sendMessage":
                told = self._send(given, user)
            case "GET", "chat.getMessage":
                told = self._get(given)
            case "POST", "chat.delete":
                told = self._delete(given, user)
            case "GET", _ if found := LISTS.fullmatch(name):
                told = self._list(given, found[1], found[2])
            case _:
                raise _Refused("Resource not found", status=404)
        return json_answer(told | {"success": True}, headers=self._limits(9))

    def _limits(self, remaining: int) -> tuple[tuple[str, str], ...]:
        reset = int((self.clock() + WAIT) * 1000)
        told = {"limit": "10", "remaining": str(remaining), "reset": str(reset)}
        return tuple((f"x-ratelimit-{name}", value) for name, value in told.items())

    def _too_often(self) -> Answer:
        said = f"You must wait {WAIT} seconds before trying this endpoint again."
        error = f"Error, too many requests. Please slow down. {said} [error-too-many-requests]"
        return json_answer({"success": False, "error": error}, status=429, headers=self._limits(0))

    def _login(self, given: Mapping[str, Any]) -> Answer:
        name = str(given.get("user", given.get("username", "")))
        if self.trouble == "login" or self.passwords.get(name) != given.get("password"):
            told = {"status": "error", "error": "Unauthorized", "message": "Unauthorized"}
            return json_answer(told, status=401)
        ids = {"sender": (self.sender_id, self.sender_token), "reader": (self.reader_id, self.reader_token)}
        user, token = ids[name]
        data = {"userId": user, "authToken": token, "me": {"_id": user, "username": name}}
        return json_answer({"status": "success", "data": data})

    def _who(self, asked: Asked) -> str:
        told = asked.headers.get("x-user-id"), asked.headers.get("x-auth-token")
        known = ((self.sender_id, self.sender_token), (self.reader_id, self.reader_token))
        if told[0] is None or told not in known or self.trouble == "login":
            refused = _Refused(LOGGED_IN, status=401)
            body = {"success": False, "status": "error", "error": LOGGED_IN, "message": LOGGED_IN}
            refused.answer = json_answer(body, status=401)
            raise refused
        return told[0]

    def _post(self, given: Mapping[str, Any], user: str) -> dict[str, Any]:
        """Here the server makes the id, and takes a room by its name too."""
        to = given.get("roomId", given.get("channel"))
        if not isinstance(to, str) or not isinstance(given.get("text", ""), str):
            raise _Refused("must have required property 'channel'", "invalid-params")
        if len(given.get("text", "")) > LONGEST:
            raise _Refused("error-message-size-exceeded")
        if to not in (self.room, self.room_name, "#" + self.room_name):
            raise _Refused("", "invalid-channel")
        message = self._keep(user, None, given.get("text", "").strip())
        if message is None:
            raise _Refused("unknown-error")
        return {"ts": int(self.clock() * 1000), "channel": to, "message": self._shown(message)}

    def _send(self, given: Mapping[str, Any], user: str) -> dict[str, Any]:
        sent = given.get("message")
        if not isinstance(sent, dict) or not isinstance(sent.get("rid"), str):
            raise _Refused("must have required property 'rid'", "invalid-params")
        text = sent.get("msg", "")
        if not isinstance(text, str) or len(text) > LONGEST:
            raise _Refused("Message size exceeds Message_MaxAllowedSize", "error-message-size-exceeded")
        if sent["rid"] != self.room:
            raise _Refused("error-invalid-room")
        message = self._keep(user, sent.get("_id"), text)
        if message is None:
            raise _Refused(NOTHING)
        return {"message": self._shown(message)}

    def _keep(self, user: str, identity: str | None, text: str) -> Message | None:
        """None where there is to be no message: an app prevents it, or there is one of that id."""
        if self.trouble in OF_POSTS:
            raise _Refused(OF_POSTS[self.trouble])
        if self.is_hard(text):
            if self.prevents == "aloud":
                raise _Refused(*PREVENTED)
            return None
        existing = None if identity is None else self.find(identity)
        if existing is not None and not existing.gone:
            return None
        if existing is not None:  # the id is free again
            self.messages.remove(existing)
        message = Message(
            id=identity or f"Msg{len(self.messages):014d}",
            sender=user,
            place=self.room,
            text=masked(text, self.soft),
            at=self.clock(),
            gone=self.is_dropped(text),
        )
        self.messages.append(message)
        return message

    def _there(self, identity: Any) -> Message | None:
        message = self.find(str(identity))
        return None if message is None or message.gone else message

    def _get(self, given: Mapping[str, Any]) -> dict[str, Any]:
        if "msgId" not in given:
            raise _Refused("must have required property 'msgId'", "invalid-params")
        message = self._there(given["msgId"])
        if message is None:
            raise _Refused(None)
        if self.trouble == "not-in-channel":
            raise _Refused("Not allowed", "error-not-allowed")
        return {"message": self._shown(message)}

    def _delete(self, given: Mapping[str, Any], user: str) -> dict[str, Any]:
        message = self._there(given.get("msgId"))
        if message is None:
            raise _Refused(f'No message found with the id of "{given.get("msgId")}".')
        if given.get("roomId") != message.place:
            raise _Refused("The room id provided does not match where the message is from.")
        if message.sender != user or not self.deletes:
            raise _Refused("Not allowed", "error-action-not-allowed")
        message.gone = True
        told = self._shown(message)
        short = {name: told[name] for name in ("_id", "rid", "u")}
        return {"_id": message.id, "ts": str(int(self.clock() * 1000)), "message": short}

    def _list(self, given: Mapping[str, Any], kind: str, way: str) -> dict[str, Any]:
        """The newest first. Rooms of each kind are listed by a call of their own."""
        is_here = given.get("roomId") == self.room or given.get("roomName") == self.room_name
        if not is_here or kind.replace("dm", "im") != self.kind or self.trouble == "not-in-channel":
            said = 'The required "roomId" or "roomName" param provided does not match any room'
            raise _Refused(said, "error-room-not-found")
        try:
            count = int(given.get("count", 20 if way == "history" else 50))
            offset = int(given.get("offset", 0))
        except ValueError:
            raise _Refused("must be number", "invalid-params") from None
        there = [one for one in reversed(self.messages) if not one.gone]
        told = {"messages": [self._shown(one) for one in there[offset : offset + count]]}
        more = {"count": len(told["messages"]), "offset": offset, "total": len(there)}
        return told | (more if way == "messages" else {})

    def _shown(self, message: Message) -> dict[str, Any]:
        name = "sender" if message.sender == self.sender_id else "reader"
        plain = {"type": "PLAIN_TEXT", "value": message.text}
        return {
            "_id": message.id,
            "rid": message.place,
            "msg": message.text,
            "ts": self.iso(message.at),
            "u": {"_id": message.sender, "username": name, "name": name.title()},
            "_updatedAt": self.iso(message.at),
            "urls": [],
            "mentions": [],
            "channels": [],
            "md": [{"type": "PARAGRAPH", "value": [plain]}],
        }


def masked(text: str, words: frozenset[str]) -> str:
    """A text with as many asterisks as a word has characters, where it stands between spaces or punctuation."""
    if not words:
        return text
    choice = "|".join(sorted(words, key=len, reverse=True))
    bounded = regex.compile(rf"(?<=^|[\p{{P}}\p{{Z}}])(?:{choice})(?=$|[\p{{P}}\p{{Z}}])", regex.M | regex.I)
    return str(bounded.sub(lambda found: stars(found[0]), text))


def _sent(asked: Asked) -> Mapping[str, Any]:
    """What was sent in JSON; nothing, where it was sent otherwise."""
    try:
        return (json_object(asked) or {}) if is_json(asked) else {}
    except ValueError:
        raise _Refused("Invalid JSON", "invalid-params") from None
