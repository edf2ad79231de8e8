"""Markdown that a paper or a job summary can take."""

from __future__ import annotations

import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.model.verdict import Status, Verdict
from probe.showing import markdown
from probe.showing.changed_markdown import escape_markdown
from probe.showing.markdown import MarkdownWriter
from probe.showing.selection import Selection

from .samples import a_look, a_run, a_verdict, made_up_verdicts


def write(*verdicts: Verdict, show_all: bool = False, **selected: object) -> str:
    out = io.StringIO()
    look = a_look(show_all=show_all, selection=Selection(**selected), platforms={"weibo-search": "Weibo"})  # type: ignore[arg-type]
    writer = MarkdownWriter(out, look=look)
    writer.start()
    for verdict in verdicts:
        writer.verdict(verdict)
    writer.finish(a_run(verdicts))
    return out.getvalue()


def rows(text: str) -> list[list[str]]:
    """The rows of all tables, without their heads' rules."""
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]


def test_it_counts_finds_and_says_how() -> None:
    """Counts an endpoint a row, findings, method."""
    text = write(*made_up_verdicts())
    assert "## Keyword censorship: 12 keywords at 9 endpoints" in text
    assert ["weibo-search", "5", "0", "7", "0", "0", "6 of 6", "18"] in rows(text)
    assert "### Findings (41)" in text
    assert "### Method" in text
    assert "douyin-search is not trusted" in text
    assert "sogou-weixin (unverified)" in text


def test_a_table_has_as_many_cells_in_each_row() -> None:
    """Also where a keyword holds a bar."""
    found = rows(write(a_verdict("a|b\\|c"), a_verdict("d")))
    widths = {len(row) for row in found if len(row) == 7 or "keyword" in row}
    assert widths == {7}
    assert [row[0] for row in found][-2:] == ["a\\|b\\\\\\|c", "d"]


def test_the_reader_chooses() -> None:
    """Columns, order, headings and statuses; the counts are of all."""
    text = write(
        *made_up_verdicts(),
        columns=("keyword", "asked"),
        group_by="platform",
        sort=("-keyword",),
        only=frozenset({Status.OK}),
    )
    assert "### Weibo (7)" in text
    assert "|:---|---:|" in text
    assert ["weibo-search", "5", "0", "7", "0", "0", "6 of 6", "18"] in rows(text)
    weibo = rows(text.split("### Weibo")[1].split("###")[0])
    assert [row[0] for row in weibo[1:]] == sorted((row[0] for row in weibo[1:]), reverse=True)


def test_what_is_too_much_for_a_summary_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """A summary that is refused as a whole says nothing."""
    monkeypatch.setattr(markdown, "MOST_ROWS", 5)
    text = write(*made_up_verdicts())
    assert "36 more are not listed here" in text


@given(st.text(max_size=40))
def test_foreign_text_cannot_become_markup(text: str) -> None:
    """No link, no HTML, no new line or cell."""
    shown = escape_markdown(f"<img src=x>[a](http://b.example) `{text}`")
    assert not re.search(r"(?<!\\)(?:\\\\)*[<>\[\]`*_|~$&]", shown)
    assert "http://" not in shown
