"""Do the replicas of Weibo, Bilibili, X, MediaWiki and SearXNG answer as documented, and demand what is demanded?"""

from __future__ import annotations

import hashlib
import http.client
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import pytest

from tests.replicas.bilibili import Bilibili, mixed_key, signature
from tests.replicas.replica import Replica, served
from tests.replicas.weibo import Passport, WeiboMobile, WeiboSearch, WeiboTopic
from tests.replicas.wiki import MediaWiki, SearXNG
from tests.replicas.x import XSearch

WORDS: dict[str, Any] = {
    "known": frozenset({"天气", "天气好", "敏感", "敏感词", "半敏", "半敏词"}),
    "hard": frozenset({"敏感", "敏感词"}),
    "soft": frozenset({"半敏"}),
}
NOTICE = "根据相关法律法规和政策"
COOKIE = {"cookie": "SUB=mine"}
FORM = {"content-type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True)
class Got:
    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    @property
    def jsonp(self) -> Any:
        return json.loads(self.text[self.text.index("({") + 1 : self.text.rindex(")")])


def ask(
    replica: Replica, target: str, headers: Mapping[str, str] | None = None, form: str | None = None
) -> Got:
    """What the replica answers; to a form if there is one."""
    with served(replica) as base:
        connection = http.client.HTTPConnection(urlsplit(base).netloc, timeout=5)
        connection.request("GET" if form is None else "POST", target, form, {**(headers or {})})
        answer = connection.getresponse()
        got = Got(answer.status, dict(answer.getheaders()), answer.read().decode())
        connection.close()
    return got


class TestWeiboSearch:
    def page(self, text: str, trouble: str | None = None) -> str:
        got = ask(WeiboSearch(**WORDS, trouble=trouble), f"/weibo?q={quote(text)}", COOKIE)
        assert got.status == 200
        return got.text

    @pytest.mark.parametrize(("text", "quotes"), [("天气", True), ("天气好", False)])
    def test_results_are_of_all_kinds_of_authors(self, text: str, quotes: bool) -> None:
        page = self.page(text)
        assert page.count('<div class="info">') == 4
        assert page.count('id="woo_svg_vblue"') == 1
        assert (NOTICE in page) == quotes

    def test_a_soft_word_has_verified_authors_only(self) -> None:
        page = self.page("半敏词")
        assert page.count('<div class="info">') == page.count('id="woo_svg_vblue"') == 4

    @pytest.mark.parametrize("text", ["没有", "没有的", "没有的词"])
    def test_nothing_found(self, text: str) -> None:
        page = self.page(text)
        assert "抱歉，未找到" in page
        assert 'class="info"' not in page

    def test_a_hard_word_gets_a_notice(self) -> None:
        assert f'{NOTICE}，"<em>敏感词</em>"搜索结果未予显示。' in self.page("敏感词")

    def test_a_hard_word_of_even_length_gets_it_inside_a_script(self) -> None:
        page = self.page("敏感")
        assert NOTICE not in page
        assert r"\u6839\u636e\u76f8\u5173\u6cd5\u5f8b" in page
        assert r"<\/p><\/div>" in page

    @pytest.mark.parametrize(
        ("trouble", "sign"),
        [("captcha", "你的行为有些异常，请输入验证码："), ("visitor", "Sina Visitor System")],
    )
    def test_troubles_that_are_pages(self, trouble: str, sign: str) -> None:
        assert sign in self.page("天气", trouble)

    @pytest.mark.parametrize(("headers", "trouble"), [({}, None), (COOKIE, "login")])
    def test_who_has_no_cookie_is_sent_away(self, headers: dict[str, str], trouble: str | None) -> None:
        got = ask(WeiboSearch(**WORDS, trouble=trouble), f"/weibo?q={quote('天气')}", headers)
        assert got.status == 302
        assert got.headers["location"].startswith("https://passport.weibo.com/visitor/visitor?")

    def test_reset(self) -> None:
        with pytest.raises(ConnectionResetError):
            self.page("天气", "reset")

    @pytest.mark.parametrize(
        "target", ["/weibo", "/weibo?q=%CC%EC%C6%F8", "/weibo?q=a&scope=all", "/search?q=a"]
    )
    def test_other_forms_are_refused(self, target: str) -> None:
        assert ask(WeiboSearch(**WORDS), target, COOKIE).status in {400, 404}


class TestPassport:
    def test_one_step(self) -> None:
        replica = WeiboMobile()
        got = ask(replica, "/visitor/genvisitor2", FORM, "cb=visitor_gray_callback&tid=&from=weibo")
        assert got.text.startswith("visitor_gray_callback({")
        assert got.jsonp["data"]["sub"] in replica.given

    @pytest.mark.parametrize(("before", "w", "c"), [(0, "3", "095"), (1, "2", "100")])
    def test_two_steps(self, before: int, w: str, c: str) -> None:
        replica = WeiboMobile()
        for _ in range(before + 1):
            first = ask(replica, "/visitor/genvisitor", FORM, "cb=gen_callback")
        assert first.text.startswith("window.gen_callback && gen_callback({")
        second = ask(replica, self.target(first.jsonp["data"]["tid"], w, c))
        assert second.jsonp["data"]["sub"] in replica.given
        assert second.headers["set-cookie"].startswith("SUB")

    @pytest.mark.parametrize(("w", "c", "safe"), [("2", "095", ""), ("3", "95", ""), ("3", "095", "+")])
    def test_a_wrong_second_step(self, w: str, c: str, safe: str) -> None:
        replica = WeiboMobile()
        tid = ask(replica, "/visitor/genvisitor", FORM, "cb=gen_callback").jsonp["data"]["tid"]
        assert ask(replica, self.target(tid, w, c, safe)).status == 400
        assert not replica.given

    def target(self, tid: str, w: str, c: str, safe: str = "") -> str:
        rest = f"w={w}&c={c}&gc=&cb=cross_domain&from=weibo&_rand=0.5"
        return f"/visitor/visitor?a=incarnate&t={quote(tid, safe=safe)}&{rest}"

    @pytest.mark.parametrize("form", ["tid=&from=weibo", "cb=f&from=weibo", "cb=f&tid="])
    def test_a_field_is_missing(self, form: str) -> None:
        assert ask(WeiboSearch(), "/visitor/genvisitor2", FORM, form).status == 400


def mobile(replica: Passport, text: str, head: str = "100103type=1", cookie: str = "SUB=mine") -> Got:
    container = quote(f"{head}&q={text}", safe="")
    replica.given.add("mine")
    return ask(
        replica, f"/api/container/getIndex?containerid={container}&page_type=searchall", {"cookie": cookie}
    )


class TestWeiboMobile:
    @pytest.mark.parametrize(("text", "alone", "grouped"), [("天气", 2, 2), ("天气好", 0, 4)])
    def test_posts_stand_alone_and_in_groups(self, text: str, alone: int, grouped: int) -> None:
        cards = mobile(WeiboMobile(**WORDS), text).json["data"]["cards"]
        inner = [one for card in cards for one in card.get("card_group", []) if one["card_type"] == 9]
        assert sum(card["card_type"] == 9 for card in cards) == alone
        assert len(inner) == grouped
        assert text in inner[0]["mblog"]["text"]

    @pytest.mark.parametrize("text", ["没有", "敏感"])
    def test_nothing_in_an_empty_list(self, text: str) -> None:
        assert mobile(WeiboMobile(**WORDS), text).json["data"]["cards"] == []

    @pytest.mark.parametrize("text", ["没有的", "敏感词"])
    def test_nothing_as_an_error(self, text: str) -> None:
        assert mobile(WeiboMobile(**WORDS), text).json["ok"] == 0

    @pytest.mark.parametrize(("cookie", "trouble"), [("SUB=other", None), ("", None), ("SUB=mine", "login")])
    def test_login(self, cookie: str, trouble: str | None) -> None:
        plain = mobile(WeiboMobile(**WORDS, trouble=trouble), "天气", cookie=cookie).json
        assert plain["ok"] == -100
        assert plain["url"].startswith("https://passport.weibo.com/sso/signin?")

    def test_a_visitor_is_not_logged_in(self) -> None:
        assert ask(WeiboMobile(), "/api/config").json["data"] == {"login": False}

    @pytest.mark.parametrize(("trouble", "status"), [("http-432", 432), ("wall", 302)])
    def test_troubles_without_json(self, trouble: str, status: int) -> None:
        got = mobile(WeiboMobile(**WORDS, trouble=trouble), "天气")
        assert got.status == status
        assert got.text.startswith("<")

    @pytest.mark.parametrize(
        ("text", "head"), [(quote("天气"), "100103type=1"), ("天气", "100103type=2"), ("", "1")]
    )
    def test_other_forms_are_refused(self, text: str, head: str) -> None:
        assert mobile(WeiboMobile(**WORDS), text, head).status == 400


class TestWeiboTopic:
    HEAD = "231522type=1"

    def test_served(self) -> None:
        assert "天气" in mobile(WeiboTopic(**WORDS), "#天气#", self.HEAD).text

    @pytest.mark.parametrize(
        ("text", "kind", "is_told"), [("敏感词", 7, True), ("敏感词们", 7, False), ("敏感", 11, True)]
    )
    def test_a_hidden_topic_shows_by_a_card(self, text: str, kind: int, is_told: bool) -> None:
        (card,) = mobile(WeiboTopic(**WORDS), f"#{text}#", self.HEAD).json["data"]["cards"]
        assert card["card_type"] == kind
        assert ("话题页未予显示" in card["desc"]) == is_told

    def test_a_topic_stands_between_signs(self) -> None:
        assert mobile(WeiboTopic(**WORDS), "天气", self.HEAD).status == 400


class TestBilibili:
    PATH = "/x/web-interface/wbi/search/type"

    def search(self, replica: Bilibili, text: str, without: str = "", **changes: str) -> Got:
        cookie = ask(replica, "/").headers["set-cookie"].partition(";")[0]
        images = ask(replica, "/x/web-interface/nav").json["data"]["wbi_img"]
        img_key, sub_key = (re.sub(r"^.*/|\.png$", "", images[name]) for name in ("img_url", "sub_url"))
        plain = {"search_type": "video", "keyword": text, "page": "1", "page_size": "20", "wts": "1702204169"}
        plain = {name: value for name, value in plain.items() if name != without}
        plain["w_rid"] = signature(plain, mixed_key(img_key, sub_key))
        headers = {"cookie": cookie, "referer": "https://www.bilibili.com/", "user-agent": "Mozilla/5.0"}
        headers.pop(without, None)
        return ask(replica, f"{self.PATH}?{urlencode({**plain, **changes}, quote_via=quote)}", headers)

    def test_the_worked_example(self) -> None:
        key = mixed_key("7cd084941338484aae1ad9425b84077c", "4932caff0ff746eab6f01bf08b70ac45")
        assert key == "ea1db124af3c7062474693fa704f4ff8"
        example = {"foo": "114", "bar": "514", "zab": "1919810", "wts": "1702204169"}
        assert signature(example, key) == "8f6f2b5b3d485fe1886cec6a0be8c5d4"

    def test_some_signs_are_left_out_of_what_is_signed(self) -> None:
        plain = b"a=%E5%A5%BD%20%2Fc&b=" + b"key"
        assert signature({"b": "(!*')", "a": "好 /*c"}, "key") == hashlib.md5(plain).hexdigest()

    def test_the_keys_are_there_for_all(self) -> None:
        assert ask(Bilibili(), "/x/web-interface/nav").json["code"] == -101

    @pytest.mark.parametrize(("text", "quotes"), [("天气", True), ("天气好", False), ("天气 (*好*)!", False)])
    def test_served(self, text: str, quotes: bool) -> None:
        data = self.search(Bilibili(**WORDS), text).json["data"]
        assert text in data["result"][0]["title"]
        assert (NOTICE in str(data)) == quotes

    @pytest.mark.parametrize("text", ["没有", "没有的", "敏感", "敏感词"])
    def test_nothing(self, text: str) -> None:
        plain = self.search(Bilibili(**WORDS), text).json
        assert (plain["code"], plain["data"]["numResults"]) == (0, 0)
        assert not plain["data"].get("result")

    @pytest.mark.parametrize(
        ("trouble", "code"), [("v_voucher", 0), ("-412", -412), ("-352", -352), ("-799", -799)]
    )
    def test_troubles(self, trouble: str, code: int) -> None:
        got = self.search(Bilibili(**WORDS, trouble=trouble), "天气")
        assert got.json["code"] == code
        assert "result" not in got.json.get("data", {})
        assert ("x-bili-gaia-vvoucher" in got.headers) == (trouble == "-352")

    @pytest.mark.parametrize(
        ("without", "code"), [("cookie", -412), ("user-agent", -412), ("referer", -403), ("keyword", -400)]
    )
    def test_demands(self, without: str, code: int) -> None:
        assert self.search(Bilibili(**WORDS), "天气", without).json["code"] == code

    @pytest.mark.parametrize("changes", [{"w_rid": "0" * 32}, {"page": "2"}])
    def test_a_wrong_signature_gets_a_voucher(self, changes: dict[str, str]) -> None:
        assert list(self.search(Bilibili(**WORDS), "天气", **changes).json["data"]) == ["v_voucher"]

    def test_a_request_without_time_is_not_signed(self) -> None:
        assert "v_voucher" in self.search(Bilibili(**WORDS), "天气", "wts").text

    @pytest.mark.parametrize(("kind", "results"), [("type", 5), ("all/v2", 2)])
    def test_the_older_search_is_not_signed(self, kind: str, results: int) -> None:
        replica = Bilibili(**WORDS, given={"mine"})
        headers = {
            "cookie": "buvid3=mine",
            "referer": "https://www.bilibili.com/",
            "user-agent": "Mozilla/5.0",
        }
        target = f"/x/web-interface/search/{kind}?search_type=video&keyword={quote('天气')}"
        assert len(ask(replica, target, headers).json["data"]["result"]) == results


class TestXSearch:
    def search(
        self, text: str, rest: str = "", token: str = "Bearer mine", trouble: str | None = None
    ) -> Got:
        target = f"/2/tweets/search/recent?query={quote(text)}{rest}"
        return ask(XSearch(**WORDS, token="mine", trouble=trouble), target, {"authorization": token})

    def test_served(self) -> None:
        plain = self.search("天气", "&max_results=10").json
        assert len(plain["data"]) == plain["meta"]["result_count"] == 4

    @pytest.mark.parametrize("text", ["没有", "敏感"])
    def test_nothing(self, text: str) -> None:
        assert self.search(text).json == {"meta": {"result_count": 0}}

    def test_rate_limit(self) -> None:
        got = self.search("天气", trouble="rate-limit")
        assert (got.status, got.json["errors"][0]["code"]) == (429, 88)
        assert got.headers["x-rate-limit-reset"].isdigit()

    @pytest.mark.parametrize("token", ["", "Bearer", "Bearer other", "Basic mine"])
    def test_a_token_is_demanded(self, token: str) -> None:
        assert self.search("天气", token=token).status == 401

    @pytest.mark.parametrize("rest", ["&max_results=5", "&max_results=many", "&count=10"])
    def test_other_forms_are_refused(self, rest: str) -> None:
        assert self.search("天气", rest).status == 400


class TestMediaWiki:
    def search(
        self, text: str, rest: str = "", agent: str = "keyword-survey/1.0", trouble: str | None = None
    ) -> Got:
        target = f"/w/api.php?action=query&list=search&format=json&srsearch={quote(text)}{rest}"
        return ask(MediaWiki(**WORDS, trouble=trouble), target, {"user-agent": agent})

    @pytest.mark.parametrize(("text", "quotes"), [("天气", True), ("天气好", False)])
    def test_served(self, text: str, quotes: bool) -> None:
        query = self.search(text).json["query"]
        assert text in query["search"][0]["title"]
        assert query["search"][-1]["snippet"].startswith("#REDIRECT")
        assert (NOTICE in str(query)) == quotes

    @pytest.mark.parametrize("text", ["没有", "敏感"])
    def test_nothing(self, text: str) -> None:
        assert self.search(text).json["query"] == {"searchinfo": {"totalhits": 0}, "search": []}

    def test_what_is_wanted(self) -> None:
        plain = self.search("天气", "&srprop=&formatversion=2").json
        assert plain["batchcomplete"] is True
        assert plain["query"]["search"][0].keys() == {"ns", "title", "pageid"}

    @pytest.mark.parametrize(
        ("text", "rest", "trouble", "code"),
        [
            ("天气", "", "ratelimited", "ratelimited"),
            ("天气", "", "maxlag", "maxlag"),
            ("", "", None, "missingparam"),
            ("天气", "&srwhat=all", None, "badvalue"),
        ],
    )
    def test_errors_come_with_status_200(self, text: str, rest: str, trouble: str | None, code: str) -> None:
        got = self.search(text, rest, trouble=trouble)
        assert (got.status, got.json["error"]["code"]) == (200, code)

    def test_rate_limit_and_nameless_clients(self) -> None:
        assert self.search("天气", trouble="http-429").status == 429
        assert self.search("天气", agent="python-httpx/0.28").status == 403


class TestSearXNG:
    def search(self, text: str, rest: str = "&format=json", trouble: str | None = None) -> Got:
        return ask(SearXNG(**WORDS, trouble=trouble), f"/search?q={quote(text)}{rest}")

    @pytest.mark.parametrize(("text", "number"), [("天气", 0), ("天气好", 12400)])
    def test_served(self, text: str, number: int) -> None:
        plain = self.search(text).json
        assert (len(plain["results"]), plain["number_of_results"]) == (4, number)

    @pytest.mark.parametrize(("text", "trouble"), [("没有", None), ("敏感", None), ("天气", "unresponsive")])
    def test_nothing(self, text: str, trouble: str | None) -> None:
        plain = self.search(text, trouble=trouble).json
        assert plain["results"] == []
        assert bool(plain["unresponsive_engines"]) == (trouble is not None)

    @pytest.mark.parametrize(("trouble", "status"), [("json-off", 403), ("limiter", 429)])
    def test_troubles(self, trouble: str, status: int) -> None:
        assert self.search("天气", trouble=trouble).status == status

    @pytest.mark.parametrize("rest", ["", "&format=json&safesearch=3", "&format=json&time_range=hour"])
    def test_other_forms_are_refused(self, rest: str) -> None:
        assert self.search("天气", rest).status == 400

    def test_a_form_may_be_sent(self) -> None:
        got = ask(SearXNG(**WORDS), "/search", FORM, urlencode({"q": "天气", "format": "json"}))
        assert got.json["query"] == "天气"
