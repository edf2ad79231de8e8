"""How often does this endpoint err, and how often does its censor act?"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.judging.rates import (
    CUT_TRIGGER,
    FIRM,
    FLOOR,
    GUESSED,
    LEAST_TRIGGER,
    LIFTED,
    TRIGGER,
    Rates,
    family,
)
from probe.model.exchange import Purpose
from probe.model.observation import Mechanism, Observation, Outcome
from tests.builders import SERVED_RULE, make_definition, make_observation, make_question

CUT_RULE = {"id": "cut", "when": {"failure": "connection_reset"}, "outcome": "blocked", "mechanism": "reset"}
SERVED = make_observation()
CUT = make_observation(Outcome.BLOCKED, mechanism=Mechanism.RESET)
ERROR = make_observation(Outcome.BLOCKED, mechanism=Mechanism.STATUS)
EMPTY = make_observation(Outcome.EMPTY, mechanism=Mechanism.EMPTY)
HELD = make_observation(Outcome.HELD)
CAPTCHA = make_observation(Outcome.CHALLENGED)


def rates(*, cuts: bool = False, **deciding: Any) -> Rates:
    rules = [SERVED_RULE, CUT_RULE] if cuts else [SERVED_RULE]
    return Rates(make_definition(rules=rules, deciding=deciding))


def learn(to: Rates, purpose: Purpose, *seen: Observation, word: str = "word") -> Rates:
    for one in seen:
        to.learn(make_question(word, purpose=purpose), one)
    return to


def test_a_censor_is_supposed_to_act_always_but_for_cuts() -> None:
    """Three times in four where rules read cut connections; what a definition declares goes before both."""
    assert rates().trigger == TRIGGER
    assert rates(cuts=True).trigger == CUT_TRIGGER
    assert rates(cuts=True, trigger_rate=0.4).trigger == 0.4


def test_no_rate_is_ever_one_or_nought() -> None:
    """Whatever is declared or seen."""
    assert rates(trigger_rate=0.9999).trigger == TRIGGER
    assert learn(rates(), Purpose.CANARY, *[ERROR] * 10_000).trigger == TRIGGER
    assert learn(rates(), Purpose.CANARY, ERROR, *[SERVED] * 10_000).trigger == LEAST_TRIGGER
    assert learn(rates(), Purpose.BENIGN, *[SERVED] * 10_000).noise(Outcome.BLOCKED, None) == FLOOR


def test_canaries_refute_a_guess_at_once_and_a_measured_rate_slowly() -> None:
    """One that is served among two halves what was only supposed; what others measured is worth twenty canaries."""
    assert learn(rates(), Purpose.CANARY, ERROR, SERVED).trigger == pytest.approx(
        (1 + TRIGGER) / (2 + GUESSED)
    )
    corrected = learn(rates(cuts=True), Purpose.CANARY, CUT, CUT).trigger
    assert corrected == pytest.approx((2 + FIRM * CUT_TRIGGER) / (2 + FIRM))
    declared = learn(rates(trigger_rate=0.5), Purpose.CANARY, ERROR, ERROR).trigger
    assert declared == pytest.approx((2 + FIRM * 0.5) / (2 + FIRM))


def test_numbers_to_go_by() -> None:
    """One canary served, one censored: a guess falls to two thirds. Of cut connections, ten served among twenty censored
    take three quarters down to no less than seven tenths."""
    assert learn(rates(), Purpose.CANARY, ERROR, SERVED).trigger == pytest.approx(0.6665, abs=1e-4)
    assert learn(rates(cuts=True), Purpose.CANARY, *[CUT] * 20, *[SERVED] * 10).trigger == pytest.approx(0.7)


def test_canaries_that_are_never_censored_say_nothing_of_how_often() -> None:
    """Then there is no censor, or it cannot be seen: that is said elsewhere."""
    assert learn(rates(), Purpose.CANARY, *[SERVED] * 50).trigger == TRIGGER


def test_a_lifted_canary_is_left_out() -> None:
    """A word that is free by now says nothing of how often others are censored."""
    known = learn(rates(), Purpose.CANARY, *[ERROR] * 5, word="old")
    learn(known, Purpose.CANARY, *[SERVED] * (LIFTED - 1), word="free")
    assert not known.is_lifted("free")
    assert known.trigger < 0.6
    learn(known, Purpose.CANARY, SERVED, word="free")
    assert known.is_lifted("free")
    assert not known.is_lifted("old")
    assert known.trigger == TRIGGER


def test_nothing_is_lifted_where_nothing_is_censored() -> None:
    """Of canaries that all are served, none can be told from the others."""
    assert not learn(rates(), Purpose.CANARY, *[SERVED] * 50).is_lifted("word")


def test_each_kind_of_hit_has_its_own_noise() -> None:
    """An address that drops connections now and then is not one that shows notices to anybody."""
    known = learn(rates(), Purpose.BENIGN, *[SERVED] * 80, *[CUT] * 20)
    assert known.noise(Outcome.BLOCKED, Mechanism.TIMEOUT) == pytest.approx(20.5 / 112)
    assert known.noise(Outcome.BLOCKED, Mechanism.STATUS) == FLOOR
    assert known.noise(Outcome.EMPTY, None) == FLOOR
    assert known.noise(Outcome.FILTERED, None) == FLOOR
    assert known.served == pytest.approx(81 / 101)


@pytest.mark.parametrize(
    ("seen", "name"), [(CUT, "cut"), (ERROR, "hard"), (EMPTY, "empty"), (HELD, "soft"), (SERVED, "hard")]
)
def test_families_of_hits(seen: Observation, name: str) -> None:
    """Cuts, zero results, soft and hard answers."""
    assert family(seen.outcome, seen.mechanism) == name


def test_zero_results_inside_a_truism_are_of_their_family() -> None:
    """They are read as blocked, and still are zero results."""
    assert family(Outcome.BLOCKED, Mechanism.EMPTY) == "empty"


def test_before_the_first_controls_much_is_possible() -> None:
    """An unknown endpoint is taken to err once in twenty-four answers, until its controls are served."""
    known = rates()
    assert known.noise(Outcome.BLOCKED, None) == pytest.approx(1 / 24)
    assert learn(known, Purpose.BENIGN, SERVED).noise(Outcome.BLOCKED, None) == pytest.approx(0.5 / 13)


def test_only_benign_words_and_canaries_teach_and_only_by_evidence() -> None:
    """Keywords, nonsense and captchas change no rate."""
    known = rates(cuts=True)
    before = (known.trigger, known.noise(Outcome.BLOCKED, None), known.served)
    for purpose in (Purpose.KEYWORD, Purpose.NONSENSE, Purpose.TRUISM, Purpose.REFERENCE):
        learn(known, purpose, ERROR, CUT, EMPTY, SERVED)
    learn(known, Purpose.BENIGN, CAPTCHA)
    learn(known, Purpose.CANARY, CAPTCHA)
    assert (known.trigger, known.noise(Outcome.BLOCKED, None), known.served) == before


def test_what_a_cleared_keyword_got_is_noise_too() -> None:
    """Controls may fall into step with trouble that comes every so many answers; keywords that turn out innocent show it."""
    known = rates()
    inside = make_observation(Outcome.BLOCKED, purpose=Purpose.TRUISM)
    known.cleared([ERROR, SERVED, EMPTY, CAPTCHA, inside])
    assert known.noise(Outcome.BLOCKED, None) == pytest.approx(1.5 / 14)
    assert known.served == pytest.approx(2 / 3)


def test_further_hits_of_one_keyword_are_likelier_noise_than_the_first() -> None:
    """If it is not censored, the first one already showed that there is noise."""
    known = learn(rates(), Purpose.BENIGN, *[SERVED] * 8)
    noises = [known.noise(Outcome.BLOCKED, None, before=hits) for hits in range(3)]
    assert noises == pytest.approx([0.5 / 20, 1.5 / 21, 2.5 / 22])


def test_general_rules_reckon_with_cuts_once_one_was_found() -> None:
    """They name everything, so what they name means nothing until this run found a keyword that is cut."""
    known = rates(cuts=True, mechanisms="seen")
    assert known.trigger == TRIGGER
    known.found(Mechanism.NOTICE)
    known.found(None)
    assert known.trigger == TRIGGER
    known.found(Mechanism.CLOSED)
    assert known.trigger == CUT_TRIGGER


SEEN = st.lists(st.sampled_from([SERVED, CUT, ERROR, EMPTY, HELD, CAPTCHA]), max_size=40)


@given(SEEN, SEEN, st.booleans(), st.sampled_from([None, 0.05, 0.5, 0.9999]))
def test_all_rates_stay_within_bounds(
    benign: list[Observation], canaries: list[Observation], cuts: bool, declared: float | None
) -> None:
    """Whatever the controls show: logarithms can be taken of every rate and of what it lacks to one."""
    known = rates(cuts=cuts, trigger_rate=declared)
    learn(known, Purpose.BENIGN, *benign)
    learn(known, Purpose.CANARY, *canaries)
    assert LEAST_TRIGGER <= known.trigger <= TRIGGER
    assert 0 < known.served <= 1
    for one in (CUT, ERROR, EMPTY, HELD):
        assert FLOOR <= known.noise(one.outcome, one.mechanism) < 1
