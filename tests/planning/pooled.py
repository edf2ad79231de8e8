"""Pooled plans asked by hand: a pretended service that looks for words in whatever text it gets, and the real judge."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from probe.assembly.job import Earlier, Pooled
from probe.assembly.judge import Judge
from probe.assembly.pools import assemble_pools
from probe.judging.verdict import Circumstances
from probe.model.definition import Endpoint
from probe.model.exchange import Purpose, Question
from probe.model.keyword import Keyword
from probe.model.observation import Mechanism, Observation, Outcome, Weight
from probe.model.verdict import Status, Verdict
from probe.planning.plan import Recall
from probe.planning.pooled_plan import PooledPlanner
from tests.builders import make_endpoint
from tests.planning.censors import Censor, Rule

MOST = 200_000
"""Questions after which a plan is taken to have no end."""
BENIGN = ("天气", "音乐", "旅游", "电影")
CANARY = "禁书"


@dataclass
class Service:
    """Answers texts: a censor, and what else may become of a question."""

    rules: Sequence[Rule]
    ignored: str = ""
    """Characters that the censor does not see."""
    reads: int | None = None
    """Characters from the beginning that it looks at; None for all."""
    is_exact: bool = False
    """Whether it compares whole texts only."""
    miss: float = 0.0
    false: float = 0.0
    is_proof: bool = True
    """Whether a hit proves itself."""
    strange: Callable[[Question], Outcome | None] = lambda question: None
    """What it answers instead, where that is no answer to the text."""
    void: Callable[[Question, int], bool] = lambda question, number: False
    """Whether no control vouches for an answer; it is the so many-th."""
    seed: int = 0
    knows_canary: bool = True

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)
        rules = [*self.rules, (CANARY,)] if self.knows_canary else self.rules
        self._censor = Censor(rules, ignored=self.ignored)
        self._words = {rule[0] for rule in rules if len(rule) == 1}

    def hits(self, text: str) -> bool:
        """Whether a text is censored."""
        return text in self._words if self.is_exact else self._censor.hits(text[: self.reads])

    def answer(self, question: Question, moment: float) -> Observation:
        outcome = self.strange(question)
        if outcome is None:
            rate = 1 - self.miss if self.hits(question.text) else self.false
            outcome = Outcome.BLOCKED if self._chance.random() < rate else Outcome.SERVED
        return observe(question, outcome, moment, is_proof=self.is_proof)


def observe(question: Question, outcome: Outcome, moment: float, *, is_proof: bool = True) -> Observation:
    is_sure = is_proof or not outcome.is_hit
    return Observation(
        question=question.id,
        purpose=question.purpose,
        outcome=outcome,
        rule=outcome.value,
        weight=Weight.DETERMINATE if is_sure else Weight.AMBIGUOUS,
        mechanism=Mechanism.CODE if outcome.is_hit else None,
        form=question.form,
        started=moment,
        ended=moment,
    )


@dataclass(kw_only=True)
class Came:
    """What came of asking."""

    planner: PooledPlanner
    verdicts: dict[str, Verdict] = field(default_factory=dict)
    """By keyword, as lists write it."""
    asked: list[tuple[Question, Observation]] = field(default_factory=list)
    """All that was asked and not void."""
    void: list[Question] = field(default_factory=list)

    @property
    def blocked(self) -> set[str]:
        return {line for line, one in self.verdicts.items() if one.status is Status.BLOCKED}

    @property
    def ok(self) -> set[str]:
        return {line for line, one in self.verdicts.items() if one.status is Status.OK}

    @property
    def pools(self) -> list[Question]:
        return [one for one, _ in self.asked if one.purpose is Purpose.POOL]

    @property
    def hits(self) -> int:
        return sum(one.outcome.is_hit for _, one in self.asked)

    @property
    def questions(self) -> int:
        return len(self.asked) + len(self.void)

    def alone(self, line: str) -> list[Observation]:
        """The answers about a keyword alone."""
        return [
            seen
            for question, seen in self.asked
            if question.purpose is Purpose.KEYWORD and question.text == line
        ]


def pooled_endpoint(
    service: Service,
    *,
    pool: Mapping[str, Any] | None = None,
    canaries: Sequence[str] = (CANARY,),
    **more: Any,
) -> Endpoint:
    """A moderation service, whose definition allows pools."""
    changes: dict[str, Any] = {
        "kind": "moderation",
        "pool": {"max_text": 500, **(pool or {})},
        "controls": {"benign": list(BENIGN), "canaries": list(canaries)},
        "deciding": {"trigger_rate": 1 - service.miss} if service.miss else {},
    }
    return make_endpoint(**{**changes, **more})


def open_plan(
    keywords: Sequence[Keyword],
    service: Service,
    *,
    wish: Pooled | None = None,
    controls: int = 50,
    passed: Sequence[tuple[Question, Observation]] = (),
    recall: Recall = lambda keyword: None,
    refuse: Callable[[str], str | None] = lambda text: None,
    benign: Sequence[str] = BENIGN,
    **definition: Any,
) -> tuple[PooledPlanner, Judge]:
    """The planner of these keywords, and the judge, which has seen so many benign controls."""
    endpoint = pooled_endpoint(service, **definition)
    judge = Judge(endpoint)
    for number in range(controls):
        word = f"benign{number}"
        question = Question(endpoint=endpoint.name, purpose=Purpose.BENIGN, components=(word,), text=word)
        outcome = Outcome.BLOCKED if number < service.false * controls else Outcome.SERVED
        judge.learn(question, observe(question, outcome, 0.0, is_proof=service.is_proof))
    pools = assemble_pools(judge, wish or Pooled(), benign=benign, passed=passed)
    return PooledPlanner(endpoint, iter(keywords), judge.decide, pools, refuse, recall), judge


def ask_all(
    words: Sequence[str | Keyword], service: Service, *, room: int = 1, stop: int = MOST, **options: Any
) -> Came:
    """Ask the service about all words, at most `room` questions at a time, answered in any order; or only until `stop`."""
    keywords = [Keyword(components=(one,)) if isinstance(one, str) else one for one in words]
    planner, judge = open_plan(keywords, service, **options)
    came = Came(planner=planner)
    order, under_way = random.Random(service.seed), list[Question]()
    while not planner.is_done:
        under_way += planner.ready(room - len(under_way))
        assert under_way, "nothing is under way, and the plan is not done"
        if came.questions >= stop:
            assert stop < MOST, "there is no end to it"
            break
        question = under_way.pop(order.randrange(len(under_way)))
        if service.void(question, came.questions):
            came.void.append(question)
            planner.void(question, "a control failed")
        else:
            seen = service.answer(question, float(came.questions))
            came.asked.append((question, seen))
            planner.tell(question, seen)
        _settle(planner, judge, came)
    return came


def _settle(planner: PooledPlanner, judge: Judge, came: Came) -> None:
    for case in planner.take_settled():
        assert case.keyword.line not in came.verdicts, f"{case.keyword.line} was settled twice"
        verdict = case.verdict or judge.conclude(
            case.keyword, case.observations, Circumstances(why_not=case.why_not, void=case.void), run="run"
        )
        came.verdicts[case.keyword.line] = verdict


def make_words(count: int, seed: int = 0) -> list[str]:
    """Made-up words of two to six characters, each once, none of which is part of another."""
    chance, words = random.Random(seed), dict[str, None]()
    signs = [chr(number) for number in range(0x5000, 0x5000 + 3_000)]
    while len(words) < count:
        words["".join(chance.choices(signs, k=chance.choice((2, 2, 3, 4, 6))))] = None
    return list(words)


def watch(words: Mapping[str, Status], *, turn: int = 0, within: int = 60) -> Pooled:
    """What --monitor goes by: what the last run knew of words."""
    earlier: Earlier = {(word,): (status, None) for word, status in words.items()}
    return Pooled(monitor=True, earlier=lambda name: earlier, turn=lambda name: turn, within=within)
