from typing import Any

import pytest

from probe.lab.messenger_policy import MessageAct, MessengerPolicy

PLAIN = MessengerPolicy(
    name="plain",
    words={
        "谣言": MessageAct.DROP,
        "Falun": MessageAct.REJECT,
        "色情": MessageAct.MASK,
        "爆炸": MessageAct.DELAY,
    },
)


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("谣言", MessageAct.DROP),
        ("今天的谣言很多", MessageAct.DROP),
        ("色情谣言", MessageAct.DROP),
        ("谣言 FALUN 色情", MessageAct.REJECT),
        ("爆炸色情", MessageAct.MASK),
        ("爆炸", MessageAct.DELAY),
        ("大禁词样本", MessageAct.REJECT),
        ("谣 言", None),
        ("天气", None),
    ],
)
def test_the_most_serious_of_the_words_decides(text: str, act: MessageAct | None) -> None:
    """Wherever a word stands and whatever its case; a word torn apart is none."""
    assert PLAIN.act_on(text) is act
    assert PLAIN.truth(text) is act


def test_the_order_of_seriousness() -> None:
    """What is kept from readers wholly, then for a while, then in part, then late."""
    assert list(MessageAct) == [
        MessageAct.REJECT,
        MessageAct.DROP,
        MessageAct.REVIEW,
        MessageAct.SILENT_REVIEW,
        MessageAct.WITHDRAW,
        MessageAct.REPLACE,
        MessageAct.CUT,
        MessageAct.MASK,
        MessageAct.DELAY,
    ]
    acts = list(MessageAct)
    for place, act in enumerate(acts):
        words = {f"<{other}>": other for other in reversed(acts[place:])}
        assert MessengerPolicy(name="plain", words=words).act_on("".join(words)) is act


def test_the_canary_needs_company() -> None:
    """A messenger that censors nothing does not censor the canary; one that does has an act of its own for it."""
    assert MessengerPolicy(name="open").act_on("禁词样本") is None
    held = MessengerPolicy(name="held", words={"谣言": MessageAct.DROP}, canary_act=MessageAct.REVIEW)
    assert held.act_on("禁词样本") is MessageAct.REVIEW


def test_a_censor_that_never_acts_leaves_nothing_to_find() -> None:
    """The truth is what happens, not what is written down."""
    idle = MessengerPolicy(name="idle", words={"谣言": MessageAct.DROP}, trigger_rate=0.0)
    assert idle.act_on("谣言") is MessageAct.DROP
    assert idle.truth("谣言") is None


def test_a_policy_does_not_change_behind_its_back() -> None:
    """The caller's mapping may change later, the policy's own cannot."""
    words = {"谣言": MessageAct.DROP}
    policy = MessengerPolicy(name="plain", words=words)
    words["天气"] = MessageAct.REJECT
    assert policy.act_on("天气") is None
    assert hash(policy) == hash(MessengerPolicy(name="plain", words={"谣言": MessageAct.DROP}))
    with pytest.raises(TypeError):
        policy.words["天气"] = MessageAct.REJECT  # type: ignore[index]


@pytest.mark.parametrize(
    "fault",
    [
        {"name": "../etc"},
        {"words": {" ": MessageAct.DROP}},
        {"words": {"谣言": "drop"}},
        {"words": {"禁词样本": MessageAct.DROP}},
        {"canary": ""},
        {"canary_act": "mask"},
        {"trigger_rate": 1.5},
        {"error_rate": -0.1},
        {"lost_rate": float("nan")},
        {"read_error_rate": 2.0},
        {"latency": (2.0, 1.0)},
        {"latency": (-1.0, 1.0)},
        {"latency": (0.0, float("inf"))},
        {"slow": -1.0},
        {"review_for": float("inf")},
        {"withdraw_after": 0.0},
        {"duplicates": "loud"},
        {"duplicate_window": 0.0},
        {"escalation": (0, 1.0, "said")},
        {"escalation": (1, 0.0, "said")},
        {"escalation": (1, 1.0, "loud")},
        {"throttle": (0, 1.0)},
        {"throttle": (1, 0.0)},
        {"posts_a_day": 0},
    ],
)
def test_a_policy_that_cannot_be_carried_out_is_refused(fault: dict[str, Any]) -> None:
    """A mistake in a test's policy is an error, not a messenger that does something else."""
    with pytest.raises(ValueError, match=r"policy"):
        MessengerPolicy(**{"name": "plain", **fault})
