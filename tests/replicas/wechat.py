"""WeChat's check of texts for mini-programs (`msg_sec_check`), and what all moderation services have in common."""

from __future__ import annotations

import enum
import json
import re
from dataclasses import dataclass, field
from typing import Any, ClassVar

from tests.replicas.replica import Answer, Asked, Replica, json_answer


class Force(enum.Enum):
    """What may stand in the place of a forced value."""

    UNFORCED = "the text decides"
    MISSING = "the field is left out"


UNFORCED = Force.UNFORCED
MISSING = Force.MISSING


@dataclass(kw_only=True)
class Moderator(Replica):
    """A service that is given a text and tells in one field what it thinks of it."""

    verdicts: ClassVar[tuple[Any, Any, Any]]
    """What that field holds for a text that passes, that is held for review, that is refused."""

    forced: Any = UNFORCED
    """What that field holds for every question, whatever was asked; MISSING leaves it out."""
    overrides: dict[str, Any] = field(default_factory=dict)
    """Other fields of judged texts, by dotted path (`result.label`, `data.0.msg`, `data.*.msg`); MISSING leaves out."""

    def rank(self, text: str) -> int:
        """0 passes, 1 is held for review, 2 is refused."""
        return 2 if self.is_hard(text) else int(self.is_soft(text))

    def verdict(self, text: str) -> Any:
        return self.verdicts[self.rank(text)] if self.forced is UNFORCED else self.forced

    def hits(self, text: str) -> list[str]:
        """The words that a text was judged by."""
        return sorted(word for word in self.hard | self.soft if word in text)

    def tell(self, judged: dict[str, Any]) -> Answer:
        """The answer to a text that was judged, with `overrides` in their places and without what is MISSING."""
        for path, value in self.overrides.items():
            _put(judged, path.split("."), value)
        return json_answer(_strip(judged))


def _put(inside: Any, path: list[str], new: Any) -> None:
    step, *rest = path
    every = range(len(inside)) if step == "*" else [int(step) if isinstance(inside, list) else step]
    for key in every:
        if rest:
            _put(inside[key], rest, new)
        else:
            inside[key] = new


def _strip(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _strip(one) for name, one in value.items() if one is not MISSING}
    if isinstance(value, list):
        return [_strip(one) for one in value if one is not MISSING]
    return value


ERRORS = {
    -1: "system error",
    40001: "invalid credential, access_token is invalid or not latest",
    40002: "invalid grant_type",
    40003: "invalid openid",
    40013: "invalid appid",
    40125: "invalid appsecret",
    40129: "invalid scene",
    41001: "access_token missing",
    43104: "appid not match with openid",
    43302: "method invalid",
    44002: "empty post data",
    45002: "content size out of limit",
    45009: "reach max api daily quota limit",
    45011: "api minute-quota reach limit, must slower, retry next minute",
    47001: "data format error",
    61010: "code is expired",
    87014: "risky content",
}
TROUBLES = {
    "token-error": 40001,
    "rate-limit": 45009,
    "too-frequent": 45011,
    "server-busy": -1,
    "openid-expired": 61010,
    "openid-mismatch": 43104,
}
SAMPLES = ("特3456书yuuo莞6543李zxcz蒜7782法fgnv级", "完2347全dfji试3726测asad感3847知qwez到")
"""Texts that the platform's own page says the first version refuses."""
ESCAPED = re.compile(rb"(?<!\\)(?:\\\\)*\\u(?!00[0-7])")
"""A character that JSON could hold as it is, written as \\uXXXX."""


@dataclass(kw_only=True)
class MsgSecCheck(Moderator):
    """`GET /cgi-bin/token`, then `POST /wxa/msg_sec_check`; in the first version the verdict is `errcode`."""

    troubles = tuple(TROUBLES)
    verdicts = ("pass", "review", "risky")

    appid: str = "wx0123456789abcdef"
    secret: str = "replica-secret"
    openids: frozenset[str] = frozenset({"o-replica-user"})
    """Users who opened the mini-program in the last two hours."""
    gone: frozenset[str] = frozenset()
    """Users who did so longer ago."""
    token_uses: int | None = None
    """After so many checks a token is stale; None for never."""
    uses: dict[str, int] = field(default_factory=dict)
    """By token, how often it was used."""

    def answer(self, asked: Asked) -> Answer:
        if asked.path == "/cgi-bin/token" and asked.method == "GET":
            return self._issue(asked.query())
        if asked.path == "/wxa/msg_sec_check":
            return self._check(asked)
        return json_answer({}, status=404)

    def _issue(self, query: dict[str, str]) -> Answer:
        if query.get("grant_type") != "client_credential":
            return _error(40002)
        if query.get("appid") != self.appid:
            return _error(40013)
        if query.get("secret") != self.secret:
            return _error(40125)
        token = f"{len(self.uses) + 1}_replica-token"
        self.uses[token] = 0
        return json_answer({"access_token": token, "expires_in": 7200})

    def _check(self, asked: Asked) -> Answer:
        if asked.method != "POST":
            return _error(43302)
        if self.trouble is not None:
            return _error(TROUBLES[self.trouble])
        body = _object(asked.body)
        wrong = self._refuse_token(asked, body) or _refuse_body(asked.body, body)
        if wrong:
            return _error(wrong)
        content = str(body["content"])
        if body.get("version", 1) == 1:
            return self._judge_first(content)
        wrong = self._refuse_second(body)
        # an escaped text is reported to pass whatever it says
        return _error(wrong) if wrong else self._judge_second("" if ESCAPED.search(asked.body) else content)

    def _refuse_token(self, asked: Asked, body: dict[str, Any]) -> int:
        token = asked.query().get("access_token")
        if token is None:
            return 47001 if "access_token" in body else 41001
        if token not in self.uses or self.uses[token] == self.token_uses:
            return 40001
        self.uses[token] += 1
        return 0

    def _refuse_second(self, body: dict[str, Any]) -> int:
        """The error of a request in the second version, 0 for none."""
        if type(body["version"]) is not int or body["version"] != 2:
            return 47001
        openid = str(body.get("openid"))
        if openid in self.gone:
            return 61010
        if openid not in self.openids:
            return 40003
        if type(body.get("scene")) is not int or body["scene"] not in (1, 2, 3, 4):
            return 40129
        return 45002 if len(body["content"]) > 2500 else 0

    def _judge_first(self, content: str) -> Answer:
        """This version knows no review."""
        risky = self.is_hard(content) or content in SAMPLES
        code = (87014 if risky else 0) if self.forced is UNFORCED else self.forced
        message = "ok" if code == 0 else f"{ERRORS[87014]} rid: {RID}"
        return self.tell({"errcode": code, "errmsg": message})

    def _judge_second(self, content: str) -> Answer:
        rank = self.rank(content)
        # the strategies need not agree with each other, nor with the result
        doubt = "review" if rank == 0 and len(content) % 2 == 0 else "pass"
        label = (100, 21000, 20001)[rank]
        model = {"strategy": "content_model", "errcode": 0, "suggest": doubt, "label": 100, "prob": 60}
        words = {"strategy": "keyword", "errcode": 0, "suggest": self.verdicts[rank], "label": label}
        words |= {"level": 90, "keyword": hits[0]} if (hits := self.hits(content)) else {}
        result = {"suggest": self.verdict(content), "label": label}
        told = {"errcode": 0, "errmsg": "ok", "result": result, "detail": [model, words], "trace_id": RID}
        return self.tell(told)


RID = "60ae120f-371d5872-4c1b2ac1"


def _error(code: int) -> Answer:
    return json_answer({"errcode": code, "errmsg": f"{ERRORS[code]} rid: {RID}"})


def _object(body: bytes) -> dict[str, Any]:
    """The object that was sent; empty where it is none, or not in UTF-8."""
    try:
        value = json.loads(body.decode("utf-8"))
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _refuse_body(sent: bytes, body: dict[str, Any]) -> int:
    if not sent:
        return 44002
    content = body.get("content")
    if not isinstance(content, str) or "access_token" in body:
        return 47001
    return 0 if content else 44002
