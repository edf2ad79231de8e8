from __future__ import annotations

from pathlib import Path

import pytest

from probe.inputs.lists.formats import yaml_list
from tests.inputs.list_samples import faults, full_faults, lines, read


def test_all_scalars_are_texts(tmp_path: Path) -> None:
    """YAML would make a boolean, a number, a time, a date and nothing of them."""
    words = ["no", "64", "12:30", "1989-06-04", "0x1f", "null", "~", "1_000", ".5", "=", "1e3"]
    content = "entries:\n" + "".join(f"- keyword: {word}\n" for word in words)
    assert lines(tmp_path, "a.yaml", content) == words


def test_an_entry_says_everything_about_its_keyword(tmp_path: Path) -> None:
    """And the list's language holds, also where it stands below."""
    content = """\
name: mine
entries:
- keyword: 维权 + 律师
  gloss: |
    rights defence,
    lawyer
  category: rights
  source: general knowledge
  added: 2026-11-23
  notes:
- components: ["1 + 1", 2]
  language: en
language: zh-Hans
"""
    first, second = read(tmp_path, "a.yml", content)
    assert first.components == ("维权", "律师")
    assert (first.gloss, first.category, first.language) == ("rights defence,\nlawyer", "rights", "zh-Hans")
    assert (first.source, first.added, first.notes) == ("general knowledge", "2026-11-23", None)
    assert (second.components, second.language, second.lists) == (("1 + 1", "2"), "en", ("mine",))


def test_flow_style_is_yaml_too(tmp_path: Path) -> None:
    """As JSON is."""
    assert lines(tmp_path, "a.yaml", '{"entries": [{"keyword": "a"}, {keyword: b}]}') == ["a", "b"]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", (None, None, "holds no keyword.")),
        ("# nothing\n", (None, None, "holds no keyword.")),
        ("entries: []\n", (None, None, "holds no keyword.")),
        ("name: x\n", (None, None, "has no `entries`.")),
        ("- keyword: a\n", (1, None, "must be a mapping with `entries`.")),
        ("谣言\n传闻\n", (1, None, "must be a mapping with `entries`.")),
        ("entries:\n  keyword: a\n", (2, "entries", "must be a list, each entry after a dash.")),
        ("entries: a\n", (1, "entries", "must be a list, each entry after a dash.")),
        ("name: [a]\nentries:\n- keyword: a\n", (1, "name", "must be a text, not a list.")),
        ("name: \"\\e\"\nentries:\n- keyword: a\n", (1, "name", "holds U+001B (ESCAPE).")),
        ("[a]: b\nentries:\n- keyword: a\n", (1, None, "a key must be a text.")),
        ("entries:\n- keyword: a\n---\nentries:\n- keyword: b\n", (3, None, "a second document starts here.")),
        ("entries:\n- keyword: a\nentries:\n- keyword: b\n", (3, "'entries'", "is there twice.")),
        ("entries:\n- keyword: 'a\n", (2, None, "is not YAML: found unexpected end of stream.")),
        ("entries:\n\t- keyword: a\n", (2, None, "is not YAML: found character that cannot start any token.")),
        ("zzz: {a: [b]}\nentries:\n- keyword: a\n", (1, None, "the key 'zzz' is unknown.")),
        ("entries:\n- &x\n  keyword: a\n", (2, None, "an anchor (&) is not allowed.")),
        ("entries:\n- keyword: !!str a\n", (2, None, "a tag (!) is not allowed.")),
    ],
)  # fmt: skip
def test_a_list_of_another_shape_is_refused(
    tmp_path: Path, content: str, expected: tuple[int | None, str | None, str]
) -> None:
    """With one fault that says what is wrong, and no others that only follow from it."""
    assert faults(tmp_path, "a.yaml", content) == [expected]


def test_every_faulty_entry_has_its_line(tmp_path: Path) -> None:
    """Each fault is at its own field, not at the entry's start."""
    content = """\
entries:
- 谣言
- [a, b]
- gloss: x
- keyword: a
  glos: y
- keyword: a
  keyword: b
- keyword: a
  added: 2026-13-01
- keyword: a
  added: last week
- keyword: [a, b]
- keyword: {a: b}
- components: a
- components: []
- components: [a, [b]]
- components: [a, ""]
- keyword: a
  components: [b]
- keyword: a
  gloss: "\\N"
  [x]: y
- keyword: ""
- keyword: a
  gloss: *a
- *b
- *c : d
- components: [*d]
- keyword: {a: *e}
"""
    alias = "an alias (*) is not allowed."
    assert faults(tmp_path, "a.yaml", content) == [
        (2, "entries", "must be a mapping."),
        (3, "entries", "must be a mapping."),
        (4, None, "the entry has no keyword."),
        (6, None, "the key 'glos' is unknown."),
        (8, "'keyword'", "is there twice."),
        (10, "added", "is not a date: '2026-13-01'."),
        (12, "added", "is not a date: 'last week'."),
        (13, "keyword", "must be a text, not a list."),
        (14, "keyword", "must be a text, not a mapping."),
        (15, "components", "must be a list such as [A, B]."),
        (16, "components", "is empty."),
        (17, "components", "must hold texts only."),
        (18, "components", "has an empty component."),
        (19, None, "`keyword` and `components` differ."),
        (23, None, "a key must be a text."),
        (22, "gloss", "holds U+0085 (a control character)."),
        (24, "keyword", "is empty."),
        (26, None, alias),
        (27, None, alias),
        (28, None, alias),
        (29, None, alias),
        (30, "keyword", "must be a text, not a mapping."),
        (30, None, alias),
    ]


def test_hints_name_what_was_meant(tmp_path: Path) -> None:
    """A misspelt key has a neighbour; one that has none is told what there is."""
    hints = [
        fault.hint
        for fault in full_faults(
            tmp_path,
            "a.yaml",
            "licnece: x\nzzz: y\nentries:\n- word: a\n- keyword: [a]\n- 谣言\n- license: x\n",
        )
    ]
    assert hints[0] == "Did you mean 'licence'?"
    assert hints[1] == "Known here: name, title, licence, language, notes, entries."
    assert hints[2] == "Did you mean 'keyword'?"
    assert hints[3] == "A keyword of several parts is written as `components:`."
    assert hints[4] == "Write `- keyword: ...`."


def test_characters_that_yaml_refuses_are_named_with_their_lines(tmp_path: Path) -> None:
    """libyaml would stop at the first and know no line; here the rest is read, too."""
    content = "entries:\n- keyword: a\0b\n- keyword: c\u2028d\n# \x07\n- keyword: e\uffffg\n- keyword: ''\n"
    found = faults(tmp_path, "a.yaml", content)
    assert [(line, message) for line, _, message in found] == [
        (2, "holds U+0000, which YAML does not allow."),
        (3, "holds U+2028, which YAML does not allow."),
        (4, "holds U+0007, which YAML does not allow."),
        (5, "holds U+FFFF, which YAML does not allow."),
        (6, "is empty."),
    ]


def test_a_broken_encoding_does_not_hide_other_faults(tmp_path: Path) -> None:
    """Bad bytes are named, and the rest is checked all the same."""
    content = b"entries:\n- keyword: \xff\n- keyword: ''\n"
    assert [line for line, _, _ in faults(tmp_path, "a.yaml", content)] == [2, 3]


@pytest.mark.parametrize("opening", ["[", "{a: ", "? "])
def test_nesting_bombs_are_refused(tmp_path: Path, opening: str) -> None:
    """Deep nesting ends the reading at once."""
    content = "entries:\n- keyword: a\n- gloss: " + opening * 50_000
    found = faults(tmp_path, "a.yaml", content)
    assert found[-1][2] == "is nested too deeply." or found[-1][2].startswith("is not YAML")
    assert len(found) <= 2


def test_the_end_of_nesting_is_near(tmp_path: Path) -> None:
    """What is sound YAML but far deeper than any list is refused as such."""
    content = "entries:\n- keyword: a\n- gloss: " + "[" * 50 + "]" * 50 + "\n"
    assert faults(tmp_path, "a.yaml", content)[-1] == (3, None, "is nested too deeply.")


def test_alias_bombs_are_refused(tmp_path: Path) -> None:
    """Nothing is ever expanded."""
    content = "a: &a [x, x]\nb: &b [*a, *a]\nentries:\n- keyword: *b\n"
    assert {line for line, _, _ in faults(tmp_path, "a.yaml", content)} == {1, 2, 4}


def test_a_value_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A quote that is never closed must not draw the whole file into memory."""
    monkeypatch.setattr(yaml_list, "LONGEST_LINE", 500)
    found = faults(tmp_path, "a.yaml", "entries:\n- keyword: 'a\n" + "  b\n" * 1000)
    assert found[0][2] == "a value here has no end."
