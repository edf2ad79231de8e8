"""Is what changed told in all formats, and is nothing of it obeyed by a terminal, a browser or a spreadsheet?"""

from __future__ import annotations

import io
import json

import msgspec
import pytest

from probe.model.change import Change, Diff
from probe.model.run import BaselineUse
from probe.showing.changed import MOST_LISTED
from probe.showing.diff import DIFF_FORMATS

from .samples import a_change, a_look

NASTY = "\x1b[2J| <b>谣言</b>\u202e"
USE = BaselineUse(
    named="last", run="aaaa1111bbbb2222", started="2026-11-23T10:15:00.000Z", pairs=3, compared=2, news=1
)


def write(form: str, *changes: Change, use: BaselineUse = USE, encoding: str = "utf-8") -> str:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding, newline="")
    writer = DIFF_FORMATS[form](stream, a_look(80))
    for change in changes:
        writer.change(change)
    writer.finish(Diff(named="last", run="cccc3333dddd4444", started=None, baseline=use, exit_code=0))
    return raw.getvalue().decode(encoding)


@pytest.mark.parametrize("form", DIFF_FORMATS)
def test_no_text_from_elsewhere_is_obeyed(form: str) -> None:
    """Neither control characters, nor marks that turn text round, nor Markdown and HTML."""
    changes = [a_change(NASTY), a_change(NASTY, "B", "-")]
    doubtful = msgspec.structs.replace(a_change(NASTY, ".", "F"), doubt=NASTY)
    out = write(form, *changes, doubtful, use=msgspec.structs.replace(USE, notes=(NASTY,), named=NASTY))
    assert not {"\x1b", "\u202e"} & set(out)
    assert "谣言" in out
    if form == "md":
        assert "<b>" not in out.replace("\\<b\\>", "")
        rows = [line for line in out.splitlines() if line.startswith("| ")]
        assert all(line.replace("\\|", "").count("|") == 6 for line in rows)


@pytest.mark.parametrize("form", DIFF_FORMATS)
def test_streams_that_know_few_characters_get_what_they_can(form: str) -> None:
    """No arrow that breaks the output where it cannot be said."""
    out = write(form, a_change("谣言"), encoding="ascii")
    assert "newly-blocked" in out or "Newly blocked" in out


@pytest.mark.parametrize("form", DIFF_FORMATS)
def test_nothing_is_a_finding_too(form: str) -> None:
    """Said in a sentence, or as an empty list."""
    out = write(form, use=msgspec.structs.replace(USE, news=0))
    if form == "json":
        assert json.loads(out)["changes"] == []
    elif form != "jsonl":
        assert "Of 2 pairs that could be compared nothing changed; 1 more could not be" in " ".join(
            out.split()
        )


def test_thousands_of_changes_are_counted_in_tables_and_whole_for_programs() -> None:
    """A page of ten thousand lines is read by nobody."""
    changes = [a_change(f"词{number}") for number in range(MOST_LISTED + 3)]
    assert "and 3 more, which other formats have" in write("table", *changes)
    assert "and 3 more" in write("md", *changes)
    assert len(json.loads(write("json", *changes))["changes"]) == MOST_LISTED + 3
