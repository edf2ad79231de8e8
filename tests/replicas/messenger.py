"""What the replicas of messaging platforms share: the messages that were sent, and who may still see them."""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tests.replicas.replica import Answer, Asked, Replica

SILENT = frozenset({"shadow-ban", "swept"})
"""Troubles in which all is accepted and no reader sees it: the sender is ignored, or his messages are taken away at once."""


@dataclass(kw_only=True)
class Message:
    """One message as the platform keeps it."""

    id: str
    sender: str
    place: str
    """Room, channel or conversation."""
    text: str
    """As kept: where the platform masks, masked."""
    at: float
    """Seconds since the epoch."""
    unseen: bool = False
    """Accepted, and shown to its sender only."""
    gone: bool = False
    """Deleted, by whomever."""
    more: dict[str, Any] = field(default_factory=dict)
    """What only this platform keeps with it."""


@dataclass(kw_only=True)
class Messenger(Replica):
    """A platform where one account writes and another reads. Its hard words are refused, if the platform can refuse."""

    dropped: frozenset[str] = frozenset()
    """Words of messages that are accepted like others and that the reader never gets to see."""
    clock: Callable[[], float] = time.time
    messages: list[Message] = field(default_factory=list)
    """All that were accepted, in order; deleted ones too."""
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def answer(self, asked: Asked) -> Answer | None:
        with self._lock:
            return self._answer(asked)

    def _answer(self, asked: Asked) -> Answer | None:
        """The answer, while nobody else is answered."""
        raise NotImplementedError

    def left(self) -> list[str]:
        """Texts that somebody can still see: their sender, at least."""
        with self._lock:
            return [one.text for one in self.messages if not one.gone]

    def reader_sees(self) -> list[str]:
        """Texts that the reader can see now."""
        with self._lock:
            return [one.text for one in self.messages if not one.gone and not one.unseen]

    def is_dropped(self, text: str) -> bool:
        return self.trouble in SILENT or any(word in text for word in self.dropped)

    def find(self, identity: str) -> Message | None:
        """The message of that id, deleted or not."""
        return next((one for one in self.messages if one.id == identity), None)

    def iso(self, at: float | None = None) -> str:
        """A time, by default the present, as `2026-11-23T12:00:00.000Z`."""
        when = datetime.fromtimestamp(self.clock() if at is None else at, UTC)
        return when.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def bearer(asked: Asked) -> str | None:
    """The token of `Authorization: Bearer TOKEN`; None without that header, or with another scheme."""
    scheme, _, token = asked.headers.get("authorization", "").partition(" ")
    return token if scheme.lower() == "bearer" and token else None


def is_json(asked: Asked) -> bool:
    """Does the body say that it is JSON?"""
    return asked.headers.get("content-type", "").partition(";")[0].strip().lower() == "application/json"


def is_form(asked: Asked) -> bool:
    """Does the body say that it is a plain form?"""
    kind = asked.headers.get("content-type", "").partition(";")[0].strip().lower()
    return kind == "application/x-www-form-urlencoded"


def json_object(asked: Asked) -> dict[str, Any] | None:
    """The object that the body is; None if it is none, or not in UTF-8. Raises ValueError where it is no JSON."""
    told = json.loads(asked.body.decode("utf-8"))
    return told if isinstance(told, dict) else None


def basic(asked: Asked) -> tuple[str, str] | None:
    """Name and password of `Authorization: Basic ...`; None without that header. Raises ValueError where it is none."""
    scheme, _, encoded = asked.headers.get("authorization", "").partition(" ")
    if not encoded:
        return None
    if scheme.lower() != "basic":
        raise ValueError(scheme)
    name, colon, password = base64.b64decode(encoded, validate=True).decode().partition(":")
    if not colon:
        raise ValueError(name)
    return name, password


def whole(text: str | None, least: int, most: int, default: int) -> int:
    """A whole number of the query within bounds. Raises ValueError outside them, or where it is none."""
    if text is None:
        return default
    number = int(text)
    if not least <= number <= most:
        raise ValueError(text)
    return number


def mask(text: str, words: Iterable[str], instead: Callable[[str], str]) -> str:
    """The text with each of the words replaced; longer words first."""
    for word in sorted(words, key=len, reverse=True):
        text = text.replace(word, instead(word))
    return text


def stars(word: str) -> str:
    """As many `*` as there are characters."""
    return "*" * len(word)


def fields_of(asked: Asked) -> Mapping[str, Any]:
    """What was sent with a request, as platforms read it that take query, form and JSON alike. Raises ValueError."""
    given: dict[str, Any] = dict(asked.query())
    if is_form(asked):
        given |= asked.form()
    elif is_json(asked) and asked.body:
        given |= json_object(asked) or {}
    return given
