"""The published schemas promise every field."""

from __future__ import annotations

import copy
import json

import jsonschema
import pytest

from probe.model.change import Change, Diff
from probe.model.run import Run
from probe.model.timeline import Timeline
from probe.model.verdict import Verdict
from probe.showing.document_schema import (
    SCHEMAS,
    change_schema,
    diff_schema,
    history_schema,
    run_schema,
    verdict_schema,
)
from probe.showing.json_text import write_json

from .samples import a_run, a_verdict


@pytest.mark.parametrize("name", SCHEMAS)
def test_schemas_are_sound(name: str) -> None:
    """They are schemas themselves, and can be written as JSON."""
    schema = SCHEMAS[name]()
    jsonschema.Draft202012Validator.check_schema(schema)
    assert json.loads(json.dumps(schema)) == schema


def test_every_field_is_required() -> None:
    """A reader may rely on each field, at every depth."""
    for schema, fields in (
        (verdict_schema(), Verdict.__struct_fields__),
        (run_schema(), Run.__struct_fields__),
        (change_schema(), Change.__struct_fields__),
        (diff_schema(), Diff.__struct_fields__),
        (history_schema(), Timeline.__struct_fields__),
    ):
        title = schema["title"]
        assert set(schema["$defs"][title]["required"]) == set(fields)
        for one in schema["$defs"].values():
            if "properties" in one:
                assert set(one["required"]) == set(one["properties"])


def test_a_missing_or_wrong_field_is_refused_and_a_further_one_allowed() -> None:
    """Fields are added in later versions, never taken away."""
    verdict = json.loads(write_json(a_verdict()))
    jsonschema.validate(verdict | {"later": 1}, verdict_schema())
    for name in verdict:
        poorer = copy.deepcopy(verdict)
        del poorer[name]
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(poorer, verdict_schema())
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(verdict | {"status": "fine"}, verdict_schema())
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(verdict, run_schema())
    jsonschema.validate(json.loads(write_json(a_run([]))), run_schema())
