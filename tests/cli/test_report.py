"""`probe report`, and reports that `probe run` writes."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from probe.cli import start
from probe.errors import ExitCode
from probe.lab.server import Lab
from probe.showing import FORMATS

Captured = pytest.CaptureFixture[str]
WORDS = ("谣言", "天气", "音乐")
FILES = ("r.html", "r.md", "r.xml", "r.csv", "r.json", "r.jsonl", "r.txt")


def ask(lab: Lab, *options: str) -> int:
    endpoints = ("-e", "lab-notice", "-e", "lab-moderation", "--set", f"base={lab.base}")
    return start(["run", *WORDS, *endpoints, "-q", *options])


def report(capsys: Captured, *options: str) -> tuple[int, str, str]:
    capsys.readouterr()
    code = start(["report", "last", *options])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_a_run_and_a_report_write_every_format_at_once(lab: Lab, capsys: Captured, tmp_path: Path) -> None:
    """By the endings of the files; and both write the same."""
    assert ask(lab, *[one for name in FILES for one in ("-o", name)]) == ExitCode.DONE
    first = {name: (tmp_path / name).read_text(encoding="utf-8") for name in FILES}
    questions = len(lab.received)
    code, out, _ = report(capsys, *[one for name in FILES for one in ("-o", name)])
    assert (code, out) == (ExitCode.DONE, "")
    assert len(lab.received) == questions
    for name in FILES:
        assert (tmp_path / name).read_text(encoding="utf-8") == first[name], name
    assert (tmp_path / "r.html").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_goes_to_standard_output(lab: Lab, capsys: Captured, name: str) -> None:
    """As -f asks for it."""
    ask(lab)
    code, out, _ = report(capsys, "-f", name)
    assert code == ExitCode.DONE
    assert "谣言" in out


def test_the_report_of_a_run_shows_what_was_sent(lab: Lab, capsys: Captured, tmp_path: Path) -> None:
    """With the page that came back, as it was just kept; nothing where nothing was kept."""
    ask(lab, "-o", "r.html")
    text = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert f"{lab.base}/notice/search?q=" in text
    ask(lab, "-o", "none.html", "--store", "none")
    text = (tmp_path / "none.html").read_text(encoding="utf-8")
    assert "/notice/search" not in text
    assert "Nothing was kept" in text


def test_verdicts_are_chosen_in_every_format(lab: Lab, capsys: Captured, tmp_path: Path) -> None:
    """Columns where there are any, order and statuses everywhere."""
    ask(lab)
    chosen = ("--columns", "endpoint,keyword", "--sort", "-endpoint,keyword", "--only", "ok")
    _, out, _ = report(capsys, "-f", "csv", *chosen)
    head, *rows = csv.reader(io.StringIO(out))
    assert head == ["endpoint", "keyword"]
    expected = [[one, word] for one in ("lab-notice", "lab-moderation") for word in ("天气", "音乐")]
    assert rows == expected
    _, out, _ = report(capsys, "-f", "json", *chosen)
    document = json.loads(out)
    assert [[one["endpoint"], one["keyword"]] for one in document["verdicts"]] == expected
    assert document["counts"]["blocked"] == 2
    _, out, _ = report(capsys, *chosen)
    assert [line.split() for line in out.splitlines()[2:6]] == expected
    _, out, _ = report(capsys, "-f", "junit", *chosen)
    names = [case.get("name") for case in ElementTree.fromstring(out).iter("testcase")]
    assert names == ["controls", "天气", "音乐", "controls", "天气", "音乐", "complete"]


def test_what_may_not_be_fails(lab: Lab, capsys: Captured) -> None:
    """The exit code says it, and JUnit which."""
    assert ask(lab, "--fail-on", "blocked", "-f", "junit") == ExitCode.CONDITION_MET
    assert len([*ElementTree.fromstring(capsys.readouterr().out).iter("failure")]) == 2
    code, out, _ = report(capsys, "-f", "junit", "--fail-on", "blocked")
    assert code == ExitCode.CONDITION_MET
    assert len([*ElementTree.fromstring(out).iter("failure")]) == 2
    assert report(capsys, "-f", "junit")[0] == ExitCode.DONE


def test_a_wrong_name_is_said_before_anything_is_asked(lab: Lab, capsys: Captured) -> None:
    """Not after an hour of asking."""
    questions = len(lab.received)
    assert ask(lab, "--sort", "keywrd") == ExitCode.WRONG_USE
    assert "'keywrd' is no column" in capsys.readouterr().err
    assert len(lab.received) == questions


@pytest.mark.parametrize("command", ["report", "rejudge"])
def test_no_sums_of_changes_stand_without_the_changes(lab: Lab, capsys: Captured, command: str) -> None:
    """They are told once, and not kept; a report that counts them and lists none would be taken for one that found none."""
    ask(lab)
    ask(lab, "--baseline", "last", "-o", "r.html")
    assert "What changed" in Path("r.html").read_text(encoding="utf-8")
    capsys.readouterr()
    for name in ("json", "html"):
        assert start([command, "last", "-f", name]) == ExitCode.DONE
        said = capsys.readouterr()
        assert "What changed" not in said.out
        assert name == "html" or json.loads(said.out)["baseline"] is None
        assert command == "rejudge" or "probe diff" in said.err
