from __future__ import annotations

from pathlib import Path

from tests.inputs.list_samples import faults, lines, piped, read


def test_comments_and_blank_lines_are_no_keywords(tmp_path: Path) -> None:
    """A `#` starts a comment also after space."""
    assert lines(tmp_path, "a.txt", "# about\n\n  \t\n 谣言 \n  # more\n传闻") == ["谣言", "传闻"]


def test_scalars_stay_what_they_are(tmp_path: Path) -> None:
    """A list of words knows no numbers, dates and booleans."""
    assert lines(tmp_path, "a.txt", "no\n64\n12:30\n1989-06-04\n") == ["no", "64", "12:30", "1989-06-04"]


def test_a_plus_joins_components(tmp_path: Path) -> None:
    """The line format, with its escape."""
    keywords = read(tmp_path, "a.txt", "维权 + 律师\n1 \\+ 1\nC++\na+b\n")
    assert [one.components for one in keywords] == [("维权", "律师"), ("1 + 1",), ("C++",), ("a+b",)]


def test_a_hashtag_is_written_with_a_backslash(tmp_path: Path) -> None:
    r"""`\#` is a keyword that starts with `#`, `\\#` one that starts with `\#`."""
    keywords = read(tmp_path, "a.txt", "\\#MeToo\n\\\\#x\n\\x\n")
    assert [one.components for one in keywords] == [("#MeToo",), (r"\#x",), (r"\x",)]


def test_a_comment_that_looks_like_a_hashtag_is_pointed_out() -> None:
    """The user may have meant a keyword."""
    with piped("#MeToo\n#反送中\n# comment\n谣言\n") as keywords:
        assert keywords.notes == (
            r"standard input: lines such as '#MeToo' are comments; a keyword that starts with # is written \#",
        )


def test_faults_have_their_lines(tmp_path: Path) -> None:
    """All of them, counted with comments and blank lines."""
    found = faults(tmp_path, "a.txt", "# x\n\na + \nb\n\x1b[2J\n+\n\ufeffc\nd\te\n")
    assert [(line, field) for line, field, _ in found] == [(n, "keyword") for n in (3, 5, 6, 7, 8)]


def test_a_list_without_keywords_is_a_fault(tmp_path: Path) -> None:
    """Nobody means to ask nothing."""
    assert faults(tmp_path, "a.txt", "# only\n\n") == [(None, None, "holds no keyword.")]
