"""A text of several words is believed when it was seen to be read to its end."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.planning.pool_proof import Answer, PoolProof

HIT, PASSED, SILENT = Answer.HIT, Answer.PASSED, Answer.SILENT


def prove(
    *canaries: str,
    characters: int = 40,
    benign: Sequence[str] = ("aa", "bbb"),
    tries: int = 1,
    most: int = 600,
) -> PoolProof:
    return PoolProof(benign, canaries, characters=characters, between=1, length=len, tries=tries, most=most)


def run(proof: PoolProof, answer: Callable[[Sequence[str]], Answer]) -> list[str]:
    """Ask until there is nothing more to ask; all texts."""
    asked: list[str] = []
    while (words := proof.next()) is not None:
        asked.append(" ".join(words))
        proof.tell(answer(words))
        assert len(asked) < 500
    return asked


@given(
    characters=st.integers(1, 300),
    most=st.integers(2, 40),
    benign=st.lists(st.text("xyz", min_size=1, max_size=30), min_size=1, max_size=5),
    canaries=st.lists(st.text("C", min_size=1, max_size=60), max_size=3, unique=True),
    answers=st.lists(st.sampled_from(Answer), min_size=1, max_size=20),
)
def test_it_always_ends_within_what_a_text_may_hold(
    characters: int, most: int, benign: list[str], canaries: list[str], answers: list[Answer]
) -> None:
    """Whatever is answered, and however long the words are."""
    proof = prove(*canaries, characters=characters, benign=benign, most=most)
    place = 0

    def answer(words: Sequence[str]) -> Answer:
        nonlocal place
        place += 1
        return answers[place % len(answers)]

    asked = run(proof, answer)
    assert all(len(text) <= characters and len(text.split()) <= most for text in asked)
    assert proof.is_over or proof.lacks_canary
    if proof.is_done:
        assert asked[-1].endswith("C")
        assert len(asked[-1]) + 31 + 60 >= proof.characters or len(asked[-1].split()) == most


def test_the_canary_stands_at_the_end_of_a_full_text() -> None:
    """Who reads only the beginning does not see it."""
    proof = prove("CC", characters=40)
    asked = run(proof, lambda words: HIT if "CC" in words else PASSED)
    assert asked[-1].endswith(" CC")
    assert 36 <= len(asked[-1]) <= 40
    assert proof.is_done
    assert proof.characters == 40


def test_a_service_that_reads_the_beginning_gets_texts_that_it_reads() -> None:
    """Texts are halved until the canary is seen."""
    proof = prove("CC", characters=200)
    run(proof, lambda words: HIT if "CC" in " ".join(words)[:60] else PASSED)
    assert proof.is_done
    assert proof.characters == 50


@pytest.mark.parametrize("answer", [PASSED, HIT, SILENT])
def test_there_are_no_pools_where_it_is_never_seen(answer: Answer) -> None:
    """All benign texts hit, nothing ever hit, nothing ever said."""
    proof = prove("CC")
    run(proof, lambda words: answer)
    assert proof.failed is not None
    assert not proof.is_done


def test_a_canary_that_was_lifted_leaves_it_to_the_others() -> None:
    """Each is tried at a length before a shorter one is."""
    proof = prove("AA", "CC")
    run(proof, lambda words: HIT if "CC" in words else PASSED)
    assert proof.is_done
    assert proof.characters == 40


def test_a_censor_that_misses_has_several_tries() -> None:
    """One miss does not shorten pools."""
    proof = prove("CC", tries=3)
    answers = iter([PASSED, PASSED, PASSED, HIT])
    run(proof, lambda words: next(answers))
    assert proof.is_done
    assert proof.characters == 40


def test_without_canary_it_waits_for_the_first_word_that_is_found() -> None:
    """That is learnt only as long as it matters."""
    proof = prove()
    run(proof, lambda words: PASSED)
    assert proof.lacks_canary
    proof.learn("D" * 60)
    assert proof.lacks_canary, "it does not fit into a text"
    proof.learn("DD")
    assert not proof.lacks_canary
    run(proof, lambda words: HIT)
    assert proof.is_done


def test_no_longer_text_is_believed_than_was_seen() -> None:
    """Where a text holds few words, the longest benign ones are the ones in it."""
    proof = prove("CC", characters=400, benign=("a", "bbbbbb"), most=3)
    asked = run(proof, lambda words: HIT if "CC" in words else PASSED)
    assert asked[-1] == "bbbbbb a CC"
    assert proof.characters == len(asked[-1])


def test_a_hit_that_may_be_chance_takes_a_second() -> None:
    """One that proves itself is believed."""
    proof = prove("CC", tries=3)
    proof.tell(PASSED)
    proof.tell(HIT, is_proof=False)
    assert not proof.is_done
    proof.tell(PASSED)
    proof.tell(HIT, is_proof=False)
    assert proof.is_done
    other = prove("CC")
    other.tell(PASSED)
    other.tell(HIT, is_proof=True)
    assert other.is_done
