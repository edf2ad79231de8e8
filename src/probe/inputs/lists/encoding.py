"""Encoding: which one a list is written in, and its text as lines, without ever holding the whole of it."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from probe.inputs.lists.list_file import CHUNK, HashedBytes, ListFile

LONGEST_LINE = 1_000_000
"""Characters: a longer line is a fault, because one endless line must not fill the memory."""

Report = Callable[[int, str, None, str | None], None]
"""Takes a line, what is wrong there, no field, and a remedy."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
_TITLES = {"utf-8": "UTF-8", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16", "gb18030": "GB18030"}
_BAD_BYTES = re.compile("[\udc00-\udcff]+")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, kw_only=True)
class Survey:
    """What one look at all bytes of a list tells."""

    encoding: str
    """Python's name for it."""
    mark: int
    """Bytes of the byte order mark, which is no part of the text."""
    broken: bool
    """Some bytes do not fit the encoding."""
    sha256: str
    size: int
    head: bytes
    """The first bytes, without the mark."""

    @property
    def title(self) -> str:
        """The encoding's name for people."""
        return _TITLES[self.encoding]


def survey(file: ListFile) -> Survey:
    """Find out the encoding of a list: byte order mark, zero bytes, then UTF-8, then GB18030."""
    with file.read() as stream:
        head = stream.read(CHUNK)
        encoding, mark = _by_mark(head) or _by_zeros(head) or ("utf-8", 0)
        fits = _fits(encoding, head[mark:], stream)
        digest = stream.sha256
    if not fits and (encoding, mark) == ("utf-8", 0) and _is_gb18030(file):
        encoding, fits = "gb18030", True
    return Survey(
        encoding=encoding, mark=mark, broken=not fits, sha256=digest, size=file.size, head=head[mark:]
    )


class TextLines:
    """A list's text. Bytes that do not fit and endless lines are reported, and stand-ins put in their place."""

    def __init__(self, stream: HashedBytes, surveyed: Survey, report: Report) -> None:
        self._survey = surveyed
        self._report = report
        stream.read(surveyed.mark)
        self._text = io.TextIOWrapper(
            stream,
            encoding=surveyed.encoding,
            errors=_MARKING if surveyed.broken else "strict",
            newline="",  # line ends are kept: quoted cells hold them, and offsets count them
        )
        self._offset = surveyed.mark

    @property
    def size(self) -> int:
        """Bytes."""
        return self._survey.size

    def __iter__(self) -> Iterator[str]:
        """Line for line, each with its line end."""
        number = 0
        while line := self._text.readline(LONGEST_LINE):
            number += 1
            if self._survey.broken:
                line = self._mend(line, number)
            if len(line) == LONGEST_LINE and line[-1] not in "\r\n":
                self._skip_rest(number)
                line = "\n"
            yield line

    def whole(self) -> str:
        """All of it at once, for formats that cannot be read in pieces; the caller looks at `size` first."""
        text = self._text.read()
        if not self._survey.broken:
            return text
        line, done, said = 1, 0, 0
        for bad in _BAD_BYTES.finditer(text):
            line += sum(1 for _ in _LINE_END.finditer(text, done, bad.start()))
            self._offset += self._byte_length(text[done : bad.start()])
            done = bad.start()
            if line != said:
                self._say_bad(line, bad[0], self._offset)
                said = line
        return _BAD_BYTES.sub("\ufffd", text)

    def _skip_rest(self, number: int) -> None:
        self._report(number, f"the line is longer than {LONGEST_LINE:,} characters.", None, None)
        while rest := self._text.readline(LONGEST_LINE):
            self._offset += self._byte_length(rest) if self._survey.broken else 0
            if rest[-1] in "\r\n":
                return

    def _mend(self, line: str, number: int) -> str:
        start = self._offset
        self._offset += self._byte_length(line)
        bad = _BAD_BYTES.search(line)
        if bad is None:
            return line
        self._say_bad(number, bad[0], start + self._byte_length(line[: bad.start()]))
        return _BAD_BYTES.sub("\ufffd", line)

    def _say_bad(self, number: int, marked: str, offset: int) -> None:
        byte = ord(marked[0]) - 0xDC00
        message = f"byte 0x{byte:02x} at offset {offset:,} is not {self._survey.title}."
        self._report(number, message, None, "Save the file as UTF-8.")

    def _byte_length(self, text: str) -> int:
        rest = _BAD_BYTES.sub("", text)
        return len(rest.encode(self._survey.encoding)) + len(text) - len(rest)


def _mark_bytes(error: UnicodeError) -> tuple[str, int]:
    """Keep each byte that does not fit as a lone surrogate, which no text of these encodings can hold."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "".join(chr(0xDC00 + byte) for byte in error.object[error.start : error.end]), error.end


_MARKING = "probe.mark-bytes"
codecs.register_error(_MARKING, _mark_bytes)


def _by_mark(head: bytes) -> tuple[str, int] | None:
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding, len(mark)
    return None


def _by_zeros(head: bytes) -> tuple[str, int] | None:
    """UTF-16 without a mark: its line ends and Latin letters have zero bytes, and one byte order makes sense of them.

    A few stray zero bytes in other text must not look like that, so there must be many of them: a quarter of all
    bytes, or one in 64 of a text that could not be UTF-8 anyway.
    """
    share = head.count(0) / max(len(head), 1)
    if share < 1 / 4 and (share < 1 / 64 or _is_utf8_start(head)):
        return None
    little, big = (_count_ascii(head, name) for name in ("utf-16-le", "utf-16-be"))
    if little == big:
        return None
    return ("utf-16-le" if little > big else "utf-16-be"), 0


def _count_ascii(head: bytes, encoding: str) -> int:
    """How many line ends and Latin letters text in this encoding has; -1 where it cannot be that."""
    try:
        text = codecs.getincrementaldecoder(encoding)().decode(head)
    except UnicodeDecodeError:
        return -1
    return -1 if _CONTROL.search(text) else len(text.encode("ascii", "ignore"))


def _is_utf8_start(head: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return True


def _fits(encoding: str, head: bytes, stream: HashedBytes) -> bool:
    """Whether all bytes fit; the stream is read to its end in any case, for its hash."""
    decoder = codecs.getincrementaldecoder(encoding)()
    fits = True
    chunk = head
    while True:
        if fits:
            try:
                decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError:
                fits = False
        if not chunk:
            return fits
        chunk = stream.read(CHUNK)


def _is_gb18030(file: ListFile) -> bool:
    """Whether all bytes fit GB18030, and the text is not rather UTF-8 with a few broken places.

    By luck UTF-8 text can fit GB18030. But then most of its characters are whole in UTF-8, while GB18030 text read as
    UTF-8 is broken nearly everywhere.
    """
    strict = codecs.getincrementaldecoder("gb18030")()
    lenient = codecs.getincrementaldecoder("utf-8")("replace")
    whole = damaged = 0
    with file.read() as stream:
        while True:
            chunk = stream.read(CHUNK)
            try:
                strict.decode(chunk, final=not chunk)
            except UnicodeDecodeError:
                return False
            text = lenient.decode(chunk, final=not chunk)
            marks = text.count("\ufffd")
            damaged += marks
            whole += len(text) - marks - len(text.encode("ascii", "ignore"))
            if not chunk:
                return whole <= damaged
