"""Which keyword comes next, and what will it cost?"""

from __future__ import annotations

from collections.abc import Sequence

from probe.judging.decision import Next, decide
from probe.model.keyword import Keyword
from probe.model.observation import Observation, Outcome
from probe.planning.plan import MOST_VOID, KeywordPlanner, estimate, reads_cuts
from tests.builders import make_endpoint, make_keyword, make_observation

SERVED = make_observation(Outcome.SERVED)
CUT = make_observation(Outcome.BLOCKED)


def decide_now(observations: Sequence[Observation]) -> Next:
    return decide(observations, retries=2)


def planner(*words: str, **changes: object) -> KeywordPlanner:
    keywords = [Keyword(components=tuple(word.split("+"))) for word in words]
    return KeywordPlanner(make_endpoint(**changes), keywords, decide_now)


def test_keywords_come_in_order_and_only_as_many_as_there_is_room() -> None:
    """The list's order is kept, and no question is made before it can be asked."""
    plan = planner("a", "b", "c")
    assert [one.text for one in plan.ready(2)] == ["a", "b"]
    assert [one.text for one in plan.ready(2)] == ["c"]
    assert plan.ready(2) == []


def test_components_are_joined_as_the_definition_says() -> None:
    """A + B goes out as one text."""
    (question,) = planner("维权+律师", join=" & ").ready(1)
    assert (question.text, question.components) == ("维权 & 律师", ("维权", "律师"))


def test_ambiguous_evidence_is_asked_again_before_anything_new() -> None:
    """Few cases stay open, and each asking has its own number and id."""
    plan = planner("a", "b")
    (first,) = plan.ready(1)
    assert plan.tell(first, CUT) == "confirm"
    (second,) = plan.ready(1)
    assert (second.text, second.attempt) == ("a", 2)
    assert first.id != second.id
    assert plan.tell(second, CUT) is None
    (case,) = plan.take_settled()
    assert (case.observations, case.why_not, plan.take_settled()) == ([CUT, CUT], None, [])


def test_void_answers_are_asked_again_but_not_for_ever() -> None:
    """A keyword after which controls always fail ends unmeasured, with the reason."""
    plan = planner("a")
    for _ in range(MOST_VOID):
        (question,) = plan.ready(1)
        plan.void(question, "a captcha")
    assert plan.ready(1) == []
    (case,) = plan.take_settled()
    assert (case.observations, case.void) == ([], MOST_VOID)
    assert case.why_not == f"controls failed after each of {MOST_VOID} askings (a captcha)"
    assert plan.is_done


def test_texts_that_cannot_be_sent_are_settled_without_asking() -> None:
    """Too long, or not to be written in the endpoint's encoding: said so, and the next one is asked."""
    plan = KeywordPlanner(
        make_endpoint(),
        [make_keyword("long"), make_keyword("b")],
        decide_now,
        lambda text: "too long" if text == "long" else None,
    )
    assert [one.text for one in plan.ready(5)] == ["b"]
    (case,) = plan.take_settled()
    assert (case.keyword.line, case.why_not) == ("long", "too long")


def test_abandoning_leaves_nothing_out() -> None:
    """What was under way and what was never asked all get the reason."""
    plan = planner("a", "b", "c", "d")
    first, _ = plan.ready(2)
    plan.tell(first, SERVED)
    assert [(case.text, case.why_not) for case in plan.abandon("given up")] == [
        ("b", "given up"),
        ("c", "given up"),
        ("d", "given up"),
    ]
    assert plan.is_done
    assert [case.text for case in plan.take_settled()] == ["a"]


def test_the_estimate_counts_controls_and_the_worst_case() -> None:
    """100 keywords in blocks of 20: one opening control and five more; at worst each is asked twice, with three more."""
    planned = estimate(make_endpoint(limits={"rate": 2}), 100, ["h:80"], opening=1)
    assert (planned.questions, planned.most_questions) == (106, 501)
    assert (planned.seconds, planned.most_seconds) == (53.0, 250.5)
    assert planned.unverified


def test_the_estimate_adds_residual_waits_where_cuts_are_read() -> None:
    """At worst every keyword is cut, twice."""
    cut = {"id": "cut", "when": [{"status": 500}, {"failure": "connection_reset"}], "outcome": "blocked"}
    endpoint = make_endpoint(rules=[cut], limits={"rate": None, "concurrency": 5, "residual_wait": 100})
    planned = estimate(endpoint, 10, [], opening=2)
    assert planned.seconds == (10 + 2 + 1) * 0.1
    assert planned.most_seconds == (50 + 2) * 0.1 + 2000
    assert estimate(endpoint, 0, [], opening=1).questions == 0


def test_only_hits_on_failures_read_cuts() -> None:
    """A failure that means an outage is no signal of censorship."""
    outage = {"id": "o", "when": {"failure": "connection_reset"}, "outcome": "failed"}
    stage = {"id": "s", "when": {"stage": "tls"}, "outcome": "blocked"}
    assert not reads_cuts(make_endpoint(rules=[outage]).definition)
    assert reads_cuts(make_endpoint(rules=[outage, stage]).definition)
