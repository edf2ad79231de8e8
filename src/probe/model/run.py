"""Run: all of what one call of the program asked and found."""

from __future__ import annotations

from typing import Literal

import msgspec

from probe.model.verdict import SCHEMA_VERSION


class Software(msgspec.Struct, frozen=True, kw_only=True):
    """What made the run."""

    name: str = "keyword-probe"
    version: str


class Vantage(msgspec.Struct, frozen=True, kw_only=True):
    """Where the questions were sent from: declared by the user, never looked up."""

    label: str | None = None
    country: str | None = None
    network: str | None = None


class ListUse(msgspec.Struct, frozen=True, kw_only=True):
    """One list of a run."""

    name: str
    sha256: str | None
    """Of the file's bytes; None for keywords of the command line."""
    keywords: int


class ControlCounts(msgspec.Struct, frozen=True, kw_only=True):
    """How the controls of one endpoint fared."""

    passed: int = 0
    """Benign controls that were served."""
    failed: int = 0
    """Benign controls that were not."""
    nonsense: int = 0
    """Nonsense words asked."""
    canaries_hit: int = 0
    """Canaries that were censored, as they should be."""
    canaries_served: int = 0
    """Canaries that were not."""
    truisms: int = 0
    """Keywords asked inside the truism."""
    references: int = 0
    """Keywords asked of the reference."""

    @property
    def asked(self) -> int:
        """All that were answered."""
        return (
            self.passed
            + self.failed
            + self.nonsense
            + self.canaries_hit
            + self.canaries_served
            + self.truisms
            + self.references
        )


class Cost(msgspec.Struct, frozen=True, kw_only=True):
    """What pooling took, controls apart."""

    questions: int
    """About keywords, alone and in pools."""
    pools: int
    """Of these, how many were about several keywords."""
    hits: int
    one_by_one: int
    """Questions that asking each keyword alone would have taken."""
    limit: float
    """Questions that are the least, by the information in the answers: as many as it takes to say which keywords are
    censored, when it is known how many."""
    ratio: float | None
    """Questions for each of that limit; null where it is zero."""
    contradictions: int = 0
    """Texts that were hit again and again though none of their keywords is censored alone."""
    combinations: tuple[tuple[str, ...], ...] = ()
    """Keywords that are censored together, and none of them alone, as far as that was looked for."""


class EndpointUse(msgspec.Struct, frozen=True, kw_only=True):
    """One endpoint of a run."""

    name: str
    definition: str
    """SHA-256 of the definition's text."""
    trusted: bool
    """Whether its controls held to the end, so that its verdicts can be believed."""
    reason: str | None
    """Why it is not trusted."""
    controls: ControlCounts
    questions: int
    """Questions sent, controls included."""
    notes: tuple[str, ...] = ()
    """What else there is to know, each in one sentence, such as a canary that was served."""
    cost: Cost | None = None
    """What pooling took and saved; null where nothing was pooled."""


class RunCounts(msgspec.Struct, frozen=True, kw_only=True):
    """Totals over all endpoints."""

    keywords: int = 0
    verdicts: int = 0
    blocked: int = 0
    filtered: int = 0
    ok: int = 0
    inconclusive: int = 0
    unmeasured: int = 0
    questions: int = 0
    controls: int = 0


class BaselineUse(msgspec.Struct, frozen=True, kw_only=True):
    """What a run was compared with, and what came of it in numbers."""

    named: str
    """As the user named it: a run, `last`, or a file."""
    run: str | None
    """The run that it is; null where there was none yet, or where a file does not say."""
    started: str | None
    """When that run began."""
    pairs: int = 0
    """Pairs with a verdict now that could be compared."""
    compared: int = 0
    """Of these, how many are blocked, filtered or ok on both sides."""
    news: int = 0
    weak: int = 0
    """Changes that the evidence does not carry."""
    apart: int = 0
    """Changes that it carries, with which something of ours changed as well."""
    kinds: dict[str, int] = {}
    """Kind of change: how many, news or not."""
    notes: tuple[str, ...] = ()
    """What else there is to know, each in one sentence."""


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """The run document: the last line of JSON Lines, the head of a JSON document."""

    type: Literal["run"] = "run"
    schema_version: int = SCHEMA_VERSION
    id: str
    started: str
    ended: str | None
    complete: bool
    """Whether every pair has its verdict, and what was asked for beside it."""
    ended_early: str | None = None
    """Why asking ended before all was asked, such as a spent budget; null where it did not."""
    trusted: bool
    """Whether at least one endpoint's verdicts can be believed."""
    exit_code: int
    software: Software
    vantage: Vantage
    lists: tuple[ListUse, ...]
    endpoints: tuple[EndpointUse, ...]
    counts: RunCounts
    baseline: BaselineUse | None = None
    """What it was compared with; null where it was not."""
