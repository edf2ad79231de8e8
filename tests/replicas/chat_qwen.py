"""Qwen at Alibaba's DashScope: in OpenAI's form, and in its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from tests.replicas.chat import TOLD, TROUBLES, ChatReplica, Problem, Stage
from tests.replicas.chat_request import (
    Fault,
    Question,
    fault_of_messages,
    fault_of_model,
    fault_of_options,
    object_in,
    question_of,
)
from tests.replicas.chat_stream import compact
from tests.replicas.replica import Answer, Asked, json_answer

INVALID = "invalid_parameter_error"
REQUEST = "649b2bbc-c541-9e16-9845-db7fe4fe5b2d"
INPUT = "Input data may contain inappropriate content."
OUTPUT = "Output data may contain inappropriate content."
BUSY = "Too many requests. Your requests are being throttled due to system capacity limits. Please try again later."
ARREARS = "Access denied, please make sure your account is in good standing."
TOO_LONG = "Range of input length should be [1, {limit}]"


@dataclass(kw_only=True)
class DashScope(ChatReplica):
    """What both forms share: what is refused, and that an error where a stream was asked for is framed like an event.

    Documented (help.aliyun.com model-studio/error-code): codes, statuses and texts. Seen: HTTP 400 with a body that is one
    event, said to be JSON (both forms; 666ghj/BettaFish issues 572 and 594 for the texts); 404 as plain JSON. Reported: the
    header that switches the inspection on. Assumed: which other statuses are framed, and a wrong path or method.
    """

    troubles = TROUBLES
    highest_temperature = 1.99
    models: frozenset[str] = frozenset({"qwen-plus", "qwen-turbo", "qwen-max"})
    input_message: str = INPUT
    """Also seen: `Input text data may contain inappropriate content.`, and `<400> InternalError.Algo.DataInspectionFailed: `
    before it."""
    output_message: str = OUTPUT
    opt_in: bool = False
    """Whether texts are inspected only on `X-DashScope-DataInspection: {"input":"cip","output":"cip"}`."""
    framed: bool = True
    """Whether an error of status 400 before a stream has the form of an event."""
    _inspects: bool = True
    _streams: bool = False

    def answer(self, asked: Asked) -> Answer:
        header = asked.headers.get("x-dashscope-datainspection", "")
        self._inspects = not self.opt_in or '"cip"' in header
        wanted = (object_in(asked) or {}).get("stream") is True
        self._streams = wanted or asked.headers.get("x-dashscope-sse") == "enable"
        return super().answer(asked)

    def stage_of(self, question: Question) -> Stage | None:
        stage = super().stage_of(question)
        return None if not self._inspects and stage in (Stage.INPUT, Stage.OUTPUT) else stage

    def envelope(self, problem: Problem, message: str) -> Answer:
        return self._refuse(self.error(problem, message), problem.status)

    def refuse_input(self, question: Question) -> Answer:
        return self._refuse(self.refusal(self.input_message), 400)

    def refuse_output(self, question: Question, text: str) -> Answer:
        refusal = self.refusal(self.output_message)
        if not question.stream:
            return self._refuse(refusal, 400)
        return self.send([*self.told(question, self.kept_of(text)), self.error_event(refusal)])

    def _refuse(self, told: dict[str, Any], status: int) -> Answer:
        if status != 400 or not (self.framed and self._streams):
            return json_answer(told, status=status)
        kind = ("content-type", "application/json")
        return Answer(status=status, headers=(kind,), body=self.error_event(told))

    def error(self, problem: Problem, message: str) -> dict[str, Any]:
        """The body of an error that is no refusal."""
        raise NotImplementedError

    def refusal(self, message: str) -> dict[str, Any]:
        """The body of a refusal."""
        raise NotImplementedError

    def error_event(self, told: dict[str, Any]) -> bytes:
        raise NotImplementedError


@dataclass(kw_only=True)
class Qwen(DashScope):
    """`POST /compatible-mode/v1/chat/completions`."""

    paths = ("/compatible-mode/v1/chat/completions",)
    problems: ClassVar[Mapping[str, Problem]] = {
        "path": Problem(404, code="not_found", message="Not Found"),
        "method": Problem(405, code="method_not_allowed", message="Not allowed"),
        "no-login": Problem(
            401,
            code="invalid_api_key",
            message="You didn't provide an API key. You need to provide your API key in an Authorization header using "
            "Bearer auth (i.e. Authorization: Bearer YOUR_KEY). ",
        ),
        "login": Problem(401, code="invalid_api_key", message="Incorrect API key provided. "),
        "not-json": Problem(400, code=INVALID, message="Invalid JSON body"),
        "missing": Problem(400, code=INVALID, message="{param} is required"),
        "invalid": Problem(400, code=INVALID, message="{param} is invalid"),
        "range": Problem(400, code=INVALID, message="'{param}' is out of its range"),
        "bad-model": Problem(
            404,
            code="model_not_found",
            message="The model `{model}` does not exist or you do not have access to it.",
        ),
        "context": Problem(400, code=INVALID, message=TOO_LONG),
        "out-of-money": Problem(400, code="Arrearage", kind="Arrearage", message=ARREARS),
        "rate-limit": Problem(
            429,
            code="limit_requests",
            kind="limit_requests",
            message="You exceeded your current requests list.",
        ),
        "overloaded": Problem(503, code="model_serving_error", kind="model_serving_error", message=BUSY),
    }

    def error(self, problem: Problem, message: str) -> dict[str, Any]:
        kind = problem.kind or "invalid_request_error"
        told = {"message": message, "type": kind, "param": None, "code": problem.code}
        return {"error": told, "request_id": REQUEST}

    def refusal(self, message: str) -> dict[str, Any]:
        code = "data_inspection_failed"
        told = {"code": code, "param": None, "message": message, "type": code}
        return {"error": told, "id": f"chatcmpl-{REQUEST}", "request_id": REQUEST}

    def error_event(self, told: dict[str, Any]) -> bytes:
        return self.event(told)


@dataclass(kw_only=True)
class QwenNative(DashScope):
    """`POST /api/v1/services/aigc/text-generation/generation`, the messages under `input`, streamed on a header."""

    paths = ("/api/v1/services/aigc/text-generation/generation",)
    problems: ClassVar[Mapping[str, Problem]] = {
        "path": Problem(404, code="NotFound", message="Not found."),
        "method": Problem(405, code="MethodNotAllowed", message="Method not allowed."),
        "no-login": Problem(401, code="InvalidApiKey", message="No API-key provided."),
        "login": Problem(401, code="InvalidApiKey", message="Invalid API-key provided."),
        "not-json": Problem(
            400,
            code="InvalidParameter",
            message="Required parameter(s) missing or invalid, please check the request parameters.",
        ),
        "missing": Problem(
            400,
            code="InvalidParameter",
            message='Either "prompt" or "messages" must exist and cannot both be none',
        ),
        "invalid": Problem(
            400,
            code="InvalidParameter",
            message="Required parameter(s) missing or invalid, please check the request parameters.",
        ),
        "range": Problem(400, code="InvalidParameter", message="{param} is out of its range."),
        "bad-model": Problem(404, code="ModelNotFound", message="Model can not be found."),
        "context": Problem(400, code="InvalidParameter", message=TOO_LONG),
        "out-of-money": Problem(400, code="Arrearage", message=ARREARS),
        "rate-limit": Problem(
            429, code="Throttling.RateQuota", message="Requests rate limit exceeded, please try again later."
        ),
        "overloaded": Problem(503, code="ModelServingError", message=BUSY),
    }

    def error(self, problem: Problem, message: str) -> dict[str, Any]:
        return {"code": problem.code, "message": message, "request_id": REQUEST}

    def read(self, asked: Asked) -> Question | Fault:
        body = object_in(asked)
        if body is None:
            return Fault(param="body", problem="not-json")
        given, options = body.get("input"), body.get("parameters", {})
        if not isinstance(given, dict) or not isinstance(options, dict):
            return Fault(param="input", problem="missing")
        messages = given.get("messages")
        if isinstance(given.get("prompt"), str) and messages is None:
            messages = [{"role": "user", "content": given["prompt"]}]
        fault = fault_of_model(body) or fault_of_messages(messages, self.roles)
        fault = fault or fault_of_options(options, self.highest_temperature)
        streamed = asked.headers.get("x-dashscope-sse") == "enable"
        flat = {**options, "model": body.get("model"), "stream": streamed}
        return fault or question_of(flat, messages)

    def refusal(self, message: str) -> dict[str, Any]:
        return {"code": "DataInspectionFailed", "message": message, "request_id": REQUEST}

    def error_event(self, told: dict[str, Any]) -> bytes:
        return self._event(1, "error", 400, told)

    def completion(self, question: Question, text: str, finish: str) -> dict[str, Any]:
        return self._result(question, text, text, finish)

    def chunks(self, question: Question, text: str, finish: str) -> list[bytes]:
        """Without `incremental_output` each event holds all of the text so far."""
        told = self.told(question, text)
        last = self._result(question, "" if question.sent.get("incremental_output") else text, text, finish)
        return [*told, self._event(len(told) + 1, "result", 200, last)]

    def told(self, question: Question, text: str) -> list[bytes]:
        """The reason to end is the text `null` until there is one."""
        by_part = bool(question.sent.get("incremental_output"))
        steps = range(0, len(text), TOLD)
        values = [
            self._result(question, text[at if by_part else 0 : at + TOLD], text[: at + TOLD], "null")
            for at in steps
        ]
        return [self._event(at, "result", 200, value) for at, value in enumerate(values, 1)]

    def _result(self, question: Question, part: str, so_far: str, finish: str) -> dict[str, Any]:
        output: dict[str, Any] = {"text": part, "finish_reason": finish}
        if question.sent.get("result_format") == "message":
            message = {"role": "assistant", "content": part}
            output = {"choices": [{"finish_reason": finish, "message": message}]}
        used = self.usage(question, so_far)
        usage = {"input_tokens": used["prompt_tokens"], "output_tokens": used["completion_tokens"]}
        usage["total_tokens"] = used["total_tokens"]
        return {"output": output, "usage": usage, "request_id": REQUEST}

    def _event(self, number: int, name: str, status: int, value: dict[str, Any]) -> bytes:
        return f"id:{number}\nevent:{name}\n:HTTP_STATUS/{status}\ndata:{compact(value)}\n\n".encode()
