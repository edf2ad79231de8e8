from __future__ import annotations

import pytest

from probe.errors import WrongUse
from probe.inputs.lists.formats.contents import is_date, look_through, values_of
from probe.model.keyword import Keyword

A = Keyword(components=("a",), gloss="x", added="last week", extra={"idx": "1"})
B = Keyword(components=("b",), added="2026-11-23", extra={"Date": "2", "idx": "3"})


def test_contents_know_all_columns_in_their_order() -> None:
    """As they first come up, over all keywords."""
    contents = look_through([A, B], {"name": "n"})
    assert contents.columns == ("idx", "Date")
    assert contents.fields == {"gloss", "added"}
    assert contents.odd_dates == 1


def test_what_a_format_cannot_say_is_told() -> None:
    """Nothing of a list is lost in silence."""
    contents = look_through([A, B], {})
    assert contents.left_out("txt") == ["plain text holds keywords only; left out: gloss, added, idx, Date"]
    assert contents.left_out("yaml") == [
        "YAML lists have no further columns; left out: idx, Date",
        "left out 1 `added` that are not dates such as 2026-11-23",
    ]
    assert contents.left_out("csv") == []
    bare = look_through([Keyword(components=("a",))], {})
    assert bare.left_out("txt") == bare.left_out("yaml") == []


def test_columns_without_end_are_refused() -> None:
    """The header of a table must be held."""
    many = (Keyword(components=("a",), extra={f"c{number}": "x"}) for number in range(1001))
    with pytest.raises(WrongUse, match="1,000"):
        look_through(many, {})


def test_only_days_of_the_calendar_are_dates() -> None:
    """Year first, with dashes."""
    assert is_date("2024-02-29")
    for text in (
        "2023-02-29",
        "2024-2-9",
        "20240209",
        "2024-02",
        "2024-02-09T00:00",
        "2024-W06-1",
        "٢٠٢٤-٠٢-٠٩",
    ):
        assert not is_date(text)


def test_columns_with_the_name_of_a_field_are_not_written_as_one() -> None:
    """They would be taken for it when the list is read again."""
    keyword = Keyword(components=("a",), gloss="x", extra={"Components": "y", "idx": "1"})
    assert list(values_of(keyword)) == [("gloss", "x"), ("idx", "1")]
