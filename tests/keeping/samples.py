"""Runs, answers and verdicts to keep, and short ways to keep them."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from probe.keeping.run_keeper import KeepExchanges, RunKeeper
from probe.keeping.store import Store
from probe.model.definition import Endpoint
from probe.model.exchange import Exchange, Purpose, Question
from probe.model.observation import Facts, Observation, Outcome, Weight
from probe.model.post import Post, PostState
from probe.model.record import Command, DefinitionRecord, RunRecord
from probe.model.run import ListUse, Run, RunCounts, Software, Vantage
from probe.model.verdict import Counts, Status, Verdict
from tests.builders import make_answer, make_definition

HOST = "h.example:80"
SHAPE = tuple(range(4_000_000_000, 4_000_000_064))


class Wall:
    """A clock on the wall that tests set."""

    def __init__(self, now: float = 1_700_000_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


def endpoint_called(
    name: str = "example", *, digest: str = "d" * 64, text: str = "name: example"
) -> Endpoint:
    return Endpoint(
        definition=make_definition(name=name),
        digest=digest,
        place=f"{name}.yaml",
        text=text,
        values={"base": "http://127.0.0.1:1"},
    )


def record_called(
    run: str = "abcdef0123456789", *, started: float = 1000.0, endpoints: tuple[Endpoint, ...] = ()
) -> RunRecord:
    return RunRecord(
        id=run,
        started=started,
        version="0.2",
        vantage=Vantage(label="here", country="ch"),
        command=Command(words=("谣言",), endpoints=("/etc/example.yaml",)),
        keywords=2,
        lists=(ListUse(name="rumor", sha256="e" * 64, keywords=2),),
        definitions=tuple(
            DefinitionRecord(
                name=one.name, sha256=one.digest, place=one.place, text=one.text, values=one.values
            )
            for one in endpoints or (endpoint_called(),)
        ),
    )


def begin(
    store: Store,
    run: str = "abcdef0123456789",
    *,
    started: float = 1000.0,
    keep_exchanges: KeepExchanges = "hits",
    secrets: Mapping[str, str] | None = None,
    endpoints: tuple[Endpoint, ...] = (),
) -> RunKeeper:
    record = record_called(run, started=started, endpoints=endpoints)
    return store.begin(record, keep_exchanges=keep_exchanges, secrets=secrets or {})


def question_about(
    *components: str, purpose: Purpose = Purpose.KEYWORD, attempt: int = 1, endpoint: str = "example"
) -> Question:
    return Question(
        endpoint=endpoint,
        purpose=purpose,
        components=components,
        text=" ".join(components),
        attempt=attempt,
    )


def observation_of(question: Question, outcome: Outcome = Outcome.SERVED) -> Observation:
    return Observation(
        question=question.id,
        purpose=question.purpose,
        outcome=outcome,
        rule="results",
        weight=Weight.DETERMINATE,
        reason="a normal answer",
        facts=Facts(status=200, length=12345, count=10, media_type="text/html", shape=SHAPE),
        started=1000.25,
        ended=1000.5,
    )


def keep(
    keeper: RunKeeper,
    question: Question,
    outcome: Outcome = Outcome.SERVED,
    *,
    endpoint: Endpoint | None = None,
    exchange: Exchange | None = None,
    host: str | None = None,
) -> Observation:
    """Keep one answer; returns what was seen in it."""
    observation = observation_of(question, outcome)
    keeper.keep(
        endpoint or endpoint_called(),
        question,
        make_answer("<p>page</p>") if exchange is None else exchange,
        observation,
        host=host,
    )
    return observation


def verdict_of(
    *components: str,
    status: Status = Status.OK,
    run: str = "abcdef0123456789",
    endpoint: str = "example",
    definition: str = "d" * 64,
) -> Verdict:
    return Verdict(
        run=run,
        id="0123456789abcdef",
        keyword=" + ".join(components),
        components=components,
        lists=("rumor",),
        category="politics",
        gloss="rumour",
        language="zh-Hans",
        endpoint=endpoint,
        definition=definition,
        status=status,
        certainty=None,
        manner=None,
        mechanism=None,
        rule="results",
        failure=None,
        stage=None,
        reason="treated like the controls",
        counts=Counts(asked=2, agreeing=1, void=1, controls_passed=3),
        first_asked="1970-01-01T00:16:40.000Z",
        last_asked=None,
    )


def document_of(run: str = "abcdef0123456789", *, complete: bool = True) -> Run:
    return Run(
        id=run,
        started="1970-01-01T00:16:40.000Z",
        ended="1970-01-01T00:17:40.000Z",
        complete=complete,
        trusted=True,
        exit_code=0,
        software=Software(version="0.2"),
        vantage=Vantage(),
        lists=(),
        endpoints=(),
        counts=RunCounts(keywords=2, verdicts=1, ok=1),
    )


def with_body(body: bytes, **changes: str) -> Exchange:
    """An exchange of which the answer has this body."""
    return make_answer(body, headers=changes)


def with_reason(
    observation: Observation, reason: str, location: str | None = None, authors: tuple[str, ...] = ()
) -> Observation:
    facts = msgspec.structs.replace(observation.facts, location=location, authors=authors)
    return msgspec.structs.replace(observation, reason=reason, facts=facts)


def post_of(
    nonce: str,
    *,
    about: str = "谣言",
    keyword: str | None = None,
    form: str | None = None,
    at: float = 1000.0,
    state: PostState = PostState.WRITTEN,
    values: Mapping[str, str] | None = None,
    why_left: str | None = None,
) -> Post:
    """A message for the question about these words."""
    return Post(
        question=question_about(about).id,
        keyword=about if keyword is None else keyword,
        form=form,
        nonce=nonce,
        at=at,
        state=state,
        values=dict(values or {}),
        why_left=why_left,
    )
