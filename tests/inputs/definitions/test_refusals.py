"""The refusals that come with probe prove themselves, and faults in them are named."""

from __future__ import annotations

import re
from typing import Any

import msgspec
import pytest

from probe.inputs.definitions.files import builtin_endpoints
from probe.inputs.definitions.refusals import REFUSALS, find_refusal_faults, shared_refusals
from probe.model.refusal import CannedRefusal, ProseRefusal, Refusals, Signs, Surroundings
from probe.reading.refusal import find_refusal

SHARED = shared_refusals()
GOOD: dict[str, Any] = {
    "pattern": "no {thing}",
    "language": "en",
    "meaning": "no",
    "examples": ("No tea.",),
    "source": "a test",
}


def faults(refusals: Refusals) -> list[str]:
    return [f"{'.'.join(map(str, one.path))} {one.message}" for one in find_refusal_faults(refusals)]


def changed(**fields: Any) -> list[str]:
    return faults(Refusals(prose={"own": ProseRefusal(**(GOOD | fields))}, parts={"thing": "tea|rain"}))


def test_the_shared_refusals_have_no_fault() -> None:
    """Each pattern compiles and finds its own examples; the file is no endpoint."""
    assert faults(SHARED) == []
    assert REFUSALS not in builtin_endpoints()


@pytest.mark.parametrize("name", [*SHARED.canned, *SHARED.prose])
def test_every_shared_refusal_says_what_it_is(name: str) -> None:
    """Its language, its meaning and its source."""
    assert re.fullmatch("[a-z][a-z-]{1,40}", name)
    one = SHARED.canned.get(name) or SHARED.prose[name]
    assert one.meaning
    assert one.source
    assert set(one.language.split(", ")) <= {"en", "zh-Hans", "zh-Hant"}


def test_all_languages_have_fixed_texts_or_patterns() -> None:
    """English and both ways of writing Chinese."""
    spoken = {language for one in SHARED.prose.values() for language in one.language.split(", ")}
    assert spoken == {"en", "zh-Hans", "zh-Hant"}


@pytest.mark.parametrize("name", SHARED.prose)
def test_every_pattern_is_needed(name: str) -> None:
    """One of its examples is found by no other pattern: else it is the other's double."""
    others = {other: prose for other, prose in SHARED.prose.items() if other != name}
    without = msgspec.structs.replace(SHARED, prose=others)
    assert any(find_refusal(example, without, "prose") is None for example in SHARED.prose[name].examples)


def test_a_sound_refusal_has_no_fault() -> None:
    """The one that the others are made from."""
    assert changed() == []


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"pattern": "no {other}"}, "prose.own.pattern 'other' is no part."),
        ({"pattern": "no ("}, "prose.own.pattern is no regular expression: missing )"),
        ({"pattern": "(no{999}){999}"}, "prose.own.pattern repeats more than 100,000 characters."),
        ({"examples": ("No tea.", "Tea.")}, "prose.own.examples.1 is not found by the pattern."),
        ({"examples": ()}, "prose.own.examples is empty, so that nothing proves the pattern."),
    ],
)
def test_what_is_wrong_with_a_pattern_is_a_fault(fields: dict[str, Any], said: str) -> None:
    """With its place."""
    (fault,) = changed(**fields)
    assert fault.startswith(said)


@pytest.mark.parametrize("text", ["", "……", (), ("No.", "?")])
def test_a_fixed_text_has_words(text: str | tuple[str, ...]) -> None:
    """Else an empty answer would be one."""
    wordless = CannedRefusal(text=text, language="en", meaning="no", source="a test")
    (fault,) = faults(Refusals(canned={"own": wordless}))
    assert fault == "canned.own.text holds a text without a letter, which says nothing."


def test_a_sign_that_does_not_compile_is_a_fault() -> None:
    """And the only one, as nothing can be tried without it."""
    broken = Refusals(around=Surroundings(talk=Signs(words=("(",))), prose={"own": ProseRefusal(**GOOD)})
    (fault,) = faults(broken)
    assert fault.startswith("around.talk is no regular expression:")
