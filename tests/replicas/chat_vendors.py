"""Chat services in the form of OpenAI's `chat/completions`, each with its own errors and refusals.

"Documented" is what a vendor's page says, "seen" what public client code or issues quote, "assumed" what neither tells.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from tests.replicas.chat import TROUBLES, ChatReplica, Problem
from tests.replicas.chat_ark import Ark
from tests.replicas.chat_codes import MiniMax, Spark
from tests.replicas.chat_deepseek_web import DeepSeekWeb
from tests.replicas.chat_ernie import Ernie
from tests.replicas.chat_local import Local
from tests.replicas.chat_moonshot import Moonshot
from tests.replicas.chat_qwen import Qwen, QwenNative
from tests.replicas.chat_request import Question
from tests.replicas.replica import Answer, json_answer

INVALID = "invalid_request_error"
REASONER = "deepseek-reasoner"
THOUGHT = "用户提出了一个问题，我先想一想该怎样组织回答。"


@dataclass(kw_only=True)
class DeepSeek(ChatReplica):
    """`POST /chat/completions` of DeepSeek's API.

    Documented (api-docs.deepseek.com): the statuses (quick_start/error_codes), `: keep-alive` comments in a stream and empty
    lines before a whole answer (quick_start/rate_limit), `finish_reason` content_filter, `reasoning_content` of a reasoner.
    Seen: `Content Exists Risk` and its envelope, `Model Not Exist`, `Insufficient Balance`, the texts of 401
    (continuedev/continue issues 11820, 10056), of 400 for a body of the wrong form, and of 503. Assumed: the texts of 429,
    500 and of a wrong temperature; `type` of 402 and 429; that the usage is in the last chunk whether asked for or not.
    """

    troubles = (*TROUBLES, "server-error")
    paths = ("/chat/completions", "/v1/chat/completions", "/beta/chat/completions")
    problems: ClassVar[Mapping[str, Problem]] = {
        "path": Problem(404, message=""),
        "method": Problem(405, message=""),
        "no-login": Problem(
            401,
            message="Authentication Fails (auth header format should be Bearer sk-...)",
            kind="authentication_error",
        ),
        "login": Problem(
            401,
            message="Authentication Fails, Your api key: ****{key} is invalid",
            kind="authentication_error",
        ),
        "not-json": Problem(400, message="Failed to parse the request body as JSON"),
        "missing": Problem(
            400, message="Failed to deserialize the JSON body into the target type: missing field `{param}`"
        ),
        "invalid": Problem(
            400, message="Failed to deserialize the JSON body into the target type: {param}: invalid type"
        ),
        "range": Problem(422, message="Invalid {param} value, the valid range of {param} is [0, 2]"),
        "bad-model": Problem(400, message="Model Not Exist"),
        "context": Problem(
            400,
            message="This model's maximum context length is {limit} tokens. However, you requested {given} tokens "
            "({given} in the messages, 0 in the completion). Please reduce the length of the messages or completion.",
        ),
        "input": Problem(400, message="Content Exists Risk"),
        "out-of-money": Problem(402, message="Insufficient Balance", kind="unknown_error"),
        "rate-limit": Problem(429, message="Rate limit reached", kind="rate_limit_error"),
        "server-error": Problem(500, message="Internal server error", kind="internal_error"),
        "overloaded": Problem(
            503,
            message="Service is too busy. We advise users to temporarily switch to alternative LLM API service providers.",
            kind="service_unavailable_error",
            code="service_unavailable_error",
        ),
    }

    models: frozenset[str] = frozenset({"deepseek-chat", "deepseek-reasoner", "deepseek-v4-flash"})
    keep_alives: int = 1
    canned: str = "你好，这个问题我暂时无法回答，让我们换个话题再聊聊吧。"

    def envelope(self, problem: Problem, message: str) -> Answer:
        if not message:
            return Answer(status=problem.status)
        kind, code = problem.kind or INVALID, problem.code or INVALID
        told = {"message": message, "type": kind, "param": None, "code": code}
        return json_answer({"error": told}, status=problem.status)

    def send_whole(self, value: Any, *, before: str = "") -> Answer:
        return super().send_whole(value, before="\n" * self.keep_alives)

    def completion(self, question: Question, text: str, finish: str) -> dict[str, Any]:
        whole = super().completion(question, text, finish)
        if question.model == REASONER:
            whole["choices"][0]["message"]["reasoning_content"] = THOUGHT
        return whole

    def told(self, question: Question, text: str) -> list[bytes]:
        first, *parts = super().told(question, text)
        thought = {"content": None, "reasoning_content": THOUGHT}
        return [first, *([self.chunk(question, thought)] if question.model == REASONER else []), *parts]

    def ending(self, question: Question, text: str, finish: str) -> list[bytes]:
        if question.usage:
            return super().ending(question, text, finish)
        last = self.chunk(question, {"content": ""}, finish, usage=self.usage(question, text))
        return [last, self.event("[DONE]")]

    def head(self, question: Question, kind: str) -> dict[str, Any]:
        return {**super().head(question, kind), "system_fingerprint": "fp_replica"}


SENSITIVE = (
    "系统检测到输入或生成内容可能包含不安全或敏感内容，请您避免输入易产生敏感内容的提示语，感谢您的配合。"
)


@dataclass(kw_only=True)
class Zhipu(ChatReplica):
    """`POST /api/paas/v4/chat/completions` of GLM. Codes are strings, and 1302 to 1305 are limits, no refusals.

    Documented: the codes and their texts (docs.bigmodel.cn/cn/api/api-code), the statuses (.../cn/faq), and of a refusal
    `contentFilter` with role and level beside `error`, in a whole answer also for what the model said, and in a stream
    `finish_reason` sensitive. Seen: HTTP 400 for 1301. Assumed: the statuses of 1210 to 1261, and that the last chunk of a
    stopped stream has `contentFilter` too.
    """

    troubles = (*TROUBLES, "too-frequent", "traffic-limit")
    paths = ("/api/paas/v4/chat/completions",)
    highest_temperature = 1.0
    output_finish = "sensitive"
    problems: ClassVar[Mapping[str, Problem]] = {
        "path": Problem(404, code="1222", message="API 不存在"),
        "method": Problem(405, code="1212", message="当前模型不支持该调用方式"),
        "no-login": Problem(401, code="1001", message="Header中未收到Authentication参数，无法进行身份验证"),
        "login": Problem(401, code="1000", message="身份验证失败。"),
        "not-json": Problem(400, code="1210", message="API 调用参数有误，请检查文档。"),
        "missing": Problem(400, code="1213", message="未正常接收到{param}参数。"),
        "invalid": Problem(400, code="1214", message="{param}参数非法。请检查文档。"),
        "range": Problem(400, code="1214", message="{param}参数非法。请检查文档。"),
        "bad-model": Problem(400, code="1211", message="模型不存在，请检查模型代码。"),
        "context": Problem(400, code="1261", message="Prompt 超长"),
        "input": Problem(400, code="1301", message=SENSITIVE),
        "out-of-money": Problem(429, code="1113", message="您的账户已欠费，请充值后重试。"),
        "rate-limit": Problem(
            429, code="1302", message="您当前使用该API的并发数过高，请降低并发，或联系客服增加限额。"
        ),
        "too-frequent": Problem(
            429, code="1303", message="您当前使用该API的频率过高，请降低频率，或联系客服增加限额。"
        ),
        "traffic-limit": Problem(429, code="1305", message="该API已触发流量限制。"),
        "overloaded": Problem(500, code="500", message="内部错误"),
    }

    models: frozenset[str] = frozenset({"glm-4-flash", "glm-4-plus", "glm-4.6"})
    level: int = 1
    """How bad a refused text is: 0 the worst, 3 hardly."""
    output_as_error: bool = True
    """Whether what the model said is refused as an error, or by `finish_reason`, where there is no stream."""

    def envelope(self, problem: Problem, message: str) -> Answer:
        return json_answer({"error": {"code": problem.code, "message": message}}, status=problem.status)

    def refuse_input(self, question: Question) -> Answer:
        return self._refuse("user")

    def refuse_output(self, question: Question, text: str) -> Answer:
        if question.stream or not self.output_as_error:
            return super().refuse_output(question, text)
        return self._refuse("assistant")

    def _refuse(self, role: str) -> Answer:
        error = {"code": "1301", "message": SENSITIVE}
        return json_answer({"contentFilter": self._found(role), "error": error}, status=400)

    def _found(self, role: str) -> list[dict[str, Any]]:
        return [{"level": self.level, "role": role}]

    def ending(self, question: Question, text: str, finish: str) -> list[bytes]:
        more: dict[str, Any] = {"usage": self.usage(question, text)}
        if finish == self.output_finish:
            more["contentFilter"] = self._found("assistant")
        return [
            self.chunk(question, {"role": "assistant", "content": ""}, finish, **more),
            self.event("[DONE]"),
        ]


VENDORS: Mapping[str, type[ChatReplica]] = {
    "deepseek": DeepSeek,
    "deepseek-web": DeepSeekWeb,
    "qwen": Qwen,
    "qwen-native": QwenNative,
    "zhipu": Zhipu,
    "moonshot": Moonshot,
    "minimax": MiniMax,
    "spark": Spark,
    "ernie": Ernie,
    "ark": Ark,
    "local": Local,
}
"""All of them, by name."""
