"""Proofs: hits that prove themselves, as rules for a definition. One such answer is enough.

What a rule found on a page, or the status that it found, is tried on all controls first: where one of those has it too,
nothing is made of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from probe.judging.hits import Hit
from probe.judging.look import Look
from probe.model.rule import Rule, TextTest, When
from probe.reading.match import PatternTooSlow, find_text


@dataclass(frozen=True, kw_only=True)
class Proof:
    """What hits of one rule have and no control."""

    rule: Rule
    """For the definition: with the weight, manner, mechanism and reason of the rule that said so."""
    status: int | None
    marks: frozenset[str]
    """Pieces of text that stand on such a page; none where its status says it."""

    def fits(self, look: Look) -> bool:
        """Whether a remembered answer has it."""
        said = look.features.segments
        return look.facts.status == self.status and all(
            any(mark in text for text in said) for mark in self.marks
        )


def find_proofs(hits: Sequence[Hit], controls: Sequence[Look]) -> list[Proof]:
    """What is found in the hits that prove themselves; each hit that the proofs before it fit is passed over."""
    proofs: list[Proof] = []
    for hit in hits:
        if hit.rule is None or hit.look is None or not hit.is_proof:
            continue
        if any(one.fits(hit.look) for one in proofs):
            continue
        proof = _read_notice(hit.rule, hit.look, hit.found) if hit.found else _read_status(hit.rule, hit.look)
        if proof is not None and not any(proof.fits(look) for look in controls):
            proofs.append(proof)
    return proofs


def _read_status(told: Rule, look: Look) -> Proof | None:
    """The status, where the rule looks at nothing else."""
    status = look.facts.status
    if not any(
        msgspec.structs.replace(when, like=None) == When(status=when.status) for when in told.conditions
    ):
        return None
    rule = msgspec.structs.replace(told, id="refused", when=When(status=status))
    return Proof(rule=rule, status=status, marks=frozenset())


def _read_notice(told: Rule, look: Look, found: str) -> Proof | None:
    """The text that was found; where the keyword stands in it, or a number, all that the rule looked for."""
    when = next((one for one in told.conditions if one.text is not None and _finds(one.text, found)), None)
    if when is None:
        return None
    said, status = look.features.segments, look.facts.status
    marks, text = frozenset({found}), when.text
    if any(found in one for one in said):
        text = found
    else:
        marks = frozenset(one for one in said if one in found)
    if not marks:
        return None
    # Likeness and length told it from the controls, which is seen to now.
    when = msgspec.structs.replace(when, status=status, text=text, like=None, length=None, not_=None)
    return Proof(rule=msgspec.structs.replace(told, id="notice", when=when), status=status, marks=marks)


def _finds(test: TextTest, found: str) -> bool:
    try:
        return find_text(test, found) is not None
    except PatternTooSlow:
        return False
