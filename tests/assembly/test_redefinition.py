"""The definitions of a stored run as they are today."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from probe.assembly.redefinition import Redefined, redefine
from probe.errors import BadInput, WrongUse
from probe.inputs.definitions.files import BUILTIN
from probe.inputs.endpoints import one_off, open_endpoints
from probe.model.definition import Endpoint
from probe.model.record import DefinitionRecord

BASE = "http://127.0.0.1:1"


def record_of(endpoint: Endpoint) -> DefinitionRecord:
    return DefinitionRecord(
        name=endpoint.name,
        sha256=endpoint.digest,
        place=endpoint.place,
        text=endpoint.text,
        values=endpoint.values,
    )


def opened(name: str) -> list[DefinitionRecord]:
    """The records of an endpoint and of its reference, as a run writes them down."""
    (endpoint,) = open_endpoints([name], [f"base={BASE}"])
    return [record_of(endpoint), *([record_of(endpoint.reference)] if endpoint.reference else [])]


def copy(folder: Path, name: str = "lab-notice") -> Path:
    path = folder / f"{name}.yaml"
    path.write_text((BUILTIN / f"{name}.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    return path


def only(records: list[DefinitionRecord], *given: str, settings: tuple[str, ...] = ()) -> Redefined:
    return redefine(records, given, settings)[records[0].name]


def test_a_built_in_definition_is_today_s() -> None:
    """Whatever text was stored; its variables are as they were."""
    (record,) = opened("lab-notice")
    old = msgspec.structs.replace(record, text=record.text.replace("legal-notice", "old"), sha256="0" * 64)
    today = only([old])
    assert (today.endpoint.digest, today.note) == (record.sha256, None)
    assert today.endpoint.values == {"base": BASE}


def test_a_file_that_was_edited_is_read_anew(tmp_path: Path) -> None:
    """That is what the command is for."""
    path = copy(tmp_path)
    (record,) = opened(str(path))
    path.write_text(record.text.replace("legal-notice", "mended"), encoding="utf-8")
    assert "mended" in [rule.id for rule in only([record]).endpoint.definition.rules]


@pytest.mark.parametrize("fate", ["gone", "folder", "renamed"])
def test_a_file_that_is_not_there_any_more_leaves_the_text_that_was_stored(fate: str, tmp_path: Path) -> None:
    """And says so; a file that holds another endpoint today is not the one that was used."""
    path = copy(tmp_path)
    (record,) = opened(str(path))
    path.unlink()
    if fate == "folder":
        path.mkdir()
    if fate == "renamed":
        path.write_text(record.text.replace("name: lab-notice", "name: other"), encoding="utf-8")
    today = only([record])
    assert today.endpoint.digest == record.sha256
    assert "the definition that was stored" in (today.note or "")


def test_faults_of_today_s_file_are_said(tmp_path: Path) -> None:
    """Judging by half a definition would be worse than none."""
    path = copy(tmp_path)
    (record,) = opened(str(path))
    path.write_text(record.text.replace("outcome: throttled", "outcome: slowed"), encoding="utf-8")
    with pytest.raises(BadInput, match=r"lab-notice\.yaml"):
        redefine([record])


def test_a_definition_can_be_given_if_it_has_a_name_of_the_run(tmp_path: Path) -> None:
    """Else nobody would know what it is to judge."""
    (record,) = opened("lab-notice")
    path = copy(tmp_path)
    path.write_text(record.text.replace("legal-notice", "mended"), encoding="utf-8")
    assert "mended" in [rule.id for rule in only([record], str(path)).endpoint.definition.rules]
    with pytest.raises(WrongUse, match="no endpoint called lab-silent"):
        redefine([record], ["lab-silent"])
    with pytest.raises(WrongUse, match="given twice"):
        redefine([record], [str(path), "lab-notice"])
    with pytest.raises(WrongUse, match="no endpoint is called"):
        redefine([record], ["lab-nothing"])


def test_variables_are_as_they_were_unless_set(tmp_path: Path) -> None:
    """A new variable without a value must be set; a wrong name is explained."""
    (record,) = opened("lab-notice")
    assert only([record], settings=("base=http://127.0.0.1:2",)).endpoint.values["base"].endswith(":2")
    with pytest.raises(BadInput):
        redefine([record], (), ["bse=http://127.0.0.1:2"])
    path = copy(tmp_path)
    text = record.text.replace("variables:\n", "variables:\n  region: {}\n").replace(
        '{q: "{keyword}"}', '{q: "{keyword}", r: "{region}"}'
    )
    path.write_text(text, encoding="utf-8")
    with pytest.raises(WrongUse, match="region"):
        redefine([record], [str(path)])
    today = only([record], str(path), settings=("lab-notice.region=x",))
    assert today.endpoint.values == {"base": BASE, "region": "x"}
    assert "asks in another way today" in (today.note or "")


def test_an_address_without_a_file_goes_by_today_s_general_rules() -> None:
    """Its words are those of then."""
    endpoint = one_off(f"{BASE}/s?q={{keyword}}", benign=["天气", "音乐"], canaries=["禁词"])
    record = record_of(endpoint)
    old = msgspec.structs.replace(record, text=record.text.replace("like-benign", "alike"), sha256="0" * 64)
    today = only([old]).endpoint
    assert (today.digest, today.place) == (endpoint.digest, "-u")
    assert today.definition.controls == endpoint.definition.controls
    assert today.definition.limits == endpoint.definition.limits


def test_a_reference_is_found_again_with_its_endpoint(tmp_path: Path) -> None:
    """Built in, and where only what was stored is left."""
    records = opened("lab-scarce")
    today = only(records)
    assert today.endpoint.reference is not None
    assert today.endpoint.digest == records[0].sha256
    own = copy(tmp_path, "lab-scarce")
    own.write_text(own.read_text(encoding="utf-8").replace("lab-open", "lab-open.yaml"), encoding="utf-8")
    reference = copy(tmp_path, "lab-open")
    records = opened(str(own))
    reference.unlink()
    own.unlink()
    stored = only(records)
    assert stored.endpoint.digest == records[0].sha256
    assert stored.endpoint.reference is not None
    assert stored.endpoint.reference.values == {"base": BASE}


def test_a_stored_text_that_cannot_be_read_any_more_is_a_fault() -> None:
    """A store of a later or earlier program may hold such a one."""
    record = DefinitionRecord(name="x", sha256="0" * 64, place="gone.yaml", text="name: x")
    with pytest.raises(BadInput):
        redefine([record])


def test_a_variant_is_judged_by_what_it_extends_today(tmp_path: Path) -> None:
    """An edited parent counts as an edited file does; when both are gone, the stored text is enough."""
    parent = copy(tmp_path)
    child = tmp_path / "variant.yaml"
    child.write_text("name: variant\ntitle: A variant\nextends: lab-notice.yaml\n", encoding="utf-8")
    (record,) = opened(str(child))
    parent.write_text(parent.read_text(encoding="utf-8").replace("legal-notice", "mended"), encoding="utf-8")
    today = only([record])
    assert "mended" in [rule.id for rule in today.endpoint.definition.rules]
    assert today.endpoint.digest != record.sha256
    parent.unlink()
    child.unlink()
    today = only([record])
    assert today.endpoint.digest == record.sha256
    assert "the definition that was stored" in (today.note or "")
