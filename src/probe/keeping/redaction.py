"""Redaction: secrets are taken out of an exchange before it is kept.

A secret is looked for as it is, and character by character in each spelling that requests and pages give to a character
(percent-encoded, escaped in JSON or HTML), and the same for its base64, wherever in the encoded text it stands.
"""

from __future__ import annotations

import base64
import re
import string
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import msgspec

from probe.model.exchange import Exchange, Step, Wire

REMOVED = "{removed}"
_REMOVED_HEADERS = frozenset({"authorization", "proxy-authorization", "cookie", "set-cookie"})
SHORTEST_HIDDEN = 8
"""Characters of a value of the session that is hidden: shorter ones are flags, and stand everywhere."""
_SHORTEST = 4
"""Characters: a shorter secret stands in many texts by chance, and is only removed where it is a whole value."""
_JSON = {"\b": "b", "\f": "f", "\n": "n", "\r": "r", "\t": "t"}
_HTML = {"&": "amp", "<": "lt", ">": "gt", '"': "quot", "'": "apos"}
_ENCODERS = (base64.b64encode, base64.urlsafe_b64encode)
_BASE64 = frozenset(bytes([one]) for one in b"%b+/-_" % (string.ascii_letters + string.digits).encode())


class Redactor:
    """Knows the secrets of one run."""

    def __init__(self, secrets: Mapping[str, str]) -> None:
        self._forms: list[_Form] = []
        self._hidden: set[str] = set()
        for name, value in secrets.items():
            self.add(name, value)

    def add(self, name: str, value: str) -> None:
        """From now on this is a secret too."""
        if value:
            self._forms += [
                _Form(name=name, pattern=re.compile(pattern), is_base64=is_base64)
                for pattern, is_base64 in _patterns(value)
            ]

    def hide(self, name: str, value: str) -> None:
        """The same for a value that came over the network and logs in; fetched anew it is often the one of before."""
        if len(value) >= SHORTEST_HIDDEN and value not in self._hidden:
            self._hidden.add(value)
            self.add(name, value)

    def redact(self, exchange: Exchange) -> Exchange:
        """The exchange with `{secret:NAME}` for each secret, and without what logs in."""
        return msgspec.structs.replace(exchange, steps=tuple(map(self._redact_step, exchange.steps)))

    def text(self, text: str) -> str:
        """A text without secrets."""
        if not self._forms:
            return text
        return self.bytes(text.encode("utf-8", "surrogatepass")).decode("utf-8", "surrogatepass")

    def bytes(self, body: bytes) -> bytes:
        """Bytes without secrets."""
        # One pass a form: `re` runs through the places where none can begin only if a pattern has no alternatives.
        finds = sorted(
            (*form.span(found, body), form.name)
            for form in self._forms
            for found in form.pattern.finditer(body)
        )
        pieces, done = [], 0
        for start, end, name in finds:
            if start >= done:
                pieces += [body[done:start], b"{secret:%b}" % name.encode()]
            done = max(done, end)
        return b"".join([*pieces, body[done:]]) if pieces else body

    def _redact_step(self, step: Step) -> Step:
        request, response = step.request, step.response
        return msgspec.structs.replace(
            step,
            request=msgspec.structs.replace(
                request,
                url=self.text(request.url),
                headers=self._headers(request.headers),
                body=None if request.body is None else self.bytes(request.body),
            ),
            response=None
            if response is None
            else msgspec.structs.replace(
                response,
                headers=self._headers(response.headers),
                body=self.bytes(response.body),
            ),
            detail=None if step.detail is None else self.text(step.detail),
            wire=None if step.wire is None else _redact_wire(step.wire, self.bytes),
        )

    def _headers(self, headers: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
        return tuple(
            (self.text(name), REMOVED if name.lower() in _REMOVED_HEADERS else self.text(value))
            for name, value in headers
        )


def _redact_wire(wire: Wire, clean: Callable[[bytes], bytes]) -> Wire:
    return msgspec.structs.replace(
        wire, request=_redact_head(wire.request, clean), response=_redact_head(wire.response, clean)
    )


def _redact_head(head: bytes, clean: Callable[[bytes], bytes]) -> bytes:
    """The lines of a head without secrets; all but the first are fields, of which those that log in go whole."""
    first, *fields = head.split(b"\r\n")
    lines = [clean(first)]
    for field in fields:
        name, between, value = field.partition(b": ")
        if name.decode("latin-1").lower() in _REMOVED_HEADERS:
            value = REMOVED.encode()
        lines.append(clean(name) + between + clean(value))
    return b"\r\n".join(lines)


def redact(exchange: Exchange, secrets: Mapping[str, str]) -> Exchange:
    """The exchange without these secrets (name: value), and without the values of headers that log in."""
    return Redactor(secrets).redact(exchange)


@dataclass(frozen=True, kw_only=True)
class _Form:
    """One way in which a secret may stand somewhere."""

    name: str
    pattern: re.Pattern[bytes]
    is_base64: bool

    def span(self, found: re.Match[bytes], body: bytes) -> tuple[int, int]:
        """What to take away: of base64 also the characters at both ends, made of the secret and of its neighbours."""
        start, end = found.span()
        if self.is_base64:
            start -= body[start - 1 : start] in _BASE64
            end += body[end : end + 1] in _BASE64
            while body[end : end + 1] == b"=":
                end += 1
        return start, end


def _patterns(secret: str) -> Iterator[tuple[bytes, bool]]:
    """Patterns that find a secret, each with whether it is one of base64."""
    plain = secret.encode("utf-8", "surrogatepass")
    if len(secret) < _SHORTEST:
        whole = rb"(?:(?<=[=\"'])|(?<=: )|\A)%b=*(?=[&\"'\r\n]|\Z)"
        yield whole % _spelt(secret), False
        for encode in _ENCODERS:
            yield whole % _spelt(encode(plain).rstrip(b"=").decode()), False
        return
    yield _spelt(secret), False
    for core in sorted(_base64_cores(plain)):
        yield _spelt(core.decode()), True


def _base64_cores(secret: bytes) -> set[bytes]:
    """The characters of base64 that depend on the secret alone, for each place in a triplet at which it may begin."""
    cores = set()
    for before in range(3):
        first = -(-before * 8 // 6)
        last = (before + len(secret)) * 8 // 6
        padded = bytes(before) + secret + bytes(3)
        for encode in _ENCODERS:
            cores.add(encode(padded)[first:last])
    return cores


def _spelt(text: str) -> bytes:
    """A pattern for a text of which each character may be spelt in its own way."""
    return b"".join(map(_spellings, text))


def _spellings(character: str) -> bytes:
    """Alternatives that each start with a literal byte, so that `re` can run to the next place where one may begin."""
    plain = character.encode("utf-8", "surrogatepass")
    code = ord(character)
    units = character.encode("utf-16-be", "surrogatepass")
    # What was escaped twice stands where a URL is inside a URL, or JSON inside JSON.
    ways = [
        re.escape(plain),
        b"".join(b"%%(?:25)?%b" % _hex(f"{byte:02x}") for byte in plain),
        b"".join(rb"\\\\?u" + _hex(units[place : place + 2].hex()) for place in range(0, len(units), 2)),
        b"&#0*%d;" % code,
        b"&#[xX]0*%b;" % _hex(f"{code:x}"),
    ]
    if character == " ":
        ways.append(rb"\+")
    if character in '"\\/' or character in _JSON:
        ways.append(rb"\\\\*" + re.escape(_JSON.get(character, character).encode()))
    if character in _HTML:
        ways.append(b"&%b;" % _HTML[character].encode())
    return b"(?:%b)" % b"|".join(ways)


def _hex(digits: str) -> bytes:
    """A pattern for hexadecimal digits in either case."""
    return "".join(f"[{one}{one.upper()}]" if one.isalpha() else one for one in digits).encode()
