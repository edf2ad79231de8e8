"""HTTP block: a step's request or response as a WARC record holds it: head, empty line, body.

The head is the one of the wire. Three of its fields speak of the body as it was sent: compressed, in chunks, so long. The
body here is the decoded one, as secrets can be found in no other, and as that is what was judged. So where these fields do
not fit it they are renamed, as Common Crawl does it, and the true length is added: any reader can then replay it.
"""

from __future__ import annotations

import http
import re

from probe.model.exchange import Request, Response, Step

RENAMED = "X-Crawler-"
"""Before the names of fields that were true on the wire only."""
_CODED = frozenset({b"content-encoding", b"transfer-encoding"})
_LENGTH = b"content-length"
_ADDRESS = re.compile(r"[a-z]+://([^/?#]*)([^#]*)", re.IGNORECASE)
_BREAKS = re.compile(r"[\r\n]+")


def request_block(step: Step) -> bytes:
    """The request of a step."""
    body = step.request.body or b""
    head = step.wire.request if step.wire is not None and step.wire.request else _rebuild(step.request)
    return _join(head, body, names_length=bool(body))


def response_block(step: Step, response: Response) -> bytes:
    """The response of a step."""
    head = step.wire.response if step.wire is not None and step.wire.response else _rebuild_answer(response)
    return _join(head, response.body, names_length=step.request.method != "HEAD")


def _join(head: bytes, body: bytes, *, names_length: bool) -> bytes:
    first, *lines = head.removesuffix(b"\r\n").split(b"\r\n")
    lengths = [_value(line) for line in lines if _name(line) == _LENGTH]
    is_coded = any(_name(line) in _CODED and _value(line).lower() != b"identity" for line in lines)
    right = lengths == [b"%d" % len(body)]
    fields = [_rename(line, keeps_length=right or not names_length) for line in lines]
    if names_length and not right and (is_coded or lengths or body):
        fields.append(b"Content-Length: %d" % len(body))
    return b"\r\n".join([first, *fields, b"", body])


def _rename(line: bytes, *, keeps_length: bool) -> bytes:
    name = _name(line)
    if name in _CODED or (name == _LENGTH and not keeps_length):
        return RENAMED.encode() + line
    return line


def _name(line: bytes) -> bytes:
    return line.partition(b":")[0].strip().lower()


def _value(line: bytes) -> bytes:
    return line.partition(b":")[2].strip()


def _rebuild(request: Request) -> bytes:
    """The head of a request of which the bytes were not recorded."""
    found = _ADDRESS.match(request.url)
    host, target = found.groups() if found is not None else ("", "")
    lines = [f"{request.method} {target if target.startswith('/') else '/' + target} HTTP/1.1"]
    if not any(name.lower() == "host" for name, _ in request.headers):
        lines.append(f"Host: {host}")
    return _encode(lines, request.headers)


def _rebuild_answer(response: Response) -> bytes:
    known = response.status in http.HTTPStatus._value2member_map_
    reason = http.HTTPStatus(response.status).phrase if known else ""
    return _encode([f"HTTP/1.1 {response.status} {reason}".rstrip()], response.headers)


def _encode(lines: list[str], headers: tuple[tuple[str, str], ...]) -> bytes:
    fields = [f"{name}: {value}" for name, value in headers]
    clean = (_BREAKS.sub(" ", line) for line in [*lines, *fields])
    return b"".join(line.encode("utf-8", "surrogatepass") + b"\r\n" for line in clean)
