"""Is what is asked remembered, and nothing asked in vain for ever?"""

from __future__ import annotations

import pytest

from probe.planning.channel import Channel
from probe.planning.inquiry import MOST_LOST, Inquiry, Stuck


def make(filler: str | None = None) -> Inquiry:
    return Inquiry(
        Channel(),
        error_rate=0.001,
        separator=" ",
        filler=filler,
        may_send=lambda text: len(text) < 10,
    )


def answer(inquiry: Inquiry, *pieces: str, odds: float | None, filled: bool = False) -> str:
    """Ask about these pieces and answer; the text that was asked."""
    asking = inquiry.ask(pieces, filled=filled)
    text = next(asking).text
    with pytest.raises(StopIteration) as end:
        asking.send(odds)
    assert end.value.value == odds
    return text


def test_pieces_are_joined_by_the_separator_or_by_something_harmless() -> None:
    """The harmless word stands between separators, so that it makes no word with its neighbours."""
    inquiry = make(filler="天气")
    assert answer(inquiry, "谣", "言", odds=1.0) == "谣 言"
    assert answer(inquiry, "谣", "言", odds=1.0, filled=True) == "谣 天气 言"


def test_what_was_clean_is_remembered() -> None:
    """What was a hit, or no answer, is not."""
    inquiry = make()
    answer(inquiry, "谣", "言", odds=-3.0)
    answer(inquiry, "言", odds=3.0)
    answer(inquiry, "谣", odds=None)
    assert inquiry.was_clean(["谣", "言"])
    assert not inquiry.was_clean(["言"])
    assert not inquiry.was_clean(["谣"])


def test_blanks_and_what_cannot_be_sent_are_never_asked() -> None:
    """An empty question is none."""
    inquiry = make()
    assert not inquiry.may_ask([])
    assert not inquiry.may_ask([" ", "\u3000"])
    assert not inquiry.may_ask(["a" * 10])
    assert inquiry.may_ask(["a"])


def test_a_text_without_an_answer_waits_for_others_and_gets_one_more_chance() -> None:
    """Asked again elsewhere first; and not a third time."""
    inquiry = make()
    answer(inquiry, "谣", odds=None)
    assert not inquiry.may_ask(["谣"])
    answer(inquiry, "言", odds=1.0)
    assert inquiry.may_ask(["谣"])
    answer(inquiry, "谣", odds=None)
    answer(inquiry, "言", odds=1.0)
    assert not inquiry.may_ask(["谣"])


def test_where_nothing_else_is_left_waiting_texts_are_woken() -> None:
    """As long as they have a chance left."""
    inquiry = make()
    answer(inquiry, "谣", odds=None)
    assert inquiry.wake()
    assert inquiry.may_ask(["谣"])
    answer(inquiry, "谣", odds=None)
    assert not inquiry.wake()


def test_too_many_lost_questions_end_it() -> None:
    """A service that answers nothing is left alone."""
    inquiry = make()
    for number in range(MOST_LOST - 1):
        answer(inquiry, str(number), odds=None)
    asking = inquiry.ask(["x"])
    next(asking)
    with pytest.raises(Stuck, match="got no answer"):
        asking.send(None)
