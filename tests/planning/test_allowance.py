"""How much may still be asked?"""

from __future__ import annotations

from probe.events import EndedEarly
from probe.planning.allowance import Questions, Span
from tests.planning.asking import ERROR, NOTICE, SERVED, answer, ask, passes, plan, settled


def test_a_budget_is_refused_when_less_is_left_than_is_needed() -> None:
    """And spent when nothing is left."""
    budget, owner = Questions(4, "spent"), object()
    assert budget.refusal(owner, 4) is None
    budget.spend()
    assert budget.refusal(owner, 4) == "spent"
    assert budget.refusal(owner, 3) is None
    for _ in range(3):
        assert not budget.is_spent
        budget.spend()
    assert budget.is_spent


def test_what_one_has_reserved_is_not_the_others() -> None:
    """Their closing controls come first; what one has kept for oneself is free to oneself."""
    budget, one, other = Questions(5, "spent"), object(), object()
    budget.reserve(one, 3)
    assert budget.refusal(one, 5) is None
    assert budget.refusal(other, 3) == "spent"
    assert budget.refusal(other, 2) is None
    budget.reserve(one, 0)
    assert budget.refusal(other, 3) is None


def test_a_budget_of_nothing_is_spent() -> None:
    """As when a day's questions were asked by an earlier run."""
    assert Questions(0, "spent").is_spent


def test_a_span_ends_with_its_last_second_and_is_never_spent() -> None:
    """A control that closes what was asked in time is still worth its seconds."""
    now = [100.0]
    span, owner = Span(10.0, "over", lambda: now[0]), object()
    span.spend()
    span.reserve(owner, 99)
    now[0] = 109.9
    assert span.refusal(owner, 1) is None
    now[0] = 110.0
    assert span.refusal(owner, 1) == "over"
    assert not span.is_spent


def test_a_budget_leaves_enough_to_close_what_was_asked() -> None:
    """What cannot be closed any more is not begun; the reason is said once."""
    planner = plan(100, budget=Questions(20, "the budget is spent"))
    asked: list[str] = []
    while not planner.is_done:
        for text in ask(planner, 4):
            asked.append(text)
            answer(planner, SERVED)
    assert len(asked) <= 20
    assert len(asked) >= 17
    assert asked[-1] == "C"
    assert len(settled(planner)) == len([one for one in asked if one != "C"])
    assert planner.ended_early == "the budget is spent"
    assert planner.take_events() == [EndedEarly(endpoint="example", reason="the budget is spent")]


def test_a_budget_that_suffices_ends_nothing_early() -> None:
    """Control, keyword, control: nothing more was to be asked, so nothing was cut short."""
    planner = plan(1, budget=Questions(4, "the budget is spent"))
    passes(planner, "C", "k0", "C")
    assert planner.is_done
    assert planner.ended_early is None


def test_room_for_many_does_not_overdraw_a_budget() -> None:
    """Each question keeps back the controls that it may need."""
    planner = plan(100, budget=Questions(8, "the budget is spent"))
    passes(planner, "C")
    assert len(ask(planner, 50)) == 5
    assert planner.ended_early is not None


def test_a_spent_budget_asks_not_even_a_control() -> None:
    """As when a day's questions were asked by an earlier run."""
    planner = plan(3, budget=Questions(0, "the budget is spent"))
    assert ask(planner) == []
    assert planner.is_done
    assert planner.ended_early == "the budget is spent"
    assert planner.given_up is None


def test_two_planners_share_a_budget_and_both_close_what_they_asked() -> None:
    """What one may need for a hit is not spent by the other."""
    budget = Questions(9, "spent")
    pair = [plan(50, budget=budget), plan(50, budget=budget)]
    for one in pair:
        passes(one, "C")
    assert ask(pair[0]) == ["k0"]
    answer(pair[0], ERROR)
    assert ask(pair[0]) == ["C"]
    answer(pair[0], SERVED)
    assert ask(pair[0]) == ["k0"]  # four are left, and two controls may be needed
    assert ask(pair[1]) == []
    assert pair[1].ended_early == "spent"
    answer(pair[0], ERROR)
    passes(pair[0], "C", "C")
    assert settled(pair[0]) == ["k0"]


def test_no_control_is_spent_beside_questions_that_will_need_one_themselves() -> None:
    """With little left, all that is under way is waited for, and closed together."""
    planner = plan(9, budget=Questions(8, "spent"))
    passes(planner, "C")
    assert ask(planner) == ["k0"]
    answer(planner, ERROR)
    passes(planner, "C")
    assert ask(planner, 9) == ["k0", "k1", "k2"]
    answer(planner, NOTICE, which=1)
    assert ask(planner, 9) == []  # two are left, and k0 may need both
    answer(planner, SERVED, which=1)
    answer(planner, ERROR)
    passes(planner, "C", "C")
    assert settled(planner) == ["k1", "k2", "k0"]
    assert planner.is_done
