"""The least number of questions that can do."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.planning.economy import capacity, entropy, least_questions


@given(decided=st.integers(0, 60), data=st.data())
def test_without_errors_it_is_the_logarithm_of_the_number_of_sets(decided: int, data: st.DataObject) -> None:
    """So many of the decided keywords are censored: which?"""
    censored = data.draw(st.integers(0, decided))
    bits = math.log2(math.comb(decided, censored))
    assert least_questions(decided, censored, trigger=1.0, noise=0.0) == pytest.approx(bits, abs=1e-6)


@given(flip=st.floats(0.002, 0.4))
def test_the_capacity_of_a_symmetric_channel_is_shannon_s(flip: float) -> None:
    """One bit less the entropy of its errors."""
    assert capacity(1 - flip, flip) == pytest.approx(1 - entropy(flip), abs=1e-6)


@given(trigger=st.floats(0.05, 0.9999), noise=st.floats(0.0001, 0.9))
def test_no_answer_carries_more_than_a_bit(trigger: float, noise: float) -> None:
    """And each a little, so that nothing is divided by zero."""
    assert 0 < capacity(trigger, noise) <= 1


def test_more_censored_than_decided_is_a_mistake() -> None:
    """Of whoever counts."""
    with pytest.raises(ValueError, match="3 of 2"):
        least_questions(2, 3, trigger=1.0, noise=0.0)
