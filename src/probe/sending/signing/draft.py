"""Draft: a request whose slots are filled and whose parts still stand apart, so that a scheme can sign them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, quote_plus, urlsplit

from probe.model.exchange import Request

Pairs = list[tuple[str, bytes]]


@dataclass(kw_only=True)
class Draft:
    """A request in parts. Values are in the bytes of their own encodings, and not yet escaped."""

    method: str
    url: str
    """Without what `query` adds."""
    query: Pairs
    headers: dict[str, str]
    """By name in lower case, ready for the wire."""
    form: Pairs | None = None
    body: bytes | None = None
    """Where there is no form."""

    @property
    def authority(self) -> str:
        """The value of the Host header."""
        return self.headers.get("host") or urlsplit(self.url).netloc

    def finish(self) -> Request:
        """The request, ready for the wire."""
        url = self.url
        if self.query:
            url += ("&" if "?" in url else "?") + _joined(self.query)
        body = self.body if self.form is None else _joined(self.form).encode("ascii")
        return Request(method=self.method, url=url, headers=tuple(self.headers.items()), body=body)


@dataclass(frozen=True, kw_only=True)
class Moment:
    """What makes each signature another one."""

    now: float
    """Seconds since 1970-01-01 UTC."""
    nonce: str
    """Fresh for each question."""


Given = Mapping[str, str]
"""What a scheme is given (`probe.model.asking.PARAMETERS`), its slots filled."""


def percent(value: str | bytes) -> str:
    """RFC 3986: everything but letters, digits and -._~ is encoded, in upper case; a space is %20."""
    return quote(value, safe="")


def _joined(pairs: Pairs) -> str:
    return "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, value in pairs)
