"""Each way to censor, as the shipped definitions of the practice platform see it."""

from __future__ import annotations

from itertools import pairwise

import pytest

from probe.lab.censor import Act
from probe.model.observation import Mechanism
from probe.model.verdict import Certainty, Status
from tests.scenarios.practice import practise, standard


@pytest.mark.parametrize(
    "name",
    ["notice", "silent", "sources", "sources-notice", "moderation", "wall", "limited", "slow", "flaky"],
)
async def test_every_verdict_is_the_truth(name: str) -> None:
    """Blocked, filtered, ok and undecidable words each get what the platform did to them."""
    practice = await practise(standard(name))
    assert practice.missed() == []
    assert len(practice.verdicts) == 9
    assert practice.document is not None
    assert practice.document.complete
    assert practice.document.trusted


async def test_a_legal_notice_is_confirmed() -> None:
    """The platform's own word for it."""
    practice = await practise(standard("notice"), words=["谣言"])
    (verdict,) = practice.verdicts
    assert (verdict.certainty, verdict.mechanism, verdict.rule) == (
        Certainty.CONFIRMED,
        Mechanism.NOTICE,
        "legal-notice",
    )


async def test_a_combination_is_blocked_where_its_parts_are_not() -> None:
    """A + B is one keyword."""
    practice = await practise(standard("notice"), words=["维权", "律师", "维权 + 律师"])
    assert [practice.status(word) for word in ("维权", "律师", "维权 + 律师")] == [
        Status.OK,
        Status.OK,
        Status.BLOCKED,
    ]


async def test_silent_zero_results_prove_nothing() -> None:
    """Zero results look the same for a censored word and for nonsense."""
    practice = await practise(standard("silent"), words=["谣言", "zzqxkw", "天气"])
    assert [practice.status(word) for word in ("谣言", "zzqxkw", "天气")] == [
        Status.INCONCLUSIVE,
        Status.INCONCLUSIVE,
        Status.OK,
    ]


async def test_the_innocent_word_after_a_cut_is_not_blamed() -> None:
    """After each hit the wall blocks everything for a while; whoever asks then must not conclude anything."""
    policy = standard("wall", residual=10.0, renews=True)
    words = ["谣言", "天气", "六四", "音乐", "翻墙", "足球"]
    practice = await practise(policy, words=words, limits={"residual_wait": 11.0})
    assert practice.missed() == []
    hits = [one for one in practice.verdicts if one.status is Status.BLOCKED]
    assert {one.mechanism for one in hits} == {Mechanism.RESET}
    assert {one.certainty for one in hits} == {Certainty.LIKELY}
    assert all(one.counts.agreeing == 2 for one in hits)


async def test_nothing_is_asked_during_a_residual_block() -> None:
    """Asking early may renew the block: between a cut and the next request lies the whole wait."""
    policy = standard("wall", residual=10.0, renews=True)
    practice = await practise(policy, words=["谣言", "天气"], limits={"residual_wait": 11.0})
    received = practice.lab.received
    for earlier, later in pairwise(received):
        if earlier.act is Act.CUT:
            assert later.at - earlier.at >= 11.0
    assert [one.act for one in received].count(Act.CUT) == 2


async def test_the_whole_host_rests_after_a_cut() -> None:
    """Residual blocks do not tell endpoints apart: whoever shares the host waits, too."""
    practice = await practise(
        standard("wall", residual=5.0),
        standard("notice"),
        words=["谣言", *(f"词{number}" for number in range(20))],
        limits={"residual_wait": 8.0, "rate": 5.0},
    )
    assert practice.missed() == []
    received = practice.lab.received
    cuts = [one.at for one in received if one.act is Act.CUT]
    assert len(cuts) == 2
    # What was under way when the connection was cut may still arrive; nothing leaves after that.
    assert not [one for one in received for cut in cuts if cut + 1.0 < one.at < cut + 8.0]


async def test_a_wait_that_is_too_short_ends_unmeasured_not_blocked() -> None:
    """If the definition's wait is wrong, controls fail, and the innocent are still not blamed."""
    policy = standard("wall", residual=30.0, renews=True)
    practice = await practise(
        policy, words=["天气", "谣言", "音乐"], limits={"residual_wait": 2.0, "control_wait": 1.0}
    )
    assert practice.wrong() == []
    assert practice.status("音乐") is Status.UNMEASURED


async def test_many_in_flight_blame_nobody_for_another_ones_cut() -> None:
    """With eight questions under way a cut says nothing of any of them: they are asked again, one by one."""
    policy = standard("wall", residual=3.0)
    words = ["天气", "谣言", "音乐", "足球", "春天", "六四", "面包", "图书馆"]
    practice = await practise(policy, words=words, limits={"residual_wait": 4.0, "concurrency": 8})
    assert practice.missed() == []
