"""Discord: a webhook that writes into a channel, and a bot that reads there."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar

from tests.replicas.messenger import Message, Messenger, is_form, is_json, json_object, whole
from tests.replicas.replica import Answer, Asked, json_answer

VERSION = r"/api(?:/v(?:9|10))?"
EXECUTE = re.compile(VERSION + r"/webhooks/([^/]+)/([^/]+)")
OWN = re.compile(VERSION + r"/webhooks/([^/]+)/([^/]+)/messages/([^/]+)")
LIST = re.compile(VERSION + r"/channels/([^/]+)/messages")
ONE = re.compile(VERSION + r"/channels/([^/]+)/messages/([^/]+)")
WAIT = 0.57
"""Seconds that one who asks too often is told to wait."""
BLOCKED = (400, 200000, "Message was blocked by automatic moderation")
TITLE_BLOCKED = (400, 200001, "Title was blocked by automatic moderation")
LINK_BLOCKED = (400, 240000, "Message blocked by harmful links filter")
EXPLICIT = (400, 20009, "Explicit content cannot be sent to the desired recipient(s)")
UNKNOWN_MESSAGE = (404, 10008, "Unknown Message")
TROUBLES = {
    "token-error": (401, 50027, "Invalid Webhook Token"),
    "server-busy": (503, 0, "503: Service Unavailable"),
    "login": (401, 0, "401: Unauthorized"),
    "missing-access": (403, 50001, "Missing Access"),
}
OF_THE_BOT = ("login", "missing-access")
"""What is wrong with the reader alone."""
KINDS = "{'application/json', 'application/x-www-form-urlencoded', 'multipart/form-data'}"
EPOCH = 1_420_070_400


class _Refused(Exception):
    """Becomes an error in the form of the platform."""

    def __init__(self, status: int, code: int, message: str, **more: Any) -> None:
        super().__init__(message)
        self.answer = json_answer({"message": message, "code": code} | more, status=status)


@dataclass(kw_only=True)
class Discord(Messenger):
    """Webhook posts, and what a bot of the same guild sees of them. What is dropped is removed at once, for all."""

    troubles: ClassVar[tuple[str, ...]] = (*TROUBLES, "rate-limit", "cloudflare", "swept")

    webhook: str = "223704706495545344"
    webhook_token: str = "replica-3d89bb7572e0fb30d8128367b3b1b44fecd1726de135cbe28a41f8b2f777c372"
    bot_token: str = "replica-bot-token"
    channel: str = "199737254929760256"
    explicit: frozenset[str] = field(default_factory=frozenset)
    """Words that are refused as explicit content."""
    reads_content: bool = True
    """Has the bot the privilege to read what messages say? Without it they are empty."""

    def _answer(self, asked: Asked) -> Answer:
        if not asked.headers.get("user-agent") or self.trouble == "cloudflare":
            return Answer(
                status=403, headers=(("content-type", "text/plain; charset=UTF-8"),), body="error code: 1010"
            )
        if self.trouble == "rate-limit":
            return self._too_often()
        # the webhook goes on without the bot
        if self.trouble in TROUBLES and (self.trouble not in OF_THE_BOT or "/channels/" in asked.path):
            return _Refused(*TROUBLES[self.trouble]).answer
        try:
            return self._do(asked)
        except _Refused as refused:
            return refused.answer

    def _do(self, asked: Asked) -> Answer:
        routes: tuple[tuple[re.Pattern[str], str, Callable[..., Answer]], ...] = (
            (EXECUTE, "POST", self._execute),
            (OWN, "GET", self._get),
            (OWN, "DELETE", self._delete),
            (LIST, "GET", self._list),
            (ONE, "GET", self._read),
        )
        is_known = False
        for pattern, method, handler in routes:
            if found := pattern.fullmatch(asked.path):
                is_known = True
                if method == asked.method:
                    return handler(asked, *found.groups())
        if is_known:
            raise _Refused(405, 0, "405: Method Not Allowed")
        raise _Refused(404, 0, "404: Not Found")

    def _check_webhook(self, webhook: str, token: str) -> None:
        _check_snowflake("webhook_id", webhook)
        if webhook != self.webhook:
            raise _Refused(404, 10015, "Unknown Webhook")
        if token != self.webhook_token:
            raise _Refused(401, 50027, "Invalid Webhook Token")

    def _execute(self, asked: Asked, webhook: str, token: str) -> Answer:
        self._check_webhook(webhook, token)
        given = _given(asked)
        waits = asked.query().get("wait", "false").lower() in ("true", "1")
        text, title = given.get("content"), given.get("thread_name")
        if text is not None and not isinstance(text, str):
            raise _invalid("content", "STRING_TYPE_CONVERT", "Could not interpret as string.")
        if text is None or not text.strip():
            raise _Refused(400, 50006, "Cannot send an empty message")
        if len(text) > 2000:
            raise _invalid("content", "BASE_TYPE_MAX_LENGTH", "Must be 2000 or fewer in length.")
        wrong = self._blocked(text, title if isinstance(title, str) else "")
        if wrong is not None:
            # who does not wait does not learn of it
            if not waits:
                return Answer(status=204)
            raise _Refused(*wrong)
        message = Message(
            id=str((int(self.clock() - EPOCH) * 1000 << 22) + len(self.messages)),
            sender=str(given.get("username") or "Replica"),
            place=self.channel,
            text=text.strip(),
            at=self.clock(),
            gone=self.is_dropped(text),
        )
        self.messages.append(message)
        return json_answer(self._shown(message)) if waits else Answer(status=204)

    def _blocked(self, text: str, title: str) -> tuple[int, int, str] | None:
        if self.is_hard(title):
            return TITLE_BLOCKED
        if self.is_hard(text):
            return LINK_BLOCKED if re.search(r"https?://", text) else BLOCKED
        return EXPLICIT if any(word in text for word in self.explicit) else None

    def _of_webhook(self, webhook: str, token: str, identity: str) -> Message:
        self._check_webhook(webhook, token)
        _check_snowflake("message_id", identity)
        return self._there(identity)

    def _there(self, identity: str) -> Message:
        message = self.find(identity)
        if message is None or message.gone:
            raise _Refused(*UNKNOWN_MESSAGE)
        return message

    def _get(self, asked: Asked, webhook: str, token: str, identity: str) -> Answer:
        return json_answer(self._shown(self._of_webhook(webhook, token, identity)))

    def _delete(self, asked: Asked, webhook: str, token: str, identity: str) -> Answer:
        self._of_webhook(webhook, token, identity).gone = True
        return Answer(status=204)

    def _check_bot(self, asked: Asked, channel: str) -> None:
        if asked.headers.get("authorization") != f"Bot {self.bot_token}":
            raise _Refused(401, 0, "401: Unauthorized")
        _check_snowflake("channel_id", channel)
        if channel != self.channel:
            raise _Refused(404, 10003, "Unknown Channel")

    def _read(self, asked: Asked, channel: str, identity: str) -> Answer:
        self._check_bot(asked, channel)
        return json_answer(self._as_bot_sees(self._there(identity)))

    def _list(self, asked: Asked, channel: str) -> Answer:
        self._check_bot(asked, channel)
        query = asked.query()
        try:
            limit = whole(query.get("limit"), 1, 100, 50)
            before, after = int(query.get("before", 1 << 63)), int(query.get("after", 0))
        except ValueError:
            raise _invalid("limit", "NUMBER_TYPE_MAX", "int value should be between 1 and 100.") from None
        there = [one for one in self.messages if not one.gone and after < int(one.id) < before]
        # after an id: those next to it; else the newest; always the newest first
        chosen = there[:limit] if "after" in query else there[-limit:]
        return json_answer([self._as_bot_sees(one) for one in reversed(chosen)])

    def _as_bot_sees(self, message: Message) -> dict[str, Any]:
        return self._shown(message) | ({} if self.reads_content else {"content": ""})

    def _shown(self, message: Message) -> dict[str, Any]:
        author = {"id": self.webhook, "username": message.sender, "avatar": None, "discriminator": "0000"}
        return {
            "id": message.id,
            "type": 0,
            "content": message.text,
            "channel_id": self.channel,
            "author": {**author, "bot": True},
            "attachments": [],
            "embeds": [],
            "mentions": [],
            "mention_roles": [],
            "mention_everyone": False,
            "pinned": False,
            "tts": False,
            "timestamp": self.iso(message.at).replace("Z", "000+00:00"),
            "edited_timestamp": None,
            "flags": 0,
            "components": [],
            "webhook_id": self.webhook,
        }

    def _too_often(self) -> Answer:
        headers = (
            ("retry-after", "1"),
            ("x-ratelimit-limit", "5"),
            ("x-ratelimit-remaining", "0"),
            ("x-ratelimit-reset", f"{self.clock() + WAIT:.3f}"),
            ("x-ratelimit-reset-after", str(WAIT)),
            ("x-ratelimit-bucket", "abcd1234"),
            ("x-ratelimit-scope", "user"),
        )
        told = {"message": "You are being rate limited.", "retry_after": WAIT, "global": False}
        return json_answer(told, status=429, headers=headers)


def _given(asked: Asked) -> dict[str, Any]:
    if is_form(asked):
        return dict(asked.form())
    if not is_json(asked):
        told = f'Expected "Content-Type" header to be one of {KINDS}.'
        raise _Refused(
            400, 50035, "Invalid Form Body", errors=_errors({"code": "CONTENT_TYPE_INVALID", "message": told})
        )
    try:
        given = json_object(asked)
    except ValueError:
        raise _Refused(400, 50109, "The request body contains invalid JSON.") from None
    if given is None:
        told = "Only dictionaries may be used in a DictType"
        raise _Refused(
            400, 50035, "Invalid Form Body", errors=_errors({"code": "DICT_TYPE_CONVERT", "message": told})
        )
    return given


def _check_snowflake(name: str, text: str) -> None:
    if not text.isdecimal():
        raise _invalid(name, "NUMBER_TYPE_COERCE", f'Value "{text}" is not snowflake.')


def _invalid(name: str, code: str, message: str) -> _Refused:
    errors = {name: _errors({"code": code, "message": message})}
    return _Refused(400, 50035, "Invalid Form Body", errors=errors)


def _errors(one: dict[str, str]) -> dict[str, Any]:
    return {"_errors": [one]}
