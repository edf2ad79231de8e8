"""Place: where an endpoint is asked, with all that asking takes: its requests, its session, its messages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from probe.assembly.job import Job
from probe.assembly.judge import Judge, open_observer
from probe.inputs.endpoints import host_of
from probe.judging.observation import Observer
from probe.keeping.keeper import Keeper
from probe.model.definition import Endpoint
from probe.model.exchange import Exchange, Question
from probe.model.observation import Observation
from probe.model.post import Post
from probe.sending.clean_up import CleaningUp
from probe.sending.engine import Place, reads_fresh
from probe.sending.local_list import list_reader
from probe.sending.pacing import Host
from probe.sending.poster import Poster
from probe.sending.request import RequestWriter
from probe.sending.session import Session


@dataclass(frozen=True)
class _Posts:
    """The messages of one endpoint, kept by the run's keeper."""

    keeper: Keeper
    endpoint: Endpoint

    def keep(self, post: Post) -> None:
        self.keeper.post(self.endpoint, post)

    def left(self) -> Sequence[Post]:
        return self.keeper.posts(self.endpoint)


def _cleaning(job: Job, endpoint: Endpoint, writer: RequestWriter) -> CleaningUp | None:
    """For messages: who sends them and takes them away."""
    message = endpoint.definition.message
    if message is None:
        return None
    poster = Poster(endpoint, writer, job.secrets, job.clock, _Posts(job.keeper, endpoint))
    clean_up = message.clean_up
    return CleaningUp(
        poster, None if clean_up is None else RequestWriter(endpoint, job.secrets, clean_up.request)
    )


def build_place(
    job: Job, endpoint: Endpoint, hosts: Mapping[str, Host], judge: Judge, *, is_reference: bool = False
) -> Place:
    """One endpoint as a place to ask; `hosts` by `host:port`. As a reference it is looked at by its own rules."""
    writer = RequestWriter(endpoint, job.secrets)
    return Place(
        endpoint=endpoint,
        observe=partial(_observe_reference, judge, open_observer(endpoint.definition))
        if is_reference
        else judge.observe,
        writer=writer,
        host=hosts[host_of(endpoint)[0]],
        fresh=reads_fresh(endpoint),
        session=Session(endpoint, job.secrets, job.clock, job.keeper.hide)
        if endpoint.definition.session
        else None,
        cleaning=_cleaning(job, endpoint, writer),
        look_up=list_reader(endpoint),
    )


def _observe_reference(
    judge: Judge, observer: Observer, question: Question, exchange: Exchange
) -> Observation:
    observation = observer.observe(question, exchange)
    judge.learn(question, observation)
    return observation
