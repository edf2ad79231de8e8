"""Each way to censor, as the shipped definitions of the practice platform see it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pytest

from probe.lab.censor import Act
from probe.model.definition import Endpoint
from probe.model.observation import Mechanism
from probe.model.verdict import Certainty, Status
from tests.scenarios.practice import lab_endpoints, practise, standard, with_controls


@pytest.mark.parametrize(
    "name",
    [
        *("notice", "silent", "sources", "sources-notice", "verified", "moderation"),
        *("wall", "limited", "slow", "flaky"),
    ],
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


async def test_silent_zero_results_are_proved_by_the_truism() -> None:
    """Zero results look the same for a censored word and for nonsense; inside a query that always has some they do not."""
    practice = await practise(standard("silent"), words=["谣言", "zzqxkw", "天气"])
    assert [practice.status(word) for word in ("谣言", "zzqxkw", "天气")] == [
        Status.BLOCKED,
        Status.OK,
        Status.OK,
    ]
    assert practice.document is not None
    assert practice.document.endpoints[0].controls.truisms >= 3


async def test_silent_zero_results_prove_nothing_without_a_truism() -> None:
    """Nor does a canary that gets zero results tell them apart."""

    def endpoints(base: str) -> Sequence[Endpoint]:
        return [with_controls(one, truism=None) for one in lab_endpoints([standard("silent")], base)]

    practice = await practise(standard("silent"), words=["谣言", "zzqxkw", "天气"], endpoints=endpoints)
    assert [practice.status(word) for word in ("谣言", "zzqxkw", "天气")] == [
        Status.INCONCLUSIVE,
        Status.INCONCLUSIVE,
        Status.OK,
    ]


def scarce(base: str) -> Sequence[Endpoint]:
    return lab_endpoints([standard("scarce")], base)


async def test_withheld_results_show_beside_the_reference() -> None:
    """Full pages with a few results of many: only a search that nobody interferes with tells, and it is asked each keyword
    once."""
    practice = await practise(standard("scarce"), standard("open"), endpoints=scarce)
    assert practice.missed() == []
    filtered = [one for one in practice.verdicts if one.status is Status.FILTERED]
    assert {one.keyword for one in filtered} == {"色情"}
    assert {(one.mechanism, one.certainty) for one in filtered} == {(Mechanism.COUNT, Certainty.LIKELY)}
    assert practice.document is not None
    (use,) = practice.document.endpoints
    assert (use.name, use.trusted) == ("lab-scarce", True)
    asked_there = [one.text for one in practice.lab.received if one.platform == "open"]
    assert len(asked_there) == use.controls.references
    of_keywords = asked_there[2:]  # after two benign words
    assert len(set(of_keywords)) == len(of_keywords)


@pytest.mark.parametrize("changes", [{"always": Act.CAPTCHA}, {"error_rate": 1.0}, {"always": Act.LOGIN}])
async def test_without_the_reference_nothing_is_ok(changes: dict[str, Any]) -> None:
    """It is broken, or behind a captcha: the endpoint itself is asked on, and what the platform itself says still counts."""
    practice = await practise(
        standard("scarce"),
        standard("open", **changes),
        words=["谣言", "天气", "色情"],
        endpoints=scarce,
        limits={"control_wait": 0.2},
    )
    assert practice.wrong() == []
    assert practice.status("谣言") is Status.BLOCKED
    assert practice.status("天气") is Status.INCONCLUSIVE
    assert practice.document is not None
    assert practice.document.endpoints[0].trusted


async def test_where_canaries_are_served_nothing_is_ok_until_something_is_censored() -> None:
    """The platform has no censor: that cannot be told from rules that are out of date, and the run says so."""
    practice = await practise(
        standard("notice", hard=frozenset(), combos=frozenset()), words=["谣言", "天气"]
    )
    assert {one.status for one in practice.verdicts} == {Status.INCONCLUSIVE}
    assert all("the canary «禁词样本» was served too" in one.reason for one in practice.verdicts)
    assert practice.document is not None
    (use,) = practice.document.endpoints
    assert not use.trusted
    assert use.controls.canaries_served >= 6
    assert "seen from here nothing is censored" in use.notes[0]


async def test_a_canary_that_was_freed_is_named_and_harms_nothing() -> None:
    """Others are censored: the verdicts stand, and the definition is said to be out of date."""

    def endpoints(base: str) -> Sequence[Endpoint]:
        opened = lab_endpoints([standard("notice")], base)
        return [with_controls(one, canaries=("音乐会", "禁词样本")) for one in opened]

    words = [f"词{number}" for number in range(60)]
    practice = await practise(
        standard("notice"), words=[*words, "谣言"], endpoints=endpoints, limits={"block": 2}
    )
    assert practice.missed() == []
    assert practice.document is not None
    assert practice.document.endpoints[0].trusted
    assert practice.document.endpoints[0].notes == (
        "the canary «音乐会» was served every time while others were censored: the definition is out of date",
    )


@pytest.mark.parametrize("seed", range(3))
async def test_a_censor_that_acts_three_times_in_four_is_found_and_misses_clear_nobody(seed: int) -> None:
    """As the Great Firewall does: each normal answer is asked for five times."""
    policy = standard("wall", trigger_rate=0.75, residual=1.0)
    practice = await practise(
        policy, words=["谣言", "天气", "六四"], seed=seed, limits={"residual_wait": 1.5}
    )
    assert practice.wrong() == []
    assert practice.status("天气") is Status.OK
    (fine,) = [one for one in practice.verdicts if one.keyword == "天气"]
    assert fine.counts.agreeing >= 5


async def test_the_innocent_word_after_a_cut_is_not_blamed() -> None:
    """After each hit the wall blocks everything for a while; whoever asks then must not conclude anything."""
    policy = standard("wall", residual=10.0, renews=True)
    words = ["谣言", "天气", "六四", "音乐", "翻墙", "足球"]
    practice = await practise(policy, words=words, limits={"residual_wait": 11.0})
    assert practice.missed() == []
    hits = [one for one in practice.verdicts if one.status is Status.BLOCKED]
    assert {one.mechanism for one in hits} == {Mechanism.RESET}
    assert {one.certainty for one in hits} == {Certainty.LIKELY}
    assert all(one.counts.agreeing in (2, 3) and not one.counts.contradicting for one in hits)


async def test_nothing_is_asked_during_a_residual_block() -> None:
    """Asking early may renew the block: between a cut and the next request lies the whole wait."""
    policy = standard("wall", residual=10.0, renews=True)
    practice = await practise(policy, words=["谣言", "天气"], limits={"residual_wait": 11.0})
    received = practice.lab.received
    for earlier, later in pairwise(received):
        if earlier.act is Act.CUT:
            assert later.at - earlier.at >= 11.0
    cut = [one.text for one in received if one.act is Act.CUT]
    assert set(cut) == {"谣言", "禁词样本"}
    assert 3 <= len(cut) <= 4  # after few controls a third hit is asked for


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
    assert len(cuts) >= 3  # the canary's and the keyword's
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
