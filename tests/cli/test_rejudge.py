"""`probe rejudge`, as a user calls it after a run and a mended definition."""

from __future__ import annotations

import csv
import io
import json
import os
from pathlib import Path
from typing import Any

import msgspec
import pytest

from probe.cli import start
from probe.cli.rejudge import MOST_NAMED, Differences, describe_bases
from probe.errors import ExitCode
from probe.inputs.definitions.files import BUILTIN
from probe.judging.rejudging import Basis
from probe.keeping.store import default_store
from probe.lab.server import Lab
from probe.model.verdict import Certainty, Status, Verdict
from tests.keeping.samples import verdict_of

Captured = pytest.CaptureFixture[str]
WORDS = ("谣言", "天气", "音乐")


def definition(folder: Path, *changes: tuple[str, str], name: str = "lab-notice") -> Path:
    """A definition of the lab, edited."""
    text = (BUILTIN / f"{name}.yaml").read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path = folder / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def asked(lab: Lab, path: Path | str, *options: str, keep: str = "all") -> int:
    place = str(path)
    return start(
        [
            "run",
            *WORDS,
            "-e",
            place,
            "--set",
            f"base={lab.base}",
            "-q",
            "-f",
            "csv",
            "--keep-exchanges",
            keep,
            *options,
        ]
    )


def rejudge(capsys: Captured, *arguments: str) -> tuple[int, str, str]:
    capsys.readouterr()
    code = start(["rejudge", *arguments])
    said = capsys.readouterr()
    return code, said.out, said.err


@pytest.mark.parametrize("keep", ["all", "hits", "none"])
def test_unchanged_rules_change_nothing(lab: Lab, capsys: Captured, keep: str) -> None:
    """The same output as the run gave, but for what the controls that came later say."""
    asked(lab, "lab-notice", keep=keep)
    capsys.readouterr()
    start(["runs", "show", "last", "-f", "json"])
    shown = json.loads(capsys.readouterr().out)
    questions = len(lab.received)
    code, out, err = rejudge(capsys, "last", "-f", "json")
    again = json.loads(out)
    assert code == ExitCode.DONE
    assert len(lab.received) == questions
    assert "none of 3 verdicts differs from the stored one" in err
    assert {one["keyword"]: told(one) for one in again["verdicts"]} == {
        one["keyword"]: told(one) for one in shown["verdicts"]
    }
    assert {**again, "verdicts": ()} == {**shown, "verdicts": ()}


def told(verdict: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in verdict.items() if name != "counts"}


@pytest.mark.parametrize(
    ("keep", "status"), [("all", "blocked"), ("hits", "blocked"), ("none", "unmeasured")]
)
def test_a_mended_file_mends_the_verdicts(
    lab: Lab, tmp_path: Path, capsys: Captured, keep: str, status: str
) -> None:
    """The notice was not recognised; the same file knows it today, and the page if it was kept."""
    path = definition(tmp_path, ("{css: div.notice,", "{css: div.gone,"))
    asked(lab, path, keep=keep)
    definition(tmp_path)
    code, out, err = rejudge(capsys, "last", "-f", "csv")
    today = {row["keyword"]: row["status"] for row in csv.DictReader(io.StringIO(out))}
    assert today["谣言"] == status
    # Without its page the canary is not recognised either, so nothing shows that censorship would be seen.
    assert code == (ExitCode.NOTHING_TRUSTED if keep == "none" else ExitCode.DONE)
    if keep == "none":
        assert "not judged, as the rules have changed and their page was not kept" in err
    else:
        assert (today["天气"], today["音乐"]) == ("ok", "ok")
        assert "1 unmeasured became blocked: 谣言 at lab-notice" in err
    assert ("although rules that might fit better" in err) is (keep != "all")


@pytest.mark.parametrize("keep", ["all", "hits", "none"])
def test_a_given_definition_judges_instead(lab: Lab, tmp_path: Path, capsys: Captured, keep: str) -> None:
    """What the run took for a legal notice is a captcha today."""
    asked(lab, "lab-notice", keep=keep)
    old = "  outcome: blocked\n  weight: determinate\n  mechanism: notice\n  manner: explicit\n"
    path = definition(tmp_path, (old, "  outcome: challenged\n"))
    code, out, err = rejudge(capsys, "last", "-e", str(path), "-f", "jsonl", "--fail-on", "unmeasured")
    *verdicts, document = [json.loads(line) for line in out.splitlines()]
    assert {one["keyword"]: one["status"] for one in verdicts} == {
        "谣言": "unmeasured",
        "天气": "ok",
        "音乐": "ok",
    }
    assert (document["counts"]["blocked"], document["counts"]["unmeasured"]) == (0, 1)
    assert code == document["exit_code"] == ExitCode.CONDITION_MET
    assert "1 blocked became unmeasured: 谣言 at lab-notice" in err
    assert {one["definition"] for one in verdicts} == {document["endpoints"][0]["definition"]}


def test_nothing_is_written_to_the_store(lab: Lab, tmp_path: Path, capsys: Captured) -> None:
    """A read-only store will do, and the run shows what it showed."""
    asked(lab, "lab-notice")
    capsys.readouterr()
    start(["runs", "show", "last"])
    shown = capsys.readouterr().out
    before = default_store().read_bytes()
    path = definition(tmp_path, ("outcome: served", "outcome: held"))
    rejudge(capsys, "last", "-e", str(path))
    assert default_store().read_bytes() == before
    start(["runs", "show", "last"])
    assert capsys.readouterr().out == shown


def test_the_table_is_that_of_a_run(lab: Lab, capsys: Captured) -> None:
    """And files are written as `probe run` writes them."""
    asked(lab, "lab-notice")
    code, out, _ = rejudge(capsys, "last", "--all")
    assert code == ExitCode.DONE
    assert "✖ blocked: notice" in out
    assert "✔ ok" in out
    assert rejudge(capsys, "last", "-o", "again.json")[1] == ""
    assert json.loads(Path("again.json").read_text(encoding="utf-8"))["counts"]["blocked"] == 1
    assert os.stat("again.json").st_mode & 0o077 == 0


def test_other_stores_and_their_runs(lab: Lab, tmp_path: Path, capsys: Captured) -> None:
    """Named as everywhere else."""
    place = str(tmp_path / "other.sqlite")
    asked(lab, "lab-notice", "--store", place)
    assert rejudge(capsys, "last", "--store", place)[0] == ExitCode.DONE
    code, _, err = rejudge(capsys, "last")
    assert (code, "no runs are kept yet" in err) == (ExitCode.WRONG_USE, True)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["ffff"], "no run"),
        (["last", "-e", "lab-silent"], "the run has no endpoint called lab-silent"),
        (["last", "-e", "gone.yaml"], "there is no file"),
        (["last", "--set", "bse=x"], "bse"),
        (["last", "--fail-on", "blokked"], "blokked"),
        (["last", "-o", "x.doc"], "ending"),
    ],
)
def test_wrong_use_is_explained(lab: Lab, capsys: Captured, arguments: list[str], words: str) -> None:
    """Exit code 2, and nothing on standard output."""
    asked(lab, "lab-notice", keep="none")
    code, out, err = rejudge(capsys, *arguments)
    assert (code, out) == (ExitCode.WRONG_USE, "")
    assert words in err


def verdict(word: str, status: Status, certainty: Certainty | None = None) -> Verdict:
    return msgspec.structs.replace(verdict_of(word, status=status), certainty=certainty)


def test_differences_are_counted_by_kind_and_the_first_ones_named() -> None:
    """The most frequent kind first; foreign text is made harmless."""
    differences = Differences()
    for number in range(MOST_NAMED + 2):
        differences.add(verdict(f"词{number}", Status.BLOCKED), verdict(f"词{number}", Status.OK))
    likely, confirmed = (
        verdict("\x1b[2J", Status.BLOCKED, one) for one in (Certainty.LIKELY, Certainty.CONFIRMED)
    )
    differences.add(confirmed, likely)
    differences.add(likely, likely)
    many, one = differences.sentences()
    assert many.startswith("12 blocked became ok: 词0 at example, 词1 at example")
    assert many.endswith("词9 at example and 2 more")
    assert one == "1 blocked (confirmed) became blocked (likely): \\x1b[2J at example"


def test_what_answers_were_judged_from_is_counted() -> None:
    """Each kind that there is."""
    (line,) = describe_bases({Basis.EXCHANGE: 1200, Basis.LOST: 1})
    assert line == (
        "1,201 answers: 1,200 judged from their exchange; "
        "1 not judged, as the rules have changed and their page was not kept"
    )
    assert [*describe_bases({})] == ["0 answers"]
    for basis in Basis:
        (line,) = describe_bases({basis: 1})
        assert line.startswith("1 answer: 1 ")
