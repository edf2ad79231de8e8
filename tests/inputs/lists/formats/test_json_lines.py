from __future__ import annotations

from pathlib import Path

from tests.inputs.list_samples import faults, read


def test_strings_and_objects_stand_on_a_line_each(tmp_path: Path) -> None:
    """Blank lines between them say nothing."""
    keywords = read(tmp_path, "a.jsonl", '"谣言"\r\n\n{"keyword": "a + b", "idx": 5}\n')
    assert [one.components for one in keywords] == [("谣言",), ("a", "b")]
    assert keywords[1].extra == {"idx": "5"}


def test_verdicts_can_be_asked_again(tmp_path: Path) -> None:
    """A line of probe's own results has keyword and components, and much that lists do not know."""
    line = '{"type":"verdict","keyword":"a + b","components":["a","b"],"gloss":null,"status":"ok","counts":{"asked":1}}'
    (keyword,) = read(tmp_path, "results.jsonl", line)
    assert keyword.components == ("a", "b")
    assert keyword.extra == {"type": "verdict", "status": "ok", "counts": '{"asked": "1"}'}


def test_a_broken_line_does_not_hide_the_next(tmp_path: Path) -> None:
    """Each fault has its line, and the column where it is no JSON any more."""
    found = faults(tmp_path, "a.jsonl", '"a\n{"keyword": "b"} x\nplain\n' + "[" * 5000 + "\n5\n")
    assert found == [
        (1, None, "is not JSON: Unterminated string starting at (column 1)."),
        (2, None, "is not JSON: Extra data (column 18)."),
        (3, None, "is not JSON: Expecting value (column 1)."),
        (4, None, "is nested too deeply."),
        (5, None, "must be a text or an object, not a number."),
    ]
