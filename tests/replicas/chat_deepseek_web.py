"""DeepSeek's web app: a stream of changes to a message, of which the last may take all of it back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from tests.replicas.chat import CREATED, TOLD, ChatReplica, Problem, Stage
from tests.replicas.chat_request import Fault, Question, object_in
from tests.replicas.chat_stream import event
from tests.replicas.replica import Answer, Asked, json_answer

RETRACTED = "你好，这个问题我暂时无法回答，让我们换个话题再聊聊吧。"
SESSION = "/api/v0/chat_session/create"
COMPLETION = "/api/v0/chat/completion"


@dataclass(kw_only=True)
class DeepSeekWeb(ChatReplica):
    """`POST /api/v0/chat_session/create`, then `POST /api/v0/chat/completion`. Its only stage of a filter is `retracted`.

    Seen: request and stream of an answer (terminail/chromai-extension, request-response-20251121.md: the events ready,
    update_session, finish, title, close, and changes `{"v","p","o"}` where a missing path is the last one); the change that
    retracts (a capture of the app 1.7.7 of 2026, one BATCH with ban_regenerate, status CONTENT_FILTER, fragments of type
    TEMPLATE_RESPONSE, quasi_status); errors as a `code` in JSON under HTTP 200 (40002, 40003, 40301).
    Assumed: that `finish` and `close` follow a retraction as they follow an answer; codes and texts of limits and overload;
    what the app answers to a body of the wrong form. `older` is the form that other clients read: paths `response/content`
    and `response/status`, the fixed text in a last change of its own. The proof of work is not worked out, only demanded.
    """

    troubles = ("login", "rate-limit", "overloaded", "cut")
    paths = (SESSION, COMPLETION)
    does = frozenset({Stage.RETRACTED, Stage.CANNED, Stage.PROSE, Stage.WORDING})
    problems: ClassVar[Mapping[str, Problem]] = {
        "path": Problem(404, message="Not Found", code=404),
        "method": Problem(405, message="Method Not Allowed", code=405),
        "no-login": Problem(200, message="Missing Token", code=40002),
        "login": Problem(200, message="INVALID_TOKEN", code=40003),
        "proof": Problem(200, message="INVALID_POW_RESPONSE", code=40301),
        "not-json": Problem(422, message="invalid request body", code=42200),
        "missing": Problem(422, message="missing field {param}", code=42200),
        "invalid": Problem(422, message="invalid field {param}", code=42200),
        "rate-limit": Problem(429, message="Too many requests", code=42900),
        "overloaded": Problem(503, message="Service busy", code=50300),
    }

    api_key: str = "replica-user-token"
    hard_stage: Stage = Stage.RETRACTED
    wording_stage: Stage = Stage.RETRACTED
    canned: str = RETRACTED
    proof: bool = False
    """Whether a question needs the header `X-DS-PoW-Response`."""
    older: bool = False
    sessions: set[str] = field(default_factory=set)
    """Conversations that were opened."""
    _opening: bool = False

    def answer(self, asked: Asked) -> Answer:
        self._opening = asked.path == SESSION
        return super().answer(asked)

    def trouble_at_once(self) -> str | None:
        """A conversation opens whatever the trouble, but for a bad token."""
        return None if self._opening and self.trouble != "login" else super().trouble_at_once()

    def refuse_key(self, asked: Asked) -> str | None:
        wrong = super().refuse_key(asked)
        if wrong is None and self.proof and not self._opening and "x-ds-pow-response" not in asked.headers:
            return "proof"
        return wrong

    def envelope(self, problem: Problem, message: str) -> Answer:
        return json_answer({"code": problem.code, "msg": message, "data": None}, status=problem.status)

    def has_model(self, model: str) -> bool:
        return True

    def read(self, asked: Asked) -> Question | Fault:
        body = object_in(asked)
        if body is None:
            return Fault(param="body", problem="not-json")
        if self._opening:
            return Question(text="", whole="", model="")
        for name in ("chat_session_id", "prompt"):
            if not isinstance(body.get(name), str) or not body[name]:
                return Fault(param=name, problem="missing")
        for name in ("thinking_enabled", "search_enabled"):
            if not isinstance(body.get(name), bool):
                return Fault(param=name)
        if not isinstance(body.get("ref_file_ids"), list) or body["chat_session_id"] not in self.sessions:
            return Fault(
                param="ref_file_ids" if body["chat_session_id"] in self.sessions else "chat_session_id"
            )
        return Question(text=body["prompt"], whole=body["prompt"], model="", stream=True, sent=body)

    def reply(self, question: Question) -> Answer:
        if not self._opening:
            return super().reply(question)
        name = f"d213f7b1-0aa7-47a2-a6cf-{len(self.sessions):012x}"
        self.sessions.add(name)
        told = {"id": name, "chat_session": {"id": name}}
        return json_answer({"code": 0, "msg": "", "data": {"biz_code": 0, "biz_msg": "", "biz_data": told}})

    def retract(self, question: Question, text: str) -> Answer:
        kept = self.kept_of(text)
        tokens = len(question.text) + len(kept)
        if self.older:
            last = [
                event({"p": "response/status", "v": "CONTENT_FILTER", "accumulated_token_usage": tokens}),
                event({"p": "response/content", "v": f"CONTENT_FILTER{RETRACTED}"}),
            ]
        else:
            template = {"id": 3, "type": "TEMPLATE_RESPONSE", "content": RETRACTED}
            changes = [
                {"p": "ban_regenerate", "v": True},
                {"p": "status", "v": "CONTENT_FILTER"},
                {"p": "accumulated_token_usage", "v": tokens},
                {"p": "fragments", "v": [template]},
                {"p": "quasi_status", "v": "CONTENT_FILTER"},
            ]
            last = [event({"p": "response", "o": "BATCH", "v": changes})]
        return self.send([*self._opened(question), *self.told(question, kept), *last, *self._closed()])

    def chunks(self, question: Question, text: str, finish: str) -> list[bytes]:
        if self.older:
            last = event({"p": "response/status", "v": "FINISHED"})
        else:
            tokens = {"v": len(question.text) + len(text), "p": "accumulated_token_usage"}
            last = event({"v": [{"v": "FINISHED", "p": "status"}, tokens], "p": "response", "o": "BATCH"})
        return [*self._opened(question), *self.told(question, text), last, *self._closed()]

    def _opened(self, question: Question) -> list[bytes]:
        """The message as it is before there is anything in it."""
        response = {
            "message_id": 2,
            "parent_id": 1,
            "model": "",
            "role": "ASSISTANT",
            "thinking_enabled": question.sent["thinking_enabled"],
            "ban_edit": False,
            "ban_regenerate": False,
            "status": "WIP",
            "accumulated_token_usage": None,
            "files": [],
            "inserted_at": float(CREATED),
            "search_enabled": question.sent["search_enabled"],
            "feedback": None,
            "has_pending_fragment": True,
            "auto_continue": False,
            "conversation_mode": "DEFAULT",
            "fragments": [],
        }
        return [
            event({"request_message_id": 1, "response_message_id": 2}, name="ready"),
            event({"updated_at": float(CREATED)}, name="update_session"),
            event({"v": {"response": response}}),
        ]

    def told(self, question: Question, text: str) -> list[bytes]:
        """Changes that add to the answer; only the first that appends names its place."""
        parts = [text[at : at + TOLD] for at in range(0, len(text), TOLD)]
        if self.older:
            return [event({"p": "response/content", "v": part}) for part in parts]
        if not parts:
            return []
        fragment = {"id": 1, "type": "RESPONSE", "content": parts[0], "references": [], "stage_id": 1}
        added = {"v": [fragment], "p": "fragments", "o": "APPEND"}
        begun = {"v": [{"v": False, "p": "has_pending_fragment"}, added], "p": "response", "o": "BATCH"}
        placed = [{"v": part, "p": "response/fragments/0/content", "o": "APPEND"} for part in parts[1:2]]
        return [event(one) for one in (begun, *placed, *({"v": part} for part in parts[2:]))]

    def _closed(self) -> list[bytes]:
        return [
            event({}, name="finish"),
            event({"updated_at": CREATED + 3.0}, name="update_session"),
            event({"content": "Replica"}, name="title"),
            event({"click_behavior": "none", "auto_resume": False}, name="close"),
        ]
