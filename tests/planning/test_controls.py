"""Does every answer that counts have a control to vouch for it?"""

from __future__ import annotations

from probe.events import ControlFailed, GivenUp, RetryPlanned
from probe.judging.decision import Next
from probe.model.exchange import Purpose, Question
from probe.model.observation import Observation, Outcome
from probe.model.run import ControlCounts
from probe.planning.controls import CALM, ControlledPlanner
from probe.planning.rest import Rest
from probe.planning.schedule import SILENT
from tests.builders import make_observation
from tests.planning.asking import (
    CAPTCHA,
    CUT,
    EMPTY,
    ERROR,
    LIMIT,
    LOGIN,
    NOTICE,
    SERVED,
    UNKNOWN,
    answer,
    ask,
    passes,
    plan,
    settled,
    take,
)


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
    assert ask(planner, 1) == ["k5"]  # one control is enough
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
        answer(planner, EMPTY)
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
    assert [one and one.seconds for one in waits] == [5, 10, None]
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
    """A 429 says when to come back, and says nothing against the answers before it; among the controls it counts as one that
    was not served."""
    planner = plan(1)
    ask(planner)
    answer(planner, SERVED)
    ask(planner)
    answer(planner, SERVED)
    ask(planner)
    assert answer(planner, LIMIT) == Rest(seconds=7.0, reason="a 429", whole_host=True)
    assert planner.controls.failed == 1
    assert planner.take_events() == []
    assert ask(planner) == ["C"]
    answer(planner, SERVED)
    assert settled(planner) == ["k0"]


def test_a_throttled_question_is_asked_again_after_the_wait() -> None:
    """A 429 on a keyword: rest, then the keyword again; where that is one more 429, a control first. Each is said.

    With a control after each, a service that lets one question through at a time would only ever answer controls.
    """
    planner = plan(1)
    ask(planner)
    answer(planner, SERVED)
    ask(planner)
    again = [RetryPlanned(endpoint="example", keyword="k0", attempt=2, reason="a 429")]
    assert answer(planner, LIMIT) == Rest(seconds=7.0, reason="a 429", whole_host=True)
    assert planner.take_events() == again
    assert ask(planner) == ["k0"]
    assert answer(planner, LIMIT) == Rest(seconds=7.0, reason="a 429", whole_host=True)
    assert ask(planner) == ["C"]
    answer(planner, SERVED)
    assert [type(one) for one in planner.take_events()] == [RetryPlanned]
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
    passes(planner, "C", "k0")
    assert ask(planner) == ["C"]
    assert answer(planner, CUT) == Rest(seconds=90, reason="reset", whole_host=True)


def test_nothing_is_blocked_for_a_while_where_nothing_was_served_yet() -> None:
    """A port where nobody listens: nothing was asked that could have led to a block, so a control only waits as after any
    other failure, and the host need not rest."""
    planner = plan(1, patience=3)
    waits = []
    for _ in range(3):
        assert ask(planner) == ["C"]
        waits.append(answer(planner, CUT))
    assert waits[:2] == [
        Rest(seconds=5, reason="reset", whole_host=False),
        Rest(seconds=10, reason="reset", whole_host=False),
    ]
    assert planner.given_up == "3 controls in a row failed: reset"


def test_what_the_host_has_served_to_others_counts() -> None:
    """They may have asked for what is censored: the block is of host and port."""
    planner = plan(1, is_known=lambda: True)
    ask(planner)
    assert answer(planner, CUT) == Rest(seconds=90, reason="reset", whole_host=True)


def test_before_a_control_was_served_the_doubt_says_why_the_last_one_was_not() -> None:
    """So that whoever stops the run there learns what stood in the way."""
    planner = plan(1)
    assert planner.doubt is None
    for failure in (CUT, CAPTCHA):
        ask(planner)
        answer(planner, failure)
        if failure is CUT:
            assert planner.doubt == "no control was served: reset"
    assert planner.doubt == "no control was served: a captcha"
    planner = plan(1)
    passes(planner, "C", "k0")
    ask(planner)
    answer(planner, CAPTCHA)
    assert planner.doubt is None


def test_what_the_answers_look_like_may_be_a_doubt() -> None:
    """After that of the canaries."""
    planner = plan(1, doubt=lambda: "all the same", controls={"canaries": ["六四"]})
    assert planner.doubt == "all the same"
    passes(planner, "C", *["X"] * 6)
    assert planner.doubt == "the canary «六四» was served too"


def test_a_case_that_needs_more_since_it_was_settled_is_asked_on() -> None:
    """Cases are settled together, and the verdict of one may teach that the others need more."""
    enough = [1]
    planner = plan(2, decide=lambda seen: Next.SETTLE if len(seen) >= enough[0] else Next.CONFIRM)
    passes(planner, "C", "k0", "k1", "C")
    assert planner.is_done
    first, second = planner.take_settled()
    assert not planner.reopen(first)
    enough[0] = 2
    assert planner.reopen(second)
    assert not planner.is_done
    passes(planner, "k1", "C")
    assert settled(planner) == ["k1"]
    assert planner.is_done


def test_a_case_that_no_answer_can_settle_is_not_reopened() -> None:
    """Nor one that was given up, void too often, or settled in an earlier session."""
    planner = plan(1, decide=lambda seen: Next.CONFIRM)
    (case,) = planner.abandon("no time")
    assert not planner.reopen(case)
    assert planner.is_done


def test_no_room_no_question() -> None:
    """Room for none gives none, whatever is due."""
    assert plan(1).ready(0) == []


def test_nonsense_and_canaries_come_before_the_first_keyword_and_alone() -> None:
    """What a canary shows must not be mixed up with what others do."""
    planner = plan(2, controls={"canaries": ["六四"], "truism": "天气 OR {keyword}"})
    passes(planner, "C", "N")
    assert ask(planner, 5) == ["X"]
    assert ask(planner, 5) == []
    assert answer(planner, NOTICE) is None
    assert ask(planner, 5) == ["k0", "k1"]
    assert planner.controls == ControlCounts(passed=1, nonsense=1, canaries_hit=1)


def test_nothing_is_asked_beside_a_canary_in_mid_run() -> None:
    """Nor beside the first, with more keywords waiting."""
    planner = plan(7, controls={"canaries": ["六四"]})
    passes(planner, "C")
    assert ask(planner) == ["X"]
    answer(planner, NOTICE)
    passes(planner, "k0", "k1", "k2")
    assert ask(planner, 5) == ["X"]
    assert ask(planner, 5) == []
    answer(planner, NOTICE)
    assert ask(planner, 3) == ["C", "k3", "k4"]


def test_a_canary_that_is_cut_makes_the_host_rest_and_a_control_must_pass() -> None:
    """It is censored as a keyword is."""
    planner = plan(1, controls={"canaries": ["六四"]})
    passes(planner, "C")
    assert ask(planner) == ["X"]
    assert answer(planner, CUT) == Rest(seconds=90, reason="reset", whole_host=True)
    passes(planner, "C", "k0", "C")
    assert settled(planner) == ["k0"]


def test_honest_zero_results_of_nonsense_need_no_control() -> None:
    """They are what was expected."""
    planner = plan(1, controls={"truism": "天气 OR {keyword}"})
    passes(planner, "C")
    for _ in range(SILENT):  # inside the truism, which is tried as often
        assert ask(planner) == ["N"]
        answer(planner, EMPTY)
    assert ask(planner) == ["k0"]


def test_a_served_canary_is_doubt_until_something_is_censored() -> None:
    """The planner hears of verdicts only by being told."""
    planner = plan(1, controls={"canaries": ["六四"]})
    passes(planner, "C", *["X"] * 6)
    assert planner.doubt == "the canary «六四» was served too"
    assert len(planner.notes) == 1
    planner.saw_censorship()
    assert planner.doubt is None


def test_a_last_canary_ends_a_long_run() -> None:
    """Only when all keywords are closed, and no earlier than a block after the canary before."""
    planner = plan(5, controls={"canaries": ["六四"]})
    asked: list[str] = []
    while not planner.is_done:
        (text,) = ask(planner)
        asked.append(text)
        answer(planner, NOTICE if text == "X" else SERVED)
    assert asked == ["C", "X", "k0", "k1", "k2", "X", "C", "k3", "k4", "C"]
    planner = plan(7, controls={"canaries": ["六四"]})
    asked = []
    while not planner.is_done:
        (text,) = ask(planner)
        asked.append(text)
        answer(planner, NOTICE if text == "X" else SERVED)
    assert asked[-3:] == ["k6", "C", "X"]


def test_zero_results_that_the_truism_confirms_need_two_controls() -> None:
    """There they are a hit, as any other."""
    planner = plan(1, controls={"truism": "天气 OR {keyword}"})
    passes(planner, "C", "N")
    assert ask(planner) == ["k0"]
    answer(planner, EMPTY)
    passes(planner, "C")
    assert ask(planner) == ["天气 OR k0"]
    answer(planner, make_observation(Outcome.EMPTY, purpose=Purpose.TRUISM))
    passes(planner, "C", "C")
    assert ask(planner) == ["天气 OR k0"]


REFERENCE = {"reference": "other", "share": 0.2}


def open_reference(planner: ControlledPlanner) -> None:
    """Past the two benign words that the reference is asked."""
    passes(planner, "C", "C", "b0", "b1")


def test_the_references_answers_need_no_control_and_hold_up_nobody() -> None:
    """It is another service: what it is asked goes on beside everything here."""
    planner = plan(2, opening=2, controls=REFERENCE)
    open_reference(planner)
    assert ask(planner, 1) == ["k0"]
    answer(planner, SERVED)
    assert ask(planner, 1) == ["k1"]
    answer(planner, CUT)
    assert ask(planner, 5) == ["C"]
    answer(planner, SERVED)
    (reference, again) = take(planner, 5)
    assert (reference.purpose, reference.text) == (Purpose.REFERENCE, "k0")
    assert (again.purpose, again.text) == (Purpose.KEYWORD, "k1")
    assert answer(planner, CUT, which=1) == Rest(seconds=90, reason="reset", whole_host=True)
    assert ask(planner, 5) == ["C"]  # while the reference is still asked: the cut has one question to blame
    answer(planner, SERVED, which=1)
    assert ask(planner, 5) == ["C"]
    answer(planner, SERVED, which=1)
    assert settled(planner) == ["k1"]
    answer(planner, make_observation(purpose=Purpose.REFERENCE))
    assert settled(planner) == ["k0"]
    assert planner.is_done


def test_a_throttled_reference_rests_alone() -> None:
    """Never longer than the longest wait: the endpoint itself is not given up for it."""
    planner = plan(1, opening=2, controls=REFERENCE, longest_wait=100.0)
    open_reference(planner)
    passes(planner, "k0", "C")
    (reference,) = take(planner)
    assert reference.purpose is Purpose.REFERENCE
    slow = make_observation(Outcome.THROTTLED, reason="a 429", retry_after=9000.0, purpose=Purpose.REFERENCE)
    assert answer(planner, slow) == Rest(seconds=100, reason="a 429", whole_host=True, reference=True)
    assert planner.given_up is None
    assert take(planner)[0].purpose is Purpose.REFERENCE


def test_an_endpoint_that_asks_for_a_day_is_given_up_at_once() -> None:
    """The rest is left for another day; the host is left alone all the same, as others ask it too."""
    planner = plan(2, longest_wait=100.0)
    passes(planner, "C")
    ask(planner)
    day = make_observation(Outcome.THROTTLED, reason="a 429", retry_after=86400.0)
    assert answer(planner, day) == Rest(seconds=86400, reason="a 429", whole_host=True)
    assert planner.given_up == "asks to be left alone for 86,400 seconds: a 429"
    assert planner.is_done
    assert ask(planner) == []
    assert [case.text for case in planner.abandon("x")] == ["k0", "k1"]


def test_an_endpoint_is_given_up_once() -> None:
    """The first reason stands, and is said once."""
    planner = plan(1, patience=1, longest_wait=100.0)
    ask(planner)
    answer(planner, make_observation(Outcome.THROTTLED, reason="a 429", retry_after=86400.0))
    assert planner.given_up == "asks to be left alone for 86,400 seconds: a 429"
    assert [type(one) for one in planner.take_events()] == [GivenUp]


def test_what_comes_after_giving_up_counts_for_nothing() -> None:
    """Questions under way are waited for, and are void."""
    void: list[Question] = []
    planner = plan(3, patience=1, void=void)
    passes(planner, "C")
    assert ask(planner, 3) == ["k0", "k1", "k2"]
    for _ in range(2):
        answer(planner, NOTICE)
    assert ask(planner, 1) == ["C"]
    answer(planner, CAPTCHA, which=1)
    assert not planner.is_done  # k2 is under way
    assert answer(planner, CAPTCHA) is None
    assert planner.is_done
    assert [one.text for one in void] == ["k0", "k1", "k2"]
    assert [case.observations for case in planner.abandon("x")] == [[], [], []]


def test_blocks_shrink_when_a_control_fails_and_grow_when_all_is_calm() -> None:
    """Where trouble comes after every so many questions, long blocks would never be closed."""
    planner = plan(200, block=4, patience=3)
    sizes: list[int] = []
    so_far = 0

    def close(observation: Observation) -> None:
        """Ask up to the next control and answer that."""
        nonlocal so_far
        while ask(planner) != ["C"]:
            so_far += 1
            answer(planner, SERVED)
        sizes.append(so_far)
        so_far = 0
        answer(planner, observation)

    close(SERVED)
    close(SERVED)
    for _ in range(2):
        close(CAPTCHA)  # after a block, then at once
    for _ in range(2 * CALM + 2):
        close(SERVED)
    assert sizes[:4] == [0, 4, 4, 0]
    assert sizes[4] == 0  # the one that opens the gate again
    assert sizes[5:] == [1] * (CALM - 1) + [2] * CALM + [4, 4]
