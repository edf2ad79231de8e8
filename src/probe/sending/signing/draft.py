"""Draft: a request whose slots are filled and whose parts still stand apart, so that a scheme can sign them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, quote_plus, urlsplit

from probe.model.exchange import Request

Pairs = list[tuple[str, bytes]]

_USUAL_PORTS = {"http": ":80", "https": ":443"}
_PRINTABLE = "".join(chr(code) for code in range(32, 127))


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
    is_signed: bool = False
    """Whether a scheme signs it: its query is then sent as it was signed, with %20 and not + for a space, as platforms sign
    what comes."""

    @property
    def authority(self) -> str:
        """The value of the Host header: without the port where that is the usual one."""
        parts = urlsplit(self.url)
        return self.headers.get("host") or parts.netloc.removesuffix(_USUAL_PORTS.get(parts.scheme, ""))

    def finish(self) -> Request:
        """The request, ready for the wire."""
        url = self.url
        if self.query:
            text = query_text(self.query) if self.is_signed else _joined(self.query)
            url += ("&" if "?" in url else "?") + text
        body = self.body if self.form is None else _joined(self.form).encode("ascii")
        # A scheme may have put anything into a header, such as an id that is not ASCII.
        headers = tuple((name, header_text(value.encode())) for name, value in self.headers.items())
        return Request(method=self.method, url=url, headers=headers, body=body)


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


def query_text(pairs: Pairs) -> str:
    """A query as schemes sign it."""
    return "&".join(f"{percent(name)}={percent(value)}" for name, value in pairs)


def header_text(value: bytes) -> str:
    """The value of a header: printable ASCII as it stands, all else percent-encoded."""
    return quote(value, safe=_PRINTABLE)


def _joined(pairs: Pairs) -> str:
    return "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, value in pairs)
