"""Pages about keyword lists for people: which ones there are, what is in them, and what a check found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.cells import cell_len

from probe.inputs.keywords import Keywords, ListHead
from probe.model.keyword import MOST_CHARACTERS, Keyword
from probe.showing.page import Block, Page, Span, fold
from probe.showing.quantity import write_count

_COLUMNS = ("KEYWORD", "GLOSS", "CATEGORY", "LANGUAGE")
_GAP = 2
_NARROWEST, _WIDEST = 8, 120
_COUNT = 8


def summarise(head: ListHead) -> dict[str, object]:
    """What programs want to know to choose lists; fields are added, never renamed."""
    return {
        "name": head.name,
        "title": head.title,
        "licence": head.licence,
        "language": head.language,
        "languages": [*head.languages],
        "categories": [*head.categories],
        "keywords": head.keywords,
        "notes": head.notes,
    }


def print_lists(page: Page, heads: Sequence[ListHead]) -> None:
    """A table: name, title with the categories below it, languages, number of keywords."""
    name = min(max((len(head.name) for head in heads), default=4), 24)
    languages = 9
    widths = (name, max(page.width - name - languages - _COUNT - 3 * _GAP, 20), languages, _COUNT)
    page.row(([[Span(word, "bold")]] for word in ("NAME", "WHAT IS IN IT", "LANGUAGES", "KEYWORDS")), widths)
    for head in heads:
        what = _block(page, head.title, widths[1])
        about = _block(page, ", ".join(head.categories), widths[1] - 2)
        page.row(
            (
                _block(page, head.name, name),
                [*what, *([Span("  "), *line] for line in about)],
                [[Span(page.say(language))] for language in head.languages],
                [[Span(f"{head.keywords:,}".rjust(_COUNT))]],
            ),
            widths,
        )


def print_keywords(page: Page, keywords: Keywords) -> None:
    """A table of keywords. They are read twice, to measure and to print, so that a long list is never held."""
    natural = [0] * len(_COLUMNS)
    for keyword in keywords:
        for place, text in enumerate(_texts(page, keyword)):
            if len(text) * 2 > natural[place]:  # a character takes two cells at most
                natural[place] = max(natural[place], cell_len(text))
    shown = [place for place, width in enumerate(natural) if width]
    widths = _fit(page, [max(min(natural[place], _WIDEST), len(_COLUMNS[place])) for place in shown])
    page.row(([[Span(_COLUMNS[place], "bold")]] for place in shown), widths, gap=_GAP)
    for keyword in keywords:
        texts = list(_texts(page, keyword))
        blocks = (
            [[Span(line)] for line in fold(texts[place], width)]
            for place, width in zip(shown, widths, strict=True)
        )
        page.row(blocks, widths, gap=_GAP)


def print_checks(page: Page, keywords: Keywords) -> None:
    """One line a list: how many keywords, its format and encoding; then what else should be known."""
    for one, use in zip(keywords.checked, keywords.lists, strict=True):
        repeats = one.entries - use.keywords
        folded = f", {write_count(repeats, 'duplicate')} folded" if repeats else ""
        count = write_count(use.keywords, "keyword")
        page.line(f"{page.say(use.name)}: {count}; {one.format}, {one.encoding}{folded}")
        for note in one.notes:
            if not note.startswith("read as"):  # the line above says it
                page.paragraph(page.say(note), indent=2)
    if len(keywords.checked) > 1:
        page.line(f"together: {write_count(keywords.count, 'keyword')}")


def _texts(page: Page, keyword: Keyword) -> Iterator[str]:
    yield page.say(keyword.line, MOST_CHARACTERS * 2)
    for text in (keyword.gloss, keyword.category, keyword.language):
        yield page.say(" ".join((text or "").split()))


def _fit(page: Page, widths: list[int]) -> list[int]:
    """Make the widest columns narrower until all of them fit the page."""
    excess = sum(widths) + _GAP * (len(widths) - 1) - page.width
    while excess > 0 and max(widths) > _NARROWEST:
        widest = widths.index(max(widths))
        next_widest = max([width for width in widths if width < widths[widest]], default=_NARROWEST)
        step = min(excess, max(widths[widest] - max(next_widest, _NARROWEST), 1))
        widths[widest] -= step
        excess -= step
    return widths


def _block(page: Page, text: str, width: int) -> Block:
    return [[Span(line)] for line in fold(page.say(text), width)]
