"""Change: the difference between two verdicts of the same pair in two runs, and how far it can be believed."""

from __future__ import annotations

import enum
from typing import Literal

import msgspec

from probe.model.run import BaselineUse, Vantage
from probe.model.verdict import SCHEMA_VERSION, Verdict


class ChangeKind(enum.StrEnum):
    """What became of a pair."""

    NEWLY_BLOCKED = "newly-blocked"
    """It was ok, and is blocked now."""
    NEWLY_FILTERED = "newly-filtered"
    """It was ok, and is filtered now."""
    LIFTED = "lifted"
    """It was censored, and is ok now."""
    HARDENED = "hardened"
    """It was filtered, and is blocked now."""
    SOFTENED = "softened"
    """It was blocked, and is filtered now."""
    UNDECIDED = "undecided"
    """It was decided, and is inconclusive now."""
    DECIDED = "decided"
    """It was inconclusive, and is decided now."""
    BECAME_UNMEASURED = "became-unmeasured"
    """It was measured, and could not be now: no news of censorship, nor of its absence."""
    MEASURED_AGAIN = "measured-again"
    """It could not be measured, and was now: no news of censorship either."""
    APPEARED = "appeared"
    """It was not asked before: its keyword is new on the list."""
    LEFT = "left"
    """It is not asked any more: its keyword has left the list."""


OF_STATUS = frozenset(
    {
        ChangeKind.NEWLY_BLOCKED,
        ChangeKind.NEWLY_FILTERED,
        ChangeKind.LIFTED,
        ChangeKind.HARDENED,
        ChangeKind.SOFTENED,
    }
)
"""Kinds that are news, if the evidence carries them and nothing of ours changed as well."""
CARRIED = 3
"""Answers that must agree before a `likely` carries a change. A verdict takes two, which chance makes in one of a thousand
keywords: in a list of thousands that is several a run, and each would be told as news."""
CHANGED = "changed"
"""The condition that holds for every kind of these, whatever else changed."""


class OwnChange(enum.StrEnum):
    """What of ours changed between two runs, so that a change may be of the platform or not."""

    DEFINITION = "definition"
    SOFTWARE = "software"
    SETTINGS = "settings"
    """The variables of the definition (`--set`)."""
    VANTAGE = "vantage"


class Background(msgspec.Struct, frozen=True, kw_only=True):
    """Where a verdict comes from. What is not known is None, and nothing follows from it."""

    software: str | None = None
    """Version of the program that judged."""
    vantage: Vantage | None = None
    settings: dict[str, str] | None = None
    """The variables of its endpoint."""


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """A verdict, and where it comes from."""

    verdict: Verdict
    background: Background = Background()


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One change. Every field is always present."""

    type: Literal["change"] = "change"
    schema_version: int = SCHEMA_VERSION
    id: str
    """Of the pair, as in its verdicts."""
    keyword: str
    components: tuple[str, ...]
    endpoint: str
    kind: ChangeKind
    carried: bool | None
    """Whether the evidence on both sides carries it; null where nothing is said of censorship."""
    also_changed: tuple[OwnChange, ...]
    """What of ours changed as well, so that nobody can tell whether the platform did."""
    news: bool
    """Whether it is one of censorship, carried, and of the platform alone."""
    doubt: str | None
    """Why it is not, in a few words; null for news, and for what says nothing of censorship."""
    before: Verdict | None
    """Null where the pair appeared."""
    after: Verdict | None
    """Null where it left."""

    @property
    def is_weak(self) -> bool:
        """Whether it says something of censorship that the evidence does not carry."""
        return self.carried is False

    @property
    def is_apart(self) -> bool:
        """Whether the evidence carries it, and something of ours changed as well."""
        return self.carried is True and bool(self.also_changed)

    def meets(self, condition: str) -> bool:
        """Whether a condition of `--fail-on` holds for it: its kind, or `changed`."""
        if condition == CHANGED:
            return self.kind in OF_STATUS and self.carried is True
        return self.kind == condition and (self.news or self.kind not in OF_STATUS)


class Diff(msgspec.Struct, frozen=True, kw_only=True):
    """The document of `probe diff`: two runs, and what came of comparing them."""

    type: Literal["diff"] = "diff"
    schema_version: int = SCHEMA_VERSION
    named: str
    """The later run, as the user named it."""
    run: str | None
    """Its id; null where a file does not say."""
    started: str | None
    baseline: BaselineUse
    """The earlier run, and what changed since, in numbers."""
    exit_code: int
