"""Post: one message on its way, kept from before it is sent until it is gone again."""

from __future__ import annotations

import enum

import msgspec


class PostState(enum.StrEnum):
    """How far a message got, as far as is known."""

    WRITTEN = "written"
    """It is about to be sent, or was, and nobody knows whether it was accepted."""
    POSTED = "posted"
    """It was accepted."""
    GONE = "gone"
    """It is not there: it was refused, or was taken away."""


class Post(msgspec.Struct, frozen=True, kw_only=True):
    """One message, under a nonce that no other message has."""

    question: str
    """Id of the question that it was sent for."""
    keyword: str
    """The text that was asked about; with `form` and `nonce` the message can be written again."""
    form: str | None = None
    """The form in which it was put."""
    nonce: str
    at: float
    """When it was to be sent, in seconds since 1970-01-01 UTC."""
    state: PostState = PostState.WRITTEN
    values: dict[str, str] = {}
    """What was taken from the answer to its sending, such as its id."""
    is_seen: bool = False
    """Whether it was read back."""
    why_left: str | None = None
    """Why it could not be taken away, where that was tried."""
