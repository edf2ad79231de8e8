"""HTTP/1.1 as far as the lab needs it: bytes to requests, responses to bytes, nothing of sockets.

Stricter than many servers on purpose: a prober's mistakes in encoding should come back as 400, not as
results.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from http import HTTPStatus
from types import MappingProxyType
from urllib.parse import unquote_to_bytes

LIMIT = 64 * 1024
"""Bytes a request's head, and its body, may have."""

HTML = "text/html; charset=utf-8"
JSON = "application/json; charset=utf-8"
PLAIN = "text/plain; charset=utf-8"

_PHRASES = {status.value: status.phrase for status in HTTPStatus}
_BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")


class BadRequestError(Exception):
    """A request that gets a 4xx or 5xx for its form alone."""

    def __init__(self, status: int, explanation: str) -> None:
        super().__init__(explanation)
        self.status = status
        self.explanation = explanation


@dataclass(frozen=True, kw_only=True)
class Request:
    """One request as it came."""

    method: str
    target: str
    headers: Mapping[str, str]
    """Names in small letters; repeated ones joined by a comma."""
    body: bytes
    keep_alive: bool

    @property
    def path(self) -> str:
        """The target without its query."""
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        """What follows the first question mark, still encoded."""
        return self.target.partition("?")[2]


@dataclass(frozen=True, kw_only=True)
class Response:
    """One answer; length and connection headers are added on the way out."""

    status: int
    body: str
    content_type: str = HTML
    headers: Mapping[str, str] = field(default_factory=dict)


def take_request(buffer: bytearray) -> Request | None:
    """Take the first whole request out of the buffer; None: more bytes are needed."""
    end = buffer.find(b"\r\n\r\n", 0, LIMIT + 4)
    if end < 0:
        if len(buffer) > LIMIT:
            status = 431 if b"\r\n" in buffer else 414
            raise BadRequestError(status, f"more than {LIMIT} bytes before the body")
        return None
    line, _, block = bytes(buffer[:end]).partition(b"\r\n")
    method, target, version = _split_request_line(line)
    headers = _parse_headers(block)
    length = _body_length(headers)
    if len(buffer) < end + 4 + length:
        return None
    body = bytes(buffer[end + 4 : end + 4 + length])
    del buffer[: end + 4 + length]
    connection = headers.get("connection", "").lower()
    keep_alive = "close" not in connection if version == "HTTP/1.1" else "keep-alive" in connection
    return Request(method=method, target=target, headers=headers, body=body, keep_alive=keep_alive)


def _split_request_line(line: bytes) -> tuple[str, str, str]:
    try:
        method, target, version = line.decode("ascii").split(" ")
    except UnicodeDecodeError:
        raise BadRequestError(400, "bytes beyond ASCII in the request line: percent-encode them") from None
    except ValueError:
        raise BadRequestError(400, "the request line is not METHOD TARGET VERSION") from None
    if version not in ("HTTP/1.1", "HTTP/1.0"):
        raise BadRequestError(505, "only HTTP/1.0 and HTTP/1.1 are spoken here")
    if not method.isalpha() or not target.startswith("/"):
        raise BadRequestError(400, "the target must start with a slash")
    return method, target, version


# One client sends the same headers again and again: parsed once, and shared by all that is remembered of it.
@lru_cache(maxsize=256)
def _parse_headers(block: bytes) -> Mapping[str, str]:
    headers: dict[str, str] = {}
    for line in block.split(b"\r\n") if block else ():
        name, colon, value = line.decode("latin-1").partition(":")
        if not colon or not name or name != name.strip():
            raise BadRequestError(400, "a header line is not NAME: VALUE")
        key, value = name.lower(), value.strip()
        headers[key] = f"{headers[key]}, {value}" if key in headers else value
    return MappingProxyType(headers)


def _body_length(headers: Mapping[str, str]) -> int:
    if "transfer-encoding" in headers:
        raise BadRequestError(411, "send a Content-Length")
    length = headers.get("content-length", "0")
    if not (length.isascii() and length.isdigit()):
        raise BadRequestError(400, "Content-Length is not a number")
    if len(length) > 9 or int(length) > LIMIT:
        raise BadRequestError(413, f"more than {LIMIT} bytes of body")
    return int(length)


def decode_query(query: str, name: str) -> str | None:
    """The first value of a query parameter; None: it is not there."""
    for pair in query.split("&"):
        key, _, value = pair.partition("=")
        if key == name:
            return _unquote(value)
    return None


def _unquote(value: str) -> str:
    if _BROKEN_ESCAPE.search(value):
        raise BadRequestError(400, "a percent sign without two hexadecimal digits")
    try:
        return unquote_to_bytes(value.replace("+", " ")).decode("utf-8")
    except UnicodeDecodeError:
        raise BadRequestError(400, "the query is not UTF-8") from None


def phrase_of(status: int) -> str:
    """What stands beside a status; some platforms have statuses of their own."""
    return _PHRASES.get(status, "Odd")


def encode_response(response: Response, *, keep_alive: bool, with_body: bool = True) -> bytes:
    """The response as it goes out; without its body for a HEAD request."""
    body = response.body.encode("utf-8")
    lines = [
        f"HTTP/1.1 {response.status} {phrase_of(response.status)}",
        "Server: probe-lab",
        f"Content-Type: {response.content_type}",
        f"Content-Length: {len(body)}",
        f"Connection: {'keep-alive' if keep_alive else 'close'}",
        *(f"{name}: {value}" for name, value in response.headers.items()),
    ]
    head = "\r\n".join(lines).encode("ascii") + b"\r\n\r\n"
    return head + body if with_body else head
