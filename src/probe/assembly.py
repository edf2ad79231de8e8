"""The one place that puts the parts together. The command line and the tests call it."""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol
from urllib.parse import urlsplit

import msgspec

from probe.errors import ExitCode, WrongUse
from probe.events import Announcer, Listener, Planned, PlannedEndpoint
from probe.inputs.endpoints import host_of
from probe.inputs.keywords import benign_words
from probe.judging.calibration import ENOUGH
from probe.judging.condition import exit_code
from probe.judging.decision import Next, decide, needed_tries
from probe.judging.observation import Observer
from probe.judging.verdict import conclude
from probe.keeping.ledger import EndpointEnd, Ledger, is_trusted
from probe.model.definition import Definition, Endpoint, Example, Limits, When
from probe.model.exchange import Exchange, Purpose, Question, Request, Response, Stage, Step, digest
from probe.model.keyword import Keyword
from probe.model.observation import Observation
from probe.model.run import ListUse, RunCounts, Vantage
from probe.model.verdict import Status
from probe.planning.controls import ControlledPlanner, fresh_words
from probe.planning.plan import Case, KeywordPlanner, estimate, reads_cuts
from probe.run import AssembledLane, Parts, tell_verdict
from probe.sending.engine import Engine, Lane, reads_fresh
from probe.sending.pacing import Clock, Host, Pace
from probe.sending.request import CannotRender, RequestWriter


class Keywords(Protocol):
    """What to ask: countable before, and streamed anew for each endpoint (`probe.inputs.keywords`)."""

    @property
    def count(self) -> int: ...
    @property
    def lists(self) -> Sequence[ListUse]: ...
    def __iter__(self) -> Iterator[Keyword]: ...


@dataclass(frozen=True, kw_only=True)
class Job:
    """What to ask, where and how."""

    endpoints: Sequence[Endpoint]
    keywords: Keywords
    fail_on: Collection[Status] = ()
    vantage: Vantage = field(default_factory=Vantage)
    proxy: str | None = None
    secrets: Mapping[str, str] = field(default_factory=dict)
    clock: Clock = field(default_factory=Clock)
    chance: random.Random = field(default_factory=random.SystemRandom)
    displays: Sequence[Listener] = ()
    results: Sequence[Listener] = ()
    """Listeners whose failure ends the run."""
    on_broken_display: Callable[[Exception], None] = lambda error: None


def plan(job: Job) -> Planned:
    """What would be asked, without asking. Raises WrongUse where an endpoint could not be asked at all."""
    for endpoint in job.endpoints:
        _try_writing(endpoint, RequestWriter(endpoint, job.secrets))
    return Planned(
        run=_run_id(job),
        keywords=job.keywords.count,
        endpoints=tuple(_estimate(endpoint, job.keywords.count) for endpoint in job.endpoints),
    )


def assemble(job: Job) -> Parts:
    """All parts of a run. Nothing is sent yet. Raises WrongUse as `plan` does."""
    planned = plan(job)
    ledger = Ledger(run=planned.run, started=job.clock.wall(), vantage=job.vantage, lists=job.keywords.lists)
    announce = Announcer(job.displays, must_hear=job.results, on_broken=job.on_broken_display)
    hosts = _hosts(job)
    return Parts(
        planned=planned,
        lanes=[
            _lane(job, endpoint, hosts[host_of(endpoint)[0]], ledger, announce) for endpoint in job.endpoints
        ],
        engine=Engine(job.clock, announce, proxy=job.proxy),
        clock=job.clock,
        ledger=ledger,
        announce=announce,
        exit_code=partial(_exit_code, fail_on=frozenset(job.fail_on)),
    )


def _lane(job: Job, endpoint: Endpoint, host: Host, ledger: Ledger, announce: Listener) -> AssembledLane:
    definition = endpoint.definition
    writer = RequestWriter(endpoint, job.secrets)

    def decide_now(observations: Sequence[Observation]) -> Next:
        return decide(observations, retries=definition.limits.retries, tries=needed_tries(planner.controls))

    inner = KeywordPlanner(endpoint, job.keywords, decide_now, partial(_refusal, writer, definition.limits))
    words = definition.controls.benign or benign_words()
    planner = ControlledPlanner(
        endpoint,
        inner,
        fresh_words(words, job.chance.shuffle),
        opening=_opening(definition),
    )

    def settle(case: Case) -> None:
        verdict = conclude(
            case.keyword,
            endpoint,
            case.observations,
            run=ledger.run,
            void=case.void,
            why_not=case.why_not,
            controls=planner.controls,
            tries=needed_tries(planner.controls),
        )
        tell_verdict(verdict, ledger, announce)

    lane = Lane(
        endpoint=endpoint,
        planner=planner,
        observe=Observer(definition).observe,
        writer=writer,
        host=host,
        settle=settle,
        fresh=reads_fresh(endpoint, cuts=reads_cuts(definition)),
    )
    return AssembledLane(lane=lane, planner=planner)


def _hosts(job: Job) -> dict[str, Host]:
    """One gate a host and port. Endpoints that share one share the slowest pace and the most places among them."""
    limits: dict[str, list[Limits]] = {}
    for endpoint in job.endpoints:
        limits.setdefault(host_of(endpoint)[0], []).append(endpoint.definition.limits)
    hosts = {}
    for name, all_limits in limits.items():
        rates = [one.rate for one in all_limits if one.rate is not None]
        pace = Pace(min(rates, default=None), max(one.jitter for one in all_limits), job.chance.random)
        hosts[name] = Host(pace, max(one.concurrency for one in all_limits), job.clock)
    return hosts


def _estimate(endpoint: Endpoint, keywords: int) -> PlannedEndpoint:
    return estimate(endpoint, keywords, host_of(endpoint), opening=_opening(endpoint.definition))


def _opening(definition: Definition) -> int:
    """Controls before the first keyword: more where a normal answer is one like those of the controls."""
    return (
        ENOUGH if any(_compares(when) for rule in definition.rules for when in _conditions(rule.when)) else 1
    )


def _compares(when: When) -> bool:
    return when.like is not None or (when.not_ is not None and _compares(when.not_))


def _conditions(when: When | tuple[When, ...]) -> Iterable[When]:
    return when if isinstance(when, tuple) else (when,)


def _refusal(writer: RequestWriter, limits: Limits, text: str) -> str | None:
    """Why a text cannot be asked at this endpoint, or None."""
    if len(text) > limits.max_text:
        return f"longer than the {limits.max_text} characters that the endpoint takes"
    return writer.refusal(text)


def _try_writing(endpoint: Endpoint, writer: RequestWriter) -> None:
    """Find out now, not in the middle of the run, that a secret is missing."""
    try:
        url = writer.write("probe").url
    except CannotRender as error:
        raise WrongUse(f"{endpoint.name}: {error}") from None
    if urlsplit(url).scheme not in ("http", "https"):
        raise WrongUse(f"{endpoint.name}: {url[:80]} is not an http or https address")


def _run_id(job: Job) -> str:
    moment = str(job.clock.wall())
    return digest(moment, str(job.chance.random()), *(one.name for one in job.endpoints))


def _exit_code(
    counts: RunCounts, ends: Sequence[EndpointEnd], stopped: bool, *, fail_on: frozenset[Status]
) -> ExitCode:
    return exit_code(counts, fail_on=fail_on, trusted=any(map(is_trusted, ends)), stopped=stopped)


class Replayed(msgspec.Struct, frozen=True, kw_only=True):
    """One example of a definition, looked at by its own rules."""

    name: str
    expected: str
    got: str
    rule_expected: str | None
    rule_got: str | None
    reason: str

    @property
    def agrees(self) -> bool:
        return self.expected == self.got and self.rule_expected in (None, self.rule_got)


def replay_examples(endpoint: Endpoint) -> list[Replayed]:
    """What the rules of a definition say of its own examples; nothing is sent."""
    return [_replay(endpoint, example) for example in endpoint.definition.examples]


def _replay(endpoint: Endpoint, example: Example) -> Replayed:
    question = Question(
        endpoint=endpoint.name,
        purpose=Purpose.KEYWORD,
        components=(example.keyword,),
        text=example.keyword,
    )
    request = Request(method="GET", url="http://example.invalid/")
    if example.answer is not None:
        step = Step(request=request, response=_example_response(example))
    else:
        step = Step(request=request, failure=example.failure, stage=example.stage or Stage.READ)
    observation = Observer(endpoint.definition).observe(
        question, Exchange(steps=(step,), started=0.0, ended=0.0)
    )
    return Replayed(
        name=example.name,
        expected=example.outcome,
        got=observation.outcome,
        rule_expected=example.rule,
        rule_got=observation.rule,
        reason=observation.reason,
    )


def _example_response(example: Example) -> Response:
    answer = example.answer
    assert answer is not None
    headers = {name.lower(): value for name, value in answer.headers.items()}
    if answer.json_body is not None:
        headers.setdefault("content-type", "application/json")
        body = msgspec.json.encode(answer.json_body)
    else:
        body = (answer.body or "").encode()
    return Response(status=answer.status, headers=tuple(headers.items()), body=body)
