from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from probe.inputs.keywords import open_keywords
from probe.inputs.lists.bundled import bundled_paths
from probe.inputs.lists.entries import FIELDS, HEAD_FIELDS

SCHEMA = json.loads((Path(__file__).parents[3] / "schemas" / "list.json").read_text())


def test_the_lists_of_the_package_are_found() -> None:
    """By the names of their files."""
    assert {"benign", "rumor", "protest"} <= set(bundled_paths())
    assert list(bundled_paths()) == sorted(bundled_paths())


@pytest.mark.parametrize("name", list(bundled_paths()))
def test_every_bundled_list_is_sound_and_complete(name: str) -> None:
    """Named as its file, with title, licence and language; each keyword with gloss, category and source."""
    with open_keywords([name]) as keywords:
        head = keywords.checked[0].head
        assert head["name"] == name
        assert {"title", "licence", "language"} <= set(head)
        assert keywords.notes == ()
        for keyword in keywords:
            assert None not in (keyword.gloss, keyword.category, keyword.source, keyword.added), keyword.line


@pytest.mark.parametrize("name", list(bundled_paths()))
def test_the_schema_for_editors_takes_every_bundled_list(name: str) -> None:
    """As texts, which is how probe reads them."""
    document = yaml.load(bundled_paths()[name].read_text(), Loader=yaml.BaseLoader)
    Draft202012Validator(SCHEMA).validate(document)


def test_the_schema_knows_the_same_fields_as_the_reader() -> None:
    """A field that is added must be added to both."""
    Draft202012Validator.check_schema(SCHEMA)
    assert set(SCHEMA["properties"]) == {*HEAD_FIELDS, "entries"}
    assert set(SCHEMA["$defs"]["entry"]["properties"]) == {"keyword", "components", *FIELDS}
