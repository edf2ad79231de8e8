"""Excerpt: what of one exchange a reader must see to believe a verdict: what was sent, what came back, what gave it away."""

from __future__ import annotations

import enum

import msgspec

from probe.model.exchange import Failure, Stage


class Mark(enum.StrEnum):
    """What a piece of a text is."""

    PLAIN = ""
    KEYWORD = "keyword"
    NOTICE = "notice"
    """What the rule that decided found."""


class Piece(msgspec.Struct, frozen=True, array_like=True):
    """A piece of a foreign text; it is shown as text, whatever it says."""

    text: str
    mark: Mark = Mark.PLAIN


class Excerpt(msgspec.Struct, frozen=True, kw_only=True):
    """One exchange, cut to what matters."""

    at: str
    """When it was sent: RFC 3339, UTC."""
    method: str
    url: tuple[Piece, ...]
    body: tuple[Piece, ...] = ()
    """Of the request."""
    status: int | None = None
    failure: Failure | None = None
    stage: Stage | None = None
    location: str | None = None
    """Where the answer sent us."""
    answer: tuple[Piece, ...] = ()
    """What a reader of the answer would see, around what was found."""
