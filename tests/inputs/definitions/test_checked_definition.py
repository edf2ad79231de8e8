"""Checked definitions: a text is read to its end, and all that is wrong in it is said once."""

from __future__ import annotations

from probe.inputs.definitions.checked_definition import check_text
from probe.inputs.definitions.yaml_nodes import Finding
from tests.inputs.definition_samples import SOUND, changed, sound


def test_a_sound_text_is_a_definition() -> None:
    """With its place and its text, for whoever keeps it."""
    checked = check_text(SOUND, "e.yaml")
    assert checked.definition == sound()
    assert (checked.place, checked.text, checked.faults, checked.warnings) == ("e.yaml", SOUND, (), ())


def test_a_later_finding_gets_its_line() -> None:
    """Some things show only beside another file."""
    checked = check_text(SOUND, "e.yaml")
    fault = checked.fault(Finding(path=("controls", "canaries", 0), message="is odd."))
    assert str(fault) == "e.yaml:25: controls.canaries[0]: is odd."


def test_faulty_texts_have_no_definition_and_no_warnings() -> None:
    """A warning would be of something that is to be changed anyway."""
    checked = check_text(
        changed("kind: search", "kind: serch").replace("canaries: [谣言]", "canaries: []"), "e.yaml"
    )
    assert checked.definition is None
    assert len(checked.faults) == 1
    assert checked.warnings == ()
