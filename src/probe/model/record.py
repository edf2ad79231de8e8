"""Record: what is kept of a run, so that it can be continued, shown again and judged again."""

from __future__ import annotations

import msgspec

from probe.model.exchange import Question
from probe.model.observation import Observation
from probe.model.run import ListUse, Vantage


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """A question that was answered, and what the answer showed."""

    question: Question
    observation: Observation
    void: bool = False
    """Whether no passing control vouches for it, so that it counts for nothing."""


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """What the user asked for, so that `probe run --resume` needs no second telling. Paths are absolute. No secrets."""

    words: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    endpoints: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    benign: tuple[str, ...] = ()
    canaries: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    pool: str = "auto"
    """Whether keywords are asked many at a time."""
    combinations: bool = False
    monitor: bool = False
    alone_within: int = 60
    isolate: bool = False
    """Whether to find out which parts of what is censored trigger."""
    every: bool = False
    """All of them."""
    separator: str | None = None
    """What to put between parts; None for what the definition says."""
    baseline: str | None = None
    """What to compare with: a run, `last`, or a file; None where that was not asked for."""
    confirm_changes: bool = False
    """Whether what changed is asked once more."""


class DefinitionRecord(msgspec.Struct, frozen=True, kw_only=True):
    """The definition of one endpoint, as it was used."""

    name: str
    sha256: str
    place: str
    text: str
    values: dict[str, str] = {}
    """Its variables."""
    is_reference: bool = False
    """Whether it was asked only to compare another one's answers with."""


class RunRecord(msgspec.Struct, frozen=True, kw_only=True):
    """The head of a run, written before anything is asked."""

    id: str
    started: float
    """Seconds since 1970-01-01 UTC."""
    version: str
    """Of the program."""
    vantage: Vantage
    command: Command
    keywords: int
    lists: tuple[ListUse, ...]
    definitions: tuple[DefinitionRecord, ...]
