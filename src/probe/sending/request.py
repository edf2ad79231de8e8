"""From a question to what goes over the wire: the slots of the definition are filled, each in its own encoding."""

from __future__ import annotations

import base64
import re
import secrets as random_source
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote, quote_plus

import msgspec

from probe.model.definition import USER_AGENT, Endpoint
from probe.model.exchange import Request
from probe.reading.slots import SLOT


class CannotRender(Exception):
    """This text cannot be put into this request; says why."""


class RequestWriter:
    """Writes the requests of one endpoint. Secrets are looked up once, when it is made; raises CannotRender."""

    def __init__(self, endpoint: Endpoint, secrets: Mapping[str, str]) -> None:
        self._template = endpoint.definition.request
        self._values = endpoint.values
        self._secrets = secrets
        self._fixed = {"user-agent": USER_AGENT, "accept": "*/*", "accept-encoding": "gzip, deflate"}
        slots = SLOT.findall(msgspec.json.encode(self._template).decode())
        self._encodings = {encoding or "utf-8" for name, encoding in slots if name == "keyword"}

    def refusal(self, text: str) -> str | None:
        """Why this text cannot be sent at all, or None. Costs less than writing the request."""
        try:
            for encoding in self._encodings:
                encode_keyword(text, encoding)
        except CannotRender as error:
            return f"cannot be sent: {error}"
        return None

    def write(self, text: str, nonce: str | None = None) -> Request:
        """The request for one text. `nonce` is fresh for each asking; one is made where none is given."""
        fill = _Filler(text, nonce or random_source.token_hex(8), self._values, self._secrets)
        template = self._template
        url = fill.url(template.url)
        if template.query:
            pairs = "&".join(
                f"{quote_plus(name)}={fill.text(value, _form)}" for name, value in template.query.items()
            )
            url += ("&" if "?" in url else "?") + pairs
        headers = {
            **self._fixed,
            **{name.lower(): fill.text(value, _header) for name, value in template.headers.items()},
        }
        body, media_type = self._body(fill)
        if media_type is not None:
            headers.setdefault("content-type", media_type)
        return Request(method=template.method, url=url, headers=tuple(headers.items()), body=body)

    def _body(self, fill: _Filler) -> tuple[bytes | None, str | None]:
        template = self._template
        if template.json_body is not None:
            # Raw UTF-8, never \uXXXX: filters on the way look at bytes.
            return msgspec.json.encode(fill.json(template.json_body)), "application/json"
        if template.form is not None:
            pairs = (f"{quote_plus(name)}={fill.text(value, _form)}" for name, value in template.form.items())
            return "&".join(pairs).encode("ascii"), "application/x-www-form-urlencoded"
        if template.body is not None:
            return fill.raw(template.body), "text/plain; charset=utf-8"
        return None, None


class _Filler:
    """Puts the values of one question into texts."""

    def __init__(self, text: str, nonce: str, values: Mapping[str, str], secrets: Mapping[str, str]) -> None:
        self._keyword = text
        self._nonce = nonce
        self._values = values
        self._secrets = secrets

    def text(self, template: str, escape: Callable[[bytes], str]) -> str:
        """A text of which every character, the template's own included, is escaped for its place."""
        parts: list[str] = []
        end = 0
        for slot in SLOT.finditer(template):
            value = self._value(slot.group(1), slot.group(2))
            if value is None:
                continue  # braces that are no slot stand for themselves
            parts += [escape(template[end : slot.start()].encode()), escape(value)]
            end = slot.end()
        return "".join([*parts, escape(template[end:].encode())])

    def url(self, template: str) -> str:
        """A URL: the template and variables stand as they are, what is asked is percent-encoded."""

        def put(slot: re.Match[str]) -> str:
            name, encoding = slot.group(1), slot.group(2)
            if encoding is None and name in self._values:
                return self._values[name]
            value = self._value(name, encoding)
            return slot.group() if value is None else quote(value, safe="")

        return quote(SLOT.sub(put, template), safe="%/:?#[]@!$&'()*+,;=~-._")

    def raw(self, template: str) -> bytes:
        """A body: every slot in the bytes of its own encoding."""
        parts: list[bytes] = []
        end = 0
        for slot in SLOT.finditer(template):
            value = self._value(slot.group(1), slot.group(2))
            if value is not None:
                parts += [template[end : slot.start()].encode(), value]
                end = slot.end()
        return b"".join([*parts, template[end:].encode()])

    def json(self, template: Any) -> Any:
        """A JSON value with the slots in its texts filled; keys are left alone."""
        if isinstance(template, str):
            return self.raw(template).decode("utf-8")
        if isinstance(template, list | tuple):
            return [self.json(item) for item in template]
        if isinstance(template, dict):
            return {key: self.json(value) for key, value in template.items()}
        return template

    def _value(self, name: str, encoding: str | None) -> bytes | None:
        """The bytes for a slot, or None where these braces are no slot."""
        if name == "keyword":
            return encode_keyword(self._keyword, encoding or "utf-8")
        if name == "secret" and encoding is not None:
            if encoding not in self._secrets:
                raise CannotRender(f"the secret {encoding} is not set: export PROBE_SECRET_{encoding}=...")
            return self._secrets[encoding].encode()
        if encoding is not None:
            return None
        if name == "nonce":
            return self._nonce.encode()
        return self._values[name].encode() if name in self._values else None


def encode_keyword(text: str, encoding: str) -> bytes:
    """A keyword in the bytes of an encoding (`base64` is that of its UTF-8); raises CannotRender."""
    if encoding == "base64":
        return base64.b64encode(text.encode())
    try:
        return text.encode(encoding)
    except UnicodeEncodeError as error:
        raise CannotRender(f"{text[error.start]!r} does not exist in {encoding}") from None


def _form(value: bytes) -> str:
    return quote_plus(value)


def _header(value: bytes) -> str:
    return quote(value, safe="".join(chr(code) for code in range(32, 127)))
