"""Does every answer that counts have a control to vouch for it?"""

from __future__ import annotations

import random
from itertools import islice, pairwise, repeat

from hypothesis import given, settings
from hypothesis import strategies as st

from probe.events import ControlFailed, GivenUp, RetryPlanned
from probe.judging.decision import decide
from probe.model.exchange import Purpose, Question
from probe.model.keyword import Keyword
from probe.model.observation import Mechanism, Observation, Outcome, Weight
from probe.model.run import ControlCounts
from probe.planning.controls import ControlledPlanner, Rest, fresh_words
from probe.planning.plan import KeywordPlanner
from tests.builders import make_endpoint, make_observation

SERVED = make_observation(Outcome.SERVED, weight=Weight.DETERMINATE)
NOTICE = make_observation(Outcome.BLOCKED, weight=Weight.DETERMINATE)
CUT = make_observation(Outcome.BLOCKED, mechanism=Mechanism.RESET, reason="reset")
ERROR = make_observation(Outcome.BLOCKED, mechanism=Mechanism.STATUS, reason="a 503")
CAPTCHA = make_observation(Outcome.CHALLENGED, reason="a captcha")
LOGIN = make_observation(Outcome.LOGIN, reason="a login")
LIMIT = make_observation(Outcome.THROTTLED, reason="a 429", retry_after=7.0)
UNKNOWN = make_observation(Outcome.UNRECOGNISED, reason="unknown page")


def plan(count: int, *, opening: int = 1, **limits: float) -> ControlledPlanner:
    endpoint = make_endpoint(
        limits={"block": 3, "patience": 2, "control_wait": 5, "residual_wait": 90, **limits}
    )
    keywords = [Keyword(components=(f"k{number}",)) for number in range(count)]
    inner = KeywordPlanner(endpoint, keywords, lambda seen: decide(seen, retries=2))
    return ControlledPlanner(endpoint, inner, repeat("天气"), opening=opening)


def ask(planner: ControlledPlanner, room: int = 1) -> list[str]:
    """The texts of the next questions; `C` for a control."""
    return ["C" if one.purpose is Purpose.BENIGN else one.text for one in take(planner, room)]


def take(planner: ControlledPlanner, room: int = 1) -> list[Question]:
    questions = planner.ready(room)
    _UNDER_WAY.setdefault(id(planner), []).extend(questions)
    return questions


_UNDER_WAY: dict[int, list[Question]] = {}


def answer(planner: ControlledPlanner, observation: Observation, *, which: int = 0) -> Rest | None:
    """Answer the oldest question under way, or another one."""
    return planner.tell(_UNDER_WAY[id(planner)].pop(which), observation)


def settled(planner: ControlledPlanner) -> list[str]:
    return [case.text for case in planner.take_settled()]


def test_a_control_comes_first_and_opens_the_gate() -> None:
    """Nothing is asked before a benign control was served."""
    planner = plan(2)
    assert ask(planner, 5) == ["C"]
    assert ask(planner, 5) == []
    answer(planner, SERVED)
    assert ask(planner, 5) == ["k0", "k1"]


def test_two_opening_controls_where_likeness_is_learnt() -> None:
    """Where a normal answer is one like the controls, two of them must agree first."""
    planner = plan(1, opening=2)
    for _ in range(2):
        assert ask(planner) == ["C"]
        answer(planner, SERVED)
    assert ask(planner) == ["k0"]


def test_answers_count_only_after_the_closing_control() -> None:
    """A verdict is final when a control asked after its answer was served."""
    planner = plan(1)
    ask(planner)
    answer(planner, SERVED)
    assert ask(planner) == ["k0"]
    answer(planner, SERVED)
    assert settled(planner) == []
    assert not planner.is_done
    assert ask(planner) == ["C"]
    answer(planner, SERVED)
    assert settled(planner) == ["k0"]
    assert planner.is_done
    assert planner.controls == ControlCounts(passed=2, failed=0)


def test_a_control_comes_after_each_block_while_others_go_on() -> None:
    """After three answers a control goes out beside the next questions; what it cannot have seen stays held."""
    planner = plan(6)
    ask(planner)
    answer(planner, SERVED)
    assert ask(planner, 3) == ["k0", "k1", "k2"]
    for _ in range(3):
        answer(planner, SERVED)
    assert ask(planner, 3) == ["C", "k3", "k4"]
    answer(planner, SERVED, which=1)  # k3, after the control was asked
    answer(planner, SERVED)  # the control
    assert settled(planner) == ["k0", "k1", "k2"]


def test_a_hit_closes_the_block() -> None:
    """A determinate hit calls for a control at once, but holds up nobody."""
    planner = plan(4)
    ask(planner)
    answer(planner, SERVED)
    ask(planner)
    assert answer(planner, NOTICE) is None
    assert ask(planner, 2) == ["C", "k1"]


def test_a_cut_makes_the_host_rest_and_a_control_must_pass() -> None:
    """After a cut connection: the residual wait, then a control, and only then the next question."""
    planner = plan(2)
    ask(planner)
    answer(planner, SERVED)
    ask(planner)
    assert answer(planner, CUT) == Rest(seconds=90, reason="reset", whole_host=True)
    assert ask(planner, 5) == ["C"]
    assert ask(planner, 5) == []
    answer(planner, SERVED)
    assert ask(planner, 1) == ["k0"]  # ambiguous: once more


def test_a_hit_that_confirms_needs_two_controls() -> None:
    """One after the first hit, two after the next: so that servers which take turns cannot fall into step with it."""
    planner = plan(1)
    ask(planner)
    answer(planner, SERVED)
    ask(planner)
    answer(planner, ERROR)
    assert ask(planner) == ["C"]
    answer(planner, SERVED)
    assert ask(planner) == ["k0"]
    answer(planner, ERROR)
    assert ask(planner) == ["C"]
    answer(planner, SERVED)
    assert settled(planner) == []
    assert ask(planner) == ["C"]
    answer(planner, UNKNOWN)
    assert settled(planner) == []  # the last of the two failed: the second hit is void
    assert [(case.void, len(case.observations)) for case in planner.abandon("")] == [(1, 1)]


def test_zero_results_need_one_control_only() -> None:
    """They claim nothing, however often they come."""
    planner = plan(1)
    ask(planner)
    answer(planner, SERVED)
    for _ in range(2):
        assert ask(planner) == ["k0"]
        answer(planner, make_observation(Outcome.EMPTY))
        assert ask(planner) == ["C"]
        answer(planner, SERVED)
    assert settled(planner) == ["k0"]


def test_a_control_asked_before_a_hit_does_not_open_the_gate_after_it() -> None:
    """The control under way when the connection was cut says nothing of what came after."""
    planner = plan(8)
    ask(planner)
    answer(planner, SERVED)
    ask(planner, 3)
    for _ in range(3):
        answer(planner, SERVED)
    assert ask(planner, 2) == ["C", "k3"]
    answer(planner, ERROR, which=1)  # k3 is a hit while the control is under way
    answer(planner, SERVED)  # the control that was asked before it
    assert settled(planner) == ["k0", "k1", "k2"]
    assert ask(planner, 5) == ["C"]


def test_when_several_are_under_way_nobody_is_blamed_for_a_cut() -> None:
    """Nobody knows which question cut the connection: all are void, and from then on they go one by one."""
    planner = plan(3)
    ask(planner)
    answer(planner, SERVED)
    assert ask(planner, 3) == ["k0", "k1", "k2"]
    answer(planner, CUT)
    answer(planner, CUT)
    answer(planner, SERVED)
    assert ask(planner, 3) == ["C"]
    answer(planner, SERVED)
    assert settled(planner) == []
    assert ask(planner, 3) == ["k0"]
    assert ask(planner, 3) == []


def test_a_failed_control_voids_what_it_should_have_closed() -> None:
    """Answers since the last good control count for nothing and are asked again."""
    planner = plan(2)
    ask(planner)
    answer(planner, SERVED)
    ask(planner, 2)
    answer(planner, SERVED)
    answer(planner, SERVED)
    assert ask(planner) == ["C"]
    rest = answer(planner, CAPTCHA)
    assert rest == Rest(seconds=5, reason="a captcha", whole_host=False)
    assert planner.take_events() == [ControlFailed(endpoint="example", reason="a captcha", void=2)]
    assert ask(planner) == ["C"]
    answer(planner, SERVED)
    assert ask(planner, 2) == ["k0", "k1"]
    assert [case.void for case in planner.abandon("")] == [1, 1]


def test_questions_under_way_when_a_control_fails_are_void() -> None:
    """What was asked before the failure and answered after it has no control to vouch for it."""
    planner = plan(4)
    ask(planner)
    answer(planner, SERVED)
    ask(planner, 3)
    for _ in range(3):
        answer(planner, SERVED)
    assert ask(planner, 2) == ["C", "k3"]
    answer(planner, UNKNOWN)
    answer(planner, SERVED)
    assert ask(planner) == ["C"]
    answer(planner, SERVED)
    assert settled(planner) == []
    assert ask(planner, 4) == ["k0", "k1", "k2", "k3"]


def test_an_endpoint_whose_controls_do_not_come_back_is_given_up() -> None:
    """After `patience` failures in a row, with waits that double; what is left gets the reason."""
    planner = plan(2, patience=3)
    ask(planner)
    answer(planner, SERVED)
    ask(planner, 2)
    answer(planner, SERVED)
    answer(planner, SERVED)
    waits = []
    for _ in range(3):
        assert ask(planner) == ["C"]
        waits.append(answer(planner, CAPTCHA))
    assert [one.seconds for one in waits if one] == [5, 10]
    assert planner.given_up == "3 controls in a row failed: a captcha"
    assert planner.is_done
    assert ask(planner) == []
    assert planner.take_events()[-1] == GivenUp(endpoint="example", reason=planner.given_up)
    assert [case.text for case in planner.abandon(planner.given_up)] == ["k0", "k1"]


def test_a_login_wall_is_not_asked_twice() -> None:
    """A login page does not go away by waiting."""
    planner = plan(1)
    ask(planner)
    assert answer(planner, LOGIN) is None
    assert planner.given_up == "a control failed: a login"


def test_a_throttled_control_voids_nothing() -> None:
    """A 429 says when to come back, and says nothing against the answers before it."""
    planner = plan(1)
    ask(planner)
    answer(planner, SERVED)
    ask(planner)
    answer(planner, SERVED)
    ask(planner)
    assert answer(planner, LIMIT) == Rest(seconds=7.0, reason="a 429", whole_host=True)
    assert planner.controls.failed == 0
    assert ask(planner) == ["C"]
    answer(planner, SERVED)
    assert settled(planner) == ["k0"]


def test_a_throttled_question_is_asked_again_after_the_wait() -> None:
    """A 429 on a keyword: rest, a control, then the keyword again, and the retry is said."""
    planner = plan(1)
    ask(planner)
    answer(planner, SERVED)
    ask(planner)
    assert answer(planner, LIMIT) == Rest(seconds=7.0, reason="a 429", whole_host=True)
    assert ask(planner) == ["C"]
    answer(planner, SERVED)
    assert planner.take_events() == [
        RetryPlanned(endpoint="example", keyword="k0", attempt=2, reason="a 429")
    ]
    assert ask(planner) == ["k0"]


def test_a_captcha_on_a_question_backs_off() -> None:
    """A captcha: the definition's wait, then a control tells whether it is everywhere."""
    planner = plan(1)
    ask(planner)
    answer(planner, SERVED)
    ask(planner)
    assert answer(planner, CAPTCHA) == Rest(seconds=5, reason="a captcha", whole_host=False)


def test_a_control_that_is_cut_waits_out_the_residual_block() -> None:
    """Asking early may renew the block."""
    planner = plan(1)
    ask(planner)
    assert answer(planner, CUT) == Rest(seconds=90, reason="reset", whole_host=True)


def test_no_room_no_question() -> None:
    """Room for none gives none, whatever is due."""
    assert plan(1).ready(0) == []


def test_control_words_never_repeat_in_a_row() -> None:
    """Fresh words in an order that changes; a list of one word is all it can be."""
    words = list(islice(fresh_words(["a", "b", "c"], random.Random(1).shuffle), 300))
    assert all(one != other for one, other in pairwise(words))
    assert {words.count(word) for word in "abc"} == {100}
    assert list(islice(fresh_words(["a"], random.Random(1).shuffle), 3)) == ["a", "a", "a"]


OUTCOMES = st.sampled_from([SERVED, SERVED, SERVED, NOTICE, CUT, ERROR, CAPTCHA, LIMIT, UNKNOWN])


@settings(max_examples=300)
@given(st.data(), st.integers(0, 8), st.integers(1, 5), st.integers(1, 2))
def test_whatever_is_answered_every_keyword_ends_once_and_vouched_for(
    data: st.DataObject, count: int, room: int, opening: int
) -> None:
    """The machine never hangs, never loses or doubles a keyword, and never counts an answer without a control after it."""
    planner = plan(count, opening=opening)
    under_way: list[Question] = []
    answered: dict[str, int] = {}
    last_good_control = -1
    control_asked: dict[str, int] = {}
    ends: list[str] = []
    seen_ids: set[str] = set()
    for step in range(4000):
        if planner.is_done and not under_way:
            break
        for question in planner.ready(room - len(under_way)):
            assert question.id not in seen_ids
            seen_ids.add(question.id)
            under_way.append(question)
            control_asked[question.id] = step
        if not under_way and planner.is_done:
            break  # the list's end is seen only when more is asked for
        assert under_way, "nothing under way, nothing ready, not done: it hangs"
        question = under_way.pop(data.draw(st.integers(0, len(under_way) - 1)))
        observation = data.draw(OUTCOMES)
        if question.purpose is Purpose.KEYWORD:
            answered[question.id] = step
            observation = make_observation(
                observation.outcome, weight=observation.weight, mechanism=observation.mechanism, started=step
            )
        elif observation is SERVED:
            last_good_control = max(last_good_control, control_asked[question.id])
        planner.tell(question, observation)
        for case in planner.take_settled():
            ends.append(case.text)
            assert all(one.started <= last_good_control for one in case.observations)
    else:
        raise AssertionError("it does not end")
    if planner.given_up is not None:
        ends += [case.text for case in planner.abandon(planner.given_up)]
    assert sorted(ends) == [f"k{number}" for number in range(count)]
