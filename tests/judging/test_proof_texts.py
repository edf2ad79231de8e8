"""The words for which a rule fired."""

from __future__ import annotations

from typing import Any

from probe.judging.proof_texts import find_proof_texts
from probe.reading.page import read_page
from tests.builders import make_answer, make_definition


def find(when: Any, body: str, *, asked: tuple[str, ...] = ("谣言",), **changes: Any) -> list[str]:
    definition = make_definition(rules=[{"id": "hit", "when": when, "outcome": "blocked"}], **changes)
    step = make_answer(body, headers={"content-type": "application/json"} if body[:1] == "{" else None).last
    assert step.response is not None
    page = read_page(definition, step.request, step.response)
    return find_proof_texts(definition, "hit", page, asked)


def test_literals_and_patterns_are_found_as_they_stand() -> None:
    """In what a reader sees, in the title, in the body."""
    page = "<title>Not found</title><p>results are not shown in accordance with law 7</p>"
    assert find({"text": "are not shown"}, page) == ["are not shown"]
    assert find({"text": {"pattern": "law [0-9]"}}, page) == ["law 7"]
    assert find({"title": "Not"}, page) == ["Not"]
    assert find({"body": "<p>"}, page) == ["<p>"]


def test_a_notice_is_found_with_the_keyword_in_it() -> None:
    """As the page says it."""
    notice = {
        "text": "{keyword}不能显示",
        "kind": "legal",
        "language": "zh-Hans",
        "meaning": "m",
        "source": "s",
    }
    assert find({"notice": "n"}, "<p>谣言不能显示</p>", notices={"n": notice}) == ["谣言不能显示"]


def test_the_code_of_a_json_answer_and_the_element_of_a_page_are_found() -> None:
    """What a rule looks at without reading it."""
    assert find({"json": {"label": "porn"}}, '{"label": "porn", "code": 0}') == ["porn"]
    assert find({"json": {"code": 0}}, '{"label": "porn", "code": 0}') == []
    assert find({"css": "div.notice"}, '<div class="notice">not \n <b>shown</b></div>') == ["not shown"]


def test_what_only_repeats_the_keyword_is_none() -> None:
    """A page may say back what was asked."""
    assert find({"text": "谣言"}, "<p>谣言</p>") == []


def test_a_rule_that_is_not_there_any_more_found_nothing() -> None:
    """Definitions are edited."""
    definition = make_definition()
    step = make_answer("<p>x</p>").last
    assert step.response is not None
    assert (
        find_proof_texts(definition, "gone", read_page(definition, step.request, step.response), ("x",)) == []
    )


def test_a_pattern_that_hostile_text_makes_slow_finds_nothing() -> None:
    """The other conditions are still looked at."""
    assert find([{"text": {"pattern": "(a|aa)+$"}}, {"text": "b"}], f"<p>{'a' * 5000}b c</p>") == ["b"]
