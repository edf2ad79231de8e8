"""Hits: the answers that spoke for censorship, a few of each kind, from which rules are inferred."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from probe.judging.look import Look
from probe.model.exchange import Failure
from probe.model.observation import Outcome, Weight
from probe.model.rule import Rule

MOST_HITS = 12
REMEMBERED_EACH = 3
"""Hits of one kind that are remembered, so that the first kind leaves room for others."""


@dataclass(frozen=True, kw_only=True)
class Hit:
    """An answer that spoke for censorship."""

    look: Look | None
    """None where the exchange failed."""
    failure: Failure | None = None
    rule: Rule | None = None
    """The rule that said so; None for canaries."""
    found: str = ""
    """The text that the rule found."""

    @property
    def outcome(self) -> Outcome:
        """What was said of it; canaries that are unlike benign answers are blocked."""
        return Outcome.BLOCKED if self.rule is None else self.rule.outcome

    @property
    def is_proof(self) -> bool:
        """Whether one such answer suffices."""
        return self.rule is not None and self.rule.weight is Weight.DETERMINATE

    @property
    def kind(self) -> tuple[object, ...]:
        """What it looks like from afar."""
        if self.look is None:
            return (self.failure,)
        facts = self.look.facts
        is_redirect = 300 <= (facts.status or 0) < 400
        return (facts.status, facts.media_type, address(self.look) if is_redirect else "")

    def is_kind_of(self, other: Hit) -> bool:
        """Whether both look the same from afar, and a proof of either was said by the same rule."""
        proofs = [one.rule.id if one.rule is not None and one.is_proof else None for one in (self, other)]
        return self.kind == other.kind and proofs[0] == proofs[1]


def remember(hits: list[Hit], hit: Hit) -> None:
    """Take a hit, if there are few of its kind. Where there is no room left, a proof takes that of one that is none."""
    if sum(one.is_kind_of(hit) for one in hits) >= REMEMBERED_EACH:
        return
    if len(hits) >= MOST_HITS:
        last = next((one for one in reversed(hits) if hit.is_proof and not one.is_proof), None)
        if last is None:
            return
        hits.remove(last)
    if hit.look is not None:
        hit.look.keep()
    hits.append(hit)


def address(look: Look) -> str:
    """Host, port and path of a redirect up to the keyword, as they stand in its target."""
    target = look.target
    if target is None:
        return ""
    try:
        place = urlsplit(look.facts.location or "").netloc
    except ValueError:
        place = ""
    return f"//{place or target.host}{target.path.partition('*')[0]}"
