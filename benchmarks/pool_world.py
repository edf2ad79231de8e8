"""A made-up service that looks for words in whatever text it gets, and the real planner with the real judge that asks it."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from probe.assembly.job import Earlier, Pooled
from probe.assembly.judge import Judge
from probe.assembly.pools import assemble_pools
from probe.judging.verdict import Circumstances
from probe.model.definition import Definition, Endpoint
from probe.model.exchange import Purpose, Question
from probe.model.keyword import Keyword
from probe.model.observation import Manner, Mechanism, Observation, Outcome, Weight
from probe.model.verdict import Status
from probe.planning.economy import Spent
from probe.planning.pooled_plan import PooledPlanner

CHARACTERS = 2_000
"""Of the longest text."""
CONTROLS = 200
"""Benign controls that the rates have seen: their noise is that of the service."""
_SIGNS = [chr(number) for number in range(0x4E00, 0x4E00 + 3_000)]
_LENGTHS = (2, 2, 2, 3, 3, 4, 4, 4, 5, 6)
CATEGORIES = tuple("abcdefgh")


@dataclass(frozen=True, kw_only=True)
class Service:
    """What is censored, and how reliably."""

    censored: frozenset[str]
    together: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """By word: those with which it is censored."""
    trigger: float = 1.0
    noise: float = 0.0
    hit_cost: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Came:
    """What came of asking."""

    questions: int
    hits: int
    missed: int
    blamed: int
    """Words that were called censored and are not."""
    still_open: int
    spent: Spent


def make_words(count: int, chance: random.Random) -> list[str]:
    """Made-up words of two to six characters, each once."""
    words: dict[str, None] = {}
    while len(words) < count:
        words["".join(chance.choices(_SIGNS, k=chance.choice(_LENGTHS)))] = None
    return list(words)


def ask_all(
    keywords: Sequence[Keyword],
    service: Service,
    chance: random.Random,
    *,
    earlier: Earlier | None = None,
    turn: int | None = None,
) -> Came:
    """Ask the service about all keywords, one question after the other. `turn` watches, as --monitor does."""
    endpoint = _endpoint(service)
    judge = Judge(endpoint)
    for number in range(CONTROLS):
        judge.learn(
            _control(endpoint, number),
            _observe(_control(endpoint, number), number < service.noise * CONTROLS, service, 0.0),
        )
    wish = Pooled(
        mode="on", monitor=turn is not None, earlier=lambda name: earlier or {}, turn=lambda name: turn or 0
    )
    pools = assemble_pools(judge, wish, benign=["天气"], passed=())
    pools.proof.is_done = True  # what proves that there may be pools is a control, and none is counted here
    pools.pooling.fit(CHARACTERS)
    planner = PooledPlanner(endpoint, iter(keywords), judge.decide, pools)
    statuses: dict[str, Status] = {}
    questions = hits = 0
    while not planner.is_done:
        for question in planner.ready(1):
            questions += 1
            is_hit = _answer(question, service, chance)
            hits += is_hit
            planner.tell(question, _observe(question, is_hit, service, float(questions)))
        for case in planner.take_settled():
            verdict = judge.conclude(case.keyword, case.observations, Circumstances(), run="run")
            statuses[case.keyword.line] = verdict.status
    blocked = {word for word, status in statuses.items() if status is Status.BLOCKED}
    return Came(
        questions=questions,
        hits=hits,
        missed=len(service.censored - blocked),
        blamed=len(blocked - service.censored),
        still_open=sum(
            one.line not in statuses or statuses[one.line] not in (Status.BLOCKED, Status.OK)
            for one in keywords
        ),
        spent=planner.spent,
    )


def _answer(question: Question, service: Service, chance: random.Random) -> bool:
    words = set(question.pooled or question.components)
    is_censored = not words.isdisjoint(service.censored) or any(
        not words.isdisjoint(service.together.get(word, ())) for word in words
    )
    return chance.random() < (service.trigger if is_censored else service.noise)


def _observe(question: Question, is_hit: bool, service: Service, moment: float) -> Observation:
    """Where the service is reliable its answer is a proof, such as a code; elsewhere it may be chance."""
    is_proof = service.trigger == 1.0 and service.noise == 0.0
    return Observation(
        question=question.id,
        purpose=question.purpose,
        outcome=Outcome.BLOCKED if is_hit else Outcome.SERVED,
        rule="blocked" if is_hit else "served",
        weight=Weight.DETERMINATE if is_proof or not is_hit else Weight.AMBIGUOUS,
        mechanism=Mechanism.CODE if is_hit else None,
        manner=Manner.EXPLICIT if is_hit else None,
        started=moment,
        ended=moment,
    )


def _control(endpoint: Endpoint, number: int) -> Question:
    word = f"benign{number}"
    return Question(endpoint=endpoint.name, purpose=Purpose.BENIGN, components=(word,), text=word)


def _endpoint(service: Service) -> Endpoint:
    plain = {
        "name": "made-up",
        "title": "A made-up service",
        "kind": "moderation",
        "request": {"url": "http://127.0.0.1:1/?text={keyword}"},
        "risk": {"hit_cost": service.hit_cost},
        "pool": {"max_text": CHARACTERS},
        "deciding": {} if service.trigger == 1.0 else {"trigger_rate": service.trigger},
        "rules": [
            {
                "id": "blocked",
                "when": {"status": 403},
                "outcome": "blocked",
                "mechanism": "code",
                "manner": "explicit",
            },
            {"id": "served", "when": {"status": 200}, "outcome": "served", "weight": "determinate"},
        ],
    }
    return Endpoint(definition=msgspec.convert(plain, Definition), digest="0" * 64, place="made-up.yaml")
