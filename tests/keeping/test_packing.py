"""What is packed comes back."""

from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from probe.keeping.packing import pack_answer, pack_verdict, unpack_answer, unpack_verdict
from probe.model.exchange import Failure, Purpose, Question, Stage
from probe.model.isolation import Isolation, Trigger
from probe.model.observation import Arrival, Facts, Manner, Mechanism, Observation, Outcome, Weight
from probe.model.record import Answer
from probe.model.verdict import Certainty, Counts, FormCounts, Status, Verdict
from tests.keeping.samples import SHAPE, observation_of, question_about, verdict_of

texts = st.text(st.characters(codec="utf-8"), max_size=20)
maybe = st.none() | texts
numbers = st.none() | st.integers(0, 2**40)
moments = st.floats(0, 4e9)
facts = st.builds(
    Facts,
    status=numbers,
    length=numbers,
    count=numbers,
    hosts=st.lists(texts, max_size=3).map(tuple),
    location=maybe,
    media_type=maybe,
    shape=st.lists(st.integers(0, 2**32 - 1), max_size=64).map(tuple),
    retry_after=st.none() | moments,
    items=numbers,
    plain=numbers,
    authors=st.lists(texts, max_size=3).map(tuple),
    arrived=st.none() | st.sampled_from(Arrival),
    delivery=st.none() | moments,
)
questions = st.builds(
    Question,
    endpoint=texts,
    purpose=st.sampled_from(Purpose),
    components=st.lists(texts, min_size=1, max_size=3).map(tuple),
    text=texts,
    attempt=st.integers(1, 10**6),
    form=maybe,
    is_part=st.booleans(),
)
observations = st.builds(
    Observation,
    question=texts,
    purpose=st.sampled_from(Purpose),
    outcome=st.sampled_from(Outcome),
    rule=maybe,
    weight=st.sampled_from(Weight),
    mechanism=st.none() | st.sampled_from(Mechanism),
    manner=st.none() | st.sampled_from(Manner),
    failure=st.none() | st.sampled_from(Failure),
    stage=st.none() | st.sampled_from(Stage),
    reason=texts,
    form=maybe,
    facts=facts,
    started=moments,
    ended=moments,
)

ISOLATION = Isolation(
    triggers=(
        Trigger(
            components=("维权", "律师"),
            spans=((0, 2), (5, 7)),
            confirmed=True,
            doubt=0.0004,
            any_order=True,
            apart=False,
        ),
        Trigger(components=("谣言",), spans=((8, 10),), confirmed=False),
    ),
    complete=False,
    reason="a budget",
    every=True,
    questions=12,
    separator=" ",
)


@given(questions, observations, texts)
def test_an_answer_comes_back_as_it_was(question: Question, observation: Observation, endpoint: str) -> None:
    """With every field, whether it can be told from its place or not; the form is the question's."""
    observation = msgspec.structs.replace(observation, form=question.form)
    back = unpack_answer(
        pack_answer(endpoint, question, observation),
        endpoint=endpoint,
        components=question.components,
        purpose=question.purpose,
        shape=observation.facts.shape,
        void=True,
    )
    assert back == Answer(question=question, observation=observation, void=True)


def test_no_field_of_an_answer_is_forgotten() -> None:
    """A field that is added to the model must be packed, too: this fails until it is, here and in the strategies above."""
    assert set(Question.__struct_fields__) == {
        *("endpoint", "purpose", "components", "text", "attempt", "form", "is_part"),
    }
    assert set(Observation.__struct_fields__) == {
        *("question", "purpose", "outcome", "rule", "weight", "mechanism", "manner", "failure", "stage"),
        *("reason", "form", "facts", "started", "ended"),
    }
    assert set(Facts.__struct_fields__) == {
        *("status", "length", "count", "hosts", "location", "media_type", "shape", "retry_after"),
        *("items", "plain", "authors", "arrived", "delivery"),
    }


def test_a_verdict_comes_back_as_it_was() -> None:
    """With every field set to something of its own."""
    verdict = msgspec.structs.replace(
        verdict_of("维权", "律师"),
        keyword="written otherwise",
        status=Status.BLOCKED,
        certainty=Certainty.LIKELY,
        manner=Manner.IMPLICIT,
        mechanism=Mechanism.RESET,
        failure=Failure.CONNECTION_RESET,
        stage=Stage.READ,
        counts=Counts(
            asked=1, pooled=2, agreeing=3, contradicting=4, void=5, controls_passed=6, controls_failed=7
        ),
        forms={"plain": FormCounts(asked=1, agreeing=0), "quoted": FormCounts(asked=3, agreeing=2)},
        first_asked="a",
        last_asked="b",
        isolation=ISOLATION,
    )
    unset = [name for name in Verdict.__struct_fields__ if getattr(verdict, name) in (None, "", ())]
    assert unset == []
    back = unpack_verdict(
        pack_verdict(verdict),
        run=verdict.run,
        endpoint=verdict.endpoint,
        definition=verdict.definition,
        components=verdict.components,
    )
    assert back == verdict


def test_rows_of_before_there_were_messages_can_be_read() -> None:
    """What was added at the end is not there in them."""
    question, verdict = question_about("谣言"), verdict_of("谣言")
    observation = observation_of(question)
    answer = msgspec.msgpack.decode(pack_answer("example", question, observation))
    read = unpack_answer(
        msgspec.msgpack.encode(answer[:-4]),
        endpoint="example",
        components=("谣言",),
        purpose=Purpose.KEYWORD,
        shape=SHAPE,
        void=False,
    )
    assert read.observation == observation
    old = msgspec.msgpack.encode(msgspec.msgpack.decode(pack_verdict(verdict))[:-2])
    back = unpack_verdict(old, run=verdict.run, endpoint="example", definition="d" * 64, components=("谣言",))
    assert back == verdict
    assert (back.forms, back.isolation) == (None, None)
