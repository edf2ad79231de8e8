"""From observations to a verdict: what they mean, with the evidence counted."""

from __future__ import annotations

from collections.abc import Sequence

from probe.judging.decision import TRIES
from probe.model.definition import Endpoint
from probe.model.exchange import digest
from probe.model.keyword import Keyword
from probe.model.observation import Manner, Observation, Outcome, Weight
from probe.model.run import ControlCounts
from probe.model.verdict import Certainty, Counts, Status, Verdict, write_time

_HARD = frozenset({Outcome.BLOCKED, Outcome.REFUSED, Outcome.ABSENT})
_SOFT = frozenset({Outcome.FILTERED, Outcome.ALTERED, Outcome.HELD})


def conclude(
    keyword: Keyword,
    endpoint: Endpoint,
    observations: Sequence[Observation],
    *,
    run: str,
    void: int = 0,
    why_not: str | None = None,
    controls: ControlCounts | None = None,
    tries: int = TRIES,
) -> Verdict:
    """The verdict of one pair.

    `observations` are those that a passing control vouches for, in the order of asking; `void` counts the others. `why_not`
    says why asking ended early (an endpoint given up), None where the decision was reached. `tries` is the number of
    ambiguous hits that are enough (`decision.needed_tries`).
    """
    status = _status(observations, tries)
    shown = _telling(observations, status)
    agreeing = [one for one in observations if _speaks_for(one, status)]
    controls = controls or ControlCounts()
    return Verdict(
        run=run,
        id=digest(endpoint.name, *keyword.components),
        keyword=keyword.line,
        components=keyword.components,
        lists=keyword.lists,
        category=keyword.category,
        gloss=keyword.gloss,
        language=keyword.language,
        endpoint=endpoint.name,
        definition=endpoint.digest,
        status=status,
        certainty=_certainty(status, agreeing),
        manner=shown.manner if shown is not None else None,
        mechanism=shown.mechanism if shown is not None else None,
        rule=shown.rule if shown is not None else None,
        failure=shown.failure if shown is not None else None,
        stage=shown.stage if shown is not None else None,
        reason=_reason(status, observations, shown, why_not),
        counts=Counts(
            asked=len(observations) + void,
            agreeing=len(agreeing),
            contradicting=sum(_speaks_against(one, status) for one in observations),
            void=void,
            controls_passed=controls.passed,
            controls_failed=controls.failed,
        ),
        first_asked=write_time(observations[0].started) if observations else None,
        last_asked=write_time(observations[-1].started) if observations else None,
    )


def _status(observations: Sequence[Observation], tries: int) -> Status:
    """Never `ok` by default: it takes a normal answer that nothing outweighs."""
    evidence = [one for one in observations if one.outcome.is_evidence]
    hits = [one for one in evidence if one.outcome.is_hit]
    proofs = [one for one in hits if one.weight is Weight.DETERMINATE and one.outcome is not Outcome.EMPTY]
    if proofs:
        return Status.BLOCKED if any(one.outcome in _HARD for one in proofs) else Status.FILTERED
    if any(one.outcome is Outcome.SERVED for one in evidence):
        return Status.OK
    if not evidence:
        return Status.UNMEASURED
    if len(hits) < tries:
        return Status.INCONCLUSIVE  # chance could bring as much
    # Zero results are neither hard nor soft: nothing proves that there should be any.
    if all(one.outcome in _HARD for one in hits):
        return Status.BLOCKED
    return Status.FILTERED if all(one.outcome in _SOFT for one in hits) else Status.INCONCLUSIVE


def _certainty(status: Status, agreeing: Sequence[Observation]) -> Certainty | None:
    """`confirmed` takes a determinate rule and the platform's own word for it."""
    if status not in (Status.BLOCKED, Status.FILTERED):
        return None
    proof = any(one.weight is Weight.DETERMINATE and one.manner is Manner.EXPLICIT for one in agreeing)
    return Certainty.CONFIRMED if proof else Certainty.LIKELY


def _telling(observations: Sequence[Observation], status: Status) -> Observation | None:
    """The observation that tells most about a status: the first proof, else the last that speaks for it, else the last."""
    speaking = [one for one in observations if _speaks_for(one, status)]
    proofs = [one for one in speaking if one.weight is Weight.DETERMINATE]
    if proofs and status is not Status.OK:
        return proofs[0]
    telling = speaking or list(observations)
    return telling[-1] if telling else None


def _speaks_for(one: Observation, status: Status) -> bool:
    match status:
        case Status.BLOCKED:
            return one.outcome in _HARD
        case Status.FILTERED:
            return one.outcome in _SOFT
        case Status.OK:
            return one.outcome is Outcome.SERVED
        case Status.INCONCLUSIVE:
            return one.outcome.is_hit
        case Status.UNMEASURED:
            return not one.outcome.is_evidence


def _speaks_against(one: Observation, status: Status) -> bool:
    """Evidence for something else. An answer that says nothing speaks for and against nothing."""
    return one.outcome.is_evidence and not _speaks_for(one, status)


def _reason(
    status: Status, observations: Sequence[Observation], shown: Observation | None, why_not: str | None
) -> str:
    if shown is None:
        return why_not or "not asked"
    hits = sum(one.outcome.is_hit for one in observations)
    match status:
        case Status.BLOCKED | Status.FILTERED:
            seen = f", seen {hits} times while controls were served" if hits > 1 else ""
            return f"{shown.reason}{seen}"
        case Status.OK:
            doubt = f"; {hits} other answer{'s' if hits > 1 else ''} was not" if hits else ""
            return f"{shown.reason}{doubt}"
        case Status.INCONCLUSIVE:
            return f"{shown.reason}, {_why_open(observations, why_not)}"
        case Status.UNMEASURED:
            return f"{why_not}; last answer: {shown.reason}" if why_not else shown.reason


def _kind(one: Observation) -> bool:
    return one.outcome in _HARD


def _why_open(observations: Sequence[Observation], why_not: str | None) -> str:
    hits = [one for one in observations if one.outcome.is_hit]
    if any(one.outcome is Outcome.EMPTY for one in hits):
        return "and nothing proves that there should be results"
    often = "once" if len(hits) == 1 else f"{len(hits)} times"
    if why_not is not None:
        return f"{often} only, then: {why_not}"
    if len({_kind(one) for one in hits}) > 1:
        return "but the answers contradict each other"
    return f"{often} only, which is not enough to rule out chance"
