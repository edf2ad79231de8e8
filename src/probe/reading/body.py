"""Bytes off the wire to bytes and text. Everything here is hostile: bounded in size, never trusted to be well-formed."""

from __future__ import annotations

import codecs
import re
import zlib

MOST_TEXT = 300_000
"""Characters of a page that are looked at."""

_META_CHARSET = re.compile(
    rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_\-]{2,40})""", re.IGNORECASE
)
_HEADER_CHARSET = re.compile(r"""charset\s*=\s*["']?\s*([A-Za-z0-9_\-]{2,40})""", re.IGNORECASE)
_WIDER = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "iso-8859-1": "cp1252",
    "latin-1": "cp1252",
    "ascii": "utf-8",
}
"""Pages declare the smaller set and use the larger one (the WHATWG encoding standard reads them so too)."""


class BodyTooLarge(Exception):
    """The body is larger than the definition allows, before or after decompression."""


class BodyUndecodable(Exception):
    """The body is not what its Content-Encoding says."""


class BodyReader:
    """Takes a body in chunks as they come, and decompresses it without ever holding more than `limit` bytes."""

    def __init__(self, content_encoding: str | None, limit: int) -> None:
        self._limit = limit
        self._raw = 0
        self._size = 0
        self._parts: list[bytes] = []
        self._inflater: zlib._Decompress | None = None
        coding = (content_encoding or "identity").strip().lower()
        if coding in ("gzip", "x-gzip"):
            self._inflater = zlib.decompressobj(wbits=31)
        elif coding == "deflate":
            self._inflater = zlib.decompressobj(wbits=15)
        elif coding not in ("identity", ""):
            raise BodyUndecodable(f"Content-Encoding {coding[:40]!r} was not asked for")

    @property
    def size(self) -> int:
        """Bytes so far, decompressed."""
        return self._size

    def feed(self, chunk: bytes) -> None:
        """Take one chunk; raises BodyTooLarge or BodyUndecodable."""
        self._raw += len(chunk)
        if self._raw > self._limit:
            raise BodyTooLarge(f"more than {self._limit:,} bytes")
        self._keep(chunk if self._inflater is None else self._inflate(chunk))

    def end(self) -> bytes:
        """The whole body; raises BodyUndecodable where it was cut off inside its compression."""
        inflater = self._inflater
        if inflater is not None and self._raw and not inflater.eof:
            raise BodyUndecodable("the compressed body ends too early")
        return b"".join(self._parts)

    def _inflate(self, chunk: bytes) -> bytes:
        assert self._inflater is not None
        try:
            # One byte more than allowed is enough to know that it is too much.
            return self._inflater.decompress(chunk, self._limit - self._size + 1)
        except zlib.error as error:
            raise BodyUndecodable(str(error)) from None

    def _keep(self, part: bytes) -> None:
        self._size += len(part)
        if self._size > self._limit:
            raise BodyTooLarge(f"more than {self._limit:,} bytes when decompressed")
        self._parts.append(part)


def decode(body: bytes, content_type: str | None, encoding: str = "auto", *, most: int = MOST_TEXT) -> str:
    """The text of a body, at most `most` characters.

    `encoding` is the definition's: `auto` tries, in this order, a byte order mark, the header, a `meta` element, UTF-8 and
    GB18030. Bytes that do not fit become U+FFFD: a page that cannot be read fits no rule, and is not an error.
    """
    body = body[: most * 4]
    if encoding != "auto":
        return body.decode(encoding, "replace")[:most]
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if body.startswith(mark):
            return body.decode(name, "replace")[:most]
    declared = _declared(body, content_type)
    for name in dict.fromkeys([declared, "utf-8", "gb18030"] if declared else ["utf-8", "gb18030"]):
        text = _decoded_well(body, name)
        if text is not None:
            return text[:most]
    return body.decode(declared or "utf-8", "replace")[:most]


def _declared(body: bytes, content_type: str | None) -> str | None:
    found = _HEADER_CHARSET.search(content_type or "")
    name = found.group(1) if found else None
    if name is None and (meta := _META_CHARSET.search(body[:2048])):
        name = meta.group(1).decode("ascii")
    if name is None:
        return None
    name = _WIDER.get(name.lower(), name.lower())
    try:
        return name if codecs.lookup(name)._is_text_encoding else None
    except LookupError:
        return None


def _decoded_well(body: bytes, name: str) -> str | None:
    """The text if it is all of this encoding; a character cut in two at the very end does not count."""
    decoder = codecs.getincrementaldecoder(name)("strict")
    try:
        return decoder.decode(body, final=False)
    except (UnicodeDecodeError, ValueError):
        return None
