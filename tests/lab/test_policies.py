from pathlib import Path

import pytest

import probe
from probe.lab.censor import truth
from probe.lab.messenger_policy import MessageAct
from probe.lab.policies import STANDARD, STANDARD_MESSENGERS

HARD = {"谣言", "六四", "法轮功", "翻墙"}
SOFT = {"色情", "诈骗"}
WORDS = HARD | SOFT | {"政治改革", "爆炸", "自由亚洲电台", "天气", "音乐", "足球"}


@pytest.mark.parametrize(
    ("name", "hard", "soft", "other"),
    [
        ("notice", "blocked", "ok", "ok"),
        ("silent", "blocked", "ok", "ok"),
        ("sources", "blocked", "filtered", "ok"),
        ("sources-notice", "blocked", "filtered", "ok"),
        ("verified", "blocked", "filtered", "ok"),
        ("scarce", "blocked", "filtered", "ok"),
        ("nagging", "blocked", "filtered", "ok"),
        ("open", "ok", "ok", "ok"),
        ("moderation", "blocked", "filtered", "ok"),
        ("wall", "blocked", "ok", "ok"),
        ("captcha", "unmeasured", "unmeasured", "unmeasured"),
        ("captcha-disguised", "unmeasured", "unmeasured", "unmeasured"),
        ("login", "unmeasured", "unmeasured", "unmeasured"),
        ("limited", "blocked", "ok", "ok"),
        ("slow", "blocked", "ok", "ok"),
        ("flaky", "blocked", "ok", "ok"),
    ],
)
def test_the_demonstration_words(name: str, hard: str, soft: str, other: str) -> None:
    """The twelve words of the demonstration show each platform's kinds of truth."""
    policy = {policy.name: policy for policy in STANDARD}[name]
    expected = {word: hard if word in HARD else soft if word in SOFT else other for word in WORDS}
    assert {word: truth(policy, word) for word in WORDS} == expected


def test_there_are_no_other_platforms() -> None:
    """Every standard platform stands in the table above, under a name of its own."""
    assert len({policy.name for policy in STANDARD}) == len(STANDARD) == 16


def test_the_messenger_shows_six_fates() -> None:
    """Each of the censored demonstration words meets another act, and the rest go through."""
    (messenger,) = STANDARD_MESSENGERS
    assert {word: act for word in WORDS if (act := messenger.truth(word)) is not None} == {
        "六四": MessageAct.REJECT,
        "法轮功": MessageAct.DROP,
        "翻墙": MessageAct.CUT,
        "谣言": MessageAct.REPLACE,
        "色情": MessageAct.MASK,
        "诈骗": MessageAct.REVIEW,
    }
    assert messenger.truth(messenger.canary) is MessageAct.REJECT


def test_every_platform_has_a_definition_and_every_censor_its_canary() -> None:
    """Whoever practises finds each platform under lab-NAME, with a word that must be censored where any word is."""
    folder = Path(probe.__file__).parent / "builtin"
    definitions = {path.stem: path.read_text(encoding="utf-8") for path in folder.glob("lab-*.yaml")}
    platforms = {f"lab-{policy.name}" for policy in STANDARD}
    assert definitions.keys() == platforms | {f"lab-{policy.name}" for policy in STANDARD_MESSENGERS}
    for messenger in STANDARD_MESSENGERS:
        assert f"canaries: [{messenger.canary}]" in definitions[f"lab-{messenger.name}"]
    for policy in STANDARD:
        named = f"canaries: [{policy.canary}]" in definitions[f"lab-{policy.name}"]
        assert named is (policy.always is None and truth(policy, policy.canary) == "blocked")
