"""A sketch of a page's structure, so that pages can be compared later without keeping them."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from itertools import islice
from typing import Any

from probe.reading.page import NO_JSON, Page

SIZE = 64
"""Values kept: the error of an estimate from a bottom-k sketch is about 1/sqrt(k) (Cohen and Kaplan 2007)."""
MOST_NODES = 5000
"""Nodes of a page that are looked at."""


def sketch(page: Page) -> tuple[int, ...]:
    """The lowest SIZE hashes of what the page is built of: elements with their classes, or paths of JSON with types.

    Each part counts once, however often it is repeated, so ten results and three have the same shape; none has another.
    """
    features = (
        _json_paths(page.json)
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
        yield f"{parent_tag}>{tag}.{' '.join(sorted(classes.split())[:6])}"


def _json_paths(value: Any) -> Iterator[str]:
    waiting = [("$", value)]
    for _ in range(MOST_NODES):
        if not waiting:
            return
        path, item = waiting.pop()
        yield f"{path}:{type(item).__name__}"
        if isinstance(item, dict):
            waiting.extend((f"{path}.{key}"[:200], one) for key, one in item.items())
        elif isinstance(item, list):
            waiting.extend((f"{path}[]", one) for one in item[:200])
