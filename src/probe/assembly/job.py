"""Job: what to ask, where and how; and what is written down of it before it begins."""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, Protocol

from probe import __version__
from probe.assembly.baseline import Baseline
from probe.events import Listener
from probe.keeping.keeper import Keeper, Unkept
from probe.keeping.ledger import EndpointEnd
from probe.model.definition import Endpoint
from probe.model.exchange import Exchange, digest
from probe.model.keyword import Keyword
from probe.model.record import Answer, Command, DefinitionRecord, RunRecord
from probe.model.run import ListUse, Vantage
from probe.model.verdict import Status, Verdict
from probe.sending.pacing import Clock


class Keywords(Protocol):
    """What to ask: countable before, and streamed anew for each endpoint (`probe.inputs.keywords`)."""

    @property
    def count(self) -> int: ...
    @property
    def lists(self) -> Sequence[ListUse]: ...
    def __iter__(self) -> Iterator[Keyword]: ...


@dataclass(frozen=True, kw_only=True)
class Isolate:
    """That parts of what is censored are asked about, and how."""

    every: bool = False
    """Every trigger, not only one."""
    separator: str | None = None
    """What to put between parts; None for what the definition puts between the components of a keyword."""


Earlier = Mapping[tuple[str, ...], tuple[Status, str | None]]
"""What the last run knew of keywords, by their components: the status, and the category."""


@dataclass(frozen=True, kw_only=True)
class Pooled:
    """Whether and how keywords are asked many at a time."""

    mode: Literal["auto", "on", "off"] = "auto"
    """Auto: where the definition allows it and no account is at stake."""
    combinations: bool = False
    """Whether it is found out which keywords are censored only together."""
    monitor: bool = False
    """Whether what the last run knew of a keyword says how it is asked."""
    earlier: Callable[[str], Earlier] = lambda name: {}
    """By endpoint: what the last run knew."""
    turn: Callable[[str], int] = lambda name: 0
    """By endpoint: how many runs there were before. Of what was only pooled, that whose turn it is is asked alone."""
    within: int = 60
    """Runs within which each has its turn."""


@dataclass(frozen=True, kw_only=True)
class Compare:
    """That the verdicts are compared with earlier ones, and how."""

    baseline: Baseline
    confirm: bool = False
    """Whether keywords of which the change is not carried are asked once more."""
    fail_on: Collection[str] = ()
    """Conditions on changes: kinds, or `changed`."""


@dataclass(frozen=True, kw_only=True)
class Job:
    """What to ask, where and how."""

    endpoints: Sequence[Endpoint]
    keywords: Keywords
    fail_on: Collection[Status] = ()
    vantage: Vantage = field(default_factory=Vantage)
    proxy: str | None = None
    secrets: Mapping[str, str] = field(default_factory=dict)
    budget: int | None = None
    """Questions to ask at most, controls included."""
    max_time: float | None = None
    """Seconds of the clock after which no further keyword is asked."""
    pooled: Pooled = field(default_factory=lambda: Pooled(mode="off"))
    isolate: Isolate | None = None
    """Whether to find out what triggers in keywords that are censored."""
    compare: Compare | None = None
    """What to compare with."""
    keeper: Keeper = field(default_factory=Unkept)
    is_kept: bool = False
    """Whether the run can go on later."""
    heard: Callable[[Verdict], Sequence[tuple[Answer, Exchange | None]]] = lambda verdict: ()
    """The answers about the keyword of a verdict, with what is kept of their exchanges."""
    resumes: RunRecord | None = None
    """The run that is continued; what it knows is asked of the keeper."""
    left: Mapping[str, int] | None = None
    """For a run that goes on: how many keywords are left to ask, by endpoint."""
    finished: Sequence[EndpointEnd] = ()
    """Endpoints of it that are asked no more, as nothing is left, with how they came out."""
    ended: float | None = None
    """When that session ended, in seconds since 1970: where nothing at all is left, the run ended then."""
    told: Callable[[], Iterable[Verdict]] = tuple
    """The verdicts that are known of those."""
    run: str | None = None
    """Id of the run; made up where none is given."""
    started: float | None = None
    """Seconds since 1970-01-01 UTC; now where it is not given."""
    clock: Clock = field(default_factory=Clock)
    chance: random.Random = field(default_factory=random.SystemRandom)
    displays: Sequence[Listener] = ()
    results: Sequence[Listener] = ()
    """Listeners whose failure ends the run."""
    on_broken_display: Callable[[Exception], None] = lambda error: None


def new_run_id(job: Job) -> str:
    """An id that no other run has."""
    moment = str(job.clock.wall())
    return digest(moment, str(job.chance.random()), *(one.name for one in job.endpoints))


def describe_run(job: Job, run: str, command: Command) -> RunRecord:
    """The head of a run, to be kept before anything is asked."""
    return RunRecord(
        id=run,
        started=job.clock.wall(),
        version=__version__,
        vantage=job.vantage,
        command=command,
        keywords=job.keywords.count,
        lists=tuple(job.keywords.lists),
        definitions=tuple(
            DefinitionRecord(
                name=one.name,
                sha256=one.digest,
                place=one.place,
                text=one.text,
                values=one.values,
                is_reference=one not in job.endpoints,
            )
            for one in all_endpoints(job)
        ),
    )


def unfinished(job: Job) -> Job:
    """The job without the endpoints that are asked no more."""
    names = {one.name for one in job.finished}
    return replace(job, endpoints=[one for one in job.endpoints if one.name not in names])


def all_endpoints(job: Job) -> Iterator[Endpoint]:
    """Those of the job, then the references that they need and that are not among them."""
    yield from job.endpoints
    names = {one.name for one in job.endpoints}
    for endpoint in job.endpoints:
        if endpoint.reference is not None and endpoint.reference.name not in names:
            names.add(endpoint.reference.name)
            yield endpoint.reference
