"""What a file says is read as it comes, and a broken one as far as it goes."""

from __future__ import annotations

from pathlib import Path

import pytest

from probe.errors import WrongUse
from probe.keeping.evidence.reading import find_record, read_overview
from probe.keeping.evidence.statement import VerdictStatement
from tests.keeping.evidence.samples import records_of, write_small
from tests.keeping.samples import document_of


def test_a_file_at_a_glance(tmp_path: Path) -> None:
    """Of which run it is, what is in it, and each verdict."""
    place = tmp_path / "run.warc.gz"
    write_small(place)
    verdicts: list[VerdictStatement] = []
    overview = read_overview(place, verdicts.append)
    assert overview.heading["probe-run"] == ("abcdef0123456789",)
    assert overview.kinds == {"warcinfo": 1, "resource": 1, "request": 1, "response": 1, "metadata": 5}
    assert (overview.run, overview.notes, overview.broken) == (document_of(), (), None)
    assert [one.verdict.keyword for one in verdicts] == ["谣言"]


def test_a_file_that_is_cut_short_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    """And the place is named."""
    place = tmp_path / "run.warc.gz"
    data = write_small(place)
    place.write_bytes(data[: len(data) // 2])
    overview = read_overview(place, lambda one: None)
    assert overview.kinds["warcinfo"] == 1
    assert overview.run is None
    assert overview.broken is not None
    assert "middle of a record" in overview.broken


def test_a_record_is_found_by_the_beginning_of_its_id(tmp_path: Path) -> None:
    """As it is printed, or as it stands in the file."""
    place = tmp_path / "run.warc.gz"
    write_small(place)
    record = records_of(place)[3]
    short = record.id.removeprefix("urn:uuid:")[:12]
    for name in (record.id, f"<{record.id}>", short, short.upper()):
        assert find_record(place, name) == record
    for name in ("00", "", "<>"):
        with pytest.raises(WrongUse, match="no record"):
            find_record(place, f"{name}zz" if name == "00" else name)
