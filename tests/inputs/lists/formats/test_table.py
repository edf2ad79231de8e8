from __future__ import annotations

import csv
from pathlib import Path

import pytest

from probe.inputs.lists import encoding
from probe.inputs.lists.formats import table
from tests.inputs.list_samples import faults, full_faults, lines, read


@pytest.mark.parametrize("name", ["keyword", "Keyword", "WORD", "Result", " result "])
def test_the_keyword_column_has_several_names(tmp_path: Path, name: str) -> None:
    """In any case of letters, and at any place."""
    assert lines(tmp_path, "a.csv", f"idx,{name},Date\n1,维权 + 律师,x\n2,谣言,y\n") == [
        "维权 + 律师",
        "谣言",
    ]


def test_of_several_keyword_columns_the_best_name_counts(tmp_path: Path) -> None:
    """The others are kept as they are."""
    (keyword,) = read(tmp_path, "a.csv", "Result,keyword,word\n1,谣言,2\n")
    assert keyword.components == ("谣言",)
    assert keyword.extra == {"Result": "1", "word": "2"}


def test_a_published_list_can_be_read(tmp_path: Path) -> None:
    """Columns as Citizen Lab's lists have them; what probe does not know is kept."""
    content = (
        "Result,idx,Date,Source\n二十大 + 一尊,4757,2024-09-12T16:13:58Z,https://a.example/b\n刁近,5,,Base\n"
    )
    first, second = read(tmp_path, "weibo.csv", content)
    assert first.components == ("二十大", "一尊")
    assert first.source == "https://a.example/b"
    assert first.extra == {"idx": "4757", "Date": "2024-09-12T16:13:58Z"}
    assert second.extra == {"idx": "5"}


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("ending", ["csv", "tsv"])
def test_the_delimiter_is_found_out(tmp_path: Path, delimiter: str, ending: str) -> None:
    """Whatever the file is called."""
    rows = [["gloss", "keyword"], ["a, b; c", "谣言"]]
    content = "".join(delimiter.join(f'"{cell}"' for cell in row) + "\r\n" for row in rows)
    (keyword,) = read(tmp_path, f"a.{ending}", content)
    assert (keyword.line, keyword.gloss) == ("谣言", "a, b; c")


def test_one_column_is_a_table_too(tmp_path: Path) -> None:
    """With nothing but keywords in it."""
    assert lines(tmp_path, "a.csv", "\n\nkeyword\n谣言\n\n传闻\n") == ["谣言", "传闻"]


def test_all_known_columns_become_fields(tmp_path: Path) -> None:
    """And nothing of them is left in extra."""
    content = "keyword,gloss,Category,LANGUAGE,source,added,notes\na,b,c,d,e,last week,g\n"
    (keyword,) = read(tmp_path, "a.csv", content)
    assert (keyword.gloss, keyword.category, keyword.language) == ("b", "c", "d")
    assert (keyword.source, keyword.added, keyword.notes, keyword.extra) == ("e", "last week", "g", {})


def test_short_rows_and_empty_cells_are_no_faults(tmp_path: Path) -> None:
    """Spreadsheets leave out what is empty at the end, or add it; a blank row says nothing."""
    assert lines(tmp_path, "a.csv", "keyword,gloss\na\n,\nb,x,,\n") == ["a", "b"]


def test_quoted_cells_over_several_lines_keep_the_count_of_lines(tmp_path: Path) -> None:
    """Each fault is named with the line on which its own cell starts."""
    content = 'keyword,notes,gloss\n"a","one\r\ntwo\nthree",x\nb,"1\n2",\x1b\n"",x,y\n'
    assert [(line, field) for line, field, _ in faults(tmp_path, "a.csv", content)] == [
        (6, "gloss"),
        (7, "keyword"),
    ]


def test_a_keyword_over_two_lines_is_a_fault(tmp_path: Path) -> None:
    """No service is asked a line break."""
    (fault,) = full_faults(tmp_path, "a.csv", 'keyword\na\n"b\nc"\n')
    assert (fault.line, fault.field) == (3, "keyword")
    assert fault.message == "holds U+000A (LINE FEED)."


def test_a_table_without_a_keyword_column_is_a_fault(tmp_path: Path) -> None:
    """With what is there instead, and what may be meant."""
    (fault,) = full_faults(tmp_path, "a.csv", "keywrod,gloss\na,b\n")
    assert (fault.line, fault.field) == (1, "header")
    assert fault.message == "no keyword column among 'keywrod', 'gloss'."
    assert fault.hint == "Did you mean 'keyword'?"
    (fault,) = full_faults(tmp_path, "b.csv", "\n谣言\n传闻\n")
    assert (fault.line, fault.hint) == (2, "Name the keywords' column `keyword`.")


def test_a_column_may_not_be_there_twice(tmp_path: Path) -> None:
    """One of them would be lost."""
    expected = [(1, "header", "the column 'gloss' is there twice.")]
    assert faults(tmp_path, "a.csv", "keyword,gloss,Gloss\na,b,c\n") == expected
    assert faults(tmp_path, "b.csv", "keyword,idx,idx\na,b,c\n")[0][2] == "the column 'idx' is there twice."


def test_columns_without_a_sound_name_get_one(tmp_path: Path) -> None:
    """Numbered from 1; a header with hidden characters is a fault besides."""
    (keyword,) = read(tmp_path, "a.csv", ",keyword, \n0,a,b\n")
    assert keyword.extra == {"column 1": "0", "column 3": "b"}
    assert faults(tmp_path, "b.csv", "keyword,a\x1bb\nx,y\n") == [(1, "header", "holds U+001B (ESCAPE).")]


def test_endless_columns_are_refused(tmp_path: Path) -> None:
    """A header of a million cells is no list."""
    found = faults(tmp_path, "a.csv", "keyword" + ",x" * 1000 + "\na\n")
    assert found[0] == (1, "header", "more than 1,000 columns.")


def test_rows_that_are_too_long_are_faults(tmp_path: Path) -> None:
    """Most often a comma should stand in quotes."""
    (fault,) = full_faults(tmp_path, "a.csv", "keyword,gloss\na,b\nc,d,e\n")
    assert (fault.line, fault.message) == (3, "3 cells, but the header has 2.")


def test_broken_quotes_are_faults_and_the_rest_is_read_on(tmp_path: Path) -> None:
    """A quote inside a quoted cell, and one that is never closed."""
    found = faults(tmp_path, "a.csv", 'keyword\n"a"b\n\x1b\n"c\nd\n')
    assert found == [
        (2, None, "is not a row of a table: ',' expected after '\"'."),
        (3, "keyword", "holds U+001B (ESCAPE)."),
        (4, None, "is not a row of a table: unexpected end of data."),
    ]


def test_a_delimiter_in_a_message_is_escaped(tmp_path: Path) -> None:
    """A tab would tear the message apart."""
    found = faults(tmp_path, "a.tsv", 'keyword\tgloss\n"a"b\tc\n')
    assert found[0][2] == r"is not a row of a table: '\t' expected after '\"'.".replace(r"\"", '"')


def test_a_huge_cell_is_a_fault(tmp_path: Path) -> None:
    """The CSV reader's own limit holds."""
    (fault,) = full_faults(tmp_path, "a.csv", f'keyword\n"{"x" * (csv.field_size_limit() + 1)}\n')
    assert (fault.line, fault.hint) == (2, "A quote that is opened here is never closed.")


def test_a_row_without_end_is_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Small quoted cells, one after the other over all lines, must not fill the memory."""
    monkeypatch.setattr(table, "LONGEST_LINE", 500)
    monkeypatch.setattr(encoding, "LONGEST_LINE", 500)
    content = "keyword,gloss\na,b\n" + '"c","' + '\n","' * 1000
    (fault,) = full_faults(tmp_path, "a.csv", content)
    assert (fault.line, fault.message) == (3, "is not a row of a table: the row has no end.")


def test_an_empty_table_is_a_fault(tmp_path: Path) -> None:
    """Without any line, with blank lines, and with a header only."""
    for content in ("", "\n\n", "keyword,gloss\n"):
        assert faults(tmp_path, "a.csv", content) == [(None, None, "holds no keyword.")]


def test_defused_cells_are_read_back(tmp_path: Path) -> None:
    """The apostrophe goes away before what a spreadsheet would run, and nowhere else."""
    content = "keyword,'=x\n'=1+1,'@a\n''=b,'c\n'tis,-\n"
    first, second, third = read(tmp_path, "a.csv", content)
    assert [one.components for one in (first, second, third)] == [("=1+1",), ("'=b",), ("'tis",)]
    assert [one.extra["=x"] for one in (first, second, third)] == ["@a", "'c", "-"]


def test_an_impossible_header_is_no_header() -> None:
    """Cells beyond the CSV reader's limit name no column."""
    assert table.find_delimiter("x" * (csv.field_size_limit() + 1)) == ","
