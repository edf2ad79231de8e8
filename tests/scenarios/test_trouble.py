"""Captchas, logins, limits, outages and changed pages: never censorship, and never its absence."""

from __future__ import annotations

import pytest

from probe.events import GivenUp, Rested
from probe.lab.censor import Act
from probe.model.verdict import Status
from tests.scenarios.practice import practise, standard

MANY = [f"词{number}" for number in range(60)] + ["谣言", "六四"]


@pytest.mark.parametrize(
    ("name", "most_questions", "word"),
    [("captcha", 3, "captcha"), ("captcha-disguised", 3, "captcha"), ("login", 1, "login")],
)
async def test_a_wall_before_everything_is_unmeasured_after_few_requests(
    name: str, most_questions: int, word: str
) -> None:
    """Nothing is claimed, the reason is named, and the keywords themselves are never sent."""
    practice = await practise(standard(name))
    assert {one.status for one in practice.verdicts} == {Status.UNMEASURED}
    assert all(word in one.reason for one in practice.verdicts)
    assert len(practice.lab.received) <= most_questions
    assert practice.document is not None
    assert practice.document.exit_code == 3
    assert practice.document.complete


async def test_retry_after_is_obeyed() -> None:
    """After a 429 nothing is asked for as long as it says."""
    practice = await practise(
        standard("limited", throttle=(4, 6.0)), words=[*MANY[:12], "谣言"], limits={"concurrency": 1}
    )
    assert practice.missed() == []
    received = practice.lab.received
    throttled = [number for number, one in enumerate(received[:-1]) if one.act == Act.THROTTLE]
    assert throttled
    waits = [one.seconds for one in practice.events if isinstance(one, Rested)]
    for number, asked_for in zip(throttled, waits, strict=False):
        assert received[number + 1].at - received[number].at >= asked_for * 0.99


async def test_an_outage_in_mid_run_is_not_censorship() -> None:
    """Verdicts before it stand; those it struck are unmeasured."""
    practice = await practise(standard("notice", outage=(20, 10_000)), words=MANY, limits={"block": 5})
    assert practice.wrong() == []
    statuses = [one.status for one in practice.verdicts]
    assert statuses.count(Status.OK) >= 5
    assert statuses.count(Status.UNMEASURED) >= 40
    assert any(isinstance(one, GivenUp) for one in practice.events)


async def test_a_short_outage_is_waited_out() -> None:
    """When the controls come back, what was void is asked again, and nothing is missing."""
    practice = await practise(
        standard("notice", outage=(20, 23)), words=MANY, limits={"block": 5, "patience": 6}
    )
    assert practice.missed() == []


async def test_a_changed_layout_is_not_censorship_and_not_its_absence() -> None:
    """A page that no rule knows decides nothing."""
    practice = await practise(standard("notice", layout_after=20), words=MANY, limits={"block": 5})
    assert practice.wrong() == []
    assert practice.status("谣言") is Status.UNMEASURED
    assert practice.document is not None
    assert not practice.document.endpoints[0].trusted
    assert "no rule knows" in (practice.document.endpoints[0].reason or "")


async def test_a_captcha_in_mid_run_is_waited_out() -> None:
    """After every 15 answers a captcha for a while: backed off, asked again, nothing wrong."""
    policy = standard("notice", captcha_every=15, captcha_for=3.0)
    practice = await practise(policy, words=MANY, limits={"control_wait": 1.0, "patience": 6})
    assert practice.wrong() == []
    assert practice.missed() == []


async def test_answers_that_never_come_are_unmeasured() -> None:
    """Slower than the deadline for everybody: time ran out for the controls, too."""
    practice = await practise(
        standard("slow", delay=(30.0, 40.0)), words=["谣言", "天气"], limits={"deadline": 2.0}
    )
    assert {one.status for one in practice.verdicts} == {Status.UNMEASURED}
    assert "time ran out" in practice.verdicts[0].reason


@pytest.mark.parametrize("seed", range(6))
async def test_random_errors_never_make_a_verdict_wrong(seed: int) -> None:
    """15 % of all answers are server errors."""
    practice = await practise(standard("flaky"), words=MANY, seed=seed)
    assert practice.wrong() == []
    assert practice.status("谣言") is Status.BLOCKED


@pytest.mark.parametrize("seed", range(4))
async def test_random_cuts_never_make_a_verdict_wrong(seed: int) -> None:
    """3 % of all connections are cut, whatever was asked."""
    policy = standard("wall", cut_rate=0.03, residual=1.0)
    practice = await practise(policy, words=MANY, seed=seed, limits={"residual_wait": 1.5})
    assert practice.wrong() == []
    assert practice.status("六四") is Status.BLOCKED


async def test_random_empty_answers_never_make_a_verdict_wrong() -> None:
    """2 % of all answers are empty, whatever was asked."""
    practice = await practise(standard("notice", empty_rate=0.05), words=MANY)
    assert practice.wrong() == []
