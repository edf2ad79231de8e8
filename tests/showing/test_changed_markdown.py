"""What changed stands in every report of a run that was compared."""

from __future__ import annotations

import io
from xml.etree import ElementTree

import pytest

from probe.model.change import Change
from probe.model.run import BaselineUse
from probe.model.verdict import Status
from probe.showing import ChangeWriter, open_writer
from probe.showing.selection import Selection

from .samples import a_change, a_look, a_run

USE = BaselineUse(
    named="last", run="aaaa1111bbbb2222", started="2026-11-23T10:15:00.000Z", pairs=3, compared=3, news=2
)
NASTY = "<b>|谣言"


def write(form: str, *changes: Change, selection: Selection | None = None, **look: object) -> str:
    """A run with these changes and their verdicts."""
    out = io.StringIO()
    writer = open_writer(form, out, look=a_look(120, selection=selection or Selection(), **look))
    assert isinstance(writer, ChangeWriter)
    writer.start()
    verdicts = [one.after for one in changes if one.after is not None]
    for change in changes:
        writer.change(change)
        if change.after is not None:
            writer.verdict(change.after)
    writer.finish(a_run(verdicts, baseline=USE))
    return out.getvalue()


@pytest.mark.parametrize("form", ["table", "md", "html"])
def test_people_read_what_changed(form: str) -> None:
    """News under its own heading, with what was before, and as text."""
    out = write(form, a_change(NASTY), a_change("天气", "B", "."))
    assert "Newly blocked" in out
    assert "Lifted" in out
    assert "aaaa1111" in out
    assert "<b>|" not in out or form == "table"


@pytest.mark.parametrize("selection", [Selection(sort=("keyword",)), Selection(only=frozenset({Status.OK}))])
@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_an_order_of_verdicts_loses_no_change(form: str, selection: Selection) -> None:
    """Each stands with its verdict, also where these wait for the others."""
    out = write(form, a_change("乙", "B", "."), a_change("甲", "F", "."), selection=selection)
    assert out.count("lifted") == 2


def test_a_change_that_is_named_is_a_failure_in_junit() -> None:
    """Others are none, and are counted as none."""
    changes = [a_change("甲"), a_change("乙", "B", "."), a_change("丙", "B", "F")]
    suites = ElementTree.fromstring(write("junit", *changes, fail_on_changes=frozenset({"newly-blocked"})))
    assert [case.get("name") for case in suites.iter("testcase") if case.find("failure") is not None] == [
        "甲"
    ]
    failure = next(suites.iter("failure"))
    assert failure.get("type") == "newly-blocked"
    assert "ok before" in (failure.get("message") or "")
    assert suites.get("failures") == "1"
