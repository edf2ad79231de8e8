"""Pages as a search site has them, for tests: one frame, results, and all that varies from answer to answer."""

from __future__ import annotations

import html
import random

from probe.judging.observation import Observer
from probe.model.exchange import Exchange, Failure, Purpose
from probe.model.observation import Observation
from tests.builders import make_answer, make_failure, make_question

LETTERS = "山水城市新旧大小好书报电影音乐天气人民北南东西"


class Site:
    """A search site whose pages echo the keyword and vary as real ones do; the same seed gives the same pages."""

    def __init__(self, seed: int = 1) -> None:
        self._chance = random.Random(seed)

    def page(self, keyword: str, *, results: int | None = None, extra: str = "", instead: str = "") -> str:
        """A page with so many results (3 to 20 by chance), or with something `instead` of them."""
        chance = self._chance
        number = chance.randint(3, 20) if results is None else results
        word = html.escape(keyword)
        items = "".join(self._result(word, place) for place in range(number))
        main = (
            instead
            or f'<p class="stat">约 {chance.randint(10, 90_000):,} 条结果</p><ol id="res">{items}</ol>{self._pages()}'
        )
        advertisement = f'<div class="ad ad-{chance.randint(1, 99)}"><a href="/x">{self._text(8)}</a></div>'
        return (
            f'<!doctype html><html><head><meta charset="utf-8"><title>{word} - 搜索</title>'
            f'<script>var t={chance.random()}</script></head><body id="p{chance.randint(1, 10**9)}">'
            '<header class="top"><a class="logo" href="/"><img src="/l.png"></a><nav class="tabs"><a href="/">网页</a>'
            '<a href="/i">图片</a><a href="/v">视频</a></nav>'
            f'<form class="box" action="/s"><input name="q" value="{word}"><button>搜</button></form></header>'
            f'<main class="content">{extra}{main}</main>'
            f"<aside>{advertisement if chance.random() < 0.5 else ''}{self._related(word)}</aside>"
            f'<footer class="foot"><span>© 搜索</span><span class="id">请求 {chance.randbytes(8).hex()}</span>'
            f"<time>2026-01-0{chance.randint(1, 9)} 1{chance.randint(0, 9)}:00</time></footer></body></html>"
        )

    def zero(self, keyword: str) -> str:
        """What honest zero results look like."""
        word = html.escape(keyword)
        return self.page(
            keyword,
            instead=f'<div class="none"><p>抱歉，没有找到与“{word}”相关的网页</p><p>请检查输入</p></div>',
        )

    def _result(self, word: str, place: int) -> str:
        mark = '<span class="hot">热</span>' if self._chance.random() < 0.3 else ""
        title = f"{self._text(6)}<em>{word}</em>{self._text(4)}"
        abstract = f"{self._text(40)}{word}{self._text(30)}{mark}"
        return (
            f'<li class="result r{place}"><h3 class="t"><a href="http://{place}.example/">{title}</a></h3>'
            f'<div class="abs">{abstract}</div><cite>{place}.example</cite></li>'
        )

    def _pages(self) -> str:
        return '<div class="pages">' + "".join(f'<a href="/p{n}">{n}</a>' for n in range(1, 10)) + "</div>"

    def _related(self, word: str) -> str:
        links = "".join(
            f'<a class="rel">{word}{self._text(3)}</a>' for _ in range(self._chance.randint(0, 8))
        )
        return f'<div class="related"><h4>相关搜索</h4>{links}</div>'

    def _text(self, length: int) -> str:
        return "".join(self._chance.choice(LETTERS) for _ in range(length))


class Asked:
    """An observer and the site's answers told to it in order."""

    def __init__(self, observer: Observer) -> None:
        self.observer = observer
        self._attempt = 0

    def tell(
        self, text: str, answer: Exchange | str | Failure, purpose: Purpose = Purpose.KEYWORD
    ) -> Observation:
        self._attempt += 1
        if isinstance(answer, Failure):
            answer = make_failure(answer)
        elif isinstance(answer, str):
            answer = make_answer(answer)
        return self.observer.observe(make_question(text, purpose=purpose, attempt=self._attempt), answer)

    def open(self, site: Site) -> None:
        """Two benign words and two of nonsense, as a run begins."""
        for word in ("天气", "音乐"):
            self.tell(word, site.page(word), Purpose.BENIGN)
        for word in ("qzxvwk", "bmprtd"):
            self.tell(word, site.zero(word), Purpose.NONSENSE)
