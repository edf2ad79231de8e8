"""360 search: www.so.com."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from typing import ClassVar
from urllib.parse import quote

from tests.replicas.replica import Answer, Asked, Replica, html_answer

BANNER = '<div class="icon-gantan" id="warning_info">根据相关法律法规和政策，部分搜索结果未予显示。</div>'
RESULTS = (
    ("{}的基本知识", "baike.so.com"),
    ("如何理解{}", "www.zhihu.com"),
    ("{}_新闻频道", "news.sina.com.cn"),
    ("{}相关视频在线观看", "www.bilibili.com"),
    ("我和{}的故事", "www.jianshu.com"),
)
QUOTES = (
    "豆瓣给出的页面写着：根据相关法律法规和政策，搜索结果未予显示。请尝试其他查询词。",
    "当时搜狗页面上方写着：根据相关法律法规和政策，部分搜索结果未予显示。",
    "必应的说明是：为回应符合本地法律要求的通知，部分搜索结果未予显示。有关详细信息，请参阅此处。",
)
"""Notices of other platforms, as news about them quotes them."""


@dataclass(kw_only=True)
class So(Replica):
    """Results only for who brings the first cookie of an earlier answer; for others the page is empty.

    How a hard word is answered is not known: here as one without results.
    """

    troubles: ClassVar[tuple[str, ...]] = ("captcha", "captcha-page", "empty-body")

    visitors: set[str] = field(default_factory=set)
    """Cookies that were given and still hold; a test may clear them."""

    def answer(self, asked: Asked) -> Answer | None:
        if asked.method != "GET" or asked.path != "/s":
            return Answer(status=404)
        try:
            query = asked.query()
        except UnicodeDecodeError:
            return Answer(status=400)
        text = query.get("q", "")
        if not text.strip() or not asked.target.isascii() or not query.get("pn", "1").isdecimal():
            return Answer(status=400)
        known = asked.cookies.get("QiHooGUID") in self.visitors
        greeting = () if known else self._greeting()
        if self.trouble is not None:
            return _disturbed(self.trouble, asked, greeting)
        if not known:
            return _empty(greeting)
        if self.is_hard(text):
            return _page(text, 0)
        if self.is_soft(text):
            return _page(text, 3, notice=BANNER)
        return _page(text, len(RESULTS) if self.has_results(text) else 0)

    def _greeting(self) -> tuple[tuple[str, str], ...]:
        """Cookies for somebody new, on whatever is answered; the first is the one that is asked for."""
        visitor = f"{len(self.asked):08X}5D2C4B1A9E7F3360"
        self.visitors.add(visitor)
        return (
            ("set-cookie", f"QiHooGUID={visitor}; path=/"),
            ("set-cookie", "_S=k7t1qvb2; path=/"),
        )


def _empty(greeting: tuple[tuple[str, str], ...]) -> Answer:
    return Answer(headers=(("content-type", "text/html; charset=utf-8"), *greeting))


def _disturbed(trouble: str, asked: Asked, greeting: tuple[tuple[str, str], ...]) -> Answer:
    if trouble == "empty-body":
        return _empty(greeting)
    if trouble == "captcha":
        came = quote(f"https://www.so.com{asked.target}", safe="")
        place = f"http://qcaptcha.so.com/?ret={came}&tk=f3a9c1d27b"
        return Answer(status=302, headers=(("location", place), *greeting))
    return html_answer(
        '<!DOCTYPE html>\n<html><head><meta charset="utf-8"><title>360搜索</title></head><body>'
        "<h1>访问异常</h1><p>系统检测到您操作过于频繁，请完成验证后继续。</p></body></html>",
        headers=greeting,
    )


def _page(text: str, count: int, *, notice: str = "") -> Answer:
    shown = escape(text)
    results = "".join(_result(number, text) for number in range(count))
    nothing = f"<p>很抱歉，没有找到与“{shown}”相关的网页。</p>"
    found = f'<ul class="result">\n{results}</ul>' if count else nothing
    return html_answer(
        f'<!DOCTYPE html>\n<html><head><meta charset="utf-8"><title>{shown}_360搜索</title></head><body>\n'
        f'<form action="/s"><input id="keyword" name="q" value="{shown}"></form>\n'
        '<ul class="tabs"><li>网页</li><li><a href="https://news.so.com/">资讯</a></li></ul>\n'
        f'<div id="main">{notice}{found}</div>\n'
        '<div id="rs"><a href="/s?q=%E5%A4%A9%E6%B0%94">天气</a></div>\n</body></html>'
    )


def _result(number: int, text: str) -> str:
    """One result; for texts of even length, the second quotes another platform. Two kinds of summary in turn."""
    title, host = RESULTS[number]
    summary = f"这里汇总了与{text}有关的资料，供参考。"
    if number == 1 and len(text) % 2 == 0:
        summary = QUOTES[ord(text[0]) % len(QUOTES)]
    tag, kind = ("span", "res-list-summary") if number % 2 else ("p", "res-desc")
    return (
        f'<li class="res-list"><h3 class="res-title"><a href="https://www.so.com/link?m=bL8s{number}" '
        f'data-mdurl="https://{host}/p/{2000 + number}.html">{title.format(f"<em>{escape(text)}</em>")}</a></h3>'
        f'<{tag} class="{kind}">{escape(summary)}</{tag}></li>\n'
    )
