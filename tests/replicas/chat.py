"""What all services have in common that answer a question in prose, in the form of `chat/completions`."""

from __future__ import annotations

import enum
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from typing import Any, ClassVar

from tests.replicas.chat_prose import answer_to, language, refusal_of
from tests.replicas.chat_request import (
    Fault,
    Question,
    fault_of_messages,
    fault_of_model,
    fault_of_options,
    object_in,
    question_of,
)
from tests.replicas.chat_stream import compact, event, in_pieces, torn
from tests.replicas.replica import Answer, Asked, Replica

TROUBLES = ("login", "rate-limit", "out-of-money", "overloaded", "bad-model", "context", "cut")
"""What every paid service knows."""
CREATED = 1_764_000_000
KEY = "sk-replica-0001"
INSTEAD = {"no-login": "login", "not-json": "invalid", "missing": "invalid", "range": "invalid"}
"""What a problem is told as, where a vendor has no word for it."""
TOLD = 4
"""Characters in one chunk of a stream."""


class Stage(enum.StrEnum):
    """Where a word is censored."""

    INPUT = "input"
    """The question is refused before there is an answer."""
    OUTPUT = "output"
    """The answer is refused or broken off, in a stream after some of it was told."""
    RETRACTED = "retracted"
    """The answer is told, then taken back."""
    CANNED = "canned"
    """A fixed text comes as if it were an answer."""
    PROSE = "prose"
    """The model declines in words of its own."""
    WORDING = "wording"
    """As `wording_stage`, but only in questions in certain languages; in others the word is harmless."""


@dataclass(frozen=True)
class Problem:
    """An error of a service that is no refusal, or is one: all that its error form has room for."""

    status: int
    _: KW_ONLY
    message: str
    """May hold `{model}`, `{key}`, `{param}`, `{limit}` and `{given}`."""
    code: str | int | None = None
    kind: str | None = None


@dataclass(kw_only=True)
class ChatReplica(Replica):
    """A chat service. What it says where it gives no answer stands in its `problems`; the troubles are among them."""

    paths: ClassVar[tuple[str, ...]] = ("/chat/completions", "/v1/chat/completions")
    roles: ClassVar[frozenset[str]] = frozenset({"system", "user", "assistant", "tool"})
    does: ClassVar[frozenset[Stage]] = frozenset(Stage) - {Stage.RETRACTED}
    """The stages that the service knows."""
    problems: ClassVar[Mapping[str, Problem]] = {}
    highest_temperature: ClassVar[float] = 2.0
    warm: ClassVar[bool] = False
    """Whether a temperature of 0 is refused."""
    prefix: ClassVar[str] = "data: "
    output_finish: ClassVar[str] = "content_filter"

    api_key: str = KEY
    models: frozenset[str] = frozenset({"replica-chat"})
    stages: Mapping[str, str] = field(default_factory=dict)
    """Censored words and where: a `Stage` or its name."""
    hard_stage: Stage = Stage.INPUT
    """Where the words in `hard` are censored."""
    soft_stage: Stage = Stage.PROSE
    wording_stage: Stage = Stage.INPUT
    wording_languages: frozenset[str] = frozenset({"zh"})
    """Languages of the question around a word, without the word itself."""
    canned: str = "抱歉，您所输入的内容含有违规信息"
    context: int = 8_000
    """Characters in all messages, above which there is no answer."""
    kept: float = 0.5
    """The share of an answer that is told before it is broken off."""
    keep_alives: int = 0
    """Comments before the first event of a stream."""
    piece_size: int | None = None
    """Bytes in each piece of a stream; None for one event in each."""
    pause: float = 0.0

    def __post_init__(self) -> None:
        used = {Stage(stage) for stage in self.stages.values()}
        used |= {self.hard_stage, self.soft_stage, self.wording_stage}
        if not used <= self.does:
            raise ValueError(f"{type(self).__name__} knows no {sorted(used - self.does)}")
        if self.trouble is not None and self.trouble not in self.troubles:
            raise ValueError(f"{type(self).__name__} knows no trouble {self.trouble}")

    def answer(self, asked: Asked) -> Answer:
        if not self.has_path(asked.path):
            return self.fail("path")
        if asked.method != "POST":
            return self.fail("method")
        wrong = self.refuse_key(asked) or self.trouble_at_once()
        if wrong is not None:
            return self.fail(wrong, key=asked.headers.get("authorization", "")[-4:])
        read = self.read(asked)
        if isinstance(read, Fault):
            return self.fail(read.problem, param=read.param)
        if self.trouble == "bad-model" or not self.has_model(read.model):
            return self.fail("bad-model", model=read.model)
        if self.trouble == "context" or len(read.whole) > self.context:
            return self.fail("context", limit=self.context, given=len(read.whole))
        return self.reply(read)

    def trouble_at_once(self) -> str | None:
        """The trouble that strikes whatever was asked; others need a look at the request."""
        return None if self.trouble in ("bad-model", "context", "cut") else self.trouble

    def has_path(self, path: str) -> bool:
        return path in self.paths

    def has_model(self, model: str) -> bool:
        return model in self.models

    def refuse_key(self, asked: Asked) -> str | None:
        """The problem with the key, None for none."""
        scheme, _, key = asked.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not key:
            return "no-login"
        return None if key == self.api_key else "login"

    def fail(self, problem: str, **told: Any) -> Answer:
        """The answer to a request that gets none."""
        table = self.table()
        found = table.get(problem) or table[INSTEAD[problem]]
        blank = {"model": "", "key": "", "param": "", "limit": "", "given": ""}
        return self.envelope(found, found.message.format(**{**blank, **told}))

    def table(self) -> Mapping[str, Problem]:
        return self.problems

    def envelope(self, problem: Problem, message: str) -> Answer:
        """A problem in the service's own error form."""
        raise NotImplementedError

    def read(self, asked: Asked) -> Question | Fault:
        body = object_in(asked)
        return self.read_body(body) if body is not None else Fault(param="body", problem="not-json")

    def read_body(self, body: dict[str, Any]) -> Question | Fault:
        messages = body.get("messages")
        fault = fault_of_model(body) or fault_of_messages(messages, self.roles)
        fault = fault or fault_of_options(body, self.highest_temperature, self.warm)
        return fault or question_of(body, messages)

    def stage_of(self, question: Question) -> Stage | None:
        """Where the question is censored: of several words the longest decides, and None where none is there."""
        listed = {word: Stage(stage) for word, stage in self.stages.items()}
        known = dict.fromkeys(self.soft, self.soft_stage) | dict.fromkeys(self.hard, self.hard_stage) | listed
        there = sorted((word for word in known if word in question.whole), key=len, reverse=True)
        for word in there:
            if known[word] is not Stage.WORDING:
                return known[word]
            if language(question.text.replace(word, " ")) in self.wording_languages:
                return self.wording_stage
        return None

    def reply(self, question: Question) -> Answer:
        """The answer to a request that is in order."""
        match self.stage_of(question):
            case Stage.INPUT:
                return self.refuse_input(question)
            case Stage.OUTPUT:
                return self.refuse_output(question, answer_to(question.text))
            case Stage.RETRACTED:
                return self.retract(question, answer_to(question.text))
            case Stage.CANNED:
                return self.tell(question, self.canned)
            case Stage.PROSE:
                return self.tell(question, refusal_of(question.text))
            case _:
                return self.tell(question, answer_to(question.text))

    def refuse_input(self, question: Question) -> Answer:
        return self.fail("input")

    def refuse_output(self, question: Question, text: str) -> Answer:
        """Some of the answer, with a reason why it ends there."""
        return self.tell(question, self.kept_of(text), self.output_finish)

    def retract(self, question: Question, text: str) -> Answer:
        raise NotImplementedError

    def kept_of(self, text: str) -> str:
        return text[: int(len(text) * self.kept)]

    def tell(self, question: Question, text: str, finish: str = "stop") -> Answer:
        """An answer, in the form that was asked for."""
        if not question.stream:
            return self.send_whole(self.completion(question, text, finish))
        return self.send(self.chunks(question, text, finish))

    def completion(self, question: Question, text: str, finish: str) -> dict[str, Any]:
        """All of an answer at once."""
        choice = {
            "index": 0,
            "message": {"role": "assistant", "content": text},
            "logprobs": None,
            "finish_reason": finish,
        }
        head = self.head(question, "chat.completion")
        return {**head, "choices": [choice], "usage": self.usage(question, text)}

    def chunks(self, question: Question, text: str, finish: str) -> list[bytes]:
        """The events of a stream, to the last."""
        return [*self.told(question, text), *self.ending(question, text, finish)]

    def told(self, question: Question, text: str) -> list[bytes]:
        """The events of some of an answer, without an end."""
        parts = [{"content": text[at : at + TOLD]} for at in range(0, len(text), TOLD)]
        return [self.chunk(question, delta) for delta in ({"role": "assistant", "content": ""}, *parts)]

    def ending(self, question: Question, text: str, finish: str) -> list[bytes]:
        """The last events: why the answer ends, the usage if it was asked for, and that there is no more."""
        events = [self.chunk(question, {}, finish)]
        if question.usage:
            head = self.head(question, "chat.completion.chunk")
            events.append(self.event({**head, "choices": [], "usage": self.usage(question, text)}))
        return [*events, self.event("[DONE]")]

    def chunk(
        self, question: Question, delta: dict[str, Any], finish: str | None = None, **more: Any
    ) -> bytes:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        unknown = {"usage": None} if question.usage else {}
        head = self.head(question, "chat.completion.chunk")
        return self.event({**head, "choices": [choice], **unknown, **more})

    def event(self, value: Any) -> bytes:
        return event(value, prefix=self.prefix)

    def head(self, question: Question, kind: str) -> dict[str, Any]:
        name = f"chatcmpl-{zlib.crc32(question.text.encode()):08x}"
        return {"id": name, "object": kind, "created": CREATED, "model": question.model}

    def usage(self, question: Question, text: str) -> dict[str, Any]:
        """Characters stand for tokens."""
        asked, told = len(question.whole), len(text)
        return {"prompt_tokens": asked, "completion_tokens": told, "total_tokens": asked + told}

    def send_whole(self, value: Any, *, before: str = "") -> Answer:
        """A value in JSON, the connection cut in its middle where that is the trouble."""
        content = (before + compact(value)).encode()
        kind = (("content-type", "application/json; charset=utf-8"),)
        if self.trouble == "cut":
            return in_pieces([content[: len(content) // 2]], headers=kind, cut=True)
        return Answer(headers=kind, body=content)

    def send(self, events: Sequence[bytes]) -> Answer:
        """A stream, cut in the middle of an event where that is the trouble."""
        pieces = [b": keep-alive\n\n"] * self.keep_alives + list(events)
        if self.trouble == "cut":
            middle = max(1, len(pieces) // 2)
            pieces = [*pieces[:middle], pieces[middle][: len(pieces[middle]) // 2]]
        if self.piece_size is not None:
            pieces = torn(pieces, self.piece_size)
        return in_pieces(pieces, cut=self.trouble == "cut", pause=self.pause)
