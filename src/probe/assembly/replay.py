"""Replay: the examples of a definition, looked at by its own rules. Nothing is sent."""

from __future__ import annotations

import msgspec

from probe.judging.observation import Observer
from probe.model.definition import Endpoint, Example
from probe.model.exchange import Exchange, Purpose, Question, Request, Response, Stage, Step


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
        step = Step(request=request, response=_example_response(example, endpoint.definition.encoding))
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


def _example_response(example: Example, encoding: str) -> Response:
    """The answer of an example, in the encoding in which the definition reads answers."""
    answer = example.answer
    assert answer is not None
    headers = {name.lower(): value for name, value in answer.headers.items()}
    if answer.json_body is not None:
        headers.setdefault("content-type", "application/json")
        body = msgspec.json.encode(answer.json_body)
    else:
        body = (answer.body or "").encode("utf-8" if encoding == "auto" else encoding, "replace")
    return Response(status=answer.status, headers=tuple(headers.items()), body=body)
