"""Files of definitions: built-in names and paths, read with bounds."""

from __future__ import annotations

from pathlib import Path

import pytest

from probe.errors import BadInput, WrongUse
from probe.inputs.definitions.files import BUILTIN, builtin_endpoints, find_file, read_file


def test_templates_are_no_endpoints() -> None:
    """Names that start with `_` are there to be copied from."""
    assert builtin_endpoints() == tuple(sorted(builtin_endpoints()))
    assert not [name for name in builtin_endpoints() if name.startswith("_")]


def test_a_built_in_name_goes_before_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages never show where probe is installed."""
    name = builtin_endpoints()[0]
    (tmp_path / name).write_text("x")
    monkeypatch.chdir(tmp_path)
    assert find_file(name) == (BUILTIN / f"{name}.yaml", f"builtin/{name}.yaml")
    assert find_file(f"./{name}") == (Path(name), f"./{name}")


@pytest.mark.parametrize("name", ["", "no-such-endpoint", "x" * 5000, "_general", "\x1b[31m"])
def test_an_unknown_name_is_wrong_use(name: str) -> None:
    """With a way to find the right one, and nothing that a terminal obeys."""
    with pytest.raises(WrongUse, match="no endpoint is called") as caught:
        find_file(name)
    assert caught.value.hint
    assert "\x1b" not in caught.value.message


def test_a_name_that_is_nearly_right_is_corrected() -> None:
    """The nearest built-in one is named."""
    with pytest.raises(WrongUse) as caught:
        find_file(builtin_endpoints()[0] + "s")
    assert caught.value.hint == f"Did you mean '{builtin_endpoints()[0]}'?"


@pytest.mark.parametrize("name", ["no/such", "such.yaml", "such.yml"])
def test_a_path_that_does_not_exist_is_said_as_such(name: str) -> None:
    """It looks like a file, so no endpoint's name is guessed."""
    with pytest.raises(WrongUse, match="there is no file"):
        find_file(name)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"a: 1\nb: \xff\n", "e.yaml:2: is not UTF-8. Save the file as UTF-8."),
        (b"#" * 1_000_001, "e.yaml:1: is larger than 1 MB."),
    ],
)
def test_what_cannot_be_read_is_a_fault(tmp_path: Path, data: bytes, said: str) -> None:
    """With its line."""
    (tmp_path / "e.yaml").write_bytes(data)
    with pytest.raises(BadInput) as caught:
        read_file(tmp_path / "e.yaml", "e.yaml")
    assert [str(fault) for fault in caught.value.faults] == [said]


def test_a_folder_is_a_fault(tmp_path: Path) -> None:
    """In the words of the system."""
    with pytest.raises(BadInput) as caught:
        read_file(tmp_path, "folder")
    assert str(caught.value.faults[0]) == "folder: cannot be read: Is a directory."


def test_a_byte_order_mark_is_left_out(tmp_path: Path) -> None:
    """Editors on Windows write one."""
    (tmp_path / "e.yaml").write_bytes(b"\xef\xbb\xbfa: 1")
    assert read_file(tmp_path / "e.yaml", "e.yaml") == "a: 1"
