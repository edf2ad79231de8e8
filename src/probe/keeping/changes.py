"""Changes: what became of pairs between runs, and whether it is news. Pure: no store, no clock.

A verdict carries a change if it is `ok`, `confirmed`, or `likely` by CARRIED answers that agree. Those of runs that follow
each other add up: what two runs in a row found `likely` is carried. What a pair is compared with is the last state that
carries, so that neither a run that could not measure it nor a chance finding stands between two that could.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from probe.model.change import CARRIED, OF_STATUS, Change, ChangeKind, OwnChange, Told
from probe.model.verdict import DECIDED, Certainty, Status, Verdict

_OF_STATUSES = {
    (Status.OK, Status.BLOCKED): ChangeKind.NEWLY_BLOCKED,
    (Status.OK, Status.FILTERED): ChangeKind.NEWLY_FILTERED,
    (Status.BLOCKED, Status.OK): ChangeKind.LIFTED,
    (Status.FILTERED, Status.OK): ChangeKind.LIFTED,
    (Status.FILTERED, Status.BLOCKED): ChangeKind.HARDENED,
    (Status.BLOCKED, Status.FILTERED): ChangeKind.SOFTENED,
}
_WORDS = {
    OwnChange.DEFINITION: "the definition",
    OwnChange.SOFTWARE: "the version of probe",
    OwnChange.SETTINGS: "the settings",
    OwnChange.VANTAGE: "the vantage",
}


@dataclass
class Finding:
    """What runs that follow each other say of a pair with one voice. What could not be measured is no voice."""

    newest: Told
    agreeing: int = field(init=False)
    is_proven: bool = field(init=False)

    def __post_init__(self) -> None:
        self.agreeing = self.newest.verdict.counts.agreeing
        self.is_proven = _proves(self.newest.verdict)

    @property
    def status(self) -> Status:
        return self.newest.verdict.status

    @property
    def carries(self) -> bool:
        return self.is_proven or self.agreeing >= CARRIED

    def add(self, earlier: Told) -> None:
        """Take what an earlier run said, which was the same."""
        self.agreeing += earlier.verdict.counts.agreeing
        self.is_proven |= _proves(earlier.verdict)


@dataclass(frozen=True, kw_only=True)
class Past:
    """What is known of a pair from earlier runs."""

    newest: Told | None = None
    """What the last of them said, measured or not; None where the pair is new."""
    findings: Sequence[Finding] = ()
    """Newest first; only the last one may carry."""

    @property
    def state(self) -> Told | None:
        """What the pair is compared with: the last state that carries, else whatever is known."""
        if not self.findings:
            return self.newest
        last = self.findings[-1]
        return last.newest if last.carries else self.findings[0].newest

    @property
    def carries(self) -> bool:
        """Whether a change from that state may be news."""
        return bool(self.findings) and self.findings[-1].carries


def read_past(told: Iterable[Told]) -> Past:
    """The past of a pair from its verdicts, newest first. No more of them are read than are needed."""
    newest: Told | None = None
    findings: list[Finding] = []
    for one in told:
        newest = newest or one
        if one.verdict.status not in DECIDED:
            continue
        if findings and findings[-1].status is one.verdict.status:
            findings[-1].add(one)
        else:
            findings.append(Finding(one))
        if findings[-1].carries:
            break
    return Past(newest=newest, findings=findings)


def find_change(past: Past, now: Told | None) -> Change | None:
    """What became of a pair; None where nothing did. `now` is None where it is not asked any more."""
    before = past.state
    if now is None:
        return None if before is None else _plain(ChangeKind.LEFT, before, None)
    if past.newest is None or before is None:
        return _plain(ChangeKind.APPEARED, None, now)
    status = now.verdict.status
    kind = _OF_STATUSES.get((before.verdict.status, status))
    if kind is not None:
        return _of_status(kind, before, now, past)
    return _of_measuring(past.newest, before, now)


def trace_changes(told: Sequence[Told]) -> list[Change | None]:
    """What became of a pair with each verdict, oldest first; None where nothing did, and for the first one."""
    return [
        find_change(read_past(reversed(told[:place])), one) if place else None
        for place, one in enumerate(told)
    ]


def is_worth_asking_again(past: Past, now: Told) -> bool:
    """Whether more answers now could make news of a change, or take it back; or, where there is nothing firm to compare
    with, whether they could make this so, for the runs that will be compared with it."""
    if not past.carries:
        return now.verdict.status in DECIDED and not _join(past, now).carries
    change = find_change(past, now)
    if change is None or change.kind is ChangeKind.UNDECIDED:
        return change is not None
    return change.kind in OF_STATUS and now.verdict.certainty is not Certainty.CONFIRMED


def is_compared(past: Past, now: Told) -> bool:
    """Whether the pair is decided on both sides, so that there would be a change if there was one."""
    return now.verdict.status in DECIDED and bool(past.findings)


def find_own_changes(before: Told, now: Told) -> tuple[OwnChange, ...]:
    """What of ours differs between two verdicts. What is not known of one of them differs in nothing."""
    then, today = before.background, now.background
    sides = {
        OwnChange.DEFINITION: (before.verdict.definition or None, now.verdict.definition or None),
        OwnChange.SOFTWARE: (then.software, today.software),
        OwnChange.SETTINGS: (then.settings, today.settings),
        OwnChange.VANTAGE: (then.vantage, today.vantage),
    }
    return tuple(
        what for what, (one, other) in sides.items() if one is not None and other is not None and one != other
    )


def _of_status(kind: ChangeKind, before: Told, now: Told, past: Past) -> Change:
    """A change from one decided state to another."""
    finding = _join(past, now)
    if not finding.carries:
        return _weak(kind, before, now, _thin(finding))
    if not past.carries:
        return _weak(kind, before, now, f"before, {_thin(past.findings[0])}")
    changed = find_own_changes(before, now)
    doubt = f"{' and '.join(_WORDS[one] for one in changed)} changed as well" if changed else None
    return _change(kind, before, now, carried=True, also_changed=changed, doubt=doubt)


def _join(past: Past, now: Told) -> Finding:
    """What a verdict says, with the runs just before it that said so, too, where that did not suffice."""
    finding = Finding(now)
    recent = past.findings[0] if past.findings else None
    if recent is not None and recent.status is finding.status and not recent.carries:
        finding.agreeing += recent.agreeing
    return finding


def _of_measuring(newest: Told, before: Told, now: Told) -> Change | None:
    """What became of a pair that is not decided on both sides, or says the same on both."""
    was, state, status = newest.verdict.status, before.verdict.status, now.verdict.status
    if (was is Status.UNMEASURED) is not (status is Status.UNMEASURED):
        lost = status is Status.UNMEASURED
        return _plain(ChangeKind.BECAME_UNMEASURED if lost else ChangeKind.MEASURED_AGAIN, newest, now)
    if status is Status.INCONCLUSIVE and was is not Status.INCONCLUSIVE:
        return _weak(ChangeKind.UNDECIDED, before, now, "it is inconclusive now")
    if status in DECIDED and state is Status.INCONCLUSIVE:
        return _weak(ChangeKind.DECIDED, before, now, "it was inconclusive before")
    return None


def _thin(finding: Finding) -> str:
    number = finding.agreeing
    answers = f"{number} answer agrees" if number == 1 else f"{number} answers agree"
    return f"{answers} that it is {finding.status}, and none proves it"


def _weak(kind: ChangeKind, before: Told, now: Told, doubt: str) -> Change:
    return _change(kind, before, now, carried=False, also_changed=find_own_changes(before, now), doubt=doubt)


def _plain(kind: ChangeKind, before: Told | None, now: Told | None) -> Change:
    """One that says nothing of censorship."""
    changed = () if before is None or now is None else find_own_changes(before, now)
    return _change(kind, before, now, carried=None, also_changed=changed, doubt=None)


def _change(
    kind: ChangeKind,
    before: Told | None,
    now: Told | None,
    *,
    carried: bool | None,
    also_changed: tuple[OwnChange, ...],
    doubt: str | None,
) -> Change:
    shown = now or before
    assert shown is not None
    return Change(
        id=shown.verdict.id,
        keyword=shown.verdict.keyword,
        components=shown.verdict.components,
        endpoint=shown.verdict.endpoint,
        kind=kind,
        carried=carried,
        also_changed=also_changed,
        news=carried is True and not also_changed,
        doubt=doubt,
        before=None if before is None else before.verdict,
        after=None if now is None else now.verdict,
    )


def _proves(verdict: Verdict) -> bool:
    """`ok` is never said without normal answers that outweigh all else; `confirmed` takes the platform's own word."""
    return verdict.status is Status.OK or verdict.certainty is Certainty.CONFIRMED
