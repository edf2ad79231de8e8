"""`probe diff`, and `probe run --baseline`: what changed, with exit codes that scripts can rely on."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest
from rich.cells import cell_len

from probe.cli import start
from probe.cli.options import CHANGES
from probe.errors import ExitCode
from probe.keeping.store import Store, default_store
from probe.lab.server import Lab
from probe.model.verdict import Certainty, Status
from probe.showing.document_schema import SCHEMAS
from tests.keeping.samples import (
    begin,
    document_of,
    endpoint_called,
    keep,
    question_about,
    record_called,
    verdict_of,
)

Captured = pytest.CaptureFixture[str]
EARLIER, LATER = "aaaa1111bbbb2222", "cccc3333dddd4444"
BEFORE = {
    "谣言": "ok",
    "六四": "blocked",
    "色情": "filtered",
    "天气": "ok",
    "律师": "ok",
    "旧词": "ok",
    "风": "ok",
}
AFTER = {
    "谣言": "blocked",
    "六四": "ok",
    "色情": "blocked",
    "天气": "ok",
    "律师": "likely",
    "新词": "ok",
    "风": "none",
}
STATUSES = {"likely": Status.BLOCKED, "none": Status.UNMEASURED}


def fill(
    run: str, verdicts: dict[str, str], *, started: float, definition: str = "d" * 64, close: bool = True
) -> None:
    """A run with these verdicts in the user's own store."""
    endpoint = endpoint_called(digest=definition)
    with Store.open(default_store()) as store:
        keeper = begin(store, run, started=started, endpoints=(endpoint,))
        for word, state in verdicts.items():
            keep(keeper, question_about(word), endpoint=endpoint)
            status = STATUSES.get(state) or Status(state)
            certainty = Certainty.LIKELY if state == "likely" else Certainty.CONFIRMED
            verdict = verdict_of(word, run=run, status=status, definition=definition)
            if status in (Status.BLOCKED, Status.FILTERED):
                verdict = msgspec.structs.replace(verdict, certainty=certainty)
            keeper.settle(verdict)
        if close:
            vantage = record_called(run).vantage
            keeper.close(msgspec.structs.replace(document_of(run), vantage=vantage))
        keeper.release()


@pytest.fixture
def two_runs() -> None:
    fill(EARLIER, BEFORE, started=1_700_000_000.0)
    fill(LATER, AFTER, started=1_700_600_000.0)


def call(capsys: Captured, *arguments: str) -> tuple[int, str, str]:
    code = start(arguments)
    said = capsys.readouterr()
    return code, said.out, said.err


@pytest.mark.usefixtures("two_runs")
@pytest.mark.parametrize("width", [60, 80, 200])
def test_the_table_says_what_changed(capsys: Captured, monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    """News first; then what is none, and why. It fits the terminal."""
    monkeypatch.setenv("COLUMNS", str(width))
    code, out, err = call(capsys, "diff", "aaaa", "last")
    assert (code, err) == (ExitCode.DONE, "")
    assert all(cell_len(line) <= width for line in out.splitlines())
    order = [
        "Newly blocked (1)",
        "Blocked, and only filtered before (1)",
        "Lifted (1)",
        "No news: the evidence does not carry it (1)",
        "1 pair became unmeasured: 风",
        "1 pair new on the list: 新词",
        "1 pair left the list: 旧词",
    ]
    places = [out.index(line) for line in order]
    assert places == sorted(places)
    assert "Of 5 pairs that could be compared 3 changed; 1 more could not be" in " ".join(out.split())


@pytest.mark.usefixtures("two_runs")
@pytest.mark.parametrize(
    ("condition", "code"),
    [
        ("changed", 1),
        ("newly-blocked", 1),
        ("newly-filtered", 0),
        ("lifted", 1),
        ("hardened", 1),
        ("softened", 0),
        ("became-unmeasured", 1),
        ("appeared", 1),
        ("left", 1),
        ("decided,undecided", 0),
        ("filtered", 0),
        ("filtered,unmeasured", 1),
    ],
)
def test_conditions_make_the_exit_code(capsys: Captured, condition: str, code: int) -> None:
    """Of changes, and of the later run's statuses."""
    assert call(capsys, "diff", "aaaa", "cccc", "--fail-on", condition)[0] == code


def test_what_the_evidence_does_not_carry_meets_no_condition(capsys: Captured) -> None:
    """One answer wakes nobody."""
    fill(EARLIER, {"谣言": "ok"}, started=1.0)
    fill(LATER, {"谣言": "likely"}, started=2.0)
    assert call(capsys, "diff", "aaaa", "cccc", "--fail-on", "changed,newly-blocked")[0] == ExitCode.DONE


def test_a_change_of_our_definition_stands_apart(capsys: Captured) -> None:
    """It is said, and `newly-blocked` does not hold; `changed` does."""
    fill(EARLIER, {"谣言": "ok"}, started=1.0)
    fill(LATER, {"谣言": "blocked"}, started=2.0, definition="e" * 64)
    code, out, _ = call(capsys, "diff", "aaaa", "cccc", "--fail-on", "newly-blocked")
    assert code == ExitCode.DONE
    assert "the definition changed as well" in out
    assert call(capsys, "diff", "aaaa", "cccc", "--fail-on", "changed")[0] == ExitCode.CONDITION_MET


def test_where_nothing_could_be_compared_it_ends_with_three(capsys: Captured) -> None:
    """A platform that could not be measured is not one where nothing changed."""
    fill(EARLIER, {"谣言": "ok"}, started=1.0)
    fill(LATER, {"谣言": "none"}, started=2.0)
    code, _, err = call(capsys, "diff", "aaaa", "cccc", "--fail-on", "changed")
    assert code == ExitCode.NOTHING_TRUSTED
    assert "nothing could be compared" in err


def test_what_an_incomplete_run_did_not_ask_has_not_left(capsys: Captured) -> None:
    """It may come yet; and what it has that the other did not reach is not new."""
    fill(EARLIER, {"谣言": "ok", "六四": "ok"}, started=1.0)
    fill(LATER, {"谣言": "ok"}, started=2.0, close=False)
    for order in (("aaaa", "cccc"), ("cccc", "aaaa")):
        _, out, _ = call(capsys, "diff", *order, "-f", "json")
        document = json.loads(out)
        assert document["changes"] == []
        assert "not complete" in " ".join(document["baseline"]["notes"])


@pytest.mark.usefixtures("two_runs")
def test_programs_get_documents_that_keep_their_promise(capsys: Captured) -> None:
    """By the published schemas; lines hold the same."""
    _, out, _ = call(capsys, "diff", "aaaa", "cccc", "-f", "json")
    document = json.loads(out)
    changes = document.pop("changes")
    jsonschema.validate(document, SCHEMAS["diff"]())
    for change in changes:
        jsonschema.validate(change, SCHEMAS["change"]())
    _, out, _ = call(capsys, "diff", "aaaa", "cccc", "-f", "jsonl")
    lines = [json.loads(line) for line in out.splitlines()]
    assert lines == [*changes, document]
    kinds = {change["keyword"]: (change["kind"], change["news"]) for change in changes}
    assert kinds == {
        "谣言": ("newly-blocked", True),
        "六四": ("lifted", True),
        "色情": ("hardened", True),
        "律师": ("newly-blocked", False),
        "风": ("became-unmeasured", False),
        "新词": ("appeared", False),
        "旧词": ("left", False),
    }
    assert (document["baseline"]["news"], document["baseline"]["weak"]) == (3, 1)


@pytest.mark.usefixtures("two_runs")
def test_markdown_has_a_table_a_kind(capsys: Captured) -> None:
    """For issues and mails."""
    _, out, _ = call(capsys, "diff", "aaaa", "cccc", "-f", "md")
    assert "## Newly blocked (1)" in out
    assert "| 谣言 | example | ok | blocked | |" in " ".join(out.split())


@pytest.mark.usefixtures("two_runs")
def test_files_compare_like_runs(capsys: Captured) -> None:
    """Each of the formats that programs read, on either side."""
    for run, name in ((EARLIER, "a"), (LATER, "b")):
        places = [part for ending in ("json", "jsonl", "csv") for part in ("-o", f"{name}.{ending}")]
        assert call(capsys, "runs", "show", run, *places)[0] == ExitCode.DONE
    wanted = None
    for sides in (("a.json", "b.csv"), ("a.jsonl", "cccc"), ("aaaa", "b.json"), ("a.csv", "b.jsonl")):
        _, out, _ = call(capsys, "diff", *sides, "-f", "json")
        found = sorted((one["keyword"], one["kind"], one["news"]) for one in json.loads(out)["changes"])
        wanted = wanted or found
        assert found == wanted
    assert len(wanted or ()) == 7


@pytest.mark.usefixtures("two_runs")
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("zzzz", "last"), "there is no such file, and it is no run"),
        (("gone.json", "last"), "cannot be read"),
        (("ffff", "last"), "no run"),
        (("aaaa", "cccc", "-e", "nowhere"), "neither side has an endpoint of this name"),
        (("aaaa", "cccc", "--fail-on", "worse"), "neither a status nor a change"),
    ],
)
def test_wrong_use_is_explained(capsys: Captured, arguments: Sequence[str], words: str) -> None:
    """With exit code 2, and nothing on standard output."""
    code, out, err = call(capsys, "diff", *arguments)
    assert (code, out) == (ExitCode.WRONG_USE, "")
    assert words in err


def at(lab: Lab, *names: str) -> list[str]:
    return [*(part for name in names for part in ("-e", f"lab-{name}")), "--set", f"base={lab.base}", "-q"]


def test_a_run_is_compared_with_the_last_one(lab: Lab, capsys: Captured) -> None:
    """The first has nothing to compare with, which is no fault; the second finds the first, and a list that was edited."""
    options = [*at(lab, "notice"), "--baseline", "last"]
    code, out, _ = call(capsys, "run", "谣言", "天气", "六四", *options)
    assert code == ExitCode.DONE
    assert "no earlier run" in out
    code, out, _ = call(capsys, "run", "谣言", "天气", "音乐", *options, "--fail-on", "changed")
    assert code == ExitCode.DONE
    assert "1 pair new on the list: 音乐" in out
    assert "1 pair left the list: 六四" in out
    assert "Of 2 pairs that could be compared nothing changed" in out
    assert (
        call(capsys, "run", "谣言", "六四", "音乐", *options, "--fail-on", "left")[0]
        == ExitCode.CONDITION_MET
    )


def test_a_run_is_compared_with_a_file(lab: Lab, capsys: Captured, tmp_path: Path) -> None:
    """Here one that says of a word that it was ok; in each format the change is there."""
    options = at(lab, "notice", "moderation")
    assert call(capsys, "run", "谣言", "天气", *options, "-o", "a.jsonl")[0] == ExitCode.DONE
    lines = [json.loads(line) for line in Path("a.jsonl").read_text(encoding="utf-8").splitlines()]
    for line in lines:
        if line.get("keyword") == "谣言" and line["endpoint"] == "lab-notice":
            line |= {"status": "ok", "certainty": None}
    Path("a.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    outputs = ["-o", "b.json", "-o", "b.jsonl", "-o", "b.csv"]
    more = ["--baseline", "a.jsonl", "--fail-on", "newly-blocked", *outputs]
    code, _, err = call(capsys, "run", "谣言", "天气", *options, *more)
    assert code == ExitCode.CONDITION_MET, err
    document = json.loads(Path("b.json").read_text(encoding="utf-8"))
    (change,) = document["changes"]
    assert (change["kind"], change["news"], change["endpoint"]) == ("newly-blocked", True, "lab-notice")
    assert (change["before"]["status"], change["after"]["status"]) == ("ok", "blocked")
    jsonschema.validate(change, SCHEMAS["change"]())
    told: list[dict[str, Any]] = [
        json.loads(line) for line in Path("b.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    kinds = [line["type"] for line in told]
    assert kinds.count("change") == 1
    assert told[kinds.index("change") + 1]["id"] == change["id"]
    assert told[-1]["baseline"]["news"] == 1
    with Path("b.csv").open(encoding="utf-8", newline="") as file:
        rows = {(row["keyword"], row["endpoint"]): row for row in csv.DictReader(file)}
    assert rows["谣言", "lab-notice"]["change"] == "newly-blocked"
    assert rows["谣言", "lab-notice"]["status_before"] == "ok"
    assert rows["谣言", "lab-moderation"]["change"] == ""


def test_a_run_without_a_baseline_has_no_changes(lab: Lab, capsys: Captured) -> None:
    """Null, which is not the same as none."""
    _, out, _ = call(capsys, "run", "天气", *at(lab, "notice"), "-f", "json")
    document = json.loads(out)
    assert (document["baseline"], document["changes"]) == (None, None)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--fail-on", "lifted"), "needs something to compare with"),
        (("--confirm-changes",), "needs something to compare with"),
        (("--baseline", "last", "--store", "none"), "needs a store"),
        (("--baseline", "gone.json"), "cannot be read"),
        (("--baseline", "xyz"), "there is no such file, and it is no run"),
        (("--baseline", "abcd"), "no run"),
    ],
)
def test_a_baseline_that_is_not_there_is_said_before_anything_is_asked(
    lab: Lab, capsys: Captured, arguments: Sequence[str], words: str
) -> None:
    """With exit code 2."""
    before = len(lab.received)
    code, out, err = call(capsys, "run", "天气", *at(lab, "notice"), *arguments)
    assert (code, out) == (ExitCode.WRONG_USE, "")
    assert words in err
    assert len(lab.received) == before


def test_a_resumed_run_is_compared_as_before(lab: Lab, capsys: Captured) -> None:
    """With what its command named, and not with itself."""
    options = at(lab, "notice")
    assert call(capsys, "run", "谣言", "天气", *options)[0] == ExitCode.DONE
    words = [f"第{number}个" for number in range(30)]
    call(
        capsys, "run", "谣言", "天气", *words, *options, "--baseline", "last", "--budget", "12", "-f", "json"
    )
    code, out, _ = call(capsys, "run", "--resume", *options[-1:], "-f", "json")
    assert code == ExitCode.DONE
    document = json.loads(out)
    assert document["complete"]
    assert document["baseline"]["compared"] == 2
    assert document["baseline"]["kinds"] == {"appeared": len(words)}


def test_a_kept_run_says_how_to_see_what_changed(lab: Lab, capsys: Captured) -> None:
    """The changes themselves are not kept."""
    options = [*at(lab, "notice"), "--baseline", "last"]
    for _ in range(2):
        call(capsys, "run", "谣言", "天气", *options)
    _, out, err = call(capsys, "runs", "show", "last", "-f", "json")
    assert json.loads(out)["baseline"] is None
    assert "probe diff " in err


def test_an_older_run_that_is_judged_by_todays_rules_compares_again(lab: Lab, capsys: Captured) -> None:
    """As the paper says: what stood apart is news then."""
    definition = Path("mine.yaml")
    definition.write_text("extends: lab-notice\nname: mine\ntitle: Mine\n", encoding="utf-8")
    options = ["-e", "mine.yaml", "--set", f"base={lab.base}", "-q"]
    assert call(capsys, "run", "谣言", "天气", *options)[0] == ExitCode.DONE
    definition.write_text("extends: lab-notice\nname: mine\ntitle: Mended\n", encoding="utf-8")
    assert call(capsys, "rejudge", "last", "-o", "today.json")[0] == ExitCode.DONE
    older = call(capsys, "runs", "list", "-f", "json")[1]
    assert call(capsys, "run", "谣言", "天气", *options, "-o", "later.json")[0] == ExitCode.DONE
    later = json.loads(Path("later.json").read_text(encoding="utf-8"))
    for verdict in later["verdicts"]:  # as if it was lifted since
        verdict |= {"status": "ok", "certainty": None}
    Path("later.json").write_text(json.dumps(later), encoding="utf-8")
    for earlier, is_news in ((json.loads(older)[0]["id"], False), ("today.json", True)):
        _, out, _ = call(capsys, "diff", earlier, "later.json", "-f", "json")
        (change,) = json.loads(out)["changes"]
        assert (change["kind"], change["news"]) == ("lifted", is_news)
        assert change["also_changed"] == ([] if is_news else ["definition"])


def test_the_help_names_every_change(capsys: Captured) -> None:
    """Whole, so that they can be copied."""
    _, out, _ = call(capsys, "diff", "--help")
    assert set(CHANGES) <= set(out.replace(",", " ").split())
