"""Notices: what a platform says to people, told apart from pages that only quote it.

A notice stands by itself: in an element, a JSON text or a line of its own, outside of the results, with little before and
behind it, and not within quotation marks. Texts are compared in Unicode form NFKC, without markup and white space.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import unescape

from selectolax.lexbor import LexborHTMLParser, LexborNode

from probe.model.rule import Notice, Pick
from probe.reading.extract import find_json
from probe.reading.page import NO_JSON, Page

_BEFORE = 12
"""Characters that may stand before a notice in its element: "Sorry, " and the like."""
_BEHIND = 120
"""Characters that may stand behind it: links to help, advice to try other words."""
_QUOTES = {"“": "”", "「": "」", "『": "』", "‘": "’", '"': '"', "'": "'", "《": "》", "«": "»"}
_END = "。.!?,;:…"
_MOST_BLOCKS = 50
_MOST_READ = 20_000_000
"""Characters that are read to find the smallest pieces: hostile pages nest their elements ten thousand deep."""
_MOST_OPEN = 50
"""Quotes of a script that nothing closes: each costs a look at the rest of its line."""
_QUOTE = re.compile("[\"']")
_STRING = re.compile(r"\"((?:[^\"\\\n]|\\.)*+)\"|'((?:[^'\\\n]|\\.)*+)'")
_ESCAPED = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.DOTALL)
_WHITE = {"n": "\n", "r": "\r", "t": "\t"}
_TAG = re.compile(r"<[^<>]{0,300}>")
_TYPE = {
    "b",
    "big",
    "cite",
    "code",
    "del",
    "em",
    "font",
    "i",
    "ins",
    "mark",
    "q",
    "s",
    "small",
    "strong",
    "sub",
    "sup",
    "u",
}
"""Elements that change how a part of a line looks, and begin nothing new."""
_ECHO = "\ufffc"


@dataclass(frozen=True, kw_only=True)
class _Reading:
    """What of a page may hold a notice, compact."""

    text: str
    """All that a reader sees."""
    scripts: tuple[tuple[str, str], ...] = ()
    """Markup that scripts write, each with its text."""


def find_notice(notice: Notice, page: Page, asked: Sequence[str], results: Pick | None = None) -> str | None:
    """The text of the notice that stands on the page, or None. `asked` are the texts that the page may repeat."""
    for text in (notice.text,) if isinstance(notice.text, str) else notice.text:
        for needle in _needles(text, tuple(asked)):
            if any(_stands_alone(needle, block, asked) for block in _blocks(page, needle, results)):
                return text
    return None


@lru_cache(maxsize=1024)
def _needles(text: str, asked: tuple[str, ...]) -> tuple[str, ...]:
    """The notice as it would stand on the page, once for each text that was asked where it names that."""
    versions = [text.replace("{keyword}", one) for one in asked] if "{keyword}" in text else [text]
    needles = (compact(version).rstrip(_END) for version in versions)
    return tuple(dict.fromkeys(needle for needle in needles if needle))


def compact(text: str) -> str:
    """Without white space, in NFKC: what is compared."""
    return "".join(unicodedata.normalize("NFKC", text).split())


@lru_cache(maxsize=1)
def _read(page: Page) -> _Reading:
    """Read once, as many notices are looked for on the same page."""
    if not page.is_html:
        return _Reading(text=compact(page.raw if page.json is NO_JSON else _plain(page.text)))
    scripts = tuple((markup, compact(_plain(markup))) for markup in _script_texts(page))
    return _Reading(text=compact(page.text), scripts=scripts)


def _plain(markup: str) -> str:
    return unescape(_TAG.sub("", markup))


def _blocks(page: Page, needle: str, results: Pick | None) -> Iterator[str]:
    """The smallest pieces of the page that hold the text, compact."""
    css = results.css if results is not None else None
    reading = _read(page)
    for markup, text in reading.scripts:
        if needle in text:
            yield from _html_blocks(LexborHTMLParser(markup), needle, css)
    if needle not in reading.text:
        return
    if page.is_html:
        yield from _html_blocks(page.html, needle, css)
    elif page.json is not NO_JSON:
        for text in _json_texts(page, results):
            if "<" in text:  # it may be markup
                yield from _html_blocks(LexborHTMLParser(text), needle, css)
            else:
                yield compact(text)
    else:
        yield from (compact(line) for line in page.raw.splitlines())


def _html_blocks(html: LexborHTMLParser, needle: str, results: str | None) -> Iterator[str]:
    tree = html.clone()
    tree.strip_tags(["script", "style", "template", "noscript", "head"])
    # Results are passed by rather than taken out: one may stand in another, which cannot be freed twice.
    passed_by = set() if results is None else {node.mem_id for node in tree.css(results)}
    waiting: list[tuple[LexborNode, str]] = (
        [] if tree.body is None else [(tree.body, compact(tree.body.text()))]
    )
    found = read = 0
    while waiting and found < _MOST_BLOCKS and read < _MOST_READ:
        node, text = waiting.pop()
        read += len(text)
        inner = [(child, inside) for child in node.iter() if needle in (inside := compact(child.text()))]
        waiting.extend(pair for pair in inner if pair[0].mem_id not in passed_by)
        if not inner and needle in text and not _leads_on(node):
            found += 1
            yield _in_its_line(node, text)


def _leads_on(node: LexborNode) -> bool:
    """Whether a node is a link or within one: a search for a notice, or the title of a page about it."""
    up: LexborNode | None = node
    while up is not None:
        if up.tag == "a":
            return True
        up = up.parent
    return False


def _in_its_line(node: LexborNode, text: str) -> str:
    """The text of a node; of one that is only set in another type, such as `<b>`, with what stands beside it."""
    while node.tag in _TYPE and node.parent is not None:
        before, behind = _beside(node, forward=False), _beside(node, forward=True)
        text, node = compact("".join(reversed(before))) + text + compact("".join(behind)), node.parent
    return text


def _beside(node: LexborNode, *, forward: bool) -> list[str]:
    texts: list[str] = []
    while (
        (sibling := node.next if forward else node.prev) is not None
        and (sibling.tag in _TYPE or sibling.tag in ("-text", "-comment", "a", "span"))
        and len(texts) <= _BEHIND
    ):
        texts.append(sibling.text())
        node = sibling
    return texts


def _script_texts(page: Page) -> Iterator[str]:
    """Texts inside scripts that are markup: old pages are written by their scripts."""
    for node in page.html.css("script")[:100]:
        for text in _strings(node.text(deep=True)[:200_000]):
            text = _ESCAPED.sub(_unescape, text)
            if "<" in text:
                yield text


def _strings(code: str) -> Iterator[str]:
    """What stands in quotes in a script, of some length."""
    place = left_open = 0
    while left_open < _MOST_OPEN and (quote := _QUOTE.search(code, place)):
        found = _STRING.match(code, quote.start())
        place = quote.end() if found is None else found.end()
        left_open += found is None
        if found is not None and 8 <= len(text := found[1] or found[2] or "") <= 60_000:
            yield text


def _unescape(escape: re.Match[str]) -> str:
    return chr(int(escape[1], 16)) if escape[1] else _WHITE.get(escape[2], escape[2])


def _json_texts(page: Page, results: Pick | None) -> Iterator[str]:
    """All texts of a JSON answer but those inside its results."""
    skipped: set[int] = set()
    if results is not None and results.json is not None:
        items, _ = find_json(page, results.json)
        # JMESPath gives the very objects that stand in the answer.
        skipped = {id(item) for item in items} if isinstance(items, list) else set()
    waiting = [page.json]
    while waiting:
        item = waiting.pop()
        if id(item) in skipped:
            continue
        if isinstance(item, str):
            yield item
        elif isinstance(item, dict):
            waiting.extend(item.values())
        elif isinstance(item, list):
            waiting.extend(item)


def _stands_alone(needle: str, block: str, asked: Sequence[str]) -> bool:
    """Whether the piece is the notice, and not a text about it."""
    for text in asked:
        if needle in (echo := compact(text)):
            block = block.replace(echo, _ECHO)
    start = block.find(needle)
    while start >= 0:
        before, behind = block[:start], block[start + len(needle) :].lstrip(_END)
        if len(before) <= _BEFORE and len(behind) <= _BEHIND and not _is_quoted(before, behind):
            return True
        start = block.find(needle, start + 1)
    return False


def _is_quoted(before: str, behind: str) -> bool:
    """Whether quotation marks stand right around it, or such that open and close do so anywhere around it."""
    if before and behind.startswith(_QUOTES.get(before[-1], "\0")):
        return True
    return any(
        before.rfind(opening) > before.rfind(closing) and closing in behind
        for opening, closing in _QUOTES.items()
        if opening != closing
    )
