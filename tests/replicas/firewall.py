"""An ordinary web site, with a firewall on the way that looks for keywords in what is asked of it."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from html import escape
from urllib.parse import unquote_to_bytes

from tests.replicas.replica import Answer, Asked, Replica, html_answer

ENCODINGS = ("utf-8", "gb18030")
QUOTED = "某网站曾提示：根据相关法律法规和政策，部分搜索结果未予显示。"


@dataclass(kw_only=True)
class Firewall(Replica):
    """Cuts with a reset for words of `hard`; looks only at the path, the query and the `Host` header."""

    troubles = ("reset", "server-busy")

    searched: frozenset[str] = frozenset()
    """Words that are looked for only where `search` is in the URL too."""
    share: float = 1.0
    """The share of hits that are cut."""
    residual: float = 90.0
    """For so many seconds after a cut hit every request is cut."""
    pages: frozenset[str] = frozenset({"/", "/index.html", "/search"})
    """What the site has; all else is not found."""
    clock: Callable[[], float] = time.monotonic
    chance: Callable[[], float] = field(default_factory=lambda: random.Random(2021).random)
    """A number from 0 to 1 for each hit: below `share` it is cut."""
    cut_until: float = float("-inf")

    def answer(self, asked: Asked) -> Answer | None:
        hit = self._is_hit(asked) and self.chance() < self.share
        if hit:
            self.cut_until = self.clock() + self.residual
        if hit or self.clock() < self.cut_until or self.trouble == "reset":
            return None
        if self.trouble == "server-busy":
            return html_answer(
                "<title>503 Service Unavailable</title>", status=503, headers=(("retry-after", "30"),)
            )
        if asked.path not in self.pages:
            return html_answer("<title>404 Not Found</title><h1>Not Found</h1>", status=404)
        value = _raw(asked.target).rpartition(b"=")[2]
        return html_answer(_page(unquote_to_bytes(value).decode("utf-8", "replace")))

    def _is_hit(self, asked: Asked) -> bool:
        places = [_raw(asked.target), _raw(asked.headers.get("host", ""))]
        seen = b"\n".join([*places, *map(unquote_to_bytes, places)])
        words = self.hard | (self.searched if b"search" in seen else frozenset())
        return any(form in seen for word in words for form in _forms(word))


def _raw(text: str) -> bytes:
    """The bytes as they came: the server reads them as Latin 1."""
    return text.encode("latin-1", "replace")


def _forms(word: str) -> Iterable[bytes]:
    return (word.encode(encoding) for encoding in ENCODINGS)


def _page(text: str) -> str:
    """A page that quotes a notice now and then, as pages do, and repeats what was asked."""
    news = ["本周天气：晴转多云", "图书馆延长开放时间", "市民公园新增步道"]
    if len(text) % 2 == 0:
        news.append(QUOTED)
    items = "".join(f"<li><a href='/'>{one}</a></li>" for one in news)
    return (
        "<!DOCTYPE html><html><head><meta charset='utf-8'><title>城市新闻</title></head><body>"
        "<nav><a href='/'>首页</a> <a href='/search'>搜索</a></nav>"
        f"<form action='/search'><input name='q' value='{escape(text, quote=True)}'></form>"
        f"<ul>{items}</ul><footer>联系我们</footer></body></html>"
    )
