"""Baidu: the search of the web as JSON and as HTML, and the questions and answers of Zhidao."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Any, ClassVar
from urllib.parse import quote

from tests.replicas.replica import Answer, Asked, Replica, html_answer, json_answer

HARD = "搜索结果可能不符合相关法律法规和政策，未予显示。"
SOFT = "根据相关法律法规和政策，部分搜索结果未予显示。"
HOSTS = (
    "www.zhihu.com",
    "www.thepaper.cn",
    "www.people.com.cn",
    "www.sohu.com",
    "blog.csdn.net",
    "www.163.com",
)
AUTHORISED = ("politics.people.com.cn", "www.xinhuanet.com", "news.cctv.com", "www.gov.cn", "www.qstheory.cn")
TITLES = ("{}_百科", "{}究竟是怎么回事", "{}最新资讯", "怎样看待{}", "{}详解", "{}的前世今生")
QUOTES = (
    "微博的提示为：根据相关法律法规和政策，搜索结果未予显示。",
    "搜狗与 360 均显示：根据相关法律法规和政策，部分搜索结果未予显示。",
    "豆瓣页面写着：根据相关法律法规和政策，搜索结果未予显示。请尝试其他查询词。",
)
"""Notices of other platforms, as news about them quotes them; the second has the words of Baidu's own."""


@dataclass(kw_only=True)
class BaiduJson(Replica):
    """www.baidu.com with `tn=json`: no notices, so a hard word has no results and a soft one only authorised hosts."""

    troubles: ClassVar[tuple[str, ...]] = ("captcha", "captcha-page", "rate-limit")

    def answer(self, asked: Asked) -> Answer | None:
        query = _query(asked)
        if isinstance(query, Answer):
            return query
        if query.get("tn") != "json":
            return Answer(status=400)
        if self.trouble is not None:
            return _disturbed(self.trouble, "www.baidu.com", asked)
        text = query["wd"]
        if self.is_hard(text):
            return _feed(text, ())
        if self.is_soft(text):
            return _feed(text, AUTHORISED)
        return _feed(text, HOSTS if self.has_results(text) else ())


@dataclass(kw_only=True)
class BaiduHtml(Replica):
    """www.baidu.com without `tn`: a page, with a notice in place of results for hard words."""

    troubles: ClassVar[tuple[str, ...]] = ("captcha", "captcha-page")

    banner: bool = True
    """Whether the legal notice stands above the results of a soft word; else only authorised hosts are left."""

    def answer(self, asked: Asked) -> Answer | None:
        query = _query(asked)
        if isinstance(query, Answer):
            return query
        if "tn" in query:
            return Answer(status=400)
        if self.trouble is not None:
            return _disturbed(self.trouble, "www.baidu.com", asked)
        text = query["wd"]
        if self.is_hard(text):
            return _page(text, notice=f"<div><p>{HARD}</p></div>")
        if self.is_soft(text):
            return _page(text, HOSTS[:4], notice=_banner()) if self.banner else _page(text, AUTHORISED)
        return _page(text, HOSTS if self.has_results(text) else ())


@dataclass(kw_only=True)
class Zhidao(Replica):
    """zhidao.baidu.com: GBK both ways, and hard words have no results.

    UTF-8 with `ie=utf-8` is said to be understood too; here only the form that the public clients send is.
    """

    troubles: ClassVar[tuple[str, ...]] = ("captcha",)

    def answer(self, asked: Asked) -> Answer | None:
        if asked.method != "GET" or asked.path != "/search":
            return Answer(status=404)
        word = _word(asked)
        if word is None:
            return Answer(status=400)
        if self.trouble is not None:
            return _disturbed(self.trouble, "zhidao.baidu.com", asked)
        return _questions(word, 0 if self.is_hard(word) or not self.has_results(word) else 5)


def _query(asked: Asked) -> dict[str, str] | Answer:
    """The parameters of a search of the web; an answer for the home page, and for another shape."""
    if asked.method == "GET" and asked.path == "/":
        return _home()
    if asked.method != "GET" or asked.path != "/s":
        return Answer(status=404)
    try:
        query = asked.query()
    except UnicodeDecodeError:
        return Answer(status=400)
    numbers = query.get("rn", "10").isdecimal() and query.get("pn", "0").isdecimal()
    return query if numbers and asked.target.isascii() and query.get("wd", "").strip() else Answer(status=400)


def _word(asked: Asked) -> str | None:
    """The word asked of Zhidao; None if it did not come percent-encoded in GBK."""
    try:
        query = asked.query("gbk")
    except UnicodeDecodeError:
        return None
    word = query.get("word", "")
    numbers = query.get("rn", "10").isdecimal() and query.get("pn", "0").isdecimal()
    if query.get("ie") != "gbk" or not numbers or not word.strip() or not asked.target.isascii():
        return None
    try:
        mistaken = asked.query()["word"]
    except UnicodeDecodeError:
        return word
    # bytes that are Chinese in UTF-8 are almost never meant as GBK, where they are gibberish
    return None if any(ord(character) > 0x7FF for character in mistaken) else word


def _home() -> Answer:
    """The home page gives the cookies of a browser; a few questions are answered without them."""
    identity = "6F1A2B3C4D5E6F708192A3B4C5D6E7F8"
    cookies = (f"BAIDUID={identity}:FG=1", f"BIDUPSID={identity}", "PSTM=1700000000")
    return html_answer(
        '<html><head><title>百度一下，你就知道</title></head><body><form action="/s"><input name="wd"></form></body></html>',
        headers=tuple(("set-cookie", f"{cookie}; path=/") for cookie in cookies),
    )


def _disturbed(trouble: str, host: str, asked: Asked) -> Answer:
    if trouble == "rate-limit":
        return json_answer({"antiFlag": 1, "message": "Forbid spider access"})
    if trouble == "captcha":
        back = quote(f"https://{host}{asked.target}", safe="")
        place = f"https://wappass.baidu.com/static/captcha/tuxing_v2.html?ak=c27bbc89&backurl={back}&signature=5b1e"
        return Answer(status=302, headers=(("location", place),))
    return html_answer(
        '<!DOCTYPE html>\n<html><head><meta charset="utf-8"><title>百度安全验证</title></head><body>'
        "<div><p>网络不给力，请稍后重试</p><p>返回首页</p></div></body></html>"
    )


def _snippet(number: int, text: str) -> str:
    """What stands below a title; for texts of even length, the second quotes another platform."""
    if number == 1 and len(text) % 2 == 0:
        return QUOTES[ord(text[0]) % len(QUOTES)]
    return f"为您介绍{text}，内容共 {number + 2} 节。"


def _feed(text: str, hosts: tuple[str, ...]) -> Answer:
    """Strings hold HTML entities, and the last entry is empty."""
    entries: list[dict[str, Any]] = [
        {
            "title": escape(TITLES[number].format(text)),
            "url": f"https://{host}/a/{5000 + number}.html",
            "abs": escape(_snippet(number, text)) + "&nbsp;",
            "time": 1700000000 + number * 3600,
        }
        for number, host in enumerate(hosts)
    ]
    return json_answer({"feed": {"entry": [*entries, {}]}})


def _banner() -> str:
    hint = '<div class="boldline se_common_hint" data-id="40400" data-tpl="hint_boldline">'
    return f"{hint}<strong>{SOFT}</strong></div>"


def _page(text: str, hosts: tuple[str, ...] = (), *, notice: str = "") -> Answer:
    shown = escape(text)
    results = "".join(
        f'<div class="result c-container" id="{number + 1}"><h3 class="t">'
        f'<a href="https://{host}/a/{5000 + number}.html">{TITLES[number].format(f"<em>{shown}</em>")}</a></h3>'
        f'<div class="c-abstract">{escape(_snippet(number, text))}</div></div>\n'
        for number, host in enumerate(hosts)
    )
    count = '<span class="nums_text">百度为您找到相关结果约1,240,000个</span>' if hosts else ""
    if not hosts and not notice:
        notice = f"<div><p>很抱歉，没有找到与“<em>{shown}</em>”相关的网页。</p></div>"
    return html_answer(
        f'<!DOCTYPE html>\n<html><head><meta charset="utf-8"><title>{shown}_百度搜索</title></head><body>\n'
        f'<form id="form" action="/s"><input id="kw" name="wd" value="{shown}"></form>\n'
        '<div id="s_tab"><b>网页</b><a href="https://zhidao.baidu.com/">知道</a></div>\n'
        f'{count}<div id="content_left">{notice}\n{results}</div>\n'
        '<div id="rs"><a href="/s?wd=%E5%A4%A9%E6%B0%94">天气</a></div>\n</body></html>'
    )


def _questions(word: str, count: int) -> Answer:
    """Zhidao's page, in GBK without saying so."""
    shown = escape(word)
    results = "".join(
        f'<dl class="dl"><dt class="dt"><a href="http://zhidao.baidu.com/question/{6000 + number}.html">'
        f"{TITLES[number].format(f'<em>{shown}</em>')}？</a></dt>"
        f'<dd class="dd answer">答：{escape(_snippet(number, word))}</dd></dl>\n'
        for number in range(count)
    )
    nothing = f"<p>暂无与“{shown}”有关的提问。</p>"
    found = f'<div class="list-inner" id="wgt-list">\n{results}</div>' if count else nothing
    page = (
        f"<!DOCTYPE html>\n<html><head><title>百度知道搜索_{shown}</title></head><body>\n"
        f'<form action="/search"><input id="kw" name="word" value="{shown}"></form>\n'
        '<ul class="channel"><li><a href="http://www.baidu.com/">网页</a></li><li>知道</li></ul>\n'
        f'<div class="list-wraper">{found}</div>\n</body></html>'
    )
    return Answer(headers=(("content-type", "text/html"),), body=page.encode("gbk"))
