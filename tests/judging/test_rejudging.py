"""A stored answer by other rules: what can be told is told rightly, and nothing else is."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probe.judging.observation import Observer
from probe.judging.rejudging import REMOVED, Basis, Rejudged, Rejudger
from probe.keeping import redaction
from probe.model.definition import Definition
from probe.model.exchange import Exchange, Failure, Purpose
from probe.model.observation import Facts, Manner, Mechanism, Outcome, Weight
from probe.model.record import Answer
from probe.reading.body import MOST_TEXT
from tests.builders import make_answer, make_failure, make_question
from tests.judging.stored import KEYWORD, answers, definition_of, nested_conditions

SERVED: dict[str, Any] = {
    "id": "results",
    "when": {"css": "li.result"},
    "outcome": "served",
    "weight": "determinate",
}
WALL: dict[str, Any] = {
    "id": "wall",
    "when": {"title": "安全验证"},
    "outcome": "blocked",
    "weight": "determinate",
    "mechanism": "notice",
    "manner": "explicit",
}
CAPTCHA: dict[str, Any] = {"id": "captcha", "when": {"css": "#captcha"}, "outcome": "challenged"}
PAGE = '<title>安全验证</title><div id="captcha">x</div>'
RESULTS = '<ol><li class="result">x</li></ol>'


def stored(before: Definition, exchange: Exchange, **facts: Any) -> Answer:
    """An answer as the definition of then saw it."""
    question = make_question(KEYWORD)
    seen = Observer(before).observe(question, exchange)
    seen = msgspec.structs.replace(seen, facts=msgspec.structs.replace(seen.facts, **facts))
    return Answer(question=question, observation=seen)


def again(
    before: list[dict[str, Any]] | Definition | None,
    today: list[dict[str, Any]] | Definition,
    exchange: Exchange,
    *,
    kept: bool = False,
    **facts: Any,
) -> Rejudged:
    """The answer by today's rules, with or without its exchange."""
    then = definition_of(before) if isinstance(before, list) else before
    now = definition_of(today) if isinstance(today, list) else today
    answer = stored(then or now, exchange, **facts)
    return Rejudger(Observer(now), now, then).judge(answer, exchange if kept else None)


def rule(place: int, parts: Any, outcome: str, weight: str) -> dict[str, Any]:
    return {"id": f"r{place}", "when": parts, "outcome": outcome, "weight": weight}


def rule_lists() -> st.SearchStrategy[list[dict[str, Any]]]:
    """Up to five rules, each with a lasting id of its own."""
    whens = st.one_of(nested_conditions(), st.lists(nested_conditions(), min_size=1, max_size=2))
    parts = st.tuples(
        whens,
        st.sampled_from([one.value for one in Outcome]),
        st.sampled_from([one.value for one in Weight if one is not Weight.WEAK]),
    )
    return st.lists(parts, min_size=1, max_size=5).map(
        lambda all_parts: [rule(place, *one) for place, one in enumerate(all_parts)]
    )


@st.composite
def edits(draw: st.DrawFn) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The rules of then, and those of today: reordered, left out, changed, with new ones among them."""
    before, others = draw(rule_lists()), draw(rule_lists())
    today = draw(st.lists(st.sampled_from(before), unique_by=lambda one: one["id"], max_size=5))
    for one in others[: draw(st.integers(0, 2))]:
        place = draw(st.integers(0, len(today)))
        today.insert(place, {**one, "id": f"new-{one['id']}"})
    change: bool = draw(st.booleans())
    if today and change:
        place = draw(st.integers(0, len(today) - 1))
        today[place] = {**today[place], "outcome": draw(st.sampled_from([*Outcome])).value}
    return before, today or before


@settings(max_examples=300)
@given(edits(), answers())
def test_what_is_told_without_the_page_is_what_the_page_tells(
    rules: tuple[list[dict[str, Any]], list[dict[str, Any]]], exchange: Exchange
) -> None:
    """Whatever the rules of then and of today: unless it is assumed or lost, the outcome is that of a fresh look."""
    before, today = rules
    judged = again(before, today, exchange)
    fresh = Observer(definition_of(today)).observe(make_question(KEYWORD), exchange)
    if judged.basis in (Basis.FACTS, Basis.KEPT):
        seen = judged.observation
        assert (seen.outcome, seen.rule, seen.weight, seen.mechanism, seen.manner, seen.failure) == (
            fresh.outcome,
            fresh.rule,
            fresh.weight,
            fresh.mechanism,
            fresh.manner,
            fresh.failure,
        )
        assert seen.facts == fresh.facts
    elif judged.basis is Basis.LOST:
        assert judged.observation.outcome is Outcome.UNRECOGNISED
    else:
        assert judged.basis is Basis.ASSUMED
        assert judged.observation.outcome is stored(definition_of(before), exchange).observation.outcome


@given(rule_lists(), answers())
def test_unchanged_rules_say_what_they_said(rules: list[dict[str, Any]], exchange: Exchange) -> None:
    """To the last letter, with the page and without."""
    old = stored(definition_of(rules), exchange).observation
    for kept in (True, False):
        judged = again(rules, rules, exchange, kept=kept)
        assert judged.observation == old
        assert judged.basis not in (Basis.ASSUMED, Basis.LOST)


def test_a_kept_page_is_looked_at_anew() -> None:
    """A rule that took a captcha for a block, and one before it that knows better."""
    judged = again([WALL, SERVED], [CAPTCHA, WALL, SERVED], make_answer(PAGE), kept=True)
    assert (judged.observation.outcome, judged.basis) == (Outcome.CHALLENGED, Basis.EXCHANGE)


def test_another_outcome_of_the_same_conditions_needs_no_page() -> None:
    """The rule fitted then, so it does now; mechanism and manner are today's as well."""
    mended = {"id": "wall", "when": WALL["when"], "outcome": "challenged"}
    judged = again([WALL, SERVED], [mended, SERVED], make_answer(PAGE))
    seen = judged.observation
    assert (seen.outcome, judged.basis) == (Outcome.CHALLENGED, Basis.KEPT)
    assert (seen.weight, seen.mechanism, seen.manner) == (Weight.AMBIGUOUS, None, None)
    assert "captcha" in seen.reason


def test_a_rule_of_another_name_with_the_same_conditions_is_the_same_rule() -> None:
    """What it found is still quoted, as nothing else has changed."""
    judged = again([WALL, SERVED], [{**WALL, "id": "verification"}, SERVED], make_answer(PAGE))
    seen = judged.observation
    assert (seen.rule, seen.mechanism, seen.manner) == ("verification", Mechanism.NOTICE, Manner.EXPLICIT)
    assert "«安全验证»" in seen.reason


def test_a_new_rule_before_that_only_the_page_could_decide_is_said_in_the_reason() -> None:
    """What was said stands, and whoever reads the verdict learns that it is not certain."""
    judged = again([WALL, SERVED], [CAPTCHA, WALL, SERVED], make_answer(RESULTS))
    assert (judged.observation.outcome, judged.basis) == (Outcome.SERVED, Basis.ASSUMED)
    assert "not kept" in judged.observation.reason


def test_a_new_rule_that_facts_exclude_changes_nothing() -> None:
    """A status is known without the page."""
    new = {"id": "rate", "when": {"status": 429, "text": "slow down"}, "outcome": "throttled"}
    judged = again([WALL, SERVED], [new, WALL, SERVED], make_answer(RESULTS))
    assert (judged.observation.outcome, judged.basis) == (Outcome.SERVED, Basis.KEPT)


def test_a_changed_rule_leaves_the_answer_unrecognised() -> None:
    """Never served by default."""
    today = [WALL, {**SERVED, "when": {"css": "li.item"}}]
    judged = again([WALL, SERVED], today, make_answer(RESULTS))
    assert (judged.observation.outcome, judged.observation.rule) == (Outcome.UNRECOGNISED, None)
    assert judged.basis is Basis.LOST
    assert judged.observation.reason == "its page was not kept, and the rules have changed"


def test_a_definition_that_cannot_be_read_any_more_says_nothing_of_its_rules() -> None:
    """Only what was measured is left."""
    judged = again(None, [WALL, SERVED], make_answer(RESULTS))
    assert judged.basis is Basis.LOST
    by_status = [{"id": "gone", "when": {"status": 404}, "outcome": "failed"}]
    judged = again(None, by_status, make_answer("x", status=404))
    assert (judged.observation.outcome, judged.basis) == (Outcome.FAILED, Basis.FACTS)


def test_failures_are_judged_whole() -> None:
    """That and the stage are all that a rule can look at, so the exchange is not missed."""
    cut = {"id": "cut", "when": {"failure": "connection_reset", "text": "x"}, "outcome": "blocked"}
    judged = again([SERVED], [cut, SERVED], make_failure(Failure.CONNECTION_RESET))
    seen = judged.observation
    assert (seen.outcome, seen.rule, seen.mechanism) == (Outcome.BLOCKED, "cut", Mechanism.RESET)
    assert judged.basis is Basis.FACTS
    assert (seen.started, seen.ended) == (1000.0, 1001.0)


def test_results_counted_in_another_way_are_not_counted() -> None:
    """A rule on their number is unknown, and where shares are compared the answer is lost."""
    few = {"id": "few", "when": {"count": "<3"}, "outcome": "filtered"}
    other = {"count": {"css": "div.item"}, "hosts": {"css": "li.result a", "attribute": "href"}}
    before = definition_of([few, SERVED])
    today = definition_of([few, SERVED], results=other)
    assert again(before, today, make_answer(RESULTS)).basis is Basis.LOST
    shared = {"truism": "天气 OR {keyword}", "share": 0.5}
    before = definition_of([SERVED], controls=shared)
    today = definition_of([SERVED], controls=shared, results=other)
    judged = again(before, today, make_answer(RESULTS))
    assert (judged.basis, judged.observation.facts.count) == (Basis.LOST, None)
    assert "counted in another way" in judged.observation.reason


@pytest.mark.parametrize("kept", [True, False])
def test_another_encoding_makes_another_page(kept: bool) -> None:
    """Nothing that was read then is of use; the page itself is."""
    before, today = definition_of([WALL, SERVED]), definition_of([WALL, SERVED], encoding="gb18030")
    judged = again(before, today, make_answer(RESULTS), kept=kept)
    assert judged.basis is (Basis.EXCHANGE if kept else Basis.LOST)


def test_an_answer_on_which_a_pattern_ran_out_of_time_is_kept_only_by_unchanged_rules() -> None:
    """Nothing was measured, so nothing can be told."""
    lost: dict[str, Any] = {name: None for name in ("status", "length", "count")}
    status = [{"id": "any", "when": {"not": {"status": 404}}, "outcome": "served"}]
    answer = make_answer(PAGE)
    assert again([SERVED], status, answer, **lost).basis is Basis.LOST
    assert again([SERVED], [SERVED], answer, **lost).basis is Basis.KEPT


def cut(body: str, most: int) -> Exchange:
    """An exchange of which only the beginning of the body was kept, as the store says it."""
    whole = make_answer(body)
    (step,) = whole.steps
    assert step.response is not None
    response = msgspec.structs.replace(step.response, body=step.response.body[:most])
    step = msgspec.structs.replace(step, response=response, detail="only some of the bytes are kept")
    return msgspec.structs.replace(whole, steps=(step,))


def test_a_body_that_was_cut_counts_where_no_rule_looks_further() -> None:
    """Rules look at the first 300,000 characters; the length is the true one."""
    length = MOST_TEXT + 50_000
    page = (RESULTS + "x" * length)[:length]
    answer = stored(definition_of([SERVED]), make_answer(page))
    now = definition_of([SERVED])
    for most, basis in ((MOST_TEXT, Basis.EXCHANGE), (MOST_TEXT - 1, Basis.KEPT)):
        judged = Rejudger(Observer(now), now, now).judge(answer, cut(page, most))
        assert (judged.basis, judged.observation.facts.length) == (basis, length)
    long = definition_of([{"id": "long", "when": {"length": ">1000"}, "outcome": "served"}, SERVED])
    assert Rejudger(Observer(long), long, now).judge(answer, cut(page, MOST_TEXT)).basis is Basis.FACTS


def test_a_header_that_was_taken_out_is_not_judged_by() -> None:
    """A cookie is no longer there; rules on other headers read the exchange."""
    assert REMOVED == redaction.REMOVED
    exchange = make_answer(RESULTS, headers={"set-cookie": "seen=1"})
    kept = redaction.redact(exchange, {})
    before = definition_of([SERVED])
    answer = stored(before, exchange)
    for header, basis in (("Set-Cookie", Basis.LOST), ("Content-Type", Basis.EXCHANGE)):
        new = {"id": "new", "when": {"not": {"header": {header: "x"}}}, "outcome": "held"}
        today = definition_of([new, {**SERVED, "when": {"css": "li"}}])
        assert Rejudger(Observer(today), today, before).judge(answer, kept).basis is basis


def test_a_weak_rule_that_a_control_refutes_is_left_out() -> None:
    """As in the run itself: the next rule decides."""
    weak = {"id": "weak", "when": {"status": 200}, "outcome": "blocked", "weight": "weak"}
    before = definition_of([{**weak, "when": {"status": 404}}, {**SERVED, "when": {"length": ">0"}}])
    today = definition_of([weak, {**SERVED, "when": {"length": ">0"}}])
    observer = Observer(today)
    rejudger = Rejudger(observer, today, before)
    answer = stored(before, make_answer(RESULTS))
    assert rejudger.judge(answer, None).observation.outcome is Outcome.BLOCKED
    observer.observe(make_question("天气", purpose=Purpose.BENIGN), make_answer(RESULTS))
    assert rejudger.judge(answer, None).observation.outcome is Outcome.SERVED


def test_facts_keep_what_is_measured_as_before() -> None:
    """Status, length and shape are those of then."""
    judged = again([WALL, SERVED], [SERVED, WALL], make_answer(RESULTS))
    assert isinstance(judged.observation.facts, Facts)
    assert judged.observation.facts == stored(definition_of([SERVED]), make_answer(RESULTS)).observation.facts


def test_other_authorised_hosts_change_what_a_rule_on_hosts_says() -> None:
    """The hosts were kept, so today's list decides."""
    rules = [{"id": "sources", "when": {"hosts": "authorised"}, "outcome": "filtered"}, SERVED]
    page = '<li class="result"><a href="http://people.example/">x</a></li>'
    judged = again(rules, rules, make_answer(page))
    assert (judged.observation.outcome, judged.basis) == (Outcome.FILTERED, Basis.KEPT)
    others = definition_of(rules, controls={"authorised": ["news.example"]})
    judged = again(definition_of(rules), others, make_answer(page))
    assert judged.observation.outcome is Outcome.UNRECOGNISED
    theirs = definition_of(rules, controls={"authorised": ["example"]})
    judged = again(definition_of(rules), theirs, make_answer(page))
    assert (judged.observation.outcome, judged.basis) == (Outcome.FILTERED, Basis.FACTS)


def test_other_authorised_authors_change_what_a_rule_on_authors_says() -> None:
    """The authors were kept, so today's list decides; where the pick has changed, nothing does."""
    rules = [{"id": "verified", "when": {"authors": "authorised"}, "outcome": "filtered"}, SERVED]
    authors = {"authors": {"css": "b"}}

    def definition(*names: str, results: dict[str, Any] | None = None) -> Definition:
        return definition_of(rules, results=results or authors, controls={"authorised_authors": names})

    page = make_answer("<b>新华社</b>")
    before = definition("新华社")
    for today, outcome, basis in (
        (before, Outcome.FILTERED, Basis.KEPT),
        (definition("人民日报", "新华社"), Outcome.FILTERED, Basis.FACTS),
        (definition("人民日报"), Outcome.UNRECOGNISED, Basis.LOST),  # the rule after it reads the page
        (definition("新华社", results={"authors": {"css": "i"}}), Outcome.UNRECOGNISED, Basis.LOST),
    ):
        judged = again(before, today, page)
        assert (judged.observation.outcome, judged.basis) == (outcome, basis)
    for other in ({"authors": {"css": "i"}}, {"count": {"css": "li"}}):
        judged = again(definition("新华社", results=other), before, page)
        assert judged.basis is Basis.LOST
        judged = again(before, definition("新华社", results=other), page)
        assert judged.observation.facts.authors == ()


def test_authors_that_were_not_kept_are_not_judged_by() -> None:
    """A hundred are kept, all authorised today; whether there were others nobody knows."""
    rules = [{"id": "verified", "when": {"authors": "authorised"}, "outcome": "filtered"}, SERVED]
    names = [f"社{number}" for number in range(101)]
    page = make_answer("".join(f"<b>{name}</b>" for name in names))
    before, today = (
        definition_of(rules, results={"authors": {"css": "b"}}, controls={"authorised_authors": some})
        for some in (names[:5], names)
    )
    assert again(before, today, page).basis is Basis.LOST
    assert again(before, today, page, kept=True).observation.outcome is Outcome.FILTERED
