"""YAML text to plain values: core scalars only, and a line for everything that is wrong."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from probe.inputs.definitions import yaml_nodes
from probe.inputs.definitions.yaml_nodes import Finding, field_name, quoted, read_tree, resolve


def _said(text: str) -> list[str]:
    tree = read_tree(text)
    return [str(tree.fault(finding, "e.yaml")) for finding in tree.findings]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("0", 0),
        ("-7", -7),
        ("+7", 7),
        ("0.5", 0.5),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("2.", 2.0),
    ],
)
def test_core_scalars_have_their_values(text: str, value: object) -> None:
    """Yes, no, nothing and decimal numbers are not texts."""
    found = resolve(text)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    "text",
    [
        "no",
        "on",
        "yes",
        "off",
        "y",
        "12:30",
        "1989-06-04",
        "0777",
        "-01",
        "0x1F",
        "0o17",
        "1_000",
        ".inf",
        ".nan",
        "1e999",
        "5%",
        "01.5",
        "9999999999999999999",
        ".",
    ],
)
def test_all_else_is_text(text: str) -> None:
    """What YAML 1.1 would turn into something else stays as it was written."""
    assert resolve(text) == text


def test_values_stand_where_they_were_written() -> None:
    """Mappings, lists and quoted texts become plain values, and each has its line."""
    tree = read_tree("# head\na:\n  - b: 1\n    1: 'no'\n  - [x, \"5\"]\nc: |\n  d\n")
    assert tree.value == {"a": [{"b": 1, "1": "no"}, ["x", "5"]], "c": "d\n"}
    assert tree.findings == ()
    assert [tree.lines[path] for path in [(), ("a",), ("a", 0), ("a", 0, "1"), ("a", 1, 0), ("c",)]] == [
        *[2, 2, 3, 4, 5, 6]
    ]


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    """Editors on Windows write one."""
    assert read_tree("\ufeffa: 1\n").value == {"a": 1}


def test_a_fault_without_a_line_takes_that_of_what_is_around_it() -> None:
    """A field that is missing is named on the line of its parent."""
    tree = read_tree("a:\n  b:\n    c: 1\n")
    fault = tree.fault(Finding(path=("a", "b", "x", 0), message="is missing"), "e.yaml")
    assert str(fault) == "e.yaml:2: a.b.x[0]: is missing"


def test_everything_that_is_not_plain_is_said_with_its_line() -> None:
    """Double keys, anchors, aliases and tags are found all at once, and reading goes on."""
    text = "a: &x 1\nb: *x\nc: !!python/none 1\nd: !y {e: 2}\nd: 3\n"
    assert _said(text) == [
        "e.yaml:1: a: anchors (&) are not allowed here",
        "e.yaml:2: b: aliases (*) are not allowed here",
        "e.yaml:3: c: tags (!) are not allowed here, such as 'tag:yaml.org,2002:python/none'",
        "e.yaml:4: d: tags (!) are not allowed here, such as '!y'",
        "e.yaml:5: d: is given a second time; the first is in line 4",
    ]
    assert read_tree(text).complete


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: 1\n---\nb: 2\n", "e.yaml:2: a second document begins here"),
        ("a: 1\n? [b]\n: 2\n", "e.yaml:2: a key must be a text"),
        ("a: &x 1\n*x : 2\n", "e.yaml:2: a key must be a text"),
        ("a:\n  b: 1\n\tc: 2\n", "e.yaml:3: a tab; between values YAML has spaces only"),
        ("a:\n\t- b\n", "e.yaml:2: a tab; between values YAML has spaces only"),
        ("a: 1\nb:\t2\n", "e.yaml:2: a tab; between values YAML has spaces only"),
        ("- " * 41 + "x", "e.yaml:1: nested more than 40 levels deep"),
        ("a:\nb: \x07\n", "e.yaml:2: the character U+0007 is not allowed in YAML"),
        ("a:\nb: \ud800\n", "e.yaml:2: the character U+D800 is not allowed in YAML"),
        ("# " + "x" * 1_000_000, "e.yaml:1: is larger than 1 MB"),
        ("# " + "天" * 400_000, "e.yaml:1: is larger than 1 MB"),
        ("- " + "\n- ".join("x" * 20_001), "e.yaml:20000: holds more than 20,000 values"),
    ],
)
def test_what_cannot_be_read_is_said_with_its_line(text: str, said: str) -> None:
    """Each is one fault in plain words, and the last thing that is read."""
    assert said in _said(text)


def test_tabs_inside_texts_and_comments_are_no_fault() -> None:
    """A captured page may hold them."""
    assert _said("a: 'b\tc' # d\te\nf: |\n  g\n  \th\ni: 1\n") == []


def test_a_syntax_error_names_line_and_remedy() -> None:
    """The commonest one is a slot without quotes."""
    (said,) = _said("request:\n  url: {base}/search\n")
    assert said.startswith("e.yaml:2: is not YAML: ")
    assert "in quotes" in said
    assert not read_tree("a: [").complete


def test_half_a_character_is_refused_whatever_reads_the_yaml(monkeypatch: pytest.MonkeyPatch) -> None:
    """PyYAML without libyaml lets an escaped surrogate through, which no later step could encode."""
    monkeypatch.setattr(yaml_nodes, "_LOADER", yaml.SafeLoader)
    assert _said('a: 1\nb: "\\ud800"\n') == ["e.yaml:2: half of a character (a lone surrogate)"]


def test_an_error_without_a_place_is_said_of_the_first_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """Readers may refuse a text as a whole."""

    def refuse(*_: Any, **__: Any) -> Any:
        raise yaml.YAMLError

    monkeypatch.setattr(yaml, "parse", refuse)
    assert _said("a: 1")[0].startswith("e.yaml:1: is not YAML: it cannot be read.")


def test_names_of_fields_are_harmless() -> None:
    """A key that is no plain word stands in brackets and quotes, cut, with nothing in it that a terminal obeys."""
    assert field_name(("rules", 0, "when", "json", "a.b[0]")) == "rules[0].when.json['a.b[0]']"
    assert field_name(("\x1b[31m", "x" * 70)) == f"['\\x1b[31m']['{'x' * 59}…']"
    assert quoted("a\u202eb") == "'a\\u202eb'"


@given(st.text(max_size=300))
def test_no_text_makes_it_fail(text: str) -> None:
    """Whatever comes, there is a tree, and each finding can be said."""
    tree = read_tree(text)
    for finding in tree.findings:
        assert tree.fault(finding, "e.yaml").line
    assert tree.complete or tree.value is None
