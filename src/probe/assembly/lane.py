"""The parts of one endpoint in a run: what plans for it, looks at its answers, keeps and judges them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from probe.assembly.comparing import Comparing
from probe.assembly.concluding import Concluding
from probe.assembly.confirmations import Confirmations
from probe.assembly.isolations import Isolations
from probe.assembly.job import Job
from probe.assembly.judge import CENSORED, Judge
from probe.assembly.late import Late
from probe.assembly.place import build_place
from probe.assembly.pools import assemble_pools, explain_one_by_one, may_pool, reckon_cost
from probe.assembly.recalled import (
    Vouched,
    count_attempts,
    read_answers,
    read_vouched,
    recall_keyword,
    recall_pools,
)
from probe.errors import WrongUse
from probe.events import Listener
from probe.inputs.endpoints import host_of
from probe.inputs.keywords import benign_words
from probe.judging.calibration import ENOUGH
from probe.keeping.keeper import Keeper
from probe.keeping.ledger import Ledger
from probe.model.definition import Definition, Endpoint, Limits, Reckoned
from probe.model.exchange import Exchange, Purpose, Question
from probe.model.keyword import Keyword
from probe.model.observation import Observation, Outcome
from probe.model.record import Answer
from probe.model.rule import Results, Rule
from probe.model.run import Cost
from probe.planning.allowance import Allowance
from probe.planning.controls import ControlledPlanner
from probe.planning.inner import InnerPlanner
from probe.planning.plan import KeywordPlanner, Known
from probe.planning.pooled_plan import PooledPlanner
from probe.planning.schedule import Schedule, compares
from probe.planning.words import fresh_words, nonsense_words
from probe.run import AssembledLane
from probe.sending.clean_up import CleaningUp, describe_left
from probe.sending.engine import Lane
from probe.sending.pacing import Host
from probe.sending.request import RequestWriter


@dataclass(frozen=True, kw_only=True)
class Shared:
    """What the endpoints of a run have in common."""

    hosts: Mapping[str, Host]
    """By `host:port`."""
    allowances: Sequence[Allowance]
    """What ends the whole run."""
    daily: Mapping[str, Sequence[Allowance]]
    """What ends the day for a `host:port`."""
    ledger: Ledger
    announce: Listener
    comparing: Comparing | None = None
    """Where keywords of which a change is not carried are asked once more: what says which."""
    known: set[str] = field(default_factory=set)
    """Each `host:port` that has served something in this run, or was left alone when it began: only of such a one a cut
    connection may be a residual block."""


def assemble_lane(job: Job, endpoint: Endpoint, shared: Shared) -> AssembledLane:
    """One endpoint, ready to be asked."""
    definition = endpoint.definition
    judge = Judge(endpoint)
    place = build_place(job, endpoint, shared.hosts, judge)
    known = list(job.keeper.controls(endpoint)) if job.resumes is not None else []
    schedule = _schedule(job, definition, judge, place.writer, known)
    host = host_of(endpoint)[0]
    vouched = read_vouched(known)
    keywords = _keyword_planner(job, judge, place.writer, vouched)
    confirmations = None if shared.comparing is None else Confirmations(judge, keywords, shared.comparing)
    inner = keywords if confirmations is None else confirmations.planner
    isolations = _isolations(job, judge, inner, place.writer, vouched)
    planner = ControlledPlanner(
        endpoint,
        inner if isolations is None else isolations.planner,
        schedule,
        opening=opening(definition),
        allowances=[*shared.allowances, *shared.daily.get(host, ())],
        on_void=partial(job.keeper.void, endpoint),
        is_known=lambda: host in shared.known,
        doubt=lambda: judge.doubt,
    )
    if job.resumes is not None:
        _recall_censorship(job, judge, planner)
    resting = job.keeper.resting(host)
    if resting > 0 or schedule.counts.passed:
        shared.known.add(host)
    late = Late(
        endpoint.name,
        judge.observe,
        partial(_keep, job.keeper, endpoint, shared.known),
        partial(job.keeper.void, endpoint),
    )
    concluding = Concluding(
        judge=judge,
        planner=planner,
        keeper=job.keeper,
        ledger=shared.ledger,
        announce=shared.announce,
        late=late,
        isolations=isolations,
        confirmations=confirmations,
    )
    lane = Lane(
        place=place,
        reference=None
        if endpoint.reference is None
        else build_place(job, endpoint.reference, shared.hosts, judge, is_reference=True),
        planner=planner,
        keep=partial(_keep, job.keeper, endpoint, shared.known),
        settle=concluding.settle,
        arrived=late.arrived,
        settle_late=concluding.settle_late,
        asked=job.keeper.questions(endpoint) if job.resumes is not None else 0,
    )
    return AssembledLane(
        lane=lane,
        planner=planner,
        resting=resting,
        notes=partial(_notes, judge, keywords, place.cleaning),
        inferred=partial(_inferred, judge),
        break_off=concluding.break_off,
        unfinished=lambda: concluding.unfinished,
        cost=partial(_cost, keywords, judge),
    )


def _keyword_planner(job: Job, judge: Judge, writer: RequestWriter, vouched: Vouched) -> KeywordPlanner:
    """What asks keywords: many at a time where that is allowed, else one by one."""
    endpoint, definition = judge.endpoint, judge.endpoint.definition
    refuse = partial(_refusal, writer, definition.limits)
    recall = _nothing if job.resumes is None else partial(recall_keyword, job.keeper, endpoint, vouched)
    if not may_pool(definition, job.pooled):
        return KeywordPlanner(endpoint, job.keywords, judge.decide, refuse, recall)
    pools = assemble_pools(
        judge,
        job.pooled,
        benign=_benign(definition, writer),
        passed=() if job.resumes is None else recall_pools(job.keeper, endpoint, vouched, job.keywords),
        attempts={} if job.resumes is None else count_attempts(job.keeper, endpoint),
    )
    return PooledPlanner(endpoint, iter(job.keywords), judge.decide, pools, refuse, recall)


def _nothing(keyword: Keyword) -> Known | None:
    return None


def _isolations(
    job: Job, judge: Judge, keywords: InnerPlanner, writer: RequestWriter, vouched: Vouched
) -> Isolations | None:
    """What asks about parts of keywords, where that is wanted."""
    endpoint = judge.endpoint
    if job.isolate is None:
        return None
    return Isolations(
        judge,
        keywords,
        job.isolate,
        benign=_benign(endpoint.definition, writer),
        may_send=lambda text: _refusal(writer, endpoint.definition.limits, text) is None,
        recall=lambda pieces: (
            None if job.resumes is None else read_answers(job.keeper, endpoint, vouched, pieces, is_part=True)
        ),
    )


def _cost(keywords: KeywordPlanner, judge: Judge) -> Cost | None:
    """What pooling took, where there were pools."""
    if not isinstance(keywords, PooledPlanner) or not keywords.is_pooling:
        return None
    return reckon_cost(keywords.spent, judge)


def _notes(judge: Judge, keywords: KeywordPlanner, cleaning: CleaningUp | None) -> list[str]:
    left = None if cleaning is None else describe_left(cleaning.poster.posts.left())
    alone = (
        explain_one_by_one(keywords.pools, keywords.spent) if isinstance(keywords, PooledPlanner) else None
    )
    return [*judge.notes(), *(note for note in (alone, left) if note is not None)]


def opening(definition: Definition) -> int:
    """Benign controls before the first keyword: more where a normal answer is one like theirs."""
    return ENOUGH if compares(definition) else 1


def _benign(definition: Definition, writer: RequestWriter) -> list[str]:
    """The benign words that can be sent in the endpoint's encoding. Raises WrongUse where none can."""
    words = definition.controls.benign or benign_words()
    usable = [word for word in words if writer.refusal(word) is None]
    if not usable:
        raise WrongUse(f"{definition.name}: none of its benign words can be sent: {writer.refusal(words[0])}")
    return usable


def _schedule(
    job: Job, definition: Definition, judge: Judge, writer: RequestWriter, known: Sequence[Answer]
) -> Schedule:
    schedule = Schedule(
        judge.endpoint.name,
        definition,
        fresh_words(_benign(definition, writer), job.chance.shuffle),
        nonsense_words(job.chance.choice),
        keywords=job.keywords.count,
        asked=max((answer.question.attempt for answer in known), default=0),
    )
    for answer in known:
        schedule.learn(answer.question, answer.observation)
        judge.learn(answer.question, answer.observation)
    return schedule


def _recall_censorship(job: Job, judge: Judge, planner: ControlledPlanner) -> None:
    """What earlier sessions found censored by a cut connection: where only what the run saw is reckoned with, it counts from
    the first keyword on, wherever in the list it was."""
    definition = judge.endpoint.definition
    if definition.deciding.mechanisms is not Reckoned.SEEN or not definition.reads_cuts:
        return
    for keyword in job.keywords:
        verdict = job.keeper.verdict(judge.endpoint, keyword.components)
        if verdict is not None and verdict.status in CENSORED:
            judge.recall(verdict)
            planner.saw_censorship()


def _keep(
    keeper: Keeper,
    endpoint: Endpoint,
    known: set[str],
    question: Question,
    exchange: Exchange,
    observation: Observation,
) -> None:
    asked = endpoint
    if question.purpose is Purpose.REFERENCE and endpoint.reference is not None:
        asked = endpoint.reference
    host = host_of(asked)[0]
    if observation.outcome is Outcome.SERVED:
        known.add(host)
    keeper.keep(endpoint, question, exchange, observation, host=host)


def _inferred(judge: Judge) -> tuple[Sequence[Rule], Results, int]:
    observer = judge.observer
    return observer.inferred(), observer.inferred_results(), observer.answers


def _refusal(writer: RequestWriter, limits: Limits, text: str) -> str | None:
    """Why a text cannot be asked at this endpoint, or None."""
    if len(text) > limits.max_text:
        return f"longer than the {limits.max_text} characters that the endpoint takes"
    return writer.refusal(text)
