"""`probe isolate` and `probe run --isolate`, as a user or a script calls them."""

from __future__ import annotations

import csv
import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from probe.cli import start
from probe.errors import ExitCode
from probe.lab.server import Lab

SENTENCE = "今天有人说谣言四起的时候"
PAIR = "今天维权的时候要找律师帮忙"
AWAY = "http://192.0.2.1/?q={keyword}"
"""An address that is nobody's (RFC 5737); nothing is ever sent there."""


def at(lab: Lab, *names: str) -> list[str]:
    """Options for some of the lab's endpoints."""
    options = [part for name in names for part in ("-e", f"lab-{name}")]
    return [*options, "--set", f"base={lab.base}", "-q"]


def document(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(capsys.readouterr().out)
    return read


def test_a_text_gives_a_card_with_its_trigger_marked(lab: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    """What it is, how sure, what it cost."""
    assert start(["isolate", SENTENCE, *at(lab, "notice")]) == ExitCode.DONE
    out = capsys.readouterr().out
    assert "trigger   谣言\n" in out
    assert "今天有人说[谣言]四起的时候" in out
    assert "triggers alone, all of it is needed, wrong about 1 time in" in out
    assert "questions about parts of it" in out
    assert "not known" not in out


def test_json_has_the_isolation_with_every_field(lab: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    """Programs cut the text by its spans."""
    assert start(["isolate", PAIR, *at(lab, "notice"), "-f", "json"]) == ExitCode.DONE
    (verdict,) = document(capsys)["verdicts"]
    isolation = verdict["isolation"]
    (trigger,) = isolation["triggers"]
    assert trigger["components"] == ["维权", "律师"]
    assert [PAIR[start:end] for start, end in trigger["spans"]] == ["维权", "律师"]
    assert (trigger["confirmed"], trigger["any_order"], trigger["apart"]) == (True, True, True)
    assert 0 < trigger["doubt"] < 0.001
    assert (isolation["complete"], isolation["reason"], isolation["every"]) == (True, None, False)
    assert isolation["separator"] == " "
    assert isolation["questions"] > 5


def test_every_trigger_on_demand(lab: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    """And with another separator."""
    arguments = ["isolate", f"{SENTENCE}，{PAIR}", "--every", "--separator", "。", "-f", "json"]
    assert start([*arguments, *at(lab, "notice")]) == ExitCode.DONE
    (verdict,) = document(capsys)["verdicts"]
    found = verdict["isolation"]
    assert [one["components"] for one in found["triggers"]] == [["谣言"], ["维权", "律师"]] or [
        one["components"] for one in found["triggers"]
    ] == [["维权", "律师"], ["谣言"]]
    assert (found["every"], found["separator"]) == (True, "。")


def test_a_text_that_is_not_censored_is_ok_and_nothing_of_it_is_asked(
    lab: Lab, capsys: pytest.CaptureFixture[str]
) -> None:
    """One question and its controls."""
    assert start(["isolate", "今天天气很好", *at(lab, "notice"), "-f", "json"]) == ExitCode.DONE
    run = document(capsys)
    assert (run["verdicts"][0]["status"], run["verdicts"][0]["isolation"]) == ("ok", None)
    assert run["counts"]["questions"] < 10


def test_standard_input_is_one_text(
    lab: Lab, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its line breaks are sent as spaces."""
    read = io.TextIOWrapper(io.BytesIO("今天\n  谣言\r\n四起\n".encode()))
    monkeypatch.setattr(sys, "stdin", read)
    assert start(["isolate", "-", *at(lab, "notice"), "-f", "json"]) == ExitCode.DONE
    (verdict,) = document(capsys)["verdicts"]
    assert verdict["keyword"] == "今天 谣言 四起"
    assert verdict["isolation"]["triggers"][0]["components"] == ["谣言"]


@pytest.mark.parametrize("body", [b"\xff\xfe\x00", b"a" * 100_001], ids=["no UTF-8", "too much"])
def test_what_is_no_text_is_wrong_use(
    body: bytes, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Said before anything is asked."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(body)))
    assert start(["isolate", "-", "-u", AWAY, "--yes"]) == ExitCode.WRONG_USE
    assert "standard input" in capsys.readouterr().err


@pytest.mark.parametrize("separator", ["", "x" * 41])
def test_parts_need_something_short_between_them(separator: str, capsys: pytest.CaptureFixture[str]) -> None:
    """With nothing they would make new words."""
    assert start(["isolate", SENTENCE, "-u", AWAY, "--separator", separator]) == ExitCode.WRONG_USE
    assert "--separator" in capsys.readouterr().err


def test_consent_is_needed_as_for_a_run(capsys: pytest.CaptureFixture[str]) -> None:
    """And without any endpoint there is nothing to ask."""
    assert start(["isolate", SENTENCE, "-u", AWAY]) == ExitCode.WRONG_USE
    assert "agreed" in capsys.readouterr().err
    assert start(["isolate", SENTENCE]) == ExitCode.WRONG_USE
    assert "no endpoint" in capsys.readouterr().err


def test_a_dry_run_says_what_it_would_cost(lab: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    """For this text, and nothing is sent."""
    before = len(lab.received)
    assert start(["isolate", SENTENCE, *at(lab, "notice"), "--dry-run"]) == ExitCode.DONE
    out = capsys.readouterr().out
    assert "questions more, and controls, to find what triggers in 12 characters" in out
    assert len(lab.received) == before


def test_a_budget_ends_it_and_resume_goes_on(lab: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    """What is known is shown as such; the run remembers what was wanted."""
    assert start(["isolate", SENTENCE, *at(lab, "notice"), "--budget", "10"]) == ExitCode.DONE
    out, err = capsys.readouterr()
    assert "the rest: the budget of 10 questions is spent" in out
    assert "at most" in out
    assert "go on with: probe run --resume=" in err
    assert start(["run", "--resume", "-q", "-f", "json"]) == ExitCode.DONE
    run = document(capsys)
    assert run["complete"]
    assert run["verdicts"][0]["isolation"]["triggers"][0]["components"] == ["谣言"]
    assert start(["run", "--resume", "-q", "-f", "json"]) == ExitCode.DONE
    again = document(capsys)
    assert again["counts"]["questions"] == run["counts"]["questions"]
    assert again["verdicts"][0]["isolation"] == run["verdicts"][0]["isolation"]


def test_a_run_that_was_made_without_can_be_isolated_later(
    lab: Lab, capsys: pytest.CaptureFixture[str]
) -> None:
    """Only the parts are asked then."""
    assert start(["run", SENTENCE, "天气", *at(lab, "notice"), "-f", "json"]) == ExitCode.DONE
    before = document(capsys)
    assert all(one["isolation"] is None for one in before["verdicts"])
    assert start(["run", "--resume", "--isolate", "-q", "-f", "json"]) == ExitCode.DONE
    after = {one["keyword"]: one for one in document(capsys)["verdicts"]}
    assert after[SENTENCE]["isolation"]["triggers"][0]["components"] == ["谣言"]
    assert after[SENTENCE]["counts"] == before["verdicts"][0]["counts"]


def test_a_run_isolates_what_it_finds_censored(
    lab: Lab, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Below the table, and in the sheet."""
    words = [SENTENCE, "谣言", "天气", "六"]
    arguments = ["run", "--isolate", *words, *at(lab, "notice", "moderation")]
    assert start(arguments) == ExitCode.DONE
    out = capsys.readouterr().out
    (line,) = [line for line in out.splitlines() if line.startswith(f"  {SENTENCE}: ")]
    assert line.removeprefix(f"  {SENTENCE}: ") in (  # whichever was found first
        "谣言 (lab-notice, lab-moderation)",
        "谣言 (lab-moderation, lab-notice)",
    )
    assert out.splitlines()[out.splitlines().index(line) - 1] == "What of it triggers"
    sheet = tmp_path / "out.csv"
    assert start([*arguments, "-o", str(sheet)]) == ExitCode.DONE
    rows = csv.DictReader(sheet.read_text(encoding="utf-8").splitlines())
    assert sorted(row["isolation"] for row in rows) == [
        "",
        "",
        "",
        "",
        "谣言",
        "谣言",
        "谣言",
        "谣言",
    ]


def test_a_service_that_cannot_be_measured_ends_with_three(
    lab: Lab, capsys: pytest.CaptureFixture[str]
) -> None:
    """As a run does; and a condition that holds with one."""
    assert start(["isolate", SENTENCE, *at(lab, "login")]) == ExitCode.NOTHING_TRUSTED
    assert "not trusted" in capsys.readouterr().out.lower()
    assert start(["isolate", SENTENCE, *at(lab, "notice"), "--fail-on", "blocked"]) == ExitCode.CONDITION_MET
