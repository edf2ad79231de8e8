"""Verdict: what the observations of one keyword at one endpoint mean, with the evidence counted."""

from __future__ import annotations

import enum
from datetime import UTC, datetime
from typing import Literal

import msgspec

from probe.model.exchange import Failure, Stage
from probe.model.isolation import Isolation
from probe.model.observation import Manner, Mechanism

SCHEMA_VERSION = 1
"""Version of the verdict and run documents: fields are added, never renamed."""


def write_time(seconds: float) -> str:
    """A moment as documents write it: RFC 3339 in UTC, to the millisecond; `seconds` since 1970."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Status(enum.StrEnum):
    """What a verdict says."""

    BLOCKED = "blocked"
    """Hard: no results at all, the message refused or never delivered, the connection cut."""
    FILTERED = "filtered"
    """Soft: only some results, only authorised sources, text altered, held for review."""
    OK = "ok"
    """Treated like the controls, and positively seen to be."""
    INCONCLUSIVE = "inconclusive"
    """Measured, but the evidence does not decide."""
    UNMEASURED = "unmeasured"
    """Could not be measured."""


DECIDED = frozenset({Status.BLOCKED, Status.FILTERED, Status.OK})
"""What says something of censorship, or of its absence."""


class Certainty(enum.StrEnum):
    """How sure a `blocked` or `filtered` is."""

    CONFIRMED = "confirmed"
    """A determinate rule and an artefact, such as a legal notice."""
    LIKELY = "likely"
    """Inferred from ambiguous evidence."""


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """The evidence, counted. Nothing is averaged away."""

    asked: int = 0
    """How often the keyword was asked, alone or in pools, void askings included."""
    pooled: int = 0
    """How often of these in a text with other keywords."""
    agreeing: int = 0
    """Observations that speak for the status."""
    contradicting: int = 0
    """Observations that speak against it."""
    void: int = 0
    """Observations that no passing control vouches for, and that therefore count for nothing."""
    controls_passed: int = 0
    controls_failed: int = 0
    """Both of the endpoint, up to this verdict."""


class FormCounts(msgspec.Struct, frozen=True, kw_only=True):
    """What one form of the question showed of a keyword."""

    asked: int
    """How often the keyword was asked in this form."""
    agreeing: int
    """How many of those observations speak for the status."""


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """One line of output. Every field is always present; times are RFC 3339, UTC."""

    type: Literal["verdict"] = "verdict"
    schema_version: int = SCHEMA_VERSION
    run: str
    id: str
    """Of the pair keyword and endpoint: the same in every run."""
    keyword: str
    components: tuple[str, ...]
    lists: tuple[str, ...]
    category: str | None
    gloss: str | None
    language: str | None
    endpoint: str
    definition: str
    """SHA-256 of the definition's text."""
    status: Status
    certainty: Certainty | None
    manner: Manner | None
    mechanism: Mechanism | None
    rule: str | None
    failure: Failure | None
    stage: Stage | None
    reason: str
    counts: Counts
    forms: dict[str, FormCounts] | None = None
    """How often each form of the question was asked, and how often it agreed with the status; null where there is one form
    only."""
    isolation: Isolation | None = None
    """Which parts of the keyword trigger; null where that was not asked for, or nothing is censored."""
    first_asked: str | None
    last_asked: str | None
