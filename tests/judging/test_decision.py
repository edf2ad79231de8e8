"""When is enough asked?"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.judging.decision import Grounds, Next, decide, firm, is_cleared, log_odds, proves_itself
from probe.judging.rates import family
from probe.model.change import CARRIED
from probe.model.exchange import Purpose
from probe.model.observation import Mechanism, Observation, Outcome, Weight
from tests.builders import make_definition, make_grounds, make_observation, make_question

SERVED = make_observation(Outcome.SERVED, weight=Weight.DETERMINATE)
NOTICE = make_observation(Outcome.BLOCKED, weight=Weight.DETERMINATE)
ERROR = make_observation(Outcome.BLOCKED, mechanism=Mechanism.STATUS)
EMPTY = make_observation(Outcome.EMPTY, mechanism=Mechanism.EMPTY)
LIMIT = make_observation(Outcome.THROTTLED)
THERE = make_observation(Outcome.SERVED, purpose=Purpose.REFERENCE)
GONE = make_observation(Outcome.FAILED, purpose=Purpose.REFERENCE)
WITH_RESULTS = make_observation(Outcome.SERVED, purpose=Purpose.TRUISM)
WITHOUT = make_observation(Outcome.EMPTY, purpose=Purpose.TRUISM)
SILENT_TRUISM = make_observation(Outcome.THROTTLED, purpose=Purpose.TRUISM)

TRUISM: dict[str, Any] = {"controls": {"truism": "天气 OR {keyword}"}}
REFERENCE: dict[str, Any] = {"controls": {"reference": "other"}}


def ground(trigger: float | None = None, *, quiet: int = 50, **changes: Any) -> Grounds:
    deciding = {**changes.pop("deciding", {}), **({} if trigger is None else {"trigger_rate": trigger})}
    return make_grounds(make_definition(deciding=deciding, **changes), quiet=quiet)


@pytest.mark.parametrize(
    ("observations", "expected"),
    [
        ([], Next.CONFIRM),
        ([SERVED], Next.SETTLE),
        ([NOTICE], Next.SETTLE),
        ([ERROR], Next.CONFIRM),
        ([EMPTY], Next.CONFIRM),
        ([ERROR, ERROR], Next.SETTLE),
        ([EMPTY, EMPTY], Next.SETTLE),
        ([EMPTY, ERROR], Next.CONFIRM),
        ([ERROR, SERVED], Next.SETTLE),
        ([SERVED, ERROR], Next.SETTLE),
        ([ERROR, ERROR, SERVED], Next.CONFIRM),
        ([LIMIT], Next.RETRY),
        ([LIMIT, LIMIT], Next.RETRY),
        ([LIMIT, LIMIT, LIMIT], Next.SETTLE),
        ([ERROR, LIMIT], Next.RETRY),
        ([LIMIT, ERROR], Next.CONFIRM),
        # What says nothing counts in a row: a limit that strikes between good answers must not use up the tries.
        ([LIMIT, LIMIT, ERROR, LIMIT], Next.RETRY),
        ([LIMIT, LIMIT, ERROR, LIMIT, LIMIT, LIMIT], Next.SETTLE),
    ],
)
def test_each_course_of_answers_has_its_next_step(observations: list[Observation], expected: Next) -> None:
    """Quiet controls, a censor that acts always: one normal answer clears one hit, but not what two hits have shown."""
    assert decide(observations, ground()) is expected


def test_retries_can_be_switched_off() -> None:
    """With no retries, the first answer that says nothing settles the keyword."""
    assert decide([LIMIT], ground(limits={"retries": 0})) is Next.SETTLE


@pytest.mark.parametrize(("trigger", "askings"), [(0.9995, 1), (0.9, 3), (0.75, 5), (0.5, 10)])
def test_the_rarer_a_censor_acts_the_more_normal_answers_it_takes(trigger: float, askings: int) -> None:
    """One where it acts always, five where it acts three times in four, as the Great Firewall does."""
    given_ = ground(trigger)
    assert decide([SERVED] * (askings - 1), given_) is Next.CONFIRM
    assert decide([SERVED] * askings, given_) is Next.SETTLE


@pytest.mark.parametrize("trigger", [0.75, 0.9995])
def test_two_ambiguous_hits_are_enough_after_quiet_controls_and_one_never_is(trigger: float) -> None:
    """However many controls were served, FLOOR keeps a single hit from being believed."""
    assert decide([ERROR, ERROR], ground(trigger)) is Next.SETTLE
    assert decide([ERROR], ground(trigger, quiet=100_000)) is Next.CONFIRM


def test_few_controls_ask_for_a_third_hit() -> None:
    """That a second hit follows the first by chance is ruled out by many controls only: the first, if it was noise, says
    that there is noise."""
    assert decide([ERROR, ERROR], ground(quiet=15)) is Next.CONFIRM
    assert decide([ERROR] * 3, ground(quiet=4)) is Next.SETTLE
    assert decide([ERROR, ERROR], ground(quiet=20)) is Next.SETTLE


def test_noisy_controls_need_more_hits_of_their_kind_only() -> None:
    """Where benign words get server errors too, a cut connection still means as much as before."""
    cut = make_observation(Outcome.BLOCKED, mechanism=Mechanism.RESET)
    given_ = ground()
    for _ in range(20):
        given_.rates.learn(make_question(purpose=Purpose.BENIGN), ERROR)
    assert decide([ERROR, ERROR], given_) is Next.CONFIRM
    assert decide([cut, cut], given_) is Next.SETTLE


def test_hopeless_noise_ends_without_a_decision() -> None:
    """Where even many hits prove nothing, asking stops at the attempts that the definition allows."""
    given_ = ground(deciding={"attempts": 7})
    for _ in range(200):
        given_.rates.learn(make_question(purpose=Purpose.BENIGN), ERROR)
    assert decide([ERROR] * 6, given_) is Next.CONFIRM
    assert decide([ERROR] * 7, given_) is Next.SETTLE


def test_where_benign_words_fare_worse_than_censored_ones_nothing_is_turned_round() -> None:
    """With a censor that acts once in twenty and controls that fail every second time, a hit does not speak for the word's
    innocence, nor normal answers for its guilt."""
    given_ = ground(0.05)
    for _ in range(50):
        given_.rates.learn(make_question(purpose=Purpose.BENIGN), ERROR)
    assert log_odds([SERVED], given_.rates) == 0
    assert log_odds([ERROR], given_.rates) == 0


def test_zero_results_ask_for_the_truism_and_the_truism_is_repeated() -> None:
    """What the truism showed only the truism can confirm."""
    given_ = ground(**TRUISM)
    assert decide([EMPTY], given_) is Next.TRUISM
    assert decide([EMPTY, SILENT_TRUISM], given_) is Next.TRUISM
    assert decide([EMPTY, WITHOUT], given_) is Next.TRUISM
    assert decide([EMPTY, WITHOUT, WITHOUT], given_) is Next.SETTLE
    assert decide([EMPTY, WITH_RESULTS], given_) is Next.SETTLE
    assert decide([SERVED], given_) is Next.SETTLE


def test_zero_results_ask_for_the_reference_and_are_then_asked_again() -> None:
    """The reference is asked once; each zero beside its results is then a hit."""
    given_ = ground(**REFERENCE)
    assert decide([EMPTY], given_) is Next.REFERENCE
    assert decide([EMPTY, GONE], given_) is Next.REFERENCE
    assert decide([EMPTY, THERE], given_) is Next.CONFIRM
    assert decide([EMPTY, THERE, EMPTY], given_) is Next.SETTLE


def test_a_reference_that_never_answers_ends_the_asking() -> None:
    """Its silence counts as any other answer that says nothing."""
    assert decide([EMPTY, GONE, GONE, GONE], ground(**REFERENCE)) is Next.SETTLE


def test_a_notice_at_the_reference_settles_nothing_here() -> None:
    """It is the reference's own trouble."""
    there = make_observation(Outcome.BLOCKED, weight=Weight.DETERMINATE, purpose=Purpose.REFERENCE)
    assert decide([EMPTY, there], ground(**REFERENCE)) is Next.REFERENCE


ANSWERS = st.builds(
    make_observation,
    st.sampled_from(Outcome),
    weight=st.sampled_from(Weight),
    mechanism=st.sampled_from([None, Mechanism.RESET, Mechanism.EMPTY, Mechanism.STATUS]),
    purpose=st.sampled_from([Purpose.KEYWORD, Purpose.KEYWORD, Purpose.TRUISM, Purpose.REFERENCE]),
)
TRIGGERS = st.sampled_from([0.05, 0.3, 0.5, 0.75, 0.9995])
MEANS = st.sampled_from([{}, TRUISM, REFERENCE, {"controls": {"reference": "other", "share": 0.2}}])


@given(st.lists(ANSWERS, max_size=12), TRIGGERS, st.integers(0, 30), st.randoms())
def test_the_order_of_answers_changes_no_odds(
    some: list[Observation], trigger: float, quiet: int, chance: random.Random
) -> None:
    """What was seen counts, not when."""
    rates = ground(trigger, quiet=quiet).rates
    shuffled = chance.sample(some, len(some))
    assert log_odds(shuffled, rates) == pytest.approx(log_odds(some, rates))


@given(st.lists(ANSWERS, max_size=6), st.lists(ANSWERS, max_size=6), TRIGGERS, st.integers(0, 30))
def test_log_odds_are_additive_but_for_hits_of_one_kind(
    some: list[Observation], more: list[Observation], trigger: float, quiet: int
) -> None:
    """Each answer counts by its own likelihood ratio, whatever came before it, except hits of its own kind: they take some
    of its weight."""
    rates = ground(trigger, quiet=quiet).rates
    apart = log_odds(some, rates) + log_odds(more, rates)
    together = log_odds([*some, *more], rates)
    assert together <= apart + 1e-9
    kinds = [
        {family(one.outcome, one.mechanism) for one in each if one.outcome.is_hit} for each in (some, more)
    ]
    if not kinds[0] & kinds[1]:
        assert together == pytest.approx(apart)


def test_answers_that_say_nothing_take_no_weight_from_hits() -> None:
    """Nor do normal ones, the reference's, or zero results that nothing proves."""
    rates = ground(quiet=5).rates
    for other in (SERVED, LIMIT, THERE, EMPTY, GONE):
        step = log_odds([other, other, ERROR], rates) - log_odds([other, other], rates)
        assert step == pytest.approx(log_odds([ERROR], rates))
    gone = make_observation(Outcome.BLOCKED, mechanism=Mechanism.EMPTY, purpose=Purpose.TRUISM)
    assert log_odds([EMPTY, gone], rates) == log_odds([gone], rates)


@given(st.lists(ANSWERS, max_size=6), ANSWERS, TRIGGERS, st.lists(ANSWERS, max_size=30))
def test_a_hit_never_speaks_against_censorship_nor_a_normal_answer_for_it(
    some: list[Observation], more: Observation, trigger: float, controls: list[Observation]
) -> None:
    """Whatever the controls showed."""
    rates = ground(trigger, quiet=0).rates
    for control in controls:
        rates.learn(make_question(purpose=Purpose.BENIGN), control)
    step = log_odds([*some, more], rates) - log_odds(some, rates)
    assert step >= -1e-9 if more.outcome.is_hit else step <= 1e-9


@given(st.lists(ANSWERS, max_size=30), TRIGGERS, MEANS)
def test_a_proof_settles_whatever_came_before(
    before: list[Observation], trigger: float, means: dict[str, Any]
) -> None:
    """One legal notice suffices."""
    assert decide([*before, NOTICE], ground(trigger, **means)) is Next.SETTLE


@given(st.lists(ANSWERS, min_size=12, max_size=30), TRIGGERS, MEANS)
def test_asking_ends_within_the_attempts(
    observations: list[Observation], trigger: float, means: dict[str, Any]
) -> None:
    """The answers of the truism and the reference count among them."""
    assert decide(observations, ground(trigger, deciding={"attempts": 12}, **means)) is Next.SETTLE


@given(st.lists(ANSWERS, max_size=30))
def test_proofs_are_determinate_hits_and_never_zero_results(observations: list[Observation]) -> None:
    """Zero results have innocent causes, however sure a rule is that they are zero."""
    for one in observations:
        if proves_itself(one):
            assert one.weight is Weight.DETERMINATE
            assert one.outcome not in (Outcome.SERVED, Outcome.EMPTY)


def error_rates(trigger: float, noise: float, given_: Grounds) -> tuple[float, float]:
    """The exact chance of a false `blocked` and of a false `ok`, by adding up every course that the answers can take."""
    return (
        _chance(lambda answers: log_odds(answers, given_.rates) >= given_.enough, noise, given_),
        _chance(lambda answers: is_cleared(answers, given_), trigger, given_),
    )


def _chance(is_wrong: Callable[[Sequence[Observation]], bool], hit_rate: float, given_: Grounds) -> float:
    """How likely the answers, each a hit with this probability, end in a wrong claim."""
    open_courses: dict[tuple[int, int], float] = {(0, 0): 1.0}
    wrong = 0.0
    while open_courses:
        courses: dict[tuple[int, int], float] = {}
        for (hits, served), chance in open_courses.items():
            answers: Sequence[Observation] = [ERROR] * hits + [SERVED] * served
            if decide(answers, given_) is Next.SETTLE:
                wrong += chance * is_wrong(answers)
                continue
            for more, probability in (((1, 0), hit_rate), ((0, 1), 1 - hit_rate)):
                course = (hits + more[0], served + more[1])
                courses[course] = courses.get(course, 0.0) + chance * probability
        open_courses = courses
    return wrong


def learnt(trigger: float, noise: float, controls: int = 1000) -> Grounds:
    """Grounds after controls of which this share got server errors."""
    given_ = ground(trigger, quiet=round(controls * (1 - noise)))
    for _ in range(round(controls * noise)):
        given_.rates.learn(make_question(purpose=Purpose.BENIGN), ERROR)
    return given_


@pytest.mark.parametrize("trigger", [0.3, 0.5, 0.75, 0.9, 0.9995])
@pytest.mark.parametrize("noise", [0.0, 0.005, 0.02, 0.03, 0.05])
def test_wrong_claims_are_as_rare_as_asked_for(trigger: float, noise: float) -> None:
    """Exact, no chance in it. A false `blocked` comes less than once in a thousand keywords. So does a false `ok`, but for
    what FLOOR adds: where the controls fail less often than it says, hits weigh less than they might, and that costs up
    to an eighth of the rate."""
    false_blocked, false_ok = error_rates(trigger, noise, learnt(trigger, noise))
    assert false_blocked <= 1e-3
    assert false_ok <= (1.00001e-3 if noise >= 0.03 else 1.13e-3)


@pytest.mark.parametrize("trigger", [0.5, 0.75, 0.9995])
@pytest.mark.parametrize("quiet", [1, 2, 4, 8, 12])
def test_wrong_claims_are_rare_after_few_controls_too(trigger: float, quiet: int) -> None:
    """Before many controls are known an endpoint is taken to be noisier than it is: a false `blocked` is no likelier for
    it, a false `ok` by up to two thirds."""
    given_ = ground(trigger, quiet=quiet)
    false_blocked, false_ok = error_rates(trigger, 0.02, given_)
    assert false_blocked <= 1e-3
    assert false_ok <= 1.7e-3


def test_higher_error_rates_need_fewer_answers() -> None:
    """Who is content with one error in ten needs less."""
    assert decide([SERVED, SERVED], ground(0.75, deciding={"error_rate": 0.1})) is Next.SETTLE


def test_what_a_change_shall_rest_on_takes_more() -> None:
    """Three hits where two make a verdict, and not for ever."""
    usual = ground()
    strict = firm(usual)
    assert decide([ERROR, ERROR], usual) is Next.SETTLE
    for number in range(1, CARRIED):
        assert decide([ERROR] * number, strict) is Next.CONFIRM
    assert any(decide([ERROR] * number, strict) is Next.SETTLE for number in range(CARRIED, usual.attempts))
    assert decide([ERROR, SERVED] * usual.attempts, strict) is Next.SETTLE
    few = make_observation(Outcome.FILTERED, mechanism=Mechanism.SOURCES)
    assert decide([ERROR, few] * 2, strict) is Next.CONFIRM
    assert decide([ERROR, few, few] * 2, strict) is Next.SETTLE
