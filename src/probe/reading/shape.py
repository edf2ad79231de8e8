"""A sketch of a page's structure, so that pages can be compared later without keeping them."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from probe.reading.page import NO_JSON, Page

SIZE = 64
"""Values kept: the error of an estimate from a bottom-k sketch is about 1/sqrt(k) (Cohen and Kaplan 2007)."""
MOST_NODES = 5000
"""Nodes of a page that are looked at."""

_EVERYWHERE = frozenset({"html", "head", "body"})
_DIGITS = re.compile("[0-9]+")
_HASHES = 2**32


def sketch(page: Page, echoes: Sequence[str] = ()) -> tuple[int, ...]:
    """The lowest SIZE hashes of what the page is built of: elements with their classes, or paths of JSON with types.

    Each part counts once, however often it is repeated, so ten results and three have the same shape; none has another.
    Left out is what differs between pages of one kind (numbers in names, `echoes` of the keyword in the keys of JSON) and
    what all pages share (the head, and the elements around everything).
    """
    features = (
        _json_paths(page.json, echoes)
        if page.json is not NO_JSON
        else _elements(page)
        if page.is_html
        else iter(("text",))
    )
    hashes = {zlib.crc32(feature.encode("utf-8", "replace")) for feature in features}
    return tuple(sorted(hashes)[:SIZE])


def likeness(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    """How much of two structures is the same: their Jaccard index, 0 to 1, estimated from the sketches."""
    if not one or not other:
        return 1.0 if one == other else 0.0
    union = sorted(set(one) | set(other))[:SIZE]
    both = set(one) & set(other)
    return sum(value in both for value in union) / len(union)


def size(shape: tuple[int, ...]) -> float:
    """Of how many different parts a structure is made, estimated from its sketch; exact below SIZE."""
    if len(shape) < SIZE:
        return float(len(shape))
    return (SIZE - 1) * _HASHES / max(shape[-1], 1)


def _elements(page: Page) -> Iterator[str]:
    root = page.html.root
    if root is None:
        return
    # Pages repeat few kinds of element many times: each kind is written out once.
    kinds = {
        ("" if (parent := node.parent) is None else parent.tag, node.tag, node.attributes.get("class") or "")
        for node in islice(root.traverse(), MOST_NODES)
    }
    for parent_tag, tag, classes in kinds:
        if tag not in _EVERYWHERE and parent_tag != "head":
            names = sorted(_DIGITS.sub("#", classes).split())[:6]
            yield f"{parent_tag}>{tag}.{' '.join(names)}"


def _json_paths(value: Any, echoes: Sequence[str]) -> Iterator[str]:
    waiting = [("$", value)]
    for _ in range(MOST_NODES):
        if not waiting:
            return
        path, item = waiting.pop()
        yield f"{path}:{type(item).__name__}"
        if isinstance(item, dict):
            waiting.extend((f"{path}.{_plain_key(key, echoes)}"[:200], one) for key, one in item.items())
        elif isinstance(item, list):
            waiting.extend((f"{path}[]", one) for one in item[:200])


def _plain_key(key: str, echoes: Sequence[str]) -> str:
    return "*" if key in echoes else _DIGITS.sub("#", key)
