from typing import Any

import pytest

from probe.lab.policy import Act, Form, Policy

PLAIN = Policy(
    name="plain",
    hard=frozenset({"谣言", "Falun"}),
    combos=frozenset({("维权", "律师")}),
    soft=frozenset({"色情"}),
    soft_act=Act.SOURCES,
)


@pytest.mark.parametrize(
    "text", ["谣言", "今天的谣言很多", "FALUN", "天气 OR 谣言", "律师谈维权", "色情谣言"]
)
def test_a_hit_is_a_hit_wherever_it_stands(text: str) -> None:
    """Case, position and order of components do not matter, and hard goes before soft."""
    assert PLAIN.act_on(text) is Act.NOTICE


@pytest.mark.parametrize("text", ["天气", "律师", "维权", "谣 言", ""])
def test_part_of_a_rule_is_no_hit(text: str) -> None:
    """One word of a combination, or a word torn apart, is left alone."""
    assert PLAIN.act_on(text) is None


def test_a_sequence_is_hit_in_its_own_order_only() -> None:
    """Whatever stands between its words; one that is part of two places counts once."""
    policy = Policy(name="plain", sequences=frozenset({("维权", "权利")}))
    assert policy.act_on("维权是一种权利") is Act.NOTICE
    assert policy.act_on("权利和维权") is None
    assert policy.act_on("维权利") is None


def test_what_a_censor_does_not_see_does_not_part_a_word() -> None:
    """Spaces, where it looks at the text without them."""
    policy = Policy(name="plain", hard=frozenset({"谣言"}), ignored=" .")
    assert policy.act_on("谣 . 言") is Act.NOTICE
    assert policy.act_on("谣，言") is None


@pytest.mark.parametrize(
    "words",
    [
        {"hard": frozenset({"谣言"})},
        {"combos": frozenset({("维权", "律师")})},
        {"sequences": frozenset({("维权", "律师")})},
    ],
    ids=["hard", "combos", "sequences"],
)
def test_the_canary_is_hit_wherever_anything_hard_is(words: dict[str, Any]) -> None:
    """A test word that whoever measures may know to be censored."""
    policy = Policy(name="plain", hard_act=Act.FORBID, **words)
    assert policy.act_on("禁词样本") is Act.FORBID
    assert policy.act_on("天气 OR 禁词样本") is Act.FORBID


@pytest.mark.parametrize("words", [{}, {"soft": frozenset({"色情"})}], ids=["nothing", "soft"])
def test_without_hard_words_the_canary_is_a_word_like_others(words: dict[str, Any]) -> None:
    """A platform that blocks nothing does not block the canary either."""
    assert Policy(name="plain", soft_act=Act.SOURCES, **words).act_on("禁词样本") is None


@pytest.mark.parametrize(
    "fault",
    [
        {"name": "../etc"},
        {"name": "_lab"},
        {"hard_act": Act.BLOCK},
        {"form": Form.MODERATION},  # its hard_act would be a results page
        {"hard_act": Act.THROTTLE},
        {"error_rate": 1.5},
        {"hard": frozenset({" "})},
        {"soft": frozenset({""})},
        {"combos": frozenset({()})},
        {"sequences": frozenset({()})},
        {"sequences": frozenset({("维权", "")})},
        {"combos": frozenset({("维权", "")})},
        {"backends": 0},
        {"canary": ""},
        {"nag_rate": -0.1},
        {"form": Form.MODERATION, "hard_act": Act.BLOCK, "nag_rate": 0.1},
        {"form": Form.MODERATION, "hard_act": Act.BLOCK, "soft_act": Act.SCARCE},
    ],
)
def test_a_policy_that_cannot_be_carried_out_is_refused(fault: dict[str, Any]) -> None:
    """A mistake in a test's policy is an error, not a platform that does something else."""
    with pytest.raises(ValueError, match=r"policy"):
        Policy(**{"name": "plain", **fault})
