from __future__ import annotations

from pathlib import Path

import pytest

from probe.inputs.lists.formats import json_array
from tests.inputs.list_samples import faults, full_faults, lines, read


def test_an_array_may_hold_strings_and_objects(tmp_path: Path) -> None:
    """In the line format, or as components that are taken as they are."""
    content = r'["谣言", {"keyword": "a + b", "gloss": "x"}, {"components": ["c + d", "e"]}, "1 \\+ 1"]'
    keywords = read(tmp_path, "a.json", content)
    assert [one.components for one in keywords] == [("谣言",), ("a", "b"), ("c + d", "e"), ("1 + 1",)]
    assert keywords[1].gloss == "x"


def test_a_document_may_say_something_of_itself(tmp_path: Path) -> None:
    """Its language holds for entries without one; what probe does not know is passed over."""
    content = '{"name": "mine", "entries": ["a", {"keyword": "b", "Language": "en"}], "language": "zh", "v": {"x": [1]}}'
    first, second = read(tmp_path, "a.json", content)
    assert (first.language, second.language, first.lists) == ("zh", "en", ("mine",))


def test_unknown_keys_are_kept_as_text(tmp_path: Path) -> None:
    """Numbers as they are written, anything deeper as JSON, nothing for null."""
    content = (
        '[{"keyword":"a","n":1.50,"big":' + "9" * 5000 + ',"f":false,"l":[1,{"k":"谣"}],"z":null,"s":" x "}]'
    )
    (fault,) = full_faults(tmp_path, "a.json", content)
    assert fault.field == "'big'"
    (keyword,) = read(tmp_path, "b.json", content.replace("9" * 5000, "7"))
    assert keyword.extra == {"n": "1.50", "big": "7", "f": "false", "l": '["1", {"k": "谣"}]', "s": "x"}


def test_empty_documents_hold_no_keyword(tmp_path: Path) -> None:
    """Whichever form they have."""
    for content in ("[]", ' { "entries" : [ ] } '):
        assert faults(tmp_path, "a.json", content) == [(None, None, "holds no keyword.")]


def test_every_faulty_entry_has_its_line(tmp_path: Path) -> None:
    """And the sound ones between them are passed over."""
    content = """[
  "ok", 64,
  "",
  {"keyword": 5}, true,
  {"keyword": "a", "keyword": "b"},
  {"gloss": "x"},
  {"components": []}, {"components": ["a", 1]}, {"components": "a"},
  {"Keyword": "a", "keyword": "a"},
  [1],
  {"components": ["a", null]},
  "\\ud800", null, 1.5
]"""
    found = faults(tmp_path, "a.json", content)
    assert found == [
        (2, None, "must be a text or an object, not a number."),
        (3, "keyword", "is empty."),
        (4, "keyword", "must be a text, not a number."),
        (4, None, "must be a text or an object, not true."),
        (5, None, "the key 'keyword' is there twice."),
        (6, None, "the entry has no keyword."),
        (7, "components", "must be an array of texts, not an empty one."),
        (7, "components", "must hold texts only, not a number."),
        (7, "components", "must be an array of texts, not a text."),
        (8, None, "the key 'keyword' is there twice."),
        (9, None, "must be a text or an object, not an array."),
        (10, "components", "must hold texts only, not null."),
        (11, "keyword", "holds U+D800 (a control character)."),
        (11, None, "must be a text or an object, not null."),
        (11, None, "must be a text or an object, not a number."),
    ]


@pytest.mark.parametrize(
    ("content", "line", "message"),
    [
        ("", 1, "is not JSON: expecting '['."),
        ('"a"', 1, "is not JSON: expecting '['."),
        ('["a",\n"b"', 2, "is not JSON: expecting ']'."),
        ('["a"\n\n"b"]', 3, "is not JSON: expecting ']'."),
        ('["a",\n]', 2, "is not JSON: Expecting value."),
        ('["a",\n"b]', 2, "is not JSON: Unterminated string starting at."),
        ('["a"]\n["b"]', 2, "something follows the end of the JSON document."),
        ('{\n"entries": ["a"] "x"}', 2, "is not JSON: expecting '}'."),
        ('{\n"entries" ["a"]}', 2, "is not JSON: expecting ':'."),
        ('{\n5: ["a"]}', 2, "a key must be a text."),
        ('{\n"entries": "a"}', 2, "must be an array, not a text."),
        ('{"words": ["a"]}', None, "has no `entries`."),
        ('{"entries": ["a"],\n"entries": ["b"]}', 2, "is there twice."),
        ('{"entries": ["a"],\n"name": "\\u202e"}', 2, "holds U+202E (RIGHT-TO-LEFT OVERRIDE)."),
        ('["a",\n' + "[" * 5000, 2, "is nested too deeply."),
    ],
)
def test_a_broken_document_is_named_with_its_line(
    tmp_path: Path, content: str, line: int | None, message: str
) -> None:
    """Where the document cannot be read on, that is its last fault."""
    found = faults(tmp_path, "a.json", content)
    assert (found[0][0], found[0][2]) == (line, message)


def test_a_large_document_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It would have to be held whole, and JSON Lines need not."""
    monkeypatch.setattr(json_array, "MOST_BYTES", 1 << 20)
    (fault,) = full_faults(tmp_path, "a.json", '["a"]' + " " * (1 << 20))
    assert fault.message == "is larger than 1 MB, the most for JSON."
    assert "JSON Lines" in (fault.hint or "")


def test_bad_bytes_on_one_line_are_one_fault(tmp_path: Path) -> None:
    """As in formats that are read line by line; the next line has its own."""
    found = faults(tmp_path, "a.json", b'["\xff\xfea\xfd",\n"\xff"]')
    assert [line for line, _, _ in found] == [1, 2]


def test_a_long_document_on_one_line_is_read(tmp_path: Path) -> None:
    """Documents that programs write have no line breaks."""
    assert (
        len(lines(tmp_path, "a.json", "[" + ",".join(f'"{n:0120}"' for n in range(10_000)) + "]")) == 10_000
    )
