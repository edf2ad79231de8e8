"""`probe history`: the runs of a keyword in order, with what changed between them, in as many columns as there are."""

from __future__ import annotations

import json
from collections.abc import Sequence

import jsonschema
import msgspec
import pytest
from rich.cells import cell_len

from probe.cli import start
from probe.errors import ExitCode
from probe.keeping.store import Store, default_store
from probe.model.observation import Mechanism
from probe.model.verdict import Certainty, Counts, Status, Verdict
from probe.showing.document_schema import SCHEMAS
from tests.keeping.samples import (
    begin,
    document_of,
    endpoint_called,
    keep,
    question_about,
    verdict_of,
)

Captured = pytest.CaptureFixture[str]
WEEK = 7 * 86400.0
WORD = "维权 + 律师"
STATES = {
    ".": (Status.OK, None, None),
    "B": (Status.BLOCKED, Certainty.CONFIRMED, Mechanism.NOTICE),
    "r": (Status.BLOCKED, Certainty.LIKELY, Mechanism.RESET),
    "F": (Status.FILTERED, Certainty.CONFIRMED, Mechanism.REVIEW),
    "-": (Status.UNMEASURED, None, None),
}


def a_verdict(run: str, state: str, endpoint: str, definition: str) -> Verdict:
    status, certainty, mechanism = STATES[state]
    verdict = verdict_of("维权", "律师", run=run, status=status, endpoint=endpoint, definition=definition)
    return msgspec.structs.replace(
        verdict, certainty=certainty, mechanism=mechanism, counts=Counts(asked=2, agreeing=2)
    )


def live(states: str, *, endpoint: str = "example", base: str = "http://127.0.0.1:1", first: int = 0) -> None:
    """A run a week, with these states."""
    with Store.open(default_store()) as store:
        for number, state in enumerate(states, first):
            name = f"{number:04x}{endpoint.encode().hex()[:4]}{len(base):08x}"
            place = msgspec.structs.replace(endpoint_called(endpoint), values={"base": base})
            keeper = begin(store, name, started=1_767_600_000.0 + number * WEEK, endpoints=(place,))
            keep(keeper, question_about("维权", "律师", endpoint=endpoint), endpoint=place)
            keeper.settle(a_verdict(name, state, endpoint, place.digest))
            keeper.close(document_of(name))
            keeper.release()


def call(capsys: Captured, *arguments: str) -> tuple[int, str, str]:
    code = start(["history", *arguments])
    said = capsys.readouterr()
    return code, said.out, said.err


def rows(out: str) -> list[str]:
    return [" ".join(line.split()) for line in out.splitlines() if line.startswith("  2")]


def test_runs_that_say_the_same_share_a_line(capsys: Captured) -> None:
    """With when it began; what changed is said with the first of them."""
    live("..BBB-BF.")
    code, out, err = call(capsys, WORD)
    assert (code, err) == (ExitCode.DONE, "")
    assert out.splitlines()[0] == WORD
    assert rows(out) == [
        "2026-01-05 08:00 ✔ ok 00006578, 2 runs",
        "2026-01-19 08:00 ✖ blocked: notice newly blocked 00026578, 3 runs",
        "2026-02-09 08:00 – unmeasured 00056578",
        "2026-02-16 08:00 ✖ blocked: notice 00066578",
        "2026-02-23 08:00 ◐ filtered: review softened 00076578",
        "2026-03-02 08:00 ✔ ok lifted 00086578",
    ]


def test_each_run_has_its_line_where_all_are_wanted(capsys: Captured) -> None:
    """Or as many as are wanted: of the first of these it is still known what changed."""
    live("..BB")
    assert len(rows(call(capsys, WORD, "--all")[1])) == 4
    shown = rows(call(capsys, WORD, "--all", "--most", "2")[1])
    assert [line.split(" ", 2)[2] for line in shown] == [
        "✖ blocked: notice newly blocked 00026578",
        "✖ blocked: notice 00036578",
    ]


def test_what_the_evidence_does_not_carry_has_a_question_mark_and_the_reason(capsys: Captured) -> None:
    """The second run in a row carries it."""
    live(".rr")
    _, out, _ = call(capsys, WORD)
    assert [line.split(" ", 2)[2] for line in rows(out)] == [
        "✔ ok 00006578",
        "✖ blocked: reset, likely newly blocked? 00016578",
        "✖ blocked: reset, likely newly blocked 00026578",
    ]
    assert "2 answers agree that it is blocked, and none proves it" in out


@pytest.mark.parametrize("width", [40, 60, 80, 200])
def test_it_fits_the_terminal(capsys: Captured, monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    """On a narrow one what changed stands below."""
    monkeypatch.setenv("COLUMNS", str(width))
    live(".rrrBBF-")
    _, out, _ = call(capsys, WORD)
    assert all(cell_len(line) <= width for line in out.splitlines())
    assert "softened" in out
    assert out.count("newly blocked") == 2


def test_other_settings_stand_apart(capsys: Captured) -> None:
    """The same word at another address is not lifted there."""
    live("B")
    live(".", base="http://127.0.0.1:22", first=1)
    _, out, _ = call(capsys, WORD)
    assert "lifted" not in out
    assert "example from here with base=http://127.0.0.1:1\n" in out
    assert "example from here with base=http://127.0.0.1:22\n" in out


def test_only_the_endpoints_that_are_named(capsys: Captured) -> None:
    """All without a name."""
    live("B")
    live(".", endpoint="other")
    assert {"other from here", "example from here"} <= set(call(capsys, WORD)[1].splitlines())
    _, out, _ = call(capsys, WORD, "-e", "other")
    assert "other from here" in out
    assert "example" not in out


def test_programs_get_a_document_that_keeps_its_promise(capsys: Captured) -> None:
    """By the published schema, oldest first."""
    live(".BF")
    _, out, _ = call(capsys, WORD, "-f", "json")
    document = json.loads(out)
    jsonschema.validate(document, SCHEMAS["history"]())
    assert document["components"] == ["维权", "律师"]
    found = [
        (one["started"], one["verdict"]["status"], (one["change"] or {}).get("kind"))
        for one in document["entries"]
    ]
    assert found == [
        ("2026-01-05T08:00:00.000Z", "ok", None),
        ("2026-01-12T08:00:00.000Z", "blocked", "newly-blocked"),
        ("2026-01-19T08:00:00.000Z", "filtered", "softened"),
    ]


@pytest.mark.parametrize("arguments", [("天气",), (WORD, "-e", "nowhere"), ("维权",)])
def test_a_keyword_that_no_run_knows_is_said(capsys: Captured, arguments: Sequence[str]) -> None:
    """With exit code 2; a part of a keyword is another keyword."""
    live("B")
    code, out, err = call(capsys, *arguments)
    assert (code, out) == (ExitCode.WRONG_USE, "")
    assert "no run that is kept has a verdict of" in err
