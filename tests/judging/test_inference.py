"""Which rules does a run suggest?"""

from __future__ import annotations

import msgspec
import pytest

from probe.inputs.definitions.one_off import one_off
from probe.judging.hits import MOST_HITS
from probe.judging.observation import Observer
from probe.model.exchange import Exchange, Failure, Purpose
from probe.model.observation import Outcome
from probe.model.rule import Rule, When
from tests.builders import make_answer, make_definition, make_question
from tests.judging.pages import Asked, Site

BLOCK = '<div class="msg"><b>无法显示搜索结果</b></div>'


def opened(seed: int = 1) -> tuple[Asked, Site]:
    site, asked = Site(seed), Asked(Observer(one_off("http://h.example/s?q={keyword}").definition))
    asked.open(site)
    return asked, site


def by_id(rules: tuple[Rule, ...]) -> dict[str, Rule]:
    return {rule.id: rule for rule in rules}


@pytest.mark.parametrize("seed", range(5))
def test_results_zero_and_blocks_have_rules(seed: int) -> None:
    """A page with results is normal, what nonsense says is zero, what the canary's page says is a block."""
    asked, site = opened(seed)
    asked.tell("六四", site.page("六四", instead=BLOCK), Purpose.CANARY)
    asked.tell("法轮功", site.page("法轮功", instead=BLOCK))
    rules = by_id(asked.observer.inferred())
    assert rules["results"].when == When(status=200, count=">=1")
    assert rules["no-results"].outcome is Outcome.EMPTY
    assert rules["notice"].when == When(status=200, text="无法显示搜索结果")
    assert rules["notice"].outcome is Outcome.BLOCKED


@pytest.mark.parametrize("seed", range(5))
def test_what_is_inferred_judges_the_same_pages_the_same_way(seed: int) -> None:
    """As rules of a definition: normal pages served, zero empty, blocks blocked."""
    asked, site = opened(seed)
    asked.tell("六四", site.page("六四", instead=BLOCK), Purpose.CANARY)
    asked.tell("法轮功", site.page("法轮功", instead=BLOCK))
    for _ in range(2):
        asked.tell("谣言", make_answer("no", status=403))
        asked.tell("法轮功", Failure.CONNECTION_RESET)
    results = asked.observer.inferred_results()
    definition = msgspec.structs.replace(make_definition(), results=results, rules=asked.observer.inferred())
    again = Asked(Observer(definition))
    for word in ("天气", "tank man"):
        assert again.tell(word, site.page(word)).outcome == "served"
        assert again.tell(word, site.zero(word)).outcome == "empty"
        assert again.tell(word, site.page(word, instead=BLOCK)).outcome == "blocked"
        assert again.tell(word, make_answer("no", status=403)).mechanism == "status"
        assert again.tell(word, Failure.CONNECTION_RESET).mechanism == "reset"
        assert again.tell(word, "<p>Captcha</p>").outcome == "unrecognised"


def test_one_hit_is_no_rule() -> None:
    """It may be an accident."""
    asked, _ = opened()
    asked.tell("谣言", make_answer("no", status=403))
    assert set(by_id(asked.observer.inferred())) == {"results", "no-results"}
    asked.tell("谣言", make_answer("no", status=403))
    assert by_id(asked.observer.inferred())["refused"].when == When(status=403)


def test_what_a_control_gets_too_is_no_block() -> None:
    """A rule that fits a benign control that was not served is dropped."""
    asked, _ = opened()
    for _ in range(2):
        asked.tell("谣言", make_answer("no", status=500))
    assert "refused" in by_id(asked.observer.inferred())
    asked.tell("天气", make_answer("no", status=500), Purpose.BENIGN)
    assert "refused" not in by_id(asked.observer.inferred())


def test_the_platforms_own_word_keeps_its_weight() -> None:
    """451 proves itself, whoever sends it, and once is enough."""
    asked, _ = opened()
    asked.tell("谣言", make_answer("gone", status=451))
    rule = by_id(asked.observer.inferred())["refused"]
    assert (rule.weight, rule.manner, rule.when) == ("determinate", "explicit", When(status=451))


@pytest.mark.parametrize("host", ["x.example", "127.0.0.1:18103", "[::1]:8080", "X.example", "me@x.example"])
def test_a_redirect_is_told_by_host_port_and_path(host: str) -> None:
    """Up to the keyword, where the address holds it, and as it stands there: so it is found again."""
    asked, _ = opened()

    def sent(word: str) -> Exchange:
        target = f"https://{host}/no/?url=http://h.example/s?q={word}"
        return make_answer("", status=302, headers={"location": target})

    for word in ("谣言", "六四"):
        asked.tell(word, sent(word))
    rule = by_id(asked.observer.inferred())["sent-elsewhere"]
    assert rule.when == When(status=302, redirect=f"//{host}/no/")
    again = Asked(Observer(msgspec.structs.replace(make_definition(), rules=(rule,))))
    assert again.tell("法轮功", sent("法轮功")).rule == "sent-elsewhere"


def test_another_port_is_another_target() -> None:
    """What differs in it is of two kinds, of which neither was seen twice."""
    asked, _ = opened()
    for port in (1, 2):
        target = f"https://x.example:{port}/no/"
        asked.tell("谣言", make_answer("", status=302, headers={"location": target}))
    assert "sent-elsewhere" not in by_id(asked.observer.inferred())


LEGAL = "根据相关法律法规和政策，部分搜索结果未予显示"
ADVERTISEMENT = "<p>今日特价商品仅此一天欢迎选购全场包邮正品保证七天无理由退换</p>"


def with_notice(said: str = LEGAL) -> str:
    return f"<html><body><p>{said}</p>{ADVERTISEMENT}</body></html>"


def proves(rule: Rule) -> bool:
    """Whether it says the same as the general rule for legal notices."""
    said = (rule.outcome, rule.weight, rule.manner, rule.mechanism, rule.reason)
    return said == (
        "blocked",
        "determinate",
        "explicit",
        "notice",
        "a legal notice stands instead of the page",
    )


def test_one_hit_that_proves_itself_is_a_rule() -> None:
    """As weighty as the general one, and by the notice itself, not by what else stands on the page."""
    asked, _ = opened()
    asked.tell("谣言", with_notice())
    rule = by_id(asked.observer.inferred())["notice"]
    assert proves(rule)
    assert rule.when == When(status=200, text=LEGAL)


@pytest.mark.parametrize("others", ["canaries", "poorer pages"])
def test_a_proof_keeps_its_weight_among_others_of_its_kind(others: str) -> None:
    """Canaries with the same notice, and pages of the same status that prove nothing, make it no weaker."""
    asked, site = opened()
    for _ in range(5):
        if others == "canaries":
            asked.tell("六四", with_notice(), Purpose.CANARY)
        else:
            asked.tell("法轮功", site.page("法轮功", instead=BLOCK)[:600])
    asked.tell("谣言", with_notice())
    notices = [rule for rule in asked.observer.inferred() if rule.when == When(status=200, text=LEGAL)]
    assert [proves(rule) for rule in notices] == [True]
    assert [rule.id for rule in asked.observer.inferred()].count("notice") == 1


def test_a_canary_that_proves_itself_is_a_rule() -> None:
    """Where no keyword was blocked, too."""
    asked, _ = opened()
    asked.tell("六四", with_notice(), Purpose.CANARY)
    rules = asked.observer.inferred()
    assert [proves(rule) for rule in rules if rule.outcome is Outcome.BLOCKED] == [True]


def test_a_notice_with_the_keyword_in_it_is_a_rule_for_other_keywords() -> None:
    """Then it is what the general rule looked for, and not these very words."""
    asked, _ = opened()
    asked.tell("谣言", with_notice("根据相关法律法规，“谣言”的搜索结果未予显示"))
    (rule,) = [one for one in asked.observer.inferred() if proves(one)]
    assert not isinstance(rule.when, tuple)
    assert (rule.when.status, rule.when.like, rule.when.length) == (200, None, None)
    again = Asked(Observer(msgspec.structs.replace(make_definition(), rules=(rule,))))
    seen = again.tell("六四", with_notice("根据相关法律法规，“六四”的搜索结果未予显示"))
    assert (seen.outcome, seen.weight) == ("blocked", "determinate")
    assert again.tell("六四", "<p>根据相关法律法规</p>").outcome == "unrecognised"


def test_two_notices_are_two_rules() -> None:
    """Each in its own words."""
    asked, _ = opened()
    other = LEGAL.replace("部分", "全部")
    for said in (LEGAL, other, LEGAL):
        asked.tell("谣言", with_notice(said))
    rules = [rule for rule in asked.observer.inferred() if proves(rule)]
    assert [(rule.id, rule.when) for rule in rules] == [
        ("notice", When(status=200, text=LEGAL)), ("notice-2", When(status=200, text=other))
    ]  # fmt: skip


def test_what_a_control_showed_to_prove_nothing_is_no_rule() -> None:
    """A notice that a made-up word gets too, and a status that a benign one got."""
    asked, site = opened()
    asked.tell("谣言", with_notice())
    asked.tell("qzxvwk", site.zero("qzxvwk") + f"<p>{LEGAL}</p>", Purpose.NONSENSE)
    asked.tell("谣言", make_answer("gone", status=451))
    asked.tell("天气", make_answer("gone", status=451), Purpose.BENIGN)
    assert {rule.outcome for rule in asked.observer.inferred()} <= {Outcome.SERVED, Outcome.EMPTY}


def test_words_of_json_are_told() -> None:
    """The code that hits share and no control has."""
    asked = Asked(Observer(one_off("http://h.example/s?q={keyword}").definition))

    def answer(word: str, code: int) -> Exchange:
        body = f'{{"q": "{word}", "code": {code}, "ok": {"true" if code == 0 else "false"}}}'
        return make_answer(body, headers={"content-type": "application/json"})

    for word, purpose in (("天气", "benign"), ("音乐", "benign"), ("qzx", "nonsense"), ("bmp", "nonsense")):
        asked.tell(word, answer(word, 0), Purpose(purpose))
    asked.tell("六四", answer("六四", 87014), Purpose.CANARY)
    asked.tell("谣言", answer("谣言", 87014))
    rules = by_id(asked.observer.inferred())
    assert rules["notice"].when in (
        When(status=200, json={"code": 87014}), When(status=200, json={"ok": False})
    )  # fmt: skip
    assert rules["normal"].outcome is Outcome.SERVED


def test_nothing_is_inferred_from_too_little() -> None:
    """Before two benign answers agree, nothing is known."""
    asked, site = Asked(Observer(one_off("http://h.example/s?q={keyword}").definition)), Site()
    asked.tell("天气", site.page("天气"), Purpose.BENIGN)
    assert asked.observer.inferred() == ()


def test_hits_do_not_fill_the_memory() -> None:
    """A few of each kind are remembered, however many there are."""
    observer = Observer(one_off("http://h.example/s?q={keyword}").definition)
    for attempt in range(100):
        observer.observe(make_question(attempt=attempt), make_answer("no", status=400 + attempt % 60))
    assert len(observer._hits) <= MOST_HITS
