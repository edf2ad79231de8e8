"""Moonshot's Kimi."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from tests.replicas.chat import TROUBLES, ChatReplica, Problem
from tests.replicas.chat_request import Fault, Question
from tests.replicas.replica import Answer, json_answer

INVALID = "invalid_request_error"
RISK = "The request was rejected because it was considered high risk"


@dataclass(kw_only=True)
class Moonshot(ChatReplica):
    """`POST /v1/chat/completions` of Kimi.

    Documented (platform.kimi.com/docs/api/errors): the envelope with `type` and `message` only, the refusal with type
    content_filter for input and output alike, the texts of 400 and 401. Seen: the texts of 404 and 429, and that newer
    models refuse a temperature. Assumed: that in a stream the refusal is an event and the last one; `no-login`; the text of
    500; `usage` inside the last choice. As Kimi Code tells it, `refusal_kind` is invalid_request_error; as some proxies do,
    a refusal is a normal answer: `hard_stage=Stage.CANNED`.
    """

    troubles = (*TROUBLES, "server-error")
    paths = ("/v1/chat/completions",)
    highest_temperature = 1.0
    problems: ClassVar[Mapping[str, Problem]] = {
        "path": Problem(404, kind="resource_not_found_error", message="The requested resource was not found"),
        "method": Problem(405, kind=INVALID, message="Method Not Allowed"),
        "no-login": Problem(401, kind="incorrect_api_key_error", message="Incorrect API key provided"),
        "login": Problem(401, kind="invalid_authentication_error", message="Invalid Authentication"),
        "not-json": Problem(400, kind=INVALID, message="Invalid request: failed to parse request body"),
        "missing": Problem(400, kind=INVALID, message="Invalid request: {param} is required"),
        "invalid": Problem(400, kind=INVALID, message="Invalid request: invalid {param}"),
        "range": Problem(
            400, kind=INVALID, message="Invalid request: invalid {param}, only 0 to 1 is allowed"
        ),
        "fixed": Problem(400, kind=INVALID, message="invalid temperature: only 1 is allowed for this model"),
        "bad-model": Problem(
            404, kind="resource_not_found_error", message="Not found the model {model} or Permission denied"
        ),
        "context": Problem(400, kind=INVALID, message="Your request exceeded model token limit : {limit}"),
        "input": Problem(400, kind="content_filter", message=RISK),
        "out-of-money": Problem(
            429,
            kind="exceeded_current_quota_error",
            message="Your account is suspended due to insufficient balance, please recharge your account or check "
            "your plan and billing details",
        ),
        "rate-limit": Problem(
            429,
            kind="rate_limit_reached_error",
            message="Your account org-replica request reached organization max RPM: 3, please try again after 1 seconds",
        ),
        "overloaded": Problem(
            429,
            kind="engine_overloaded_error",
            message="The engine is currently overloaded, please try again later",
        ),
        "server-error": Problem(500, kind="unexpected_output", message="invalid state transition"),
    }

    models: frozenset[str] = frozenset({"moonshot-v1-8k", "kimi-k2.6"})
    canned: str = RISK
    refusal_kind: str = "content_filter"

    def read_body(self, body: dict[str, Any]) -> Question | Fault:
        """The models that think take one temperature only."""
        read = super().read_body(body)
        fixed = str(body.get("model")).startswith("kimi-") and body.get("temperature", 1) != 1
        return Fault(param="temperature", problem="fixed") if isinstance(read, Question) and fixed else read

    def envelope(self, problem: Problem, message: str) -> Answer:
        kind = self.refusal_kind if message == RISK else problem.kind
        return json_answer({"error": {"message": message, "type": kind}}, status=problem.status)

    def refuse_output(self, question: Question, text: str) -> Answer:
        if not question.stream:
            return self.fail("input")
        told = self.told(question, self.kept_of(text))
        return self.send([*told, self.event({"error": {"message": RISK, "type": self.refusal_kind}})])

    def ending(self, question: Question, text: str, finish: str) -> list[bytes]:
        choice = {"index": 0, "delta": {}, "finish_reason": finish, "usage": self.usage(question, text)}
        head = self.head(question, "chat.completion.chunk")
        return [self.event({**head, "choices": [choice]}), self.event("[DONE]")]
