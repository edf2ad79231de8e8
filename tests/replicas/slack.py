"""Slack: the Web API, for an app that writes into a channel and another that reads there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from tests.replicas.messenger import Message, Messenger, bearer, is_form, is_json, json_object, mask, stars
from tests.replicas.replica import Answer, Asked, html_answer, json_answer

TROUBLES: dict[str, dict[str, Any]] = {
    "token-error": {"error": "invalid_auth"},
    "login": {"error": "account_inactive"},
    "missing-scope": {"error": "missing_scope", "needed": "chat:write", "provided": "identify"},
    "internal-error": {"error": "internal_error"},
}
"""What is wrong with every call."""
OF_POSTS = {
    "not-in-channel": "not_in_channel",
    "archived": "is_archived",
    "restricted": "restricted_action",
    "too-many-posts": "rate_limited",
}
"""What is wrong with posting alone."""
WAIT = 30
"""Seconds that one who asks too often is told to wait."""
LONGEST = 40_000
"""Characters, of which what is beyond them is cut off."""
METHODS = ("auth.test", "chat.postMessage", "conversations.history", "chat.delete")
TOMBSTONE = {"subtype": "tombstone", "user": "USLACKBOT", "text": "This message was deleted.", "hidden": True}
FIRST = "1700000000.000009"
"""The `ts` of what was in the channel before."""
TEAM = "T0REPLICA"
ENTITY = re.compile(r"&(?!(?:amp|lt|gt);)")
LINK = re.compile(r"(?<![<|])https?://[^\s<>|]+")
CONTROL = re.compile(r"<(?![@#!]|https?:|mailto:)")


class _Refused(Exception):
    """Becomes an error in the form of the platform: `ok` is false, and the status 200."""

    def __init__(self, error: str, **more: Any) -> None:
        super().__init__(error)
        self.answer = json_answer({"ok": False, "error": error, **more})


@dataclass(kw_only=True)
class Slack(Messenger):
    """One channel. No text is refused: its loss prevention takes hard words away afterwards, and edits soft ones."""

    troubles: ClassVar[tuple[str, ...]] = (
        *TROUBLES,
        *OF_POSTS,
        "rate-limit",
        "history-rate-limit",
        "server-busy",
        "swept",
    )

    sender_token: str = "xoxb-replica-sender"
    reader_token: str = "xoxb-replica-reader"
    channel: str = "C0REPLICA1"
    hides_by: Literal["tombstone", "deletion"] = "tombstone"
    """What becomes of hard words: another text stands in the place of the message, or nothing does."""
    half_done: bool = False
    """Whether an internal error strikes only after the message was posted."""
    keeps: bool = False
    """Whether nothing may be deleted, for the sake of exports."""
    newest: int | None = None
    """How many messages one asking of the history gives at most: 15 where an app is no internal one."""

    def _answer(self, asked: Asked) -> Answer:
        method = asked.path.removeprefix("/api/")
        if self.trouble == "server-busy":
            return html_answer("<html><body><h1>503 Service Unavailable</h1></body></html>", status=503)
        if self.trouble == "rate-limit" or (self.trouble, method) == (
            "history-rate-limit",
            "conversations.history",
        ):
            told = {"ok": False, "error": "ratelimited"}
            return json_answer(told, status=429, headers=(("retry-after", str(WAIT)),))
        try:
            return json_answer(self._do(asked, method))
        except _Refused as refused:
            return refused.answer

    def _do(self, asked: Asked, method: str) -> dict[str, Any]:
        if not asked.path.startswith("/api/") or method not in METHODS:
            raise _Refused("unknown_method", req_method=method)
        given, warnings = _given(asked)
        user = self._who(asked, given)
        is_late = self.half_done and self.trouble == "internal-error" and method == "chat.postMessage"
        if self.trouble in TROUBLES and not is_late:
            raise _Refused(**TROUBLES[self.trouble])
        match method:
            case "auth.test":
                told = self._test(user)
            case "chat.postMessage":
                told = self._post(given, user)
            case "conversations.history":
                told = self._history(given)
            case _:
                told = self._delete(given, user)
        if is_late:
            raise _Refused("internal_error")
        return {"ok": True} | told | warnings

    def _who(self, asked: Asked, given: dict[str, str]) -> str:
        token = bearer(asked) or given.get("token")
        if not token:
            raise _Refused("not_authed")
        known = {self.sender_token: "U0SENDER", self.reader_token: "U0READER"}
        if token not in known:
            raise _Refused("invalid_auth")
        return known[token]

    def _test(self, user: str) -> dict[str, Any]:
        told = {"url": "https://replica.slack.com/", "team": "Replica", "user": user.lower()}
        return told | {"team_id": TEAM, "user_id": user, "bot_id": "B" + user[1:]}

    def _channel(self, given: dict[str, str]) -> None:
        if not given.get("channel"):
            said = "[ERROR] missing required field: channel"
            raise _Refused("invalid_arguments", response_metadata={"messages": [said]})
        if given["channel"] != self.channel:
            raise _Refused("channel_not_found")

    def _post(self, given: dict[str, str], user: str) -> dict[str, Any]:
        self._channel(given)
        if self.trouble in OF_POSTS:
            raise _Refused(OF_POSTS[self.trouble])
        sent = given.get("text", "")
        if not sent.strip():
            raise _Refused("no_text")
        message = Message(
            id=f"{int(self.clock())}.{len(self.messages) + 100_019:06d}",
            sender=user,
            place=self.channel,
            text=sent[:LONGEST],
            at=self.clock(),
        )
        self.messages.append(message)
        # the answer is written before anybody looks at the message
        told = {"channel": self.channel, "ts": message.id, "message": self._shown(message)}
        self._look_at(message)
        return told

    def _look_at(self, message: Message) -> None:
        """What the loss prevention does, as soon as a message is there."""
        is_hidden = self.is_hard(message.text)
        message.gone = is_hidden or self.is_dropped(message.text)
        message.more["tombstone"] = is_hidden and self.hides_by == "tombstone"
        if self.is_soft(message.text):
            message.text = mask(message.text, self.soft, stars)
            message.more["edited"] = {"user": "U0PREVENTION", "ts": f"{int(self.clock())}.000000"}

    def _shown(self, message: Message) -> dict[str, Any]:
        bot = "B" + message.sender[1:]
        told: dict[str, Any] = {"type": "message", "ts": message.id, "team": TEAM}
        if message.more.get("tombstone"):
            return told | TOMBSTONE
        profile = {"id": bot, "app_id": "A0REPLICA", "name": "replica", "deleted": False, "team_id": TEAM}
        told |= {"user": message.sender, "bot_id": bot, "app_id": "A0REPLICA", "bot_profile": profile}
        edited = {"edited": message.more["edited"]} if "edited" in message.more else {}
        return told | {"text": written(message.text)} | edited

    def _history(self, given: dict[str, str]) -> dict[str, Any]:
        """The newest first; the bounds themselves only where they are asked for."""
        self._channel(given)
        try:
            limit = int(given.get("limit", self.newest or 100))
            latest, oldest = (
                _time(given[name]) if given.get(name) else None for name in ("latest", "oldest")
            )
        except ValueError:
            raise _Refused("invalid_arguments") from None
        if not 1 <= limit <= 999:
            raise _Refused("invalid_limit")
        limit = min(limit, self.newest or limit)
        is_inclusive = given.get("inclusive", "").lower() in ("1", "true")

        def is_wanted(ts: str) -> bool:
            if is_inclusive and _time(ts) in (latest, oldest):
                return True
            return (latest is None or _time(ts) < latest) and (oldest is None or _time(ts) > oldest)

        told = [self._shown(one) for one in self.messages if not one.gone or one.more.get("tombstone")]
        joined = {"type": "message", "subtype": "channel_join", "user": "U0READER", "ts": FIRST}
        told = [{**joined, "text": "<@U0READER> has joined the channel"}, *told]
        wanted = [one for one in reversed(told) if is_wanted(one["ts"])]
        more = {"response_metadata": {"next_cursor": "bmV4dF90czoxNTEy"}} if len(wanted) > limit else {}
        return {"messages": wanted[:limit], "has_more": bool(more), "pin_count": 0} | more

    def _delete(self, given: dict[str, str], user: str) -> dict[str, Any]:
        self._channel(given)
        message = self.find(given.get("ts", ""))
        if message is None or message.gone:
            raise _Refused("message_not_found")
        if message.sender != user:
            raise _Refused("cant_delete_message")
        if self.keeps:
            raise _Refused("compliance_exports_prevent_deletion")
        message.gone = True
        return {"channel": self.channel, "ts": message.id}


def written(text: str) -> str:
    """A text as the platform keeps it: three characters are escaped, and addresses stand in brackets."""
    linked = LINK.sub(lambda found: f"<{found[0]}>", ENTITY.sub("&amp;", text))
    parts = re.split(r"(<(?:[@#!]|https?:|mailto:)[^<>]*>)", linked)
    # what stands in brackets of its own is left as it is
    return "".join(
        part if number % 2 else CONTROL.sub("&lt;", part).replace(">", "&gt;")
        for number, part in enumerate(parts)
    )


def _given(asked: Asked) -> tuple[dict[str, str], dict[str, Any]]:
    """The arguments, of the query or of a body of either kind, and what there is to say of the form of the request."""
    given = dict(asked.query())
    if asked.method == "GET" or not asked.body:
        return given, {}
    if is_form(asked):
        return given | asked.form(), {}
    if not is_json(asked):
        kind = asked.headers.get("content-type")
        raise _Refused("invalid_post_type" if kind else "missing_post_type")
    try:
        told = json_object(asked)
    except ValueError:
        raise _Refused("invalid_json") from None
    if told is None:
        raise _Refused("json_not_object")
    given |= {name: one if isinstance(one, str) else str(one) for name, one in told.items()}
    # a token in JSON is not looked at
    given.pop("token", None)
    if "charset" in asked.headers["content-type"].lower():
        return given, {}
    said = ["missing_charset"]
    return given, {"warning": said[0], "response_metadata": {"warnings": said}}


def _time(ts: str) -> tuple[int, int]:
    """A `ts` as seconds and what comes after the point, since a float is too coarse. Raises ValueError."""
    seconds, _, rest = ts.partition(".")
    return int(seconds), int((rest + "000000")[:6])
