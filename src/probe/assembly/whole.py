"""The parts of a whole run: all endpoints, the hosts that they share, what limits them together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from urllib.parse import urlsplit

import msgspec

from probe import __version__
from probe.assembly.comparing import Comparing
from probe.assembly.job import Job, all_endpoints, new_run_id, unfinished
from probe.assembly.lane import Shared, assemble_lane, opening
from probe.assembly.pools import hit_cost, may_pool
from probe.errors import ExitCode, WrongUse
from probe.events import Announcer, LeftList, Listener, Planned, PlannedEndpoint
from probe.inputs.definitions.one_off import ONE_OFF
from probe.inputs.definitions.slots import templates
from probe.inputs.endpoints import host_of
from probe.judging.condition import exit_code
from probe.judging.rates import Rates
from probe.keeping.ledger import EndpointEnd, Ledger, is_trusted
from probe.model.change import Background
from probe.model.definition import Definition, Endpoint, Limits
from probe.model.run import RunCounts
from probe.model.verdict import Status
from probe.planning.allowance import Allowance, Questions, Span
from probe.planning.estimate import estimate, isolating, pooling
from probe.planning.passage import split_characters
from probe.run import Parts
from probe.sending.engine import Engine
from probe.sending.pacing import Host, Pace
from probe.sending.request import CannotRender, RequestWriter

USUAL_LENGTH = 10
"""Characters of a keyword, where it is said what asking about its parts would cost."""


def plan(job: Job) -> Planned:
    """What would be asked, without asking. Raises WrongUse where an endpoint could not be asked at all."""
    for endpoint in all_endpoints(unfinished(job)):
        if endpoint.definition.request.url:
            _try_writing(endpoint, job)
    return Planned(
        run=job.run or new_run_id(job),
        keywords=job.keywords.count,
        endpoints=tuple(_estimate(endpoint, job) for endpoint in job.endpoints),
    )


def assemble(job: Job) -> Parts:
    """All parts of a run. Nothing is sent yet. Raises WrongUse as `plan` does."""
    planned = plan(job)
    comparing, backgrounds = _comparing(job), _backgrounds(job)
    job = unfinished(job)
    started = job.clock.wall() if job.started is None else job.started
    ledger = Ledger(run=planned.run, started=started, vantage=job.vantage, lists=job.keywords.lists)
    announce: Listener = Announcer(job.displays, must_hear=job.results, on_broken=job.on_broken_display)
    tell = announce
    if comparing is not None:
        announce = comparing.listen(tell, backgrounds)
    shared = Shared(
        hosts=_hosts(job),
        allowances=_allowances(job),
        daily=_daily(job),
        ledger=ledger,
        announce=announce,
        comparing=comparing if job.compare is not None and job.compare.confirm else None,
    )
    deadlines = [endpoint.definition.limits.deadline for endpoint in job.endpoints]
    return Parts(
        planned=planned,
        lanes=[assemble_lane(job, endpoint, shared) for endpoint in job.endpoints],
        engine=Engine(job.clock, announce, proxy=job.proxy),
        clock=job.clock,
        ledger=ledger,
        announce=announce,
        keeper=job.keeper,
        exit_code=partial(
            _exit_code,
            fail_on=frozenset(job.fail_on),
            is_met=lambda: comparing is not None and comparing.is_met,
        ),
        finished=job.finished,
        ended=None if job.endpoints else job.ended,
        told=job.told,
        compare=lambda: (
            None if comparing is None else comparing.finish(lambda change: tell(LeftList(change=change)))
        ),
        most_seconds=None if job.max_time is None else job.max_time + 3 * max(deadlines, default=0),
    )


def _comparing(job: Job) -> Comparing | None:
    """What compares verdicts with earlier ones, where that is wanted."""
    if job.compare is None:
        return None
    return Comparing(
        job.compare.baseline,
        [one.name for one in job.endpoints],
        keywords=lambda: (keyword.components for keyword in job.keywords),
        conditions=job.compare.fail_on,
    )


def _backgrounds(job: Job) -> dict[str, Background]:
    """What its verdicts come from, by endpoint."""
    return {
        one.name: Background(software=__version__, vantage=job.vantage, settings=one.values)
        for one in job.endpoints
    }


def _hosts(job: Job) -> dict[str, Host]:
    """One gate a host and port. Endpoints that share one share the slowest pace and the most places among them."""
    limits: dict[str, list[Limits]] = {}
    for endpoint in all_endpoints(job):
        limits.setdefault(host_of(endpoint)[0], []).append(endpoint.definition.limits)
    hosts = {}
    for name, all_limits in limits.items():
        rates = [one.rate for one in all_limits if one.rate is not None]
        hosts[name] = Host(
            Pace(min(rates, default=None), max(one.jitter for one in all_limits), job.chance.random),
            max(one.concurrency for one in all_limits),
            job.clock,
            resting=job.keeper.resting(name),
            on_rest=partial(job.keeper.rest, name),
        )
    return hosts


def _allowances(job: Job) -> list[Allowance]:
    """What ends the whole run early."""
    allowances: list[Allowance] = []
    if job.budget is not None:
        allowances.append(Questions(job.budget, f"the budget of {job.budget:,} questions is spent"))
    if job.max_time is not None:
        allowances.append(
            Span(job.max_time, f"the time of {job.max_time:,.0f} seconds is over", job.clock.now)
        )
    return allowances


def _daily(job: Job) -> dict[str, list[Allowance]]:
    """What each host allows a day: the least that a definition of it says, minus what all runs of the store asked today."""
    most: dict[str, int] = {}
    for endpoint in all_endpoints(job):
        number, host = endpoint.definition.limits.per_day, host_of(endpoint)[0]
        if number is not None:
            most[host] = min(number, most.get(host, number))
    return {
        host: [
            Questions(
                max(0, number - job.keeper.asked_today(host)),
                f"the {number:,} questions a day that {host} allows are spent",
            )
        ]
        for host, number in most.items()
    }


def _count_left(endpoint: Endpoint, job: Job) -> int:
    """Keywords that are to be asked."""
    return job.keywords.count if job.left is None else job.left[endpoint.name]


def _estimate(endpoint: Endpoint, job: Job) -> PlannedEndpoint:
    """What is left will cost; an address that the command line names has no definition that could be unverified."""
    definition = endpoint.definition
    planned = estimate(
        endpoint,
        _count_left(endpoint, job),
        host_of(endpoint),
        opening=opening(definition),
        trigger=Rates(definition).trigger,
    )
    if may_pool(definition, job.pooled):
        estimated = pooling(planned, _count_left(endpoint, job), hit_cost(definition), definition.limits)
        planned = msgspec.structs.replace(planned, pooled=estimated)
    if job.isolate is not None:
        planned = msgspec.structs.replace(planned, isolating=_estimate_isolating(definition, job))
    return msgspec.structs.replace(planned, unverified=False) if endpoint.place == ONE_OFF else planned


def _estimate_isolating(definition: Definition, job: Job) -> tuple[int, int]:
    """Questions about parts of one keyword: of the only one, or of one that is as long as most."""
    texts = [definition.join.join(one.components) for one in job.keywords] if job.keywords.count == 1 else []
    characters = len(split_characters(texts[0])) if texts else USUAL_LENGTH
    return isolating(characters, Rates(definition).trigger, definition.deciding.error_rate), characters


def _try_writing(endpoint: Endpoint, job: Job) -> None:
    """Find out now, not in the middle of the run, that a secret is missing."""
    definition = endpoint.definition
    stand_ins = {name: "1" for step in definition.session for name in step.take}
    if definition.message is not None:
        stand_ins |= dict.fromkeys(("id", *definition.message.take), "1")
    for _, template in templates(definition):
        try:
            writer = RequestWriter(endpoint, job.secrets, template)
            url = writer.write("probe", now=job.clock.wall(), session=stand_ins).url
        except CannotRender as error:
            raise WrongUse(f"{endpoint.name}: {error}") from None
        if urlsplit(url).scheme not in ("http", "https"):
            raise WrongUse(f"{endpoint.name}: {url[:80]} is not an http or https address")


def _exit_code(
    counts: RunCounts,
    ends: Sequence[EndpointEnd],
    stopped: bool,
    *,
    fail_on: frozenset[Status],
    is_met: Callable[[], bool],
) -> ExitCode:
    trusted = any(map(is_trusted, ends))
    return exit_code(counts, fail_on=fail_on, trusted=trusted, stopped=stopped, changed=is_met())
