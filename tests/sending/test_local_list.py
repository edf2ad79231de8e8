"""A list instead of a service: the answer to a text is which of its words fit."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.judging.observation import Observer
from probe.model.definition import Endpoint
from probe.model.exchange import Exchange
from probe.model.observation import Outcome
from probe.sending.local_list import list_reader
from tests.builders import make_definition, make_endpoint, make_question

WORDS = ("法轮功", "Tank Man", "六四")
RULES = [
    {"id": "listed", "when": {"json": {"matched[0]": {"exists": True}}}, "outcome": "blocked"},
    {"id": "unlisted", "when": {"json": {"length(matched)": 0}}, "outcome": "served"},
]


def endpoint_of(*words: str, **local: Any) -> Endpoint:
    definition = make_definition(
        kind="local", request={"url": ""}, local={"file": "list.txt", **local}, rules=RULES
    )
    return Endpoint(definition=definition, digest="", place="", words=words)


def look_up(text: str, *words: str, **local: Any) -> Exchange:
    reader = list_reader(endpoint_of(*(words or WORDS), **local))
    assert reader is not None
    return reader(make_question(text), 1000.5)


def matched(text: str, *words: str, **local: Any) -> list[str]:
    response = look_up(text, *words, **local).last.response
    assert response is not None
    answer = msgspec.json.decode(response.body)
    assert answer["words"] == len(words or WORDS)
    found: list[str] = answer["matched"]
    return found


@pytest.mark.parametrize(
    ("text", "local", "found"),
    [
        ("天气", {}, []),
        ("看法轮功的书，六四", {}, ["法轮功", "六四"]),
        ("法轮", {}, []),
        ("a TANK man b", {}, ["Tank Man"]),
        ("a TANK man b", {"ignore_case": False}, []),
        ("Tank Man", {"ignore_case": False}, ["Tank Man"]),
        ("六四", {"match": "equals"}, ["六四"]),
        ("六四的", {"match": "equals"}, []),
        ("tank man", {"match": "equals"}, ["Tank Man"]),
        ("tank man", {"match": "equals", "ignore_case": False}, []),
    ],
)
def test_a_text_is_censored_as_the_client_did_it(text: str, local: dict[str, Any], found: list[str]) -> None:
    """By a word that it holds or that it is, with or without regard to case; words come back as the list has them."""
    assert matched(text, **local) == found


def test_case_counts_for_nothing_in_any_script() -> None:
    """Also where a small letter has no one large one."""
    assert matched("STRASSE", "Straße") == ["Straße"]
    assert matched("ДЕМОКРАТИЯ", "демократия") == ["демократия"]


def test_the_answer_is_one_that_rules_can_read() -> None:
    """A response as any, of the moment of asking, from no host; the rules of the documentation fit it."""
    exchange = look_up("六四")
    assert (exchange.started, exchange.ended) == (1000.5, 1000.5)
    assert exchange.last.response is not None
    assert exchange.last.response.status == 200
    assert exchange.last.request.url == "local://list/"
    observer = Observer(endpoint_of().definition)
    assert observer.observe(make_question("六四"), exchange).outcome is Outcome.BLOCKED
    assert observer.observe(make_question("天气"), look_up("天气")).outcome is Outcome.SERVED


def test_a_service_has_no_list() -> None:
    """It is asked."""
    assert list_reader(make_endpoint()) is None


@given(
    st.lists(st.text("ab六", min_size=1, max_size=3), min_size=1, max_size=6, unique=True), st.text("abc六")
)
def test_exactly_the_words_that_the_text_holds_are_found(words: list[str], text: str) -> None:
    """Each once, in the order of the list."""
    assert matched(text, *words) == [word for word in words if word in text]
