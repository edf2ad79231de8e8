"""Bing: the edition for China (cn.bing.com) and the one of the markets (www.bing.com)."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from dataclasses import dataclass
from html import escape
from typing import ClassVar

from tests.replicas.replica import Answer, Asked, Replica, html_answer

MORE = "https://go.microsoft.com/fwlink/?LinkID=617350"
HOSTS = (
    "www.zhihu.com",
    "zh.wikipedia.org",
    "www.bbc.com",
    "www.people.com.cn",
    "www.sohu.com",
    "news.qq.com",
    "www.bilibili.com",
    "github.com",
)
CENTRAL = ("www.people.com.cn", "www.xinhuanet.com", "www.chinadaily.com.cn")
TITLES = (
    "{} - 概览",
    "什么是{}？",
    "{} 最新消息",
    "{}：你需要知道的",
    "{}入门",
    "谈谈{}",
    "{} 合集",
    "{} · 项目",
)
QUOTES = (
    "文章引用微博的提示：根据相关法律法规和政策，搜索结果未予显示。",
    "页面当时写着：根据相关法律法规和政策，部分搜索结果未予显示。（搜狗）",
    "豆瓣的错误页：根据相关法律法规和政策，搜索结果未予显示。请尝试其他查询词。",
)
"""Notices of other platforms, as news about them quotes them."""
REPORTED = ("say and tell difference", "Notion Web Clipper")
"""Plain questions that were seen with the notice."""


@dataclass(frozen=True, kw_only=True)
class Words:
    """What a page says, in one language; the link of the notice goes where the braces are."""

    notice: str
    link: str
    count: str
    nothing: str


SIMPLIFIED = Words(
    notice="为回应符合本地法律要求的通知，部分搜索结果未予显示。有关详细信息，请参阅{}。",
    link="此处",
    count="约 1,240,000 个结果",
    nothing="没有与此相关的结果:",
)
TRADITIONAL = Words(
    notice="部分搜尋結果已被移除 {}", link="詳細資訊", count="約 1,240,000 個結果", nothing="沒有相關結果:"
)
ENGLISH = Words(
    notice="Some results have been removed {}",
    link="Learn more",
    count="About 1,240,000 results",
    nothing="There are no results for",
)


@dataclass(kw_only=True)
class Bing(Replica):
    """Both editions: `ensearch` asks for the one of China, `mkt` with a fitting Accept-Language for the other."""

    troubles: ClassVar[tuple[str, ...]] = ("safesearch",)

    banner: bool = True
    """Whether a hard word shows the notice; else it is answered as one without results."""

    def answer(self, asked: Asked) -> Answer | None:
        if asked.method != "GET" or asked.path != "/search":
            return Answer(status=404)
        try:
            query = asked.query()
        except UnicodeDecodeError:
            return Answer(status=400)
        text, words = query.get("q", ""), _words(query, asked.headers.get("accept-language", ""))
        if not text.strip() or words is None or not asked.target.isascii():
            return Answer(status=400)
        if self.trouble is not None:
            return _locked(text)
        if self.is_hard(text):
            return _page(text, words, noticed=self.banner)
        if self.is_soft(text):
            return _page(text, words, CENTRAL, noticed=True)
        if not self.has_results(text):
            return _page(text, words)
        return _page(text, words, HOSTS, noticed="ensearch" in query and shows_notice(text))


def shows_notice(text: str) -> bool:
    """Whether the edition of China shows its notice although nothing about the text is wanting."""
    return text in REPORTED or sum(map(ord, text)) % 4 == 0


def _words(query: dict[str, str], accepted: str) -> Words | None:
    """The words of the edition that is asked for; None for a request in another shape."""
    first = query.get("first", "1")
    if not first.isdecimal() or int(first) % 10 != 1:
        return None
    if "ensearch" in query:
        return SIMPLIFIED if query["ensearch"] in ("0", "1") else None
    market = query.get("mkt", "")
    language = accepted.split(",")[0].split(";")[0].strip()
    if not market or language.partition("-")[0].lower() != market.partition("-")[0].lower():
        return None
    if query.get("adlt", "off") not in ("off", "moderate", "strict"):
        return None
    if market.lower() in ("zh-tw", "zh-hk"):
        return TRADITIONAL
    return SIMPLIFIED if market.lower().startswith("zh") else ENGLISH


def _page(text: str, words: Words, hosts: tuple[str, ...] = (), *, noticed: bool = False) -> Answer:
    parts = [_result(number, text, host) for number, host in enumerate(hosts)]
    if noticed:
        link = f'<a href="{MORE}" target="_blank">{words.link}</a>'
        parts.append(f'<li class="b_msg b_canvas"><p>{words.notice.format(link)}</p></li>\n')
    elif not hosts:
        parts.append(f'<li class="b_no"><h1>{words.nothing} <strong>{escape(text)}</strong></h1></li>\n')
    count = f'<div id="b_tween"><span class="sb_count">{words.count}</span></div>' if hosts else ""
    return _frame(text, f'{count}<ol id="b_results">\n{"".join(parts)}</ol>')


def _locked(text: str) -> Answer:
    """The law of a country wants strict SafeSearch: no results, whatever is asked."""
    sentence = (
        "Your country or region requires a strict Bing SafeSearch setting, which filters out results that might "
        "return adult content."
    )
    return _frame(text, f'<ol id="b_results"><li class="b_ans"><p>{sentence}</p></li></ol>')


def _frame(text: str, found: str) -> Answer:
    shown = escape(text)
    return html_answer(
        f'<!DOCTYPE html>\n<html><head><meta charset="utf-8"><title>{shown} - 搜索</title></head><body>\n'
        f'<form action="/search" id="sb_form"><input id="sb_form_q" name="q" value="{shown}"></form>\n'
        '<ul class="b_scopebar"><li>网页</li><li><a href="/images/search">图片</a></li></ul>\n'
        f'<div id="b_content">{found}</div>\n'
        '<footer><a href="https://go.microsoft.com/fwlink/?LinkId=521839">隐私</a></footer>\n</body></html>'
    )


def _result(number: int, text: str, host: str) -> str:
    """One result behind Bing's own redirect, but for the last; for texts of even length, the second quotes."""
    url = f"https://{host}/a/{4000 + number}"
    coded = urlsafe_b64encode(url.encode()).decode().rstrip("=")
    href = f"https://www.bing.com/ck/a?!&&p=9d1f{number}&ptn=3&ver=2&hsh=4&u=a1{coded}&ntb=1"
    if number == len(HOSTS) - 1:
        href = url
    snippet = f"关于{text}的介绍，更新于 {number + 1} 天前。"
    if number == 1 and len(text) % 2 == 0:
        snippet = QUOTES[ord(text[0]) % len(QUOTES)]
    title = TITLES[number].format(f"<strong>{escape(text)}</strong>")
    return (
        f'<li class="b_algo"><h2><a href="{escape(href)}">{title}</a></h2>'
        f'<div class="b_caption"><cite>https://{host} › a › {4000 + number}</cite><p>{escape(snippet)}</p></div></li>\n'
    )
