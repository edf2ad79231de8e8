"""Chat services that tell a refusal by a number: MiniMax and iFlytek's Spark."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from tests.replicas.chat import CREATED, TROUBLES, ChatReplica, Problem, Stage
from tests.replicas.chat_request import Question
from tests.replicas.replica import Answer, json_answer


@dataclass(kw_only=True)
class MiniMax(ChatReplica):
    """`POST /v1/text/chatcompletion_v2`, every error a `base_resp` in HTTP 200.

    Documented (platform.minimax.io/docs/api-reference, text-post and errorcode): path, form of an answer, the numbers.
    Seen: `input new_sensitive`, in a stream as an event whose `choices` are null, and the gateway's form under HTTP 422.
    Assumed: that a refused answer is told whole or not at all, the texts of 1004 and 2013, the number of an unknown model,
    and that the last event of a stream holds the whole answer and no [DONE] follows.
    """

    troubles = TROUBLES
    paths = ("/v1/text/chatcompletion_v2", "/v1/chat/completions")
    highest_temperature = 1.0
    warm = True
    problems: ClassVar[Mapping[str, Problem]] = {
        "path": Problem(404, message="404 page not found"),
        "method": Problem(405, message="405 method not allowed"),
        "login": Problem(
            200,
            code=1004,
            message="login fail: Please carry the API secret key in the 'Authorization' field of the request header",
        ),
        "invalid": Problem(200, code=2013, message="invalid params, {param}"),
        "bad-model": Problem(200, code=2013, message="invalid params, unknown model '{model}'"),
        "context": Problem(200, code=1039, message="token limit"),
        "input": Problem(200, code=1026, message="input new_sensitive"),
        "output": Problem(200, code=1027, message="output new_sensitive"),
        "rate-limit": Problem(200, code=1002, message="rate limit"),
        "out-of-money": Problem(200, code=1008, message="insufficient balance"),
        "overloaded": Problem(200, code=1033, message="system error"),
    }

    models: frozenset[str] = frozenset({"MiniMax-M1", "MiniMax-Text-01"})
    gateway: bool = False
    """Whether a refusal comes in the form of a gateway: HTTP 422, the number in the text."""

    def envelope(self, problem: Problem, message: str) -> Answer:
        if problem.code is None:
            return Answer(status=problem.status, body=message)
        return json_answer(self._base(int(problem.code), message), status=problem.status)

    def refuse_input(self, question: Question) -> Answer:
        return self._refuse("input", question)

    def refuse_output(self, question: Question, text: str) -> Answer:
        told = self.told(question, self.kept_of(text)) if question.stream else []
        return self._refuse("output", question, told)

    def _refuse(self, side: str, question: Question, told: list[bytes] | None = None) -> Answer:
        problem = self.problems[side]
        assert isinstance(problem.code, int)
        if self.gateway and not told:
            text = f"{problem.message} ({problem.code})"
            return json_answer({"error": {"message": text, "type": "unprocessable_entity_error"}}, status=422)
        refusal = {
            **self.head(question, "chat.completion"),
            "choices": None,
            "input_sensitive": side == "input",
            "output_sensitive": side == "output",
            **self._base(problem.code, problem.message),
        }
        return self.send([*(told or []), self.event(refusal)]) if question.stream else json_answer(refusal)

    def completion(self, question: Question, text: str, finish: str) -> dict[str, Any]:
        whole = super().completion(question, text, finish)
        clean = {"input_sensitive": False, "output_sensitive": False, "input_sensitive_type": 0}
        return {**whole, **clean, "output_sensitive_type": 0, **self._base(0, "")}

    def ending(self, question: Question, text: str, finish: str) -> list[bytes]:
        return [self.event(self.completion(question, text, finish))]

    def _base(self, code: int, message: str) -> dict[str, Any]:
        return {"base_resp": {"status_code": code, "status_msg": message}}


SID = "cha000b0003@replica"


@dataclass(kw_only=True)
class Spark(ChatReplica):
    """`POST /v1/chat/completions` of Spark, with its APIPassword as the key, and `code` beside the answer.

    Documented in the vendor's table, seen as copies: the numbers and texts of refusals, 10007 and 11200; 10019 is a warning
    about a conversation, told for soft words with an answer. Seen: `code`, `message`, `sid` in answers, `data:` without a
    blank. Assumed: that errors have the same form, under HTTP 200 but for a wrong key; 10010, 10163, 10313,
    10404, 10907 and what they are told for.
    """

    troubles = TROUBLES
    paths = ("/v1/chat/completions",)
    prefix = "data:"
    problems: ClassVar[Mapping[str, Problem]] = {
        "path": Problem(404, code=404, message="Not Found"),
        "method": Problem(405, code=405, message="Method Not Allowed"),
        "login": Problem(401, code=10313, message="appid与apikey不匹配"),
        "invalid": Problem(200, code=10163, message="ParamError: {param}"),
        "bad-model": Problem(200, code=10404, message="model not found: {model}"),
        "context": Problem(200, code=10907, message="token数量超过上限"),
        "input": Problem(200, code=10013, message="输入内容审核不通过，涉嫌违规，请重新调整输入内容"),
        "output": Problem(
            200, code=10014, message="输出内容涉及敏感信息，审核不通过，后续结果无法展示给用户"
        ),
        "warned": Problem(200, code=10019, message="本次会话内容有涉及违规信息的倾向"),
        "rate-limit": Problem(
            200,
            code=10007,
            message="用户流量受限：服务正在处理用户当前的问题，需等待处理完成后再发送新的请求。",
        ),
        "out-of-money": Problem(
            200, code=11200, message="授权错误：该appId没有相关功能的授权 或者 业务量超过限制"
        ),
        "overloaded": Problem(503, code=10010, message="服务容量不足，请联系工作人员"),
    }

    models: frozenset[str] = frozenset({"lite", "generalv3.5", "4.0Ultra"})

    def envelope(self, problem: Problem, message: str) -> Answer:
        return json_answer({"code": problem.code, "message": message, "sid": SID}, status=problem.status)

    def refuse_input(self, question: Question) -> Answer:
        return self._refuse("input", question)

    def refuse_output(self, question: Question, text: str) -> Answer:
        told = self.told(question, self.kept_of(text)) if question.stream else []
        return self._refuse("output", question, told)

    def _refuse(self, problem: str, question: Question, told: list[bytes] | None = None) -> Answer:
        if not question.stream:
            return self.fail(problem)
        found = self.problems[problem]
        refusal = {"code": found.code, "message": found.message, "sid": SID}
        return self.send([*(told or []), self.event(refusal)])

    def head(self, question: Question, kind: str) -> dict[str, Any]:
        warned = self.is_soft(question.whole)
        found = self.problems["warned"] if warned else None
        code, message = (found.code, found.message) if found else (0, "Success")
        return {"code": code, "message": message, "sid": SID, "id": SID, "created": CREATED}

    def stage_of(self, question: Question) -> Stage | None:
        """A soft word is answered, with a warning."""
        stage = super().stage_of(question)
        only_soft = not any(word in question.whole for word in (*self.stages, *self.hard))
        return None if only_soft else stage
