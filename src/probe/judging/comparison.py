"""Comparison: what answers mean beside others of the same run: the truism's, the reference's, the controls'.

Zero results prove nothing alone, and a full page may lack most of what there is. Here such answers get the meaning that a
truism or a reference service gives them; all others pass unchanged.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import median

import msgspec

from probe.model.definition import Definition
from probe.model.exchange import Purpose, Question
from probe.model.observation import Manner, Mechanism, Observation, Outcome, Weight

_PLAIN = (Outcome.SERVED, Outcome.EMPTY)
"""What a reference service can say of a keyword."""


class Comparison:
    """What one endpoint's answers are compared with. Grows by `learn`; everything else only looks."""

    def __init__(self, definition: Definition) -> None:
        self._truism = definition.controls.truism
        self._has_reference = definition.controls.reference is not None
        self._share = definition.controls.share
        self._truism_count: int | None = None
        self._truism_failed = False
        self._here: dict[str, int] = {}
        self._ratios: dict[str, float] = {}
        """How many results a benign word has here, of what it has at the reference."""

    def learn(self, question: Question, observation: Observation) -> None:
        """Take the answer to a control; others teach nothing."""
        count = observation.facts.count
        served = observation.outcome is Outcome.SERVED
        match question.purpose:
            case Purpose.BENIGN if count is not None and served:
                self._here[question.text] = count
            case Purpose.NONSENSE if question.text != "".join(question.components):  # inside the truism
                if served:
                    self._truism_count = count
                    self._truism_failed = False
                elif observation.outcome.is_evidence and self._truism_count is None:
                    self._truism_failed = True
            case Purpose.REFERENCE if count and served and question.text in self._here:
                self._ratios[question.text] = self._here[question.text] / count
            case _:
                pass

    @property
    def truism_failed(self) -> bool:
        """Whether the truism has no results even with a nonsense word, so that it proves nothing here."""
        return self._truism_failed

    def missing(self, observations: Sequence[Observation]) -> Purpose | None:
        """What must be asked before these answers about one keyword mean anything; None where nothing is missing."""
        plain = [one for one in observations if one.purpose is Purpose.KEYWORD]
        unclear = any(one.outcome is Outcome.EMPTY for one in plain)
        if self._share is not None:
            unclear = unclear or any(one.outcome is Outcome.SERVED for one in plain)
        if not unclear:
            return None
        for purpose in self._means():
            answers = [one for one in observations if one.purpose is purpose]
            if not any(one.outcome.is_evidence for one in answers):
                return purpose
        return None

    def read(self, observations: Iterable[Observation], discredited: frozenset[str]) -> list[Observation]:
        """The same answers with the meaning that the others give them.

        `discredited` are rules that controls fire too: what they said says nothing.
        """
        known = [_trust(one, discredited) for one in observations]
        reference = next(
            (one for one in known if one.purpose is Purpose.REFERENCE and one.outcome.is_evidence), None
        )
        return [self._read(one, reference) for one in known]

    def _means(self) -> Sequence[Purpose]:
        """What there is to compare with, best first: the reference counts, the truism only proves."""
        if self._has_reference:
            return (Purpose.REFERENCE,)
        return (Purpose.TRUISM,) if self._truism is not None and not self._truism_failed else ()

    def _read(self, one: Observation, reference: Observation | None) -> Observation:
        if one.purpose is Purpose.TRUISM:
            return self._read_truism(one)
        if one.purpose is Purpose.KEYWORD and reference is not None:
            return self._read_beside(one, reference)
        return one

    def _read_truism(self, one: Observation) -> Observation:
        if one.outcome is Outcome.EMPTY and not self._truism_failed:
            return _hit(
                one, Outcome.BLOCKED, Mechanism.EMPTY, "zero results even inside a query that always has some"
            )
        if one.outcome is Outcome.SERVED and self._is_few(one.facts.count, self._truism_count, 1.0):
            return _hit(
                one,
                Outcome.FILTERED,
                Mechanism.COUNT,
                _few(one.facts.count, self._truism_count, "inside the truism"),
            )
        return one

    def _read_beside(self, one: Observation, reference: Observation) -> Observation:
        there = reference.facts.count
        if one.outcome is Outcome.EMPTY and reference.outcome is Outcome.SERVED:
            reason = "zero results, while the reference has some"
            return _hit(one, Outcome.BLOCKED, Mechanism.EMPTY, reason)
        if one.outcome is Outcome.SERVED and reference.outcome is Outcome.SERVED:
            usual = median(self._ratios.values()) if self._ratios else 1.0
            if self._is_few(one.facts.count, there, usual):
                return _hit(
                    one, Outcome.FILTERED, Mechanism.COUNT, _few(one.facts.count, there, "at the reference")
                )
        return one

    def _is_few(self, here: int | None, there: int | None, usual: float) -> bool:
        return (
            self._share is not None
            and here is not None
            and bool(there)
            and here < self._share * usual * (there or 0)
        )


def _hit(one: Observation, outcome: Outcome, mechanism: Mechanism, reason: str) -> Observation:
    return msgspec.structs.replace(
        one,
        outcome=outcome,
        mechanism=mechanism,
        manner=Manner.IMPLICIT,
        weight=Weight.AMBIGUOUS,
        reason=reason,
    )


def _few(here: int | None, there: int | None, where: str) -> str:
    return f"{here or 0:,} results, of {there or 0:,} {where}"


def _trust(one: Observation, discredited: frozenset[str]) -> Observation:
    """The same, or an answer that says nothing where it cannot be believed."""
    if one.purpose is Purpose.REFERENCE and one.outcome.is_evidence and one.outcome not in _PLAIN:
        return _silence(one, f"the reference does not answer: {one.reason}")
    if one.rule in discredited and one.outcome is not Outcome.SERVED and one.weight is not Weight.AMBIGUOUS:
        return _silence(one, "what was seen here is seen on innocent answers too")
    return one


def _silence(one: Observation, reason: str) -> Observation:
    return msgspec.structs.replace(one, outcome=Outcome.UNRECOGNISED, reason=reason)
