"""The summary says what was found, what was not measured and why, and how the run ended."""

from __future__ import annotations

import io
from typing import Any

import msgspec
import pytest
from rich.cells import cell_len

from probe.showing.page import Page
from probe.showing.summary import measure_seconds, print_summary
from probe.showing.tally import Tally

from .samples import a_look, a_run, a_verdict, made_up_verdicts


def summarise(width: int = 80, **changes: Any) -> str:
    """The summary of the made-up run, with some fields of the run changed."""
    verdicts = list(made_up_verdicts())
    tally = Tally(keep_all=False)
    for verdict in verdicts:
        tally.add(verdict)
    out = io.StringIO()
    print_summary(Page(out, width=width, colour=False), tally, a_run(verdicts, **changes), a_look(width))
    return out.getvalue()


def test_every_qualification_is_named() -> None:
    """Statuses, controls, untrusted and unverified endpoints, reasons, time and completeness are there."""
    text = summarise(100)
    for words in (
        "12 keywords at 9 endpoints",
        "✖ 24 blocked   ◐ 13 filtered   ✔ 53 ok   ? 4 inconclusive   – 14 unmeasured",
        "0 of 3          3 not trusted",
        "lab-reset, 2 keywords: the site asks for a captcha",
        "douyin-search, all 12 keywords: the site asks for a captcha",
        "douyin-search: 3 controls in a row failed",
        "Unverified definitions: sogou-weixin, bilibili-search.",
        "Complete: 108 verdicts, 14 of them unmeasured, from 180 questions in 4 min 10 s.",
    ):
        assert words in text


def test_a_stopped_run_says_how_far_it_came() -> None:
    """Pairs without a verdict are told from those that are unmeasured."""
    text = summarise(complete=False, ended="2026-11-23T10:15:12.300Z")
    assert "Stopped: 108 of 108 pairs have a verdict, from 180 questions in 12.3 s." in text


@pytest.mark.parametrize("width", [40, 50, 60, 80, 200])
def test_the_summary_fits_the_page(width: int) -> None:
    """On a narrow page columns are left out, and whom not to trust is still said."""
    text = summarise(width)
    assert all(cell_len(line) <= width for line in text.splitlines())
    assert "Not trusted" in text
    head = next(line for line in text.splitlines() if line.startswith("  endpoint"))
    assert ("questions" in head) == (width >= 80)


def test_many_reasons_are_summed_up() -> None:
    """Three are named, the most frequent first; the rest are counted."""
    tally = Tally(keep_all=False)
    for number in range(12):
        tally.add(a_verdict(f"word {number}", "x", "-", reason=f"reason {min(number, 9) % 5}"))
    out = io.StringIO()
    print_summary(Page(out, width=80, colour=False), tally, a_run([], endpoints=["x"]), a_look())
    assert "  x, 4 keywords: reason 4\n" in out.getvalue()
    assert "  x, 4 keywords: other reasons\n" in out.getvalue()


def test_what_is_undecided_has_its_reason_unless_it_stands_beside_it_already() -> None:
    """Endpoint by endpoint, as what is not measured."""
    for explained in (False, True):
        tally = Tally(keep_all=False)
        for number in range(5):
            tally.add(a_verdict(f"word {number}", "x", "?", reason=f"reason {number // 4}"))
        out = io.StringIO()
        page = Page(out, width=80, colour=False)
        print_summary(page, tally, a_run([], endpoints=["x"]), a_look(), explained=explained)
        part = "Inconclusive\n  x, 4 keywords: reason 0\n  x, 1 keyword: reason 1\n\n"
        assert (part in out.getvalue()) != explained


def test_the_time_taken_is_left_out_where_it_is_not_known() -> None:
    """A run that has no end, or a time that cannot be read, is no error."""
    assert measure_seconds(a_run([])) == 250
    assert measure_seconds(a_run([], ended=None)) is None
    assert measure_seconds(a_run([], started="yesterday")) is None
    assert measure_seconds(a_run([], started="2026-11-23T10:15:00")) is None


def test_a_run_without_endpoints_can_be_summarised() -> None:
    """Nothing asked is no reason to fail."""
    assert "12 keywords at 0 endpoints" in summarise(endpoints=())


def test_one_reason_is_told_once() -> None:
    """An endpoint given up before it measured anything is not listed twice; one given up later is."""
    reason = "3 controls in a row failed"
    for kinds, told in (("--", True), (".-", False)):
        verdicts = [a_verdict(str(number), "x", kind, reason=reason) for number, kind in enumerate(kinds)]
        tally = Tally(keep_all=False)
        for verdict in verdicts:
            tally.add(verdict)
        run = a_run(verdicts, endpoints=["x"], keywords=2)
        untrusted = msgspec.structs.replace(run.endpoints[0], trusted=False, reason=reason)
        out = io.StringIO()
        run = msgspec.structs.replace(run, endpoints=(untrusted,))
        print_summary(Page(out, width=80, colour=False), tally, run, a_look())
        assert ("x (not trusted), all 2 keywords" in out.getvalue()) == told
        assert ("Not trusted\n  x: 3 controls" in out.getvalue()) != told
