"""Sina Weibo, where one writes: the mobile site, with the cookie of a login."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any
from urllib.parse import quote, urlsplit

from tests.replicas.posts import Board, Post
from tests.replicas.replica import Answer, Asked, html_answer, json_answer
from tests.replicas.weibo import to_passport

SIGN_IN = "https://passport.weibo.com/sso/signin?entry=wapsso&source=wapssowb&url="
ERRORS = {
    20008: "内容为空",
    20012: "输入文字太长，请确认不超过2000个字符",
    20016: "发微博太多啦，休息一会儿吧!",
    20018: "您输入的网址疑似为不安全链接，无法发表，请谅解。",
    20019: "相同内容请间隔10分钟再进行发布哦！",
    20021: "抱歉，根据相关法律法规的要求，此内容无法发布。",
    20031: "需要弹出验证码",
    20032: "微博发布成功。目前服务器数据同步可能会有延迟，请耐心等待1-2分钟。谢谢",
    20034: "帐号处于锁定状态",
    20101: "该微博不存在",
    20102: "不是你发布的微博",
    20112: "由于作者隐私设置，你没有权限查看此微博",
    20121: "visible参数非法",
    100005: "请求过于频繁",
    100006: "请求非法",
}
"""What the mobile site says, by `errno`. In public clients; that 20031 and 20032 are told in this form is assumed."""
FORBIDDEN = {100005, 100006}
"""Those that come with HTTP 403."""
REPEATED = 600
"""Seconds for which the same text may not be sent again."""


@dataclass(kw_only=True)
class Weibo(Board):
    """What the mobile site and the Open API have in common: which text is refused, and by what number."""

    first = 4_900_000_000_000_001

    quiet: bool = False
    """Whether what is held is taken without a word; otherwise 20032 says so, and names no post."""
    limit: int | None = None
    """How many posts are taken before 20016; None for as many as one likes."""
    clock: Callable[[], float] = time.time

    def refuse(self, text: str, author: str, longest: int = 2000) -> int:
        """The number of what is wrong with a text, 0 for nothing."""
        if not text.strip():
            return 20008
        if len(text) > longest:
            return 20012
        if self.trouble == "captcha":
            return 20031
        if self.trouble == "too-frequent" or (self.limit is not None and self.taken >= self.limit):
            return 20016
        own = [one for one in self.kept() if one.about["author"] == author and one.text == text]
        if any(self.clock() - one.at < REPEATED for one in own):
            return 20019
        return 20021 if self.is_hard(text) else 0


@dataclass(kw_only=True)
class WeiboPost(Weibo):
    """m.weibo.cn for those with a cookie SUB of a login there. Forms are taken from its own pages only, with their `st`."""

    troubles = ("login", "http-432", "captcha", "too-frequent", "requests", "locked", "wall")

    accounts: Mapping[str, str] = field(default_factory=lambda: {"_2A25replica-m": "1700000001"})
    """Users by their SUB on `.weibo.cn`; one of `.weibo.com` is none of them."""
    open_to_all: bool = True
    """Whether those without a login may read; otherwise they are sent to where visitors are made."""

    def answer(self, asked: Asked) -> Answer | None:
        if self.trouble == "http-432":
            return html_answer("<html><body><h1>432</h1></body></html>", status=432)
        if self.trouble == "wall":
            return to_passport("https://m.weibo.cn" + asked.target)
        user = self.accounts.get(asked.cookies.get("SUB", "")) if self.trouble != "login" else None
        match (asked.method, asked.path):
            case ("GET", "/api/config"):
                return self._config(user)
            case ("POST", "/api/statuses/update"):
                return self._with_form(asked, user, "/compose", self._update)
            case ("POST", "/profile/delMyblog"):
                return self._with_form(asked, user, "/", self._delete)
            case ("GET", "/statuses/show"):
                return self._show(asked, user)
        return html_answer("<html><title>出错了</title></html>", status=404)

    def public(self) -> list[str]:
        """The texts that strangers could read: those that were not sent for the author's eyes only."""
        return [one.text for one in self.kept() if one.about["visible"] == "0" and one.place == "shown"]

    def token(self, user: str) -> str:
        """`st`, six characters that belong to a login."""
        return f"{int(user) * 7919 % 16**6:06x}"

    def _config(self, user: str | None) -> Answer:
        if user is None:
            return json_answer({"preferQuickapp": 0, "ok": 1, "data": {"login": False}})
        told = {"login": True, "st": self.token(user), "uid": user}
        cookie = ("set-cookie", f"XSRF-TOKEN={self.token(user)}; path=/; domain=.weibo.cn")
        return json_answer({"preferQuickapp": 0, "ok": 1, "data": told}, headers=(cookie,))

    def _with_form(
        self, asked: Asked, user: str | None, page: str, act: Callable[[dict[str, str], str], Answer]
    ) -> Answer:
        if user is None:
            url = SIGN_IN + quote("https://m.weibo.cn" + asked.path, safe="")
            return json_answer({"ok": -100, "msg": "请先登录", "url": url})
        came_from = urlsplit(asked.headers.get("referer", ""))
        is_form = asked.headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
        is_own = came_from.netloc in {"m.weibo.cn", asked.headers.get("host")}
        sent = asked.form() if is_form and asked.body.isascii() else {}
        if not is_own or not came_from.path.startswith(page) or sent.get("st") != self.token(user):
            return _refused(100006)
        if self.trouble in {"requests", "locked"}:
            return _refused(100005 if self.trouble == "requests" else 20034)
        return act(sent, user)

    def _update(self, sent: dict[str, str], user: str) -> Answer:
        text, visible = sent.get("content", ""), sent.get("visible", "0") or "0"
        wrong = self.refuse(text, user) if re.fullmatch(r"\d{1,2}", visible) else 20121
        if wrong:
            return _refused(wrong)
        post = self.put(text, at=self.clock(), author=user, visible=visible)
        return _refused(20032) if post.place == "held" and not self.quiet else json_answer(_told(post))

    def _delete(self, sent: dict[str, str], user: str) -> Answer:
        post = self.posts.get(sent.get("mid", ""))
        if post is None or post.about["author"] != user:
            return _refused(20101 if post is None else 20102)
        self.take_away(post.id)
        return json_answer({"ok": 1, "data": {}})

    def _show(self, asked: Asked, user: str | None) -> Answer:
        if user is None and not self.open_to_all:
            return to_passport("https://m.weibo.cn" + asked.target)
        post = self.posts.get(asked.query().get("id", ""))
        if post is None or (post.about["author"] != user and post.place != "shown"):
            return _refused(20101)
        # for the author's eyes only, for his friends, for a group: of nobody's business else
        if post.about["author"] != user and post.about["visible"] != "0":
            return _refused(20112)
        return json_answer(_told(post))


def _refused(number: int) -> Answer:
    told = {"ok": 0, "errno": str(number), "msg": ERRORS[number], "error_type": "alert"}
    return json_answer(told, status=403 if number in FORBIDDEN else 200)


def _told(post: Post) -> dict[str, Any]:
    data = {
        "id": post.id,
        "mid": post.id,
        "created_at": time.strftime("%a %b %d %H:%M:%S +0000 %Y", time.gmtime(post.at)),
        "text": escape(post.shown, quote=False).replace("\n", "<br />"),
        "visible": {"type": int(post.about["visible"]), "list_id": 0},
        "user": {"id": int(post.about["author"]), "screen_name": "用户1"},
        "isLongText": False,
    }
    return {"ok": 1, "data": data}
