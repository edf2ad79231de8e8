"""Tally: what a table needs to know of the verdicts, kept small however many millions of them come.

A keyword costs one dictionary entry with two bits an endpoint. Only findings (`blocked`, `filtered`, `inconclusive`)
are kept with their words; what is `ok` or `unmeasured` is counted, unless everything is to be listed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from probe.model.observation import Mechanism
from probe.model.verdict import Certainty, Status, Verdict

FINDINGS = frozenset({Status.BLOCKED, Status.FILTERED, Status.INCONCLUSIVE})
_OK, _UNMEASURED, _FINDING = 1, 2, 3
_MARKS = {Status.OK: _OK, Status.UNMEASURED: _UNMEASURED}
_MOST_REASONS = 100
"""Different reasons kept for one endpoint; the rest are counted together."""
_MOST_TEXT = 300
"""Characters kept of a reason or gloss: no table shows more."""


class Finding(NamedTuple):
    """What is kept of one verdict."""

    status: Status
    certainty: Certainty | None = None
    mechanism: Mechanism | None = None
    reason: str = ""


class Row(NamedTuple):
    """One keyword of a table."""

    keyword: str
    gloss: str
    category: str
    findings: dict[str, Finding]
    """By endpoint; one that has no verdict is missing."""


@dataclass(kw_only=True)
class EndpointTally:
    """The sums of one endpoint."""

    place: int
    """Its number, in the order in which endpoints were first heard of."""
    statuses: Counter[Status] = field(default_factory=Counter)
    unmeasured: Counter[str] = field(default_factory=Counter)
    """Reason: how many keywords could not be measured for it."""
    inconclusive: Counter[str] = field(default_factory=Counter)
    """Reason: how many keywords are undecided for it."""
    unnamed: int = 0
    """Keywords of both kinds with further reasons, too many to keep."""

    @property
    def silent_reason(self) -> str | None:
        """The one reason for which nothing at all could be measured; None where there is no such."""
        alone = len(self.unmeasured) == 1 and self.unmeasured.total() == self.statuses.total()
        return next(iter(self.unmeasured)) if alone else None


class Tally:
    """Takes verdicts in any order; a keyword's come at different times from different endpoints."""

    def __init__(self, *, keep_all: bool) -> None:
        self.endpoints: dict[str, EndpointTally] = {}
        self.statuses: Counter[Status] = Counter()
        self.first: list[Verdict] = []
        """The verdicts in full while all are of one keyword; empty from the second keyword on."""
        self._keep_all = keep_all
        self._marks: dict[str, int] = {}
        self._kept: dict[str, tuple[str, str, dict[int, Finding]]] = {}
        self._same: dict[Finding, Finding] = {}

    @property
    def keywords(self) -> int:
        """How many different keywords have a verdict."""
        return len(self._marks)

    def add(self, verdict: Verdict) -> None:
        """Count a verdict, and keep what of it may be shown."""
        endpoint = self._endpoint(verdict.endpoint)
        endpoint.statuses[verdict.status] += 1
        self.statuses[verdict.status] += 1
        reasons = {Status.UNMEASURED: endpoint.unmeasured, Status.INCONCLUSIVE: endpoint.inconclusive}
        if verdict.status in reasons:
            self._count_reason(endpoint, reasons[verdict.status], verdict.reason[:_MOST_TEXT])
        mark = _MARKS.get(verdict.status, _FINDING)
        self._marks[verdict.keyword] = self._marks.get(verdict.keyword, 0) | mark << 2 * endpoint.place
        if self._keep_all or mark == _FINDING:
            self._keep(verdict, endpoint.place)
        if len(self._marks) == 1:
            self.first.append(verdict)
        elif self.first:
            self.first = []

    def rows(self, *, everything: bool = False) -> Iterator[Row]:
        """Keywords with a finding, or all of them, in the order in which they were first heard of."""
        places = {endpoint.place: name for name, endpoint in self.endpoints.items()}
        for keyword, marks in self._marks.items():
            gloss, category, kept = self._kept.get(keyword, ("", "", {}))
            if not everything and not any(one.status in FINDINGS for one in kept.values()):
                continue
            findings = {
                name: finding
                for place, name in places.items()
                if (finding := kept.get(place) or _BARE.get(marks >> 2 * place & 3)) is not None
            }
            yield Row(keyword, gloss, category, findings)

    def count_ok(self, endpoints: Collection[str]) -> int:
        """How many keywords are `ok` at all of these endpoints."""
        wanted = sum(_OK << 2 * self.endpoints[name].place for name in endpoints)
        asked = sum(3 << 2 * self.endpoints[name].place for name in endpoints)
        return sum(marks & asked == wanted for marks in self._marks.values()) if wanted else 0

    def _endpoint(self, name: str) -> EndpointTally:
        if name not in self.endpoints:
            self.endpoints[name] = EndpointTally(place=len(self.endpoints))
        return self.endpoints[name]

    def _keep(self, verdict: Verdict, place: int) -> None:
        finding = Finding(verdict.status, verdict.certainty, verdict.mechanism, verdict.reason[:_MOST_TEXT])
        _, _, findings = self._kept.setdefault(
            verdict.keyword,
            ((verdict.gloss or "")[:_MOST_TEXT], (verdict.category or "")[:_MOST_TEXT], {}),
        )
        findings[place] = self._same.setdefault(finding, finding)

    def _count_reason(self, endpoint: EndpointTally, reasons: Counter[str], reason: str) -> None:
        if reason in reasons or len(reasons) < _MOST_REASONS:
            reasons[reason] += 1
        else:
            endpoint.unnamed += 1


_BARE = {_OK: Finding(Status.OK), _UNMEASURED: Finding(Status.UNMEASURED)}
