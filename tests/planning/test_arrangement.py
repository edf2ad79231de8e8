"""Is it found out whether order and distance matter, with few questions?"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from probe.planning.arrangement import MOST_ASKED, Arrangement
from probe.planning.channel import Channel
from probe.planning.inquiry import Inquiry


def look(
    hits: Callable[[str], bool | None], *, filler: str | None = "天气", miss: float = 0.0
) -> tuple[tuple[bool | None, bool | None], list[str]]:
    """What is found out of the components a and b, and what was asked."""
    channel = Channel(miss=miss)
    inquiry = Inquiry(channel, error_rate=0.001, separator="|", filler=filler, may_send=lambda text: True)
    thinking = Arrangement(inquiry, ["a", "b"]).think()
    asked: list[str] = []
    try:
        ask = next(thinking)
        while True:
            asked.append(ask.text)
            hit = hits(ask.text)
            ask = thinking.send(None if hit is None else channel.odds(hit))
    except StopIteration as end:
        return end.value, asked


def test_one_question_tells_that_neither_matters() -> None:
    """The other way round, and apart: that is how most censors look at it."""
    assert look(lambda text: True) == ((True, True), ["b|天气|a"])


def test_an_order_that_matters_is_found() -> None:
    """Apart, but in their own order, they trigger; the other way round not once, and, to be sure, not twice."""
    found, asked = look(lambda text: text.index("a") < text.index("b"))
    assert found == (False, True)
    assert asked == ["b|天气|a", "a|天气|b", "b|天气|a"]


def test_components_that_must_not_be_apart_are_found() -> None:
    """Of their order nothing is known then."""
    found, _ = look(lambda text: "天气" not in text)
    assert found == (None, False)


def test_without_a_harmless_word_only_the_order_is_found_out() -> None:
    """Whether they may be apart stays open."""
    assert look(lambda text: True, filler=None)[0] == (True, None)
    assert look(lambda text: text == "a|b", filler=None)[0] == (False, None)


def test_a_censor_that_misses_is_asked_until_it_is_sure() -> None:
    """One answer without a hit says little where one in four is a miss."""
    answers = iter([False, False])
    found, asked = look(lambda text: next(answers, True), miss=0.25)
    assert found == (True, True)
    assert len(asked) > 2


@pytest.mark.parametrize("hit", [None, True], ids=["silent", "useless"])
def test_where_no_answer_helps_it_is_given_up(hit: bool | None) -> None:
    """Nothing is claimed then."""
    found, asked = look(lambda text: hit, miss=0.9995 if hit else 0.0)
    assert found == (None, None)
    assert len(asked) <= MOST_ASKED
