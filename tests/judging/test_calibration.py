"""What does a normal answer look like, and what is another like?"""

from __future__ import annotations

import json

import pytest

from probe.inputs.definitions.one_off import one_off
from probe.judging.calibration import REMEMBERED, Calibration
from probe.judging.look import Look
from probe.judging.observation import Observer
from probe.model.exchange import Exchange, Purpose
from probe.model.observation import Facts
from tests.builders import make_answer
from tests.judging.pages import Asked, Site

PAGE = Facts(status=200, length=4000, media_type="text/html", shape=tuple(range(0, 640, 10)))
BLOCK = '<div class="msg"><b>无法显示搜索结果</b></div>'
KEYWORDS = ("谣言", "tank man", "a", "<b>&", "法轮功" * 20)


def changed(**changes: object) -> Look:
    return Look(Facts(**{**{name: getattr(PAGE, name) for name in PAGE.__struct_fields__}, **changes}))


def general() -> Asked:
    return Asked(Observer(one_off("http://h.example/s?q={keyword}").definition))


def opened(seed: int = 1) -> tuple[Asked, Site]:
    site, asked = Site(seed), general()
    asked.open(site)
    return asked, site


def in_json(value: object, status: int = 200) -> Exchange:
    return make_answer(json.dumps(value), status=status, headers={"content-type": "application/json"})


def test_anything_is_normal_before_the_first_control() -> None:
    """The first control has nothing to be compared with."""
    assert Calibration().is_like_benign(Look(PAGE))


def test_a_page_like_the_controls_is_normal() -> None:
    """Same status, type and structure, about the same length."""
    calibration = Calibration()
    calibration.learn_benign(Look(PAGE))
    assert calibration.is_like_benign(changed(length=3000))


def test_each_difference_is_enough_to_be_unlike() -> None:
    """Another status, another type, another structure or a much shorter page is not normal."""
    calibration = Calibration()
    calibration.learn_benign(Look(PAGE))
    for other in (
        changed(status=403),
        changed(media_type="application/json"),
        changed(length=1000),
        changed(shape=tuple(range(5, 645, 10))),
        changed(shape=()),
    ):
        assert not calibration.is_like_benign(other)


def test_the_measure_does_not_drift() -> None:
    """Only the first two that agree are a measure; what is learnt later changes nothing."""
    calibration = Calibration()
    calibration.learn_benign(Look(PAGE))
    assert not calibration.is_ready
    calibration.learn_benign(changed())
    assert calibration.is_ready
    for _ in range(3):
        calibration.learn_benign(changed(status=403))
        calibration.learn_failed(changed(status=403))
    assert not calibration.is_like_benign(changed(status=403))


def test_an_odd_first_answer_is_no_measure() -> None:
    """Two that agree are, even where the first one was an article or a page of its own."""
    calibration = Calibration()
    other = tuple(range(5, 645, 10))
    calibration.learn_benign(Look(PAGE))
    assert not calibration.is_like_benign(changed(shape=other))
    calibration.learn_failed(changed(shape=other))
    calibration.learn_benign(changed(shape=other))
    assert calibration.is_ready
    assert not calibration.is_like_benign(Look(PAGE))


def test_a_captcha_after_the_first_answer_is_no_measure() -> None:
    """However often a poorer page comes, it does not become what is normal."""
    calibration = Calibration()
    calibration.learn_benign(Look(PAGE))
    poor = (1, 2, 3)
    for _ in range(3):
        calibration.learn_failed(changed(shape=poor, length=900))
        assert not calibration.is_like_benign(changed(shape=poor, length=900))


def test_empty_bodies_are_alike() -> None:
    """Two answers without a body have the same length and the same, empty, structure."""
    calibration = Calibration()
    calibration.learn_benign(changed(length=0, shape=()))
    assert calibration.is_like_benign(changed(length=0, shape=()))


def test_memory_is_bounded() -> None:
    """However many controls a run asks, a few of each kind are remembered."""
    calibration = Calibration()
    for _ in range(50):
        calibration.learn_benign(changed())
        calibration.learn_nonsense(changed(status=404))
        calibration.learn_canary(changed(status=403))
        calibration.learn_failed(changed(status=500))
    remembered = (calibration.benign, calibration.nonsense, calibration.canaries, calibration.failed)
    assert {len(one) for one in remembered} == {REMEMBERED}


@pytest.mark.parametrize("seed", range(25))
def test_pages_that_vary_as_real_ones_do_are_alike(seed: int) -> None:
    """Echoes, advertisements, ids, times, related searches, 1 to 20 results: all normal, and never a hit."""
    asked, site = opened(seed)
    for keyword in KEYWORDS:
        for results in (None, 1, 3, 20):
            seen = asked.tell(keyword, site.page(keyword, results=results))
            assert (seen.outcome, seen.rule) == ("served", "like-benign"), (keyword, results, seen.reason)
        for _ in range(3):
            assert asked.tell("天气", site.page("天气"), Purpose.BENIGN).outcome == "served"


@pytest.mark.parametrize("seed", range(10))
def test_results_are_found_by_what_nonsense_lacks(seed: int) -> None:
    """Not the menu, the pages or the related searches, which repeat too."""
    asked, _ = opened(seed)
    assert [one.css for one in [asked.observer.inferred_results().count] if one] == ["li.result"]


@pytest.mark.parametrize("seed", range(10))
def test_an_honest_zero_is_never_more_than_empty(seed: int) -> None:
    """It looks as for nonsense, in either of two ways."""
    asked, site = opened(seed)
    for keyword in KEYWORDS:
        for page in (site.zero(keyword), site.page(keyword, results=0)):
            assert asked.tell(keyword, page).outcome == "empty"


@pytest.mark.parametrize("seed", range(10))
def test_what_only_this_word_gets_and_is_richer_is_not_judged(seed: int) -> None:
    """An article in place of results, and a box beside them: never a hit."""
    asked, site = opened(seed)
    for keyword in ("谣言", "tank man"):
        table = "".join(
            f"<tr class=x{letter}><th>{letter}</th><td><sup>a</sup></td></tr>" for letter in "abcdefgh"
        )
        text = f"<h1>{keyword}</h1><table class=box>{table}</table><p>{keyword}{'字' * 400}{keyword}</p>"
        article = f"<article>{text}</article>"
        whole = f"<html><body><h1>{keyword}</h1>{article}</body></html>"
        assert asked.tell(keyword, whole).outcome == "unrecognised"
        assert asked.tell(keyword, site.page(keyword, instead=article)).outcome in ("unrecognised", "empty")
        card = f'<div class="card"><h2>{keyword}</h2><p class="fact">字</p></div>'
        assert asked.tell(keyword, site.page(keyword, extra=card)).outcome == "served"


def test_a_short_page_that_speaks_of_the_keyword_is_not_judged() -> None:
    """A stub of an article is poorer than a page of results, and no block page."""
    asked, _ = opened()
    stub = "<html><body><h1>坦克人</h1><p>坦克人是一张照片。</p><p>坦克人见于一九八九年。</p></body></html>"
    assert asked.tell("坦克人", stub).outcome == "unrecognised"


@pytest.mark.parametrize("seed", range(5))
def test_a_poorer_page_is_an_ambiguous_hit(seed: int) -> None:
    """A short page of its own, unlike all controls."""
    asked, _ = opened(seed)
    seen = asked.tell("谣言", "<html><body><h1>This page cannot be shown</h1></body></html>")
    assert (seen.outcome, seen.rule, seen.weight, seen.mechanism) == (
        "blocked",
        "poorer",
        "ambiguous",
        "unlike",
    )


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        ('<html><body><form action="/captcha/check"><img src="/x.png"></form></body></html>', "challenged"),
        (
            "<html><body><p>Our systems detected unusual traffic from your network</p></body></html>",
            "challenged",
        ),
        ('<html><body><form><input type="Password" name="p"></form></body></html>', "login"),
        ("<html><body><p>请登录后查看</p></body></html>", "login"),
        ("<html><body><p>访问过于频繁</p></body></html>", "throttled"),
    ],
)
def test_captcha_login_and_limits_are_neither_censorship_nor_its_absence(body: str, outcome: str) -> None:
    """Each is poorer than a normal page, and known before that counts; for the first control too, where forms show it."""
    asked, _ = opened()
    assert asked.tell("谣言", body).outcome == outcome
    assert asked.tell("天气", body, Purpose.BENIGN).outcome == outcome
    if "<form" in body:
        assert general().tell("天气", body, Purpose.BENIGN).outcome == outcome


def test_a_new_layout_fails_the_controls() -> None:
    """It is normal for nobody, so it says nothing of a keyword."""
    asked, _ = opened()
    new = '<html><body><section class="n"><div class="x"><a>新</a></div></section></body></html>' * 30
    assert asked.tell("天气", new, Purpose.BENIGN).outcome != "served"


@pytest.mark.parametrize("seed", range(5))
def test_a_canary_shows_what_censorship_looks_like(seed: int) -> None:
    """A message within the site's frame looks like zero results, until a canary shows it."""
    asked, site = opened(seed)
    assert asked.tell("谣言", site.page("谣言", instead=BLOCK)).outcome == "empty"
    assert asked.tell("六四", site.page("六四", instead=BLOCK), Purpose.CANARY).outcome == "blocked"
    seen = asked.tell("谣言", site.page("谣言", instead=BLOCK))
    assert (seen.outcome, seen.rule) == ("blocked", "like-canary")
    other = BLOCK.replace("无法显示搜索结果", "系统繁忙请重试")
    assert asked.tell("谣言", site.page("谣言", instead=other)).outcome == "empty"
    assert asked.tell("六四事件", site.page("六四事件")).outcome == "served"


@pytest.mark.parametrize("seed", range(5))
def test_a_notice_beside_results_takes_two_canaries(seed: int) -> None:
    """One shares sentences with kindred words; two share a notice. What a control says too is none."""
    note = '<p class="note">部分搜索结果因政策原因未显示</p>'
    asked, site = opened(seed)
    assert asked.tell("六四", site.page("六四", extra=note), Purpose.CANARY).outcome == "served"
    assert asked.tell("法轮功", site.page("法轮功", extra=note), Purpose.CANARY).outcome == "filtered"
    assert asked.tell("谣言", site.page("谣言", extra=note)).outcome == "filtered"
    assert asked.tell("谣言", site.page("谣言")).outcome == "served"
    assert asked.tell("天气", site.page("天气", extra=note), Purpose.BENIGN).outcome == "served"
    assert asked.tell("谣言", site.page("谣言", extra=note)).outcome == "served"


def test_a_canary_that_gets_zero_results_proves_nothing() -> None:
    """Then censorship and an honest zero look the same, and a note says so."""
    asked, site = opened()
    assert asked.tell("六四", site.zero("六四"), Purpose.CANARY).outcome == "empty"
    assert asked.tell("谣言", site.zero("谣言")).outcome == "empty"
    assert "look the same here" in " ".join(asked.observer.notes())


def test_a_moderation_answer_is_told_by_its_words() -> None:
    """Same form and length, another word: never normal. With a canary it is known."""
    asked = general()
    for word, purpose in (("天气", "benign"), ("音乐", "benign"), ("qzx", "nonsense"), ("bmp", "nonsense")):
        asked.tell(
            word, in_json({"text": word, "suggest": "pass", "id": 10**17 + len(word)}), Purpose(purpose)
        )
    assert "nothing shows that the address looks at the keyword" in " ".join(asked.observer.notes())
    assert asked.tell("好", in_json({"text": "好", "suggest": "pass", "id": 7})).outcome == "served"
    block = in_json({"text": "谣言", "suggest": "block", "id": 8})
    assert asked.tell("谣言", block).outcome == "unrecognised"
    canary = in_json({"text": "六四", "suggest": "block", "id": 9})
    assert asked.tell("六四", canary, Purpose.CANARY).outcome == "blocked"
    assert asked.tell("谣言", block).outcome == "blocked"
    assert asked.observer.notes() == ()


def all_alike(*bodies: str) -> Asked:
    """Two benign words and two of nonsense, of different lengths, and these answers to them in turn."""
    asked = general()
    asks = [("天气", "benign"), ("音乐会", "benign"), ("qzxvwk", "nonsense"), ("bmprtdxf", "nonsense")]
    for number, (word, purpose) in enumerate(asks):
        asked.tell(word, bodies[number % len(bodies)].replace("{word}", word), Purpose(purpose))
    return asked


SAME = "<html><body><h1>天气 Under repair</h1></body></html>"


def test_the_very_same_page_for_every_word_is_a_doubt() -> None:
    """A word that stands on it by chance is no echo, and ids that nobody sees make no difference."""
    assert all_alike(SAME).observer.doubt == "benign and nonsense words get the very same page"
    hidden = [SAME.replace("天气", f"<script>var id = '{number}'</script>") for number in ("1", "22")]
    assert all_alike(*hidden).observer.doubt is not None


@pytest.mark.parametrize(
    "bodies",
    [
        [SAME + "<p>{word}</p>"],
        [SAME + '<input value="{word}">'],
        [SAME.replace("天气", ""), SAME.replace("天气", "12:30")],
        [SAME.replace("天气", ""), SAME.replace("天气", "<i class='new'></i>")],
        ['{"n": 1}', '{"n": 2}'],
    ],
    ids=["echo", "echo in a field", "a time", "an element", "a number"],
)
def test_pages_that_differ_in_any_other_way_are_no_doubt(bodies: list[str]) -> None:
    """They may hang on the word."""
    assert all_alike(*bodies).observer.doubt is None


def test_there_is_no_doubt_before_made_up_words_were_asked_nor_once_they_get_less() -> None:
    """Two of each must get that page; and a canary that gets another shows that somebody looks."""
    asked = general()
    for word in ("天气", "音乐"):
        asked.tell(word, SAME, Purpose.BENIGN)
    asked.tell("qzx", SAME, Purpose.NONSENSE)
    assert asked.observer.doubt is None
    asked.tell("bmp", SAME, Purpose.NONSENSE)
    assert asked.observer.doubt is not None
    asked.tell("六四", "<html><body><b>No</b></body></html>", Purpose.CANARY)
    assert asked.observer.doubt is None


def test_a_short_answer_is_told_by_its_words() -> None:
    """`PASS` and `FAIL` have the same form and length."""
    asked = general()
    plain = {"content-type": "text/plain"}
    for word in ("天气", "音乐"):
        asked.tell(word, make_answer(f"{word}: PASS", headers=plain), Purpose.BENIGN)
    assert asked.tell("好", make_answer("好: PASS", headers=plain)).outcome == "served"
    assert asked.tell("谣言", make_answer("谣言: FAIL", headers=plain)).outcome == "unrecognised"


def test_a_list_of_json_is_counted() -> None:
    """None as for nonsense is empty; a list that lost its place is poorer."""
    asked = general()
    for word in ("天气", "音乐"):
        asked.tell(word, in_json({"q": word, "data": {"items": [{"t": "x" * 20}] * 10}}), Purpose.BENIGN)
    for word in ("qzx", "bmp"):
        asked.tell(word, in_json({"q": word, "data": {"items": []}}), Purpose.NONSENSE)
    seen = asked.tell("好", in_json({"q": "好", "data": {"items": [{"t": "x" * 20}] * 3}}))
    assert (seen.outcome, seen.facts.items) == ("served", 3)
    assert asked.tell("谣言", in_json({"q": "谣言", "data": {"items": []}})).outcome == "empty"
    assert asked.tell("谣言", in_json({"error": 1})).outcome == "blocked"


@pytest.mark.parametrize(
    ("target", "rule"),
    [
        ("/wiki/Tank_Man", None),
        ("/category/armour", None),
        ("//www.h.example/other", None),
        ("https://tankman.example/", None),
        ("https://x.example/s?q=tank+man", None),
        ("/", "redirected"),
        ("/blocked.html", "redirected"),
        ("https://x.example/", "redirected"),
        ("https://x.example/no?url=http://h.example/s?q=tank%20man", "redirected"),
        ("https://login.example/?u=tank", "login-redirect"),
    ],
)
def test_a_redirect_to_what_was_looked_for_is_no_hit(target: str, rule: str | None) -> None:
    """An article, a product, a portal: search sites send there. A block page is elsewhere, or called so."""
    asked, _ = opened()
    answer = make_answer("", status=302, headers={"location": target}, url="http://h.example/s?q=tank%20man")
    assert asked.tell("tank man", answer).rule == rule


def test_where_controls_are_sent_too_nobody_is_blocked() -> None:
    """A consent page, another name of the site."""
    asked, _ = opened()
    answer = make_answer("", status=302, headers={"location": "https://x.example/"})
    asked.tell("天气", answer, Purpose.BENIGN)
    assert asked.tell("tank man", answer).outcome == "unrecognised"


def test_an_error_that_nonsense_gets_twice_is_no_block() -> None:
    """Once is an accident."""
    asked, site = general(), Site()
    for word in ("天气", "音乐"):
        asked.tell(word, site.page(word), Purpose.BENIGN)
    error = make_answer("x", status=500)
    asked.tell("qzx", error, Purpose.NONSENSE)
    assert asked.tell("谣言", error).outcome == "blocked"
    asked.tell("bmp", error, Purpose.NONSENSE)
    assert asked.tell("谣言", error).outcome == "empty"


@pytest.mark.parametrize("seed", range(5))
def test_a_site_that_finds_something_for_nonsense_is_no_measure_of_zero(seed: int) -> None:
    """Then few results are as normal as many, none are poorer only by other signs, and a note says what is not known."""
    asked, site = general(), Site(seed)
    for word in ("天气", "音乐"):
        asked.tell(word, site.page(word), Purpose.BENIGN)
    for word in ("qzx", "bmp"):
        assert asked.tell(word, site.page(word, results=20), Purpose.NONSENSE).outcome == "served"
    assert asked.tell("谣言", site.page("谣言", results=3)).outcome == "served"
    assert len(asked.observer.notes()) == 1
    assert asked.tell("谣言", site.page("谣言", instead=BLOCK)).outcome != "served"


def test_a_shorter_number_is_no_lack() -> None:
    """Of a short answer it is a third; nothing is missing there."""
    asked = general()
    for word in ("天气", "音乐"):
        asked.tell(word, in_json({"suggest": "pass", "id": 10**18 + len(word), "at": 10**18}), Purpose.BENIGN)
    assert asked.tell("谣言", in_json({"suggest": "block", "id": 1, "at": 1})).outcome == "unrecognised"
