"""Grid: many keywords as a table, one row a keyword, one column an endpoint. It says where it does not fit."""

from __future__ import annotations

import enum
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from rich.cells import cell_len

from probe.model.verdict import Certainty, Status
from probe.showing.page import Block, Line, Page, Span, fold, line_cells
from probe.showing.tally import Finding, Row

_GAP = 2
_WIDEST_KEYWORD = 28
_WIDEST_CATEGORY = 16
_NARROWEST_GLOSS, _WIDEST_GLOSS = 14, 44
_WIDEST_REASON = 36
_OPEN = (Status.INCONCLUSIVE, Status.UNMEASURED)


@dataclass(frozen=True, kw_only=True)
class Heading:
    """An endpoint at the top of its column."""

    name: str
    """Safe already."""
    note: str = ""
    """What must be known of it: unverified, not trusted."""


@dataclass(kw_only=True)
class _Sizes:
    """The widest of each kind, in cells."""

    keyword: int = len("keyword")
    category: int = 0
    gloss: int = 0
    cells: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class _Layout:
    """What stands in a line, and how wide; a gloss or category of 0 cells is left out."""

    say: Callable[[Page, Finding], Block]
    keyword: int
    gloss: int
    category: int
    endpoints: Mapping[str, int]

    @property
    def widths(self) -> list[int]:
        texts = [width for width in (self.keyword, self.gloss, self.category) if width]
        return [*texts, *self.endpoints.values()]

    @property
    def total(self) -> int:
        return sum(self.widths) + _GAP * (len(self.widths) - 1)


class Shown(enum.Enum):
    """How much found room in a grid."""

    NOTHING = enum.auto()
    """It is too wide, and was not printed."""
    STATUSES = enum.auto()
    REASONS = enum.auto()
    """Why something is undecided, or could not be measured, stands there too."""


def print_grid(page: Page, rows: Callable[[], Iterator[Row]], headings: Mapping[str, Heading]) -> Shown:
    """Print these rows with a column for each of these endpoints, if there is room for it.

    `rows` gives the rows anew each time: they are read once to measure and once to print.
    """
    for say in (_say_with_reasons, _say_in_one_line, _say_in_two_lines):
        layout = _find_layout(page, rows, headings, say)
        if layout is not None:
            _print_head(page, layout, headings)
            for row in rows():
                page.row(_row_blocks(page, layout, row), layout.widths, gap=_GAP)
            return Shown.REASONS if say is _say_with_reasons else Shown.STATUSES
    return Shown.NOTHING


def how(finding: Finding) -> str:
    """By what, and how surely if not confirmed: `reset, likely`."""
    likely = "likely" if finding.certainty is Certainty.LIKELY else None
    return ", ".join(word for word in (finding.mechanism, likely) if word)


def _find_layout(
    page: Page,
    rows: Callable[[], Iterator[Row]],
    headings: Mapping[str, Heading],
    say: Callable[[Page, Finding], Block],
) -> _Layout | None:
    """The layout that shows most of what fits: gloss and category are given up first. None where nothing fits."""
    sizes = _measure(page, rows(), headings, say)
    gloss = min(sizes.gloss, _NARROWEST_GLOSS)
    for gloss_room, category in ((gloss, sizes.category), (0, sizes.category), (0, 0)):
        layout = _Layout(
            say=say,
            keyword=min(sizes.keyword, _WIDEST_KEYWORD),
            gloss=gloss_room,
            category=min(category, _WIDEST_CATEGORY),
            endpoints=sizes.cells,
        )
        # Reasons, and one line a cell, are only worth it where nothing must be left out for them.
        if layout.total <= page.width and (say is _say_in_two_lines or gloss_room == gloss):
            return _widen(layout, page.width, min(sizes.gloss, _WIDEST_GLOSS), headings)
    return None


def _widen(layout: _Layout, room: int, gloss_wanted: int, headings: Mapping[str, Heading]) -> _Layout:
    """Give the room that is left to the gloss, then to names, so that fewer of both are broken."""
    spare = room - layout.total
    gloss = min(gloss_wanted, layout.gloss + spare) if layout.gloss else 0
    spare -= gloss - layout.gloss
    endpoints = dict(layout.endpoints)
    for name, heading in headings.items():
        missing = max(cell_len(heading.name) - endpoints[name], 0)
        if missing <= spare:
            endpoints[name] += missing
            spare -= missing
    return replace(layout, gloss=gloss, endpoints=endpoints)


def _measure(
    page: Page,
    rows: Iterator[Row],
    headings: Mapping[str, Heading],
    say: Callable[[Page, Finding], Block],
) -> _Sizes:
    sizes = _Sizes()
    for name, heading in headings.items():
        words = [*_pieces(heading.name), *heading.note.split()]
        sizes.cells[name] = max((cell_len(word) for word in words), default=1)
    seen: dict[Finding, int] = {}
    for row in rows:
        sizes.keyword = max(sizes.keyword, cell_len(page.say(row.keyword)))
        sizes.gloss = max(sizes.gloss, cell_len(page.say(row.gloss)))
        sizes.category = max(sizes.category, cell_len(page.say(row.category)))
        for name, finding in row.findings.items():
            if name not in sizes.cells:
                continue
            if finding not in seen:
                seen[finding] = max(line_cells(line) for line in say(page, finding))
            sizes.cells[name] = max(sizes.cells[name], seen[finding])
    sizes.gloss = max(sizes.gloss, len("gloss")) if sizes.gloss else 0
    sizes.category = max(sizes.category, len("category")) if sizes.category else 0
    return sizes


def _say_with_reasons(page: Page, finding: Finding) -> Block:
    """With the reason below where the status alone says little; it is not kept of all that is unmeasured."""
    reason = page.say(finding.reason) if finding.status in _OPEN else ""
    lines = fold(reason, _WIDEST_REASON) if reason else []
    return (*_say_in_one_line(page, finding), *((Span(f"  {line}", "dim"),) for line in lines))


def _say_in_one_line(page: Page, finding: Finding) -> Block:
    status, words = page.status(finding.status), how(finding)
    return ((status, Span(f": {words}")),) if words else ((status,),)


def _say_in_two_lines(page: Page, finding: Finding) -> Block:
    words = how(finding)
    first: Line = (page.status(finding.status),)
    return (first, (Span(f"  {words}"),)) if words else (first,)


def _print_head(page: Page, layout: _Layout, headings: Mapping[str, Heading]) -> None:
    texts = [("keyword", layout.keyword), ("gloss", layout.gloss), ("category", layout.category)]
    blocks: list[Block] = [[[Span(word, "bold")]] for word, width in texts if width]
    blocks += [_head_block(headings[name], width) for name, width in layout.endpoints.items()]
    page.row(blocks, layout.widths, gap=_GAP)
    page.rule(layout.total)


def _head_block(heading: Heading, width: int) -> Block:
    lines = [""]
    for piece in _pieces(heading.name):
        if cell_len(lines[-1] + piece) <= width:
            lines[-1] += piece
        else:
            lines.append(piece)
    notes = fold(heading.note, width) if heading.note else []
    return [*([Span(line, "bold")] for line in lines if line), *([Span(note, "dim")] for note in notes)]


def _pieces(name: str) -> Sequence[str]:
    """The parts of a name between which a line may be broken."""
    return re.findall(r"[^-._/]*[-._/]+|[^-._/]+", name)


def _row_blocks(page: Page, layout: _Layout, row: Row) -> Iterator[Block]:
    yield [[Span(line)] for line in fold(page.say(row.keyword), layout.keyword)]
    for text, width in ((row.gloss, layout.gloss), (row.category, layout.category)):
        if width:
            yield [[Span(line)] for line in fold(page.say(text, 100), width)]
    for name in layout.endpoints:
        finding = row.findings.get(name)
        yield layout.say(page, finding) if finding is not None else ()
