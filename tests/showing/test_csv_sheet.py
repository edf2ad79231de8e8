"""The sheet: one row a verdict, harmless in a spreadsheet."""

from __future__ import annotations

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from probe.model.verdict import Counts, Verdict
from probe.showing.csv_sheet import COLUMNS, SheetWriter

from .samples import a_run, a_verdict, made_up_verdicts


def write(*verdicts: Verdict) -> str:
    """The sheet of these verdicts."""
    out = io.StringIO(newline="")
    writer = SheetWriter(out)
    writer.start()
    for verdict in verdicts:
        writer.verdict(verdict)
    writer.finish(a_run(verdicts))
    return out.getvalue()


def test_each_field_of_a_verdict_has_its_column() -> None:
    """Nothing is forgotten when a field is added; `type` and version say nothing in a sheet, and `forms` is no one cell."""
    fields = {*Verdict.__struct_fields__, *Counts.__struct_fields__}
    fields -= {"type", "schema_version", "counts", "forms"}
    names = [name for name, _ in COLUMNS]
    assert set(names) == fields
    assert len(set(names)) == len(names)


def test_rows_hold_the_values_under_their_names() -> None:
    """Lists are joined, what is null is empty."""
    sheet = write(a_verdict("维权 + 律师", "lab-reset", "R", gloss=None, counts=Counts(asked=4, void=1)))
    (row,) = csv.DictReader(io.StringIO(sheet))
    assert row["keyword"] == row["components"] == "维权 + 律师"
    assert (row["lists"], row["gloss"], row["asked"], row["void"]) == ("politics;own", "", "4", "1")
    assert (row["status"], row["failure"], row["certainty"]) == ("blocked", "connection_reset", "likely")


def test_lines_end_as_the_rfc_says() -> None:
    """CRLF, and no byte order mark."""
    sheet = write(*made_up_verdicts())
    assert sheet.startswith("run,")
    assert sheet.count("\r\n") == sheet.count("\n") == 109


@given(st.text(st.characters(codec="utf-8"), max_size=40))
def test_no_cell_can_start_a_formula(text: str) -> None:
    """Whatever a list or a platform says, in every column that quotes it."""
    hostile = a_verdict("x", text or "x", reason=text, gloss=text, category=text, rule=text, language=text)
    for row in csv.reader(io.StringIO(write(hostile), newline="")):
        assert not any(value.lstrip()[:1] in set("=+-@＝＋－＠") - {""} for value in row)
