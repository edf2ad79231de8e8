"""Zulip: the REST API, for a bot that writes and another account that reads."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any, ClassVar

from tests.replicas.messenger import Message, Messenger, basic, is_form, mask, stars
from tests.replicas.replica import Answer, Asked, html_answer, json_answer
from tests.replicas.zulip_narrow import Narrow

ONE = re.compile(r"/api/v1/messages/([^/]+)")
TROUBLES = {
    "token-error": (401, "INVALID_API_KEY", "Invalid API key"),
    "login": (401, "USER_DEACTIVATED", "Account is deactivated"),
    "organisation-closed": (401, "REALM_DEACTIVATED", "This organization has been deactivated"),
}
WAIT = 28.706807374954224
"""Seconds that one who asks too often is told to wait."""
LIMIT = 200
LONGEST = 10_000
DELETED_WITHIN = 600
"""Seconds for which one may take away one's own messages, unless an organisation says otherwise."""
NEWEST = 10_000_000_000_000_000
"""The anchor after the last message."""
GONE = "Invalid message(s)"


class _Refused(Exception):
    """Becomes an error in the form of the platform; clients are told to go by its code, as `msg` is translated."""

    def __init__(self, msg: str, code: str = "BAD_REQUEST", *, status: int = 400, **more: Any) -> None:
        super().__init__(msg)
        self.status, self.told = status, {"result": "error", "msg": msg, "code": code} | more


@dataclass(kw_only=True)
class Zulip(Messenger):
    """One channel, and direct messages. It knows no forbidden words: a moderator's bot takes hard ones away at once.

    A direct message is seen by those two between whom it is; one of a channel by both, who are subscribed to it.
    """

    troubles: ClassVar[tuple[str, ...]] = (*TROUBLES, "rate-limit", "server-busy", "not-allowed", "swept")

    sender: str = "sender-bot@replica.example"
    sender_key: str = "SenderKeyOfTheReplica0123456789A"
    reader: str = "reader@replica.example"
    reader_key: str = "ReaderKeyOfTheReplica0123456789A"
    sender_id: int = 11
    reader_id: int = 12
    channel: str = "replica"
    channel_id: int = 7
    refusal: str | None = None
    """What hard words are refused with, where an organisation has changed its server to do so."""
    masks: bool = False
    """Whether such a server puts asterisks in the place of soft words; otherwise nobody minds them."""
    deletes: bool = True
    """Whether members may take away their own messages."""
    deletes_within: float | None = DELETED_WITHIN
    """For how many seconds they may; None for ever."""

    def _answer(self, asked: Asked) -> Answer:
        if self.trouble == "server-busy":
            return html_answer("<html><head><title>502 Bad Gateway</title></head></html>", status=502)
        if self.trouble == "rate-limit":
            refused = _Refused("API usage exceeded rate limit", "RATE_LIMIT_HIT")
            headers = (("retry-after", str(WAIT)), *self._limits(0))
            return json_answer(refused.told | {"retry-after": WAIT}, status=429, headers=headers)
        try:
            told = {"result": "success", "msg": ""} | self._do(asked)
            return json_answer(told, headers=self._limits(LIMIT - 1))
        except _Refused as refused:
            realm = (("www-authenticate", 'Basic realm="zulip"'),) if refused.status == 401 else ()
            return json_answer(
                refused.told, status=refused.status, headers=(*self._limits(LIMIT - 1), *realm)
            )

    def _limits(self, remaining: int) -> tuple[tuple[str, str], ...]:
        told = {"limit": LIMIT, "remaining": remaining, "reset": int(self.clock()) + 60}
        return tuple((f"x-ratelimit-{name}", str(value)) for name, value in told.items())

    def _do(self, asked: Asked) -> dict[str, Any]:
        user = self._who(asked)
        if self.trouble in TROUBLES:
            status, code, msg = TROUBLES[self.trouble]
            raise _Refused(msg, code, status=status)
        given = asked.query() | (asked.form() if is_form(asked) else {})
        found = ONE.fullmatch(asked.path)
        match asked.method, asked.path if found is None else "one":
            case "POST", "/api/v1/messages":
                return self._send(given, user)
            case "GET", "/api/v1/messages":
                return self._list(given, user)
            case "GET", "one" if found:
                message = self._seen(found[1], user)
                return {"message": self._shown(message, given), "raw_content": message.text}
            case "DELETE", "one" if found:
                return self._delete(self._seen(found[1], user), user)
        raise _Refused("API not found", "BAD_REQUEST", status=404)

    def _who(self, asked: Asked) -> str:
        try:
            told = basic(asked)
        except ValueError:
            raise _Refused(
                "Invalid authorization header for basic auth", "UNAUTHORIZED", status=401
            ) from None
        if told is None:
            missing = "Not logged in: API authentication or user session required"
            raise _Refused(missing, "UNAUTHORIZED", status=401)
        if not re.fullmatch(r"[A-Za-z0-9]{32}", told[1]):
            raise _Refused("Malformed API key", "INVALID_API_KEY", status=401)
        if told not in ((self.sender, self.sender_key), (self.reader, self.reader_key)):
            raise _Refused("Invalid API key", "INVALID_API_KEY", status=401)
        return told[0]

    def _send(self, given: Mapping[str, str], user: str) -> dict[str, Any]:
        kind, content = _needed(given, "type"), _needed(given, "content")
        place, topic = self._place(kind, given)
        text = content.rstrip().lstrip("\n")
        if not text:
            raise _Refused("Message must not be empty")
        if "\x00" in text:
            raise _Refused("Message must not contain null bytes")
        if self.trouble == "not-allowed":
            where = "this recipient" if place != self.channel else f"channel '{place}'"
            raise _Refused(f"Not authorized to send to {where}")
        if len(text) > LONGEST:
            cut = "\n[message truncated]"
            text = text[: LONGEST - len(cut)] + cut
        if self.refusal is not None and self.is_hard(text):
            raise _Refused(self.refusal)
        message = Message(
            id=str(42 + len(self.messages)),
            sender=user,
            place=place,
            text=mask(text, self.soft, stars) if self.masks else text,
            at=self.clock(),
            gone=self.is_hard(text) or self.is_dropped(text),
            more={"topic": topic},
        )
        self.messages.append(message)
        return {"id": int(message.id)}

    def _place(self, kind: str, given: Mapping[str, str]) -> tuple[str, str]:
        """The channel and topic, or the account, to which a message goes."""
        to = _from_json(_needed(given, "to"))
        if kind in ("stream", "channel"):
            (to,) = to if isinstance(to, list) and len(to) == 1 else (to,)
            if to not in (self.channel, self.channel_id):
                raise _Refused(f"Channel '{to}' does not exist", "STREAM_DOES_NOT_EXIST", stream=str(to))
            topic = given.get("topic", given.get("subject", "")).strip()
            if not topic:
                raise _Refused("Missing topic")
            return self.channel, topic if len(topic) <= 60 else topic[:57] + "..."
        if kind not in ("direct", "private"):
            raise _Refused("Invalid type")
        accounts = self._accounts()
        names = to if isinstance(to, list) else str(to).split(",")
        if not names:
            raise _Refused("Message must have recipients")
        for one in names:
            if not isinstance(one, str | int) or one not in accounts:
                said = f"Invalid user ID {one}" if isinstance(one, int) else f"Invalid email '{one}'"
                raise _Refused(said)
        return accounts[names[0]], ""

    def _accounts(self) -> dict[str | int, str]:
        """Addresses, by themselves and by number."""
        both = {self.sender: self.sender_id, self.reader: self.reader_id}
        return {number: name for name, number in both.items()} | {name: name for name in both}

    def _may_see(self, message: Message, user: str) -> bool:
        return not message.gone and (message.place == self.channel or user in (message.sender, message.place))

    def _seen(self, identity: str, user: str) -> Message:
        message = self.find(identity)
        if message is None or not self._may_see(message, user):
            raise _Refused(GONE)
        return message

    def reader_sees(self) -> list[str]:
        """Of direct messages, his own only."""
        with self._lock:
            return [one.text for one in self.messages if self._may_see(one, self.reader)]

    def _delete(self, message: Message, user: str) -> dict[str, Any]:
        if message.sender != user or not self.deletes:
            raise _Refused("You don't have permission to delete this message")
        if self.deletes_within is not None and self.clock() - message.at > self.deletes_within:
            raise _Refused("The time limit for deleting this message has passed")
        message.gone = True
        return {}

    def _list(self, given: Mapping[str, str], user: str) -> dict[str, Any]:
        """Around an anchor; the oldest first."""
        before, after = (_count(given, name) for name in ("num_before", "num_after"))
        if before + after > 5000:
            raise _Refused("Too many messages requested (maximum 5000).")
        channels = (self.channel, self.channel_id)
        narrow = Narrow(user=user, channels=channels, accounts=self._accounts())
        there = [one for one in self.messages if self._may_see(one, user)]
        try:
            there = narrow.choose(there, _from_json(given.get("narrow", "[]")))
        except ValueError as error:
            said = str(error)
            raise _Refused(f"Invalid narrow operator: {said}", "BAD_NARROW", desc=said) from None
        anchor = _needed(given, "anchor")
        if anchor not in ("newest", "oldest", "first_unread") and not anchor.isdecimal():
            raise _Refused("Invalid anchor")
        mark = int(anchor) if anchor.isdecimal() else 0 if anchor == "oldest" else NEWEST
        older = [one for one in there if int(one.id) < mark]
        itself = [one for one in there if int(one.id) == mark and given.get("include_anchor") != "false"]
        newer = [one for one in there if int(one.id) > mark]
        chosen = [*older[max(len(older) - before, 0) :], *itself, *newer[:after]]
        return {
            "anchor": mark,
            "found_anchor": bool(itself),
            "found_newest": after >= len(newer),
            "found_oldest": before >= len(older),
            "history_limited": False,
            "messages": [self._shown(one, given) for one in chosen],
        }

    def _shown(self, message: Message, given: Mapping[str, str]) -> dict[str, Any]:
        is_html = given.get("apply_markdown", "true") != "false"
        number = self.sender_id if message.sender == self.sender else self.reader_id
        told: dict[str, Any] = {
            "id": int(message.id),
            "sender_id": number,
            "sender_email": message.sender,
            "sender_full_name": message.sender.partition("@")[0],
            "client": "replica",
            "timestamp": int(message.at),
            "content": html_of(message.text) if is_html else message.text,
            "content_type": "text/html" if is_html else "text/x-markdown",
            "subject": message.more["topic"],
            "recipient_id": 20,
            "reactions": [],
            "flags": [],
            "is_me_message": False,
        }
        if message.place == self.channel:
            return told | {"type": "stream", "stream_id": self.channel_id, "display_recipient": self.channel}
        both = {message.sender, message.place}
        return told | {"type": "private", "display_recipient": [{"email": one} for one in sorted(both)]}


def html_of(text: str) -> str:
    """A text without any markdown in it as it is shown: escaped, in paragraphs, with addresses as links."""
    link = re.sub(r"https?://[^\s&<]+", r'<a href="\g<0>">\g<0></a>', escape(text, quote=False))
    return "\n".join(f"<p>{one}</p>".replace("\n", "<br>\n") for one in re.split(r"\n{2,}", link))


def _needed(given: Mapping[str, str], name: str) -> str:
    if name not in given:
        raise _Refused(f"Missing '{name}' argument", "REQUEST_VARIABLE_MISSING", var_name=name)
    return given[name]


def _count(given: Mapping[str, str], name: str) -> int:
    text = _needed(given, name)
    if not text.isdecimal():
        raise _Refused(f"{name} is not an integer")
    return int(text)


def _from_json(text: str) -> Any:
    """A value in JSON, or the text itself where it is none."""
    try:
        return json.loads(text)
    except ValueError:
        return text
