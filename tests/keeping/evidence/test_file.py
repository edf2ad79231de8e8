"""An evidence file is added to and sealed, never written over, and whole records are all that it ever holds."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from probe.errors import CouldNotRun, WrongUse
from probe.keeping.evidence import manifest
from probe.keeping.evidence.file import EvidenceFile, demand_free, hash_file, new_id
from tests.keeping.evidence.samples import record_saying, records_of, repacked
from tests.keeping.samples import Wall


def open_file(folder: Path, name: str = "run.warc.gz") -> EvidenceFile:
    return EvidenceFile(folder / name, wall=Wall())


def add(file: EvidenceFile, block: bytes = b"x") -> None:
    file.add(repacked(record_saying(block, name=new_id())))


def test_only_its_owner_may_read_it(tmp_path: Path) -> None:
    """What was asked may be dangerous."""
    open_file(tmp_path)
    assert stat.S_IMODE((tmp_path / "run.warc.gz").stat().st_mode) == 0o600


def test_what_is_added_is_in_the_file_at_once(tmp_path: Path) -> None:
    """kill -9 takes nothing of it away."""
    file = open_file(tmp_path)
    add(file, b"first")
    assert [one.block for one in records_of(file.place)] == [b"first"]


def test_the_digest_is_that_of_the_whole_file(tmp_path: Path) -> None:
    """The one that the user notes down."""
    file = open_file(tmp_path)
    add(file)
    file.seal(complete=True)
    assert file.digest == hash_file(file.place)
    assert file.records == len(records_of(file.place)) == 3
    assert not file.is_open


def test_nothing_is_written_over(tmp_path: Path) -> None:
    """Also not a link that leads nowhere."""
    open_file(tmp_path)
    with pytest.raises(WrongUse, match="never written over"):
        open_file(tmp_path)
    (tmp_path / "b.warc.gz").symlink_to(tmp_path / "nowhere")
    with pytest.raises(WrongUse, match="never written over"):
        demand_free(tmp_path / "b.warc.gz")


@pytest.mark.parametrize("name", ["run.warc", "run.gz", ".warc.gz", "no-such-folder/run.warc.gz"])
def test_a_name_that_cannot_be_is_refused_before_anything_is_asked(name: str, tmp_path: Path) -> None:
    """Replay tools know the ending."""
    with pytest.raises(WrongUse):
        demand_free(tmp_path / name)


def test_a_disk_that_is_full_leaves_whole_records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was half written is taken back, and the error says how to go on."""
    file = open_file(tmp_path)
    add(file, b"first")
    write = os.write

    def full(handle: int, data: bytes) -> int:
        if len(data) > 40:
            return write(handle, data[:40])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(CouldNotRun, match="the disk is full") as caught:
        add(file, b"second")
    assert caught.value.hint is not None
    assert "--resume" in caught.value.hint
    assert [one.block for one in records_of(file.place)] == [b"first"]
    assert not file.is_open


def test_the_list_of_records_does_not_grow_with_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A manifest is written for each so many."""
    monkeypatch.setattr(manifest, "MOST_LISTED", 10)
    file = open_file(tmp_path)
    sizes = set()
    for _ in range(95):
        add(file)
        sizes.add(len(file._listing._rows))
    assert max(sizes) <= 10 * manifest._ROW.size
    kinds = [one.uri for one in records_of(file.place)]
    assert kinds.count(manifest.URI) == 10


def test_a_file_that_is_discarded_is_gone(tmp_path: Path) -> None:
    """Where a run of the store could not be written to it."""
    file = open_file(tmp_path)
    file.discard()
    assert not file.place.exists()
