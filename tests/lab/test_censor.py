from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.lab.censor import Act, Cause, Form, Noise, Policy, finds_nothing, judge, truth

PLAIN = Policy(
    name="plain",
    hard=frozenset({"谣言", "Falun"}),
    combos=frozenset({("维权", "律师")}),
    soft=frozenset({"色情"}),
    soft_act=Act.SOURCES,
)


def noise(text: str, *, nth: int = 0, policy: str = "plain") -> Noise:
    return Noise(seed=0, policy=policy, text=text, nth=nth)


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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("谣言", "blocked"),
        ("维权律师", "blocked"),
        ("色情", "filtered"),
        ("天气", "ok"),
        ("zzqx", "inconclusive"),
    ],
)
def test_truth_of_a_search(text: str, expected: str) -> None:
    """Truth follows from the words alone."""
    assert truth(PLAIN, text) == expected


@pytest.mark.parametrize(
    ("act", "expected"),
    [
        (Act.NOTICE, "blocked"),
        (Act.CUT, "blocked"),
        (Act.CLOSE, "blocked"),
        (Act.HANG, "blocked"),
        (Act.FORBID, "blocked"),
        (Act.EMPTY, "inconclusive"),
        (Act.SOURCES, "filtered"),
        (Act.SOURCES_NOTICE, "filtered"),
        (Act.CAPTCHA, "unmeasured"),
    ],
)
def test_truth_of_an_act(act: Act, expected: str) -> None:
    """Each thing a search censor can do has one true name."""
    assert truth(Policy(name="one", hard=frozenset({"谣言"}), hard_act=act), "谣言") == expected


@pytest.mark.parametrize("always", [Act.CAPTCHA, Act.DISGUISED, Act.LOGIN])
def test_behind_a_wall_nothing_can_be_measured(always: Act) -> None:
    """A platform that always asks for something first says nothing about any text."""
    policy = Policy(name="walled", hard=frozenset({"谣言"}), always=always)
    assert {truth(policy, text) for text in ("谣言", "天气", "zzqx")} == {"unmeasured"}


@given(
    st.sampled_from(["谣言", "天气", "色情", "zzqx"]), st.floats(0, 1), st.floats(0, 1), st.floats(0.01, 1)
)
def test_noise_never_changes_the_truth(text: str, error: float, empty: float, trigger: float) -> None:
    """However bad the weather, what is censored stays the same."""
    noisy = Policy(
        name="noisy",
        hard=PLAIN.hard,
        soft=PLAIN.soft,
        soft_act=PLAIN.soft_act,
        error_rate=error,
        empty_rate=empty,
        cut_rate=empty,
        trigger_rate=trigger,
        backends=2,
    )
    assert truth(noisy, text) == truth(PLAIN, text)


def test_a_censor_that_never_acts_leaves_everything_ok() -> None:
    """A trigger rate of zero is no censorship at all."""
    assert truth(Policy(name="lazy", hard=frozenset({"谣言"}), trigger_rate=0), "谣言") == "ok"


@pytest.mark.parametrize("text", ["zzq", "ZZQ天气", "bcdfghjk", "zzq1 OR zzq2"])
def test_nonsense_finds_nothing(text: str) -> None:
    """Such texts have honestly zero results on every search platform."""
    assert finds_nothing(PLAIN, text)


@pytest.mark.parametrize("text", ["天气", "bcdfghj", "weather", "天气 OR zzq1", "zzq1 OR 天气"])
def test_sense_finds_something(text: str) -> None:
    """One sensible side of an OR is enough to have results."""
    assert not finds_nothing(PLAIN, text)


def test_moderation_knows_no_nonsense() -> None:
    """Nothing is searched for, so nothing can be empty."""
    policy = Policy(name="checker", form=Form.MODERATION, hard_act=Act.BLOCK)
    assert (truth(policy, "zzqx"), judge(policy, noise("zzqx")).act) == ("ok", Act.SERVE)


@pytest.mark.parametrize(
    ("text", "act", "cause"),
    [
        ("谣言", Act.NOTICE, Cause.KEYWORD),
        ("色情", Act.SOURCES, Cause.KEYWORD),
        ("zzqx", Act.EMPTY, Cause.NONSENSE),
        ("zzq谣言", Act.NOTICE, Cause.KEYWORD),
        ("天气", Act.SERVE, Cause.NOTHING),
    ],
)
def test_judging_without_noise(text: str, act: Act, cause: Cause) -> None:
    """Without noise the words decide, and the cause says so."""
    ruling = judge(PLAIN, noise(text))
    assert (ruling.act, ruling.cause) == (act, cause)


@given(st.text(), st.text(), st.integers(0, 10**6))
def test_a_draw_is_a_probability(text: str, kind: str, nth: int) -> None:
    """A draw lies in [0, 1), so that a rate of 1 always and a rate of 0 never happens."""
    chance = noise(text, nth=nth)
    assert 0 <= chance.draw(kind) < 1
    assert chance.happens(kind, 1.0)
    assert not chance.happens(kind, 0.0)


def test_draws_are_kept_apart() -> None:
    """Seed, platform, kind, text and number each change the draw, and their borders cannot be shifted."""
    drawn = {
        Noise(seed=0, policy="a", text="b", nth=1).draw("k"),
        Noise(seed=1, policy="a", text="b", nth=1).draw("k"),
        Noise(seed=0, policy="ab", text="", nth=1).draw("k"),
        Noise(seed=0, policy="a", text="b", nth=2).draw("k"),
        Noise(seed=0, policy="a", text="b", nth=11).draw("k"),
        Noise(seed=0, policy="a", text="b1", nth=1).draw("k"),
        Noise(seed=0, policy="a", text="b", nth=1).draw("kk"),
    }
    assert len(drawn) == 7


@pytest.mark.parametrize(
    ("change", "act"),
    [
        ({"trigger_rate": 0.75}, Act.NOTICE),
        ({"backends": 4}, Act.SERVE),
        ({"error_rate": 0.75}, Act.ERROR),
        ({"cut_rate": 0.75}, Act.CUT),
        ({"empty_rate": 0.75}, Act.EMPTY),
    ],
)
def test_rates_are_what_they_say(change: dict[str, Any], act: Act) -> None:
    """Over many questions each kind of chance happens as often as declared."""
    policy = Policy(name="plain", hard=frozenset({"谣言"}), **change)
    acts = [judge(policy, noise("谣言", nth=nth)).act for nth in range(4000)]
    assert acts.count(act) / len(acts) == pytest.approx(0.75, abs=0.03)


def test_the_wire_comes_before_the_weather() -> None:
    """A box on the wire cuts a keyword even while the platform behind it answers nothing but errors."""
    policy = Policy(name="plain", hard=frozenset({"谣言"}), hard_act=Act.CUT, error_rate=1.0)
    assert judge(policy, noise("谣言")).act is Act.CUT
    assert judge(policy, noise("天气")).act is Act.ERROR


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
        {"combos": frozenset({("维权", "")})},
        {"backends": 0},
    ],
)
def test_a_policy_that_cannot_be_carried_out_is_refused(fault: dict[str, Any]) -> None:
    """A mistake in a test's policy is an error, not a platform that does something else."""
    with pytest.raises(ValueError, match=r"policy"):
        Policy(**{"name": "plain", **fault})
