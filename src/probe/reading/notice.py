"""Notices: what a platform says to people, told apart from pages that only quote it.

A notice stands by itself: in an element, a JSON text or a line of its own, outside of the results, with little before and
behind it, and not within quotation marks. Texts are compared in Unicode form NFKC, without markup and white space.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

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
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
_STRING = re.compile(r'"((?:[^"\\\n]|\\.){8,60000})"|' + r"'((?:[^'\\\n]|\\.){8,60000})'")
_ECHO = "\ufffc"


def find_notice(notice: Notice, page: Page, asked: Sequence[str], results: Pick | None = None) -> str | None:
    """The text of the notice that stands on the page, or None. `asked` are the texts that the page may repeat."""
    for text in (notice.text,) if isinstance(notice.text, str) else notice.text:
        for needle in _needles(text, tuple(asked)):
            if _may_hold(page, needle) and any(
                _stands_alone(needle, block, asked) for block in _blocks(page, needle, results)
            ):
                return text
    return None


@lru_cache(maxsize=1024)
def _needles(text: str, asked: tuple[str, ...]) -> tuple[str, ...]:
    """The notice as it would stand on the page, once for each text that was asked where it names that."""
    if "{keyword}" not in text:
        return (compact(text).rstrip(_END),)
    return tuple(dict.fromkeys(compact(text.replace("{keyword}", one)).rstrip(_END) for one in asked))


def compact(text: str) -> str:
    """Without white space, in NFKC: what is compared."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def _may_hold(page: Page, needle: str) -> bool:
    """Whether it is worth looking for: its first letters stand in the page, plain or escaped."""
    head = needle[:4]
    escaped = "".join(f"\\u{ord(char):04x}" for char in head)
    return head in page.compact_raw or escaped in page.raw.lower()


def _blocks(page: Page, needle: str, results: Pick | None) -> Iterator[str]:
    """The smallest pieces of the page that hold the text, compact."""
    if page.is_html:
        css = results.css if results is not None else None
        yield from _html_blocks(page.html, needle, css)
        for fragment in _script_texts(page):
            yield from _html_blocks(LexborHTMLParser(fragment), needle, css)
    elif page.json is not NO_JSON:
        for text in _json_texts(page, results):
            # A text inside JSON may be markup.
            yield compact(re.sub(r"<[^<>]{0,300}>", "", text))
    else:
        yield from (compact(line) for line in page.raw.splitlines())


def _html_blocks(html: LexborHTMLParser, needle: str, results: str | None) -> Iterator[str]:
    tree = html.clone()
    tree.strip_tags(["script", "style", "template", "noscript", "head"])
    if results is not None:
        for node in tree.css(results):
            node.decompose()
    body = tree.body
    waiting: list[LexborNode] = [] if body is None else [body]
    found = 0
    while waiting and found < _MOST_BLOCKS:
        node = waiting.pop()
        inner = [child for child in node.iter() if needle in compact(child.text())]
        if inner:
            waiting.extend(inner)
        elif needle in (text := compact(node.text())):
            found += 1
            yield text


def _script_texts(page: Page) -> Iterator[str]:
    """Texts inside scripts that are markup: old pages are written by their scripts."""
    for node in page.html.css("script")[:100]:
        for found in _STRING.finditer(node.text(deep=True)[:200_000]):
            text = found.group(1) or found.group(2)
            text = _ESCAPED.sub(lambda code: chr(int(code.group(1), 16)), text)
            if "<" in text:
                yield text.replace("\\/", "/").replace('\\"', '"').replace("\\n", "\n")


def _json_texts(page: Page, results: Pick | None) -> Iterator[str]:
    """All texts of a JSON answer but those inside its results."""
    skipped: set[int] = set()
    if results is not None and results.json is not None:
        items, _ = find_json(page, results.json)
        skipped = (
            {id(item) for item in items if isinstance(item, dict | list)}
            if isinstance(items, list)
            else set()
        )
    waiting = [page.json]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            yield item
        elif id(item) not in skipped:
            if isinstance(item, dict):
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
        is_quoted = bool(before) and behind.startswith(_QUOTES.get(before[-1], "\0"))
        if len(before) <= _BEFORE and len(behind) <= _BEHIND and not is_quoted:
            return True
        start = block.find(needle, start + 1)
    return False
