"""Refusal: the words by which a chat model declines to answer, fixed ones and patterns for its own.

The names of the fields are those of the file `_refusals.yaml`.
"""

from __future__ import annotations

from probe.model.asking import Node


class CannedRefusal(Node, frozen=True, kw_only=True):
    """A fixed text that a service puts in place of an answer. It is the whole answer, and nothing stands beside it."""

    text: str | tuple[str, ...]
    """The words, or several versions of them."""
    language: str
    """Such as zh-Hans."""
    platforms: tuple[str, ...] = ()
    """Where it was seen."""
    meaning: str
    """What it says, in English."""
    source: str
    """Who saw it."""
    date: str | None = None
    """When: a year or a span."""


class ProseRefusal(Node, frozen=True, kw_only=True):
    """A way of declining in one's own words."""

    pattern: str
    """A regular expression on a clause from its beginning, whatever its case, in NFKC with straight quotation marks. The
    name of a part in braces stands for that part."""
    language: str
    """Such as zh-Hans, zh-Hant."""
    meaning: str
    """What is said so, in English."""
    examples: tuple[str, ...]
    """Whole answers that it must find."""
    source: str
    """Where such answers were seen, or that they were made up."""


class Signs(Node, frozen=True, kw_only=True):
    """Regular expressions of which one is found in a sentence, whatever its case."""

    words: tuple[str, ...] = ()
    """Whole words."""
    pieces: tuple[str, ...] = ()
    """For languages that put no space between words."""


class Surroundings(Node, frozen=True, kw_only=True):
    """What stands around a clause that declines, by which it is told from an answer."""

    opening: Signs = Signs()
    """Behind these a clause may begin, as behind punctuation."""
    talk: Signs = Signs()
    """Of the conversation, not of the world: each sentence before a refusal holds one."""
    condition: Signs = Signs()
    """If and when: what follows is no refusal."""
    reported: Signs = Signs()
    """Somebody else is speaking, or words are explained."""
    lack: Signs = Signs()
    """The model lacks something, or says how far it can go."""
    contrast: Signs = Signs()
    """But: what follows must be an offer."""
    answer: Signs = Signs()
    """How answers begin."""
    offer: Signs = Signs()
    """An offer, an advice or a courtesy, and no answer."""
    other: Signs = Signs()
    """It is about something else, which makes an offer of what would be an answer."""


class Refusals(Node, frozen=True, kw_only=True):
    """All ways of declining that are known, each with its id."""

    canned: dict[str, CannedRefusal] = {}
    """Fixed texts."""
    around: Surroundings = Surroundings()
    """What stands around patterns."""
    parts: dict[str, str] = {}
    """Pieces that several patterns have in common."""
    prose: dict[str, ProseRefusal] = {}
    """Patterns."""
