"""The JSON Schema: made from the words of the model, and published as it is used."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator

from probe.inputs.definitions.schema import PATTERN_WORDS, bare_schema, published_schema
from probe.model.observation import Outcome
from tests.inputs.definition_samples import SOUND

PUBLISHED = Path(__file__).parents[3] / "schemas" / "endpoint.json"


def test_the_published_file_is_current() -> None:
    """`make cases` writes it anew."""
    written = json.dumps(published_schema(), indent=2, ensure_ascii=False, sort_keys=True) + "\n"
    assert PUBLISHED.read_text(encoding="utf-8") == written


def test_it_is_a_schema_and_fits_a_sound_definition() -> None:
    """Editors would reject all that is right otherwise."""
    schema = published_schema()
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    assert list(validator.iter_errors(yaml.safe_load(SOUND))) == []
    assert list(validator.iter_errors({"name": "x"}))


def test_fields_are_described_from_the_lines_under_them() -> None:
    """Editors show these while somebody writes."""
    kinds: Any = published_schema()["$defs"]
    assert kinds["Limits"]["properties"]["deadline"]["description"].startswith("Seconds for one exchange")
    assert kinds["RequestTemplate"]["properties"]["json"]["description"].startswith("Sent as raw UTF-8")
    assert "empty: Zero results." in kinds["Outcome"]["description"]
    assert kinds["Failure"]["description"].startswith("How an exchange failed below HTTP")
    assert "\n\n" not in kinds["Failure"]["description"]


def test_words_stand_in_the_order_of_the_model() -> None:
    """`served` first, not `absent`, which only the alphabet puts there."""
    assert bare_schema()["$defs"]["Outcome"]["enum"] == [outcome.value for outcome in Outcome]


def test_describing_leaves_the_shared_schema_alone() -> None:
    """The one that checks is made once and shared."""
    published_schema()
    assert "description" not in bare_schema()["$defs"]["Limits"]["properties"]["deadline"]


def test_every_pattern_has_plain_words() -> None:
    """Nobody wants to read a regular expression in an error."""

    def patterns(value: Any) -> list[str]:
        if isinstance(value, dict):
            own = [value["pattern"]] if isinstance(value.get("pattern"), str) else []
            return own + [found for item in value.values() for found in patterns(item)]
        return []

    assert set(patterns(bare_schema())) == set(PATTERN_WORDS)
