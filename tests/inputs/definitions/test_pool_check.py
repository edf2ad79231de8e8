"""What is wrong with how keywords may be pooled."""

from __future__ import annotations

from typing import Any

import pytest

from probe.inputs.definitions.pool_check import find_pool_faults
from tests.builders import make_definition


def faults(**changes: Any) -> list[str]:
    found = find_pool_faults(make_definition(**{"kind": "moderation", "pool": {}, **changes}))
    return [".".join(map(str, one.path)) for one in found]


def test_a_plain_pool_is_in_order() -> None:
    """And so is none."""
    assert faults() == []
    assert faults(pool=None, kind="chat") == []
    assert faults(pool={"max_bytes": 500, "encoding": "gb18030", "outcomes": ["blocked", "filtered"]}) == []


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"kind": "chat"}, "pool"),
        ({"controls": {"share": 0.2}}, "pool"),
        ({"pool": {"max_text": 9, "max_bytes": 9}}, "pool.max_bytes"),
        ({"pool": {"outcomes": ["blocked", "served"]}}, "pool.outcomes.1"),
        ({"pool": {"outcomes": ["challenged"]}}, "pool.outcomes.0"),
        ({"pool": {"outcomes": ["empty"]}}, "pool.outcomes.0"),
    ],
)
def test_what_would_mislead_is_a_fault(changes: dict[str, Any], place: str) -> None:
    """Each with its path."""
    assert faults(**changes) == [place]


@pytest.mark.parametrize("encoding", ["gbk9", "", "base64", "rot13", "undefined", "idna", "a\0b"])
def test_bytes_are_counted_in_an_encoding_of_texts(encoding: str) -> None:
    """Other codecs would fail in the middle of a run."""
    assert faults(pool={"max_bytes": 100, "encoding": encoding}) == ["pool.encoding"]
