"""Is the posterior on a line what Bayes says?"""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.planning.channel import Channel
from probe.planning.line import NOTHING, WORTHLESS, Cell, Line
from probe.planning.passage import Passage

CHANNEL = Channel(miss=0.25, false=0.02)


def make(text: str = "一二三四五六七八", **options: float) -> Line:
    passage = Passage.of([text])
    settings = {"nothing": 0.3, "beyond": 0.05, **options}
    return Line(passage, 0, passage.size, nothing=settings["nothing"], beyond=settings["beyond"])


def cells(line: Line) -> list[Cell]:
    """All of them, in order."""
    found = [NOTHING]
    while (following := line.following(found[-1])) is not None:
        found.append(following)
    return found


def shares(line: Line) -> list[float]:
    """Of each cell, and of what lies beyond."""
    sums = [0.0, *(line.share(cell) for cell in cells(line)), 1.0]
    return [high - low for low, high in pairwise(sums)]


def test_cells_are_in_order_and_none_is_missing() -> None:
    """Later beginnings first, shorter ones first; there and back."""
    line = make("一二三")
    assert cells(line) == [(0, 0), (1, 1), (2, 1), (2, 2), (3, 1), (3, 2), (3, 3)]
    assert line.last == (3, 3)
    for one, other in pairwise(cells(line)):
        assert line.preceding(other) == one


def test_no_component_reaches_over_the_end_of_a_part() -> None:
    """Nor is there a cell for one."""
    line = Line(Passage.of(["一二", "三"]), 0, 3, nothing=0.3, beyond=0.0)
    assert cells(line) == [(0, 0), (1, 1), (2, 1), (3, 1), (3, 2)]


def test_the_prior_sums_up() -> None:
    """To what was said of nothing, to the rest, and to what lies beyond."""
    found = shares(make())
    assert found[0] == pytest.approx(0.3)
    assert found[-1] == pytest.approx(0.05)
    assert sum(found) == pytest.approx(1.0)
    assert all(one > 0 for one in found)


@given(st.lists(st.tuples(st.integers(0, 36), st.booleans()), max_size=12))
def test_the_posterior_is_what_bayes_says(answers: list[tuple[int, bool]]) -> None:
    """Each answer multiplies the cells up to where it cut by how much likelier it is if they trigger."""
    line = make()
    everything = cells(line)
    weights = shares(line)
    for place, is_hit in answers:
        odds = CHANNEL.odds(is_hit)
        line.learn(everything[place], odds)
        weights = [
            weight * (math.exp(odds) if number <= place else 1.0) for number, weight in enumerate(weights)
        ]
    total = sum(weights)
    for expected, found in zip(weights, shares(line), strict=True):
        assert found == pytest.approx(expected / total, rel=1e-6, abs=1e-9)


@given(st.lists(st.booleans(), max_size=25), st.sampled_from([1.0, 5.0]))
def test_the_choice_is_the_best_of_all(answers: list[bool], hit_cost: float) -> None:
    """No other place to cut tells more for its price; none is chosen where nothing is left to be told."""
    channel = Channel(miss=0.1, false=0.01, hit_cost=hit_cost)
    line = make()
    for is_hit in answers:
        cell = line.choose(channel, lambda cell: True)
        best = max(channel.gain(line.share(one)) for one in cells(line))
        if cell is None:
            assert best <= WORTHLESS
            return
        assert channel.gain(line.share(cell)) == pytest.approx(best, rel=1e-6)
        line.learn(cell, channel.odds(is_hit))


def test_what_cannot_be_asked_is_passed_over() -> None:
    """Another place is cut, as near as may be; where there is none, nothing is chosen."""
    line = make()
    best = line.choose(CHANNEL, lambda cell: True)
    other = line.choose(CHANNEL, lambda cell: cell != best)
    assert other is not None
    assert other != best
    assert line.choose(CHANNEL, lambda cell: False) is None


def test_a_single_cell_stands_out_once_both_sides_are_known() -> None:
    """Before that, where it lies is not said."""
    line = make()
    assert line.standing().cell == NOTHING or line.standing().cell is None
    line.learn((4, 2), 20.0)
    assert line.standing().cell is None
    line.learn((4, 1), -20.0)
    standing = line.standing()
    assert standing.cell == (4, 2)
    assert standing.before + standing.after < 1e-6


def test_a_region_that_does_not_trigger_is_seen() -> None:
    """And how much the answers say against that, too."""
    line = make()
    line.learn(line.last, -10.0)
    assert line.standing().is_beyond
    assert line.beyond_odds() == pytest.approx(-10.0)


def test_what_is_supposed_holds_before_any_answer() -> None:
    """A doubt that is taken over from elsewhere."""
    line = make(beyond=0.0)
    line.suppose((8, 7), 0.01)
    assert line.share((8, 7)) == pytest.approx(0.01)


def test_components_rather_begin_and_end_with_words() -> None:
    """In scripts that put spaces between them; and rather not inside the component before."""
    passage = Passage.of(["no falun here"])
    line = Line(passage, 0, passage.size, nothing=0.0, beyond=0.0)
    found = dict(zip(cells(line), shares(line), strict=False))
    assert found[10, 5] > 5 * found[9, 5]
    assert found[10, 5] > 5 * found[10, 4]
    plain = Passage.of(["一二三四五六"])
    behind = Line(plain, 1, 6, nothing=0.0, beyond=0.0, overlap=3)
    assert behind.share((3, 3)) > 0.75


def test_an_empty_region_is_nothing_or_beyond() -> None:
    """There is one question about it."""
    passage = Passage.of(["一"])
    line = Line(passage, 1, 1, nothing=0.9, beyond=0.1)
    assert line.choose(CHANNEL, lambda cell: True) == NOTHING
    assert line.standing().cell == NOTHING
