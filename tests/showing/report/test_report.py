"""The whole page, as far as it can be read without a browser."""

from __future__ import annotations

import base64
import hashlib
import io
import re
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
from selectolax.lexbor import LexborHTMLParser

from probe.model.run import Run
from probe.model.verdict import Status, Verdict
from probe.showing.background import Background, Moment
from probe.showing.report import ReportWriter, read_part
from probe.showing.selection import Selection
from tests.showing.samples import a_look, a_run, a_verdict, made_up_verdicts

from .test_page_data import EXCERPT


def write(*verdicts: Verdict, run: Run | None = None, **changes: Any) -> str:
    out = io.StringIO()
    writer = ReportWriter(out, look=a_look(**changes))
    writer.start()
    for verdict in verdicts:
        writer.verdict(verdict)
    writer.finish(a_run(verdicts) if run is None else run)
    return out.getvalue()


def background(run: Run, verdicts: Sequence[Verdict]) -> Background:
    def excerpts(wanted: Sequence[Verdict]) -> Iterator[Any]:
        yield wanted[0].keyword, wanted[0].endpoint, EXCERPT

    moment = Moment(run=run.id, started=run.started, statuses=dict.fromkeys(Status, 1))
    return Background(excerpts=excerpts, moments=[_earlier(moment, "other"), moment])


def _earlier(moment: Moment, run: str) -> Moment:
    return Moment(run=run, started="2026-11-01T00:00:00.000Z", statuses=moment.statuses)


def test_its_policy_allows_its_own_script_and_style_and_nothing_else() -> None:
    """By the digests of what stands in the page, byte by byte."""
    page = LexborHTMLParser(write(*made_up_verdicts()))
    policy = page.css_first("meta[http-equiv=Content-Security-Policy]")
    assert policy is not None
    rules = dict(one.split(None, 1) for one in (policy.attributes["content"] or "").split("; "))
    assert rules["default-src"] == "'none'"
    assert "unsafe" not in str(rules)
    for rule, tag in (("script-src", "script:not([type])"), ("style-src", "style")):
        (node,) = page.css(tag)
        digest = base64.b64encode(hashlib.sha256((node.text() or "").encode()).digest()).decode()
        assert rules[rule] == f"'sha256-{digest}'"


def test_it_names_no_address_and_has_no_style_or_handler_of_its_own() -> None:
    """Nothing that a browser would fetch or that the policy would refuse."""
    page = LexborHTMLParser(write(*made_up_verdicts(), background=background))
    for node in page.css("*"):
        assert not {"src", "href", "style", "srcset", "action", "data"} & set(node.attributes), node.html
        assert not any(name.startswith("on") for name in node.attributes), node.html
    style, script = read_part("report.css"), read_part("report.js")
    assert not re.search(r"url\(|@import|https?:", style)
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacent|document\.write|eval\(|fetch\(|import\(|https?:", script
    )
    assert (style + script).isascii()


def test_foreign_text_stays_text() -> None:
    """In the words that can be read without scripts, and in the data."""
    hostile = "</script><script>alert(1)</script><img src=x onerror=alert(1)>"
    use = msgspec.structs.replace(a_run([]).endpoints[0], trusted=False, reason=hostile, notes=(hostile,))
    verdict = a_verdict(
        hostile, gloss=hostile, category=hostile, language='"><b>', reason=hostile, rule=hostile
    )
    run = msgspec.structs.replace(a_run([verdict]), endpoints=(use,), ended_early=hostile, complete=False)
    page = LexborHTMLParser(write(verdict, run=run, titles={"weibo-search": hostile}))
    assert len(page.css("script")) == 2
    assert page.css("img") == []
    (keyword,) = page.css("td.keyword b")
    assert keyword.text() == hostile


def test_without_scripts_the_first_findings_the_figures_and_the_method_can_be_read() -> None:
    """A reader of risk has scripts switched off."""
    page = LexborHTMLParser(write(*made_up_verdicts()))
    rows = page.css(".verdicts tbody tr")
    assert len(rows) == 41
    assert "法轮功" in (rows[0].text() or "")
    assert len(page.css(".bars svg")) == 9
    assert "Before you cite this" in (page.body.text() if page.body else "")
    assert len(page.css(".controls tbody tr")) == 9


def test_runs_before_make_a_timeline_and_exchanges_evidence() -> None:
    """Without a store there is neither, and the page says so."""
    verdicts = [*made_up_verdicts()]
    assert 'id="timeline"' in write(*verdicts, background=background)
    assert "http://h.example/?q=" in write(*verdicts, background=background)
    alone = write(*verdicts)
    assert 'id="timeline"' not in alone
    assert "Nothing was kept of what was sent" in alone


def test_the_reader_chooses_what_is_listed() -> None:
    """The figures are of all."""
    chosen = Selection(columns=("endpoint", "keyword"), only=frozenset({Status.OK}), sort=("-endpoint",))
    page = LexborHTMLParser(write(*made_up_verdicts(), selection=chosen))
    assert [one.text() for one in page.css(".verdicts th")] == ["Endpoint", "Keyword"]
    endpoints = [node.text() for node in page.css(".verdicts td.endpoint")]
    assert endpoints == sorted(endpoints, reverse=True)
    assert len(endpoints) == 53
    tiles = [node.text() for node in page.css(".tiles b")]
    assert tiles == ["24", "13", "53", "4", "14"]


def test_it_is_the_same_page_where_the_stream_has_no_chinese() -> None:
    """Escapes stand for characters, as the page says that it is UTF-8."""
    raw = io.BytesIO()
    writer = ReportWriter(io.TextIOWrapper(raw, encoding="gb18030", write_through=True), look=a_look())
    verdict = a_verdict()
    writer.verdict(verdict)
    writer.finish(a_run([verdict]))
    assert raw.getvalue().isascii()
    assert LexborHTMLParser(raw.getvalue().decode()).css_first("td.keyword b").text() == "谣言"  # type: ignore[union-attr]
