"""What do answers mean beside those of the truism and the reference?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.judging.comparison import Comparison
from probe.model.exchange import Purpose, Question
from probe.model.observation import Manner, Mechanism, Observation, Outcome, Weight
from tests.builders import make_definition, make_observation, make_question

NOBODY: frozenset[str] = frozenset()
WORD, TRUISM, REFERENCE = Purpose.KEYWORD, Purpose.TRUISM, Purpose.REFERENCE


def compare(**controls: Any) -> Comparison:
    return Comparison(make_definition(controls=controls))


def beside_truism(**more: Any) -> Comparison:
    return compare(truism="天气 OR {keyword}", **more)


def beside_reference(**more: Any) -> Comparison:
    return compare(reference="other", **more)


def nonsense_inside(comparison: Comparison, observation: Observation) -> None:
    """Tell what a made-up word got inside the truism."""
    question = Question(
        endpoint="example", purpose=Purpose.NONSENSE, components=("zzq",), text="天气 OR zzq", attempt=1
    )
    comparison.learn(question, observation)


def seen(outcome: Outcome, purpose: Purpose = WORD, count: int | None = None, **more: Any) -> Observation:
    return make_observation(outcome, purpose=purpose, count=count, **more)


def outcomes(comparison: Comparison, *observations: Observation) -> list[Outcome]:
    return [one.outcome for one in comparison.read(observations, NOBODY)]


def test_without_truism_and_reference_nothing_is_missing_and_nothing_changes() -> None:
    """Zero results then stay what they are."""
    zeros = [seen(Outcome.EMPTY), seen(Outcome.SERVED)]
    assert compare().missing(zeros) is None
    assert compare().read(zeros, NOBODY) == zeros


def test_zero_results_miss_a_truism_until_it_says_something() -> None:
    """A captcha is no answer to it."""
    comparison = beside_truism()
    assert comparison.missing([]) is None
    assert comparison.missing([seen(Outcome.SERVED)]) is None
    assert comparison.missing([seen(Outcome.EMPTY)]) is TRUISM
    assert comparison.missing([seen(Outcome.EMPTY), seen(Outcome.CHALLENGED, TRUISM)]) is TRUISM
    assert comparison.missing([seen(Outcome.EMPTY), seen(Outcome.EMPTY, TRUISM)]) is None


def test_a_reference_goes_before_a_truism() -> None:
    """It counts, where the truism only proves."""
    comparison = beside_truism(reference="other")
    assert comparison.missing([seen(Outcome.EMPTY)]) is REFERENCE
    assert comparison.missing([seen(Outcome.EMPTY), seen(Outcome.EMPTY, TRUISM)]) is REFERENCE
    assert comparison.missing([seen(Outcome.EMPTY), seen(Outcome.EMPTY, REFERENCE)]) is None


def test_with_a_share_full_pages_are_compared_too() -> None:
    """A page may look normal and lack most of what there is."""
    assert beside_reference(share=0.2).missing([seen(Outcome.SERVED)]) is REFERENCE
    assert beside_truism(share=0.2).missing([seen(Outcome.SERVED)]) is TRUISM
    assert beside_truism(share=0.2).missing([seen(Outcome.BLOCKED)]) is None


def test_a_truism_that_proves_nothing_is_not_asked_for_nor_believed() -> None:
    """Where even a made-up word has zero results inside it, it says nothing of any keyword, not even of those before."""
    comparison = beside_truism()
    assert not comparison.truism_failed
    nonsense_inside(comparison, seen(Outcome.EMPTY))
    assert comparison.truism_failed
    assert comparison.missing([seen(Outcome.EMPTY)]) is None
    assert outcomes(comparison, seen(Outcome.EMPTY, TRUISM)) == [Outcome.EMPTY]


def test_a_truism_is_tried_by_evidence_and_only_inside() -> None:
    """A captcha in its place shows nothing, nor do zero results of the made-up word alone."""
    comparison = beside_truism()
    nonsense_inside(comparison, seen(Outcome.THROTTLED))
    comparison.learn(make_question("zzq", purpose=Purpose.NONSENSE), seen(Outcome.EMPTY))
    assert not comparison.truism_failed
    nonsense_inside(comparison, seen(Outcome.EMPTY))
    nonsense_inside(comparison, seen(Outcome.SERVED))
    assert not comparison.truism_failed


def test_zero_results_inside_the_truism_are_a_hit() -> None:
    """The keyword alone keeps its zero, which claims nothing."""
    alone, inside = beside_truism().read([seen(Outcome.EMPTY), seen(Outcome.EMPTY, TRUISM)], NOBODY)
    assert alone.outcome is Outcome.EMPTY
    assert (inside.outcome, inside.mechanism) == (Outcome.BLOCKED, Mechanism.EMPTY)
    assert (inside.manner, inside.weight) == (Manner.IMPLICIT, Weight.AMBIGUOUS)
    assert inside.reason == "zero results even inside a query that always has some"


def test_results_inside_the_truism_stay_normal_unless_most_are_gone() -> None:
    """The made-up word inside it shows how many there are; without a share any number will do."""
    few = seen(Outcome.SERVED, TRUISM, count=10, weight=Weight.DETERMINATE)
    for comparison, expected in (
        (beside_truism(), Outcome.SERVED),
        (beside_truism(share=0.2), Outcome.FILTERED),
        (beside_truism(share=0.1), Outcome.SERVED),
    ):
        nonsense_inside(comparison, seen(Outcome.SERVED, count=100))
        (read,) = comparison.read([few], NOBODY)
        assert read.outcome is expected
    assert outcomes(beside_truism(share=0.2), few) == [Outcome.SERVED]  # nobody knows how many there are


def test_zero_results_that_the_reference_has_are_a_hit() -> None:
    """And each further zero, for the one answer of the reference."""
    comparison = beside_reference()
    answers = [seen(Outcome.EMPTY), seen(Outcome.SERVED, REFERENCE, 40), seen(Outcome.EMPTY)]
    first, there, second = comparison.read(answers, NOBODY)
    assert there == answers[1]
    assert [(one.outcome, one.mechanism) for one in (first, second)] == [
        (Outcome.BLOCKED, Mechanism.EMPTY)
    ] * 2
    assert first.reason == "zero results, while the reference has some"


def test_zero_results_at_the_reference_too_prove_nothing() -> None:
    """There may be none anywhere."""
    assert outcomes(beside_reference(), seen(Outcome.EMPTY), seen(Outcome.EMPTY, REFERENCE)) == [
        Outcome.EMPTY,
        Outcome.EMPTY,
    ]


@pytest.mark.parametrize(
    ("count", "expected"), [(7, Outcome.FILTERED), (8, Outcome.SERVED), (0, Outcome.FILTERED)]
)
def test_fewer_results_than_a_share_of_the_references_are_a_hit(count: int, expected: Outcome) -> None:
    """Just the share itself is not fewer; the reason tells both numbers."""
    answers = [
        seen(Outcome.SERVED, count=count, weight=Weight.DETERMINATE),
        seen(Outcome.SERVED, REFERENCE, 40),
    ]
    here = beside_reference(share=0.2).read(answers, NOBODY)[0]
    assert here.outcome is expected
    if expected is Outcome.FILTERED:
        assert (here.mechanism, here.weight) == (Mechanism.COUNT, Weight.AMBIGUOUS)
        assert here.reason == f"{count} results, of 40 at the reference"


def test_what_cannot_be_counted_is_not_few() -> None:
    """Here or there."""
    comparison = beside_reference(share=0.2)
    assert (
        outcomes(comparison, seen(Outcome.SERVED), seen(Outcome.SERVED, REFERENCE, 40))[0] is Outcome.SERVED
    )
    assert outcomes(comparison, seen(Outcome.SERVED, count=1), seen(Outcome.SERVED, REFERENCE))[0] is (
        Outcome.SERVED
    )


def test_benign_words_show_what_is_usual() -> None:
    """A small service has fewer results of everything: of an innocent word a tenth, so a share is taken of that."""
    comparison = beside_reference(share=0.2)
    few = [seen(Outcome.SERVED, count=5), seen(Outcome.SERVED, REFERENCE, 100)]
    assert outcomes(comparison, *few)[0] is Outcome.FILTERED
    for word, here in (("天气", 10), ("音乐", 30)):
        comparison.learn(make_question(word, purpose=Purpose.BENIGN), seen(Outcome.SERVED, count=here))
        comparison.learn(make_question(word, purpose=REFERENCE), seen(Outcome.SERVED, REFERENCE, 100))
    assert outcomes(comparison, *few)[0] is Outcome.SERVED  # 0.2 of the usual 0.2 of 100 are 4
    few[0] = seen(Outcome.SERVED, count=3)
    assert outcomes(comparison, *few)[0] is Outcome.FILTERED


def test_controls_that_failed_show_nothing_of_what_is_usual() -> None:
    """Zero results of a benign word, or an error page at the reference, would make any number look normal."""
    comparison = beside_reference(share=0.2)
    comparison.learn(make_question("天气", purpose=Purpose.BENIGN), seen(Outcome.EMPTY, count=0))
    comparison.learn(make_question("天气", purpose=REFERENCE), seen(Outcome.SERVED, REFERENCE, 100))
    comparison.learn(make_question("音乐", purpose=Purpose.BENIGN), seen(Outcome.SERVED, count=1))
    comparison.learn(make_question("音乐", purpose=REFERENCE), seen(Outcome.BLOCKED, REFERENCE, 100))
    few = [seen(Outcome.SERVED, count=5), seen(Outcome.SERVED, REFERENCE, 100)]
    assert outcomes(comparison, *few)[0] is Outcome.FILTERED


@pytest.mark.parametrize("broken", [Outcome.BLOCKED, Outcome.FILTERED, Outcome.FAILED, Outcome.CHALLENGED])
def test_a_reference_that_is_blocked_or_broken_says_nothing(broken: Outcome) -> None:
    """Then the zero stays a zero, and the reference is still missing."""
    comparison = beside_reference()
    answers = [seen(Outcome.EMPTY), seen(broken, REFERENCE, weight=Weight.DETERMINATE)]
    read = comparison.read(answers, NOBODY)
    assert read[0].outcome is Outcome.EMPTY
    assert not read[1].outcome.is_evidence
    assert comparison.missing(read) is REFERENCE


def test_rules_that_controls_fire_too_say_nothing() -> None:
    """Only they, however much they would prove elsewhere: a notice that is on every page is no sign."""
    weak = seen(Outcome.FILTERED, weight=Weight.WEAK, rule="nag")
    sure = seen(Outcome.BLOCKED, weight=Weight.DETERMINATE, rule="nag")
    other = seen(Outcome.FILTERED, weight=Weight.WEAK, rule="other")
    normal = seen(Outcome.SERVED, weight=Weight.DETERMINATE, rule="nag")
    read = compare().read([weak, sure, other, normal], frozenset({"nag"}))
    silent = Outcome.UNRECOGNISED
    assert [one.outcome for one in read] == [silent, silent, Outcome.FILTERED, Outcome.SERVED]
    assert read[0].reason == "what was seen here is seen on innocent answers too"


ANSWERS = st.builds(
    make_observation,
    st.sampled_from(Outcome),
    weight=st.sampled_from(Weight),
    purpose=st.sampled_from([WORD, WORD, TRUISM, REFERENCE]),
    count=st.sampled_from([None, 0, 1, 100]),
)


@given(st.lists(ANSWERS, max_size=12))
def test_reading_changes_nothing_that_was_read_and_keeps_order_and_silence(
    answers: Sequence[Observation],
) -> None:
    """One answer stays one answer, and what says nothing never begins to say something."""
    comparison = beside_reference(share=0.2, truism="a {keyword}")
    read = comparison.read(answers, NOBODY)
    assert [one.purpose for one in read] == [one.purpose for one in answers]
    for before, after in zip(answers, read, strict=True):
        assert before.outcome.is_evidence or not after.outcome.is_evidence
        if before.outcome not in (Outcome.SERVED, Outcome.EMPTY) and before.purpose is not REFERENCE:
            assert after == before
