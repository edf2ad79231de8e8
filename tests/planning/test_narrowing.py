"""Does one search find its way back from a wrong answer, and from texts that cannot be sent?"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from probe.planning.channel import Channel
from probe.planning.inquiry import Inquiry, Stuck
from probe.planning.narrowing import Narrowing, Part
from probe.planning.passage import Passage


def narrow(
    text: str,
    hits: Callable[[Sequence[str]], bool | None],
    *,
    channel: Channel | None = None,
    most: int = 10_000,
    doubt: float = 0.001,
) -> tuple[list[str] | None, list[tuple[str, ...]], Narrowing]:
    """The components that are found, and all pieces that were asked about."""
    channel = Channel() if channel is None else channel
    inquiry = Inquiry(
        channel, error_rate=0.001, separator="|", filler=None, may_send=lambda one: len(one) <= most
    )
    passage = Passage.of([text])
    narrowing = Narrowing(inquiry, passage, doubt=doubt)
    thinking = narrowing.think()
    asked: list[tuple[str, ...]] = []
    parts: list[Part] | None
    try:
        ask = next(thinking)
        while True:
            asked.append(ask.pieces)
            hit = hits(ask.pieces)
            ask = thinking.send(None if hit is None else channel.odds(hit))
    except StopIteration as end:
        parts = end.value
    found = None if parts is None else [passage.read([part.span])[0] for part in parts]
    return found, asked, narrowing


def has(*components: str) -> Callable[[Sequence[str]], bool]:
    """Hits what has all of these."""
    return lambda pieces: all(any(one in piece for piece in pieces) for one in components)


def lying(honest: Callable[[Sequence[str]], bool], *numbers: int) -> Callable[[Sequence[str]], bool]:
    """The same, but for the answers of these numbers."""
    count = iter(range(10_000))
    return lambda pieces: honest(pieces) != (next(count) in numbers)


@pytest.mark.parametrize("number", range(12))
def test_one_wrong_answer_anywhere_is_seen_through(number: int) -> None:
    """A miss or a false hit, early or late; where both happen, what they say is asked again."""
    channel = Channel(miss=0.05, false=0.05)
    found, _, narrowing = narrow(
        "一二三四五六七八九十百千", lying(has("三四", "九"), number), channel=channel
    )
    assert found == ["三四", "九"]
    assert narrowing.alone < 0.001


def test_all_components_are_sent_alone_and_each_is_left_out_once() -> None:
    """The confirmation: what was found triggers as it is said, and no component may be missing."""
    found, asked, narrowing = narrow("一二三四五六七八九十百千", has("三四", "六", "九十"))
    assert found == ["三四", "六", "九十"]
    assert ("三四", "六", "九十") in asked
    for number, component in enumerate(found):
        others = [one for one in found if one != component]
        shorter = [component[:-1], component[1:]] if len(component) > 1 else []
        assert tuple(others) in asked or (*found[:number], *shorter, *found[number + 1 :]) in asked, component
    assert not narrowing.is_confirmed([Part((0, 1), 0.01)])


def test_a_censor_that_a_longer_text_appeases_does_not_lead_astray() -> None:
    """A word that undoes a rule: the answers to larger texts then say nothing of smaller ones."""

    def hits(pieces: Sequence[str]) -> bool:
        return has("三四")(pieces) and not has("八", "二")(pieces)

    found, _, _ = narrow("一三四五六七八九十", hits)
    assert found == ["三四"]


def test_texts_that_are_too_long_are_made_shorter_first() -> None:
    """Two pieces beside each other may be longer than the text: without its end they fit."""
    text = "三四" + "一二五六七八九十百千" * 3 + "万亿" + "东西"
    found, asked, _ = narrow(text, has("三四", "万亿"), most=len(text))
    assert found == ["三四", "万亿"]
    assert max(len("|".join(pieces)) for pieces in asked) <= len(text)


def test_where_even_that_does_not_help_it_says_so() -> None:
    """The first word of the text and its last one; what is known stays known."""
    text = "三四" + "一二五六七八九十百千" * 3 + "万亿"
    with pytest.raises(Stuck, match="cannot be sent"):
        narrow(text, has("三四", "万亿"), most=len(text))


def test_a_passage_that_does_not_trigger_has_no_trigger() -> None:
    """Where that is likely it takes one question; where it was known to trigger, more."""
    found, asked, _ = narrow("一二三四五六七八九十", lambda pieces: False, doubt=0.7)
    assert (found, asked) == (None, [("一二三四五六七八九十",)])
    found, asked, _ = narrow("一二三四五六七八九十", lambda pieces: False, doubt=0.001)
    assert found is None
    assert 1 < len(asked) < 20


def test_answers_that_contradict_each_other_for_ever_come_to_an_end() -> None:
    """Every second one a hit, whatever is asked."""
    turns = iter(range(100_000))
    with pytest.raises(Stuck, match="contradict"):
        narrow(
            "一二三四五六七八九十" * 3,
            lambda pieces: next(turns) % 2 == 0,
            channel=Channel(miss=0.4, false=0.4),
        )


def test_an_endpoint_whose_answers_say_nothing_is_not_asked_for_ever() -> None:
    """Where innocent texts are hit as often as others, no question is worth anything."""
    with pytest.raises(Stuck, match="too little"):
        narrow("一二三四", lambda pieces: True, channel=Channel(miss=0.5, false=0.5))
