"""The schema for editors: less is asked of a file that extends another, and no slip is let through for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from probe.inputs.definitions.schema import published_schema
from probe.inputs.endpoints import read_endpoint
from tests.inputs.definition_samples import SOUND

HEAD = {"name": "variant", "title": "A variant", "extends": "parent.yaml"}


def complaints(value: Any) -> list[str]:
    """What an editor would mark, by its path."""
    return [error.json_path for error in Draft202012Validator(published_schema()).iter_errors(value)]


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"request": {"headers": {"x-version": "2"}}},
        {"request": {"sign": {"with": {"id": "x"}}, "json": {"temperature": None}}},
        {"limits": {"block": None, "rate": None}, "risk": None, "examples": []},
        {"notices": {"gone": {"text": "x"}, "other": None}},
        {"variables": {"base": None}, "controls": {"truism": None}, "local": {"encoding": "gbk"}},
    ],
)
def test_what_the_parent_has_may_be_left_out_or_taken_away(more: dict[str, Any]) -> None:
    """At every depth at which mappings are merged."""
    assert complaints({**HEAD, **more}) == []
    alone = {name: value for name, value in HEAD.items() if name != "extends"}
    assert complaints({**alone, **more}) != []


@pytest.mark.parametrize(
    "more",
    [
        {"name": None},
        {"titel": "x"},
        {"notes": 5},
        {"extends": None},
        {"limits": {"rate": 0}},
        {"limits": {"blck": 5}},
        {"kind": "serch"},
        {"request": {"method": "FETCH"}},
        {"rules": [{"id": "x", "outcome": "served"}]},
        {"session": [{"id": "x", "request": {"method": "GET"}, "take": {"a": {"json": "a"}}}]},
        {"examples": [{"name": "x"}]},
    ],
)
def test_what_is_wrong_is_still_marked(more: dict[str, Any]) -> None:
    """Entries of lists are replaced whole, and must be whole."""
    assert complaints({**HEAD, **more}) != []
    assert complaints(HEAD) == []


def test_name_and_title_are_never_the_parents() -> None:
    """So they are always asked for."""
    for name in ("name", "title"):
        assert complaints({key: value for key, value in HEAD.items() if key != name}) == ["$"]


def test_fields_are_described_there_too() -> None:
    """Editors show the same words for both."""
    kinds: Any = published_schema()["$defs"]
    for twin, kind in kinds.items():
        if twin.endswith("InPart"):
            whole = kinds[twin.removesuffix("InPart")]
            assert kind["properties"].keys() == whole["properties"].keys()
            for field, form in whole["properties"].items():
                assert kind["properties"][field].get("description") == form.get("description")
    assert "RequestTemplateInPart" in kinds
    assert "RuleInPart" not in kinds


_FIELDS = sorted({"kind", "request", "results", "rules", "controls", "examples"})


@settings(max_examples=50)
@given(st.sets(st.sampled_from(_FIELDS)))
def test_the_editor_and_the_checker_agree(tmp_path_factory: pytest.TempPathFactory, kept: set[str]) -> None:
    """Any part of a sound definition is sound beside a parent that has the whole."""
    folder: Path = tmp_path_factory.mktemp("extends")
    (folder / "parent.yaml").write_text(SOUND, encoding="utf-8")
    value = {**HEAD, **{name: part for name, part in yaml.safe_load(SOUND).items() if name in kept}}
    (folder / "e.yaml").write_text(yaml.safe_dump(value, allow_unicode=True), encoding="utf-8")
    assert complaints(value) == []
    assert read_endpoint(str(folder / "e.yaml")).faults == []
