"""Sogou: the search of the web, and the search of articles in WeChat."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import ClassVar
from urllib.parse import quote

from tests.replicas.replica import Answer, Asked, Replica, html_answer

BANNER = (
    '<div class="topqc" id="orderblack_tip_black_container">'
    "<strong>根据相关法律法规和政策，部分搜索结果未予显示。</strong></div>"
)
HOSTS = ("www.zhihu.com", "www.sohu.com", "news.cctv.com", "www.163.com", "www.thepaper.cn", "www.douban.com")
AUTHORISED = ("news.cctv.com", "www.chinanews.com", "www.xinhuanet.com", "news.youth.cn", "www.cri.cn")
TITLES = ("{}是什么意思", "{}的由来与历史", "一文读懂{}", "{} 图片大全", "关于{}的十个问题", "大家都在聊{}")
QUOTES = (
    "记者在微博输入后，页面显示：根据相关法律法规和政策，搜索结果未予显示。",
    "网友称百度当时提示：搜索结果可能不符合相关法律法规和政策，未予显示。",
    "360 搜索的提示是：根据相关法律法规和政策，部分搜索结果未予显示。",
)
"""Notices of other platforms, as news about them quotes them."""


@dataclass(kw_only=True)
class Sogou(Replica):
    """www.sogou.com. How a hard word is answered is not known: here as one without results."""

    troubles: ClassVar[tuple[str, ...]] = ("captcha", "captcha-page")

    banner: bool = True
    """Whether the legal notice stands above the results of a soft word; else only authorised hosts are left."""

    def answer(self, asked: Asked) -> Answer | None:
        query = _query(asked, "/web")
        if isinstance(query, Answer):
            return query
        text = query["query"]
        if self.trouble is not None:
            return _captcha(self.trouble, "www.sogou.com", asked)
        if self.is_hard(text):
            return _web_page(text)
        if self.is_soft(text):
            hosts = HOSTS[:4] if self.banner else AUTHORISED
            return _web_page(text, hosts, notice=BANNER if self.banner else "")
        return _web_page(text, HOSTS if self.has_results(text) else ())


@dataclass(kw_only=True)
class SogouWeixin(Replica):
    """Articles at weixin.sogou.com. How a hard word is answered is not known; a soft one may show Sogou's notice.

    Accounts (type=1) are another search, of another shape: it is not here.
    """

    troubles: ClassVar[tuple[str, ...]] = ("captcha", "captcha-page")

    def answer(self, asked: Asked) -> Answer | None:
        query = _query(asked, "/weixin")
        if isinstance(query, Answer):
            return query
        if query.get("type") != "2" or query.get("ie", "utf8") != "utf8":
            return Answer(status=400)
        text = query["query"]
        if self.trouble is not None:
            return _captcha(self.trouble, "weixin.sogou.com", asked)
        if self.is_hard(text):
            return _article_page(text, 0)
        if self.is_soft(text):
            return _article_page(text, 3, notice=BANNER)
        return _article_page(text, len(TITLES) if self.has_results(text) else 0)


def _query(asked: Asked, path: str) -> dict[str, str] | Answer:
    """The parameters, if the request has the documented shape; else how it is refused."""
    if asked.method != "GET" or asked.path != path:
        return Answer(status=404)
    try:
        query = asked.query()
    except UnicodeDecodeError:
        return Answer(status=400)
    fits = asked.target.isascii() and query.get("query", "").strip()
    return query if fits and query.get("page", "1").isdecimal() else Answer(status=400)


def _captcha(trouble: str, host: str, asked: Asked) -> Answer:
    """A question about oneself: as a redirect, or in place of the results."""
    if trouble == "captcha":
        place = f"http://{host}/antispider/?from={quote(asked.target, safe='')}"
        return Answer(status=302, headers=(("location", place),))
    return html_answer(
        '<!DOCTYPE html>\n<html><head><meta charset="utf-8"><title>搜狗搜索</title></head><body>'
        "<p>您的访问出错了，为确认本次访问为正常用户行为，需要您协助验证。</p>"
        f'<form method="post" action="http://{host}/antispider/thank.php"><label>请输入验证码：</label>'
        '<input name="c"><input type="hidden" name="r"><input type="hidden" name="v" value="5">'
        f'<img src="http://{host}/antispider/util/seccode.php?tc=1700000000000"></form></body></html>'
    )


def _snippets(text: str, count: int) -> list[str]:
    """A sentence below each title; for texts of even length, one of them quotes another platform."""
    sentences = [f"本文介绍{text}，并整理了第 {number} 部分的常见资料。" for number in range(1, count + 1)]
    if len(text) % 2 == 0 and count > 1:
        sentences[1] = QUOTES[ord(text[0]) % len(QUOTES)]
    return [escape(sentence) for sentence in sentences]


def _web_page(text: str, hosts: tuple[str, ...] = (), *, notice: str = "") -> Answer:
    shown = escape(text)
    results = [
        _web_result(number, TITLES[number].format(f"<em>{shown}</em>"), host, snippet)
        for number, (host, snippet) in enumerate(zip(hosts, _snippets(text, len(hosts)), strict=True))
    ]
    nothing = "" if hosts else f"<p>未找到与“{shown}”相关的网页，请换一个词再试。</p>"
    # a box of the same class that is no result: it stands on every page
    related = (
        '<div class="vrwrap"><div class="special-wrap"><p>大家还在搜</p><a href="/web?query=%E5%A4%A9%E6%B0%94">'
        "天气</a></div></div>"
    )
    weixin = f"https://weixin.sogou.com/weixin?type=2&amp;query={quote(text, safe='')}"
    return html_answer(
        f'<!DOCTYPE html>\n<html><head><meta charset="utf-8"><title>{shown} - 搜狗搜索</title></head><body>\n'
        f'<form id="searchForm" action="/web"><input id="upquery" name="query" value="{shown}"></form>\n'
        f'<ul class="searchnav"><li>网页</li><li><a href="{weixin}">微信</a></li></ul>\n'
        f'<div id="main">{notice}<div class="results">\n{"".join(results)}{nothing}{related}</div></div>\n'
        "</body></html>"
    )


def _web_result(number: int, title: str, host: str, snippet: str) -> str:
    """One result, of the two kinds in turn."""
    link = f'<a target="_blank" href="/link?url=hedJjaC291M{number}">{title}</a>'
    url = f"https://{host}/a/{1000 + number}.html"
    if number % 2:
        heading, kind = f'<h3 class="pt">{link}</h3>', "rb"
    else:
        heading, kind = f'<h3 class="vr-title">{link}</h3>', "vrwrap"
    below = f'<p class="star-wiki">{snippet}</p><div class="r-sech" data-url="{url}"></div>'
    return f'<div class="{kind}">{heading}{below}</div>\n'


def _article_page(text: str, count: int, *, notice: str = "") -> Answer:
    shown = escape(text)
    results = [
        _article(number, TITLES[number].format(f"<em>{shown}</em>"), snippet)
        for number, snippet in enumerate(_snippets(text, count))
    ]
    nothing = "" if count else f"<p>没有与“{shown}”相关的微信公众号文章。</p>"
    return html_answer(
        f'<!DOCTYPE html>\n<html><head><meta charset="utf-8"><title>{shown}的相关微信公众号文章 – 搜狗微信搜索'
        f'</title></head><body>\n<form action="/weixin"><input name="query" id="query" value="{shown}"></form>\n'
        '<ul class="nav"><li><a href="https://www.sogou.com/">网页</a></li><li>微信</li></ul>\n'
        f'<div id="main">{notice}<div class="news-box"><ul class="news-list">\n{"".join(results)}</ul>{nothing}'
        "</div></div>\n</body></html>"
    )


def _article(number: int, title: str, snippet: str) -> str:
    link = f"/link?url=dn9a_-gY295K0{number}&amp;type=2"
    return (
        f'<li id="sogou_vr_11002601_box_{number}" d="ab12{number}">\n'
        f'<div class="img-box"><a href="{link}"><img src="//img01.sogoucdn.com/net/a/04/link?n={number}"></a></div>\n'
        f'<div class="txt-box"><h3><a target="_blank" href="{link}">{title}</a></h3>'
        f'<p class="txt-info" id="sogou_vr_11002601_summary_{number}">{snippet}</p>'
        f"<span><script>document.write(timeConvert('{1700000000 + number * 3600}'))</script></span></div></li>\n"
    )
