"""Inference: rules for a definition, from what a run without one has seen.

Each is put to the proof on all that is remembered: what is meant to be normal must fit every benign answer and no hit, what
is meant to be a block every answer of its kind and no control. What fails is dropped; a person must look at the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import msgspec

from probe.judging.calibration import Calibration
from probe.judging.hits import Hit, address
from probe.judging.look import Look
from probe.judging.proofs import Proof, find_proofs
from probe.judging.telling import is_word
from probe.model.exchange import Failure
from probe.model.observation import Manner, Mechanism, Outcome, Weight
from probe.model.rule import Pick, Rule, ValueMatch, When

LEAST_HITS = 2
"""Answers of one kind that a rule for blocks needs, canaries included, unless they prove themselves: one may be an accident,
and what stands on one page alone may be an advertisement."""
LEAST_SEGMENT = 6
"""Characters of a text that a rule looks for: shorter ones stand on other pages too."""

_MECHANISMS = {
    Failure.CONNECTION_RESET: Mechanism.RESET,
    Failure.CONNECTION_ABORTED: Mechanism.RESET,
    Failure.EOF: Mechanism.CLOSED,
    Failure.TIMEOUT: Mechanism.TIMEOUT,
    Failure.CONNECTION_REFUSED: Mechanism.REFUSED,
}


@dataclass(frozen=True, kw_only=True)
class _Seen:
    """All answers that rules are tried on."""

    benign: Sequence[Look]
    others: Sequence[Look]
    """Benign controls that were not served, and nonsense: not blocked, whatever they look like."""
    zero: Sequence[Look]
    hits: Sequence[Hit]
    items: Pick | None

    @property
    def controls(self) -> list[Look]:
        return [*self.benign, *self.others]

    def looks_of(self, *outcomes: Outcome) -> list[Look]:
        """The answers among the hits that came with one of these outcomes."""
        return [hit.look for hit in self.hits if hit.look is not None and hit.outcome in outcomes]


def infer_rules(calibration: Calibration, hits: Sequence[Hit]) -> tuple[Rule, ...]:
    """Rules that tell benign answers, those to nonsense, and hits apart; () where no normal answer is known."""
    if not calibration.is_ready:
        return ()
    nonsense = calibration.nonsense
    canaries = [Hit(look=one) for one in calibration.canaries if not calibration.is_like_benign(one)]
    seen = _Seen(
        benign=calibration.benign,
        others=[*calibration.failed, *nonsense],
        zero=[one for one in nonsense if not calibration.is_like_benign(one)],
        hits=[hit for hit in (*hits, *canaries) if hit.outcome in (Outcome.BLOCKED, Outcome.FILTERED)],
        items=None if calibration.items is None else calibration.items.pick,
    )
    proofs = find_proofs(seen.hits, seen.controls)
    hidden = list(_hidden_rules(seen, proofs))
    served = _served_rule(seen, hidden, proofs)
    if served is None:
        return ()
    empty = _empty_rule(seen)
    return _number((*(one.rule for one in proofs), *hidden, *([empty] if empty else []), served))


def fits(when: When, look: Look | None, failure: Failure | None = None, items: Pick | None = None) -> bool:
    """Whether an inferred condition holds for a remembered answer. Knows the parts that are inferred, and no others."""
    if when.failure is not None:
        return failure is not None and failure == when.failure
    if look is None:
        return False
    features = look.features
    return (
        when.status in (None, look.facts.status)
        and (when.count is None or (items is not None and features.count(items) > 0))
        and (not isinstance(when.css, str) or features.count(Pick(css=when.css)) > 0)
        and (not isinstance(when.text, str) or any(when.text in text for text in features.segments))
        and all(_leaf_is(look, path, test) for path, test in (when.json or {}).items())
        and (not isinstance(when.redirect, str) or when.redirect in address(look))
    )


def _served_rule(seen: _Seen, before: Sequence[Rule], proofs: Sequence[Proof]) -> Rule | None:
    """What all benign answers have and no hit: the results if anything, else something of the page, else likeness."""
    blocked = seen.looks_of(Outcome.BLOCKED)
    open_hits = [one for one in seen.looks_of(Outcome.FILTERED) if not _is_told(one, before, proofs)]
    others = [*blocked, *open_hits, *seen.zero]
    status = seen.benign[0].facts.status
    weight, served = Weight.DETERMINATE, Outcome.SERVED
    if seen.items is not None:
        when = When(status=status, count=">=1")
        if _holds_for(when, seen.benign, [*blocked, *open_hits], seen.items):
            return _rule("results", when, served, weight, "a page with results")
    for when in _lasting(seen.benign, others) if others else ():
        if _holds_for(when, seen.benign, others):
            return _rule("normal", when, served, weight, "a page like those of benign words")
    if open_hits:
        return None  # likeness to benign answers would call them served
    when = When(status=status, like="benign")
    return _rule("like-benign", when, served, weight, "a page like those of the benign controls")


def _empty_rule(seen: _Seen) -> Rule | None:
    """What all answers to nonsense say or have, and no other."""
    if not seen.zero:
        return None
    others = [*seen.benign, *seen.looks_of(Outcome.BLOCKED, Outcome.FILTERED)]
    for when in _marks(seen.zero, others):
        if _holds_for(when, seen.zero, others):
            return _rule("no-results", when, Outcome.EMPTY, Weight.AMBIGUOUS, "zero results")
    return None


def _hidden_rules(seen: _Seen, proofs: Sequence[Proof]) -> Iterator[Rule]:
    """A rule for each kind of hit that no proof fits, where one can be found that fits all of the kind and no control."""
    kinds: dict[tuple[object, ...], list[Hit]] = {}
    for hit in seen.hits:
        if hit.look is None or not _is_told(hit.look, (), proofs):
            kinds.setdefault((hit.outcome, *hit.kind), []).append(hit)
    for hits in kinds.values():
        if len(hits) < LEAST_HITS:
            continue
        for rule in _candidates(hits, seen):
            when = rule.conditions[0]
            held = all(fits(when, hit.look, hit.failure) for hit in hits)
            if held and not any(fits(when, look) for look in seen.controls):
                yield rule
                break


def _candidates(hits: Sequence[Hit], seen: _Seen) -> Iterator[Rule]:
    outcome, failure = hits[0].outcome, hits[0].failure
    ambiguous = Weight.AMBIGUOUS
    if failure is not None:
        yield _rule("cut", When(failure=failure), outcome, ambiguous, None, _MECHANISMS.get(failure))
        return
    looks = [hit.look for hit in hits if hit.look is not None]
    status = looks[0].facts.status
    if looks[0].target is not None:
        when = When(status=status, redirect=address(looks[0]))
        yield _rule("sent-elsewhere", when, outcome, ambiguous, "sent elsewhere", Mechanism.REDIRECT)
    elif status is not None and not 200 <= status < 300:
        told = next((hit.rule for hit in hits if hit.rule is not None), None)
        weight = ambiguous if told is None else told.weight
        reason = "refused by the endpoint" if told is None else told.reason
        rule = _rule("refused", When(status=status), outcome, weight, reason, Mechanism.STATUS)
        yield rule if told is None else msgspec.structs.replace(rule, manner=told.manner or rule.manner)
    for when in _marks(looks, seen.controls):
        mechanism = Mechanism.NOTICE if when.text else Mechanism.UNLIKE
        yield _rule("notice", when, outcome, ambiguous, "a page that no control gets", mechanism)


def _is_told(look: Look, rules: Sequence[Rule], proofs: Sequence[Proof]) -> bool:
    return any(one.fits(look) for one in proofs) or any(fits(rule.conditions[0], look) for rule in rules)


def _marks(looks: Sequence[Look], others: Sequence[Look]) -> Iterator[When]:
    """Conditions that all of these answers may fulfil and none of the others: words of JSON, a text, an element."""
    first = looks[0]
    status = first.facts.status
    for path, value in first.features.leaves.items():
        if is_word(path, value) and all(one.features.leaves.get(path) == value for one in looks):
            yield When(status=status, json={path: value})
    shared = set(first.features.segments).intersection(*(one.features.segments for one in looks))
    for segment in sorted(
        (one for one in shared if len(one) >= LEAST_SEGMENT), key=lambda one: (-len(one), one)
    ):
        if not any(segment in text for one in others for text in one.features.segments):
            yield When(status=status, text=segment)
    for pick in first.features.picks():
        # Elements without a class stand anywhere.
        if pick.css and "." in pick.css and not any(one.features.count(pick) for one in others):
            yield When(status=status, css=pick.css)


def _lasting(looks: Sequence[Look], others: Sequence[Look]) -> Iterator[When]:
    """Conditions that normal answers may fulfil and none of the others: first what holds most text."""
    first, status = looks[0].features, looks[0].facts.status
    for pick in sorted(first.picks(), key=lambda pick: -first.share(pick)):
        if pick.json is not None:
            yield When(status=status, json={pick.json: ValueMatch(exists=True)})
        elif pick.css is not None and "." in pick.css:
            yield When(status=status, css=pick.css)
    yield from _marks(looks, others)


def _holds_for(when: When, looks: Iterable[Look], others: Iterable[Look], items: Pick | None = None) -> bool:
    held = all(fits(when, look, items=items) for look in looks)
    return held and not any(fits(when, look, items=items) for look in others)


def _leaf_is(look: Look, path: str, test: object) -> bool:
    if isinstance(test, ValueMatch):
        return path in look.features.lists or path in look.features.leaves
    value = look.features.leaves.get(path)
    return value == test and isinstance(value, bool) == isinstance(test, bool)


def _rule(
    name: str,
    when: When,
    outcome: Outcome,
    weight: Weight,
    reason: str | None,
    mechanism: Mechanism | None = None,
) -> Rule:
    manner = Manner.IMPLICIT if outcome in (Outcome.BLOCKED, Outcome.FILTERED) else None
    return Rule(
        id=name, when=when, outcome=outcome, weight=weight, mechanism=mechanism, manner=manner, reason=reason
    )


def _number(rules: Sequence[Rule]) -> tuple[Rule, ...]:
    """The same rules with an id of their own each."""
    numbered: list[Rule] = []
    for rule in rules:
        same = sum(one.id.rstrip("-0123456789") == rule.id for one in numbered)
        numbered.append(msgspec.structs.replace(rule, id=f"{rule.id}-{same + 1}") if same else rule)
    return tuple(numbered)
