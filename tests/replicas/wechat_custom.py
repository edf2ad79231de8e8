"""WeChat's customer-service messages (`message/custom/send`): an account writes to a user who wrote to it."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.replicas.posts import Board, Place
from tests.replicas.replica import Answer, Asked, json_answer

RID = "60ae120f-371d5872-4c1b2ac1"
ERRORS = {
    -1: "system error",
    40001: "invalid credential, access_token is invalid or not latest",
    40002: "invalid grant_type",
    40003: "invalid openid",
    40008: "invalid message type",
    40013: "invalid appid",
    40125: "invalid appsecret",
    41001: "access_token missing",
    42001: "access_token expired",
    43002: "require POST method",
    43004: "require subscribe",
    43019: "require remove blacklist",
    44002: "empty post data",
    44004: "empty content",
    45002: "content size out of limit",
    45009: "reach max api daily quota limit",
    45011: "api minute-quota reach limit, must slower, retry next minute",
    45015: "response out of time limit or subscription is canceled",
    45047: "out of response count limit",
    47001: "data format error",
    48001: "api unauthorized",
    48002: "user block receive message",
    48004: "api forbidden for irregularities",
    48008: "no permission for this msgtype",
    50002: "user limited",
    87014: "risky content",
}
"""By `errcode`. The numbers are in public tables; of 43019, 48002 and 48008 the English wording is made up."""
TROUBLES = {
    "token-error": 40001,
    "rate-limit": 45009,
    "too-frequent": 45011,
    "server-busy": -1,
    "window-closed": 45015,
    "replies-used-up": 45047,
    "not-following": 43004,
    "blacklisted": 43019,
    "unauthorised": 48001,
    "user-refuses": 48002,
    "account-banned": 48004,
    "wrong-right": 48008,
    "account-limited": 50002,
}
WINDOW = 48 * 3600
"""Seconds after a user's last message in which he may be written to."""
LONGEST = 2048
"""Bytes of a text; the platform's own number is not published for this call."""
ESCAPED = re.compile(rb"(?<!\\)(?:\\\\)*\\u(?!00[0-7])")
"""A character that JSON could hold as it is, written as \\uXXXX."""


@dataclass(kw_only=True)
class CustomMessage(Board):
    """`GET /cgi-bin/token`, then `POST /cgi-bin/message/custom/send`; every error is an `errcode` inside HTTP 200.

    Nothing that was sent can be read back or taken away, and the answer names no message. `soft` words are kept back in
    silence, as `dropped` ones: the platform knows no sign for it.
    """

    troubles = tuple(TROUBLES)

    appid: str = "wx0123456789abcdef"
    secret: str = "replica-secret"
    openids: Mapping[str, float] = field(default_factory=lambda: {"o-replica-user": 0.0})
    """Followers, and how many seconds before this replica began they wrote last."""
    replies: int | None = None
    """Messages that may follow one of a user's (20, on the platform, and 5 today); None for as many as one likes."""
    token_uses: int | None = None
    """After so many messages a token is stale; None for never."""
    clock: Callable[[], float] = time.time
    tokens: dict[str, float] = field(default_factory=dict)
    """By token, when it was given out."""
    uses: dict[str, int] = field(default_factory=dict)
    """By token, how often it was used."""
    began: float = -1.0

    def answer(self, asked: Asked) -> Answer | None:
        self.began = self.clock() if self.began < 0 else self.began
        if asked.path == "/cgi-bin/token" and asked.method == "GET":
            return self._issue(asked.query())
        if asked.path == "/cgi-bin/message/custom/send":
            return self._send(asked)
        return Answer(status=404)

    def write(self, openid: str) -> None:
        """A user writes to the account: he may be written to again."""
        self.openids = {**self.openids, openid: self.began - self.clock()}
        for post in self.kept():
            post.about["counts"] = post.about["counts"] and post.about["to"] != openid

    def delivered(self, openid: str) -> list[str]:
        """What a user got to read, which only he can tell."""
        got = [one for one in self.kept() if one.about["to"] == openid and one.place == "shown"]
        return [one.shown for one in got]

    def _issue(self, query: Mapping[str, str]) -> Answer:
        if query.get("grant_type") != "client_credential":
            return _error(40002)
        if query.get("appid") != self.appid:
            return _error(40013)
        if query.get("secret") != self.secret:
            return _error(40125)
        token = f"{len(self.tokens) + 1}_replica-token"
        self.tokens[token], self.uses[token] = self.clock(), 0
        return json_answer({"access_token": token, "expires_in": 7200})

    def _send(self, asked: Asked) -> Answer:
        if asked.method != "POST":
            return _error(43002)
        wrong = self._refuse_token(asked.query().get("access_token"))
        if wrong or self.trouble is not None:
            return _error(wrong or TROUBLES[self.trouble or ""])
        if not asked.body:
            return _error(44002)
        body = _object(asked.body)
        wrong = _refuse_body(body) or self._refuse_user(str(body["touser"]))
        if wrong:
            return _error(wrong)
        openid, text = str(body["touser"]), str(body["text"]["content"])
        # what is escaped is reported to arrive as it was written, with the backslashes
        if ESCAPED.search(asked.body):
            text = json.dumps(text)[1:-1]
        if self.is_hard(text):
            return _error(87014)
        place: Place = "dropped" if self.is_dropped(text) or self.is_soft(text) else "shown"
        self.put(text, at=self.clock(), place=place, to=openid, counts=True)
        return json_answer({"errcode": 0, "errmsg": "ok"})

    def _refuse_token(self, token: str | None) -> int:
        if token is None:
            return 41001
        if token not in self.tokens or self.uses[token] == self.token_uses:
            return 40001
        newer = list(self.tokens.values())[list(self.tokens).index(token) + 1 :]
        # after a new one an old one is good for five minutes more
        if newer and self.clock() - newer[0] > 300:
            return 40001
        if self.clock() - self.tokens[token] > 7200:
            return 42001
        self.uses[token] += 1
        return 0

    def _refuse_user(self, openid: str) -> int:
        if openid not in self.openids:
            return 40003
        if self.clock() - self.began + self.openids[openid] > WINDOW:
            return 45015
        sent = [one for one in self.kept() if one.about["to"] == openid and one.about["counts"]]
        return 45047 if self.replies is not None and len(sent) >= self.replies else 0


def _refuse_body(body: Mapping[str, Any]) -> int:
    """The error of a message, 0 for none."""
    if not isinstance(body.get("touser"), str):
        return 40003 if body else 47001
    if body.get("msgtype") != "text":
        return 40008
    text = body["text"].get("content") if isinstance(body.get("text"), dict) else None
    if not isinstance(text, str):
        return 47001
    if not text:
        return 44004
    return 45002 if len(text.encode()) > LONGEST else 0


def _object(sent: bytes) -> dict[str, Any]:
    """The object that was sent; empty where it is none, or not in UTF-8."""
    try:
        value = json.loads(sent.decode("utf-8"))
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _error(code: int) -> Answer:
    return json_answer({"errcode": code, "errmsg": f"{ERRORS[code]} rid: {RID}"})
