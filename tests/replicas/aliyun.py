"""Aliyun's check of texts (`TextModerationPlus`), asked by RPC."""

from __future__ import annotations

import base64
import hmac
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from tests.replicas.replica import Answer, Asked, json_answer
from tests.replicas.wechat import Moderator

SERVICES = {
    "nickname_detection_pro": 600,
    "chat_detection_pro": 600,
    "comment_detection_pro": 600,
    "ad_compliance_detection_pro": 600,
    "llm_query_moderation": 2000,
    "llm_response_moderation": 5000,
    "aigc_moderation_byllm": 2000,
    "ugc_moderation_byllm": 600,
    "query_security_check_intl": 2000,
}
"""By service, how many characters it takes."""
DEMANDED = (
    "Action",
    "Version",
    "AccessKeyId",
    "SignatureMethod",
    "SignatureVersion",
    "SignatureNonce",
    "Timestamp",
)
REQUEST_ID = "AAAAAA-BBBB-CCCCC-DDDD-EEEEEEEE0001"
TROUBLES: dict[str, tuple[int, str | int, str]] = {
    "token-error": (404, "InvalidAccessKeyId.NotFound", "Specified access key is not found."),
    "rate-limit": (400, "Throttling.User", "Request was denied due to user flow control."),
    "server-busy": (
        503,
        "ServiceUnavailable",
        "The request has failed due to a temporary failure of the server.",
    ),
    # with the code in the answer of the service, not of the gateway
    "quota": (200, 588, "EXCEED_QUOTA"),
}


def sign(method: str, parameters: Mapping[str, str], secret: str) -> str:
    """The signature of a call by RPC: all parameters in the order of names, encoded twice, hashed with the secret."""
    given = "&".join(
        f"{_encode(name)}={_encode(parameters[name])}" for name in sorted(parameters) if name != "Signature"
    )
    told = f"{method}&{_encode('/')}&{_encode(given)}"
    return base64.b64encode(hmac.digest(f"{secret}&".encode(), told.encode(), "sha1")).decode()


def _encode(text: str) -> str:
    return quote(text, safe="-_.~")


@dataclass(kw_only=True)
class Aliyun(Moderator):
    """`POST /` with signed parameters in the URL or in a form. The gateway refuses by status, the service by `Code`."""

    troubles = tuple(TROUBLES)
    verdicts = ("none", "medium", "high")

    access_key_id: str = "replica-id"
    access_key_secret: str = "replica-secret"
    clock: Callable[[], float] = time.time
    nonces: set[str] = field(default_factory=set)

    def answer(self, asked: Asked) -> Answer:
        if asked.path != "/":
            return Answer(status=404)
        is_form = "x-www-form-urlencoded" in asked.headers.get("content-type", "")
        if asked.method != "POST" or (asked.body and not is_form):
            return Answer(status=400)
        try:
            given = asked.query() | asked.form()
        except UnicodeDecodeError:
            return Answer(status=400)
        wrong = TROUBLES[self.trouble] if self.trouble is not None else self._refuse(given)
        return _error(*wrong) if wrong else self._check(given)

    def _refuse(self, given: Mapping[str, str]) -> tuple[int, str | int, str] | None:
        """What the gateway refuses."""
        missing = [name for name in (*DEMANDED, "Signature") if not given.get(name)]
        if missing:
            return 400, f"Missing{missing[0]}", f"{missing[0]} is mandatory for this action."
        if (given["SignatureMethod"], given["SignatureVersion"]) != ("HMAC-SHA1", "1.0"):
            return 400, "InvalidParameter", "The specified signature method or version is not valid."
        if given["AccessKeyId"] != self.access_key_id:
            return 404, "InvalidAccessKeyId.NotFound", "Specified access key is not found."
        if abs(_seconds(given["Timestamp"]) - self.clock()) > 900:
            return 400, "InvalidTimeStamp.Expired", "Specified time stamp or date value is expired."
        if given["Signature"] != sign("POST", given, self.access_key_secret):
            return 400, "SignatureDoesNotMatch", "Specified signature is not matched with our calculation."
        if given["SignatureNonce"] in self.nonces:
            return 400, "SignatureNonceUsed", "Specified signature nonce was used already."
        self.nonces.add(given["SignatureNonce"])
        if given["Version"] != "2022-03-02":
            return 400, "InvalidVersion", "Specified parameter Version is not valid."
        if given["Action"] != "TextModerationPlus":
            return (
                404,
                "InvalidAction.NotFound",
                "Specified api is not found, please check your url and method.",
            )
        return None

    def _check(self, given: Mapping[str, str]) -> Answer:
        """What the service refuses, and else its verdict."""
        limit = SERVICES.get(given.get("Service", ""))
        if limit is None:
            return _error(200, 400, "BAD_REQUEST: service is not valid")
        try:
            text = json.loads(given.get("ServiceParameters", ""))["content"]
        except (ValueError, KeyError, TypeError):
            return _error(200, 400, "BAD_REQUEST: serviceParameters is not valid")
        if not isinstance(text, str) or not 0 < len(text) <= limit:
            return _error(200, 400, "BAD_REQUEST: content is not valid")
        return self._judge(text)

    def _judge(self, text: str) -> Answer:
        rank, hits = self.rank(text), self.hits(text)
        found: dict[str, Any] = {"Label": "nonLabel", "Description": "未检测出风险"}
        advice = []
        if rank:
            found = {"Label": ("political_n", "political_entity")[rank - 1], "Description": "疑似政治内容"}
            found |= {"Confidence": (70.5, 100.0)[rank - 1], "RiskWords": ",".join(hits)}
        if rank == 2:
            advice = [
                {"Answer": "您好，这个问题我们换一个说法。", "HitLabel": "political_entity", "HitLibName": ""}
            ]
        told = {
            "RiskLevel": self.verdict(text),
            "Result": [found],
            "Advice": advice,
            "Score": (0, 70.5, 100)[rank],
        }
        return self.tell({"Code": 200, "Data": told, "Message": "OK", "RequestId": REQUEST_ID})


def _seconds(timestamp: str) -> float:
    """Seconds since 1970 of a time such as 2026-01-31T12:00:00Z, 0 for another form."""
    try:
        return datetime.strptime(timestamp, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC).timestamp()
    except ValueError:
        return 0


def _error(status: int, code: str | int, message: str) -> Answer:
    told: dict[str, Any] = {"Code": code, "Message": message, "RequestId": REQUEST_ID}
    return json_answer(told if status == 200 else told | {"HostId": "green-cip.replica"}, status=status)
