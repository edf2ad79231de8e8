"""Observation: what one exchange shows, as one outcome, the rule that said so, and measured facts."""

from __future__ import annotations

import enum

import msgspec

from probe.model.exchange import Failure, Purpose, Stage

_NO_EVIDENCE = frozenset({"challenged", "login", "throttled", "failed", "unrecognised"})


class Outcome(enum.StrEnum):
    """What one answer looks like. Only the first eight say anything about the keyword."""

    SERVED = "served"
    EMPTY = "empty"
    """Zero results."""
    FILTERED = "filtered"
    BLOCKED = "blocked"
    ALTERED = "altered"
    ABSENT = "absent"
    REFUSED = "refused"
    HELD = "held"
    CHALLENGED = "challenged"
    """A captcha."""
    LOGIN = "login"
    THROTTLED = "throttled"
    FAILED = "failed"
    """The transport failed, and no rule of the definition gives that a meaning."""
    UNRECOGNISED = "unrecognised"
    """No rule fits."""

    is_evidence: bool
    """Whether it says anything about the keyword: a captcha, a login page or an outage never does."""
    is_hit: bool
    """Whether it speaks for censorship, however weakly."""

    def __init__(self, value: str) -> None:
        self.is_evidence = value not in _NO_EVIDENCE
        self.is_hit = self.is_evidence and value != "served"


class Weight(enum.StrEnum):
    """How much one firing of a rule proves (OONI's ontology keeps the same two apart)."""

    DETERMINATE = "determinate"
    """Proves itself: a legal notice, a moderation code, a normal page."""
    AMBIGUOUS = "ambiguous"
    """Has innocent causes too: a cut connection, a 5xx, zero results."""
    WEAK = "weak"
    """Innocent texts may show it too, such as a notice that stands on many pages: once a benign control of the run shows
    it, the rule is left out for the rest of the run. Until then as ambiguous."""


class Manner(enum.StrEnum):
    """Whether the platform admits it (after GreatFire's taxonomy of 2012)."""

    EXPLICIT = "explicit"
    IMPLICIT = "implicit"


class Mechanism(enum.StrEnum):
    """By what the platform does it."""

    NOTICE = "notice"
    STATUS = "status"
    CODE = "code"
    """A code inside the answer, as moderation services give."""
    RESET = "reset"
    TIMEOUT = "timeout"
    CLOSED = "closed"
    REFUSED = "refused"
    REDIRECT = "redirect"
    EMPTY = "empty"
    SOURCES = "sources"
    """Only results of authorised sources."""
    COUNT = "count"
    MASKED = "masked"
    """Characters of the text were replaced by a sign such as `*`."""
    SHORTENED = "shortened"
    """A part of the text is missing."""
    REPLACED = "replaced"
    """Another text stands in place of a part of it."""
    UNDELIVERED = "undelivered"
    WITHDRAWN = "withdrawn"
    """It arrived, and was taken away again."""
    REVIEW = "review"
    INPUT = "input"
    """A chat service refused the question."""
    OUTPUT = "output"
    """A chat service cut the answer off, or held it back."""
    RETRACTED = "retracted"
    """An answer was shown, and then taken back."""
    CANNED = "canned"
    """A fixed text in place of an answer."""
    PROSE = "prose"
    """The model itself declines to answer, in its own words."""
    UNLIKE = "unlike"
    """The page is unlike those of the controls."""


CUTS = frozenset({Mechanism.RESET, Mechanism.TIMEOUT, Mechanism.CLOSED, Mechanism.REFUSED})
"""Mechanisms that cut the connection, after which a residual block of the host and port is to be expected."""


class Arrival(enum.StrEnum):
    """What became of a message, seen by whoever reads it back."""

    IDENTICAL = "identical"
    MASKED = "masked"
    CUT = "cut"
    REPLACED = "replaced"
    ABSENT = "absent"
    """It was not there when the time was over."""
    WITHDRAWN = "withdrawn"
    """It was there, and then no more."""

    @property
    def is_altered(self) -> bool:
        return self in (Arrival.MASKED, Arrival.CUT, Arrival.REPLACED)


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What was measured in one exchange, so that verdicts compare with controls without keeping bodies."""

    status: int | None = None
    length: int | None = None
    """Bytes of the decompressed body."""
    count: int | None = None
    """Number of results, where the definition says how to count."""
    hosts: tuple[str, ...] = ()
    """Hosts of the results, in lower case, each once."""
    authors: tuple[str, ...] = ()
    """Authors of the results, each once: the first 100, each NFC, without space at the ends, cut at 100 characters."""
    location: str | None = None
    """Where a redirect points to."""
    media_type: str | None = None
    shape: tuple[int, ...] = ()
    """Sketch of the structure of the page (`probe.reading.shape`), for likeness with others."""
    retry_after: float | None = None
    """Seconds for which the endpoint asks to be left alone."""
    items: int | None = None
    """Number of the things that repeat on this run's normal pages, which are taken for results where no definition says."""
    plain: int | None = None
    """Characters of the body without echoes of the keyword, where answers are compared."""
    arrived: Arrival | None = None
    """What became of a message; None where it was not accepted, or could not be read back."""
    delivery: float | None = None
    """Seconds until a message was read back."""


class Observation(msgspec.Struct, frozen=True, kw_only=True):
    """What one exchange shows."""

    question: str
    """Id of the question."""
    purpose: Purpose = Purpose.KEYWORD
    outcome: Outcome
    rule: str | None = None
    """Id of the rule that said so; None where no rule fits."""
    weight: Weight = Weight.AMBIGUOUS
    mechanism: Mechanism | None = None
    manner: Manner | None = None
    failure: Failure | None = None
    stage: Stage | None = None
    reason: str = ""
    """One plain sentence, built from our own words and cleaned quotations."""
    form: str | None = None
    """The form in which the keyword was put, where the definition has several."""
    facts: Facts = Facts()
    started: float
    ended: float
    """Both in seconds since 1970-01-01 UTC."""

    @property
    def is_cut(self) -> bool:
        """Whether the rule takes this for a cut connection, so that a residual block may follow."""
        return self.outcome.is_hit and self.mechanism in CUTS
