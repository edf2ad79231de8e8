"""Sina Weibo: the web search, the search and the topics of the mobile site, and where visitors get their cookie."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from html import escape
from typing import Any, ClassVar
from urllib.parse import quote, unquote

from tests.replicas.replica import Answer, Asked, Replica, html_answer, json_answer

QUOTED = "有网友截图：百度提示“根据相关法律法规和政策，部分搜索结果未予显示。”"
"""What people write about another platform: it says nothing about this one."""
POSTS = (
    "今天和家人聊到{}，大家都很感兴趣",
    "【{}】周末活动报名开始，名额有限",
    "转发微博：{}相关图集，共九张",
    "刚读完一本讲{}的书，推荐给朋友们",
)
VISITOR_URL = "https://passport.weibo.com/visitor/visitor?entry=miniblog&a=enter&domain=.weibo.com&url="
VISITOR_PAGE = """<!DOCTYPE html><html><head><meta charset="utf-8"><title>Sina Visitor System</title></head>
<body><span id="message"></span><script>var return_back = "https://visit.sina.cn/visitor/visitor";</script></body></html>"""


def to_passport(url: str) -> Answer:
    """Away to where visitors are made."""
    return Answer(status=302, headers=(("location", VISITOR_URL + quote(url, safe="")),), body=VISITOR_PAGE)


def posts(text: str) -> list[str]:
    """What four posts say; for words of even length the last quotes another platform."""
    said = [post.format(text) for post in POSTS]
    return said if len(text) % 2 else [*said[:-1], said[-1] + "。" + QUOTED]


@dataclass(kw_only=True)
class Passport(Replica):
    """passport.weibo.com beside the platform: gives visitors a cookie SUB, in one step or in the older two."""

    given: set[str] = field(default_factory=set)
    """The values of SUB that it gave out; a test may add one, as of a login."""
    _tids: dict[str, tuple[str, str]] = field(default_factory=dict)
    """By `tid`: the `w` and the `c` that belong to it."""

    def answer(self, asked: Asked) -> Answer | None:
        if not asked.target.isascii():
            return Answer(status=400)
        try:
            return self._passport(asked) if asked.path.startswith("/visitor/") else self._site(asked)
        except (KeyError, ValueError):  # a parameter is missing, or is in another encoding or form
            return Answer(status=400)

    def _site(self, asked: Asked) -> Answer | None:
        """The platform itself. Raises KeyError or ValueError where a request is not in its form."""
        raise NotImplementedError

    def _passport(self, asked: Asked) -> Answer:
        match asked.method, asked.path:
            case "POST", "/visitor/genvisitor":
                return self._new_tid(_form(asked))
            case "POST", "/visitor/genvisitor2":
                return self._one_step(_form(asked))
            case "GET", "/visitor/visitor":
                return self._incarnate(asked.query())
        return Answer(status=404)

    def _new_tid(self, form: dict[str, str]) -> Answer:
        json.loads(form.get("fp", "{}"))
        number = len(self._tids)
        is_new = number % 2 == 0
        tid = f"01A+xK{number:04d}/fB9+TmkQ="
        # whoever comes again is known better
        confidence = 95 if is_new else 100
        self._tids[tid] = ("3", "095") if is_new else ("2", "100")
        data = {"tid": tid, "new_tid": is_new, "confidence": confidence}
        name = form["cb"]
        return _jsonp(name, data, around=(f"window.{name} && ", ";"))

    def _incarnate(self, query: dict[str, str]) -> Answer:
        if query["a"] == "enter":
            return html_answer(VISITOR_PAGE)
        float(query["_rand"])
        demanded = (query["a"], query["from"], query["gc"], query["w"], query["c"])
        if demanded != ("incarnate", "weibo", "", *self._tids[query["t"]]):
            raise ValueError(demanded)
        data = self._give()
        cookies = tuple(
            ("set-cookie", f"{name}={value}; path=/; domain=.weibo.com; httponly")
            for name, value in (("SUB", data["sub"]), ("SUBP", data["subp"]))
        )
        return _jsonp(query["cb"], data, headers=cookies)

    def _one_step(self, form: dict[str, str]) -> Answer:
        if (form["tid"], form["from"]) != ("", "weibo"):
            raise ValueError(form)
        return _jsonp(form["cb"], {**self._give(), "tid": "01AnewTid", "new_tid": True})

    def _give(self) -> dict[str, Any]:
        number = len(self.given)
        sub = f"_2AkMRvisitor{number:04d}NxqwJRmP0S"
        self.given.add(sub)
        return {"sub": sub, "subp": f"0033WrSXqPxfM72-Ws9jqgMF55529P9D9W{number:04d}"}


def _form(asked: Asked) -> dict[str, str]:
    if not asked.headers["content-type"].startswith("application/x-www-form-urlencoded"):
        raise ValueError(asked.headers["content-type"])
    return asked.form()


def _jsonp(
    name: str,
    data: dict[str, Any],
    *,
    around: tuple[str, str] = ("", ""),
    headers: tuple[tuple[str, str], ...] = (),
) -> Answer:
    """A call of the function that was asked for, spelled in either of two ways."""
    if not name.isidentifier():
        raise ValueError(name)
    plain = json.dumps({"retcode": 20000000, "msg": "succ", "data": data})
    kind = ("content-type", "application/javascript; charset=utf-8")
    return Answer(headers=(kind, *headers), body=f"{around[0]}{name}({plain}){around[1]}")


PAGE = """<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>微博搜索 - {asked}</title></head><body>
<div class="woo-header"><a href="//weibo.com">首页</a><a href="//weibo.com/hot">发现</a>
<div class="search-input"><input type="text" value="{asked}" name="q"><button class="s-btn-b">搜索</button></div></div>
<div class="m-main-nav"><a class="cur" href="/weibo">综合</a><a href="/user">用户</a><a href="/topic">话题</a></div>
<div class="m-con-l">{main}</div>
<div class="m-con-r"><div class="card-wrap"><div class="card"><h2>微博热搜</h2>
<a href="/top/summary">更多</a></div></div></div>
</body></html>"""
CARD = """<div class="card-wrap" action-type="feed_list_item" mid="{mid}"><div class="card"><div class="card-feed">
<div class="avator"><a href="//weibo.com/{user}"><img src="//tvax1.sinaimg.cn/{user}.jpg"></a>{mark}</div>
<div class="content"><div class="info"><a class="name" href="//weibo.com/{user}">{name}</a></div>
<p class="from">今天 09:3{number}</p><p class="txt">{said}</p></div></div></div></div>"""
LEAVES = """<div class="card-wrap" mid="5000000000000000"><div class="card"><h4>大家都在看</h4></div></div>
<div class="m-page"><ul class="s-scroll"><li class="cur"><a href="/weibo?q={q}&amp;page=1">第1页</a></li>
<li><a href="/weibo?q={q}&amp;page=2">第2页</a></li></ul><a class="next" href="/weibo?q={q}&amp;page=2">下一页</a></div>"""
EMPTY = (
    '<div class="card card-no-result s-pt20b40"><p>抱歉，未找到相关结果。</p></div>',
    '<div class="card"><p>抱歉，未找到相关结果。</p></div>',
    '<div class="card card-no-result s-pt20b40"><p>抱歉，未找到“<em>{asked}</em>”相关结果。</p></div>',
)
CAPTCHA = """<p class="code_tit">你的行为有些异常，请输入验证码：</p><div class="code_img">
<img src="/ajax/pincode/pin?type=sass"><a href="#">看不清，换一张</a></div><input name="secode">"""
FILTERS = {
    *(("typeall", "1"), ("scope", "ori"), ("xsort", "hot"), ("atten", "1"), ("vip", "1"), ("category", "4")),
    *(
        ("viewpoint", "1"),
        ("suball", "1"),
        ("haspic", "1"),
        ("hasvideo", "1"),
        ("hasmusic", "1"),
        ("haslink", "1"),
    ),
    ("nodup", "1"),
}
"""What may be asked beside the words, with its one value."""
FREE = {"q", "page", "region", "timescope"}


@dataclass(kw_only=True)
class WeiboSearch(Passport):
    """s.weibo.com: pages for those with a cookie SUB, whosever; ordinary people are named without a mark."""

    troubles: ClassVar[tuple[str, ...]] = ("captcha", "login", "visitor", "reset")

    def _site(self, asked: Asked) -> Answer | None:
        query = asked.query()
        if asked.method != "GET" or asked.path != "/weibo":
            return Answer(status=404)
        text = query["q"]
        strange = {(name, value) for name, value in query.items() if name not in FREE} - FILTERS
        if not text or strange or not 1 <= int(query.get("page", "1")) <= 50:
            return Answer(status=400)
        if self.trouble == "reset":
            return None
        if not asked.cookies.get("SUB") or self.trouble == "login":
            return to_passport("https://s.weibo.com" + asked.target)
        if self.trouble == "visitor":
            return html_answer(VISITOR_PAGE)
        return html_answer(PAGE.format(asked=escape(text), main=self._main(text)))

    def _main(self, text: str) -> str:
        if self.trouble == "captcha":
            return CAPTCHA
        if self.is_hard(text):
            return _notice(text)
        if self.is_soft(text):
            return _cards(text, ("vblue", "vblue", "vblue", "vblue"))
        if self.has_results(text):
            return _cards(text, ("", "vyellow", "vblue", ""))
        return f'<div class="card-wrap">{EMPTY[len(text) % 3].format(asked=escape(text))}</div>'


def _notice(text: str) -> str:
    """That nothing is shown: on the page, or, in the old layout, in a string of its script."""
    said = f'<p>根据相关法律法规和政策，"<em>{escape(text)}</em>"搜索结果未予显示。</p>'
    if len(text) % 2:
        return f'<div class="card-wrap"><div class="card">{said}</div></div>'
    part = json.dumps({"pid": "pl_weibo_direct", "html": f'<div class="search_noresult">{said}</div>'})
    return "<script>STK && STK.pageletM && STK.pageletM.view(" + part.replace("</", r"<\/") + ")</script>"


def _cards(text: str, marks: tuple[str, ...]) -> str:
    """One post for each mark of its author's picture: a V for verified ones, none for others."""
    cards = (
        CARD.format(
            mid=4900000000000000 + number,
            user=1700000000 + number,
            name=f"用户{number}",
            mark=f'<svg id="woo_svg_{mark}" class="woo-icon"></svg>' if mark else "",
            number=number,
            said=escape(said, quote=False),
        )
        for number, (said, mark) in enumerate(zip(posts(text), marks, strict=True))
    )
    return "\n".join(cards) + LEAVES.format(q=quote(text))


TYPES = {"1", "60", "61", "64"}
"""All, popular, in real time, with video."""


@dataclass(kw_only=True)
class WeiboMobile(Passport):
    """m.weibo.cn: cards in JSON, for those with a cookie SUB that was given out here."""

    troubles: ClassVar[tuple[str, ...]] = ("login", "http-432", "wall")

    def _site(self, asked: Asked) -> Answer | None:
        if (asked.method, asked.path) == ("GET", "/api/config"):
            return json_answer({"ok": 1, "data": {"login": False}})
        if (asked.method, asked.path) != ("GET", "/api/container/getIndex"):
            return Answer(status=404)
        query = asked.query()
        text = self._text(query["containerid"])
        # a text that is still percent-encoded was encoded twice
        if (
            not text
            or unquote(text) != text
            or query["page_type"] != "searchall"
            or int(query.get("page", "1")) < 1
        ):
            return Answer(status=400)
        if self.trouble == "http-432":
            return html_answer("<html><body><h1>432</h1></body></html>", status=432)
        if self.trouble == "wall":
            return to_passport("https://m.weibo.cn" + asked.target)
        if self.trouble == "login" or asked.cookies.get("SUB") not in self.given:
            url = "https://passport.weibo.com/sso/signin?entry=wapsso&source=wapssowb&url="
            return json_answer({"ok": -100, "msg": "请先登录", "url": url + quote("https://m.weibo.cn/")})
        return json_answer(self._page(text, query["containerid"]))

    def _text(self, container: str) -> str:
        """The words, out of the query that is nested in one value."""
        head, _, text = container.partition("&q=")
        if head not in {f"100103type={one}" for one in TYPES}:
            raise ValueError(container)
        return text

    def _page(self, text: str, container: str) -> dict[str, Any]:
        if self.is_hard(text) or not self.has_results(text):
            return _nothing(text, container)
        cards = [{"card_type": 9, "itemid": f"seqid:{one['id']}", "mblog": one} for one in _blogs(text)]
        # some posts stand alone and some in groups; of words of odd length all in groups
        alone = [] if len(text) % 2 else cards[:2]
        groups = [{"card_type": 11, "card_group": cards[len(alone) :]}]
        heads = [{"card_type": 11, "card_group": [{"card_type": 4, "desc": "相关用户"}]}]
        return {"ok": 1, "data": {"cardlistInfo": _info(container, 2310), "cards": [*heads, *alone, *groups]}}


@dataclass(kw_only=True)
class WeiboTopic(WeiboMobile):
    """Topics on m.weibo.cn: asked for with a `#` on both sides; a card says if one may not be shown."""

    def _text(self, container: str) -> str:
        head, _, topic = container.partition("&q=")
        if head != "231522type=1" or not (topic.startswith("#") and topic.endswith("#")):
            raise ValueError(container)
        return topic[1:-1]

    def _page(self, text: str, container: str) -> dict[str, Any]:
        if not self.is_hard(text):
            return super()._page(text, container)
        desc = "根据相关法律法规和政策，话题页未予显示。"
        cards = (
            {"card_type": 7, "desc": desc},
            {"card_type": 7, "desc": ""},
            {"card_type": 11, "card_group": [], "desc": desc},
        )
        return {"ok": 1, "data": {"cardlistInfo": _info(container, 0), "cards": [cards[len(text) % 3]]}}


def _info(container: str, total: int) -> dict[str, Any]:
    return {"containerid": container, "total": total, "page": 2 if total else 1, "since_id": None}


def _nothing(text: str, container: str) -> dict[str, Any]:
    """The same for words without posts and for words that get none: which of them it is does not show."""
    if len(text) % 2:
        return {"ok": 0, "msg": "这里还没有内容"}
    return {"ok": 1, "data": {"cardlistInfo": _info(container, 0), "cards": []}}


def _blogs(text: str) -> list[dict[str, Any]]:
    return [
        {
            "id": str(4900000000000000 + number),
            "created_at": "Mon Nov 23 09:30:00 +0800 2026",
            "text": f'{said} <a href="https://m.weibo.cn/search">网页链接</a>',
            "user": {"id": 1700000000 + number, "screen_name": f"用户{number}", "verified": number == 1},
            "comments_count": 3 * number,
        }
        for number, said in enumerate(posts(text))
    ]
