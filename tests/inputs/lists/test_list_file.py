from __future__ import annotations

import hashlib
import io
import os
from pathlib import Path

import pytest

from probe.errors import CouldNotRun
from probe.inputs.lists import list_file
from probe.inputs.lists.list_file import Unusable, open_path, spool


def test_two_passes_over_one_file_do_not_disturb_each_other(tmp_path: Path) -> None:
    """Each pass has its own position, so a list can be read while it is being read."""
    path = tmp_path / "a"
    path.write_bytes(b"0123456789" * 20_000)
    file = open_path(str(path))
    with file.read() as first, file.read() as second:
        assert first.read(100_000) == second.read(100_000)
        assert len(first.read()) == 100_000
        assert first.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    file.close()
    file.close()


def test_a_file_tells_that_it_was_changed(tmp_path: Path) -> None:
    """Size and time are compared with those at opening."""
    path = tmp_path / "a"
    path.write_bytes(b"one")
    file = open_path(str(path))
    assert file.unchanged
    path.write_bytes(b"three")
    assert not file.unchanged
    assert file.size == 3
    file.close()


def test_two_names_of_one_file_are_the_same(tmp_path: Path) -> None:
    """A link and its target have one identity."""
    path = tmp_path / "a"
    path.write_bytes(b"one")
    (tmp_path / "b").symlink_to(path)
    one, other = open_path(str(path)), open_path(str(tmp_path / "b"))
    assert one.identity == other.identity
    one.close()
    other.close()


def test_what_is_no_regular_file_is_refused_without_waiting(tmp_path: Path) -> None:
    """A folder, a device, and a named pipe to which nobody writes."""
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(Unusable, match="folder"):
        open_path(str(tmp_path))
    with pytest.raises(Unusable, match="not a regular file"):
        open_path("/dev/null")
    with pytest.raises(Unusable, match="not a regular file"):
        open_path(str(tmp_path / "pipe"))


def test_an_impossible_name_is_refused(tmp_path: Path) -> None:
    """A zero byte, a name that is too long, a path through a file."""
    (tmp_path / "a").write_bytes(b"")
    for name in ("a\0b", "x" * 5000, str(tmp_path / "a" / "b")):
        with pytest.raises(Unusable, match="cannot be read"):
            open_path(name)


def test_a_missing_file_is_left_to_the_caller() -> None:
    """Only the caller knows whether the name could be that of a bundled list."""
    with pytest.raises(FileNotFoundError):
        open_path("/no/such/list.txt")


def test_spooled_input_can_be_read_again_and_has_no_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is piped in stays private: mode 0600, and nothing to be found in the folder for temporary files."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    file = spool(io.BytesIO("谣言\n".encode() * 50_000))
    assert list(tmp_path.iterdir()) == []
    assert os.fstat(file._descriptor).st_mode & 0o777 == 0o600
    for _ in range(2):
        with file.read() as stream:
            assert len(stream.read()) == 350_000
    file.close()


def test_an_endless_pipe_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Standard input must not fill the disk."""
    monkeypatch.setattr(list_file, "MOST_SPOOLED", 100_000)
    with pytest.raises(Unusable, match="more than 100,000 bytes"):
        spool(io.BytesIO(bytes(100_001)))


def test_a_full_disk_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    """The message says that TMPDIR can help."""
    monkeypatch.setattr("tempfile.tempdir", "/no/such/folder")
    with pytest.raises(CouldNotRun) as caught:
        spool(io.BytesIO(b"a"))
    assert "TMPDIR" in (caught.value.hint or "")


def test_a_disk_that_fails_later_is_explained(tmp_path: Path) -> None:
    """An error of the disk names the list and is no traceback."""
    path = tmp_path / "a"
    path.write_bytes(b"one")
    file = open_path(str(path))
    os.close(file._descriptor)
    with file.read() as stream, pytest.raises(CouldNotRun, match="cannot be read"):
        stream.read()
    file._descriptor = -1
