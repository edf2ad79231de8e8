"""Isolation: which parts of a text trigger, as far as it was found out."""

from __future__ import annotations

import msgspec


class Trigger(msgspec.Struct, frozen=True, kw_only=True):
    """A set of components that trigger when they are sent alone, and none of which may be missing."""

    components: tuple[str, ...]
    """In the order of the text."""
    spans: tuple[tuple[int, int], ...]
    """Where each stands in the text as it is sent, in code points: the first, and the one after the last."""
    confirmed: bool
    """Whether both was shown to the error rate that was asked for: that they trigger alone, and that nothing of them may be
    missing. False for what was known when asking ended: they trigger, and less of them may do."""
    doubt: float | None = None
    """How likely it is not exactly these, 0 to 1, as the answers have it; null where it was not confirmed."""
    any_order: bool | None = None
    """Whether they trigger in the other order too; null for a single component, and where it is not known."""
    apart: bool | None = None
    """Whether they trigger too when something else stands between them; null as for the order."""


class Isolation(msgspec.Struct, frozen=True, kw_only=True):
    """What was found out of one text at one endpoint."""

    triggers: tuple[Trigger, ...]
    complete: bool
    """Whether all that was to be found out was."""
    reason: str | None
    """Why not; null where it was."""
    every: bool
    """Whether all triggers of the text were looked for, and not only one."""
    questions: int
    """How many were asked, controls apart."""
    separator: str
    """What was put between the parts that were sent."""
