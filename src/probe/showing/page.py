"""Page: the sheet that people read. It knows the stream's width, colours and encoding, and what signs it can say.

Lines are written straight to the stream with rich's styles and cell widths. rich's own Console and Table are not
used here: they take 2.5 ms for a row of ten cells, which is 40 s for a list of 16,000 filtered keywords, they pad
lines with blanks, and they end the program on a closed pipe.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple, TextIO

from rich.cells import cell_len, chop_cells, set_cell_size
from rich.color import ColorSystem
from rich.style import Style

from probe.model.verdict import Status
from probe.showing.safe_text import can_say, plain

SIGNS = {
    Status.BLOCKED: ("✖", "x", "red"),
    Status.FILTERED: ("◐", "~", "yellow"),
    Status.OK: ("✔", "+", "green"),
    Status.INCONCLUSIVE: ("?", "?", "magenta"),
    Status.UNMEASURED: ("–", "-", "dim"),
}
"""Status: its sign, the sign for streams that cannot say that one, and its style. Signs survive without colour."""


class Span(NamedTuple):
    """A piece of a line in one style."""

    text: str
    """Safe already: foreign text goes through `Page.say` first."""
    style: str = ""


Line = Sequence[Span]
Block = Sequence[Line]
"""The lines of one cell."""


class Page:
    """Prints lines, paragraphs and rows of columns on one stream."""

    def __init__(self, stream: TextIO, *, width: int, colour: bool) -> None:
        self.width = max(width, 20)
        self._stream = stream
        self._colour = colour
        self.encoding = getattr(stream, "encoding", None) or "utf-8"
        every_sign = "".join(sign for sign, _, _ in SIGNS.values()) + "─…×"
        self._says_signs = can_say(every_sign, self.encoding)

    def say(self, text: str, most: int = 200) -> str:
        """Foreign text, harmless and sayable here."""
        return plain(text, most, encoding=self.encoding)

    def sign(self, status: Status) -> Span:
        """The sign of a status, in its style."""
        sign, ascii_sign, style = SIGNS[status]
        return Span(sign if self._says_signs else ascii_sign, style)

    def status(self, status: Status) -> Span:
        """The sign of a status with its word, in its style."""
        sign = self.sign(status)
        return Span(f"{sign.text} {status.value}", sign.style)

    def cut(self, text: str, cells: int) -> str:
        """The text in at most so many cells, with an ellipsis where it was cut."""
        if cell_len(text) <= cells:
            return text
        ellipsis = "…" if self._says_signs else "..."
        if cells <= len(ellipsis):
            return set_cell_size(text, cells).rstrip()
        return set_cell_size(text, cells - len(ellipsis)).rstrip() + ellipsis

    def line(self, *spans: Span | str) -> None:
        """Print one line."""
        parts = [Span(span) if isinstance(span, str) else span for span in spans]
        while parts and not parts[-1].text.strip():
            parts.pop()
        if parts:
            parts[-1] = Span(parts[-1].text.rstrip(), parts[-1].style)
        self._stream.write("".join(map(self._paint, parts)) + "\n")

    def rule(self, cells: int) -> None:
        """Print a thin rule of so many cells."""
        self.line(Span(("─" if self._says_signs else "-") * cells, "dim"))

    def paragraph(self, text: str, *, indent: int = 0, hang: int = 0, style: str = "") -> None:
        """Print text folded at the page's width; lines after the first stand `hang` cells further right."""
        room = max(self.width - indent - hang, 10)
        for number, piece in enumerate(fold(text, room)):
            self.line(" " * (indent + (hang if number else 0)), Span(piece, style))

    def row(self, blocks: Iterable[Block], widths: Sequence[int], *, gap: int = 2, indent: int = 0) -> None:
        """Print cells side by side, each in a column of its width."""
        cells = tuple(blocks)
        for number in range(max((len(block) for block in cells), default=0)):
            spans = [Span(" " * indent)]
            for block, width in zip(cells, widths, strict=True):
                line = block[number] if number < len(block) else ()
                spans += line
                spans.append(Span(" " * (max(width - line_cells(line), 0) + gap)))
            self.line(*spans)

    def flush(self) -> None:
        self._stream.flush()

    def _paint(self, span: Span) -> str:
        if not (self._colour and span.style):
            return span.text
        return Style.parse(span.style).render(span.text, color_system=ColorSystem.STANDARD)


def line_cells(line: Line) -> int:
    """How many cells a line takes."""
    return sum(cell_len(span.text) for span in line)


def fold(text: str, cells: int) -> list[str]:
    """Break text between words into lines of at most so many cells; a longer word is broken where it must be."""
    lines: list[str] = []
    for word in text.split(" "):
        if lines and cell_len(lines[-1]) + 1 + cell_len(word) <= cells:
            lines[-1] += f" {word}"
        else:
            lines += chop_cells(word, max(cells, 2)) if cell_len(word) > cells else [word]
    return lines
