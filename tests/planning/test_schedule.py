"""Which controls are asked, and when?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import count, pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.model.exchange import Purpose, Question
from probe.model.observation import Mechanism, Observation, Outcome
from probe.model.run import ControlCounts
from probe.planning.schedule import (
    COMPARED,
    MOST_OPENING,
    SILENT,
    STEADY,
    TRIES,
    UNSTEADY,
    Schedule,
    compares,
)
from tests.builders import SERVED_RULE, make_definition, make_observation

SERVED = make_observation()
HIT = make_observation(Outcome.BLOCKED)
UNKNOWN = make_observation(Outcome.UNRECOGNISED, reason="a page that nobody knows")
LIMIT = make_observation(Outcome.THROTTLED, reason="a 429")
CUT_RULE = {"id": "cut", "when": {"failure": "connection_reset"}, "outcome": "blocked", "mechanism": "reset"}
LIKE_RULE = {"id": "like", "when": {"like": "benign"}, "outcome": "served"}
BLOCK = 10


def schedule(keywords: int = 4, asked: int = 0, **parts: Any) -> Schedule:
    """Benign words b0, b1, ... and nonsense n0, n1, ...; four keywords want one canary, if it is censored."""
    parts.setdefault("controls", {"canaries": ["六四"]})
    definition = make_definition(limits={"block": BLOCK}, **parts)
    words, nonsense = (f"b{number}" for number in count()), (f"n{number}" for number in count())
    return Schedule("example", definition, words, nonsense, keywords=keywords, asked=asked)


def opening(made: Schedule, *answers: Observation, most: int = 100) -> list[Question]:
    """What is asked before the first keyword; the last of `answers` is given to all that follow."""
    taken: list[Question] = []
    while made.is_due(0, last=False) and len(taken) < most:
        question = made.take(0)
        made.learn(question, answers[min(len(taken), len(answers) - 1)])
        taken.append(question)
    return taken


def texts(questions: Sequence[Question]) -> list[str]:
    return [one.text for one in questions]


def test_nothing_but_benign_words_where_a_definition_has_no_use_for_more() -> None:
    """No canaries, no truism, no reference, no comparison."""
    made = schedule(controls={})
    assert not made.is_due(0, last=False)
    assert not made.is_due(1000, last=True)
    assert made.doubt(censored=False) is None
    assert list(made.notes(censored=False)) == []
    assert made.benign().text == "b0"


def test_the_opening_begins_with_nonsense_then_the_truism_then_canaries() -> None:
    """Made-up words show what honest zero results look like before a canary is held against them."""
    made = schedule(
        rules=[SERVED_RULE, LIKE_RULE], controls={"canaries": ["六四"], "truism": "天气 OR {keyword}"}
    )
    taken = opening(made, HIT)
    assert [one.purpose for one in taken] == [Purpose.NONSENSE] * 3 + [Purpose.CANARY]
    assert texts(taken) == [
        "n0",
        "n1",
        "天气 OR n2",
        "天气 OR 六四",
    ]  # alone, zero results would prove nothing
    assert taken[2].components == ("n2",)
    assert made.counts == ControlCounts(nonsense=3, canaries_hit=1)


def test_the_reference_is_asked_the_first_benign_words_where_numbers_are_compared() -> None:
    """It learns what is usual from two of them, right after they were asked here."""
    made = schedule(controls={"reference": "other", "share": 0.2})
    for number in range(COMPARED):
        assert not made.is_due(0, last=False)
        assert made.benign().text == f"b{number}"
        (question,) = opening(made, SERVED)
        assert (question.purpose, question.text) == (Purpose.REFERENCE, f"b{number}")
    made.benign()
    assert not made.is_due(0, last=False)
    assert made.counts.references == COMPARED


def test_a_reference_for_zero_results_only_needs_no_benign_words() -> None:
    """Nothing is counted, so nothing is usual."""
    made = schedule(controls={"reference": "other"})
    made.benign()
    assert not made.is_due(0, last=False)


@pytest.mark.parametrize(
    ("keywords", "canaries"),
    [(0, 1), (1, 1), (7, 1), (8, 2), (16, 3), (100, 5), (512, 8), (10**6, MOST_OPENING)],
)
def test_longer_runs_ask_more_canaries_first(keywords: int, canaries: int) -> None:
    """They have more to lose by a wrong trigger rate."""
    assert len(opening(schedule(keywords), HIT)) == canaries


def test_where_the_trigger_rate_is_known_one_canary_will_do() -> None:
    """Declared, or measured by others for cut connections; but not for general rules, which name every mechanism."""
    cuts = [SERVED_RULE, CUT_RULE]
    assert len(opening(schedule(10**6, deciding={"trigger_rate": 0.9}), HIT)) == 1
    assert len(opening(schedule(10**6, rules=cuts), HIT)) == 1
    assert len(opening(schedule(10**6, rules=cuts, deciding={"mechanisms": "seen"}), HIT)) == MOST_OPENING


def test_a_canary_that_is_served_is_asked_until_it_is_believed() -> None:
    """It may be a miss, and much follows from it."""
    assert len(opening(schedule(1), SERVED)) == TRIES
    assert len(opening(schedule(1, deciding={"trigger_rate": 0.5}), SERVED, SERVED, HIT)) == 3
    assert len(opening(schedule(10**6), SERVED)) == MOST_OPENING


def test_a_censor_that_acts_now_and_then_is_measured_first() -> None:
    """Some canaries served, some not: how often decides what each keyword costs."""
    assert len(opening(schedule(10**6), SERVED, HIT)) == MOST_OPENING * UNSTEADY
    assert len(opening(schedule(16), HIT, SERVED, HIT)) == 3 * UNSTEADY
    assert len(opening(schedule(16, deciding={"trigger_rate": 0.5}), SERVED, HIT)) == 2


def test_canaries_take_turns() -> None:
    """None is asked more often than another."""
    made = schedule(512, controls={"canaries": ["a", "b", "c"]})
    assert texts(opening(made, HIT)) == ["a", "b", "c", "a", "b", "c", "a", "b"]


def due_after(made: Schedule, questions: int, answer: Observation = HIT) -> list[int]:
    """After how many questions about keywords each canary came."""
    came: list[int] = []
    for asked in range(questions + 1):
        while made.is_due(asked, last=False):
            made.learn(made.take(asked), answer)
            came.append(asked)
    return came


def test_canaries_come_ever_more_rarely() -> None:
    """Each costs what a hit costs: after 1, 3, 6, 10, ... blocks, so that of n blocks about the root of 2 n have one."""
    came = due_after(schedule(4), 100 * BLOCK)
    assert came[:5] == [0, BLOCK, 3 * BLOCK, 6 * BLOCK, 10 * BLOCK]
    assert abs(len(came) - math.sqrt(2 * 100)) < 2


def test_a_censor_that_acts_now_and_then_is_watched_more_closely() -> None:
    """After every block, until its rate is known well."""
    made = schedule(4)
    opening(made, SERVED, HIT)
    came = due_after(made, STEADY * BLOCK)
    gaps = [later - earlier for earlier, later in pairwise(came)]
    assert gaps[:50] == [BLOCK] * 50
    assert made.counts.canaries_hit + made.counts.canaries_served >= STEADY
    assert gaps[-1] > BLOCK or came[-1] < (STEADY - 1) * BLOCK


def test_a_last_canary_comes_unless_one_came_just_now() -> None:
    """The censor may have gone to sleep during the run."""
    made = schedule(4)
    opening(made, HIT)
    due_after(made, 2 * BLOCK)  # the last one came after one block
    assert not made.is_due(2 * BLOCK, last=True)
    assert not made.is_due(2 * BLOCK + 1, last=False)
    assert made.is_due(2 * BLOCK + 1, last=True)
    made.learn(made.take(2 * BLOCK + 1), HIT)
    assert not made.is_due(2 * BLOCK + 1, last=True)


def test_a_short_run_needs_no_last_canary() -> None:
    """The first one was not long ago."""
    made = schedule(4)
    opening(made, HIT)
    assert not made.is_due(BLOCK - 1, last=True)


@pytest.mark.parametrize("answer", [UNKNOWN, LIMIT])
def test_a_canary_that_says_nothing_is_left_alone(answer: Observation) -> None:
    """After so many tries in a row, whatever comes between; others are asked on."""
    assert len(opening(schedule(), answer)) == SILENT
    made = schedule(controls={"canaries": ["a", "b"]})
    assert texts(opening(made, *[answer] * SILENT, HIT)) == ["a"] * SILENT + ["b"]
    assert made.doubt(censored=False) is None


def test_only_silences_in_a_row_count() -> None:
    """An endpoint that errs now and then keeps its canary through a long run."""
    made = schedule()
    opening(made, LIMIT, LIMIT, HIT)
    question = made.take(BLOCK)
    made.learn(question, LIMIT)
    assert made.is_due(3 * BLOCK, last=False)


def test_what_is_asked_once_is_asked_again_when_something_came_between() -> None:
    """A captcha in place of the truism's trial would leave it unproved for the whole run; but not for ever."""
    made = schedule(controls={"truism": "天气 OR {keyword}"})
    assert texts(opening(made, LIMIT, SERVED)) == ["天气 OR n0"] * 2
    assert len(opening(schedule(controls={"truism": "天气 OR {keyword}"}), LIMIT)) == SILENT
    assert len(opening(schedule(controls={"truism": "天气 OR {keyword}"}), UNKNOWN)) == 1


def test_a_truism_that_is_empty_once_is_tried_again() -> None:
    """By accident, perhaps, and without it no zero results of the run could be proved; three times are no accident."""
    empty = make_observation(Outcome.EMPTY)
    assert len(opening(schedule(controls={"truism": "天气 OR {keyword}"}), empty, SERVED)) == 2
    assert len(opening(schedule(controls={"truism": "天气 OR {keyword}"}), empty)) == SILENT
    assert len(opening(schedule(rules=[LIKE_RULE], controls={}), empty)) == 2


def test_a_keywords_own_question_to_the_reference_is_not_the_schedules_to_repeat() -> None:
    """The planner of keywords asks it again itself."""
    made = schedule(controls={"reference": "other", "share": 0.2})
    asked = Question(endpoint="example", purpose=Purpose.REFERENCE, components=("k",), text="k")
    made.learn(asked, LIMIT)
    assert not made.is_due(0, last=False)


def test_a_served_canary_takes_the_worth_of_ok_until_something_is_censored() -> None:
    """No doubt while it is still asked; none when a keyword, or another canary, shows that censorship can be seen."""
    made = schedule()
    opening(made, SERVED, most=TRIES - 1)
    assert made.doubt(censored=False) is None
    opening(made, SERVED)
    assert made.doubt(censored=False) == "the canary «六四» was served too"
    assert made.doubt(censored=True) is None
    made.learn(made.take(BLOCK), HIT)
    assert made.doubt(censored=False) is None


def test_a_canary_without_an_answer_takes_the_worth_of_ok_too() -> None:
    """Nobody knows then whether censorship could be seen; the reason says what came instead."""
    made = schedule()
    opening(made, UNKNOWN)
    assert made.doubt(censored=False) == "the canary «六四» got an answer that no rule knows"
    assert list(made.notes(censored=False)) == [
        "the canary «六四» was not recognised (a page that nobody knows): the definition is out of date"
    ]
    made = schedule()
    opening(made, LIMIT)
    assert made.doubt(censored=False) == "the canary «六四» got no answer"
    assert list(made.notes(censored=False)) == [
        "the canary «六四» got no answer (a 429): whether censorship can be seen is not known"
    ]


def test_notes_tell_an_old_definition_from_a_vantage_without_censorship() -> None:
    """Served while others are censored: the definition drifted. Served as all else is: either of the two."""
    made = schedule()
    opening(made, SERVED)
    (note,) = made.notes(censored=False)
    assert note.endswith("seen from here nothing is censored, or the definition is out of date")
    (note,) = made.notes(censored=True)
    assert note == (
        "the canary «六四» was served though keywords are censored: the definition is out of date"
    )


def test_of_several_canaries_the_one_that_never_is_censored_is_named() -> None:
    """It was taken off the platform's list, or was never on it."""
    made = schedule(1, controls={"canaries": ["freed", "held"]}, deciding={"trigger_rate": 0.9})
    for number in range(2 * TRIES):
        question = made.take(number)
        made.learn(question, SERVED if question.text == "freed" else HIT)
    (note,) = made.notes(censored=True)
    assert note == (
        "the canary «freed» was served every time while others were censored: the definition is out of date"
    )


def test_a_censored_canary_needs_no_note() -> None:
    """A miss now and then, or a captcha, is nothing to write down."""
    made = schedule()
    opening(made, SERVED, UNKNOWN, LIMIT, HIT)
    assert list(made.notes(censored=False)) == []


def test_counts_are_by_kind() -> None:
    """As the run document has them."""
    made = schedule()
    for purpose, answers in (
        (Purpose.BENIGN, [SERVED, SERVED, HIT, LIMIT]),
        (Purpose.NONSENSE, [HIT]),
        (Purpose.CANARY, [HIT, HIT, SERVED, UNKNOWN]),
        (Purpose.TRUISM, [SERVED] * 3),
        (Purpose.REFERENCE, [SERVED] * 2),
        (Purpose.KEYWORD, [SERVED]),
    ):
        for answer in answers:
            made.learn(Question(endpoint="e", purpose=purpose, components=("w",), text="w"), answer)
    assert made.counts == ControlCounts(
        passed=2, failed=2, nonsense=1, canaries_hit=2, canaries_served=1, truisms=3, references=2
    )
    assert made.counts.asked == 13


@given(
    st.integers(0, 50), st.lists(st.booleans(), max_size=60), st.lists(st.sampled_from([SERVED, HIT, LIMIT]))
)
def test_no_two_controls_have_the_same_number(
    before: int, benign: list[bool], answers: list[Observation]
) -> None:
    """Nor one of an earlier session of the run, so that all have ids of their own."""
    made = schedule(
        100, asked=before, rules=[LIKE_RULE], controls={"canaries": ["a", "b"], "truism": "t {keyword}"}
    )
    taken: list[Question] = []
    for number, is_benign in enumerate(benign):
        if is_benign:
            taken.append(made.benign())
        elif made.is_due(number, last=True):
            taken.append(made.take(number))
            made.learn(taken[-1], answers[number % len(answers)] if answers else SERVED)
    numbers = [one.attempt for one in taken]
    assert len(set(numbers)) == len(numbers)
    assert all(number > before for number in numbers)
    assert len({one.id for one in taken}) == len(taken)


def test_a_definition_compares_where_a_rule_asks_what_an_answer_is_like() -> None:
    """Also where the rule asks what it is not like."""
    unlike = {"id": "u", "when": [{"status": 500}, {"not": {"like": "benign"}}], "outcome": "blocked"}
    assert compares(make_definition(rules=[LIKE_RULE]))
    assert compares(make_definition(rules=[SERVED_RULE, unlike]))
    assert not compares(make_definition(rules=[SERVED_RULE, CUT_RULE]))


def test_a_canary_that_is_cut_counts_as_censored() -> None:
    """Whatever the mechanism."""
    made = schedule()
    opening(made, make_observation(Outcome.BLOCKED, mechanism=Mechanism.RESET))
    assert made.counts.canaries_hit == 1
