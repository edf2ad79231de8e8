"""Stored run: what the store says of a run at a glance, and the document of one that never came to its end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from probe.errors import ExitCode
from probe.model.exchange import Purpose
from probe.model.observation import Outcome
from probe.model.record import Answer, RunRecord
from probe.model.run import ControlCounts, EndpointUse, Run, RunCounts, Software
from probe.model.verdict import Status, write_time

BROKEN_OFF = "the program ended before the run did"
STILL_OPEN = "the run is still going on"


class StoredRun(msgspec.Struct, frozen=True, kw_only=True):
    """A run as it stands in the store."""

    record: RunRecord
    """With the definitions that are in use."""
    ended: str | None
    """RFC 3339, UTC; None where the program was killed, or is at work."""
    complete: bool
    statuses: Mapping[Status, int]
    """How many verdicts say what; every status is there."""
    answers: int
    """Questions answered, controls included."""
    is_open: bool
    """Whether a program is at work on it."""
    notes: tuple[str, ...] = ()
    """What there is to know of what was kept."""
    left: Mapping[str, int] = {}
    """How many messages are not gone, by the name of their endpoint; only endpoints that have any."""

    @property
    def id(self) -> str:
        return self.record.id

    @property
    def verdicts(self) -> int:
        return sum(self.statuses.values())

    @property
    def messages_left(self) -> int:
        """How many messages are not gone, as far as is known."""
        return sum(self.left.values())


class EndpointSums(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept of one endpoint of a run."""

    name: str
    definition: str
    questions: int
    controls: ControlCounts


def count_controls(answers: Iterable[Answer], truisms: int, references: int) -> ControlCounts:
    """How an endpoint's controls fared, by its answers to them; void ones do not count."""
    seen: Counter[tuple[Purpose, bool]] = Counter()
    for answer in answers:
        outcome = answer.observation.outcome
        purpose = answer.question.purpose
        good = outcome.is_hit if purpose is Purpose.CANARY else outcome is Outcome.SERVED
        # A canary that met a captcha was neither censored nor served.
        if not answer.void and (purpose is not Purpose.CANARY or outcome.is_evidence):
            seen[purpose, good] += 1
    return ControlCounts(
        passed=seen[Purpose.BENIGN, True],
        failed=seen[Purpose.BENIGN, False],
        nonsense=seen[Purpose.NONSENSE, True] + seen[Purpose.NONSENSE, False],
        canaries_hit=seen[Purpose.CANARY, True],
        canaries_served=seen[Purpose.CANARY, False],
        truisms=truisms,
        references=references,
    )


def unfinished_document(stored: StoredRun, sums: Sequence[EndpointSums]) -> Run:
    """The document of a run that nobody closed, from what is kept of it."""
    why = STILL_OPEN if stored.is_open else BROKEN_OFF
    uses = tuple(_use(one, why) for one in sums)
    return Run(
        id=stored.record.id,
        started=write_time(stored.record.started),
        ended=None,
        complete=False,
        ended_early=why,
        trusted=any(use.trusted for use in uses),
        exit_code=ExitCode.STOPPED,
        software=Software(version=stored.record.version),
        vantage=stored.record.vantage,
        lists=stored.record.lists,
        endpoints=uses,
        counts=RunCounts(
            keywords=stored.record.keywords,
            verdicts=stored.verdicts,
            **{status.value: stored.statuses[status] for status in Status},
            questions=sum(use.questions for use in uses),
            controls=sum(use.controls.asked for use in uses),
        ),
    )


def _use(sums: EndpointSums, why: str) -> EndpointUse:
    trusted = sums.controls.passed > 0
    return EndpointUse(
        name=sums.name,
        definition=sums.definition,
        trusted=trusted,
        reason=None if trusted else f"{why}, and no control was served before",
        controls=sums.controls,
        questions=sums.questions,
    )
