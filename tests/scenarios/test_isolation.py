"""What triggers in censored texts, by the real engine, on the lab's platforms."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from probe.assembly import Job, assemble, describe_run, new_run_id
from probe.assembly.job import Isolate
from probe.assembly.rejudge import Rejudge
from probe.events import Asked, Event, Judged
from probe.keeping.store import Store
from probe.lab.messenger_policy import MessageAct, MessengerPolicy
from probe.lab.policy import Act
from probe.lab.server import Lab
from probe.model.record import Command
from probe.model.run import Run
from probe.model.verdict import Status, Verdict
from probe.run import run
from probe.sending.pacing import Clock
from tests.scenarios.messaging import exchange
from tests.scenarios.practice import Words, lab_endpoints, limited, practise, standard

SENTENCE = "今天有人说谣言四起的时候"
PAIR = "今天维权的时候要找律师帮忙"
SOFT = "听说那里有诈骗的事情"
HARMLESS = "今天天气很好"
ONCE = Isolate()
PATIENT = {"deadline": 600.0}
"""However busy the machine is, on a clock that is fast: no answer is late."""


def found(verdict: Verdict) -> list[tuple[str, ...]]:
    """The triggers of a verdict that are confirmed."""
    assert verdict.isolation is not None, verdict.reason
    return [one.components for one in verdict.isolation.triggers if one.confirmed]


@pytest.mark.parametrize("name", ["notice", "silent", "sources", "verified", "moderation", "wall", "nagging"])
async def test_however_a_platform_censors_the_trigger_is_found(name: str) -> None:
    """Notices, zero results beside a truism, codes, cut connections: what is looked for is what the keyword got."""
    practice = await practise(standard(name), words=[SENTENCE, PAIR, HARMLESS], isolate=ONCE, limits=PATIENT)
    by_keyword = {one.keyword: one for one in practice.verdicts}
    assert found(by_keyword[SENTENCE]) == [("谣言",)]
    assert found(by_keyword[PAIR]) == [("维权", "律师")]
    assert by_keyword[HARMLESS].isolation is None
    assert practice.wrong() == []


@pytest.mark.parametrize("name", ["sources", "scarce", "verified"])
async def test_what_is_only_filtered_is_isolated_too(name: str) -> None:
    """By its sources, its authors, or how few results there are."""
    practice = await practise(standard(name), words=[SOFT], isolate=ONCE, limits=PATIENT)
    (verdict,) = practice.verdicts
    if verdict.status is Status.FILTERED:
        assert found(verdict) == [("诈骗",)]
    else:
        assert verdict.isolation is None
    assert practice.wrong() == []


TROUBLE: dict[str, dict[str, Any]] = {
    "misses and rests": {"trigger_rate": 0.75, "residual": 3.0},
    "cut connections": {"cut_rate": 0.02},
    "an outage": {"outage_between": (0.5, 4.0)},
}


@pytest.mark.parametrize("kind", TROUBLE)
@pytest.mark.parametrize("seed", range(3))
async def test_trouble_makes_it_dearer_and_not_wrong(kind: str, seed: int) -> None:
    """A wall that misses, or cuts innocent connections, or is out of order for a while."""
    practice = await practise(
        standard("wall", **TROUBLE[kind]),
        words=[SENTENCE, PAIR],
        isolate=ONCE,
        seed=seed,
        rate=50,
        limits={**PATIENT, "residual_wait": 3.5, "control_wait": 1.0},
    )
    for verdict in practice.verdicts:
        if verdict.isolation is not None:
            assert found(verdict) in ([("谣言",)], [("维权", "律师")], [])
            assert verdict.isolation.complete == bool(found(verdict))
    assert any(found(one) for one in practice.verdicts if one.isolation is not None)


async def test_every_trigger_of_a_text_is_found() -> None:
    """Words and combinations alike."""
    practice = await practise(
        standard("notice"), words=[f"{SENTENCE}，{PAIR}，六四"], isolate=Isolate(every=True), limits=PATIENT
    )
    (verdict,) = practice.verdicts
    assert sorted(found(verdict)) == [("六四",), ("维权", "律师"), ("谣言",)]


async def test_an_order_and_a_separator_that_is_not_seen_are_found_out() -> None:
    """What the practice platform does, the trigger says."""
    ordered = standard(
        "notice", hard=frozenset(), combos=frozenset(), sequences=frozenset({("维权", "律师")})
    )
    practice = await practise(ordered, words=[PAIR], isolate=ONCE, limits=PATIENT)
    isolation = practice.verdicts[0].isolation
    assert isolation is not None
    assert (isolation.triggers[0].components, isolation.triggers[0].any_order) == (("维权", "律师"), False)
    blind = standard("notice", ignored=" +", hard=frozenset({"谣言四起"}))
    practice = await practise(blind, words=[SENTENCE], isolate=ONCE, limits=PATIENT)
    assert found(practice.verdicts[0]) == [("谣言四起",)]


@pytest.mark.parametrize("act", [MessageAct.REJECT, MessageAct.MASK, MessageAct.DROP])
async def test_messages_are_isolated_before_it_is_known_that_none_comes_late(act: MessageAct) -> None:
    """The verdict of a missing message waits for the end of the run; what triggers in it does not."""
    policy = MessengerPolicy(name="messenger", words={"谣言": act}, latency=(0.1, 0.5), slow=15.0)
    came = await exchange(policy, [SENTENCE, HARMLESS], isolate=ONCE, limits=PATIENT)
    by_keyword = {one.keyword: one for one in came.verdicts}
    assert found(by_keyword[SENTENCE]) == [("谣言",)]
    assert by_keyword[HARMLESS].isolation is None
    assert came.wrong() == []
    assert came.left() == []


async def test_a_budget_leaves_what_is_known() -> None:
    """The verdict is told with it, and the run says that it is not complete."""
    practice = await practise(standard("notice"), words=[SENTENCE], isolate=ONCE, budget=10, limits=PATIENT)
    (verdict,) = practice.verdicts
    assert verdict.status is Status.BLOCKED
    assert verdict.isolation is not None
    assert verdict.isolation.reason == "the budget of 10 questions is spent"
    assert practice.document is not None
    assert not practice.document.complete
    assert practice.document.counts.questions <= 10


async def test_a_stopped_run_tells_the_verdict_and_goes_on_where_it_was(tmp_path: Path) -> None:
    """Ctrl-C in the middle of the parts: nothing that was answered is asked again."""
    policy = standard("notice", hard_act=Act.NOTICE)
    async with Lab([policy]) as lab:
        with Store.open(tmp_path / "store.sqlite") as store:
            first = await _run(lab, policy, store, stop_after=12)
            (verdict,) = first.verdicts
            assert verdict.isolation is not None
            assert not verdict.isolation.complete
            asked = [one.text for one in lab.received]
            second = await _run(lab, policy, store, resumes=first.document.id)
            (verdict,) = second.verdicts
            assert found(verdict) == [("维权", "律师")]
            again = [one.text for one in lab.received][len(asked) :]
            repeated = [text for text in again if text in asked and set(text) <= {*PAIR, " "}]
            assert len(repeated) <= 1  # what was under way
            assert second.document.complete
            kept = next(store.verdicts(first.document.id))
            assert kept.isolation == verdict.isolation


async def test_a_keyword_that_was_a_part_before_is_asked_itself(tmp_path: Path) -> None:
    """What was answered about a part of another keyword is no answer about it."""
    policy = standard("notice")
    async with Lab([policy]) as lab:
        with Store.open(tmp_path / "store.sqlite") as store:
            first = await _run(lab, policy, store, words=[SENTENCE])
            assert "谣言" in [one.text for one in lab.received]
            before = len(lab.received)
            second = await _run(lab, policy, store, words=[SENTENCE, "谣言"], resumes=first.document.id)
            assert "谣言" in [one.text for one in lab.received[before:]]
            assert second.document.counts.blocked == 2


async def test_what_was_found_is_kept_and_judged_again_with_its_keyword(tmp_path: Path) -> None:
    """Answers about parts say nothing of keywords that are the same text."""
    policy = standard("notice")
    async with Lab([policy]) as lab:
        with Store.open(tmp_path / "store.sqlite") as store:
            came = await _run(lab, policy, store, words=[SENTENCE, "谣言", PAIR])
            run_id = came.document.id
            (endpoint,) = lab_endpoints([policy], lab.base)
            retold = {one.today.keyword: one for one in Rejudge(store, run_id, {endpoint.name: endpoint})}
            assert set(retold) == {SENTENCE, "谣言", PAIR}
            for one in retold.values():
                assert one.today == one.before
            assert retold["谣言"].today.counts.asked == 1
            before = len(lab.received)
            resumed = await _run(lab, policy, store, words=[SENTENCE, "谣言", PAIR], resumes=run_id)
            assert len(lab.received) <= before + 1  # a control
            assert [found(one) for one in resumed.verdicts] == [[("谣言",)], [("谣言",)], [("维权", "律师")]]


class _Came:
    def __init__(self) -> None:
        self.verdicts: list[Verdict] = []
        self.document: Run


async def _run(
    lab: Lab,
    policy: Any,
    store: Store,
    *,
    words: list[str] | None = None,
    stop_after: int | None = None,
    resumes: str | None = None,
) -> _Came:
    """One session of a run that is kept."""
    import asyncio

    came, count = _Came(), 0
    task = asyncio.current_task()
    assert task is not None

    def listen(event: Event) -> None:
        nonlocal count
        if isinstance(event, Judged):
            came.verdicts.append(event.verdict)
        if isinstance(event, Asked):
            count += 1
            if count == stop_after:
                task.cancel()

    (endpoint,) = lab_endpoints([policy], lab.base)
    job = Job(
        endpoints=[limited(endpoint, PATIENT)],
        keywords=Words(words or [PAIR]),
        clock=Clock(50),
        chance=random.Random(0),
        results=[listen],
        isolate=ONCE,
    )
    if resumes is None:
        head = describe_run(job, new_run_id(job), Command())
        keeper = store.begin(head, keep_exchanges="hits", secrets={})
        job = Job(**{**vars(job), "keeper": keeper, "run": head.id})
    else:
        head = store.find(resumes).record
        keeper = store.resume(resumes, keep_exchanges="hits", secrets={})
        job = Job(**{**vars(job), "keeper": keeper, "run": head.id, "resumes": head})
    came.document = await run(assemble(job))
    return came
