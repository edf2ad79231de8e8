"""Sina Weibo's Open API: what is left of it for those who write."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.replicas.posts import Place, Post
from tests.replicas.replica import Answer, Asked, json_answer
from tests.replicas.weibo_post import Weibo

ERRORS = {
    10014: "Insufficient app permissions!",
    10017: "text not find domain!",
    10023: "User requests out of rate limit!",
    20008: "content is null!",
    20012: "text too long, please input text less than 140 characters!",
    20016: "out of limit!",
    20019: "repeat content!",
    20021: "content is illegal!",
    20031: "need captcha!",
    20032: "success, but server may delay 1-2 minutes!",
    20101: "target weibo does not exist!",
    20102: "not your own weibo!",
    20112: "Permission Denied!",
    21327: "expired_token",
    21332: "invalid_access_token",
}
"""By `error_code`. The numbers are in copies of the vendor's table; the wording differs between them."""


@dataclass(kw_only=True)
class WeiboOpen(Weibo):
    """api.weibo.com/2 with a token, in the envelope of its errors.

    `statuses/update` is closed since 2017; `statuses/share` wants an address of the app's own site in each text.
    """

    troubles = ("login", "captcha", "too-frequent", "user-limit", "permission")

    tokens: Mapping[str, str] = field(default_factory=lambda: {"2.00replica": "1700000001"})
    """Users by their access token."""
    domain: str = "probe.example"
    """The app's safe domain, which each text must hold."""

    def answer(self, asked: Asked) -> Answer | None:
        is_form = asked.headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
        sent = asked.query() | (asked.form() if is_form and asked.body.isascii() else {})
        path = asked.path
        user = self.tokens.get(sent.get("access_token", ""))
        if user is None or self.trouble == "login":
            return _failed(path, 21332 if user is None else 21327)
        if self.trouble in {"permission", "user-limit"}:
            return _failed(path, 10014 if self.trouble == "permission" else 10023)
        match (asked.method, path):
            case ("POST", "/2/statuses/update.json"):
                return _failed(path, 10014)
            case ("POST", "/2/statuses/share.json"):
                return self._share(path, sent.get("status", ""), user)
            case ("GET", "/2/statuses/show.json") | ("POST", "/2/statuses/destroy.json"):
                return self._one(asked.method, path, sent.get("id", ""), user)
        return json_answer(
            {"error": "Request Api not found!", "error_code": 10020, "request": path}, status=404
        )

    def _share(self, path: str, text: str, user: str) -> Answer:
        wrong = self.refuse(text, user)
        if not wrong and f"://{self.domain}" not in text:
            wrong = 10017
        if wrong:
            return _failed(path, wrong)
        place: Place = self.place(text)
        post = self.put(text, at=self.clock(), place=place, author=user, visible="0")
        return _failed(path, 20032) if place == "held" and not self.quiet else json_answer(_open(post))

    def _one(self, method: str, path: str, number: str, user: str) -> Answer:
        post = self.posts.get(number)
        is_own = post is not None and post.about["author"] == user
        if post is None or (not is_own and post.place != "shown"):
            return _failed(path, 20101)
        if method == "POST":
            if not is_own:
                return _failed(path, 20102)
            self.take_away(number)
        return json_answer(_open(post))


def _failed(path: str, number: int) -> Answer:
    told = {"error": ERRORS[number], "error_code": number, "request": path}
    return json_answer(told, status=403 if number < 20000 or number > 21000 else 400)


def _open(post: Post) -> dict[str, Any]:
    return {"id": int(post.id), "idstr": post.id, "mid": post.id, "text": post.shown, "deleted": 0}
