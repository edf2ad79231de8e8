"""A service says how long it wants to be left alone, in each of the ways that services have, and is left alone."""

from __future__ import annotations

import asyncio

import pytest

from probe.lab.policy import Act, ThrottleForm
from probe.model.verdict import Status
from tests.scenarios.practice import Practice, practise, standard

WORDS = ["谣言", "天气", "音乐", "六四", "足球"]
SPAN = 1.0
"""Seconds within which four requests are let through."""


async def _ask(form: ThrottleForm) -> Practice:
    # In real time: dates and moments in headers are those of the wall clock, whatever the run's clock does.
    policy = standard("limited", throttle=(4, SPAN), throttle_form=form)
    return await practise(policy, words=WORDS, rate=1.0, limits={"control_wait": 1.1, "concurrency": 1})


@pytest.fixture(scope="module")
def practices() -> dict[ThrottleForm, Practice]:
    async def ask_all() -> list[Practice]:
        return await asyncio.gather(*(_ask(form) for form in ThrottleForm))

    return dict(zip(ThrottleForm, asyncio.run(ask_all()), strict=True))


@pytest.mark.parametrize("form", list(ThrottleForm))
def test_whoever_asks_for_patience_gets_it(
    practices: dict[ThrottleForm, Practice], form: ThrottleForm
) -> None:
    """After each refusal nothing arrives before the time is over, and all verdicts are right in the end."""
    practice = practices[form]
    assert practice.missed() == []
    assert practice.status("六四") is Status.BLOCKED
    received = list(practice.lab.received)
    refused = [place for place, one in enumerate(received) if one.act is Act.THROTTLE]
    assert refused
    for place in refused:
        # Whoever comes before the time is over is refused again.
        assert received[place + 1].act is not Act.THROTTLE


async def test_who_asks_for_too_much_is_left_for_another_day() -> None:
    """An hour is longer than anybody waits: the endpoint is given up at once, and the reason says for how long."""
    practice = await practise(
        standard("limited", throttle=(3, 3600.0)),
        words=WORDS,
        limits={"longest_wait": 600.0, "concurrency": 1},
    )
    document = practice.document
    assert document is not None
    (use,) = document.endpoints
    assert use.reason is not None
    assert "asks to be left alone for 3," in use.reason
    assert [one.act for one in practice.lab.received].count(Act.THROTTLE) == 1
    assert {one.status for one in practice.verdicts} >= {Status.UNMEASURED}


async def test_one_question_at_a_time_is_enough() -> None:
    """A service that lets one question through in each span answers keywords, too, and not only controls."""
    words = ["天气", "谣言", "音乐", "足球"]
    practice = await practise(
        standard("limited", throttle=(1, 5.0)), words=words, limits={"concurrency": 1, "control_wait": 1.0}
    )
    assert practice.missed() == []
