"""Matrix: the client-server API, version 3, as Synapse answers it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any, ClassVar
from urllib.parse import unquote

from tests.replicas.messenger import Message, Messenger, bearer, json_object, whole
from tests.replicas.replica import Answer, Asked, json_answer

ROOMS = "/_matrix/client/v3/rooms/"
SEND = re.compile(ROOMS + r"([^/]+)/send/([^/]+)/([^/]+)")
MESSAGES = re.compile(ROOMS + r"([^/]+)/messages")
EVENT = re.compile(ROOMS + r"([^/]+)/event/([^/]+)")
REDACT = re.compile(ROOMS + r"([^/]+)/redact/([^/]+)/([^/]+)")
WAIT = 2
"""Seconds that one who asks too often is told to wait."""
TROUBLES = {
    "rate-limit": (429, "M_LIMIT_EXCEEDED", "Too Many Requests"),
    "login": (401, "M_UNKNOWN_TOKEN", "Access token has expired"),
    "token-error": (401, "M_UNKNOWN_TOKEN", "Unrecognised access token"),
    "server-busy": (503, "M_UNKNOWN", "Server is overloaded"),
    "not-in-room": (403, "M_FORBIDDEN", "User @sender:replica.example not in room !replica:replica.example"),
}
MUTED = "You don't have permission to post that to the room. user_level (0) < send_level (50)"
MODERATOR = "@moderator:replica.example"


class _Refused(Exception):
    """Becomes an error in the form of the platform."""

    def __init__(self, status: int, code: str, error: str) -> None:
        super().__init__(error)
        self.answer = _error(status, code, error)


@dataclass(kw_only=True)
class Matrix(Messenger):
    """One room of three: sender, reader, moderator. Hard words are refused, soft ones redacted after they were sent."""

    troubles: ClassVar[tuple[str, ...]] = (*TROUBLES, "muted", "shadow-ban")

    refusal: str = "This message has been rejected as probable spam"
    """What a hard word is refused with: Synapse's own sentence, in whose place a module may put another."""
    sender_token: str = "syt_replica_sender"
    reader_token: str = "syt_replica_reader"
    sender: str = "@sender:replica.example"
    reader: str = "@reader:replica.example"
    room: str = "!replica:replica.example"
    _done: dict[tuple[str, str], str] = field(default_factory=dict)
    """Event ids by token and path: a transaction is done once."""

    def _answer(self, asked: Asked) -> Answer:
        if self.trouble in TROUBLES:
            return _error(*TROUBLES[self.trouble])
        try:
            return self._do(asked)
        except _Refused as refused:
            return refused.answer

    def _do(self, asked: Asked) -> Answer:
        handlers = ((SEND, "PUT", self._send), (MESSAGES, "GET", self._list), (EVENT, "GET", self._event))
        for pattern, method, handler in (*handlers, (REDACT, "PUT", self._redact)):
            if found := pattern.fullmatch(asked.path):
                if asked.method != method:
                    raise _Refused(405, "M_UNRECOGNIZED", "Unrecognized request")
                user = self._who(asked)
                room, *parts = map(unquote, found.groups())
                if room != self.room:
                    previews = ", and room previews are disabled" if method == "GET" else ""
                    raise _Refused(403, "M_FORBIDDEN", f"User {user} not in room {room}{previews}")
                return handler(asked, user, *parts)
        raise _Refused(404, "M_UNRECOGNIZED", "Unrecognized request")

    def _who(self, asked: Asked) -> str:
        token = bearer(asked)
        if token is None:
            raise _Refused(401, "M_MISSING_TOKEN", "Missing access token")
        known = {self.sender_token: self.sender, self.reader_token: self.reader}
        if token not in known:
            raise _Refused(401, "M_UNKNOWN_TOKEN", "Invalid access token passed.")
        return known[token]

    def _send(self, asked: Asked, user: str, kind: str, transaction: str) -> Answer:
        content = _content(asked)
        done = self._done.get((bearer(asked) or "", asked.path))
        if done is not None:
            return json_answer({"event_id": done})
        if kind == "m.room.message":
            for name in ("body", "msgtype"):
                if name not in content:
                    raise _Refused(400, "M_UNKNOWN", f"'{name}' not in content")
                if not isinstance(content[name], str):
                    raise _Refused(400, "M_UNKNOWN", f"'{name}' not a string type")
        if len(asked.body) > 65_000:
            raise _Refused(413, "M_TOO_LARGE", "event too large")
        if self.trouble == "muted":
            raise _Refused(403, "M_FORBIDDEN", MUTED)
        if self.trouble == "shadow-ban":
            return self._pretend(asked)
        text = json.dumps(content, ensure_ascii=False)
        if self.is_hard(text):
            raise _Refused(403, "M_FORBIDDEN", self.refusal)
        event = self._keep(user, kind, content)
        event.more["transaction"] = (bearer(asked), transaction)
        event.unseen = self.is_dropped(text)
        self._done[bearer(asked) or "", asked.path] = event.id
        if self.is_soft(text):
            self._strike(event, MODERATOR, {"reason": "Against the rules of this room"})
        return json_answer({"event_id": event.id})

    def _keep(self, user: str, kind: str, content: dict[str, Any]) -> Message:
        event = Message(
            id=f"${len(self.messages):04d}Qm9sZGx5R29XaGVyZU5vT25lSGFz",
            sender=user,
            place=self.room,
            text=str(content.get("body", "")) if kind == "m.room.message" else "",
            at=self.clock(),
            more={"type": kind, "content": content},
        )
        # what is no message leaves no text behind
        event.gone = kind != "m.room.message"
        self.messages.append(event)
        return event

    def _redact(self, asked: Asked, user: str, identity: str, transaction: str) -> Answer:
        content = _content(asked)
        done = self._done.get((bearer(asked) or "", asked.path))
        if done is not None:
            return json_answer({"event_id": done})
        if self.trouble == "shadow-ban":
            return self._pretend(asked)
        event = self.find(identity)
        if event is None or not self._may_see(event, user):
            raise _Refused(404, "M_NOT_FOUND", f"Could not find event {identity}")
        if event.sender != user:
            raise _Refused(403, "M_FORBIDDEN", "You don't have permission to redact events")
        redaction = self._strike(event, user, content)
        redaction.more["transaction"] = (bearer(asked), transaction)
        self._done[bearer(asked) or "", asked.path] = redaction.id
        return json_answer({"event_id": redaction.id})

    def _pretend(self, asked: Asked) -> Answer:
        """Answer as if something had been done; the same again when it is asked for once more."""
        made_up = f"$shadow{len(self.asked)}"
        self._done[bearer(asked) or "", asked.path] = made_up
        return json_answer({"event_id": made_up})

    def _strike(self, event: Message, by: str, content: dict[str, Any]) -> Message:
        redaction = self._keep(by, "m.room.redaction", {**content, "redacts": event.id})
        redaction.unseen = event.unseen
        event.gone = True
        event.more["redaction"] = redaction
        return redaction

    def _may_see(self, event: Message, user: str) -> bool:
        return not event.unseen or event.sender == user

    def _event(self, asked: Asked, user: str, identity: str) -> Answer:
        event = self.find(identity)
        if event is None or not self._may_see(event, user):
            raise _Refused(404, "M_NOT_FOUND", "Event not found.")
        return json_answer(self._shown(event, asked))

    def _list(self, asked: Asked, user: str) -> Answer:
        query = asked.query()
        if "dir" not in query:
            raise _Refused(400, "M_MISSING_PARAM", "Missing required string query parameter 'dir'")
        if query["dir"] not in ("b", "f"):
            raise _Refused(400, "M_INVALID_PARAM", "Query parameter 'dir' must be one of ['b', 'f']")
        try:
            limit = whole(query.get("limit"), 0, 1_000_000, 10)
            start = whole(query.get("from", "").removeprefix("t") or None, 0, 1_000_000, -1)
            wanted = json.loads(query.get("filter", "{}")).get("types")
        except (ValueError, AttributeError):
            message = "Query parameter 'limit', 'from' or 'filter' is not in its form"
            raise _Refused(400, "M_INVALID_PARAM", message) from None
        events = [self._shown(one, asked) for one in self.messages if self._may_see(one, user)]
        events = [*self._beginnings(), *events]
        if query["dir"] == "b":
            events.reverse()
        start = max(start, 0)
        chunk = [one for one in events[start : start + limit] if wanted is None or one["type"] in wanted]
        told = {"chunk": chunk, "start": f"t{start}", "state": []}
        # an empty chunk is not the end: a missing `end` is
        more = {"end": f"t{start + limit}"} if start + limit < len(events) else {}
        return json_answer(told | more)

    def _beginnings(self) -> list[dict[str, Any]]:
        """What stands in a room before anything is written there."""
        base = {"sender": MODERATOR, "room_id": self.room, "origin_server_ts": 1_700_000_000_000}
        created = {"type": "m.room.create", "state_key": "", "content": {"room_version": "10"}}
        joined = {"type": "m.room.member", "state_key": self.reader, "content": {"membership": "join"}}
        return [{**base, "event_id": f"$begin{n}", **one} for n, one in enumerate((created, joined))]

    def _shown(self, event: Message, asked: Asked) -> dict[str, Any]:
        """An event as it is given to one who asks."""
        unsigned: dict[str, Any] = {"age": 7}
        token, transaction = event.more.get("transaction", (None, None))
        if token == bearer(asked):
            unsigned["transaction_id"] = transaction
        redaction = event.more.get("redaction")
        content = event.more["content"]
        if redaction is not None:
            content = {}
            because = self._shown(redaction, asked)
            unsigned |= {"redacted_because": because, "redacted_by": redaction.id}
        shown = {
            "event_id": event.id,
            "type": event.more["type"],
            "sender": event.sender,
            "room_id": self.room,
            "origin_server_ts": int(event.at * 1000),
            "content": content,
            "unsigned": unsigned,
        }
        return shown | ({"redacts": content["redacts"]} if "redacts" in content else {})


def _content(asked: Asked) -> dict[str, Any]:
    """The body; Synapse does not look at what kind it says it is of."""
    try:
        content = json_object(asked)
    except ValueError:
        raise _Refused(400, "M_NOT_JSON", "Content not JSON.") from None
    if content is None:
        raise _Refused(400, "M_BAD_JSON", "Content must be a JSON object.")
    return content


def _error(status: int, code: str, error: str) -> Answer:
    told: dict[str, Any] = {"errcode": code, "error": error}
    if code == "M_UNKNOWN_TOKEN":
        # one that has expired may be renewed: the session is still there
        told["soft_logout"] = error == TROUBLES["login"][2]
    if status == 429:
        told["retry_after_ms"] = WAIT * 1000
        return json_answer(told, status=status, headers=(("retry-after", str(WAIT)),))
    return json_answer(told, status=status)
