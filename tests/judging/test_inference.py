"""Which rules does a run suggest?"""

from __future__ import annotations

import msgspec
import pytest

from probe.inputs.definitions.one_off import one_off
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
    """451 proves itself, whoever sends it."""
    asked, _ = opened()
    for _ in range(2):
        asked.tell("谣言", make_answer("gone", status=451))
    rule = by_id(asked.observer.inferred())["refused"]
    assert (rule.weight, rule.manner, rule.when) == ("determinate", "explicit", When(status=451))


def test_a_redirect_is_told_by_host_and_path() -> None:
    """Up to the keyword, where the address holds it."""
    asked, _ = opened()
    for word in ("谣言", "六四"):
        target = f"https://x.example/no/?url=http://h.example/s?q={word}"
        asked.tell(word, make_answer("", status=302, headers={"location": target}))
    rule = by_id(asked.observer.inferred())["sent-elsewhere"]
    assert rule.when == When(status=302, redirect="//x.example/no/")


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
    assert len(observer._hits) <= 12
