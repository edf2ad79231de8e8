"""Is what a run wrote read back as it was, in each format, and is what is no result refused with its place?"""

from __future__ import annotations

import io
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from probe.errors import BadInput
from probe.inputs import result_file
from probe.inputs.result_file import ResultFile, read_results
from probe.model.exchange import digest
from probe.model.verdict import Verdict
from probe.showing import FORMATS, Look, open_writer
from tests.showing.samples import a_run, a_verdict, made_up_verdicts

MACHINE = ("json", "jsonl", "csv")


def write(path: Path, verdicts: Sequence[Verdict], form: str | None = None) -> Path:
    """As `-o` writes it."""
    stream = io.StringIO(newline="")
    writer = open_writer(form or path.suffix[1:], stream, look=Look(width=80))
    writer.start()
    for verdict in verdicts:
        writer.verdict(verdict)
    writer.finish(a_run(verdicts))
    path.write_text(stream.getvalue(), encoding="utf-8", newline="")
    return path


def everything(file: ResultFile) -> list[Verdict]:
    return [told.verdict for endpoint in file.endpoints for told in file.at(endpoint)]


def faults(path: Path) -> str:
    with pytest.raises(BadInput) as caught:
        read_results(path)
    return "\n".join(str(one) for one in caught.value.faults)


def test_the_formats_are_those_that_are_written() -> None:
    """Tables are for people."""
    assert set(MACHINE) < set(FORMATS)
    assert set(result_file.FORMATS.values()) == set(MACHINE)


@pytest.mark.parametrize("form", MACHINE)
def test_what_was_written_is_read_back(tmp_path: Path, form: str) -> None:
    """All that a comparison wants, whatever the file is called."""
    verdicts = [*made_up_verdicts()]
    for name in (f"a.{form}", f"a.{form.upper()}", "no-ending"):
        file = read_results(write(tmp_path / name, verdicts, form))
        assert len(file) == len(verdicts)
        for read, written in zip(everything(file), verdicts, strict=True):
            for field in (
                "run",
                "components",
                "endpoint",
                "definition",
                "status",
                "certainty",
                "mechanism",
            ):
                assert getattr(read, field) == getattr(written, field)
            assert read.counts == written.counts
        found = file.find(digest(verdicts[3].endpoint, *verdicts[3].components))
        assert found is not None
        assert found.verdict.keyword == verdicts[3].keyword
        assert file.run == verdicts[0].run


def test_a_sheet_says_what_it_does_not_know(tmp_path: Path) -> None:
    """Neither version nor vantage; a document has both."""
    sheet = read_results(write(tmp_path / "a.csv", [a_verdict()]))
    assert "does not say" in " ".join(sheet.notes)
    (told,) = sheet.at("weibo-search")
    assert told.background.software is None
    document = read_results(write(tmp_path / "a.json", [a_verdict()]))
    assert document.notes == ()
    (told,) = document.at("weibo-search")
    assert told.background.software == "0.1.0"


def test_a_sheet_that_a_spreadsheet_saved_again_is_read(tmp_path: Path) -> None:
    """With semicolons, a mark at its beginning, and columns that were taken out."""
    path = tmp_path / "a.csv"
    path.write_text(
        "keyword;components;endpoint;status;certainty;agreeing\r\n'=1+1;'=1+1;weibo;blocked;likely;2\r\n",
        encoding="utf-8-sig",
        newline="",
    )
    (verdict,) = everything(read_results(path))
    assert (verdict.components, verdict.status, verdict.counts.agreeing) == (("=1+1",), "blocked", 2)


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("a.json", "{}", "no result of probe"),
        ("a.json", "[" * 100_000, "a.json"),
        ("a.json", "", "a.json"),
        ("a.jsonl", '{"type":"weather"}\n', "a.jsonl:1: has an unknown type"),
        ("a.jsonl", '\n{"type":"verdict"}\n', "a.jsonl:2: is no result of probe"),
        ("a.csv", "keyword,status\n", "has no column components, endpoint"),
        ("a.csv", "keyword,components,endpoint,status\na,a,e,fine\n", "a.csv:2: is no result of probe"),
        ("a.csv", "keyword,components,endpoint,status\na,a,e,ok\na,a,e,ok\n", "is there twice"),
        ("a.csv", "keyword,components,endpoint,status\na,,e,ok\n", "has no components"),
        ("a.csv", "keyword,components,endpoint,status\na,a,,ok\n", "has no name of an endpoint"),
        ("a.csv", "keyword,components,endpoint,status\n", "holds no verdicts"),
        ("a.csv", "keyword,components,endpoint,status\n" + "a" * 200_000 + ",a,e,ok\n", "is no CSV"),
        ("empty", "", "has no column"),
    ],
)
def test_what_is_no_result_is_refused_with_its_place(
    tmp_path: Path, name: str, text: str, words: str
) -> None:
    """All at once, each on its line."""
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    assert words in faults(path)


def test_bytes_of_another_encoding_are_refused(tmp_path: Path) -> None:
    """As a spreadsheet may save them."""
    path = tmp_path / "a.csv"
    path.write_bytes("keyword,components,endpoint,status\n谣言,谣言,e,ok\n".encode("gb18030"))
    assert "is not UTF-8" in faults(path)


def test_control_characters_of_a_hostile_file_are_not_printed(tmp_path: Path) -> None:
    """Whatever is quoted of it."""
    path = tmp_path / "a.jsonl"
    path.write_text('{"type":"\\u001b[2J"}\n', encoding="utf-8")
    assert "\x1b" not in faults(path)


def test_files_without_end_are_not_read_to_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither one endless line, nor very many, nor a huge document."""
    lines = tmp_path / "a.jsonl"
    line = write(lines, [a_verdict()]).read_text(encoding="utf-8").splitlines()[0] + "\n"
    monkeypatch.setattr(result_file, "LONGEST_LINE", 100)
    assert "is longer than 100 bytes" in faults(lines)
    monkeypatch.undo()
    lines.write_text(line * 10, encoding="utf-8")
    monkeypatch.setattr(result_file, "MOST_BYTES", 5 * len(line.encode()))
    assert "the most that is read" in faults(lines)
    monkeypatch.undo()
    monkeypatch.setattr(result_file, "MOST_DOCUMENT", 100)
    assert "the most for JSON" in faults(write(tmp_path / "a.json", [a_verdict()]))


def test_a_missing_file_is_said_plainly(tmp_path: Path) -> None:
    """With its name."""
    assert "cannot be read" in faults(tmp_path / "gone.json")


@given(some.binary(max_size=300), some.sampled_from([".json", ".jsonl", ".csv", ""]))
def test_any_bytes_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, body: bytes, ending: str
) -> None:
    """Nothing else is ever raised."""
    path = tmp_path_factory.mktemp("any") / f"a{ending}"
    path.write_bytes(body)
    with suppress(BadInput):
        assert len(read_results(path)) > 0
