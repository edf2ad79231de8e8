"""What a chat service is asked: requests in order, and what is wrong with others."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.replicas.replica import Asked


@dataclass(frozen=True, kw_only=True)
class Question:
    """A request in order."""

    text: str
    """What the user says last."""
    whole: str
    """All messages: what a filter sees."""
    model: str
    stream: bool = False
    usage: bool = False
    """Whether `stream_options` asks for the usage."""
    sent: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What is wrong with a request: the field, and the name of the problem it makes."""

    param: str
    problem: str = "invalid"


def object_in(asked: Asked) -> dict[str, Any] | None:
    """The object that was sent in JSON; None where it is none, or is not said to be one."""
    if "application/json" not in asked.headers.get("content-type", ""):
        return None
    try:
        value = json.loads(asked.body.decode("utf-8"))
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def question_of(body: Mapping[str, Any], messages: Any) -> Question:
    """The question in a body and messages without a fault."""
    options = body.get("stream_options") or {}
    asked = [one["content"] for one in messages if one["role"] == "user"]
    return Question(
        text=asked[-1] if asked else "",
        whole="\n".join(one["content"] for one in messages),
        model=body.get("model", ""),
        stream=bool(body.get("stream")),
        usage=bool(options.get("include_usage")),
        sent=body,
    )


def fault_of_model(body: Mapping[str, Any]) -> Fault | None:
    model = body.get("model")
    if model is None:
        return Fault(param="model", problem="missing")
    return None if isinstance(model, str) and model else Fault(param="model")


def fault_of_messages(messages: Any, roles: Collection[str]) -> Fault | None:
    if messages is None:
        return Fault(param="messages", problem="missing")
    if not isinstance(messages, list) or not messages:
        return Fault(param="messages")
    for at, one in enumerate(messages):
        if not isinstance(one, dict) or one.get("role") not in roles:
            return Fault(param=f"messages[{at}].role")
        if not isinstance(one.get("content"), str) or not one["content"]:
            return Fault(param=f"messages[{at}].content")
    return None


def fault_of_options(body: Mapping[str, Any], highest_temperature: float, warm: bool = False) -> Fault | None:
    """What is wrong with `stream`, `temperature`, `top_p` or `max_tokens`; all may be left out."""
    if not isinstance(body.get("stream", False), bool):
        return Fault(param="stream")
    for name, highest in (("temperature", highest_temperature), ("top_p", 1.0)):
        value = body.get(name)
        if value is None:
            continue
        if not isinstance(value, (int, float)) or isinstance(value, bool):
            return Fault(param=name)
        if not 0 <= value <= highest or (warm and name == "temperature" and value == 0):
            return Fault(param=name, problem="range")
    most = body.get("max_tokens")
    if most is not None and (type(most) is not int or most < 1):
        return Fault(param="max_tokens")
    return None
