"""Is exactly that found which triggers, whatever the rule, and whatever the censor misses?"""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.planning.channel import Channel
from probe.planning.inquiry import Ask
from probe.planning.isolation import Isolator, Word
from probe.planning.passage import split_characters
from tests.planning.censors import Censor, Rule, components, drive, isolate

CHANNEL = Channel()
CLUSTERS = ("甲", "乙", "丙", "丁", "e\u0301", "क्षि", "\N{WOMAN}\N{ZERO WIDTH JOINER}\N{GIRL}", "a", "9")

characters = st.sampled_from(CLUSTERS)
texts = st.lists(characters, min_size=1, max_size=24).map("".join)
words = st.lists(characters, min_size=1, max_size=4).map("".join)


@st.composite
def censored_texts(draw: st.DrawFn) -> tuple[str, list[Rule]]:
    """A text, and rules of which it holds one at least: components anywhere in it, overlapping, repeated, touching."""
    split = split_characters(draw(texts))
    rules = []
    for _ in range(draw(st.integers(1, 3))):
        rule = []
        for _ in range(draw(st.integers(1, 3))):
            start = draw(st.integers(0, len(split) - 1))
            rule.append("".join(split[start : start + draw(st.integers(1, 5))]))
        rules.append(tuple(rule))
    return "".join(split), [*rules, *draw(st.lists(st.tuples(words), max_size=2))]


def triggers(rules: Sequence[Rule], pieces: Sequence[str]) -> bool:
    """Whether pieces that have nothing to do with each other trigger."""
    return any(all(any(one in piece for piece in pieces) for one in rule) for rule in rules)


def smaller(pieces: Sequence[str]) -> list[list[str]]:
    """The same with one piece left out, or without its first or last character."""
    found = []
    for number, piece in enumerate(pieces):
        split = split_characters(piece)
        shorter = [[], ["".join(split[1:])], ["".join(split[:-1])]]
        found += [[*pieces[:number], *one, *pieces[number + 1 :]] for one in shorter]
    return [[piece for piece in one if piece] for one in found]


def test_a_word_in_a_sentence_is_found() -> None:
    """Where it stands, that it is sure, and with how few questions."""
    found = isolate(Censor([("谣言",)]), "今天有人说谣言四起的时候")
    (trigger,) = found.triggers
    assert (trigger.components, trigger.spans, trigger.confirmed) == (("谣言",), ((5, 7),), True)
    assert trigger.doubt is not None
    assert trigger.doubt <= 0.001
    assert (found.complete, found.reason, trigger.any_order) == (True, None, None)
    assert found.questions <= 10


@given(censored_texts())
def test_what_is_found_triggers_alone_and_nothing_of_it_may_be_missing(
    planted: tuple[str, list[Rule]],
) -> None:
    """However the rules lie: overlapping, repeated, touching, one inside another."""
    text, rules = planted
    found = isolate(Censor(rules), text)
    (trigger,) = found.triggers
    assert trigger.confirmed
    assert triggers(rules, trigger.components)
    assert not any(triggers(rules, one) for one in smaller(trigger.components))
    assert all(one in text for one in trigger.components)


@given(censored_texts())
def test_every_trigger_is_found_and_nothing_else(planted: tuple[str, list[Rule]]) -> None:
    """Those rules that stand in the text and of which no other is a part."""
    text, rules = planted
    whole = {
        frozenset(one for one in rule if not any(one in other and one != other for other in rule))
        for rule in rules
        if triggers([rule], [text])
    }
    least = {
        rule
        for rule in whole
        if not any(one != rule and triggers([tuple(one)], sorted(rule)) for one in whole)
    }
    found = isolate(Censor(rules), text, every=True, looks_at_arrangement=False)
    assert found.complete
    assert {frozenset(one.components) for one in found.triggers} == least
    for trigger in found.triggers:  # also where others were taken out before
        assert tuple(text[start:end] for start, end in trigger.spans) == trigger.components


@given(censored_texts(), st.sampled_from(["", " ", "+"]))
def test_no_character_is_ever_cut(planted: tuple[str, list[Rule]], separator: str) -> None:
    """What is sent are whole characters of the text, in pieces that stand in it."""
    text, rules = planted
    split = split_characters(text)
    censor = Censor(rules)
    isolator = Isolator([text], channel=CHANNEL, separator=separator, filler="天气")
    pieces = {
        "".join(split[start:end]) for start in range(len(split)) for end in range(start + 1, len(split) + 1)
    }
    for ask in drive(isolator, lambda ask: censor.answer(ask.text)):
        assert set(ask.pieces) <= pieces


@given(censored_texts(), st.integers(0, 12))
def test_a_budget_is_never_exceeded_and_what_is_known_then_holds(
    planted: tuple[str, list[Rule]], budget: int
) -> None:
    """What is said to trigger does, even where it is not the least."""
    text, rules = planted
    censor = Censor(rules)
    found = isolate(censor, text, budget=budget, every=True)
    assert len(censor.texts) == found.questions <= budget
    assert found.complete or f"the budget of {budget} questions is spent" in (found.reason or "")
    assert all(triggers(rules, one.components) for one in found.triggers)


@given(texts, st.integers(0, 2**32), st.sampled_from([(1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 1, 0), (1, 1, 1)]))
def test_any_answers_come_to_an_end(text: str, seed: int, weights: tuple[int, int, int]) -> None:
    """All unknown, all of one kind, and any that contradict each other."""
    chance = random.Random(seed)
    isolator = Isolator(
        [text], channel=Channel(miss=0.25, false=0.1), every=True, filler="天气", error_rate=0.01
    )
    drive(isolator, lambda ask: chance.choices(list(Word), weights)[0])
    found = isolator.result()
    assert found.complete or found.reason
    assert isolator.ready() == []


@pytest.mark.parametrize(
    ("miss", "false"), [(0.01, 0.0), (0.05, 0.0), (0.25, 0.0), (0.05, 0.02), (0.25, 0.05)]
)
def test_a_censor_that_errs_is_seen_through(miss: float, false: float) -> None:
    """In 100 texts, 99 at least: that is ten times more than the error rate allows."""
    chance = random.Random(7)
    alphabet = [chr(0x4E00 + number) for number in range(2000)]
    right = 0
    for seed in range(100):
        text = "".join(chance.choices(alphabet, k=60))
        starts = sorted(chance.sample(range(0, 60, 6), chance.choice([1, 1, 2, 3])))
        rule = tuple(text[start : start + chance.randint(2, 5)] for start in starts)
        found = isolate(Censor([rule], miss=miss, false=false, seed=seed), text)
        right += components(found) == [tuple(sorted(rule))]
    assert right >= 99


@pytest.mark.parametrize("seed", [32, 35])
def test_a_component_that_turns_out_to_be_none_is_gone_back_on(seed: int) -> None:
    """False hits led to a wrong one; that nothing after it triggers speaks against it. (Drawn so that this happens.)"""
    found = isolate(Censor([("三四", "九")], miss=0.05, false=0.2, seed=seed), "一二三四五六七八九十百千")
    assert components(found) == [("三四", "九")]
    assert found.questions < 100


def test_components_of_a_rule_that_has_an_order_are_found_and_the_order_said() -> None:
    """Nothing is ever asked in another order than that of the text before they are found."""
    text = "说了维权的事情又说到律师的事情"
    ordered = isolate(Censor([("维权", "律师")], is_ordered=True), text, filler="天气")
    (trigger,) = ordered.triggers
    assert (trigger.components, trigger.any_order, trigger.apart) == (("维权", "律师"), False, True)
    free = isolate(Censor([("律师", "维权")]), text, filler="天气")
    assert (free.triggers[0].components, free.triggers[0].any_order) == (("维权", "律师"), True)


def test_a_separator_that_the_censor_does_not_see_is_found_out() -> None:
    """Every character would pass for a component; put together again they are one."""
    found = isolate(Censor([("谣言四起",)], ignored=" "), "今天谣言四起的时候", filler="天气")
    (trigger,) = found.triggers
    assert (trigger.components, trigger.spans) == (("谣言四起",), ((2, 6),))
    assert (trigger.any_order, trigger.apart) == (None, None)


def test_components_that_touch_but_need_not_stay_two() -> None:
    """Each is a word of its own."""
    found = isolate(Censor([("维权", "律师")]), "今天维权律师来了", filler="天气")
    assert found.triggers[0].components == ("维权", "律师")
    assert found.triggers[0].apart is True


def test_the_components_of_a_keyword_are_a_text_of_several_parts() -> None:
    """Spans are of the text as it is sent, with what joins them."""
    found = isolate(Censor([("权利", "师")]), "维护权利", "大律师", separator=" + ")
    assert found.triggers[0].components == ("权利", "师")
    assert found.triggers[0].spans == ((2, 4), (9, 10))


def test_spans_count_code_points() -> None:
    """As programs that cut strings do."""
    found = isolate(Censor([("谣言",)]), "e\u0301\N{WOMAN}\N{ZERO WIDTH JOINER}\N{GIRL}谣言")
    assert found.triggers[0].spans == ((5, 7),)


def test_a_text_that_does_not_trigger_any_more_is_said_to() -> None:
    """It was known to, so that is odd."""
    found = isolate(Censor([("没有",)]), "今天天气很好")
    assert (found.triggers, found.complete) == ((), False)
    assert found.reason == "the text as a whole does not trigger when it is asked again"


def test_unknown_answers_are_asked_elsewhere() -> None:
    """A text that never gets an answer does not keep the rest from being found."""
    censor = Censor([("谣言",)])
    lost: list[str] = []

    def answer(ask: Ask) -> Word:
        if not lost:
            lost.append(ask.text)
        return Word.UNKNOWN if ask.text in lost else censor.answer(ask.text)

    isolator = Isolator(["今天有人说谣言四起的时候"], channel=CHANNEL)
    drive(isolator, answer)
    assert components(isolator.result()) == [("谣言",)]


def test_what_is_too_long_is_never_sent() -> None:
    """Pieces that stand beside each other may be longer than the text."""
    text = "说谣言四起的时候又说六四和法轮功的事"
    censor = Censor([("谣言", "法轮功")])
    found = isolate(censor, text, may_send=lambda one: len(one) <= len(text))
    assert components(found) == [("法轮功", "谣言")]
    assert max(map(len, censor.texts)) <= len(text)


def test_dear_hits_are_saved_by_questions_that_are_mostly_clean() -> None:
    """Fewer hits for more questions."""
    hits, asked = [], []
    for cost in (1.0, 15.0):
        censor = Censor([("谣言",)])
        isolate(
            censor,
            "一二三四五六七八九十" * 12 + "谣言" + "零壹贰叁肆伍陆柒捌玖" * 12,
            channel=Channel(hit_cost=cost),
        )
        hits.append(sum(censor.hits(text) for text in censor.texts))
        asked.append(len(censor.texts))
    assert hits[1] < hits[0]
    assert asked[1] > asked[0]


def test_it_says_what_it_knows_at_any_time() -> None:
    """Before the end, what triggers is known to be there, but not that less of it does."""
    censor = Censor([("谣言",)])
    isolator = Isolator(["今天有人说谣言四起的时候"], channel=CHANNEL)
    for _ in range(4):
        (ask,) = isolator.ready()
        assert isolator.ready() == []
        isolator.tell(censor.answer(ask.text))
    now = isolator.result()
    assert (now.complete, now.reason, now.questions) == (False, "not finished", 4)
    assert not now.triggers[0].confirmed
    isolator.stop("enough")
    assert isolator.result().reason == "enough"
    assert isolator.is_done
