import math
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.lab.censor import Cause, Noise
from probe.lab.message import Draft, Message, alter_text, escape_text, plan_visibility, write_message
from probe.lab.messenger_policy import MessageAct, MessengerPolicy

POLICY = MessengerPolicy(
    name="here",
    words={"谣言": MessageAct.MASK, "ss": MessageAct.MASK, "abab": MessageAct.MASK},
    slow=60.0,
    withdraw_after=30.0,
    latency=(1.0, 2.0),
)
NOISE = Noise(seed=0, policy="here", text="", nth=0)


def write(act: MessageAct | None, *, at: float = 100.0, wall: float = 0.0) -> Message:
    draft = Draft(author="alice", room="lobby", text="谣言很多", nonce="1")
    return write_message(POLICY, draft, act, Cause.NOTHING, message_id="x", noise=NOISE, at=at, wall=wall)


@pytest.mark.parametrize(
    ("text", "masked", "rest"),
    [
        ("大谣言小", "大**小", "大小"),
        ("谣言", "**", ""),
        ("STRASSE ss", "STRA**E **", "STRAE "),
        ("Maße", "Ma*e", "Mae"),  # ß folds to ss
        ("xABABABy", "x******y", "xy"),  # it stands there twice, overlapping
        ("天气", "天气", "天气"),
    ],
)
def test_words_are_masked_or_cut(text: str, masked: str, rest: str) -> None:
    """Each character of each listed word, whatever the case, and no other."""
    assert alter_text(POLICY, MessageAct.MASK, text, NOISE) == masked
    assert alter_text(POLICY, MessageAct.CUT, text, NOISE) == rest


@given(st.text(alphabet="aAbBsSßİ谣言 天", max_size=30))
def test_masking_keeps_the_length_and_the_rest(text: str) -> None:
    """Nothing but stars replaces anything, no listed word can be read, and cutting takes what masking hides."""
    masked = alter_text(POLICY, MessageAct.MASK, text, NOISE)
    assert len(masked) == len(text)
    assert all(new in (old, "*") for new, old in zip(masked, text, strict=True))
    assert POLICY.words_in(masked) == ()
    assert alter_text(POLICY, MessageAct.CUT, text, NOISE) == masked.replace("*", "")


def test_a_replacement_is_innocent() -> None:
    """Even where the censor lists what others would call innocent."""
    replaced = alter_text(POLICY, MessageAct.REPLACE, "大谣言", NOISE)
    assert replaced
    assert replaced != "大谣言"
    strict = MessengerPolicy(name="strict", words={replaced: MessageAct.REPLACE})
    assert alter_text(strict, MessageAct.REPLACE, replaced, NOISE) != replaced
    everything = dict.fromkeys("天吧呢好", MessageAct.REPLACE)
    assert alter_text(MessengerPolicy(name="all", words=everything), MessageAct.REPLACE, "天", NOISE) == "……"


@pytest.mark.parametrize("act", [None, MessageAct.DROP, MessageAct.DELAY, MessageAct.WITHDRAW])
def test_other_acts_leave_the_text(act: MessageAct | None) -> None:
    """They say when it is read, not what."""
    assert alter_text(POLICY, act, "大谣言", NOISE) == "大谣言"


@pytest.mark.parametrize(
    ("act", "review_for", "span"),
    [
        (None, None, (10.0, math.inf)),
        (MessageAct.MASK, None, (10.0, math.inf)),
        (MessageAct.CUT, None, (10.0, math.inf)),
        (MessageAct.REPLACE, None, (10.0, math.inf)),
        (MessageAct.DELAY, None, (70.0, math.inf)),
        (MessageAct.WITHDRAW, None, (10.0, 40.0)),
        (MessageAct.SILENT_REVIEW, None, (math.inf, math.inf)),
        (MessageAct.SILENT_REVIEW, 5.0, (15.0, math.inf)),
        (MessageAct.DROP, 5.0, (math.inf, math.inf)),
        (MessageAct.REVIEW, 5.0, (math.inf, math.inf)),
    ],
)
def test_when_others_see_it(
    act: MessageAct | None, review_for: float | None, span: tuple[float, float]
) -> None:
    """Every act has its own time."""
    policy = MessengerPolicy(name="here", slow=60.0, withdraw_after=30.0, review_for=review_for)
    assert plan_visibility(policy, act, 10.0) == span


def test_what_is_refused_is_never_written() -> None:
    """A refused text that were stored would be left behind."""
    with pytest.raises(ValueError, match="refused"):
        write(MessageAct.REJECT)


def test_the_author_always_sees_his_own() -> None:
    """Others see it from one moment until another, and read something else."""
    message = write(MessageAct.WITHDRAW)
    assert 101.0 <= message.seen_from <= 102.0
    assert message.seen_until == message.seen_from + 30.0
    for at, seen in [
        (100.0, False),
        (message.seen_from, True),
        (message.seen_until - 0.1, True),
        (message.seen_until, False),
    ]:
        assert message.visible_to("bob", at) is seen
        assert message.visible_to("alice", at)
    masked = write(MessageAct.MASK)
    assert (masked.text_for("alice"), masked.text_for("bob")) == ("谣言很多", "**很多")


def test_the_moment_is_told_in_utc() -> None:
    """Readers get it as RFC 3339, to the millisecond."""
    assert write(None, wall=1_700_000_000.25).sent_at == "2023-11-14T22:13:20.250Z"


@given(st.text(max_size=30))
def test_escaped_text_is_composed_and_harmless(text: str) -> None:
    """No bracket of the text is left, and a reader who undoes it has the text in NFC."""
    escaped = escape_text(text)
    inside = escaped.removeprefix("<p>").removesuffix("</p>")
    assert len(escaped) == len(inside) + 7
    assert not set(inside) & set("<>\"'")
    assert escape_text(normalize("NFD", text)) == escape_text(normalize("NFC", text)) == escaped
