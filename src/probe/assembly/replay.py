"""Replay: the examples of a definition, looked at by its own rules. Nothing is sent."""

from __future__ import annotations

import msgspec

from probe.assembly.judge import open_observer
from probe.model.definition import Definition, Endpoint, Example, ExampleAnswer
from probe.model.exchange import Exchange, Part, Purpose, Question, Request, Response, Sent, Stage, Step
from probe.reading.page import read_page
from probe.sending.message_flow import read_values
from probe.sending.request import KEYWORD, put_into


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
    observation = open_observer(endpoint.definition).observe(
        question, _exchange(endpoint.definition, example)
    )
    return Replayed(
        name=example.name,
        expected=example.outcome,
        got=observation.outcome,
        rule_expected=example.rule,
        rule_got=observation.rule,
        reason=observation.reason,
    )


def _exchange(definition: Definition, example: Example) -> Exchange:
    """An example as an exchange; of a message the answers are read as those of a live one are."""
    part = None if definition.message is None else Part.SEND
    request = Request(method="GET", url="http://example.invalid/")
    if example.answer is None:
        step = Step(request=request, failure=example.failure, stage=example.stage or Stage.READ, part=part)
        return Exchange(steps=(step,), started=0.0, ended=0.0)
    response = _response(example.answer, definition.encoding)
    steps = [Step(request=request, response=response, part=part)]
    if definition.message is None:
        return Exchange(steps=tuple(steps), started=0.0, ended=0.0)
    if example.read_back is not None:
        reading = _response(example.read_back, definition.encoding)
        steps.append(Step(request=request, response=reading, part=Part.READ_BACK))
    form = definition.form_at(0)
    values = read_values(definition.message, read_page(definition, request, response))
    sent = Sent(
        text=put_into(KEYWORD if form is None else definition.forms[form], example.keyword, example.nonce),
        nonce=example.nonce,
        values=values or {},
    )
    return Exchange(steps=tuple(steps), started=0.0, ended=0.0, sent=sent)


def _response(answer: ExampleAnswer, encoding: str) -> Response:
    """The answer of an example, in the encoding in which the definition reads answers."""
    headers = {name.lower(): value for name, value in answer.headers.items()}
    if answer.json_body is not None:
        headers.setdefault("content-type", "application/json")
        body = msgspec.json.encode(answer.json_body)
    else:
        body = (answer.body or "").encode("utf-8" if encoding == "auto" else encoding, "replace")
    return Response(status=answer.status, headers=tuple(headers.items()), body=body)
