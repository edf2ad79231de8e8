"""From observations to a verdict: what they mean, with the evidence counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from probe.judging.decision import Grounds, is_cleared, proves_itself, strongest_odds
from probe.judging.forms import count_forms, describe_forms
from probe.model.definition import Endpoint
from probe.model.exchange import Purpose, digest
from probe.model.keyword import Keyword
from probe.model.observation import Manner, Observation, Outcome, Weight
from probe.model.run import ControlCounts
from probe.model.verdict import Certainty, Counts, Status, Verdict, write_time

_HARD = frozenset({Outcome.BLOCKED, Outcome.REFUSED, Outcome.ABSENT})
_SOFT = frozenset({Outcome.FILTERED, Outcome.ALTERED, Outcome.HELD})


@dataclass(frozen=True, kw_only=True)
class Circumstances:
    """What is known of a pair besides its answers."""

    void: int = 0
    """Answers that no passing control vouches for."""
    why_not: str | None = None
    """Why asking ended before a decision was reached, None where it was reached."""
    controls: ControlCounts = field(default_factory=ControlCounts)
    doubt: str | None = None
    """Why nothing may be called `ok` here, such as a canary that was served; None where there is no reason."""


def conclude(
    keyword: Keyword,
    endpoint: Endpoint,
    observations: Sequence[Observation],
    given: Grounds,
    around: Circumstances,
    *,
    run: str,
) -> Verdict:
    """The verdict of one pair.

    `observations` are those that a passing control vouches for, in the order of asking.
    """
    known = given.comparison.read(observations, given.discredited)
    evidence = _evidence(known)
    status = _status(known, evidence, given, around)
    asked = [one for one in known if one.purpose is not Purpose.REFERENCE]
    shown = _telling(asked, status)
    agreeing = [one for one in asked if _speaks_for(one, status)]
    forms = count_forms([one for one in asked if one.outcome.is_evidence], agreeing)
    return Verdict(
        run=run,
        id=pair_id(endpoint, keyword.components),
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
        reason=_reason(status, known, shown, around, given)
        + (describe_forms(forms) if status in (Status.BLOCKED, Status.FILTERED) else ""),
        counts=Counts(
            asked=len(asked) + around.void,
            pooled=sum(one.purpose is Purpose.POOL for one in asked),
            agreeing=len(agreeing),
            contradicting=sum(_speaks_against(one, status) for one in evidence),
            void=around.void,
            controls_passed=around.controls.passed,
            controls_failed=around.controls.failed,
        ),
        forms=forms,
        first_asked=write_time(known[0].started) if known else None,
        last_asked=write_time(known[-1].started) if known else None,
    )


def pair_id(endpoint: Endpoint, components: tuple[str, ...]) -> str:
    """Lasting name of a pair of keyword and endpoint: the same in every run."""
    return digest(endpoint.name, *components)


def _status(
    known: Sequence[Observation], evidence: Sequence[Observation], given: Grounds, around: Circumstances
) -> Status:
    """Never `ok` by default: it takes normal answers that outweigh all else."""
    proofs = [one for one in evidence if proves_itself(one)]
    if proofs:
        return Status.BLOCKED if any(one.outcome in _HARD for one in proofs) else Status.FILTERED
    if not evidence:
        return Status.UNMEASURED
    odds = strongest_odds(evidence, given.rates)
    if odds >= given.enough:
        # What is only soft speaks for the lesser claim: `blocked` must be shown without it.
        hard = strongest_odds([one for one in evidence if one.outcome not in _SOFT], given.rates)
        return Status.BLOCKED if hard >= given.enough else Status.FILTERED
    is_clear = (
        len(evidence) >= given.least
        and is_cleared(evidence, given)
        and given.comparison.missing(known) is None
    )
    return Status.OK if is_clear and around.doubt is None else Status.INCONCLUSIVE


def _certainty(status: Status, agreeing: Sequence[Observation]) -> Certainty | None:
    """`confirmed` takes a determinate rule and the platform's own word for it."""
    if status not in (Status.BLOCKED, Status.FILTERED):
        return None
    proof = any(one.weight is Weight.DETERMINATE and one.manner is Manner.EXPLICIT for one in agreeing)
    return Certainty.CONFIRMED if proof else Certainty.LIKELY


def _telling(asked: Sequence[Observation], status: Status) -> Observation | None:
    """The observation that tells most about a status: the first proof, else the last of those that speak for it by the rule
    by which most do, else the last."""
    speaking = [one for one in asked if _speaks_for(one, status)]
    proofs = [one for one in speaking if one.weight is Weight.DETERMINATE]
    if proofs and status is not Status.OK:
        return proofs[0]
    if status in (Status.BLOCKED, Status.FILTERED) and speaking:
        rules = Counter(one.rule for one in speaking)
        return max(reversed(speaking), key=lambda one: rules[one.rule])
    telling = speaking or asked
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
    """Evidence for something else. Zero results are neither for nor against what a comparison showed."""
    return one.outcome is not Outcome.EMPTY and not _speaks_for(one, status)


def _evidence(known: Sequence[Observation]) -> list[Observation]:
    """What says anything of the keyword at this endpoint."""
    return [one for one in known if one.outcome.is_evidence and one.purpose is not Purpose.REFERENCE]


def _reason(
    status: Status,
    known: Sequence[Observation],
    shown: Observation | None,
    around: Circumstances,
    given: Grounds,
) -> str:
    if shown is None:
        return around.why_not or "not asked"
    match status:
        case Status.BLOCKED | Status.FILTERED:
            return f"{shown.reason}{_how_often(_evidence(known), shown)}"
        case Status.OK:
            return f"{shown.reason}{_beside(_evidence(known), shown)}"
        case Status.INCONCLUSIVE:
            return f"{shown.reason}, {_why_open(known, around, given)}"
        case Status.UNMEASURED:
            return f"{around.why_not}; last answer: {shown.reason}" if around.why_not else shown.reason


def _how_often(evidence: Sequence[Observation], shown: Observation) -> str:
    """How often a hit was seen, and what else was."""
    same = sum(one.rule == shown.rule and one.outcome is shown.outcome for one in evidence)
    hits = sum(one.outcome.is_hit and one.outcome is not Outcome.EMPTY for one in evidence)
    served = sum(one.outcome is Outcome.SERVED for one in evidence)
    seen = f", seen {same} times while controls were served" if same > 1 else ""
    others = f"; {hits - same} other hit{'s' if hits - same > 1 else ''}" if hits > same else ""
    return f"{seen}{others}{f'; {_times(served)} served as well' if served else ''}"


def _beside(evidence: Sequence[Observation], shown: Observation) -> str:
    """What else was seen of a keyword that is `ok`."""
    zeros = sum(one.outcome is Outcome.EMPTY for one in evidence)
    hits = sum(one.outcome.is_hit for one in evidence) - zeros
    inside = shown.purpose is Purpose.TRUISM
    honest = " inside the truism, so its zero results alone are honest" if zeros and inside else ""
    others = hits if honest else hits + zeros
    return honest + (f"; {others} other answer{'s were' if others > 1 else ' was'} not" if others else "")


def _why_open(known: Sequence[Observation], around: Circumstances, given: Grounds) -> str:
    evidence = _evidence(known)
    hits = [one for one in evidence if one.outcome.is_hit]
    served = len(evidence) - len(hits)
    if around.why_not is not None:
        return f"{_times(len(hits) or served)} only, then: {around.why_not}"
    if around.doubt is not None and (not hits or is_cleared(evidence, given)):
        return f"but {around.doubt}"
    if not hits and given.comparison.missing(known) is not None:
        return "but nothing to compare it with could be had"
    if not hits and len(evidence) < given.least:
        return f"{_times(served)} only, and a verdict here takes {given.least} answers"
    if not hits:
        return f"{_times(served)} only, which is not enough to rule out censorship"
    if all(one.outcome is Outcome.EMPTY for one in hits):
        return "and nothing proves that there should be results"
    if served:
        return f"{_times(len(hits))}, and served {_times(served)}: the answers contradict each other"
    return f"{_times(len(hits))} only, which is not enough to rule out chance"


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
