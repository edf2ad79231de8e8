"""Definitions as text: what is written reads back."""

from __future__ import annotations

from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from probe.inputs.definitions.one_off import one_off
from probe.inputs.definitions.writing import write_definition, write_rules, write_values
from probe.inputs.definitions.yaml_nodes import read_tree
from probe.inputs.endpoints import check_definition
from probe.model.exchange import Failure
from probe.model.observation import Manner, Mechanism, Outcome, Weight
from probe.model.rule import Pick, Results, Rule, TextMatch, ValueMatch, When

HEAD = "name: x\ntitle: x\nkind: search\nrequest: {url: 'http://h.example/?q={keyword}'}\n"

_texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)
_tricky = st.sampled_from(
    [
        *(
            "no",
            "1e3",
            "0x1F",
            "~",
            "null",
            "true",
            "12:30",
            "1989-06-04",
            "- a",
            "a: b",
            "# x",
            "'",
            '"',
            "{a}",
        ),
        *(
            "%",
            "@",
            "\u2028",
            "\x85",
            "\ufeff",
            "\x00",
            "0777",
            "1_0",
            "=",
            "<<",
            ".5",
            "a\nb",
            " a ",
            "\x1b[2J",
        ),
    ]
)
_values = _texts | _tricky
_codes = st.integers(-(10**9), 10**9) | st.booleans() | _values
_conditions = st.one_of(
    st.builds(When, status=st.integers(100, 599), text=_values),
    st.builds(When, status=st.integers(300, 399), redirect=_values),
    st.builds(When, status=st.integers(100, 599), css=st.sampled_from(["li.result", "ol > li", "div.a-b_c"])),
    st.builds(When, status=st.integers(100, 599), json=st.dictionaries(st.just('data."a-b"'), _codes, min_size=1)),
    st.builds(When, json=st.just({"data.items": ValueMatch(exists=True)})),
    st.builds(When, text=st.builds(TextMatch, contains=_values)),
    st.builds(When, failure=st.sampled_from(Failure)),
    st.just(When(status=200, count=">=1")),
    st.just(When(status=200, like="benign", not_=When(like="canary"))),
)  # fmt: skip
_rules = st.builds(
    Rule,
    id=st.just("x"),
    when=_conditions,
    outcome=st.sampled_from(Outcome),
    weight=st.sampled_from(Weight),
    mechanism=st.none() | st.sampled_from(Mechanism),
    manner=st.none() | st.sampled_from(Manner),
    reason=st.none() | _values,
)
_SERVED = Rule(id="served", when=When(status=200), outcome=Outcome.SERVED)


@given(st.lists(_rules, max_size=4), st.sampled_from(["li.result", "ol > li"]))
def test_what_is_written_reads_back(rules: list[Rule], selector: str) -> None:
    """Whatever stands in it: pasted into a definition, it means the same."""
    numbered = [msgspec.structs.replace(rule, id=f"r{place}") for place, rule in enumerate(rules)]
    results = Results(count=Pick(css=selector))
    text = write_rules((*numbered, _SERVED), results, answers=12)
    definition, faults, _ = check_definition(HEAD + text, "x.yaml")
    assert [str(fault) for fault in faults] == []
    assert definition is not None
    assert definition.rules == (*numbered, _SERVED)
    assert definition.results == results


def test_it_says_where_it_comes_from() -> None:
    """And that somebody must look at it; without results, it has no such part."""
    text = write_rules([_SERVED], Results(), answers=12)
    assert text.startswith("# Inferred from 12 answers of one run: look at each rule before you rely on it.")
    assert "results:" not in text
    assert write_rules([_SERVED]).startswith("# Inferred from the answers of one run:")


def test_readable_texts_are_written_as_they_are() -> None:
    """For people: no quotes where none are needed, no escapes for what can be read."""
    rule = msgspec.structs.replace(
        _SERVED, when=When(status=200, text="未予显示"), reason="a page with results"
    )
    text = write_rules([rule])
    assert 'text: "未予显示"' in text
    assert "reason: a page with results" in text


def test_a_whole_definition_reads_back() -> None:
    """With what was left at its default left out."""
    definition = one_off("https://h.example/?q={keyword}", benign=["no", "1e3"], rate=None).definition
    again, faults, _ = check_definition(write_definition(definition), "x.yaml")
    assert (again, faults) == (definition, [])


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**17), 10**17) | st.floats(allow_nan=False, allow_infinity=False) | _values,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_values | st.just("k" * 200), inner, max_size=4),
    max_leaves=20,
)  # fmt: skip


@given(_JSON)
def test_plain_values_read_back(value: Any) -> None:
    """Whatever a file can say: of what extends another, only this text is kept."""
    again = read_tree(write_values(value))
    assert (again.value, again.findings) == (value, ())
    assert repr(again.value) == repr(value)
