"""References: found beside the definition or among the built-in ones, and fit to be compared with."""

from __future__ import annotations

from pathlib import Path

import pytest

from probe.inputs.definitions.checked_definition import check_text
from probe.inputs.definitions.files import BUILTIN, builtin_endpoints
from probe.inputs.definitions.references import Reference, read_reference
from tests.inputs.definition_samples import SOUND, changed
from tests.inputs.definitions.test_control_check import with_controls

OTHER = changed("name: example-search", "name: other-search")


def read(folder: Path, reference: str = "other.yaml", *, share: bool = False) -> Reference:
    """What the reference of a definition in this folder leads to."""
    file = folder / "e.yaml"
    text = with_controls(f'reference: "{reference}"' + ("\n  share: 0.5" if share else ""))
    file.write_text(text, encoding="utf-8")
    found = read_reference(check_text(text, "e.yaml"), file)
    assert found is not None
    return found


def faults(found: Reference) -> list[str]:
    return [str(fault) for fault in found.faults]


def test_a_reference_is_found_beside_the_definition(tmp_path: Path) -> None:
    """By a path that starts at the definition's folder, wherever the program was started."""
    (tmp_path / "more").mkdir()
    for name in ("other.yaml", "more/other.yaml"):
        (tmp_path / name).write_text(OTHER, encoding="utf-8")
        found = read(tmp_path, name)
        assert faults(found) == []
        assert found.checked is not None
        assert found.checked.place == str(tmp_path / name)
        assert found.checked.definition is not None
        assert found.checked.definition.name == "other-search"


def test_a_reference_may_be_built_in(tmp_path: Path) -> None:
    """A built-in name goes before a file of that name."""
    name = next(one for one in builtin_endpoints() if one == "lab-notice")
    (tmp_path / name).write_text(OTHER, encoding="utf-8")
    found = read(tmp_path, name)
    assert faults(found) == []
    assert found.checked is not None
    assert found.checked.place == f"builtin/{name}.yaml"


def test_a_built_in_definition_knows_only_built_in_ones(tmp_path: Path) -> None:
    """Where probe is installed, nothing else belongs beside it."""
    text = with_controls("reference: lab-notise")
    found = read_reference(check_text(text, "builtin/e.yaml"), BUILTIN / "e.yaml")
    assert found is not None
    assert faults(found) == [
        "builtin/e.yaml:28: controls.reference: 'lab-notise' is no built-in definition, and a built-in one can name no"
        " other. Did you mean 'lab-notice'?"
    ]


@pytest.mark.parametrize(
    ("reference", "said"),
    [
        ("missing.yaml", "'missing.yaml' is neither a built-in definition nor a file beside this one."),
        (
            "lab-notic",
            "'lab-notic' is neither a built-in definition nor a file beside this one. Did you mean 'lab-notic",
        ),
        ("/etc/hosts", "'/etc/hosts' must be a path that starts at this file's folder. Else"),
        ("e.yaml", "names this definition itself, which is the one in doubt."),
        ("./e.yaml", "names this definition itself, which is the one in doubt."),
        (".", "'.' is neither a built-in definition nor a file"),
        ("\\0", "'\\x00' is neither"),
        ("a\\e[2J", "'a\\x1b[2J' is neither"),
        ("x" * 5000, "'xxxxx"),
    ],
)
def test_a_reference_that_leads_nowhere_is_a_fault(tmp_path: Path, reference: str, said: str) -> None:
    """Of the definition that names it, with its line."""
    found = read(tmp_path, reference)
    assert found.checked is None
    (fault,) = faults(found)
    assert fault.startswith(f"e.yaml:28: controls.reference: {said}")
    assert len(fault) < 300


def test_faults_of_a_reference_are_named_with_its_file(tmp_path: Path) -> None:
    """All of them, each with its line; also where it cannot be read at all."""
    place = tmp_path / "other.yaml"
    place.write_text(OTHER.replace("kind: search", "kind: serch").replace("css: .result}", "css: '['}"))
    assert [fault.split(": ")[0] for fault in faults(read(tmp_path))] == [f"{place}:3", f"{place}:9"]
    place.write_bytes(b"\xff")
    assert faults(read(tmp_path)) == [f"{place}:1: is not UTF-8. Save the file as UTF-8."]


def test_a_name_that_a_terminal_obeys_is_never_printed(tmp_path: Path) -> None:
    """Not even where such a file exists."""
    (tmp_path / "a\x1b[2J.yaml").write_text("- x", encoding="utf-8")
    (fault,) = faults(read(tmp_path, "a\\e[2J.yaml"))
    assert "\x1b" not in fault
    assert "a\\x1b[2J.yaml:1: must be a mapping" in fault


@pytest.mark.parametrize(
    ("old", "new", "share", "said"),
    [
        (
            "name: other-search",
            "name: example-search",
            False,
            ": its definition is called example-search as this one",
        ),
        ("kind: search", "kind: search\nrisk: {sends: true}", False, ": it posts what is asked (risk.sends)"),
        ("  count: {css: .result}\n", "", True, " for controls.share: its definition has no results.count"),
    ],
)
def test_what_cannot_be_compared_with_is_no_reference(
    tmp_path: Path, old: str, new: str, share: bool, said: str
) -> None:
    """It must be another service, that only reads, and that counts where counts are compared."""
    text = OTHER.replace(old, new)
    if not new:
        text = text.replace('count: ">=1"', "css: .result")
    (tmp_path / "other.yaml").write_text(text, encoding="utf-8")
    (fault,) = faults(read(tmp_path, share=share))
    assert fault.startswith(f"e.yaml:28: controls.reference: 'other.yaml' is no reference{said}")


def test_references_make_no_chains(tmp_path: Path) -> None:
    """Who needs a reference may censor too, and so proves nothing. Nor can two name each other for ever."""
    text = with_controls("reference: e.yaml").replace("name: example-search", "name: other-search")
    (tmp_path / "other.yaml").write_text(text, encoding="utf-8")
    (fault,) = faults(read(tmp_path))
    assert "'other.yaml' is no reference: it has a reference of its own, and so may censor too." in fault


def test_without_a_reference_there_is_none(tmp_path: Path) -> None:
    """Nor where the definition itself is faulty: that is said first."""
    assert read_reference(check_text(SOUND, "e.yaml"), tmp_path / "e.yaml") is None
    faulty = with_controls("reference: other.yaml").replace("kind: search", "kind: serch")
    assert read_reference(check_text(faulty, "e.yaml"), tmp_path / "e.yaml") is None
