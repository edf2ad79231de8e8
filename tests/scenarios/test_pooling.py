"""Many keywords in one question, by the real engine, on the lab's moderation service: the verdicts are those of asking one
by one, whatever else happens, and the questions are few."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import msgspec
import pytest

from probe.assembly.job import Pooled
from probe.errors import WrongUse
from probe.lab.policy import Act, Form
from probe.model.definition import Endpoint, PooledTexts
from probe.model.verdict import Status
from probe.showing.headway import Headway
from tests.scenarios.pooling import HARD, OFF, PAIR, SOFT, WORDS, ask, cost_of, mix, moderating
from tests.scenarios.practice import Practice, lab_endpoints, standard


def said(practice: Practice) -> dict[str, tuple[object, ...]]:
    """By keyword, what its verdict says, without counts and times."""
    return {
        one.keyword: (one.status, one.certainty, one.manner, one.mechanism, one.rule)
        for one in practice.verdicts
    }


async def test_pooled_verdicts_are_those_of_asking_one_by_one_with_far_fewer_questions() -> None:
    """What blocks, what is held for review, and what passes; and the sums say what was saved."""
    pooled, alone = await ask(moderating()), await ask(moderating(), pooled=OFF)
    assert pooled.missed() == alone.missed() == []
    assert said(pooled) == said(alone)
    assert len(pooled.lab.received) * 3 < len(alone.lab.received)
    assert pooled.document is not None
    cost = cost_of(pooled)
    assert cost.one_by_one == len(WORDS)
    assert cost.questions < pooled.document.counts.questions == len(pooled.lab.received)
    assert alone.document is not None
    assert alone.document.endpoints[0].cost is None


async def test_each_verdict_counts_its_own_answers_and_its_pools() -> None:
    """What passed in a pool was asked there; what is censored was asked alone."""
    practice = await ask(moderating())
    innocent = [one for one in practice.verdicts if one.status is Status.OK]
    assert all(one.counts.asked > 0 for one in innocent)
    assert sum(one.counts.pooled > 0 for one in innocent) > 0.9 * len(innocent)
    assert all(one.counts.asked > one.counts.pooled for one in practice.verdicts if one not in innocent)
    sent = [one.text for one in practice.lab.received]
    assert all(word in sent for word in (*HARD, *SOFT))


async def test_where_the_censor_misses_pools_are_asked_as_often_as_that_demands() -> None:
    """Three hits in four, and one backend in two."""
    for policy in (moderating(trigger_rate=0.75), moderating(backends=2)):
        practice = await ask(policy)
        assert practice.missed() == []
        assert cost_of(practice).questions * 2 < cost_of(practice).one_by_one


PASSING: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "an outage": ({"outage": (8, 14)}, {"patience": 6}),
    "a captcha every so often": (
        {"captcha_every": 7, "captcha_for": 1.0},
        {"control_wait": 1.0, "patience": 6},
    ),
    "a captcha that looks like an answer": (
        {"always": Act.DISGUISED, "hard": frozenset(), "soft": frozenset()},
        {},
    ),
    "one answer in ten an error": ({"error_rate": 0.1}, {}),
    "one connection in twenty cut": ({"cut_rate": 0.05}, {}),
    "a login wall": ({"always": Act.LOGIN, "hard": frozenset(), "soft": frozenset()}, {}),
}


@pytest.mark.parametrize("kind", PASSING)
@pytest.mark.parametrize("seed", range(3))
async def test_trouble_never_turns_a_pool_into_a_verdict(kind: str, seed: int) -> None:
    """Neither into "clean" nor into "blocked": what is said is true, or that nothing was seen."""
    policy, limits = PASSING[kind]
    practice = await ask(moderating(**policy), seed=seed, limits=limits)
    assert practice.wrong() == []
    assert len(practice.verdicts) == len(WORDS)
    if "always" in policy:
        assert {one.status for one in practice.verdicts} == {Status.UNMEASURED}
        assert len(practice.lab.received) < 20
    else:
        assert (
            len(practice.missed()) <= 3
        )  # what no control vouched for three times, wrong or not, is left unmeasured
        assert cost_of(practice).questions < len(WORDS)


@pytest.mark.parametrize(
    "trouble",
    [{"outage": (9, 10**9)}, {"captcha_every": 9, "captcha_for": 1e9}, {"layout_after": 9}],
    ids=lambda one: next(iter(one)),
)
async def test_trouble_that_stays_leaves_what_it_struck_unmeasured(trouble: dict[str, Any]) -> None:
    """A censor is never seen in it, nor the lack of one; and it is not asked on and on."""
    practice = await ask(moderating(**trouble))
    assert practice.wrong() == []
    assert len(practice.verdicts) == len(WORDS)
    assert sum(one.status is Status.UNMEASURED for one in practice.verdicts) > 0
    assert len(practice.lab.received) < 40


async def test_a_limited_service_is_asked_on_when_it_allows_it() -> None:
    """Six questions in two seconds: throttled pools are asked again, and say nothing by themselves."""
    practice = await ask(moderating(throttle=(6, 2.0)), limits={"rate": 2.0})
    assert practice.missed() == []
    assert len(practice.lab.received) < len(WORDS)


@pytest.mark.parametrize("between", [1, 3])
async def test_a_keyword_that_the_service_cannot_answer_does_not_hold_up_the_others(between: int) -> None:
    """It always gets an error, alone and in each pool; beside a censored word, too, that is being searched for."""
    words = mix(censored=HARD)
    for place, word in enumerate(SOFT):
        words.insert(words.index(HARD[2]) - between * (place + 1), word)
    practice = await ask(moderating(soft_act=Act.ERROR), words, budget=400)
    assert {practice.status(word) for word in SOFT} == {Status.UNMEASURED}
    assert all(practice.status(word) is Status.BLOCKED for word in HARD)
    assert [one.status for one in practice.verdicts].count(Status.OK) == len(words) - len(SOFT) - len(HARD)
    assert practice.document is not None
    assert practice.document.complete


@pytest.mark.parametrize("finds", [True, False])
@pytest.mark.parametrize("distance", [1, 9])
async def test_keywords_that_are_censored_only_together_are_innocent_and_found(
    finds: bool, distance: int
) -> None:
    """A pool with both is hit, and each of them alone is not; which they are is found out where that is asked for."""
    policy = moderating(hard=frozenset(), soft=frozenset(), combos=frozenset({PAIR}))
    words = mix(censored=PAIR[:1])
    words.insert(words.index(PAIR[0]) + distance, PAIR[1])
    practice = await ask(policy, words, pooled=Pooled(combinations=finds))
    assert practice.missed() == []
    cost = cost_of(practice)
    assert cost.contradictions >= 1
    assert [set(one) for one in cost.combinations] == ([set(PAIR)] if finds else [])


async def test_a_combination_that_a_list_writes_is_pooled_as_one_keyword() -> None:
    """`A + B` is hit in a pool as it is alone, and its verdict is its own."""
    policy = moderating(combos=frozenset({PAIR}))
    practice = await ask(policy, mix(censored=(*HARD, " + ".join(PAIR))))
    assert practice.missed() == []
    assert practice.status(" + ".join(PAIR)) is Status.BLOCKED
    assert cost_of(practice).contradictions == 0


def _risky(base: str, *, account: bool = False, hit_cost: float = 0.0) -> list[Endpoint]:
    (endpoint,) = lab_endpoints([moderating()], base)
    risk = msgspec.structs.replace(endpoint.definition.risk, account=account, hit_cost=hit_cost)
    definition = msgspec.structs.replace(endpoint.definition, risk=risk)
    return [msgspec.structs.replace(endpoint, definition=definition)]


async def test_an_account_is_not_risked_unless_it_is_wished() -> None:
    """`auto` asks one by one where an account is at stake, `on` does not."""
    words = mix(60)
    careful = await ask(moderating(), words, endpoints=lambda base: _risky(base, account=True))
    assert careful.document is not None
    assert careful.document.endpoints[0].cost is None
    assert {one.text for one in careful.lab.received} >= set(words)
    wished = await ask(
        moderating(), words, endpoints=lambda base: _risky(base, account=True), pooled=Pooled(mode="on")
    )
    assert cost_of(wished).questions < len(words)


async def test_where_hits_are_dear_fewer_of_them_are_risked() -> None:
    """Smaller pools, more questions, fewer hits; and no pools where nothing would pay for the hits."""
    words = mix(600)
    usual, dear, dearest = [
        await ask(moderating(), words, endpoints=partial(_risky, hit_cost=cost)) for cost in (0.0, 5.0, 200.0)
    ]
    assert dear.missed() == usual.missed() == dearest.missed() == []
    assert cost_of(dear).hits < cost_of(usual).hits
    assert cost_of(dear).questions > cost_of(usual).questions
    assert dearest.document is not None
    assert dearest.document.endpoints[0].cost is None


async def test_a_search_is_not_pooled_by_itself_and_cannot_be_where_answers_are_compared() -> None:
    """Its definition says nothing of pools."""
    policy = replace(moderating(), name="notice", form=Form.HTML, hard_act=Act.NOTICE, soft_act=Act.SERVE)
    practice = await ask(policy, mix(40))
    assert practice.document is not None
    assert practice.document.endpoints[0].cost is None

    def compared(base: str) -> list[Endpoint]:
        (endpoint,) = lab_endpoints([policy], base)
        controls = msgspec.structs.replace(endpoint.definition.controls, share=0.2)
        definition = msgspec.structs.replace(endpoint.definition, controls=controls)
        return [msgspec.structs.replace(endpoint, definition=definition)]

    with pytest.raises(WrongUse, match="cannot be pooled"):
        await ask(policy, ["词"], endpoints=compared, pooled=Pooled(mode="on"))


async def test_the_live_progress_counts_keywords_and_not_questions() -> None:
    """However many of them are decided by one answer."""
    practice = await ask(moderating())
    headway = Headway(lambda: 0.0)
    seen: list[tuple[int, int]] = []
    for event in practice.events:
        headway(event)
        seen.append((headway.judged, headway.pairs))
    assert seen[-1] == (len(WORDS), len(WORDS))
    assert all(judged <= pairs for judged, pairs in seen[1:])
    assert len({judged for judged, _ in seen}) == len(WORDS) + 1


@pytest.mark.parametrize("seed", range(3))
async def test_cut_connections_are_pooled_as_well(seed: int) -> None:
    """A wall that acts three times in four, and cuts all for a while after it: what is hit in a pool is asked alone."""
    policy = standard("wall", hard=frozenset(HARD[:2]), combos=frozenset(), trigger_rate=0.75, residual=0.5)

    def pooling(base: str) -> list[Endpoint]:
        (endpoint,) = lab_endpoints([policy], base)
        texts = PooledTexts(max_text=200)
        return [
            msgspec.structs.replace(
                endpoint, definition=msgspec.structs.replace(endpoint.definition, pool=texts)
            )
        ]

    limits = {"residual_wait": 1.5, "control_wait": 1.0, "rate": 2.0}
    practice = await ask(
        policy, mix(120, HARD[:2]), seed=seed, endpoints=pooling, limits=limits, pooled=Pooled(mode="on")
    )
    assert practice.missed() == []
    assert cost_of(practice).questions * 2 < cost_of(practice).one_by_one
