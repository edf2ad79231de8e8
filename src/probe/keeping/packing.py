"""Packing: answers and verdicts in few bytes, and back.

msgpack arrays without field names. Fields are added at the end, with defaults, so that older rows can be read; never
moved or taken away. What can be told from the row's place in the store (pair, endpoint, run) is left out.
"""

from __future__ import annotations

import msgspec

from probe.model.exchange import Failure, Purpose, Question, Stage
from probe.model.isolation import Isolation, Trigger
from probe.model.keyword import write_line
from probe.model.observation import Arrival, Facts, Manner, Mechanism, Observation, Outcome, Weight
from probe.model.record import Answer
from probe.model.verdict import Certainty, Counts, FormCounts, Status, Verdict


class _PackedAnswer(msgspec.Struct, frozen=True, array_like=True):
    attempt: int
    outcome: Outcome
    rule: str | None
    weight: Weight
    mechanism: Mechanism | None
    manner: Manner | None
    failure: Failure | None
    stage: Stage | None
    reason: str
    started: float
    ended: float
    status: int | None
    length: int | None
    count: int | None
    hosts: tuple[str, ...]
    location: str | None
    media_type: str | None
    retry_after: float | None
    text: str | None
    """None for the components with blanks between them."""
    endpoint: str | None
    """None for the endpoint under which it is kept."""
    question: str | None
    """The observation's; None for the question's id."""
    purpose: Purpose | None
    """The observation's; None for the question's."""
    items: int | None = None
    plain: int | None = None
    authors: tuple[str, ...] = ()
    form: str | None = None
    """The question's, which its observation repeats."""
    arrived: Arrival | None = None
    delivery: float | None = None
    is_part: bool = False


class _PackedCounts(msgspec.Struct, frozen=True, array_like=True):
    asked: int
    pooled: int
    agreeing: int
    contradicting: int
    void: int
    controls_passed: int
    controls_failed: int


class _PackedFormCounts(msgspec.Struct, frozen=True, array_like=True):
    asked: int
    agreeing: int


class _PackedTrigger(msgspec.Struct, frozen=True, array_like=True):
    components: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]
    confirmed: bool
    doubt: float | None
    any_order: bool | None
    apart: bool | None


class _PackedIsolation(msgspec.Struct, frozen=True, array_like=True):
    triggers: tuple[_PackedTrigger, ...]
    complete: bool
    reason: str | None
    every: bool
    questions: int
    separator: str


class _PackedVerdict(msgspec.Struct, frozen=True, array_like=True):
    schema_version: int
    id: str
    keyword: str | None
    """None for the line of the components."""
    lists: tuple[str, ...]
    category: str | None
    gloss: str | None
    language: str | None
    status: Status
    certainty: Certainty | None
    manner: Manner | None
    mechanism: Mechanism | None
    rule: str | None
    failure: Failure | None
    stage: Stage | None
    reason: str
    counts: _PackedCounts
    first_asked: str | None
    last_asked: str | None
    forms: dict[str, _PackedFormCounts] | None = None
    isolation: _PackedIsolation | None = None


_encoder = msgspec.msgpack.Encoder()
_answers = msgspec.msgpack.Decoder(_PackedAnswer)
_verdicts = msgspec.msgpack.Decoder(_PackedVerdict)


def pack_answer(endpoint: str, question: Question, observation: Observation) -> bytes:
    """An answer of this endpoint, without its components, purpose and shape, which have columns of their own."""
    facts = observation.facts
    packed = _PackedAnswer(
        attempt=question.attempt,
        outcome=observation.outcome,
        rule=observation.rule,
        weight=observation.weight,
        mechanism=observation.mechanism,
        manner=observation.manner,
        failure=observation.failure,
        stage=observation.stage,
        reason=observation.reason,
        started=observation.started,
        ended=observation.ended,
        status=facts.status,
        length=facts.length,
        count=facts.count,
        hosts=facts.hosts,
        location=facts.location,
        media_type=facts.media_type,
        retry_after=facts.retry_after,
        text=None if question.text == " ".join(question.components) else question.text,
        endpoint=None if question.endpoint == endpoint else question.endpoint,
        question=None if observation.question == question.id else observation.question,
        purpose=None if observation.purpose is question.purpose else observation.purpose,
        items=facts.items,
        plain=facts.plain,
        authors=facts.authors,
        form=observation.form,
        arrived=facts.arrived,
        delivery=facts.delivery,
        is_part=question.is_part,
    )
    return _encoder.encode(packed)


def unpack_answer(
    body: bytes,
    *,
    endpoint: str,
    components: tuple[str, ...],
    purpose: Purpose,
    shape: tuple[int, ...],
    void: bool,
) -> Answer:
    """What `pack_answer` was given. Raises msgspec.MsgspecError for a damaged body."""
    packed = _answers.decode(body)
    question = Question(
        endpoint=endpoint if packed.endpoint is None else packed.endpoint,
        purpose=purpose,
        components=components,
        text=" ".join(components) if packed.text is None else packed.text,
        attempt=packed.attempt,
        form=packed.form,
        is_part=packed.is_part,
    )
    facts = Facts(
        status=packed.status,
        length=packed.length,
        count=packed.count,
        hosts=packed.hosts,
        location=packed.location,
        media_type=packed.media_type,
        shape=shape,
        retry_after=packed.retry_after,
        items=packed.items,
        plain=packed.plain,
        authors=packed.authors,
        arrived=packed.arrived,
        delivery=packed.delivery,
    )
    observation = Observation(
        question=question.id if packed.question is None else packed.question,
        purpose=purpose if packed.purpose is None else packed.purpose,
        outcome=packed.outcome,
        rule=packed.rule,
        weight=packed.weight,
        mechanism=packed.mechanism,
        manner=packed.manner,
        failure=packed.failure,
        stage=packed.stage,
        reason=packed.reason,
        form=packed.form,
        facts=facts,
        started=packed.started,
        ended=packed.ended,
    )
    return Answer(question=question, observation=observation, void=void)


def pack_verdict(verdict: Verdict) -> bytes:
    """A verdict, without its run, endpoint, definition and components."""
    packed = _PackedVerdict(
        schema_version=verdict.schema_version,
        id=verdict.id,
        keyword=None if verdict.keyword == write_line(verdict.components) else verdict.keyword,
        lists=verdict.lists,
        category=verdict.category,
        gloss=verdict.gloss,
        language=verdict.language,
        status=verdict.status,
        certainty=verdict.certainty,
        manner=verdict.manner,
        mechanism=verdict.mechanism,
        rule=verdict.rule,
        failure=verdict.failure,
        stage=verdict.stage,
        reason=verdict.reason,
        counts=_PackedCounts(*msgspec.structs.astuple(verdict.counts)),
        first_asked=verdict.first_asked,
        last_asked=verdict.last_asked,
        forms=_pack_forms(verdict.forms),
        isolation=_pack_isolation(verdict.isolation),
    )
    return _encoder.encode(packed)


def unpack_verdict(
    body: bytes, *, run: str, endpoint: str, definition: str, components: tuple[str, ...]
) -> Verdict:
    """What `pack_verdict` was given. Raises msgspec.MsgspecError for a damaged body."""
    packed = _verdicts.decode(body)
    return Verdict(
        schema_version=packed.schema_version,
        run=run,
        id=packed.id,
        keyword=write_line(components) if packed.keyword is None else packed.keyword,
        components=components,
        lists=packed.lists,
        category=packed.category,
        gloss=packed.gloss,
        language=packed.language,
        endpoint=endpoint,
        definition=definition,
        status=packed.status,
        certainty=packed.certainty,
        manner=packed.manner,
        mechanism=packed.mechanism,
        rule=packed.rule,
        failure=packed.failure,
        stage=packed.stage,
        reason=packed.reason,
        counts=Counts(**msgspec.structs.asdict(packed.counts)),
        forms=_unpack_forms(packed.forms),
        isolation=_unpack_isolation(packed.isolation),
        first_asked=packed.first_asked,
        last_asked=packed.last_asked,
    )


def _pack_forms(forms: dict[str, FormCounts] | None) -> dict[str, _PackedFormCounts] | None:
    packed = ((name, _PackedFormCounts(*msgspec.structs.astuple(one))) for name, one in (forms or {}).items())
    return None if forms is None else dict(packed)


def _unpack_forms(packed: dict[str, _PackedFormCounts] | None) -> dict[str, FormCounts] | None:
    forms = ((name, FormCounts(**msgspec.structs.asdict(one))) for name, one in (packed or {}).items())
    return None if packed is None else dict(forms)


def _pack_isolation(one: Isolation | None) -> _PackedIsolation | None:
    if one is None:
        return None
    triggers = tuple(_PackedTrigger(*msgspec.structs.astuple(trigger)) for trigger in one.triggers)
    return _PackedIsolation(triggers, *msgspec.structs.astuple(one)[1:])


def _unpack_isolation(packed: _PackedIsolation | None) -> Isolation | None:
    if packed is None:
        return None
    triggers = tuple(Trigger(**msgspec.structs.asdict(trigger)) for trigger in packed.triggers)
    return Isolation(**{**msgspec.structs.asdict(packed), "triggers": triggers})
