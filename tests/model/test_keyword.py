"""The line format of keywords."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.model.exchange import Purpose, Question
from probe.model.keyword import Keyword, read_line, tidy, write_line

COMPONENTS = st.lists(
    st.text("ab +\\谣", min_size=1, max_size=8).map(tidy).filter(bool), min_size=1, max_size=3
)


@pytest.mark.parametrize(
    ("line", "components"),
    [
        ("谣言", ("谣言",)),
        ("维权 + 律师", ("维权", "律师")),
        ("  维权  +   律师 ", ("维权", "律师")),
        (r"1 \+ 1", ("1 + 1",)),
        (r"a \\+ b", (r"a \+ b",)),
        ("C++ + 1+1", ("C++", "1+1")),
        ("a + ", ("a", "")),
        ("+", ("", "")),
        ("e\u0301", ("é",)),
    ],
)
def test_the_line_format(line: str, components: tuple[str, ...]) -> None:
    """A lone plus separates, an escaped one stands for itself, any other is text."""
    assert read_line(line) == components


@given(COMPONENTS)
def test_what_is_written_is_read_back(components: list[str]) -> None:
    """Any components, with plus signs and backslashes anywhere."""
    made = tuple(components)
    assert read_line(write_line(made)) == made
    assert Keyword(components=made).line == write_line(made)


def test_question_ids_tell_apart_what_differs() -> None:
    """Endpoint, purpose, components and attempt all count, and where a component ends."""
    base = {
        "endpoint": "e",
        "purpose": Purpose.KEYWORD,
        "components": ("a", "b"),
        "text": "a b",
        "attempt": 1,
    }
    ids = [
        Question(**{**base, **change}).id  # type: ignore[arg-type]
        for change in (
            {},
            {"endpoint": "f"},
            {"purpose": Purpose.BENIGN},
            {"components": ("ab",)},
            {"attempt": 2},
        )
    ]
    assert len(set(ids)) == 5
    assert Question(**base).id == ids[0]  # type: ignore[arg-type]
