"""Tencent Cloud's check of texts (TMS)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from tests.replicas.replica import Answer, Asked, json_answer
from tests.replicas.wechat import Moderator

ALGORITHM = "TC3-HMAC-SHA256"
AUTHORIZATION = re.compile(
    rf"{ALGORITHM} Credential=(?P<id>[^/]+)/(?P<date>[\d-]+)/(?P<service>\w+)/tc3_request, ?"
    r"SignedHeaders=(?P<signed>[\w;-]+), ?Signature=(?P<signature>[0-9a-f]{64})"
)
TROUBLES = {
    "token-error": ("AuthFailure.TokenFailure", "The provided credentials could not be validated."),
    "rate-limit": (
        "RequestLimitExceeded",
        "Your current request times exceed the limit, please try again later.",
    ),
    "server-busy": ("FailedOperation", "Operation failed."),
}
REQUEST_ID = "0f2de3f6-2b1c-4b5c-9a3f-3f0d3b8f2f11"


def sign(asked: Asked, *, key: str, service: str, signed: Sequence[str]) -> str:
    """The signature of a request over its named headers, at the time its `X-TC-Timestamp` tells."""
    timestamp = asked.headers["x-tc-timestamp"]
    date = datetime.fromtimestamp(int(timestamp), UTC).strftime("%Y-%m-%d")
    headers = "".join(f"{name}:{asked.headers[name].strip().lower()}\n" for name in signed)
    request = [
        asked.method,
        asked.path,
        urlsplit(asked.target).query,
        headers,
        ";".join(signed),
        _hash(asked.body),
    ]
    told = [ALGORITHM, timestamp, f"{date}/{service}/tc3_request", _hash("\n".join(request).encode())]
    derived = f"TC3{key}".encode()
    for part in (date, service, "tc3_request"):
        derived = hmac.digest(derived, part.encode(), "sha256")
    return hmac.digest(derived, "\n".join(told).encode(), "sha256").hex()


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@dataclass(kw_only=True)
class Tencent(Moderator):
    """`POST /` signed with TC3; every error is `Response.Error` inside HTTP 200."""

    troubles = tuple(TROUBLES)
    verdicts = ("Pass", "Review", "Block")

    secret_id: str = "AKIDreplica"
    secret_key: str = "replica-key"
    clock: Callable[[], float] = time.time

    def answer(self, asked: Asked) -> Answer:
        if asked.path != "/":
            return Answer(status=404)
        if asked.method != "POST" or not asked.headers.get("content-type", "").startswith("application/json"):
            return Answer(status=400)
        wrong = TROUBLES[self.trouble] if self.trouble is not None else self._refuse(asked)
        if wrong:
            return _error(*wrong)
        try:
            body = asked.json()
            text = base64.b64decode(body["Content"], validate=True).decode("utf-8")
        except (ValueError, KeyError, TypeError):
            return _error("InvalidParameter", "The parameter `Content` is not valid.")
        if not text or len(text) > 10_000:
            return _error("InvalidParameterValue.ErrTextContentLen", "The length of `Content` is not valid.")
        return self._judge(text, body)

    def _refuse(self, asked: Asked) -> tuple[str, str] | None:
        headers = asked.headers
        found = AUTHORIZATION.fullmatch(headers.get("authorization", ""))
        if found is None:
            return "AuthFailure.InvalidAuthorization", "The `Authorization` header is not as it should be."
        if found["id"] != self.secret_id:
            return "AuthFailure.SecretIdNotFound", "The SecretId is not found."
        timestamp = headers.get("x-tc-timestamp", "")
        if not timestamp.isdigit():
            return "MissingParameter", "The request is missing a required parameter `Timestamp`."
        if abs(int(timestamp) - self.clock()) > 300:
            return "AuthFailure.SignatureExpire", "Signature expired."
        if not self._is_signed(asked, found):
            return "AuthFailure.SignatureFailure", "The provided signature does not match."
        if headers.get("x-tc-action") != "TextModeration":
            return "InvalidAction", "The requested action is not found."
        if headers.get("x-tc-version") != "2020-12-29":
            return "NoSuchVersion", "The requested version is not found."
        if not headers.get("x-tc-region"):
            return "MissingParameter", "The request is missing a required parameter `Region`."
        return None

    def _is_signed(self, asked: Asked, found: re.Match[str]) -> bool:
        signed = found["signed"].split(";")
        date = datetime.fromtimestamp(int(asked.headers["x-tc-timestamp"]), UTC).strftime("%Y-%m-%d")
        as_told = signed == sorted(signed) and {"content-type", "host"} <= set(signed) <= set(asked.headers)
        if not as_told or (found["date"], found["service"]) != (date, "tms"):
            return False
        return found["signature"] == sign(asked, key=self.secret_key, service="tms", signed=signed)

    def _judge(self, text: str, body: dict[str, Any]) -> Answer:
        rank, hits = self.rank(text), self.hits(text)
        detail = {
            "Label": ("Ad", "Polity", "Polity")[rank],
            "SubLabel": "",
            "Suggestion": self.verdicts[rank],
            "Score": (20, 75, 99)[rank],
            "Keywords": hits,
            "LibType": 0,
            "LibId": "",
            "LibName": "",
            "Tags": [],
        }
        told = {
            "BizType": body.get("BizType", "TencentCloudDefault"),
            "ContextText": "",
            "DataId": body.get("DataId", ""),
            # a text that passes may have details too
            "DetailResults": [detail] if rank or len(text) % 2 == 0 else [],
            "Extra": "",
            "HitInfos": [],
            "Keywords": hits,
            "Label": ("Normal", "Polity", "Polity")[rank],
            "RequestId": REQUEST_ID,
            "RiskDetails": [],
            "Score": (0, 75, 99)[rank],
            "SubLabel": "",
            "Suggestion": self.verdict(text),
        }
        return self.tell({"Response": told})


def _error(code: str, message: str) -> Answer:
    return json_answer({"Response": {"Error": {"Code": code, "Message": message}, "RequestId": REQUEST_ID}})
