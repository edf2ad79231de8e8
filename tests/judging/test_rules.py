"""Does a condition hold for an answer?"""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from probe.judging.calibration import Calibration
from probe.judging.rules import View, first_fit, holds
from probe.model.exchange import Exchange, Failure, Stage
from probe.model.observation import Facts
from probe.model.rule import Rule, When
from probe.reading.match import PatternTooSlow, echo_forms
from probe.reading.page import Page
from tests.builders import make_answer, make_failure

PAGE = """<!doctype html><html><head><title>结果 - 搜索</title><script>var secret = "captcha";</script></head>
<body><p class="count">约 12 条结果</p><li class="result">天气 谣言</li></body></html>"""


def view(exchange: Exchange, *, keyword: str = "谣言", authors: tuple[str, ...] = (), **facts: Any) -> View:
    step = exchange.last
    page = None if step.response is None else Page(step.request, step.response)
    return View(
        step=step,
        page=page,
        facts=Facts(**facts),
        echoes=echo_forms((keyword,)),
        authorised=("people.example",),
        authors=authors,
        authorised_authors=("新华社", "人民日报"),
        calibration=Calibration(),
    )


def when(**parts: Any) -> When:
    return msgspec.convert(parts, When)


HTML = view(make_answer(PAGE), count=12, hosts=("www.people.example",), authors=("新华社",))
JSON = view(
    make_answer('{"code": 0, "data": {"suggest": "block", "score": 91, "ok": true, "none": null}}',
                headers={"content-type": "application/json"})
)  # fmt: skip
REDIRECT = view(make_answer("", status=302, headers={"location": "/antispider/?from=x"}))
RESET = view(make_failure(Failure.CONNECTION_RESET, Stage.READ))


@pytest.mark.parametrize(
    ("seen", "condition"),
    [
        (HTML, {"status": 200}),
        (HTML, {"status": ["4xx", "2xx"]}),
        (HTML, {"status": "100-299"}),
        (HTML, {"header": {"Content-Type": "text/html"}}),
        (HTML, {"css": "li.result"}),
        (HTML, {"css": ["p.none", "p.count"]}),
        (HTML, {"title": "搜索"}),
        (HTML, {"text": ["nothing", "条结果"]}),
        (HTML, {"text": {"pattern": "约 [0-9]+ 条"}}),
        (HTML, {"text": {"contains": "结果", "pattern": "约"}}),
        (HTML, {"body": 'secret = "captcha"'}),
        (HTML, {"count": 12}),
        (HTML, {"count": ">=1"}),
        (HTML, {"length": ">100"}),
        (HTML, {"hosts": "authorised"}),
        (HTML, {"authors": "authorised"}),
        (HTML, {"like": "benign"}),
        (HTML, {"not": {"status": 404}}),
        (HTML, {"status": 200, "css": "li.result", "not": {"text": "未予显示"}}),
        (JSON, {"json": {"code": 0, "data.suggest": "block"}}),
        (JSON, {"json": {"data.suggest": ["review", "block"]}}),
        (JSON, {"json": {"data.score": {"above": 90, "below": 95}}}),
        (JSON, {"json": {"data.missing": {"exists": False}}}),
        (JSON, {"json": {"data.suggest": {"pattern": "^bl"}}}),
        (JSON, {"json": {"data.ok": True}}),
        (REDIRECT, {"redirect": "antispider"}),
        (REDIRECT, {"redirect": {"pattern": "^http://h\\.example/"}}),
        (RESET, {"failure": "connection_reset"}),
        (RESET, {"failure": ["eof_error", "connection_reset"], "stage": "read"}),
        (RESET, {"stage": ["dial", "read"]}),
        (RESET, {"failure": "connection_reset", "not": {"stage": "tls"}}),
    ],
)
def test_a_condition_that_fits_holds(seen: View, condition: dict[str, Any]) -> None:
    """Each part of a condition, alone and together, holds where it should."""
    assert holds(when(**condition), seen) is not None


@pytest.mark.parametrize(
    ("seen", "condition"),
    [
        (HTML, {"status": "4xx"}),
        (HTML, {"header": {"x-missing": ""}}),
        (HTML, {"header": {"content-type": "json"}}),
        (HTML, {"css": "p.none"}),
        (HTML, {"title": "captcha"}),
        (HTML, {"text": "captcha"}),  # it stands in a script, which no reader sees
        (HTML, {"text": "谣言"}),  # the echoed keyword
        (HTML, {"text": {"contains": "结果", "pattern": "[0-9]{4}"}}),
        (HTML, {"text": {"contains": "nothing", "pattern": "约"}}),
        (HTML, {"count": 0}),
        (HTML, {"length": "<10"}),
        (HTML, {"like": "not-benign"}),
        (HTML, {"like": "nonsense"}),
        (HTML, {"like": "canary"}),
        (HTML, {"like": "unlike"}),
        (HTML, {"redirect": ""}),
        (HTML, {"json": {"code": 0}}),
        (HTML, {"failure": "connection_reset"}),
        (HTML, {"not": {"status": 200}}),
        (HTML, {"status": 200, "css": "p.none"}),
        (JSON, {"css": "p"}),
        (JSON, {"json": {"code": False}}),
        (JSON, {"json": {"data.ok": 1}}),
        (JSON, {"json": {"data.none": "x"}}),
        (JSON, {"json": {"data.score": {"above": 91}}}),
        (JSON, {"json": {"data.score": {"below": 91}}}),
        (JSON, {"json": {"data.ok": {"above": 0}}}),
        (JSON, {"json": {"data.score": {"contains": "9"}}}),
        (JSON, {"json": {"data.suggest": {"equals": "pass"}}}),
        (JSON, {"json": {"data.suggest": {"exists": False}}}),
        (JSON, {"json": {"data.suggest": "block", "code": 1}}),
        (JSON, {"count": 0}),  # could not be counted
        (JSON, {"hosts": "authorised"}),  # no results, so no hosts
        (JSON, {"authors": "authorised"}),
        (RESET, {"status": 200}),
        (RESET, {"failure": "eof_error"}),
        (RESET, {"failure": "connection_reset", "stage": "tls"}),
        (RESET, {"not": {"status": 200}}),
    ],
)
def test_a_condition_that_does_not_fit_does_not_hold(seen: View, condition: dict[str, Any]) -> None:
    """Each part of a condition fails where it should, and one failing part is enough."""
    assert holds(when(**condition), seen) is None


def test_one_host_outside_is_not_authorised_only() -> None:
    """Soft filtering shows authorised hosts and nothing else; a look-alike name is not below one."""
    for hosts in (("people.example", "blog.example"), ("notpeople.example",)):
        assert holds(when(hosts="authorised"), view(make_answer(PAGE), hosts=hosts)) is None


@pytest.mark.parametrize("authors", [("新华社", "网友"), ("新华社网",), ("华社",)])
def test_one_author_beside_them_is_not_authorised_only(authors: tuple[str, ...]) -> None:
    """Names are compared whole."""
    assert holds(when(authors="authorised"), view(make_answer(PAGE), authors=authors)) is None


def test_the_first_rule_that_fits_decides() -> None:
    """Order is meaning: a captcha rule before an empty one."""
    rules = [
        msgspec.convert({"id": name, "when": condition, "outcome": outcome}, Rule)
        for name, condition, outcome in (
            ("never", {"status": 404}, "blocked"),
            ("either", [{"status": 500}, {"text": "条结果"}], "served"),
            ("later", {"status": 200}, "empty"),
        )
    ]
    fit = first_fit(rules, HTML)
    assert fit is not None
    assert (fit.rule.id, fit.found) == ("either", "条结果")
    assert first_fit(rules[:1], HTML) is None


def test_a_pattern_that_runs_away_is_stopped() -> None:
    """A hostile page cannot hold the program: the pattern is cut off, and says so."""
    page = make_answer("a" * 5000 + "!", headers={"content-type": "text/plain"})
    with pytest.raises(PatternTooSlow):
        holds(when(text={"pattern": "(?:.*[ab]){12}[cd]"}), view(page))
