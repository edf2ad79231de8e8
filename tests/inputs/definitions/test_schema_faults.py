"""Faults that the schema finds: all at once, in plain words, and mended so that other checks go on."""

from __future__ import annotations

import msgspec
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from probe.inputs.definitions.schema_faults import describe, find_problems, mend, near
from probe.inputs.definitions.yaml_nodes import field_name
from probe.model.definition import Definition
from tests.inputs.definition_samples import SOUND, changed, faults_of

_NAME = "name: example-search"
_TITLE = "title: Example search"
_WHEN = "{redirect: /captcha}"
_BENIGN = "benign: [天气, 音乐, 足球]"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "kind: search",
            "kind: serch",
            "3: kind: must be one of search, message, moderation, chat, ",
        ),
        (_TITLE, "titel: x", "1: title: is missing; it must be a text."),
        (_TITLE, "titel: x", "2: titel: is not a known field. Did you mean 'title'?"),
        (_TITLE, "title: 5", "2: title: must be a text, not the number 5. Put it in quotes: '5'."),
        (_TITLE, "title:", "2: title: must be a text, not empty. Give it a value, or leave the field out."),
        (
            _TITLE,
            "title: {a: 1}",
            "2: title: must be a text, not a mapping. A text that starts with { must stand in quotes.",
        ),
        (_TITLE, "title: ''", "2: title: must be 1 to 200 characters long, not the text ''."),
        (
            _NAME,
            'name: "a\\n"',
            "1: name: must be 1 to 40 of the characters a-z, 0-9 and -, not the text 'a\\n'.",
        ),
        (
            _NAME,
            f"{_NAME}\ncountry: CN",
            "2: country: must be a country code of two small letters, such as cn, not the text 'CN'.",
        ),
        (
            _NAME,
            f"{_NAME}\nrisk: {{reads: yes}}",
            "2: risk.reads: must be true or false, not the text 'yes'.",
        ),
        (
            _NAME,
            f"{_NAME}\nlimits: {{concurrency: abc}}",
            "2: limits.concurrency: must be a whole number, not the text 'abc'.",
        ),
        (
            _NAME,
            f"{_NAME}\nlimits: {{concurrency: 2.0}}",
            "2: limits.concurrency: must be a whole number, not the number 2.0.",
        ),
        (
            _NAME,
            f"{_NAME}\nlimits: {{rate: 0}}",
            "2: limits.rate: must be above 0 and at most 100,000, not the number 0.",
        ),
        (
            _NAME,
            f"{_NAME}\nlimits: {{max_body: 5}}",
            "2: limits.max_body: must be at least 1,000 and at most 50,000,000, not the number 5.",
        ),
        (_NAME, f"{_NAME}\nlimits: 5", "2: limits: must be a mapping, not the number 5."),
        (
            _WHEN,
            "{json: {a: [[1]]}}",
            "13: rules[0].when.json.a[0]: must be a text, a number or true or false, not a list.",
        ),
        (
            _WHEN,
            "{failure: connection_rest}",
            "13: rules[0].when.failure: cannot be the text 'connection_rest'. Did you mean 'connection_reset'?",
        ),
        (
            _WHEN,
            "{status: [200, [3]]}",
            "13: rules[0].when.status[1]: must be a whole number or a text, not a list.",
        ),
        (
            _WHEN,
            "{count: 1.5}",
            "13: rules[0].when.count: must be a whole number or a text, not the number 1.5.",
        ),
        (
            _WHEN,
            "{text: {patern: x}}",
            "13: rules[0].when.text.patern: is not a known field. Did you mean 'pattern'?",
        ),
        (
            _WHEN,
            "{json: {a.b: {zzz: 1}}}",
            "13: rules[0].when.json['a.b'].zzz: is not a known field. Known here: exists, equals, ",
        ),
        (
            _WHEN,
            "{text: true}",
            "13: rules[0].when.text: must be a text, a list or a mapping, not true. Put it in quotes: 'true'.",
        ),
        (
            _WHEN,
            "{like: bening}",
            "13: rules[0].when.like: must be one of benign, canary, nonsense, not-benign, unlike, not the text"
            " 'bening'. Did you mean 'benign'?",
        ),
        (_WHEN, "5", "13: rules[0].when: must be a list or a mapping, not the number 5."),
        (_WHEN, "[{status: 200}, 7]", "13: rules[0].when[1]: must be a mapping, not the number 7."),
        ("  outcome: challenged\n", "", "12: rules[0].outcome: is missing; it must be one of served,"),
        (_BENIGN, "benign: 天气", "24: controls.benign: must be a list, not the text '天气'."),
        (_BENIGN, "benign: [天气, ~]", "24: controls.benign[1]: must be a text, not empty."),
    ],
)
def test_a_fault_is_said_in_plain_words(old: str, new: str, said: str) -> None:
    """File, line, field, what is wrong, and what was meant."""
    faults = faults_of(changed(old, new))
    assert any(fault.startswith(f"e.yaml:{said}") for fault in faults), faults


def test_one_fault_gives_one_message() -> None:
    """A value of two possible forms is spoken of as the one that it seems to be meant as."""
    assert len(faults_of(changed(_WHEN, "{failure: connection_rest}"))) == 1
    assert len(faults_of(changed(_WHEN, "{text: {patern: x}}"))) == 1


def test_too_many_rules_are_a_fault() -> None:
    """Bounds of lists are said as numbers."""
    value = yaml.safe_load(SOUND)
    (problem,) = find_problems({**value, "rules": [value["rules"][0]] * 201})
    assert problem.finding.message == "must be a list of 0 to 200, not a list."


def test_near_words_are_guessed_for_a_while_only() -> None:
    """Thousands of unknown fields are named quickly; the first hundred get a guess."""
    value = yaml.safe_load(SOUND) | {f"titl{number}": 1 for number in range(150)}
    hints = [problem.finding.hint or "" for problem in find_problems(value)]
    assert len(hints) == 150
    assert sum(hint.startswith("Did you mean") for hint in hints) == 100


def test_near_finds_the_word_that_was_meant() -> None:
    """Neither far words nor very long ones get a hint."""
    assert near("statu", ["status", "stage"]) == "Did you mean 'status'?"
    assert near("zzz", ["status"]) is None
    assert near("status" * 100, ["status"]) is None


def test_values_are_described_in_plain_words() -> None:
    """No Python stands in messages."""
    values: list[object] = [None, True, False, 5, 0.5, "a\x1b", [1], {}]
    assert [describe(value) for value in values] == [
        *[
            "empty",
            "true",
            "false",
            "the number 5",
            "the number 0.5",
            "the text 'a\\x1b'",
            "a list",
            "a mapping",
        ]
    ]


def test_mending_keeps_what_is_sound_and_the_places_in_lists() -> None:
    """Other checks go on beside the faults, and name the right rule."""
    value = yaml.safe_load(SOUND)
    value["rules"][0] = 5
    value["limits"] = {"rate": "x", "max_text": True, "block": 7}
    value["unknown"] = 1
    del value["kind"], value["rules"][1]["id"]
    value["rules"][2]["when"] = "x"
    value["examples"][0]["answer"]["status"] = "x"
    value["risk"] = {"sends": None}
    mended = mend(value, find_problems(value))
    definition = msgspec.convert(mended, Definition)
    assert [rule.outcome.value for rule in definition.rules] == ["served", "blocked", "served"]
    assert definition.limits.block == 7
    assert definition.limits.max_text == 200
    assert value["unknown"] == 1


_FIELDS = st.sampled_from(
    [
        "name",
        "title",
        "kind",
        "request",
        "rules",
        "when",
        "outcome",
        "id",
        "url",
        "query",
        "json",
        "form",
        "status",
        "text",
        "count",
        "examples",
        "answer",
        "keyword",
        "limits",
        "rate",
        "controls",
        "benign",
        "contains",
        "equals",
        "not",
        "failure",
        "weight",
    ]
)
_TEXTS = ["x", "served", "{keyword}", "200", "GET"]
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 999) | st.floats(-5, 999) | st.sampled_from(_TEXTS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_FIELDS, inner, max_size=5),
    max_leaves=15,
)


@given(st.dictionaries(_FIELDS, _VALUES, max_size=6))
def test_whatever_is_wrong_can_be_said_and_mended(value: dict[str, object]) -> None:
    """The mended values are always a definition, so that no check is ever left out."""
    problems = find_problems(value)
    for problem in problems:
        assert problem.finding.message
        field_name(problem.finding.path)
    msgspec.convert(mend(value, problems), Definition)
