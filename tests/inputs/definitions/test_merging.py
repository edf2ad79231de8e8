"""Merging: what an extending definition says wins, the parent's holds elsewhere, and each value knows its file and line."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.inputs.definitions.merging import merge
from probe.inputs.definitions.schema import OWN
from probe.inputs.definitions.writing import write_values
from probe.inputs.definitions.yaml_nodes import Finding, Path, Tree, read_tree


def merged(own: str, theirs: str) -> Any:
    """The values of one text laid over those of another."""
    return merge(read_tree(own), read_tree(theirs), "parent.yaml").value


@pytest.mark.parametrize(
    ("own", "theirs", "value"),
    [
        ("limits: {rate: 2}", "limits: {rate: 1, block: 5}", {"limits": {"rate": 2, "block": 5}}),
        (
            "request: {json: {model: b, top: {n: 2}}}",
            "request: {url: u, json: {model: a, top: {n: 1, m: 1}}}",
            {"request": {"url": "u", "json": {"model": "b", "top": {"n": 2, "m": 1}}}},
        ),
        ("controls: {benign: [c]}", "controls: {benign: [a, b]}", {"controls": {"benign": ["c"]}}),
        ("local: {file: x}", "local: 5", {"local": {"file": "x"}}),
        ("local: 5", "local: {file: x}", {"local": 5}),
        ("join: ''", "join: '-'", {"join": ""}),
    ],
)
def test_mappings_are_merged_and_all_else_replaces(own: str, theirs: str, value: Any) -> None:
    """Also inside a JSON body."""
    assert merged(own, theirs) == value


@pytest.mark.parametrize(
    ("own", "theirs", "value"),
    [
        (
            "request: {sign: ~}",
            "request: {url: u, sign: {scheme: x}}",
            {"request": {"url": "u", "sign": None}},
        ),
        ("request: {query: ~}", "request: {url: u, query: {a: b}}", {"request": {"url": "u"}}),
        ("request: {query: {a: ~}}", "request: {query: {a: b, c: d}}", {"request": {"query": {"c": "d"}}}),
        ("request: {json: {a: ~}}", "request: {json: {a: {b: 1}}}", {"request": {"json": {}}}),
        ("limits: {block: ~}", "limits: {block: 5}", {"limits": {}}),
        ("rules: ~", "rules: [{id: a}]", {}),
        ("variables: {base: ~}", "variables: {base: {default: x}}", {"variables": {}}),
    ],
)
def test_a_null_takes_away_what_the_parent_has(own: str, theirs: str, value: Any) -> None:
    """Where null is a value of the field itself, it stands as null, which says that there is none."""
    assert merged(own, theirs) == value


def test_a_null_that_means_something_is_kept() -> None:
    """`rate: null` is no limit; taken away, it would be the default. And a JSON body may hold nulls of its own."""
    assert merged("limits: {rate: ~}", "limits: {rate: 2}") == {"limits": {"rate": None}}
    assert merged("request: {json: {a: ~}}", "request: {json: {b: 1}}") == {
        "request": {"json": {"b": 1, "a": None}}
    }


def test_a_null_for_what_the_parent_lacks_stands_as_in_any_file() -> None:
    """So that the schema can say what is wrong with it: a slip of the pen is no silence."""
    assert merged("limits: {blck: ~}", "limits: {block: 5}") == {"limits": {"block": 5, "blck": None}}


@pytest.mark.parametrize("field", ["rules", "session"])
@pytest.mark.parametrize(
    ("own", "theirs", "order"),
    [
        ("[a2, b2]", "[c1, d1]", "a2 b2 c1 d1"),
        ("[c2]", "[a1, c1, d1]", "a1 c2 d1"),
        ("[x2, c2, y2]", "[a1, c1, d1]", "x2 y2 a1 c2 d1"),
        ("[d2, a2]", "[a1, c1, d1]", "a2 c1 d2"),
        ("[a2, a3]", "[b1, a1]", "b1 a2 a3"),
        ("[a2]", "[a1, b1, a0]", "a2 b1"),
        ("[]", "[a1]", "a1"),
        ("[a2]", "[]", "a2"),
    ],
)
def test_entries_with_ids_go_before_or_in_place_of_the_parents(
    field: str, own: str, theirs: str, order: str
) -> None:
    """Written here as id and version. Doubled ids are kept, so that they are found to be a fault."""

    def entries(text: str) -> str:
        names = [name for name in text.strip("[]").split(", ") if name]
        return f"{field}: [{', '.join(f'{{id: {name[0]}, version: {name[1]}}}' for name in names)}]"

    found = merged(entries(own), entries(theirs))[field]
    assert " ".join(f"{entry['id']}{entry['version']}" for entry in found) == order


def test_entries_without_an_id_go_first() -> None:
    """They are a fault, which is said of the file in which they stand."""
    found = merged("rules: [5, {when: x}, {id: [a]}, {id: a}]", "rules: [7, {id: a, when: y}]")["rules"]
    assert found == [5, {"when": "x"}, {"id": ["a"]}, 7, {"id": "a"}]


def test_what_one_service_is_is_never_the_parents() -> None:
    """Nor are examples; the order is that in which fields are documented, with unknown ones last."""
    theirs = write_values({**dict.fromkeys(OWN, "theirs"), "odd": 1, "kind": "chat", "join": "-"})
    found = merged("title: T\nname: n\nextends: p\nkind: search", theirs)
    assert list(found.items()) == [
        ("name", "n"),
        ("title", "T"),
        ("kind", "search"),
        ("join", "-"),
        ("odd", 1),
    ]


def test_a_finding_moves_with_its_rule() -> None:
    """And is still said of the place that it has in its own file."""
    finding = Finding(path=("rules", 1, "when"), message="is odd.", line=3)
    own = read_tree("rules:\n- {id: c}\n- {id: x, when: 1}\n")
    tree = Tree(value=own.value, lines=own.lines, findings=(finding,))
    found = merge(tree, read_tree("rules: [{id: a}, {id: c}]"), "parent.yaml")
    assert found.findings[0].path == ("rules", 0, "when")
    assert str(found.fault(found.findings[0], "e.yaml")) == "e.yaml:3: rules[1].when: is odd."


_NAMES = st.sampled_from(
    ["limits", "request", "json", "query", "rate", "rules", "session", "name", "id", "a"]
)
_VALUES = st.recursive(
    st.none() | st.integers(0, 9) | st.sampled_from(["x", "y"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_NAMES, inner, max_size=4),
    max_leaves=12,
)
_ENTRIES = st.lists(
    st.fixed_dictionaries({"id": st.sampled_from("abcd"), "when": _VALUES}) | _VALUES, max_size=4
)
_TREES = st.dictionaries(_NAMES, _VALUES, max_size=5).flatmap(
    lambda fields: _ENTRIES.map(lambda rules: {**fields, "rules": rules})
)


def _at(value: Any, path: Path) -> Any:
    for step in path:
        value = value[step]
    return value


def _paths(value: Any, path: Path = ()) -> list[Path]:
    inner: list[tuple[Any, Any]] = []
    if isinstance(value, dict):
        inner = list(value.items())
    elif isinstance(value, list):
        inner = list(enumerate(value))
    return [path, *(found for key, item in inner for found in _paths(item, (*path, key)))]


@given(_TREES, _TREES, _TREES)
def test_each_value_is_found_where_it_is_said_to_stand(one: Any, two: Any, three: Any) -> None:
    """Whatever is merged, over two parents: the file, path and line of a value lead to that value."""
    files = {place: read_tree(write_values(value)) for place, value in (("", one), ("b", two), ("c", three))}
    found = merge(files[""], merge(files["b"], files["c"], "c"), "b")
    for path in _paths(found.value):
        fault = found.fault(Finding(path=path, message="x"), "")
        origin = found.origins.get(path)
        place, at = (origin.place or "", origin.path) if origin is not None else ("", path)
        assert (fault.file, fault.line) == (place, files[place].lines[at])
        value = _at(found.value, path)
        if not isinstance(value, dict):  # a merged mapping stands in both files
            there = _at(files[place].value, at)
            assert there == value or (len(at) == 1 and isinstance(value, list))


@given(_TREES)
def test_nothing_laid_over_something_changes_nothing(value: Any) -> None:
    """But for what is never inherited; and something over nothing is what it is."""
    tree, empty = read_tree(write_values(value)), read_tree("{}")
    assert merge(empty, tree, "p").value == {name: one for name, one in value.items() if name not in OWN}
    assert merge(tree, empty, "p").value == value
