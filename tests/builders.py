"""Short ways to make the values that tests are about; each with a sensible default for what a test does not care for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec

from probe.judging.comparison import Comparison
from probe.judging.decision import Grounds, grounds
from probe.judging.rates import Rates
from probe.model.definition import Definition, Endpoint
from probe.model.exchange import Exchange, Failure, Purpose, Question, Request, Response, Stage, Step
from probe.model.keyword import Keyword
from probe.model.observation import Facts, Manner, Mechanism, Observation, Outcome, Weight

SERVED_RULE = {
    "id": "results",
    "when": {"status": 200, "css": "li.result"},
    "outcome": "served",
    "weight": "determinate",
}


def make_definition(**changes: Any) -> Definition:
    """A definition as its YAML file would say it."""
    plain: dict[str, Any] = {
        "name": "example",
        "title": "An example",
        "kind": "search",
        "request": {"url": "http://127.0.0.1:1/search?q={keyword}"},
        "rules": [SERVED_RULE],
        **changes,
    }
    return msgspec.convert(plain, Definition)


def make_endpoint(**changes: Any) -> Endpoint:
    return Endpoint(definition=make_definition(**changes), digest="d" * 64, place="example.yaml")


def make_keyword(*components: str) -> Keyword:
    return Keyword(components=components or ("谣言",))


def make_grounds(definition: Definition | None = None, *, quiet: int = 50, **changes: Any) -> Grounds:
    """What decisions rest on after `quiet` benign controls that were served."""
    definition = definition or make_definition()
    rates, comparison = Rates(definition), Comparison(definition)
    for number in range(quiet):
        rates.learn(make_question(f"w{number}", purpose=Purpose.BENIGN), make_observation())
    return replace(grounds(definition, rates, comparison, frozenset()), **changes)


def make_question(text: str = "谣言", *, purpose: Purpose = Purpose.KEYWORD, attempt: int = 1) -> Question:
    return Question(endpoint="example", purpose=purpose, components=(text,), text=text, attempt=attempt)


def make_answer(
    body: str | bytes = "",
    *,
    status: int = 200,
    headers: dict[str, str] | None = None,
    url: str = "http://h.example/a",
) -> Exchange:
    """An exchange of one step that was answered; HTML unless the headers say otherwise."""
    fields = {"content-type": "text/html; charset=utf-8", **(headers or {})}
    response = Response(
        status=status,
        headers=tuple(fields.items()),
        body=body.encode() if isinstance(body, str) else body,
    )
    step = Step(request=Request(method="GET", url=url), response=response)
    return Exchange(steps=(step,), started=1000.0, ended=1001.0)


def make_failure(failure: Failure, stage: Stage = Stage.READ) -> Exchange:
    step = Step(request=Request(method="GET", url="http://h.example/a"), failure=failure, stage=stage)
    return Exchange(steps=(step,), started=1000.0, ended=1001.0)


def make_observation(
    outcome: Outcome = Outcome.SERVED,
    *,
    weight: Weight = Weight.AMBIGUOUS,
    mechanism: Mechanism | None = None,
    manner: Manner | None = None,
    reason: str = "seen",
    started: float = 1000.0,
    retry_after: float | None = None,
    failure: Failure | None = None,
    purpose: Purpose = Purpose.KEYWORD,
    rule: str | None = None,
    count: int | None = None,
) -> Observation:
    return Observation(
        question="q",
        purpose=purpose,
        outcome=outcome,
        rule=rule or f"rule-{outcome.value}",
        weight=weight,
        mechanism=mechanism,
        manner=manner,
        failure=failure,
        reason=reason,
        facts=Facts(retry_after=retry_after, count=count),
        started=started,
        ended=started + 0.1,
    )
