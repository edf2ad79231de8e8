"""How much is an answer worth?"""

from __future__ import annotations

import math

import pytest

from probe.planning.channel import FLOOR, Channel


def test_no_rate_is_ever_0_or_1() -> None:
    """Whatever is learnt, one answer never settles everything."""
    assert Channel(miss=0.0, false=0.0) == Channel(miss=FLOOR, false=FLOOR)
    assert Channel(miss=1.0, false=2.0).miss == 1 - FLOOR


def test_odds_are_the_ratio_of_likelihoods() -> None:
    """A hit speaks by how much likelier it is of a text that triggers; an answer without one by the rest."""
    channel = Channel(miss=0.25, false=0.02)
    assert channel.odds(True) == pytest.approx(math.log(0.75 / 0.02))
    assert channel.odds(False) == pytest.approx(math.log(0.25 / 0.98))


def test_where_innocent_texts_fare_worse_no_answer_says_anything() -> None:
    """A hit never speaks against a trigger, nor a normal answer for one."""
    channel = Channel(miss=0.9, false=0.5)
    assert (channel.odds(True), channel.odds(False)) == (0.0, 0.0)


def test_without_errors_halves_are_best() -> None:
    """One bit a question."""
    channel = Channel()
    assert channel.best == pytest.approx(0.5, abs=0.01)
    assert channel.gain(channel.best) / math.log(2) == pytest.approx(1.0, abs=0.02)


def test_a_censor_that_misses_is_asked_less_often_about_what_triggers() -> None:
    """The capacity of such a channel (Z-channel) at one miss in four is 0.558 bits, with 43 % triggering."""
    channel = Channel(miss=0.25, false=0.0)
    assert channel.best == pytest.approx(0.43, abs=0.01)
    assert channel.gain(channel.best) / math.log(2) == pytest.approx(0.555, abs=0.005)


def test_dear_hits_are_avoided() -> None:
    """The dearer a hit, the less likely it should be."""
    best = [Channel(hit_cost=cost).best for cost in (1, 2, 5, 20)]
    assert best == sorted(best, reverse=True)
    assert best[-1] < 0.2
