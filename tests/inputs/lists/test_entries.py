from __future__ import annotations

import pytest

from probe.inputs.lists.entries import MOST_IN_FIELD, Entries
from probe.model.keyword import MOST_CHARACTERS

Said = tuple[int | None, str | None, str]


def entries_and_faults() -> tuple[Entries, list[Said]]:
    said: list[Said] = []

    def report(line: int | None, message: str, *, field: str | None, hint: str | None) -> None:
        said.append((line, field, message))

    return Entries(report, lists=("list",), language="zh-Hans"), said


def test_a_keyword_is_made_tidy() -> None:
    """NFC, no space at the ends, with the language and the name of its list."""
    entries, said = entries_and_faults()
    keyword = entries.from_line(1, "  e\u0301 +  a\u3000\r\n")
    assert keyword is not None
    assert keyword.components == ("é", "a")
    assert (keyword.language, keyword.lists) == ("zh-Hans", ("list",))
    assert said == []


@pytest.mark.parametrize(
    "character",
    [*"\0\t\x1b\x7f\x85\x9f\u2028\u2029\u202a\u202e\u2066\u2069\ufeff\ud800"],
)
def test_hidden_characters_in_a_keyword_are_faults(character: str) -> None:
    """Nobody could see what is asked."""
    entries, said = entries_and_faults()
    assert entries.from_line(7, f"a{character}b") is None
    assert entries.from_fields(8, {}, components=["c", f"a{character}b"]) is None
    assert [(line, field) for line, field, _ in said] == [(7, "keyword"), (8, "components")]
    assert all(f"U+{ord(character):04X}" in message for _, _, message in said)


@pytest.mark.parametrize("text", ["نمی\u200cخواهم", "👨\u200d👩", "a\u00adb", "a\u200eb", "a\ufffdb"])
def test_joiners_are_a_part_of_spelling(text: str) -> None:
    """Persian and emoji need them; what else is invisible in other ways is shown escaped, not refused."""
    entries, said = entries_and_faults()
    keyword = entries.from_line(1, text)
    assert keyword is not None
    assert keyword.components == (text,)
    assert said == []


def test_the_length_is_measured_after_normalising() -> None:
    """At the limit it is sound; one more is a fault, also where only NFC makes it so long."""
    entries, said = entries_and_faults()
    assert entries.from_line(1, "a" * MOST_CHARACTERS) is not None
    assert entries.from_line(2, "e\u0301" * MOST_CHARACTERS) is not None
    assert entries.from_line(3, "a" * (MOST_CHARACTERS - 1) + " + b") is None
    assert entries.from_line(4, "\ufb2c" * (MOST_CHARACTERS // 3 + 1)) is None
    assert [line for line, _, _ in said] == [3, 4]
    assert said[0][2] == "is 2,001 characters long; at most 2,000 are allowed."


def test_empty_keywords_and_components_are_told_apart() -> None:
    """The second has a remedy of its own."""
    entries, said = entries_and_faults()
    for line, text in enumerate(["", " \t", "a + ", " + a", "a +  + b", "+"], 1):
        assert entries.from_line(line, text) is None
    assert entries.from_fields(7, {}, components=["a", " "]) is None
    assert entries.from_fields(8, {}, components=[" "]) is None
    assert [message for _, _, message in said] == [
        "is empty.",
        "is empty.",
        *["has an empty component."] * 5,
        "is empty.",
    ]


def test_other_fields_may_have_line_breaks_but_nothing_hidden() -> None:
    """A note may run over several lines; it may not turn the terminal round."""
    entries, said = entries_and_faults()
    keyword = entries.from_fields(
        1, {"keyword": "a", "notes": " one\r\ntwo\rthree\t\n"}, extra={"x": "1\n2", "y": " "}
    )
    assert keyword is not None
    assert keyword.notes == "one\ntwo\nthree"
    assert keyword.extra == {"x": "1\n2"}
    fields = {"keyword": "a", "gloss": "\u202e", "notes": "\x1b"}
    assert entries.from_fields(2, fields, extra={"\x07": "\x07"}, lines={"notes": 9}) is None
    assert [(line, field) for line, field, _ in said] == [(2, "gloss"), (9, "notes"), (2, r"'\x07'")]


def test_other_fields_have_a_longest_length() -> None:
    """Space at the ends does not count."""
    entries, said = entries_and_faults()
    assert entries.clean(1, "gloss", "a" * MOST_IN_FIELD + " " * 9) is not None
    assert entries.clean(2, "gloss", "a" * (MOST_IN_FIELD + 1)) is None
    assert said == [(2, "gloss", "is 2,001 characters long; at most 2,000 are allowed.")]


def test_keyword_and_components_must_agree() -> None:
    """Both together are what probe's own JSON has; where they differ, nobody knows which is meant."""
    entries, said = entries_and_faults()
    both = entries.from_fields(1, {"keyword": r"a \+ b + c"}, components=["a + b", "c"])
    assert both is not None
    assert both.components == ("a + b", "c")
    assert entries.from_fields(2, {"keyword": "a + c"}, components=["a + b", "c"]) is None
    assert entries.from_fields(3, {"gloss": "x"}) is None
    assert said == [
        (2, None, "`keyword` and `components` differ."),
        (3, None, "the entry has no keyword."),
    ]


def test_an_entry_keeps_its_own_language() -> None:
    """The list's language is for those that say none."""
    entries, _ = entries_and_faults()
    own = entries.from_fields(1, {"keyword": "a", "language": "en"})
    blank = entries.from_fields(1, {"keyword": "a", "language": " "})
    assert own is not None
    assert blank is not None
    assert (own.language, blank.language) == ("en", "zh-Hans")
