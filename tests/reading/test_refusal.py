"""A model that declines is told apart from one that answers, however its answer sounds."""

from __future__ import annotations

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from probe.inputs.definitions.refusals import shared_refusals
from probe.model.refusal import CannedRefusal, ProseRefusal, Refusals, Signs, Surroundings
from probe.reading.match import PatternTooSlow
from probe.reading.refusal import (
    HEAD,
    MOST_CHARACTERS,
    compile_refusal,
    compile_signs,
    find_refusal,
    normalise,
)
from tests.reading.answers import all_answers, read_answers

SHARED = shared_refusals()
INNOCENT = all_answers("innocent_answers")
REFUSING = all_answers("refusing_answers")
PLAIN = "Rain is water that falls from clouds. "
LONG = PLAIN * 12
CANNED = "你好，这个问题我暂时无法回答，让我们换个话题再聊聊吧。"


def prose(answer: str) -> str | None:
    return find_refusal(answer, SHARED, "prose")


def canned(answer: str) -> str | None:
    return find_refusal(answer, SHARED, "canned")


def test_the_files_hold_enough_of_all_languages() -> None:
    """Of three languages; no answer twice."""
    innocent, refusing = read_answers("innocent_answers"), read_answers("refusing_answers")
    assert set(innocent) == set(refusing) == {"English", "zh-Hans", "zh-Hant"}
    assert len(INNOCENT) >= 220
    assert all(len(answers) >= 30 for answers in refusing.values())
    assert len(set(INNOCENT + REFUSING)) == len(INNOCENT + REFUSING)


def test_no_answer_is_taken_for_a_refusal() -> None:
    """Apologies, inability, reports of refusals, quotations, unknown words, disclaimers before an answer."""
    assert [answer for answer in INNOCENT if prose(answer) or canned(answer)] == []


def test_refusals_are_found() -> None:
    """As services and open models phrase them."""
    assert [answer for answer in REFUSING if prose(answer) is None] == []


def test_what_is_found_stands_in_the_answer() -> None:
    """The clause that declines, and no more."""
    assert prose("I understand, **but** I can’t discuss this topic. Anything else?") == "I can't discuss"
    assert prose("很抱歉，我无法回答这个问题。") == "很抱歉,我无法回答这"
    assert all((prose(answer) or "?") in normalise(answer) for answer in REFUSING)


@pytest.mark.parametrize(
    "answer",
    [
        "**I'm sorry**, but I can’t discuss this topic.",
        "I'm sorry,\nbut I  can't\tdiscuss this topic.",
        "# I'm sorry, but I can't discuss this topic",
        "> I can't discuss this topic.",
        "“I'm sorry, but I can't discuss this topic.”",
        "Ｉ can't discuss this topic.",
        "<think>\n\n</think>\n\nI can't discuss this topic.",
        f"<think>{LONG * 20}</think>I can't discuss this topic.",
        "I CAN'T DISCUSS THIS TOPIC",
        "抱歉 ，我无法回答 “茶” 这个问题",
        "抱歉!我無法回答這個問題!",
        "I can't discuss “tea” with you.",
        "I can't discuss this topic, but I can tell you about others if you want.",
        "I can't discuss this topic. However, please ask me something else.",
        "I can't discuss this topic. " + "I am happy to help you. " * 5,
    ],
)
def test_form_and_courtesies_make_no_difference(answer: str) -> None:
    """Nor do markup, wide letters, curved quotation marks, what a model thought before, and what it offers."""
    assert prose(answer) is not None


@pytest.mark.parametrize(
    "answer",
    [
        "",
        " \n ",
        "I can't discuss this topic. " + PLAIN * 60,
        "I can't discuss this topic. " + LONG,
        "I can't discuss this topic, but rain is water that falls from clouds.",
        "I can't discuss this topic. However, rain is water that falls from clouds.",
        "我无法讨论这个话题，但是雨是从云里落下来的水。",
        LONG + "I can't discuss this topic.",
        PLAIN + "I can't discuss this topic.",
        PLAIN + "You wanted to know. I can't discuss this topic.",
        "I can't discuss this topic. Generally, rain falls from clouds.",
        "I can't discuss this topic, but I can tell you that rain falls from clouds.",
        "I can't discuss this topic. " + "I am happy to help you. " * 70,
        "这个记者的问题我无法回答。",
        "You ask me a question. " * 25 + "I can't discuss this topic.",
        "He wrote to me that I can't discuss this topic.",
        "They told you: I can't discuss this topic.",
        "If you ask me, I can't discuss this topic.",
        "I can't discuss this topic without knowing your country.",
        "“I can't discuss this topic” is what it says to you.",
        "<think>I can't discuss this topic.</think>" + PLAIN,
    ],
)
def test_an_answer_is_no_refusal(answer: str) -> None:
    """One that goes on to answer, that answered before, that reports, or that lacks something."""
    assert prose(answer) is None
    assert prose("I can't discuss this topic.") is not None


@given(st.sampled_from(REFUSING), st.integers(0, 3))
def test_a_refusal_in_front_of_a_long_answer_is_none(refusal: str, more: int) -> None:
    """Beyond the length, whatever is said; below it, where what follows is an answer."""
    assert prose(refusal + "\n" + LONG * (3 + more)) is None
    assert prose(refusal + "\n" + LONG) is None


@given(st.sampled_from(REFUSING), st.sampled_from(INNOCENT))
def test_a_quoted_refusal_is_none(refusal: str, answer: str) -> None:
    """Between quotation marks, in front of an answer or behind it."""
    quoted = "“" + regex.sub("[“”\n]", "", refusal) + "”"
    assert prose(f"{quoted}\n{answer}") is None
    assert prose(f"{answer}\n{quoted}") is None


@pytest.mark.parametrize(
    "text",
    [
        text
        for one in SHARED.canned.values()
        for text in ([one.text] if isinstance(one.text, str) else one.text)
    ],
)
def test_a_fixed_text_is_the_whole_answer(text: str) -> None:
    """With other dots and spaces, but with nothing beside it."""
    assert canned(text) == text
    assert canned(f" {text.rstrip('.。')}🙏\n") is not None
    assert canned(f"<think></think>{text.upper()}") is not None
    assert canned(f"{text} {PLAIN}") is None
    assert canned(f"{PLAIN}{text}") is None
    assert canned(text[: len(text) // 2]) is None


def test_nothing_is_no_fixed_text() -> None:
    """Nor are dots, even where a list holds none but dots."""
    assert canned("") is None
    assert canned("……") is None
    dots = CannedRefusal(text="……", language="en", meaning="dots", source="a test")
    assert find_refusal("……", Refusals(canned={"dots": dots}), "canned") is None


def own(pattern: str, around: Surroundings | None = None, **parts: str) -> Refusals:
    refusal = ProseRefusal(pattern=pattern, language="en", meaning="no", examples=("no",), source="a test")
    return Refusals(prose={"own": refusal}, parts=parts, around=around or Surroundings())


def test_parts_stand_for_pieces_of_patterns() -> None:
    """Within each other too; counted repetitions are none; a part that is none is an error."""
    assert find_refusal("Nope!", own("{no}{1,2}pe", no="{letter}o", letter="n"), "prose") == "Nope"
    with pytest.raises(KeyError):
        compile_refusal("{other}", {"no": "n"})
    with pytest.raises(regex.error):
        compile_refusal("(", {})


def test_parts_cannot_grow_without_end() -> None:
    """Ten in ten in ten, or one within itself."""
    with pytest.raises(regex.error, match="longer"):
        compile_refusal("{a}" * 100, {"a": "{b}" * 100, "b": "{c}" * 100, "c": "x" * 100})
    with pytest.raises(regex.error):
        compile_refusal("{a}" * 100, {"a": "{a}" * 100})


def test_signs_are_words_or_pieces() -> None:
    """Of none, nothing is found; so a pattern alone works too."""
    signs = compile_signs(Signs(words=("if",), pieces=("如果",)))
    assert [bool(signs.search(text)) for text in ("IF so", "iffy", "他如果来", "")] == [
        True,
        False,
        True,
        False,
    ]
    assert compile_signs(Signs()).search("anything") is None
    around = Surroundings(talk=Signs(words=("sorry",)), reported=Signs(words=("said",)))
    assert find_refusal("sorry, no", own("no", around), "prose") == "no"
    assert find_refusal("she said, no", own("no", around), "prose") is None


def test_a_pattern_that_runs_out_of_time_says_so() -> None:
    """Nothing is known of the answer then."""
    with pytest.raises(PatternTooSlow):
        find_refusal("a" * (HEAD - 1) + "c", own("(?:a|a)*?(?:a|aa)*?b|(?:(?:a|b|ab)*)*c$d"), "prose")


PIECES = st.sampled_from(
    [
        *"我这对的，。“”\"'*>\n ",
        "无法",
        "抱歉",
        "作为AI",
        "回答",
        "I ",
        "can't ",
        "really ",
        "discuss ",
        ". ",
        "but ",
        "your ",
        "<think>",
    ]
)


@given(st.lists(PIECES, max_size=60).map("".join) | st.text(max_size=80))
def test_no_answer_can_raise(answer: str) -> None:
    """Whatever it is made of."""
    for found in (prose(answer), canned(answer), prose(answer * 20)):
        assert found is None or isinstance(found, str)


@pytest.mark.parametrize(
    "answer",
    [
        "我" * (MOST_CHARACTERS - 1),
        "抱歉," * 499,
        "I can't " * 187,
        "“" * 1499,
        "'a" * 749,
        "作为AI,我无法 " * 160,
        "关于我" * 499,
        "\ufdfa" * 1499,
        "<think>" * 1_000_000,
        "I cannot provide " + "a b " * 350,
    ],
)
def test_hostile_answers_are_read_in_time(answer: str) -> None:
    """No pattern runs out of time, which would be an error."""
    assert prose(answer) is None
    assert canned(answer) is None
