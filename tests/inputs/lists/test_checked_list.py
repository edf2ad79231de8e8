from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from probe.errors import CouldNotRun
from probe.inputs.faults import Faults
from probe.inputs.lists.checked_list import CheckedList, open_list
from probe.inputs.lists.duplicates import Sightings
from probe.inputs.lists.list_file import open_path
from tests.inputs.list_samples import full_faults, write


def check(path: str) -> CheckedList:
    one = open_list(path, open_path(path), sniff=False)
    one.check(Faults(), Sightings())
    return one


@pytest.mark.parametrize(
    ("start", "hint"),
    [
        (b"PK\x03\x04", "CSV"),
        (b"\xd0\xcf\x11\xe0", "CSV"),
        (b"\x1f\x8b", "Unpack"),
        (b"BZh9", "Unpack"),
        (b"\xfd7zXZ\0", "Unpack"),
        (b"%PDF-1.7", "Copy"),
    ],
)
def test_what_is_no_text_gets_one_fault_with_a_remedy(tmp_path: Path, start: bytes, hint: str) -> None:
    """Not one for each of its bytes."""
    (fault,) = full_faults(tmp_path, "a.csv", start + bytes(range(256)) * 10)
    assert (fault.line, fault.message) == (None, "is not a text file.")
    assert hint in (fault.hint or "")


def _append(path: Path) -> None:
    path.write_text(path.read_text() + "more\n")


def _break(path: Path) -> None:
    path.write_bytes(b"\xff" * len(path.read_bytes()))


def _exchange_silently(path: Path) -> None:
    """Other words of the same length at the same time."""
    status = path.stat()
    path.write_text(path.read_text().replace("one", "two"))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def _break_silently(path: Path) -> None:
    status = path.stat()
    _break(path)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def _spoil_silently(path: Path) -> None:
    status = path.stat()
    path.write_text(path.read_text().replace("one", "o\x1be"))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


@pytest.mark.parametrize("change", [_append, _break, _exchange_silently, _break_silently, _spoil_silently])
def test_a_list_that_was_changed_after_the_check_is_not_asked(
    tmp_path: Path, change: Callable[[Path], None]
) -> None:
    """Size, time, bytes and their hash: whatever shows it first."""
    path = Path(write(tmp_path, "a.txt", "zero\none\n"))
    one = check(str(path))
    assert [keyword.line for keyword in one.stream()] == ["zero", "one"]
    change(path)
    with pytest.raises(CouldNotRun, match=r"a\.txt was changed"):
        list(one.stream())


def test_not_one_keyword_of_a_changed_list_is_asked(tmp_path: Path) -> None:
    """Where size or time show it, the error comes before the first keyword."""
    path = Path(write(tmp_path, "a.txt", "zero\none\n"))
    one = check(str(path))
    _append(path)
    with pytest.raises(CouldNotRun, match="was changed"):
        next(one.stream())


def test_a_list_that_is_replaced_stays_what_was_checked(tmp_path: Path) -> None:
    """Editors write a new file and rename it; the open one does not change."""
    path = Path(write(tmp_path, "a.txt", "zero\none\n"))
    one = check(str(path))
    os.replace(write(tmp_path, "b.txt", "other\n"), path)
    assert [keyword.line for keyword in one.stream()] == ["zero", "one"]


def test_a_list_that_changes_during_the_check_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before its encoding was found out, or after."""
    for change in (_append, _break_silently):
        path = Path(write(tmp_path, "a.txt", "zero\none\n"))
        one = open_list(str(path), open_path(str(path)), sniff=False)
        change(path)
        with pytest.raises(CouldNotRun, match="was changed"):
            one.check(Faults(), Sightings())


def test_a_file_without_a_telling_name_is_looked_into(tmp_path: Path) -> None:
    """Its content tells the format, as that of standard input does."""
    assert check(write(tmp_path, "list", "keyword,gloss\na,b\n")).format == "csv"
    assert check(write(tmp_path, "list.dat", '"a"\n"b"\n'.encode("utf-16"))).format == "jsonl"
