"""Douban: the search of everything at www.douban.com."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from tests.replicas.replica import Answer, Asked, Replica, html_answer

NOTICE = "根据相关法律法规和政策，搜索结果未予显示。请尝试其他查询词。"
RESULTS = (
    ("书籍", "{}：一部简史"),
    ("电影", "{}的夏天"),
    ("小组", "{}爱好者"),
    ("音乐", "{}之歌"),
    ("日记", "读《{}》有感"),
)
QUOTES = (
    "作者提到微博的提示：根据相关法律法规和政策，搜索结果未予显示。",
    "书中收有百度页面的截图：搜索结果可能不符合相关法律法规和政策，未予显示。",
    "附录抄录了贴吧的公告：抱歉，根据相关法律法规和政策，本吧暂不开放。",
)
"""Notices of other platforms, as books and diaries about them quote them."""


@dataclass(kw_only=True)
class Douban(Replica):
    """A hard word is refused with status 403 and a page of errors.

    Of results and of pages without any, no shape is documented: theirs is a likely one.
    """

    def answer(self, asked: Asked) -> Answer | None:
        if asked.method != "GET" or asked.path != "/search":
            return Answer(status=404)
        try:
            text = asked.query().get("q", "")
        except UnicodeDecodeError:
            return Answer(status=400)
        if not text.strip() or not asked.target.isascii():
            return Answer(status=400)
        if self.is_hard(text):
            return _refused()
        return _page(text, len(RESULTS) if self.has_results(text) else 0)


def _refused() -> Answer:
    return html_answer(
        '<html><head><meta charset="utf-8"><title>error</title></head><body>'
        '<a href="/"><img src="/pics/douban_error.gif"></a>'
        f"<p>{NOTICE}</p></body></html>",
        status=403,
    )


def _page(text: str, count: int) -> Answer:
    shown = escape(text)
    results = "".join(_result(number, text) for number in range(count))
    nothing = f"<p>没有关于“{shown}”的搜索结果。</p>"
    found = f'<div class="result-list">\n{results}</div>' if count else nothing
    return html_answer(
        f'<!DOCTYPE html>\n<html lang="zh-cmn-Hans"><head><meta charset="utf-8"><title>搜索: {shown}</title></head>'
        '<body>\n<div id="db-global-nav"><a href="https://book.douban.com">读书</a>'
        '<a href="https://movie.douban.com">电影</a></div>\n'
        f'<form action="https://www.douban.com/search"><input name="q" value="{shown}"></form>\n'
        f'<div id="content"><h1>搜索 {shown}</h1><div class="search-result">{found}</div></div>\n</body></html>'
    )


def _result(number: int, text: str) -> str:
    """One result; for texts of even length, the second quotes another platform."""
    kind, title = RESULTS[number]
    about = f"和{text}有关，{100 + number}人参与。"
    if number == 1 and len(text) % 2 == 0:
        about = QUOTES[ord(text[0]) % len(QUOTES)]
    return (
        f'<div class="result"><div class="content"><div class="title"><h3><span>[{kind}]</span>&nbsp;'
        f'<a href="https://www.douban.com/link2/?url=https%3A%2F%2Fwww.douban.com%2Fsubject%2F{3000 + number}%2F">'
        f"{title.format(escape(text))}</a></h3></div><p>{escape(about)}</p></div></div>\n"
    )
