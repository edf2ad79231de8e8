from __future__ import annotations

import json

from probe.inputs.lists.formats.json_value import DECODER, Number, describe, write_value
from probe.model.keyword import Keyword


def test_a_keyword_is_written_with_what_it_has() -> None:
    """The line for people, the components for programs; nothing that is null."""
    keyword = Keyword(components=("维权", "1 + 1"), gloss="x", extra={"idx": "5"})
    assert json.loads(write_value(keyword)) == {
        "keyword": r"维权 + 1 \+ 1",
        "components": ["维权", "1 + 1"],
        "gloss": "x",
        "idx": "5",
    }
    assert "维权" in write_value(keyword)


def test_numbers_stay_as_they_are_written() -> None:
    """No rounding, and no limit on their digits."""
    for text in ("1.50", "1e999", "9" * 5000, "-0", "NaN"):
        value = DECODER.decode(text)
        assert isinstance(value, Number)
        assert value == text


def test_every_kind_of_value_has_a_word() -> None:
    """For messages."""
    values = ["a", "5", "true", "false", "null", "[]", "{}"]
    kinds = [describe(DECODER.decode(value if value != "a" else '"a"')) for value in values]
    assert kinds == ["a text", "a number", "true", "false", "null", "an array", "an object"]
