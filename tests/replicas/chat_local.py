"""Servers of open models on one's own machine: ollama, llama.cpp, vLLM."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tests.replicas.chat import ChatReplica, Problem, Stage
from tests.replicas.replica import Answer, Asked, json_answer

LLAMA: Mapping[str, Problem] = {
    "path": Problem(404, kind="not_found_error", message="File Not Found"),
    "method": Problem(404, kind="not_found_error", message="File Not Found"),
    "login": Problem(401, kind="authentication_error", message="Invalid API Key"),
    "not-json": Problem(500, kind="server_error", message="parse error: the body is not valid JSON"),
    "invalid": Problem(400, kind="invalid_request_error", message="invalid '{param}'"),
    "bad-model": Problem(400, kind="invalid_request_error", message="model '{model}' not found"),
    "context": Problem(
        400,
        kind="exceed_context_size_error",
        message="request ({given} tokens) exceeds the available context size ({limit} tokens), try increasing it",
    ),
    "overloaded": Problem(503, kind="unavailable_error", message="Loading model"),
}
OLLAMA: Mapping[str, Problem] = {
    "path": Problem(404, message="404 page not found"),
    "method": Problem(405, message="405 method not allowed"),
    "login": Problem(401, kind="api_error", message="unauthorized"),
    "not-json": Problem(400, kind="invalid_request_error", message="invalid JSON in the request body"),
    "invalid": Problem(400, kind="invalid_request_error", message="invalid {param}"),
    "bad-model": Problem(
        404, kind="not_found_error", message='model "{model}" not found, try pulling it first'
    ),
    "context": Problem(
        400, kind="invalid_request_error", message="the input length exceeds the context length"
    ),
    "overloaded": Problem(
        503, kind="api_error", message="server busy, please try again.  maximum pending requests exceeded"
    ),
}
VLLM: Mapping[str, Problem] = {
    "path": Problem(404, kind="NotFoundError", message="Not Found"),
    "method": Problem(405, kind="MethodNotAllowed", message="Method Not Allowed"),
    "login": Problem(401, kind="Unauthorized", message="Unauthorized"),
    "not-json": Problem(400, kind="Bad Request", message="JSON decode error"),
    "invalid": Problem(400, kind="Bad Request", message="Input should be valid: {param}"),
    "bad-model": Problem(404, kind="NotFoundError", message="The model `{model}` does not exist."),
    "context": Problem(
        400,
        kind="BadRequestError",
        message="This model's maximum context length is {limit} tokens. However, your request has {given} input "
        "tokens. Please reduce the length of the input messages.",
    ),
    "overloaded": Problem(503, kind="ServiceUnavailable", message="The engine is not ready"),
}
FLAVOURS = {"llama.cpp": LLAMA, "ollama": OLLAMA, "vllm": VLLM}


@dataclass(kw_only=True)
class Local(ChatReplica):
    """`POST /v1/chat/completions` without a key and without a filter: who declines is the model.

    Seen: the texts for a context too long, of ollama for a model it has not, of llama.cpp while it loads. Assumed: the rest,
    from general knowledge of the three servers. llama.cpp serves its one model under any name. With `key` a key is demanded.
    """

    troubles = ("login", "overloaded", "bad-model", "context", "cut")
    paths = ("/v1/chat/completions",)
    does = frozenset({Stage.PROSE, Stage.CANNED, Stage.WORDING})

    flavour: str = "ollama"
    """One of `FLAVOURS`."""
    key: str | None = None
    models: frozenset[str] = frozenset({"qwen3:8b", "llama3.2"})
    hard_stage: Stage = Stage.PROSE
    wording_stage: Stage = Stage.PROSE

    def has_model(self, model: str) -> bool:
        return self.flavour == "llama.cpp" or model in self.models

    def refuse_key(self, asked: Asked) -> str | None:
        if self.key is None or asked.headers.get("authorization") == f"Bearer {self.key}":
            return None
        return "login"

    def table(self) -> Mapping[str, Problem]:
        return FLAVOURS[self.flavour]

    def envelope(self, problem: Problem, message: str) -> Answer:
        if self.flavour == "ollama" and problem.kind is None:
            return Answer(status=problem.status, headers=(("content-type", "text/plain"),), body=message)
        told: dict[str, object] = {"message": message, "type": problem.kind}
        told |= {"code": None if self.flavour == "ollama" else problem.status}
        told |= {} if self.flavour == "llama.cpp" else {"param": None}
        return json_answer({"error": told}, status=problem.status)
