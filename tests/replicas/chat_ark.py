"""Volcengine Ark, where Doubao and others are served."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from tests.replicas.chat import TROUBLES, ChatReplica, Problem
from tests.replicas.chat_request import Question
from tests.replicas.replica import Answer, json_answer

REQUEST = "021764000000replica"
INPUT = "The request failed because the input text may contain sensitive information."


@dataclass(kw_only=True)
class Ark(ChatReplica):
    """`POST /api/v3/chat/completions` of Volcengine Ark (Doubao).

    Documented (volcengine.com/docs/82379/1299023): statuses, types, codes and texts, but those of a refusal, which are
    seen: the codes, and the text. Assumed: the codes of a wrong method and of too long a
    context, and that output is refused like input, in a stream by `finish_reason` content_filter.
    """

    troubles = TROUBLES
    paths = ("/api/v3/chat/completions",)
    problems: ClassVar[Mapping[str, Problem]] = {
        "path": Problem(404, kind="NotFound", code="NotFound", message="The specified path is not found."),
        "method": Problem(
            405, kind="MethodNotAllowed", code="MethodNotAllowed", message="The method is not allowed."
        ),
        "login": Problem(
            401,
            kind="Unauthorized",
            code="AuthenticationError",
            message="The API key or AK/SK in the request is missing or invalid.",
        ),
        "not-json": Problem(
            400,
            kind="BadRequest",
            code="InvalidParameter",
            message="One or more parameters specified in the request are not valid.",
        ),
        "missing": Problem(
            400,
            kind="BadRequest",
            code="MissingParameter",
            message="The request failed because it is missing one or multiple required parameters.",
        ),
        "invalid": Problem(
            400,
            kind="BadRequest",
            code="InvalidParameter",
            message="One or more parameters specified in the request are not valid.",
        ),
        "bad-model": Problem(
            404,
            kind="NotFound",
            code="InvalidEndpointOrModel.NotFound",
            message="The model or endpoint {model} does not exist or you do not have access to it.",
        ),
        "context": Problem(
            400,
            kind="BadRequest",
            code="InvalidParameter",
            message="Total tokens of image and text exceed max message tokens.",
        ),
        "input": Problem(400, kind="BadRequest", code="SensitiveContentDetected", message=INPUT),
        "out-of-money": Problem(
            403,
            kind="Forbidden",
            code="AccountOverdueError",
            message="The request failed because your account has an overdue balance.",
        ),
        "rate-limit": Problem(
            429,
            kind="TooManyRequests",
            code="RateLimitExceeded.EndpointRPMExceeded",
            message="The Requests Per Minute (RPM) limit of the associated endpoint for your account has been exceeded.",
        ),
        "overloaded": Problem(
            503,
            kind="ServiceUnavailable",
            code="ServerOverloaded",
            message="The service is currently unable to handle additional requests.",
        ),
    }

    models: frozenset[str] = frozenset({"doubao-pro-32k", "ep-20250101000000-abcde"})
    refusal_code: str = "SensitiveContentDetected"
    """Also seen: InputTextSensitiveContentDetected, SensitiveContentDetected.SevereViolation, ContentRiskBlocked."""

    def envelope(self, problem: Problem, message: str) -> Answer:
        told = {
            "code": problem.code,
            "message": f"{message} Request id: {REQUEST}",
            "param": "",
            "type": problem.kind,
        }
        return json_answer({"error": told}, status=problem.status)

    def fail(self, problem: str, **told: Any) -> Answer:
        if problem == "input":
            return self.envelope(replace(self.problems["input"], code=self.refusal_code), INPUT)
        return super().fail(problem, **told)

    def refuse_output(self, question: Question, text: str) -> Answer:
        if question.stream:
            return super().refuse_output(question, text)
        told = "The request failed because the output text may contain sensitive information."
        return self.envelope(replace(self.problems["input"], code="OutputTextSensitiveContentDetected"), told)
