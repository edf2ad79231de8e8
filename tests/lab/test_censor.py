from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.lab.censor import Cause, Noise, finds_nothing, judge, truth
from probe.lab.policy import Act, Form, Policy

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
        (Act.AUTHORS, "filtered"),
        (Act.SCARCE, "filtered"),
        (Act.NAG, "ok"),
        (Act.CAPTCHA, "unmeasured"),
    ],
)
def test_truth_of_an_act(act: Act, expected: str) -> None:
    """Each thing a search censor can do has one true name."""
    assert truth(Policy(name="one", hard=frozenset({"谣言"}), hard_act=act), "谣言") == expected


@pytest.mark.parametrize(
    ("provable", "censored", "honest"), [(True, "blocked", "ok"), (False, "inconclusive", "inconclusive")]
)
def test_zero_results_are_as_true_as_they_can_be_proved(provable: bool, censored: str, honest: str) -> None:
    """With a truism both kinds of zero results have their own name, without it neither has."""
    policy = Policy(name="one", hard=frozenset({"谣言"}), hard_act=Act.EMPTY, provable=provable)
    assert (truth(policy, "谣言"), truth(policy, "zzqx")) == (censored, honest)


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
        nag_rate=error,
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


def test_a_nagging_platform_nags_the_innocent_only() -> None:
    """As often as declared, for no reason; what is censored, or finds nothing, is treated as ever."""
    policy = Policy(name="plain", hard=frozenset({"谣言"}), nag_rate=0.6)
    rulings = [judge(policy, noise("天气", nth=nth)) for nth in range(4000)]
    acts = [ruling.act for ruling in rulings]
    assert acts.count(Act.NAG) / len(acts) == pytest.approx(0.6, abs=0.03)
    assert {(one.act, one.cause) for one in rulings} == {
        (Act.NAG, Cause.NOISE),
        (Act.SERVE, Cause.NOTHING),
    }
    assert {judge(policy, noise("谣言", nth=nth)).act for nth in range(50)} == {Act.NOTICE}
    assert {judge(policy, noise("zzqx", nth=nth)).act for nth in range(50)} == {Act.EMPTY}


def test_the_wire_comes_before_the_weather() -> None:
    """A box on the wire cuts a keyword even while the platform behind it answers nothing but errors."""
    policy = Policy(name="plain", hard=frozenset({"谣言"}), hard_act=Act.CUT, error_rate=1.0)
    assert judge(policy, noise("谣言")).act is Act.CUT
    assert judge(policy, noise("天气")).act is Act.ERROR
