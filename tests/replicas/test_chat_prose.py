"""What a replica says in prose, and the pieces that it comes in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.replicas.chat_prose import ANSWERS, REFUSALS, answer_to, language, refusal_of
from tests.replicas.chat_stream import torn


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("什么是龙井茶？", "zh"),
        ("什麼是龍井茶？請說明。", "zh-Hant"),
        ("What is 龙井茶?", "en"),
        ("お茶とは何ですか。", "ja"),
        ("녹차는 무엇입니까?", "ko"),
        ("Что такое чай?", "ru"),
        ("¿Qué es el té?", "es"),
        ("Quelle est la capitale ?", "fr"),
        ("Was ist der Tee?", "de"),
        ("", "en"),
    ],
)
def test_a_question_is_answered_in_its_language(text: str, wanted: str) -> None:
    assert language(text) == wanted
    assert refusal_of(text) in REFUSALS[wanted]
    assert language(ANSWERS[wanted][0].format(about="")) == wanted


@given(st.text())
def test_any_question_has_its_answer(text: str) -> None:
    """Always the same, and never a refusal."""
    assert answer_to(text) == answer_to(text)
    assert answer_to(text) not in {one for several in REFUSALS.values() for one in several}


@given(st.lists(st.binary()), st.integers(min_value=1, max_value=9))
def test_tearing_keeps_every_byte(pieces: list[bytes], size: int) -> None:
    assert b"".join(torn(pieces, size)) == b"".join(pieces)
