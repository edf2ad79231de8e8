"""The replicas of search engines answer as the facts about the platforms say."""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPMessage
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import pytest

from tests.replicas.baidu import HARD, SOFT, BaiduHtml, BaiduJson, Zhidao
from tests.replicas.bing import Bing, shows_notice
from tests.replicas.douban import NOTICE, Douban
from tests.replicas.replica import Replica, served
from tests.replicas.so import So
from tests.replicas.sogou import Sogou, SogouWeixin

WORDS: dict[str, Any] = {
    name: frozenset({word}) for name, word in (("known", "天气"), ("hard", "谣言"), ("soft", "传闻"))
}
CHINESE = {"accept-language": "zh-CN,zh;q=0.9"}
LAW = "根据相关法律法规和政策"
FWLINK = '<li class="b_msg b_canvas"><p>为回应符合本地法律要求的通知，部分搜索结果未予显示。'


@dataclass(frozen=True, kw_only=True)
class Got:
    """One answer, as it came."""

    status: int
    headers: HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def cookies(self) -> list[str]:
        return [cookie.partition(";")[0] for cookie in self.headers.get_all("set-cookie", [])]


def get(base: str, target: str, headers: Mapping[str, str], method: str = "GET") -> Got:
    with closing(HTTPConnection(urlsplit(base).netloc, timeout=5)) as connection:
        connection.request(method, target, headers=dict(headers))
        response = connection.getresponse()
        return Got(status=response.status, headers=response.headers, body=response.read())


@dataclass(frozen=True, kw_only=True)
class Way:
    """How one platform is asked, and what one of its results begins with."""

    kind: type[Replica]
    target: str
    result: str
    encoding: str = "utf-8"

    def __str__(self) -> str:
        return f"{self.kind.__name__} {self.target}"

    def of(self, text: str) -> str:
        return self.target.format(quote(text, safe="", encoding=self.encoding))

    def ask(self, base: str, text: str) -> Got:
        """One question, of a visitor with the language of the market; so.com is asked twice, with its cookie."""
        headers = dict(CHINESE)
        if self.kind is So:
            headers["cookie"] = get(base, self.of(text), headers).cookies[0]
        return get(base, self.of(text), headers)

    def count(self, got: Got) -> int:
        return got.body.decode(self.encoding).count(self.result)


BAIDU_JSON = Way(kind=BaiduJson, target="/s?wd={}&rn=10&pn=0&tn=json", result='"title"')
BAIDU = Way(kind=BaiduHtml, target="/s?wd={}", result='<h3 class="t"><a ')
ZHIDAO = Way(
    kind=Zhidao,
    target="/search?lm=0&rn=10&pn=0&fr=search&ie=gbk&word={}",
    result='<dl class="dl"><dt class="dt"><a ',
    encoding="gbk",
)
SOGOU = Way(kind=Sogou, target="/web?query={}&page=1", result='href="/link?url=')
WEIXIN = Way(kind=SogouWeixin, target="/weixin?type=2&query={}&page=1", result='<li id="sogou_vr_')
SO = Way(kind=So, target="/s?q={}&pn=1", result='<li class="res-list"><h3 class="res-title"><a ')
DOUBAN = Way(kind=Douban, target="/search?q={}", result='<div class="result"><div class="content">')
BING_CN = Way(kind=Bing, target="/search?q={}&ensearch=0&form=QBLHCN", result='<li class="b_algo"><h2><a ')
BING = Way(kind=Bing, target="/search?q={}&mkt=zh-CN&adlt=off", result='<li class="b_algo"><h2><a ')
WAYS = [BAIDU_JSON, BAIDU, ZHIDAO, SOGOU, WEIXIN, SO, DOUBAN, BING_CN, BING]


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_what_is_known_is_found(way: Way) -> None:
    """Three to ten results with the text in them; for texts of even length, a notice of another platform too."""
    with served(way.kind(**WORDS)) as base:
        got = way.ask(base, "天气")
        odd = way.ask(base, "看天气")
    page = got.body.decode(way.encoding)
    assert got.status == 200
    assert 3 <= way.count(got) <= 10
    assert page.count("天气") > way.count(got)
    assert "未予显示" in page or "暂不开放" in page
    assert LAW not in odd.body.decode(way.encoding)


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_what_is_not_known_is_not_found(way: Way) -> None:
    with served(way.kind(**WORDS)) as base:
        got = way.ask(base, "<量杯>")
    page = got.body.decode(way.encoding)
    assert (got.status, way.count(got)) == (200, 0)
    assert "未予显示" not in page
    assert "<量杯>" not in page  # markup in a question is text in the answer


@pytest.mark.parametrize("way", [BAIDU_JSON, ZHIDAO, SOGOU, WEIXIN, SO], ids=str)
def test_a_hard_word_is_answered_as_one_without_results(way: Way) -> None:
    """Where no notice is documented, nothing but the echo tells the two apart."""
    with served(way.kind(**WORDS)) as base:
        hard = way.ask(base, "谣言 天气").body.decode(way.encoding).replace("谣言 天气", "")
        empty = way.ask(base, "量杯 杯子").body.decode(way.encoding).replace("量杯 杯子", "")
    assert re.sub(r"query=%[^\"]*", "", hard) == re.sub(r"query=%[^\"]*", "", empty)


@pytest.mark.parametrize(
    ("way", "status", "notice"),
    [(BAIDU, 200, HARD), (DOUBAN, 403, NOTICE), (BING_CN, 200, FWLINK), (BING, 200, FWLINK)],
    ids=str,
)
def test_a_hard_word_shows_the_notice(way: Way, status: int, notice: str) -> None:
    """And no results, though the words beside it would have some."""
    with served(way.kind(**WORDS)) as base:
        got = way.ask(base, "谣言 天气")
    assert (got.status, way.count(got)) == (status, 0)
    assert notice in got.text


@pytest.mark.parametrize("way", [BAIDU, SOGOU, WEIXIN, SO, BING_CN, BING], ids=str)
def test_a_soft_word_shows_the_notice_beside_results(way: Way) -> None:
    notices = {
        BaiduHtml: f'"boldline se_common_hint" data-id="40400" data-tpl="hint_boldline"><strong>{SOFT}</strong>',
        So: f'<div class="icon-gantan" id="warning_info">{SOFT}',
        Bing: FWLINK,
    }
    with served(way.kind(**WORDS)) as base:
        got = way.ask(base, "传闻")
    sogou = f'<div class="topqc" id="orderblack_tip_black_container"><strong>{SOFT}</strong>'
    assert notices.get(way.kind, sogou) in got.text
    assert way.count(got) >= 3


@pytest.mark.parametrize(
    ("way", "replica", "link"),
    [
        (BAIDU_JSON, BaiduJson(**WORDS), r'"url": "https://([^/]+)/'),
        (BAIDU, BaiduHtml(**WORDS, banner=False), r'<h3 class="t"><a href="https://([^/]+)/'),
        (SOGOU, Sogou(**WORDS, banner=False), r'data-url="https://([^/]+)/'),
    ],
    ids=str,
)
def test_a_soft_word_may_leave_only_authorised_hosts(way: Way, replica: Replica, link: str) -> None:
    with served(replica) as base:
        soft = way.ask(base, "新传闻")
        plain = way.ask(base, "天气")
    assert LAW not in soft.text
    assert "www.xinhuanet.com" in re.findall(link, soft.text)
    assert "www.zhihu.com" in set(re.findall(link, plain.text)) - set(re.findall(link, soft.text))


@pytest.mark.parametrize("way", [BAIDU_JSON, BAIDU, ZHIDAO, SOGOU, WEIXIN, SO], ids=str)
def test_a_captcha_is_a_redirect_that_knows_where_one_was(way: Way) -> None:
    places = {So: "http://qcaptcha.so.com/?ret=", Sogou: "http://www.sogou.com/antispider"}
    places |= {SogouWeixin: "http://weixin.sogou.com/antispider"}
    with served(way.kind(**WORDS, trouble="captcha")) as base:
        got = way.ask(base, "谣言")
    place = got.headers["location"]
    assert got.status == 302
    assert place.startswith(places.get(way.kind, "https://wappass.baidu.com/static/captcha/tuxing"))
    assert way.of("谣言") in unquote(place, encoding="latin-1")


@pytest.mark.parametrize(
    ("way", "trouble", "sign"),
    [
        (BAIDU, "captcha-page", "<title>百度安全验证</title>"),
        (BAIDU_JSON, "captcha-page", "网络不给力，请稍后重试"),
        (BAIDU_JSON, "rate-limit", '{"antiFlag": 1, "message": "Forbid spider access"}'),
        (SOGOU, "captcha-page", "请输入验证码"),
        (WEIXIN, "captcha-page", "请输入验证码"),
        (SO, "captcha-page", "访问异常"),
        (BING, "safesearch", "requires a strict Bing SafeSearch setting"),
    ],
    ids=str,
)
def test_other_troubles_are_pages(way: Way, trouble: str, sign: str) -> None:
    """With status 200, and for what would be found too."""
    with served(way.kind(**WORDS, trouble=trouble)) as base:
        got = way.ask(base, "天气")
    assert (got.status, way.count(got)) == (200, 0)
    assert sign in got.text


@pytest.mark.parametrize(
    ("way", "targets"),
    [
        (BAIDU_JSON, "/s?wd=a /s?q=a&tn=json /s?wd=a&pn=x&tn=json"),
        (BAIDU, "/s?wd=a&tn=json /s?wd=%D2%A5%D1%D4 /search?wd=a"),
        (ZHIDAO, "/search?word=%D2%A5 /search?ie=gbk&word=%E8%B0%A3%E8%A8%80 /search?ie=gbk&word=%FF%FF"),
        (SOGOU, "/web?q=a /web?query=%D2%A5%D1%D4 /weixin?type=2&query=a"),
        (WEIXIN, "/weixin?query=a /weixin?type=1&query=a /weixin?type=2&query=a&page=x"),
        (SO, "/s?pn=1 /s?q=%D2%A5%D1%D4 /"),
        (DOUBAN, "/search?q= /search?q=%D2%A5%D1%D4 /j/search?q=a"),
        (BING, "/search?q=a /search?q=a&mkt=en-US /search?q=a&mkt=zh-CN&adlt=none"),
        (BING_CN, "/search?q=a&ensearch=2 /search?q=a&ensearch=1&first=10 /?q=a&ensearch=1"),
    ],
    ids=str,
)
def test_other_shapes_are_refused(way: Way, targets: str) -> None:
    """Also another method, and also where there is trouble for all questions."""
    with served(way.kind(**WORDS, trouble=next(iter(way.kind.troubles), None))) as base:
        assert {get(base, target, CHINESE).status for target in targets.split()} <= {400, 404}
        assert get(base, way.of("天气"), CHINESE, "POST").status == 404


def test_so_is_empty_without_its_cookie() -> None:
    """It gives cookies to who has none, and wants the first; and there is trouble that looks the same."""
    replica = So(**WORDS)
    with served(replica) as base:
        first = get(base, SO.of("天气"), {})
        known = {"cookie": f"{first.cookies[0]}; other=1"}
        others = [get(base, SO.of("天气"), {"cookie": "QiHooGUID=1"})]
        again = get(base, SO.of("天气"), known)
        replica.trouble = "empty-body"
        others.append(get(base, SO.of("天气"), known))
        replica.trouble = None
        replica.visitors.clear()
        others.append(get(base, SO.of("天气"), known))
    assert [(got.status, got.body) for got in (first, *others)] == [(200, b"")] * 4
    assert SO.count(again) > 0
    assert not again.cookies


def test_the_json_of_baidu_ends_with_nothing() -> None:
    """The last entry is empty, and strings hold HTML entities."""
    with served(BaiduJson(**WORDS)) as base:
        found = json.loads(BAIDU_JSON.ask(base, "天气<1>").body)["feed"]["entry"]
        none = json.loads(BAIDU_JSON.ask(base, "量杯").body)
    assert (set(found[0]), found[-1]) == ({"title", "url", "abs", "time"}, {})
    assert "天气&lt;1&gt;" in found[0]["title"]
    assert none == {"feed": {"entry": [{}]}}


def test_baidu_says_how_many_or_that_there_are_none() -> None:
    with served(BaiduHtml(**WORDS)) as base:
        assert re.search(r'class="nums_text">百度为您找到相关结果约[\d,]+个', BAIDU.ask(base, "天气").text)
        assert "很抱歉，没有找到与" in BAIDU.ask(base, "量杯").text
        cookies = get(base, "/", {}).cookies
    assert [cookie.split("=")[0] for cookie in cookies] == ["BAIDUID", "BIDUPSID", "PSTM"]


def test_zhidao_does_not_say_that_it_is_gbk() -> None:
    with served(Zhidao(**WORDS)) as base:
        got = ZHIDAO.ask(base, "天气")
    assert got.headers["content-type"] == "text/html"
    assert b"charset" not in got.body


def test_a_box_of_sogou_is_no_result() -> None:
    with served(Sogou(**WORDS)) as base:
        page = SOGOU.ask(base, "量杯").text
    assert page.count('<div class="vrwrap">') == page.count('<div class="special-wrap">') == 1


def test_bing_shows_its_notice_for_plain_questions_too() -> None:
    """In the edition of China, and with as many results as ever."""
    plain, other = sorted(("天气", "天气1", "天气2", "天气3"), key=shows_notice, reverse=True)[:2]
    with served(Bing(**WORDS)) as base:
        china, market, soft = BING_CN.ask(base, plain), BING.ask(base, plain), BING_CN.ask(base, "传闻")
        assert FWLINK not in BING_CN.ask(base, other).text
    assert FWLINK in china.text
    assert FWLINK not in market.text
    assert BING_CN.count(china) == BING.count(market) > BING_CN.count(soft)


def test_bing_hides_addresses_that_can_be_read() -> None:
    """The decoded `u` and the text of `cite` name the same page."""
    with served(Bing(**WORDS)) as base:
        page = BING.ask(base, "传闻").text
    coded = re.findall(r"https://www\.bing\.com/ck/a\?[^\"]*&amp;u=a1([\w-]+)&amp;", page)
    places = [urlsafe_b64decode(part + "=" * (-len(part) % 4)).decode() for part in coded]
    assert places == [cite.replace(" › ", "/") for cite in re.findall(r"<cite>([^<]+)</cite>", page)]
    assert places[0].startswith("https://www.people.com.cn/")


@pytest.mark.parametrize(
    ("market", "notice"), [("zh-TW", "部分搜尋結果已被移除"), ("en-US", "Some results have been removed")]
)
def test_bing_speaks_the_language_of_the_market(market: str, notice: str) -> None:
    with served(Bing(**WORDS)) as base:
        got = get(base, f"/search?q={quote('传闻')}&mkt={market}", {"accept-language": market})
    assert f'<li class="b_msg b_canvas"><p>{notice}' in got.text


def test_bing_may_say_nothing_about_a_hard_word() -> None:
    with served(Bing(**WORDS, banner=False)) as base:
        hard, empty = BING.ask(base, "谣言").text, BING.ask(base, "量杯").text
    assert hard.replace("谣言", "") == empty.replace("量杯", "")
