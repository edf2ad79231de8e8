"""Are answers used before a control vouches for them, and forgotten again when they turn out to be void?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from probe.model.exchange import Purpose, Question
from probe.model.keyword import Keyword
from probe.model.observation import Observation, Outcome
from probe.model.record import Answer
from probe.planning.channel import Channel
from probe.planning.isolation import Isolator
from probe.planning.plan import MOST_VOID, Case, Known
from probe.planning.transcript import Recall, Target, Transcript
from tests.builders import make_observation
from tests.planning.censors import Censor, components

TEXT = "今天有人说谣言四起的时候"
CENSOR = Censor([("谣言",)])


@dataclass(frozen=True)
class Said:
    """What a reading says."""

    step: str
    word: str = "unknown"
    miss: float = 0.0005
    false: float = 0.0005


def read(observations: Sequence[Observation]) -> Said:
    """A captcha says nothing, zero results want the truism, all else is what it looks like."""
    last = observations[-1]
    if not last.outcome.is_evidence:
        return Said("settle" if len(observations) > 2 else "retry")
    if last.outcome is Outcome.EMPTY and last.purpose is Purpose.KEYWORD:
        return Said("truism")
    return Said("settle", "blocked" if last.outcome.is_hit else "clean")


def begin(recall: Recall = lambda pieces: None, **changes: object) -> Transcript:
    keyword = Keyword(components=(TEXT,))
    target = Target(
        endpoint="example",
        open=lambda: Isolator([TEXT], channel=Channel()),
        read=read,
        channel=Channel,
        **changes,  # type: ignore[arg-type]
    )
    return Transcript(Case(keyword=keyword, text=TEXT), target, Counter(), recall)


def look(question: Question) -> Observation:
    """What the censor answers."""
    text = " ".join(question.components)
    outcome = Outcome.BLOCKED if CENSOR.hits(text) else Outcome.SERVED
    return msgspec.structs.replace(make_observation(outcome), purpose=question.purpose)


def ask(transcript: Transcript) -> Question:
    question = transcript.ready()
    assert question is not None
    return question


def test_each_question_follows_from_an_answer_that_nobody_vouches_for_yet() -> None:
    """It is over only when all of them are vouched for."""
    transcript = begin()
    asked = []
    while transcript.has_more and (question := transcript.ready()) is not None:
        assert transcript.ready() is None
        asked.append(question)
        transcript.hear(question, look(question))
    assert len({question.id for question in asked}) == len(asked)
    assert all(question.is_part for question in asked)
    for question in asked:
        assert not transcript.is_over
        transcript.tell(question, look(question))
    assert transcript.is_over
    found = transcript.result()
    assert components(found) == [("谣言",)]
    assert found.questions == len(asked)


def test_void_answers_are_asked_again_with_all_that_followed_from_them() -> None:
    """The same questions in the same order, under other numbers; those before stand."""
    transcript = begin()
    asked = [ask(transcript)]
    for _ in range(3):
        transcript.hear(asked[-1], look(asked[-1]))
        asked.append(ask(transcript))
    transcript.tell(asked[0], look(asked[0]))
    for question in asked[1:3]:
        transcript.void(question)
    transcript.void(asked[3])  # it was under way
    again = [ask(transcript)]
    transcript.hear(again[0], look(again[0]))
    again.append(ask(transcript))
    assert [one.components for one in again] == [one.components for one in asked[1:3]]
    assert [one.attempt for one in again] == [2, 2]


def test_a_text_after_which_controls_always_fail_is_passed_over() -> None:
    """It is unknown then, and others are asked."""
    transcript = begin()
    first = ask(transcript)
    for _ in range(MOST_VOID - 1):
        question = ask(transcript) if _ else first
        transcript.hear(question, look(question))
        transcript.void(question)
    question = ask(transcript)
    assert question.components == first.components
    transcript.void(question)
    assert ask(transcript).components != first.components


def test_an_answer_that_says_nothing_is_asked_again_at_once() -> None:
    """As often as the reading says; then it is unknown."""
    transcript = begin()
    captcha = make_observation(Outcome.CHALLENGED)
    texts = []
    for _ in range(4):
        question = ask(transcript)
        texts.append(question.text)
        transcript.hear(question, captcha)
    assert texts[0] == texts[1] == texts[2] != texts[3]


def test_zero_results_are_asked_about_inside_the_truism() -> None:
    """With the same components, so that the answer belongs to them."""
    transcript = begin(truism="天气 OR {keyword}")
    plain = ask(transcript)
    transcript.hear(plain, make_observation(Outcome.EMPTY))
    inside = ask(transcript)
    assert (inside.purpose, inside.components) == (Purpose.TRUISM, plain.components)
    assert inside.text == f"天气 OR {plain.text}"


def test_forms_take_turns() -> None:
    """A model that declines one wording is asked in the others, too."""
    transcript = begin(forms=("plain", "quoted"))
    forms = []
    for _ in range(4):
        question = ask(transcript)
        forms.append(question.form)
        transcript.hear(question, look(question))
    assert forms == ["plain", "quoted", "plain", "quoted"]


def test_what_earlier_sessions_were_answered_is_not_asked_again() -> None:
    """Answers that stand, and those that wait for a control, which are handed out for one; numbers go on."""
    transcript = begin()
    kept: dict[tuple[str, ...], Answer] = {}
    for _ in range(5):
        question = ask(transcript)
        kept[question.components] = Answer(question=question, observation=look(question))
        transcript.hear(question, look(question))
    *_, last = kept

    def recall(pieces: tuple[str, ...]) -> Known | None:
        answer = kept.get(pieces)
        if answer is None:
            return None
        return Known(**{"pending" if pieces == last else "standing": [answer], "attempts": 4})  # type: ignore[arg-type]

    resumed = begin(recall)
    question = ask(resumed)
    assert question.components not in kept
    assert [one.question.components for one in resumed.take_pending()] == [last]
    assert resumed.take_pending() == []
    resumed.void(kept[last].question)
    anew = ask(resumed)
    assert (anew.components, anew.attempt) == (last, 5)


def test_breaking_off_keeps_only_what_is_vouched_for() -> None:
    """What nobody vouches for may have been an outage."""
    transcript = begin()
    for number in range(4):
        question = ask(transcript)
        transcript.hear(question, look(question))
        if number < 2:
            transcript.tell(question, look(question))
    broken = transcript.break_off("the budget is spent")
    assert (broken.complete, broken.reason, broken.questions) == (False, "the budget is spent", 4)
    two = begin()
    for _ in range(2):
        question = ask(two)
        two.hear(question, look(question))
        two.tell(question, look(question))
    assert broken.triggers == two.break_off("").triggers


def test_a_second_hit_of_the_same_text_is_known_as_one() -> None:
    """It takes more controls than the first."""
    transcript = begin()
    while True:
        question = ask(transcript)
        observation = look(question)
        transcript.hear(question, observation)
        if observation.outcome.is_hit:
            break
    assert not transcript.was_hit(question)
    assert transcript.was_hit(msgspec.structs.replace(question, attempt=2))
