"""Features of a page: what repeats in it, what it says, and what stays of it when the keyword is taken out.

Slower than a sketch of its shape, so made only of controls and hits, and of others where something hangs on it. Bounded,
so that some can be remembered in place of their pages.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from typing import Any

import msgspec
import regex

from probe.model.rule import Pick
from probe.reading.page import NO_JSON, Page
from probe.reading.shape import MOST_NODES

MOST_KINDS = 400
MOST_SEGMENTS = 400
LONGEST_SEGMENT = 100
"""Characters of a segment that are kept: its beginning, so that it still stands in the page."""
MOST_LEAVES = 200

Kind = tuple[str, str, tuple[str, ...]]
"""Tag of the parent, tag, classes without digits in them."""
Leaf = str | int | float | bool

_HIDDEN = frozenset({"script", "style", "template", "noscript", "head"})
_UP = 12
"""Ancestors that a text is counted for: results are never nested deeper, and hostile pages are."""
_CLASS = re.compile("-?[A-Za-z_][A-Za-z_-]*")
_TAG = re.compile("[a-z][a-z0-9-]*")
_SELECTOR = re.compile(r"(?:([a-z][a-z0-9-]*) > )?([a-z][a-z0-9-]*)((?:\.[A-Za-z_-]+)*)")
_KEY = re.compile("[A-Za-z_][A-Za-z0-9_]*")
_ENDS = re.compile(r"[A-Za-z0-9_\-.:/]*[0-9][A-Za-z0-9_\-.:/]*|[。！？!?;；|\n\r\t]+|\.\s")
"""Where segments end: at the end of a sentence, and at anything with a digit in it, as numbers and ids vary."""


@dataclass(frozen=True, kw_only=True)
class Group:
    """Things of one kind on a page."""

    count: int
    volume: int
    """Characters of text inside all of them."""


@dataclass(frozen=True, kw_only=True)
class Features:
    """What one page is made of. Texts are without echoes of the keyword."""

    kinds: Mapping[Kind, Group] = field(default_factory=dict)
    """Elements of HTML."""
    lists: Mapping[str, Group] = field(default_factory=dict)
    """Lists of JSON that stand in no other list, by their JMESPath."""
    leaves: Mapping[str, Leaf] = field(default_factory=dict)
    """Values of JSON that stand in no list, by their JMESPath; those that echo the keyword are left out."""
    segments: frozenset[str] = frozenset()
    """Pieces of what a reader sees, each as it stands there."""
    volume: int = 0
    """Characters of text."""

    def count(self, pick: Pick) -> int:
        """How many things of a pick (see `picks`) the page has."""
        return sum(group.count for group in self._groups(pick))

    def share(self, pick: Pick) -> float:
        """How much of the page's text stands in them, 0 to 1."""
        return min(1.0, sum(group.volume for group in self._groups(pick)) / max(self.volume, 1))

    def picks(self) -> Iterator[Pick]:
        """Everything that can be counted on the page, by selectors and paths that are likely to last."""
        for path in self.lists:
            yield Pick(json=path)
        for selector in dict.fromkeys(map(_selector, self.kinds)):
            if selector:
                yield Pick(css=selector)

    def _groups(self, pick: Pick) -> Iterator[Group]:
        if pick.json is not None and pick.json in self.lists:
            yield self.lists[pick.json]
        found = _SELECTOR.fullmatch(pick.css or "")
        if found is None:
            return
        parent, tag, classes = found.groups()
        wanted = set(filter(None, classes.split(".")))
        for (parent_tag, own_tag, own_classes), group in self.kinds.items():
            if own_tag == tag and parent in (None, parent_tag) and wanted.issubset(own_classes):
                yield group


def read_features(page: Page, echoes: Sequence[str] = ()) -> Features:
    """What a page is made of. Never raises on what the network sent."""
    if page.json is not NO_JSON:
        return _read_json(page.json, _echo_pattern(tuple(echoes)))
    echo = _echo_pattern(tuple(echoes))
    if page.is_html:
        return _read_html(page, echo)
    segments = _segments([page.raw], echo)
    return Features(segments=segments, volume=sum(map(len, segments)))


def plain_length(page: Page, echoes: Sequence[str]) -> int:
    """Characters of a body without the echoes of the keyword, as long keywords would make short answers long."""
    raw = page.raw
    return len(raw) - sum(raw.count(form) * len(form) for form in echoes if _tells(form))


def count_echoes(page: Page, echoes: Sequence[str]) -> int:
    """How often a page repeats the keyword to its readers."""
    echo = _echo_pattern(tuple(echoes))
    return 0 if echo is None else sum(1 for _ in echo.finditer(page.text))


@lru_cache(maxsize=64)
def _echo_pattern(echoes: tuple[str, ...]) -> regex.Pattern[str] | None:
    forms = [form for form in echoes if _tells(form)]
    return regex.compile("|".join(map(regex.escape, forms)), regex.IGNORECASE) if forms else None


def _tells(form: str) -> bool:
    """Whether a form is long enough to be an echo rather than a letter that stands everywhere."""
    return len(form) > 1 or not form.isascii()


def _selector(kind: Kind) -> str | None:
    parent, tag, classes = kind
    if not _TAG.fullmatch(tag):
        return None
    if classes:
        return f"{tag}.{'.'.join(classes)}"
    return f"{parent} > {tag}" if _TAG.fullmatch(parent) else None


def _read_html(page: Page, echo: regex.Pattern[str] | None) -> Features:
    root = page.html.root
    counts: dict[Kind, int] = {}
    volumes: dict[Kind, int] = {}
    texts = [page.title]
    volume = 0
    around: list[tuple[int, Kind]] = []
    """Elements that are open, from the outside in, each with its identity."""
    for node in islice(root.traverse(include_text=True), 2 * MOST_NODES) if root is not None else ():
        parent = node.parent
        while around and parent is not None and around[-1][0] != parent.mem_id:
            around.pop()
        tag = node.tag or ""
        if tag == "-text":
            text = " ".join((node.text_content or "").split())
            if text and not any(kind[1] in _HIDDEN for _, kind in around[-_UP:]):
                texts.append(text)
                volume += len(text)
                for kind in {kind for _, kind in around[-_UP:]}:
                    volumes[kind] = volumes.get(kind, 0) + len(text)
        elif not tag.startswith(("-", "!")):
            kind = (parent.tag or "" if parent is not None else "", tag, _lasting(node))
            around.append((node.mem_id, kind))
            if kind in counts or len(counts) < MOST_KINDS:
                counts[kind] = counts.get(kind, 0) + 1
    kinds = {kind: Group(count=count, volume=volumes.get(kind, 0)) for kind, count in counts.items()}
    return Features(kinds=kinds, segments=_segments(texts, echo), volume=volume)


def _lasting(node: Any) -> tuple[str, ...]:
    """The classes of an element that are the same for each of its kind: those with numbers in them are not."""
    names = (node.attributes.get("class") or "").split()[:6]
    return tuple(sorted(name for name in names if len(name) <= 60 and _CLASS.fullmatch(name)))


def _read_json(value: Any, echo: regex.Pattern[str] | None) -> Features:
    lists: dict[str, Group] = {}
    leaves: dict[str, Leaf] = {}
    waiting = [("@", value)]
    for _ in range(MOST_NODES):
        if not waiting:
            break
        path, item = waiting.pop()
        if isinstance(item, dict):
            for key, one in item.items():
                if len(path) + len(key) < 200 and not (echo and echo.search(key)):
                    waiting.append((_below(path, key), one))
        elif isinstance(item, list):
            if len(lists) < MOST_KINDS:
                lists[path] = Group(count=len(item), volume=_volume(item))
        elif isinstance(item, str | int | float) and len(leaves) < MOST_LEAVES and _is_plain(item, echo):
            leaves[path] = item
    segments = _segments(_texts(value), echo)
    return Features(lists=lists, leaves=leaves, segments=segments, volume=_volume(value))


def _is_plain(value: Leaf, echo: regex.Pattern[str] | None) -> bool:
    if not isinstance(value, str):
        return True
    return len(value) <= LONGEST_SEGMENT and not (echo is not None and echo.search(value))


def _volume(value: Any) -> int:
    """Characters that a value of JSON takes; 0 where it cannot be written back."""
    try:
        return len(msgspec.json.encode(value))
    except (OverflowError, RecursionError, ValueError):
        return 0


def _below(path: str, key: str) -> str:
    name = key if _KEY.fullmatch(key) else msgspec.json.encode(key).decode()
    return name if path == "@" else f"{path}.{name}"


def _texts(value: Any) -> Iterator[str]:
    waiting = [value]
    for _ in range(2 * MOST_NODES):
        if not waiting:
            return
        item = waiting.pop()
        if isinstance(item, str):
            yield item
        elif isinstance(item, dict | list):
            waiting.extend(item.values() if isinstance(item, dict) else item)


def _segments(texts: Iterator[str] | Sequence[str], echo: regex.Pattern[str] | None) -> frozenset[str]:
    found: dict[str, None] = {}
    for text in texts:
        for part in echo.split(text[:20_000]) if echo else (text[:20_000],):
            for piece in _ENDS.split(part or ""):
                segment = " ".join(unicodedata.normalize("NFC", piece).split())[:LONGEST_SEGMENT].strip(
                    " ,，:：-–—\"'“”«»"
                )
                if len(segment) > 1:
                    found[segment] = None
        if len(found) >= MOST_SEGMENTS:
            break
    return frozenset(islice(found, MOST_SEGMENTS))
