"""What facts tell of a condition is what the page would tell, or nothing."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given

from probe.judging import rules
from probe.judging.calibration import Calibration
from probe.judging.knowledge import Known, holds, nested
from probe.judging.observation import Observer
from probe.model.definition import Definition
from probe.model.exchange import Exchange
from probe.model.observation import Facts
from probe.model.rule import When
from probe.reading.extract import find_authors
from probe.reading.match import echo_forms
from probe.reading.page import Page
from tests.builders import make_answer, make_question
from tests.judging.stored import KEYWORD, answers, conditions, definition_of


def known(*, counted: bool = True, **facts: Any) -> Known:
    return Known(
        facts=Facts(**{"status": 200, "length": 120, **facts}),
        echoes=echo_forms((KEYWORD,)),
        authorised=("people.example",),
        authorised_authors=("新华社", *(f"社{number}" for number in range(150))),
        knows_count=counted,
        knows_hosts=counted,
        knows_authors=counted,
    )


MANY = tuple(f"社{number}" for number in range(100))


def when(**parts: Any) -> When:
    return msgspec.convert(parts, When)


@pytest.mark.parametrize(
    ("condition", "facts", "truth"),
    [
        ({"status": 200}, {}, True),
        ({"status": ["4xx", "500-599"]}, {}, False),
        ({"status": 200}, {"status": None}, None),
        ({"failure": "connection_reset"}, {}, False),
        ({"stage": "read", "text": "x"}, {}, False),
        ({"length": ">100"}, {}, True),
        ({"count": 0}, {"count": 0}, True),
        ({"count": 0}, {"count": None}, False),
        ({"count": 0}, {"count": 0, "counted": False}, None),
        ({"hosts": "authorised"}, {"hosts": ("www.people.example",)}, True),
        ({"hosts": "authorised"}, {"hosts": ("people.example", "blog.example")}, False),
        ({"hosts": "authorised"}, {"counted": False}, None),
        ({"authors": "authorised"}, {"authors": ("新华社", "社1")}, True),
        ({"authors": "authorised"}, {"authors": ("新华社", "网友")}, False),
        ({"authors": "authorised"}, {}, False),
        ({"authors": "authorised"}, {"authors": ("新华社",), "counted": False}, None),
        ({"authors": "authorised"}, {"authors": MANY[:99]}, True),
        ({"authors": "authorised"}, {"authors": MANY}, None),  # there may have been more
        ({"not": {"authors": "authorised"}}, {"authors": MANY}, None),
        ({"authors": "authorised"}, {"authors": (*MANY[:99], "网友")}, False),
        ({"authors": "authorised"}, {"authors": ("新华社", "新{secret:X}")}, None),
        ({"authors": "authorised"}, {"authors": ("网友", "新{secret:X}")}, False),
        ({"redirect": "captcha"}, {"location": "http://h.example/captcha"}, True),
        ({"redirect": KEYWORD}, {"location": f"http://h.example/?q={KEYWORD}"}, False),
        ({"redirect": "captcha"}, {"location": None}, False),
        ({"redirect": "captcha"}, {"location": "http://h.example/" + "x" * 143}, None),
        ({"redirect": "captcha"}, {"location": "http://h.example/?t={secret:TOKEN}"}, None),
        ({"redirect": "captcha"}, {"location": "http://h.example/a b"}, None),
        ({"text": "captcha"}, {}, None),
        ({"title": "captcha"}, {}, None),
        ({"body": "captcha"}, {}, None),
        ({"css": "li"}, {}, None),
        ({"json": {"code": 1}}, {}, None),
        ({"header": {"server": "x"}}, {}, None),
        ({"like": "benign"}, {}, None),
        ({"status": 404, "text": "captcha"}, {}, False),
        ({"status": 200, "text": "captcha"}, {}, None),
        ({"not": {"status": 404}}, {}, True),
        ({"not": {"status": 200}}, {}, False),
        ({"not": {"text": "captcha"}}, {}, None),
        ({"not": {"status": 404, "text": "captcha"}}, {}, True),
        ({"status": 200, "not": {"not": {"length": ">100"}}}, {}, True),
    ],
)
def test_a_condition_is_true_false_or_unknown(
    condition: dict[str, Any], facts: dict[str, Any], truth: bool | None
) -> None:
    """Only what was measured decides; one part that is false decides for all."""
    assert holds(when(**condition), known(**facts)) is truth


def test_a_pattern_without_an_end_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    """A redirect whose target takes a pattern too long is left to the page."""
    monkeypatch.setattr("probe.reading.match.PATTERN_SECONDS", 0.001)
    location = "http://h.example/" + "a" * 100 + "!"
    assert holds(when(redirect={"pattern": "(a|a)*(a|a)*(a|aa)+$"}), known(location=location)) is None


def test_conditions_within_conditions_are_all_found() -> None:
    """Also what must not hold, and what must not hold within it."""
    outer = when(status=200, **{"not": {"text": "a", "not": {"count": 0}}})
    assert [one.status or one.text or one.count for one in nested(outer)] == [200, "a", 0]


@given(conditions(), answers())
def test_facts_never_contradict_the_page(condition: When, exchange: Exchange) -> None:
    """Where they tell, the page tells the same; of failures they are not asked."""
    step = exchange.last
    if step.response is None:
        return
    definition: Definition = definition_of([])
    results, page = definition.results, Page(step.request, step.response)
    assert results.authors is not None
    facts = Observer(definition).observe(make_question(KEYWORD), exchange).facts
    view = rules.View(
        step=step,
        page=page,
        facts=facts,
        echoes=echo_forms((KEYWORD,)),
        authorised=("people.example",),
        authors=find_authors(page, results.authors),
        authorised_authors=definition.controls.authorised_authors,
        calibration=Calibration(),
    )
    seen = Known(
        facts=facts,
        echoes=view.echoes,
        authorised=view.authorised,
        authorised_authors=view.authorised_authors,
        knows_count=True,
        knows_hosts=True,
        knows_authors=True,
    )
    told = holds(condition, seen)
    assert told is None or told is (rules.holds(condition, view) is not None)


def test_facts_do_tell_something() -> None:
    """The test above is not empty: a status and a count decide."""
    page = '<p class="n">约 3 条</p><ol><li class="result"><a href="http://people.example/">x</a></li></ol>'
    facts = Observer(definition_of([])).observe(make_question(KEYWORD), make_answer(page)).facts
    assert (facts.count, facts.hosts) == (1, ("people.example",))
