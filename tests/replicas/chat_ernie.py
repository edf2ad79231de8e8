"""ERNIE at Baidu's Qianfan: a token in the URL, and a refusal that looks like an answer."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from tests.replicas.chat import CREATED, TOLD, TROUBLES, ChatReplica, Problem
from tests.replicas.chat_request import Fault, Question, fault_of_messages, fault_of_options, question_of
from tests.replicas.replica import Answer, Asked, json_answer

CHAT = "/rpc/2.0/ai_custom/v1/wenxinworkshop/chat/"


@dataclass(kw_only=True)
class Ernie(ChatReplica):
    """`POST /oauth/2.0/token`, then `POST /rpc/2.0/ai_custom/v1/wenxinworkshop/chat/{model}?access_token=`.

    Documented (cloud.baidu.com/doc/WENXINWORKSHOP): path, token in the URL, an odd number of messages by turns with `system`
    outside of them, a temperature above 0. Seen: the fields of answer and stream, and what `need_clear_history` and
    `ban_round` (-1 for the question itself) say. Reported: the error numbers, all inside HTTP 200. Assumed: the fixed text
    of a refusal, and that output is refused with finish_reason content_filter and `need_clear_history` false.
    """

    troubles = (*TROUBLES, "stale-token", "daily-limit")
    roles = frozenset({"user", "assistant", "function"})
    highest_temperature = 1.0
    warm = True
    problems: ClassVar[Mapping[str, Problem]] = {
        "path": Problem(404, code=3, message="Unsupported openapi method"),
        "method": Problem(200, code=3, message="Unsupported openapi method"),
        "bad-model": Problem(200, code=3, message="Unsupported openapi method"),
        "login": Problem(200, code=110, message="Access token invalid or no longer valid"),
        "stale-token": Problem(200, code=111, message="Access token expired"),
        "not-json": Problem(200, code=336002, message="the body should be a json"),
        "missing": Problem(200, code=336001, message="the {param} parameter is required"),
        "invalid": Problem(200, code=336003, message="{param} is not valid"),
        "range": Problem(200, code=336003, message="the {param} range is (0, 1.0]"),
        "context": Problem(200, code=336007, message="the max input characters is {limit}"),
        "out-of-money": Problem(200, code=19, message="Open api total request limit reached"),
        "daily-limit": Problem(200, code=17, message="Open api daily request limit reached"),
        "rate-limit": Problem(200, code=18, message="Open api qps request limit reached"),
        "overloaded": Problem(200, code=336100, message="try again"),
    }

    client_id: str = "replica-id"
    client_secret: str = "replica-secret"
    models: frozenset[str] = frozenset({"completions", "ernie-3.5-8k-0701", "ernie_speed"})
    canned: str = "作为一个人工智能语言模型，我还没学习如何回答这个问题，您可以向我问一些其它的问题，我会尽力帮您解决的。"
    tokens: set[str] = field(default_factory=set)
    """Tokens that were issued."""
    _model: str = ""

    def answer(self, asked: Asked) -> Answer:
        if asked.path == "/oauth/2.0/token":
            return self._issue(asked.query())
        self._model = asked.path.removeprefix(CHAT)
        return super().answer(asked)

    def _issue(self, query: Mapping[str, str]) -> Answer:
        if query.get("client_id") != self.client_id:
            told = {"error": "invalid_client", "error_description": "unknown client id"}
            return json_answer(told, status=401)
        if query.get("client_secret") != self.client_secret:
            told = {"error": "invalid_client", "error_description": "Client authentication failed"}
            return json_answer(told, status=401)
        token = f"24.replica{len(self.tokens)}"
        self.tokens.add(token)
        return json_answer({"access_token": token, "expires_in": 2_592_000})

    def has_path(self, path: str) -> bool:
        return path.startswith(CHAT)

    def refuse_key(self, asked: Asked) -> str | None:
        return None if asked.query().get("access_token") in self.tokens else "login"

    def envelope(self, problem: Problem, message: str) -> Answer:
        return json_answer({"error_code": problem.code, "error_msg": message}, status=problem.status)

    def read_body(self, body: dict[str, Any]) -> Question | Fault:
        messages = body.get("messages")
        fault = fault_of_messages(messages, self.roles)
        fault = fault or fault_of_options(body, self.highest_temperature, self.warm)
        if fault is not None:
            return fault
        turns = [one["role"] for one in messages or ()]
        if len(turns) % 2 == 0 or any(
            (role == "assistant") != (at % 2 == 1) for at, role in enumerate(turns)
        ):
            return Fault(param="messages")
        return question_of({**body, "model": self._model}, messages)

    def refuse_input(self, question: Question) -> Answer:
        return self._say(question, self.canned, "normal", need_clear_history=True, ban_round=-1)

    def refuse_output(self, question: Question, text: str) -> Answer:
        return self._say(question, self.kept_of(text), "content_filter")

    def tell(self, question: Question, text: str, finish: str = "normal") -> Answer:
        return self._say(question, text, finish)

    def _say(self, question: Question, text: str, finish: str, **more: Any) -> Answer:
        last = {"finish_reason": finish, "need_clear_history": False, **more}
        if not question.stream:
            return self.send_whole(self._part(question, text, text, **last))
        parts = [text[at : at + TOLD] for at in range(0, len(text), TOLD)] or [""]
        events = []
        for at, part in enumerate(parts):
            ends = at == len(parts) - 1
            place = {"sentence_id": at, "is_end": ends}
            state = last if ends else {"need_clear_history": False}
            events.append(self.event(self._part(question, part, text, **place, **state)))
        return self.send(events)

    def _part(self, question: Question, part: str, text: str, **more: Any) -> dict[str, Any]:
        name = f"as-{zlib.crc32(question.text.encode()):08x}"
        head = {"id": name, "object": "chat.completion", "created": CREATED, "result": part}
        return {**head, "is_truncated": False, **more, "usage": self.usage(question, text)}
