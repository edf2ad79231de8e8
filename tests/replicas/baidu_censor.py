"""Baidu's check of texts (`text_censor`)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.replicas.replica import Answer, Asked, json_answer
from tests.replicas.wechat import Moderator

CHECK = "/rest/2.0/solution/v1/text_censor/v2/user_defined"
ERRORS = {
    18: "Open api qps request limit reached",
    110: "Access token invalid or no longer valid",
    111: "Access token expired",
    282000: "internal error",
    282002: "input encoding error",
    282003: "missing parameters: text",
}
TROUBLES = {"token-error": 110, "rate-limit": 18, "server-busy": 282000}
CONCLUSIONS = {1: "合规", 2: "不合规", 3: "疑似", 4: "审核失败"}
LOG_ID = 15572142621780024


@dataclass(kw_only=True)
class BaiduCensor(Moderator):
    """`/oauth/2.0/token`, then the check of a form; every error of the check is a code inside HTTP 200."""

    troubles = (*TROUBLES, "audit-failed")
    verdicts = (1, 3, 2)

    client_id: str = "replica-id"
    client_secret: str = "replica-secret"
    token_uses: int | None = None
    """After so many checks a token has expired; None for never."""
    uses: dict[str, int] = field(default_factory=dict)
    """By token, how often it was used."""

    def answer(self, asked: Asked) -> Answer:
        if asked.path == "/oauth/2.0/token" and asked.method in ("GET", "POST"):
            return self._issue(asked)
        if asked.path == CHECK:
            return self._check(asked)
        return Answer(status=404)

    def _issue(self, asked: Asked) -> Answer:
        given = asked.query() | (asked.form() if _is_form(asked) else {})
        if given.get("grant_type") != "client_credentials":
            return _oauth_error(
                "unsupported_grant_type", "The authorization grant type is not supported", 400
            )
        if given.get("client_id") != self.client_id:
            return _oauth_error("invalid_client", "unknown client id", 401)
        if given.get("client_secret") != self.client_secret:
            return _oauth_error("invalid_client", "Client authentication failed", 401)
        token = f"24.replica.{len(self.uses) + 1}"
        self.uses[token] = 0
        scope = "public brain_all_scope solution_user_defined_text"
        return json_answer({"access_token": token, "expires_in": 2592000, "scope": scope})

    def _check(self, asked: Asked) -> Answer:
        if asked.method != "POST" or not _is_form(asked):
            return Answer(status=400)
        wrong = TROUBLES.get(self.trouble or "", 0) or self._refuse_token(asked)
        if wrong:
            return _error(wrong)
        try:
            text = asked.form().get("text", "")
        except UnicodeDecodeError:
            return _error(282002)
        return self._judge(text) if text else _error(282003)

    def _refuse_token(self, asked: Asked) -> int:
        token = asked.query().get("access_token", "")
        if token not in self.uses:
            return 110
        if self.uses[token] == self.token_uses:
            return 111
        self.uses[token] += 1
        return 0

    def _judge(self, text: str) -> Answer:
        kind = 4 if self.trouble == "audit-failed" else self.verdict(text)
        # a value that the platform does not have has no name: then the text's own
        known = kind if isinstance(kind, int) and kind in CONCLUSIONS else self.verdicts[self.rank(text)]
        judged = {"log_id": LOG_ID, "conclusion": CONCLUSIONS[known], "conclusionType": kind}
        if self.rank(text):
            judged["data"] = [self._finding(text)]
        return self.tell(judged)

    def _finding(self, text: str) -> dict[str, Any]:
        hits = self.hits(text)
        positions = [[text.index(word), text.index(word) + len(word) - 1] for word in hits]
        refused = self.is_hard(text)
        return {
            "type": 11 if refused else 12,
            "subType": 0 if refused else 3,
            "msg": "存在百度官方默认违禁词库不合规" if refused else "疑似存在政治敏感不合规",
            "conclusion": CONCLUSIONS[self.verdicts[self.rank(text)]],
            "conclusionType": self.verdicts[self.rank(text)],
            "probability": 1.0 if refused else 0.6,
            "hits": [{"datasetName": "百度默认黑库", "probability": 1.0, "words": hits}],
            "wordHitPositions": [
                {"keyword": word, "positions": [at]} for word, at in zip(hits, positions, strict=True)
            ],
        }


def _is_form(asked: Asked) -> bool:
    return "x-www-form-urlencoded" in asked.headers.get("content-type", "")


def _error(code: int) -> Answer:
    return json_answer({"error_code": code, "error_msg": ERRORS[code], "log_id": LOG_ID})


def _oauth_error(error: str, description: str, status: int) -> Answer:
    return json_answer({"error": error, "error_description": description}, status=status)
