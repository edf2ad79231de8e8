"""NetEase Yidun: the check of one text, fifth version."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.replicas.replica import Answer, Asked, json_answer
from tests.replicas.wechat import Moderator

DEMANDED = ("secretId", "businessId", "version", "timestamp", "nonce", "dataId", "content", "signature")
METHODS: dict[str, Callable[[bytes], Any]] = {
    "MD5": hashlib.md5,
    "SHA1": hashlib.sha1,
    "SHA256": hashlib.sha256,
}
TROUBLES = {
    "token-error": (410, "signature failure"),
    # the vendor's number for this is not known; that it is not 200 is
    "rate-limit": (429, "too many requests"),
    "server-busy": (503, "service unavailable"),
}


def sign(fields: Mapping[str, str], secret_key: str) -> str:
    """The signature of a form: names and values in the order of names, then the key, hashed."""
    told = "".join(name + fields[name] for name in sorted(fields) if name != "signature")
    digest: str = METHODS[fields.get("signatureMethod", "MD5")]((told + secret_key).encode()).hexdigest()
    return digest


@dataclass(kw_only=True)
class Yidun(Moderator):
    """`POST /v5/text/check` with a signed form; every error is a `code` inside HTTP 200."""

    troubles = tuple(TROUBLES)
    verdicts = (0, 1, 2)

    secret_id: str = "replica-id"
    secret_key: str = "replica-key"
    business_id: str = "replica-business"
    clock: Callable[[], float] = time.time
    nonces: set[tuple[str, str]] = field(default_factory=set)
    """Nonces that were used, with their timestamps."""

    def answer(self, asked: Asked) -> Answer:
        if asked.path != "/v5/text/check":
            return Answer(status=404)
        if asked.method != "POST" or "x-www-form-urlencoded" not in asked.headers.get("content-type", ""):
            return Answer(status=400)
        try:
            fields = asked.form()
        except UnicodeDecodeError:
            return _told(405, "param error")
        wrong = TROUBLES[self.trouble] if self.trouble is not None else self._refuse(fields)
        return _told(*wrong) if wrong else self._judge(fields)

    def _refuse(self, fields: Mapping[str, str]) -> tuple[int, str] | None:
        missing = [name for name in DEMANDED if not fields.get(name)]
        if missing:
            return 400, f"bad request: {missing[0]}"
        if (fields["secretId"], fields["businessId"]) != (self.secret_id, self.business_id):
            return 401, "forbidden"
        method = fields.get("signatureMethod", "MD5")
        if not re.fullmatch(r"v5(\.\d)?", fields["version"]) or method not in METHODS:
            return 405, "param error"
        if fields["signature"] != sign(fields, self.secret_key):
            return 410, "signature failure"
        when = fields["timestamp"]
        if not re.fullmatch(r"\d{13}", when) or abs(int(when) / 1000 - self.clock()) > 300:
            return 420, "request expired"
        if (fields["nonce"], when) in self.nonces:
            return 430, "replay attack"
        self.nonces.add((fields["nonce"], when))
        return None

    def _judge(self, fields: Mapping[str, str]) -> Answer:
        text = fields["content"]
        antispam = {
            "taskId": "fx6sxdcd89fvbvg4967b4787d78a",
            "dataId": fields["dataId"],
            "suggestion": self.verdict(text),
            "resultType": 1,
            "censorType": 0,
            "labels": self._labels(text),
        }
        return self.tell({"code": 200, "msg": "ok", "result": {"antispam": antispam}})

    def _labels(self, text: str) -> list[dict[str, Any]]:
        rank = self.rank(text)
        if rank:
            hint = {"hint": self.hits(text)}
            below = [{"subLabel": "500013", "rate": 0.9, "details": hint}]
            return [{"label": 500, "level": rank, "rate": 0.9, "subLabels": below}]
        # a text that passes may have labels too, at level 0
        return [] if len(text) % 2 else [{"label": 700, "level": 0, "rate": 0.2, "subLabels": []}]


def _told(code: int, message: str) -> Answer:
    return json_answer({"code": code, "msg": message})
