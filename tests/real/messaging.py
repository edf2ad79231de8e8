"""Messaging: the definitions that come with probe, opened for real servers that messages are sent to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from probe.inputs.endpoints import open_endpoints
from probe.model.definition import Endpoint
from tests.real.asking import with_limits
from tests.real.synapse import Homeserver

UNHURRIED: dict[str, Any] = {"rate": None, "deadline": 600.0, "control_wait": 2.0}
"""Limits for a clock that runs faster than real time: no pace, and yet half a minute of it for each answer."""


def open_matrix(homeserver: Homeserver, base: str | None = None, **limits: Any) -> Endpoint:
    """The definition `matrix` for the room of a server; `base` where it is reached by another way."""
    settings = [f"homeserver={base or homeserver.base}", f"room={homeserver.room}"]
    (endpoint,) = open_endpoints(["matrix"], settings)
    return with_limits(endpoint, **(UNHURRIED | limits))


def matrix_secrets(homeserver: Homeserver) -> dict[str, str]:
    """The tokens of who writes and who reads."""
    return {"MATRIX_TOKEN": homeserver.sender.token, "MATRIX_READER_TOKEN": homeserver.reader.token}


def left_in_room(homeserver: Homeserver) -> list[str]:
    """The texts that are still there for the reader."""
    return [one.body for one in homeserver.messages() if one.body is not None]


def open_comment_form(base: str, **limits: Any) -> Endpoint:
    """The definition `comment-form` for the page with comments at this address."""
    (endpoint,) = open_endpoints(["comment-form"], [f"site={base}", "page=page/"])
    return with_limits(endpoint, **(UNHURRIED | {"per_day": None} | limits))


def with_waits(endpoint: Endpoint, **waits: Any) -> Endpoint:
    """The same endpoint, whose messages are read back at other times."""
    message = endpoint.definition.message
    assert message is not None
    assert message.read_back is not None
    back = msgspec.structs.replace(message.read_back, **waits)
    message = msgspec.structs.replace(message, read_back=back)
    definition = msgspec.structs.replace(endpoint.definition, message=message)
    return msgspec.structs.replace(endpoint, definition=definition)


def holds_one(text: str, words: Sequence[str]) -> bool:
    """Whether a text holds one of these words, in small letters or capitals."""
    return any(word.casefold() in text.casefold() for word in words)
