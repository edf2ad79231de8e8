"""How often are words censored?"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.planning.prevalence import MOST, Prevalence

decided = st.lists(st.tuples(st.sampled_from("abc"), st.booleans()), max_size=200)


@given(words=decided, careful=st.booleans())
def test_no_rate_is_ever_0_or_1(words: list[tuple[str, bool]], careful: bool) -> None:
    """Whatever was seen; and the careful one is never below the other."""
    prevalence = Prevalence()
    for category, censored in words:
        prevalence.learn(category, censored=censored)
    for category in "abcd":
        assert 0 < prevalence.rate(category, careful=careful) <= MOST
        assert prevalence.rate(category) <= prevalence.rate(category, careful=True)


def test_a_category_has_a_rate_of_its_own() -> None:
    """Where it has words; one without has that of all."""
    prevalence = Prevalence()
    for _ in range(200):
        prevalence.learn("a", censored=True)
        prevalence.learn("b", censored=False)
    assert prevalence.rate("a") == pytest.approx(0.9, abs=0.06)
    assert prevalence.rate("b") < 0.06
    assert prevalence.rate("new") == pytest.approx(0.5, abs=0.02)


def test_what_was_set_apart_learns_from_itself_only() -> None:
    """What was ok in the last run has nothing to do with what is new."""
    prevalence = Prevalence()
    prevalence.set_apart("ok before", 0.5, 500.0)
    for _ in range(100):
        prevalence.learn("a", censored=True)
    assert prevalence.rate("ok before") == pytest.approx(0.001)
    before = prevalence.rate("a")
    for _ in range(10):
        prevalence.learn("ok before", censored=True)
    assert prevalence.rate("ok before") == pytest.approx(10.5 / 510)
    assert prevalence.rate("a") == before


def test_words_of_earlier_runs_are_worth_less() -> None:
    """Five of them are one."""
    one, five = Prevalence(), Prevalence()
    one.learn("a", censored=True)
    for _ in range(5):
        five.learn("a", censored=True, worth=0.2)
    assert five.rate("a") == pytest.approx(one.rate("a"))
