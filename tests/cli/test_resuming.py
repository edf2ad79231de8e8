"""`probe run --resume` says what is left, asks no more than that, and all numbers of a run agree."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from probe.cli import start
from probe.errors import ExitCode
from probe.keeping.store import Store, default_store
from probe.lab.server import Lab
from probe.model.verdict import Status
from tests.cli.test_keeping import asked, run, start_definition, statuses
from tests.cli.test_run import at, lines

Captured = pytest.CaptureFixture[str]
OLD, NEW = ["谣言", "六四", "甲词", "乙词"], ["谣言", "甲词", "丙词"]


@pytest.fixture
def words(tmp_path: Path) -> Path:
    path = tmp_path / "words.txt"
    path.write_text("\n".join(OLD), encoding="utf-8")
    return path


def print_shown(capsys: Captured, *options: str) -> str:
    assert start(["runs", *options]) == ExitCode.DONE
    return capsys.readouterr().out


def test_all_numbers_of_a_run_are_those_of_its_latest_list(lab: Lab, capsys: Captured, words: Path) -> None:
    """In the table, in the document, in the list of runs; and a line says how many verdicts count no more."""
    run(capsys, "-k", str(words), *at(lab, "notice"))
    words.write_text("\n".join(NEW), encoding="utf-8")
    _, document, err = run(capsys, "--resume")
    assert "2 verdicts kept\n" in err
    assert "2 more kept, but not counted: their words are no longer listed" in err
    assert statuses(document) == {"谣言": "blocked", "甲词": "ok", "丙词": "ok"}
    text = print_shown(capsys, "show", "last", "--all")
    assert "3 keywords at 1 endpoint" in text
    assert "Complete: 3 verdicts from" in text
    assert "六四" not in text
    *verdicts, shown = lines(print_shown(capsys, "show", "last", "-f", "jsonl"))
    assert (len(verdicts), shown["counts"]["keywords"], shown["counts"]["verdicts"]) == (3, 3, 3)
    (listed,) = json.loads(print_shown(capsys, "list", "-f", "json"))
    assert (listed["keywords"], listed["verdicts"], listed["counts"]["blocked"]) == (3, 3, 1)


def test_the_list_of_a_session_is_that_of_the_run_from_then_on(lab: Lab, capsys: Captured) -> None:
    """Also where it was given on the command line; a word that comes back need not be asked again."""
    run(capsys, *OLD, *at(lab, "notice"))
    run(capsys, "甲词", "丙词", "--resume")
    (listed,) = json.loads(print_shown(capsys, "list", "-f", "json"))
    assert (listed["keywords"], listed["verdicts"]) == (2, 2)
    before = asked(lab)
    _, document, _ = run(capsys, "--resume")
    assert sorted(statuses(document)) == sorted(["甲词", "丙词"])
    _, document, _ = run(capsys, *OLD, "--resume")
    assert sorted(statuses(document)) == sorted(OLD)
    assert asked(lab) == before


def test_an_endpoint_that_is_left_out_counts_no_more(lab: Lab, capsys: Captured) -> None:
    """That is said; the document and the list of runs agree."""
    run(capsys, "甲词", *at(lab, "notice", "open"))
    _, document, err = run(capsys, "--resume", *at(lab, "open"))
    assert "lab-notice is not asked any more in this run: its verdicts are kept, but not counted" in err
    assert len(document["verdicts"]) == 1
    (listed,) = json.loads(print_shown(capsys, "list", "-f", "json"))
    assert (listed["verdicts"], listed["endpoints"]) == (1, ["lab-open"])


def test_nothing_is_asked_where_nothing_is_left(lab: Lab, capsys: Captured) -> None:
    """No control, no plan, no consent; the results are those of before, also their end and their trust."""
    _, first, _ = run(capsys, *OLD, *at(lab, "notice", "silent"))
    before = asked(lab)
    assert start(["run", "--resume", "-f", "json", "--fail-on", "blocked"]) == ExitCode.CONDITION_MET
    out, err = capsys.readouterr()
    again = json.loads(out)
    assert err.splitlines()[1:] == ["probe: nothing is left to ask"]
    assert {**again, "exit_code": 0} == first
    assert asked(lab) == before
    assert start(["run", "--resume"]) == ExitCode.DONE
    assert "Complete: 8 verdicts from" in capsys.readouterr().out
    assert start(["run", "--resume", "--proxy", "http://127.0.0.1:1", "-q"]) == ExitCode.DONE
    assert start(["run", "--resume", "--dry-run"]) == ExitCode.DONE
    assert capsys.readouterr().out.endswith("\nnothing is left to ask\n")
    assert asked(lab) == before
    assert print_shown(capsys, "show", "last", "-f", "json")


def test_only_the_endpoints_of_which_something_is_left_are_asked(lab: Lab, capsys: Captured) -> None:
    """Of the others the verdicts are told; the document has them in the order of the command line."""
    run(capsys, *OLD, *at(lab, "notice"))
    before = len(lab.received)
    _, document, _ = run(capsys, "--resume", *at(lab, "notice", "open"))
    assert {one.path.split("/")[1] for one in lab.received[before:]} == {"open"}
    assert [one["name"] for one in document["endpoints"]] == ["lab-notice", "lab-open"]
    assert document["complete"] is True
    assert document["counts"]["verdicts"] == 8


def test_the_plan_is_of_what_is_left(lab: Lab, capsys: Captured, words: Path) -> None:
    """As a whole on standard error, by endpoint with --dry-run."""
    run(capsys, "-k", str(words), *at(lab, "notice"))
    words.write_text("\n".join(NEW), encoding="utf-8")
    assert start(["run", "--resume", "--dry-run"]) == ExitCode.DONE
    out = capsys.readouterr().out
    assert "  1 of 3 keywords left\n" in out
    assert "\n1 of 3 keywords left at 1 endpoint: 5 to " in out
    assert start(["run", "--resume", *at(lab, "notice", "open")]) == ExitCode.DONE
    assert "probe: 4 of 6 pairs left at 2 endpoints: " in capsys.readouterr().err


def test_what_is_unmeasured_is_counted_and_asked_anew(lab: Lab, capsys: Captured) -> None:
    """At the end it says how; when going on, how many. Without a store there is nothing to go on with."""
    _, document, err = run(capsys, *OLD, *at(lab, "login"))
    assert document["complete"] is True
    assert (
        f"4 verdicts unmeasured; to ask anew what can be asked: probe run --resume={document['id'][:8]}"
        in err
    )
    assert "Complete: 4 verdicts, 4 of them unmeasured, from" in print_shown(capsys, "show", "last")
    before = asked(lab).total()
    _, _, err = run(capsys, "--resume")
    assert "4 verdicts kept, of which 4 unmeasured are asked anew" in err
    assert "nothing is left" not in err
    assert asked(lab).total() > before
    _, _, err = run(capsys, *OLD, *at(lab, "login"), "--store", "none")
    assert "--resume" not in err


def test_inconclusive_is_left_where_the_endpoint_was_not_trusted(lab: Lab, capsys: Captured) -> None:
    """A canary that was served makes it so; it may not be served for ever. Elsewhere it was decided so."""
    url = f"{lab.base}/open/search?q={{keyword}}"
    _, document, _ = run(
        capsys, "某词庚", "-u", url, "--canary", "六四", "--benign", "天气", "--benign", "音乐"
    )
    assert statuses(document) == {"某词庚": "inconclusive"}
    assert "nothing is left" not in run(capsys, "--resume")[2]
    _, document, _ = run(capsys, "谣言", "-u", f"{lab.base}/silent/search?q={{keyword}}")
    assert statuses(document) == {"谣言": "inconclusive"}
    assert "nothing is left" in run(capsys, "--resume")[2]


def test_a_run_that_was_killed_is_asked_to_its_end(lab: Lab, capsys: Captured) -> None:
    """Though every pair has its verdict: nobody wrote down whether its endpoints can be trusted."""
    _, document, _ = run(capsys, "某词辛", *at(lab, "notice"))
    with Store.open(default_store()) as store:
        store.resume(document["id"], keep_exchanges="none", secrets={}).release()
        assert store.find("last").statuses[Status.OK] == 1
    _, again, err = run(capsys, "--resume")
    assert "nothing is left" not in err
    assert again["complete"] is True


def test_a_definition_that_was_edited_is_left_as_a_whole(lab: Lab, capsys: Captured, tmp_path: Path) -> None:
    """Verdicts under the old one neither count nor are told."""
    mine = tmp_path / "mine.yaml"
    text = start_definition().read_text(encoding="utf-8").replace("name: lab-notice", "name: mine")
    mine.write_text(text, encoding="utf-8")
    run(capsys, *OLD, "-e", str(mine), "--set", f"base={lab.base}")
    mine.write_text(f"{text}notes: edited\n", encoding="utf-8")
    assert start(["run", "--resume", "--dry-run"]) == ExitCode.DONE
    assert "4 of 4 keywords left" in capsys.readouterr().out
    _, document, err = run(capsys, "--resume")
    assert "0 verdicts kept" in err
    assert len(document["verdicts"]) == 4
    mine.write_text(text, encoding="utf-8")
    _, document, err = run(capsys, "--resume")
    assert len(document["verdicts"]) == 4
    assert "nothing is left" not in err  # whether it can still be trusted was last seen of the other one
