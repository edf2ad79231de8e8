"""Telegram: two bots in one channel, of which one writes and the other is told what was written."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from tests.replicas.messenger import Message, Messenger, fields_of
from tests.replicas.replica import Answer, Asked, json_answer

PATH = re.compile(r"/bot([^/]+)/(\w+)")
TOKEN = re.compile(r"\d+:[\w-]{3,}")
WAIT = 35
"""Seconds that one who asks too often is told to wait."""
TROUBLES = {
    "rate-limit": (429, f"Too Many Requests: retry after {WAIT}"),
    "token-error": (401, "Unauthorized"),
    "server-busy": (502, "Bad Gateway"),
}
KICKED = "Forbidden: bot was kicked from the channel chat"
WEBHOOK = "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
POST = "channel_post"
PARSE_MODES = ("", "HTML", "Markdown", "MarkdownV2")


class _Refused(Exception):
    """Becomes an error in the form of the platform."""

    def __init__(self, code: int, description: str) -> None:
        super().__init__(description)
        self.wrong = code, description


@dataclass(kw_only=True)
class Telegram(Messenger):
    """`/bot{token}/{method}`. It refuses no text that is known of: what has hard words in it nobody is told of."""

    troubles: ClassVar[tuple[str, ...]] = (*TROUBLES, "kicked", "reader-kicked", "webhook")

    sender_token: str = "110201543:AAreplica-sender-bot-token-000000000"
    reader_token: str = "220301544:AAreplica-reader-bot-token-000000000"
    chat: str = "@replica_channel"
    chat_id: int = -1001234567890
    refusal: str | None = None
    """The description of a 400 for hard words, if there should be one all the same."""
    updates: list[tuple[int, Message]] = field(default_factory=list)
    """What the reader's bot was not yet told, or has not yet confirmed."""
    allowed: frozenset[str] = frozenset({"message", POST})
    """What the reader's bot is told of from now on; it stays so until it asks for something else."""
    _next: int = 870_000_001

    def _answer(self, asked: Asked) -> Answer:
        try:
            if self.trouble in TROUBLES:
                raise _Refused(*TROUBLES[self.trouble])
            return json_answer({"ok": True, "result": self._do(asked)})
        except _Refused as refused:
            return _error(*refused.wrong)

    def _do(self, asked: Asked) -> Any:
        found = PATH.fullmatch(asked.path)
        if found is None or not TOKEN.fullmatch(found[1]) or asked.method not in ("GET", "POST"):
            raise _Refused(404, "Not Found")
        if found[1] not in (self.sender_token, self.reader_token):
            raise _Refused(401, "Unauthorized")
        is_sender = found[1] == self.sender_token
        try:
            given = fields_of(asked)
        except ValueError:
            raise _Refused(400, "Bad Request: can't parse JSON object") from None
        match found[2].lower():
            case "getme":
                return self._bot(is_sender)
            case "sendmessage":
                return self._send(given, is_sender)
            case "getupdates":
                return self._get_updates(given, is_sender)
            case "deletemessage":
                return self._delete(given, is_sender)
        # there is none that reads what was written
        raise _Refused(404, "Not Found: method not found")

    def _bot(self, is_sender: bool) -> dict[str, Any]:
        name = "sender" if is_sender else "reader"
        token = self.sender_token if is_sender else self.reader_token
        username = f"replica_{name}_bot"
        return {"id": int(token.partition(":")[0]), "is_bot": True, "first_name": name, "username": username}

    def _chat(self, given: Mapping[str, Any]) -> None:
        """Is this bot in that chat?"""
        chat = given.get("chat_id", "")
        if chat == "":
            raise _Refused(400, "Bad Request: chat_id is empty")
        if str(chat) not in (self.chat, str(self.chat_id)):
            raise _Refused(400, "Bad Request: chat not found")
        if self.trouble == "kicked":
            raise _Refused(403, KICKED)

    def _send(self, given: Mapping[str, Any], is_sender: bool) -> dict[str, Any]:
        text = given.get("text", "")
        self._chat(given)
        if not is_sender:
            raise _Refused(400, "Bad Request: need administrator rights in the channel chat")
        if not isinstance(text, str) or not text.strip():
            raise _Refused(400, "Bad Request: message text is empty")
        if len(text) > 4096:
            raise _Refused(400, "Bad Request: message is too long")
        _parse(text, str(given.get("parse_mode", "")))
        if self.refusal is not None and self.is_hard(text):
            raise _Refused(400, self.refusal)
        message = Message(
            id=str(100 + len(self.messages)),
            sender=self.sender_token,
            place=self.chat,
            text=text.strip(),
            at=self.clock(),
            unseen=self.is_dropped(text) or self.is_hard(text),
        )
        self.messages.append(message)
        # who is not there is not told, and no error says so
        if not message.unseen and POST in self.allowed and self.trouble != "reader-kicked":
            self.updates.append((self._next, message))
            self._next += 1
        return self._shown(message)

    def _shown(self, message: Message) -> dict[str, Any]:
        title, username = "Replica", self.chat.removeprefix("@")
        chat = {"id": self.chat_id, "title": title, "username": username, "type": "channel"}
        told = {"message_id": int(message.id), "sender_chat": chat, "chat": chat, "date": int(message.at)}
        return told | {"text": message.text}

    def _get_updates(self, given: Mapping[str, Any], is_sender: bool) -> list[dict[str, Any]]:
        if self.trouble == "webhook":
            raise _Refused(409, WEBHOOK)
        offset = _number(given, "offset", 0)
        # what is out of bounds is put within them
        limit = min(max(_number(given, "limit", 100), 1), 100)
        _number(given, "timeout", 0)
        allowed = _names(given.get("allowed_updates"))
        if is_sender:
            return []  # a bot is not told of what it wrote itself
        if allowed is not None:
            self.allowed = allowed or frozenset({"message", POST})
        if offset < 0:
            self.updates = self.updates[offset:]
        elif offset:
            self.updates = [one for one in self.updates if one[0] >= offset]
        told = self.updates[:limit]
        # what was deleted meanwhile is told all the same
        return [{"update_id": number, POST: self._shown(message)} for number, message in told]

    def _delete(self, given: Mapping[str, Any], is_sender: bool) -> bool:
        self._chat(given)
        if "message_id" not in given:
            raise _Refused(400, "Bad Request: message identifier is not specified")
        message = self.find(str(given["message_id"]))
        if message is None or message.gone:
            raise _Refused(400, "Bad Request: message to delete not found")
        if not is_sender or self.clock() - message.at > 48 * 3600:
            raise _Refused(400, "Bad Request: message can't be deleted")
        message.gone = True
        return True


def _number(given: Mapping[str, Any], name: str, default: int) -> int:
    try:
        return int(given.get(name, default))
    except (TypeError, ValueError):
        raise _Refused(400, f"Bad Request: parameter '{name}' must be a number") from None


def _names(told: Any) -> frozenset[str] | None:
    """A list of names in JSON, which in a query or a form is a string; None where there is none."""
    if told is None:
        return None
    try:
        names = json.loads(told) if isinstance(told, str) else told
    except ValueError:
        names = None
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise _Refused(400, "Bad Request: can't parse allowed updates: expected an Array of strings")
    return frozenset(names)


def _parse(text: str, mode: str) -> None:
    """Only what goes wrong is looked at: characters that a mode keeps for itself."""
    if mode not in PARSE_MODES:
        raise _Refused(400, "Bad Request: unsupported parse_mode")
    start = "Bad Request: can't parse entities: "
    if mode == "MarkdownV2" and (found := re.search(r"(?<!\\)[>#+\-=|{}.!]", text)):
        reserved = f"Character '{found[0]}' is reserved and must be escaped with the preceding '\\'"
        raise _Refused(400, start + reserved)
    if mode == "HTML" and (found := re.search(r"<(?!/?(?:b|i|u|s|a|code|pre)[\s>])", text)):
        raise _Refused(400, f'{start}Unsupported start tag "" at byte offset {found.start()}')


def _error(code: int, description: str) -> Answer:
    told: dict[str, Any] = {"ok": False, "error_code": code, "description": description}
    if code == 429:
        told["parameters"] = {"retry_after": WAIT}
    return json_answer(told, status=code)
