"""Reading a messenger's requests: who asks, for which room or message, and what is to be posted."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from probe.lab.message import Draft
from probe.lab.wire import BadRequestError, Request, decode_query

LONGEST_TEXT = 4_000
"""Characters."""
LONGEST_NAME = 200
"""Characters that the name of a user, a room or a message, or a nonce, may have."""
LISTED = 50
"""Messages in a list unless ?limit=N asks otherwise."""
MOST_LISTED = 100

_BEARER = re.compile(r"bearer +(\S+)", re.IGNORECASE)
_PATH = re.compile(r"/[^/]+/rooms/([^/]+)/messages(?:/([^/]+))?")
_BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a request goes: a room, or one message in it."""

    room: str
    message_id: str | None

    @property
    def methods(self) -> tuple[str, ...]:
        """What can be done there."""
        return ("GET", "HEAD", "POST") if self.message_id is None else ("GET", "HEAD", "DELETE")


def read_user(headers: Mapping[str, str]) -> str | None:
    """The name of the user, which is his token; None: nobody is logged in."""
    found = _BEARER.fullmatch(headers.get("authorization", ""))
    return found[1] if found is not None and len(found[1]) <= LONGEST_NAME else None


def read_place(path: str) -> Place | None:
    """The room or message that a path means; None: neither. BadRequestError: its name cannot be read."""
    found = _PATH.fullmatch(path)
    if found is None:
        return None
    return Place(room=_decode(found[1]), message_id=None if found[2] is None else _decode(found[2]))


def read_draft(author: str, room: str, body: bytes) -> Draft:
    """The message to post; BadRequestError: it cannot be read, or is too long."""
    try:
        sent = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):
        raise BadRequestError(400, "请求体不是 UTF-8 编码的 JSON") from None
    if not isinstance(sent, dict):
        raise BadRequestError(400, "请求体不是 JSON 对象")
    text, nonce = (_read_string(sent, name) for name in ("text", "nonce"))
    if len(text) > LONGEST_TEXT:
        raise BadRequestError(413, f"text 超过 {LONGEST_TEXT} 个字符")
    if len(nonce) > LONGEST_NAME:
        raise BadRequestError(400, f"nonce 超过 {LONGEST_NAME} 个字符")
    return Draft(author=author, room=room, text=text, nonce=nonce)


def read_limit(request: Request) -> int:
    """How many messages a list may have; BadRequestError: not a number above 0. More than the most give the most."""
    limit = decode_query(request.query, "limit")
    if limit is None:
        return LISTED
    if not (limit.isascii() and limit.isdigit() and len(limit) < 10 and int(limit)):
        raise BadRequestError(400, "limit 必须是正整数")
    return min(int(limit), MOST_LISTED)


def _read_string(sent: Mapping[str, object], name: str) -> str:
    value = sent.get(name)
    if not isinstance(value, str) or not value.strip():
        raise BadRequestError(400, f"缺少 {name}")
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise BadRequestError(400, f"{name} 含有不成对的代理项")
    return value


def _decode(segment: str) -> str:
    if _BROKEN_ESCAPE.search(segment):
        raise BadRequestError(400, "a percent sign without two hexadecimal digits")
    try:
        name = unquote_to_bytes(segment).decode("utf-8")
    except UnicodeDecodeError:
        raise BadRequestError(400, "the path is not UTF-8") from None
    if len(name) > LONGEST_NAME:
        raise BadRequestError(400, f"more than {LONGEST_NAME} characters in a name")
    return name
