"""Where and how keywords are pooled, as definitions and users say."""

from __future__ import annotations

from typing import Any

import pytest

from probe.assembly.job import Earlier, Pooled
from probe.assembly.judge import Judge
from probe.assembly.pools import (
    UNCHANGED,
    assemble_pools,
    hit_cost,
    may_pool,
    measure,
    most_characters,
    reckon_cost,
)
from probe.errors import WrongUse
from probe.model.definition import PooledTexts
from probe.model.keyword import Keyword
from probe.model.observation import Outcome
from probe.model.verdict import Status
from probe.planning.economy import Spent
from probe.planning.pooled_plan import Pools
from tests.builders import make_definition, make_endpoint

CUT_RULE = {"id": "cut", "when": {"failure": "connection_reset"}, "outcome": "blocked", "mechanism": "reset"}


def pools(wish: Pooled | None = None, **changes: Any) -> Pools:
    endpoint = make_endpoint(kind="moderation", **changes)
    return assemble_pools(Judge(endpoint), wish or Pooled(), benign=["天气"], passed=())


@pytest.mark.parametrize(
    ("mode", "changes", "expected"),
    [
        ("auto", {"pool": {}}, True),
        ("auto", {}, False),
        ("on", {}, True),
        ("off", {"pool": {}}, False),
        ("auto", {"pool": {}, "risk": {"account": True}}, False),
        ("on", {"pool": {}, "risk": {"account": True}}, True),
        ("auto", {"pool": {}, "controls": {"share": 0.2}}, False),
        ("auto", {"pool": {}, "kind": "chat"}, False),
    ],
)
def test_keywords_are_pooled_where_that_is_allowed_or_wished(
    mode: Any, changes: dict[str, Any], expected: bool
) -> None:
    """Never by itself where an account is at stake, never where an answer says nothing of each word."""
    assert may_pool(make_definition(**changes), Pooled(mode=mode)) is expected


@pytest.mark.parametrize("changes", [{"controls": {"share": 0.2}}, {"kind": "chat"}])
def test_who_wishes_what_cannot_be_is_told(changes: dict[str, Any]) -> None:
    """What a model makes of many words, or a comparison, says nothing of each."""
    with pytest.raises(WrongUse, match="cannot be pooled"):
        may_pool(make_definition(**changes), Pooled(mode="on"))


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "big5", "utf-16"])
@pytest.mark.parametrize("words", [("天气", "ab"), ("a",) * 30, ("🙂", "é", "维权")])
def test_a_joined_text_is_never_longer_than_its_words_measured(encoding: str, words: tuple[str, ...]) -> None:
    """In bytes where those are counted; signs that do not exist count as those that replace them."""
    texts = PooledTexts(max_bytes=100, encoding=encoding)
    length = measure(texts)
    whole = " ".join(words).encode(encoding, "replace")
    assert len(whole) <= sum(map(length, words)) + length(" ") * (len(words) - 1)
    assert measure(PooledTexts())("天气") == 2


def test_the_bound_of_a_text_is_the_pool_s_own_or_that_of_all_texts() -> None:
    """Bytes stand in place of characters."""
    definition = make_definition(limits={"max_text": 70})
    assert most_characters(definition, PooledTexts()) == 70
    assert most_characters(definition, PooledTexts(max_text=500)) == 500
    assert most_characters(definition, PooledTexts(max_bytes=90)) == 90


def test_a_hit_costs_what_the_definition_says_and_the_rest_after_a_cut() -> None:
    """At the pace of the endpoint."""
    assert hit_cost(make_definition(risk={"hit_cost": 7})) == 7
    assert hit_cost(make_definition()) == 0
    limits = {"residual_wait": 90, "rate": 2}
    cut = make_definition(limits=limits, rules=[CUT_RULE])
    assert hit_cost(cut) == 1 + 2 * 90
    assert hit_cost(make_definition(limits=limits)) == 0


def test_zero_results_of_a_pool_say_nothing_unless_a_definition_names_its_hits() -> None:
    """They may come of any keyword in it."""
    assert Outcome.EMPTY not in pools().outcomes
    assert Outcome.FILTERED in pools().outcomes
    assert pools(pool={"outcomes": ["blocked"]}).outcomes == {Outcome.BLOCKED}


def test_what_was_known_says_how_a_keyword_is_asked() -> None:
    """Watching: blocked alone, ok in large pools, others as ever. Without watching nothing is asked alone for it."""
    earlier: Earlier = {("bad",): (Status.FILTERED, "x"), ("good",): (Status.OK, "x")}
    wish = Pooled(monitor=True, earlier=lambda name: earlier, within=10_000)
    kind = pools(wish).kind
    assert kind(Keyword(components=("bad",), category="x")) is None
    assert kind(Keyword(components=("good",), category="x")) == UNCHANGED
    assert kind(Keyword(components=("new",), category="x")) == ("category", "x")
    plain = pools(Pooled(earlier=lambda name: earlier)).kind
    assert plain(Keyword(components=("bad",), category="x")) == ("category", "x")


def test_earlier_runs_say_how_often_a_category_is_censored() -> None:
    """So the first pools are of the right size."""
    often: Earlier = {(f"a{place}",): (Status.BLOCKED, "often") for place in range(200)}
    never: Earlier = {(f"b{place}",): (Status.OK, "never") for place in range(2_000)}
    earlier: Earlier = {**often, **never}
    prevalence = pools(Pooled(earlier=lambda name: earlier)).pooling._prevalence
    assert prevalence.rate(("category", "often")) > 0.5
    assert prevalence.rate(("category", "never")) < 0.02
    assert prevalence.rate(UNCHANGED) == 0.001


def test_what_pooling_took_stands_beside_asking_one_by_one_and_the_least() -> None:
    """One hundred words of which one is censored hold 6.6 bits."""
    spent = Spent(questions=20, pools=15, hits=8, decided=100, censored=1, alone=2)
    cost = reckon_cost(spent, Judge(make_endpoint()))
    assert cost.one_by_one == 101
    assert cost.limit == 6.6
    assert cost.ratio == pytest.approx(20 / 6.64, rel=0.01)
    assert reckon_cost(Spent(), Judge(make_endpoint())).ratio is None
