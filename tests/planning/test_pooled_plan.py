"""Whatever the list, the limits and the answers: what pools find is what is censored, and no word is forgotten."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probe.assembly.job import Pooled
from probe.assembly.judge import Judge
from probe.assembly.pools import assemble_pools
from probe.model.exchange import Purpose, Question
from probe.model.keyword import Keyword
from probe.model.observation import Outcome
from probe.model.verdict import Status
from probe.planning.pooled_plan import MOST_PASSES, PooledPlanner
from tests.builders import make_observation
from tests.planning.pooled import (
    BENIGN,
    CANARY,
    Came,
    Service,
    ask_all,
    make_words,
    open_plan,
    pooled_endpoint,
    watch,
)

LOST = (Outcome.CHALLENGED, Outcome.FAILED, Outcome.LOGIN, Outcome.THROTTLED, Outcome.UNRECOGNISED)
SEPARATORS = (" ", ",", "|x|", "a")
LIMITS: tuple[dict[str, Any], ...] = (
    {},
    {"max_text": 2},
    {"max_text": 20},
    {"max_text": None, "max_bytes": 40},
    {"max_text": None, "max_bytes": 60, "encoding": "utf-16"},
    {"most": 2},
    {"most": 7},
)
nested_words = st.lists(st.text("abc ", min_size=1, max_size=8).map(str.strip).filter(bool), unique=True)
"""Words with the separator in them, and words that contain one another."""
other_words = st.integers(0, 150).map(make_words)
slow = settings(deadline=None, max_examples=60)


@st.composite
def lists(draw: st.DrawFn) -> tuple[list[str], list[str]]:
    """Words, and those of them that are rules of the censor: none, some or all."""
    words = draw(nested_words | other_words)
    share = draw(st.sampled_from((0, 0.01, 0.1, 0.5, 1)))
    chance = random.Random(draw(st.integers(0, 1_000)))
    return words, [word for word in words if chance.random() < share]


def assert_exact(came: Came, words: Sequence[str], service: Service) -> None:
    truth = {word for word in words if service.hits(word)}
    assert came.blocked == truth
    assert came.ok == set(words) - truth


def assert_fits(questions: Sequence[Question], pool: dict[str, Any]) -> None:
    most_bytes, most_text = pool.get("max_bytes"), pool.get("max_text", 500)
    for one in questions:
        assert len(one.pooled) <= pool.get("most", 600)
        if most_bytes is not None:
            assert len(one.text.encode(pool.get("encoding", "utf-8"))) <= most_bytes
        else:
            assert len(one.text) <= most_text


@slow
@given(
    given=lists(),
    limits=st.sampled_from(LIMITS),
    separator=st.sampled_from(SEPARATORS),
    categories=st.sampled_from((1, 3, 100)),
    room=st.sampled_from((1, 2, 7, 30)),
    mode=st.sampled_from(("auto", "on")),
    canaries=st.sampled_from(((), (CANARY,))),
    is_proof=st.booleans(),
    sees=st.booleans(),
    hit_cost=st.sampled_from((0.0, 2.0, 100.0)),
)
def test_what_is_found_is_exactly_what_is_censored(
    given: tuple[list[str], list[str]],
    limits: dict[str, Any],
    separator: str,
    categories: int,
    room: int,
    mode: Any,
    canaries: Sequence[str],
    is_proof: bool,
    sees: bool,
    hit_cost: float,
) -> None:
    """With any list, prevalence, layout and limits; also where the separator is not seen, so that it joins words."""
    words, bad = given
    service = Service([(word,) for word in bad], ignored="" if sees else separator, is_proof=is_proof)
    keywords = [
        Keyword(components=(word,), category=str(place % categories)) for place, word in enumerate(words)
    ]
    pool = {**limits, "separator": separator}
    came = ask_all(
        keywords,
        service,
        room=room,
        wish=Pooled(mode=mode),
        canaries=canaries,
        pool=pool,
        risk={"hit_cost": hit_cost},
    )
    assert_exact(came, words, service)
    assert_fits(came.pools, pool)
    for word in came.blocked:
        hits = sum(one.outcome is Outcome.BLOCKED for one in came.alone(word))
        assert hits >= (1 if is_proof else 3), "pools blame nobody"


@slow
@given(
    given=lists(),
    seed=st.integers(0, 1_000),
    lost=st.sampled_from((0.0, 0.2, 0.6)),
    void=st.sampled_from((0.0, 0.2, 0.6)),
    poisoned=st.integers(0, 3),
    room=st.sampled_from((1, 4, 20)),
)
def test_answers_that_say_nothing_are_taken_for_nothing(
    given: tuple[list[str], list[str]], seed: int, lost: float, void: float, poisoned: int, room: int
) -> None:
    """Captchas, outages and void answers delay; some words are answered so whenever nothing else in the text is censored."""
    words, bad = given
    chance = random.Random(seed)
    poison = set(chance.sample(words, min(poisoned, len(words))))

    def strange(question: Question) -> Outcome | None:
        if chance.random() < lost:
            return chance.choice(LOST)
        is_poisoned = not poison.isdisjoint(question.pooled) and not service.hits(question.text)
        return Outcome.CHALLENGED if is_poisoned else None

    service = Service(
        [(word,) for word in bad], strange=strange, void=lambda question, number: chance.random() < void
    )
    came = ask_all(words, service, room=room)
    assert came.verdicts.keys() == set(words)
    truth = {word for word in words if service.hits(word)}
    assert came.blocked <= truth
    assert not came.ok & truth
    if not lost and not void:
        assert_exact(came, words, service)


def test_a_part_of_a_hit_pool_that_is_never_answered_ends_the_search() -> None:
    """A captcha comes for a harmless word, but not where a censored one stands beside it."""
    words = make_words(40)
    service = Service([(words[0],)])
    service.strange = lambda question: (
        Outcome.CHALLENGED if len(question.pooled) > 1 and not service.hits(question.text) else None
    )
    came = ask_all(words, service, room=4, wish=Pooled(mode="on"), canaries=())
    assert_exact(came, words, service)


def test_nothing_is_asked_twice_in_a_row_where_all_are_censored() -> None:
    """The shares of words that are likely leave no word out: the same pool was asked for ever."""
    words = make_words(30, 30)
    service = Service([(word,) for word in words])
    came = ask_all(words, service, room=7)
    assert came.blocked == set(words)
    assert came.questions < 2 * len(words)


def test_one_outage_does_not_end_pooling() -> None:
    """Twenty pools that become void together are one failure."""
    words = make_words(2_000)
    calm = ask_all(words, Service([]), room=20)
    cut = ask_all(words, Service([], void=lambda question, number: 30 <= number < 50), room=20)
    assert max(len(one.pooled) for one, _ in cut.asked[40:]) > 20
    assert cut.questions < 2 * calm.questions + 20


def test_no_keyword_is_asked_in_pools_for_ever() -> None:
    """Where a censor hardly acts oftener than chance no number of pools clears anybody."""
    words = make_words(12)
    came = ask_all(words, Service([], miss=0.95, false=0.2, is_proof=False), controls=200)
    assert came.verdicts.keys() == set(words)
    assert not came.blocked
    assert max(one.counts.pooled for one in came.verdicts.values()) <= MOST_PASSES + 5


@pytest.mark.parametrize(("miss", "false"), [(0.25, 0.005), (0.25, 0.0), (0.1, 0.02), (0.0, 0.05)])
def test_the_error_rates_that_were_asked_for_hold(miss: float, false: float) -> None:
    """One in a thousand of the censored may be missed, and none of the others blamed, by a censor that errs."""
    missed = blamed = still_open = censored = 0
    for seed in range(6):
        words = make_words(250, seed)
        bad = set(words[::10])
        random.Random(seed).shuffle(words)
        service = Service([(word,) for word in bad], miss=miss, false=false, is_proof=False, seed=seed)
        came = ask_all(words, service, room=3, controls=200)
        missed += len(came.ok & bad)
        blamed += len(came.blocked - bad)
        still_open += len(words) - len(came.ok) - len(came.blocked)
        censored += len(bad)
    assert missed <= 1, f"of {censored}"
    assert not blamed
    assert still_open <= 3


def test_pairs_are_found_where_that_is_wished_and_blame_nobody() -> None:
    """Two words that are censored only together are each ok."""
    words = make_words(60)
    service = Service([(words[3], words[40]), (words[10],)])
    came = ask_all(words, service, wish=Pooled(combinations=True))
    assert came.blocked == {words[10]}
    assert came.ok == set(words) - {words[10]}
    assert {frozenset(one) for one in came.planner.spent.combinations} == {frozenset((words[3], words[40]))}
    assert not ask_all(words, service).planner.spent.combinations


def test_many_pairs_make_pools_smaller() -> None:
    """Above one contradiction in twenty pools, smaller ones hold fewer pairs."""
    words = make_words(400)
    chance = random.Random(0)
    pairs = [tuple(chance.sample(words, 2)) for _ in range(400)]
    many, none = ask_all(words, Service(pairs)), ask_all(words, Service([]))
    assert many.ok == set(words)
    assert len(many.pools[-1].pooled) < max(len(one.pooled) for one in many.pools) / 4
    assert many.questions < 2 * len(words)
    assert none.questions < 20


@pytest.mark.parametrize(
    "service",
    [
        Service([("坏词",)], is_exact=True),
        Service([("坏词",)], reads=1),
        Service([("坏词",), (" ",)]),
    ],
    ids=["whole texts are compared", "only the beginning is read", "the separator is censored"],
)
def test_pools_that_would_mislead_are_found_out(service: Service) -> None:
    """Then keywords are asked one by one, and none is cleared by a pool."""
    words = [*make_words(30), "坏词"]
    came = ask_all(words, service)
    assert all(one.counts.pooled == 0 for one in came.verdicts.values())
    if service.reads is None:
        assert came.blocked == {"坏词"}


def test_nothing_is_pooled_before_a_censored_word_was_seen_in_a_pool() -> None:
    """Without canaries the first word that is found censored is the one, also for whoever wishes for pools."""
    words = make_words(200)
    for service in (Service([]), Service([(words[20],)])):
        came = ask_all(words, service, wish=Pooled(mode="on"), canaries=())
        assert_exact(came, words, service)
        pooled = {word for one in came.pools for word in one.pooled}
        assert len(pooled & set(words)) in ((0,) if not service.rules else range(100, 181))


@pytest.mark.parametrize("share", [0, 0.01, 0.05, 0.2, 0.4, 0.7, 1])
@pytest.mark.parametrize("count", [0, 1, 2, 5, 300])
@pytest.mark.parametrize("hit_cost", [0.0, 100.0])
def test_pools_never_cost_much_more_than_asking_one_by_one(share: float, count: int, hit_cost: float) -> None:
    """Learning that pools do not pay may cost a few questions, and a few hits."""
    words = make_words(count, 5)
    bad = words[: round(share * count)]
    random.Random(3).shuffle(words)
    service = Service([(word,) for word in bad])
    came = ask_all(words, service, risk={"hit_cost": hit_cost})
    assert_exact(came, words, service)
    assert came.questions <= 1.03 * count + (0 if count < 4 else 8)
    assert came.hits <= len(bad) + (4 if hit_cost else len(words))


def test_where_most_are_censored_words_are_asked_one_by_one() -> None:
    """Above the break-even prevalence pools are hit nearly always."""
    words = make_words(300)
    came = ask_all(words, Service([(word,) for word in words if words.index(word) % 5]))
    assert not [one for one, _ in came.asked[60:] if one.purpose is Purpose.POOL]


def test_what_the_last_run_knew_says_how_a_word_is_asked() -> None:
    """What was blocked is asked alone, what was ok in large pools; what changed is found all the same."""
    words = make_words(400)
    before, now = set(words[:20]), {*words[10:20], words[300]}
    wish = watch({word: Status.BLOCKED if word in before else Status.OK for word in words}, within=10_000)
    came = ask_all(words, Service([(word,) for word in now]), wish=wish)
    assert came.blocked == now
    assert came.ok == set(words) - now
    assert all(before.isdisjoint(one.pooled) for one in came.pools)
    assert came.questions < 70


def test_each_word_that_is_only_pooled_has_its_turn_to_be_asked_alone() -> None:
    """Once in so many runs."""
    words = make_words(60)
    known = dict.fromkeys(words, Status.OK)
    turns = [ask_all(words, Service([]), wish=watch(known, turn=turn, within=4)) for turn in range(5)]
    alone = [{word for word in words if came.alone(word)} for came in turns]
    assert set().union(*alone[:4]) == set(words)
    assert sum(map(len, alone[:4])) == len(words)
    assert alone[4] == alone[0]


@pytest.mark.parametrize("stop", [6, 8, 12])
def test_pools_that_passed_in_an_earlier_session_count_in_the_next(stop: int) -> None:
    """For each word that was not decided the same pools count as when the session was cut off."""
    words = make_words(300)
    service = Service([], miss=0.25, is_proof=False)
    first = ask_all(words, service, stop=stop)
    passed = [(question, seen) for question, seen in first.asked if set(question.pooled) <= set(words)]
    planner, _ = open_plan(
        [Keyword(components=(word,)) for word in words if word not in first.verdicts], service, passed=passed
    )
    planner.ready(1)
    then, now = _counting(first.planner), _counting(planner)
    assert passed
    assert any(then.values())
    assert now == then


def _counting(planner: PooledPlanner) -> dict[str, set[str]]:
    """By keyword: the questions whose answers count for it."""
    return {
        case.text: {planner._passed[number].question for number in planner._pooling.passed(item)}
        for item, case in planner._cases.items()
    }


def test_what_a_recalled_pool_says_depends_on_the_other_words_in_it() -> None:
    """Its words may have been missed together; whichever is begun first says no more than the last."""
    words = make_words(3)
    text = " ".join(words)
    question = Question(endpoint="example", purpose=Purpose.POOL, components=("\n".join(words),), text=text)
    planner, _ = open_plan(
        [Keyword(components=(word,)) for word in words],
        Service([], miss=0.25),
        passed=[(question, make_observation(Outcome.SERVED, purpose=Purpose.POOL))],
    )
    planner.ready(1)
    evidence = {one.evidence for one in planner._pooling._words.values()}
    assert len(evidence) == 1
    assert evidence.pop() < 0


def test_a_pool_that_is_asked_anew_has_a_name_of_its_own() -> None:
    """The answer of an earlier session that became void, or was a hit, must not stand in its way."""
    words = make_words(20)
    first, _ = open_plan([Keyword(components=(word,)) for word in words], Service([]))
    (asked,) = first.ready(1)
    endpoint = pooled_endpoint(Service([]))
    judge = Judge(endpoint)
    attempts = {asked.components: asked.attempt}
    pools = assemble_pools(judge, Pooled(), benign=BENIGN, passed=(), attempts=attempts)
    planner = PooledPlanner(
        endpoint, iter([Keyword(components=(word,)) for word in words]), judge.decide, pools
    )
    (again,) = planner.ready(1)
    assert again.components == asked.components
    assert again.id != asked.id
