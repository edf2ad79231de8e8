"""`probe runs` says what is kept, prints it as it was printed, and deletes it only when asked to."""

from __future__ import annotations

import json
import os
import pty
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from rich.cells import cell_len

from probe.cli import start
from probe.cli.run_page import summarise
from probe.errors import ExitCode
from probe.keeping.run_keeper import FULL_NOTE
from probe.keeping.store import Store, default_store
from probe.model.post import PostState
from probe.model.run import Run
from probe.model.verdict import Status
from tests.keeping.samples import (
    begin,
    document_of,
    endpoint_called,
    keep,
    post_of,
    question_about,
    record_called,
    verdict_of,
    with_body,
)

Captured = pytest.CaptureFixture[str]
NAMES = ("lab-notice", "lab-moderation", "lab-sources-notice")
DONE, STOPPED = "aaaa1111bbbb2222", "cccc3333dddd4444"


def run(capsys: Captured, *arguments: str) -> tuple[int, str, str]:
    code = start(["runs", *arguments])
    said = capsys.readouterr()
    return code, said.out, said.err


@pytest.fixture
def store() -> Path:
    """The user's own store, with a run that is complete and a later one that was killed."""
    path = default_store()
    with Store.open(path) as opened:
        for name, started in ((DONE, 1_700_000_000.0), (STOPPED, 1_700_100_000.0)):
            fill(opened, name, started)
    return path


def fill(store: Store, name: str, started: float) -> None:
    endpoints = [endpoint_called(one, digest=one.ljust(64, "0")) for one in NAMES]
    record = record_called(name, started=started, endpoints=tuple(endpoints))
    record = msgspec.structs.replace(record, keywords=1204)
    keeper = store.begin(record, keep_exchanges="none", secrets={})
    for endpoint in endpoints:
        keep(keeper, question_about("谣言", endpoint=endpoint.name), endpoint=endpoint)
        for word, status in (("谣言", Status.BLOCKED), ("天气", Status.OK)):
            keeper.settle(
                verdict_of(word, run=name, endpoint=endpoint.name, definition=endpoint.digest, status=status)
            )
    if name == DONE:
        keeper.close(document_of(name))
    keeper.release()


def test_nothing_is_kept_yet(capsys: Captured) -> None:
    """It says so, and makes no file."""
    assert run(capsys, "list") == (0, "no runs are kept yet\n", "")
    assert run(capsys, "list", "-f", "json") == (0, "[]\n", "")
    assert run(capsys, "delete", "--all") == (0, "no runs are kept yet\n", "")
    for arguments in (("show", "last"), ("delete", "last")):
        code, out, err = run(capsys, *arguments)
        assert (code, out) == (ExitCode.WRONG_USE, "")
        assert "no runs are kept yet" in err
    assert not default_store().parent.exists()


@pytest.mark.parametrize("width", [60, 80, 200])
def test_the_list_fits_the_terminal(
    capsys: Captured, store: Path, monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    """The newest first, with what they found; whoever stopped is told how to go on."""
    monkeypatch.setenv("COLUMNS", str(width))
    code, out, err = run(capsys, "list")
    lines = out.splitlines()
    assert (code, err) == (0, "")
    assert all(cell_len(line) <= width for line in lines)
    assert lines[0].startswith("RUN       STARTED (UTC)     KEYWORDS")
    stopped, done = (next(line for line in lines if line.startswith(one[:8])) for one in (STOPPED, DONE))
    assert lines.index(stopped) < lines.index(done)
    assert stopped.split()[1:9] == ["2023-11-16", "02:00", "1,204", "3", "0", "3", "0", "0"]
    assert all(name in out for name in NAMES)
    assert out.count("probe run --resume cccc3333") == 1
    assert "--resume aaaa1111" not in out
    assert ("complete" in done) == (width == 200)
    assert "✖ blocked" in out


def test_the_list_says_what_is_at_work(capsys: Captured, store: Path) -> None:
    """That run cannot be continued or deleted now."""
    with Store.open(store) as opened:
        opened.resume(STOPPED, keep_exchanges="none", secrets={})
        _, out, _ = run(capsys, "list")
        assert "at work" in out
        code, _, err = run(capsys, "delete", "--yes", "--all")
    assert code == ExitCode.WRONG_USE
    assert "another program is at work on run cccc3333" in err


def test_the_resume_command_names_the_store_that_was_named(capsys: Captured, tmp_path: Path) -> None:
    """Quoted as a shell needs it."""
    path = tmp_path / "my store.sqlite"
    with Store.open(path) as opened:
        fill(opened, STOPPED, 1.0)
    _, out, _ = run(capsys, "list", "--store", str(path))
    assert f"probe run --resume cccc3333 --store '{path}'" in " ".join(out.split())


def test_short_ids_tell_runs_apart(capsys: Captured) -> None:
    """Eight characters, or as many as it takes."""
    with Store.open(default_store()) as opened:
        for end in ("1", "2"):
            begin(opened, f"abcdef0123{end}").release()
    _, out, _ = run(capsys, "list")
    assert {line.split()[0] for line in out.splitlines() if line.startswith("abc")} == {
        "abcdef01231",
        "abcdef01232",
    }


def test_many_endpoints_are_counted(capsys: Captured) -> None:
    """Six are named at most."""
    endpoints = tuple(endpoint_called(f"endpoint-{number}") for number in range(40))
    with Store.open(default_store()) as opened:
        begin(opened, endpoints=endpoints).release()
    _, out, _ = run(capsys, "list")
    assert "endpoint-4" in out
    assert "35 more" in out
    assert "endpoint-5" not in out


def test_the_list_is_there_for_programs(capsys: Captured, store: Path) -> None:
    """With every field of a promise."""
    code, out, _ = run(capsys, "list", "-f", "json")
    stopped, done = json.loads(out)
    assert code == 0
    assert (stopped["id"], done["id"]) == (STOPPED, DONE)
    assert done == {
        "id": DONE,
        "started": "2023-11-14T22:13:20.000Z",
        "ended": "1970-01-01T00:17:40.000Z",
        "complete": True,
        "open": False,
        "version": "0.2",
        "vantage": "here",
        "lists": ["rumor"],
        "keywords": 1204,
        "endpoints": [*NAMES],
        "verdicts": 6,
        "counts": {"blocked": 3, "filtered": 0, "ok": 3, "inconclusive": 0, "unmeasured": 0},
        "answers": 3,
        "notes": [],
        "messages_left": 0,
    }
    assert (stopped["ended"], stopped["complete"]) == (None, False)
    with Store.open(store) as opened:
        assert summarise(opened.find(DONE)) == done


def test_a_run_is_shown_as_it_was_printed(capsys: Captured, store: Path) -> None:
    """What is ok only on demand; a killed run says that it is not complete."""
    code, out, err = run(capsys, "show", "last")
    assert (code, err) == (0, "")
    assert "谣言" in out
    assert "天气" not in out
    assert "6 of 3,612 pairs have a verdict" in " ".join(out.split())
    _, out, _ = run(capsys, "show", "cccc", "--all")
    assert "天气" in out


def test_a_run_is_shown_in_every_format(capsys: Captured, store: Path) -> None:
    """With the document that it was closed with."""
    _, out, _ = run(capsys, "show", "aaaa", "-f", "jsonl")
    *verdicts, document = out.splitlines()
    assert [json.loads(line)["type"] for line in verdicts] == ["verdict"] * 6
    assert msgspec.json.decode(document, type=Run) == document_of(DONE)
    _, out, _ = run(capsys, "show", "aaaa", "-f", "json")
    assert len(json.loads(out)["verdicts"]) == 6
    _, out, err = run(capsys, "show", "cccc", "-f", "csv")
    assert len(out.splitlines()) == 7
    assert "lab-notice is not trusted" in err


def test_results_go_to_files(capsys: Captured, store: Path, tmp_path: Path) -> None:
    """In the format of their ending, for the owner alone."""
    files = [tmp_path / "a.json", tmp_path / "b.csv"]
    code, out, _ = run(capsys, "show", "aaaa", *(part for file in files for part in ("-o", str(file))))
    assert (code, out) == (0, "")
    assert json.loads(files[0].read_text())["id"] == DONE
    assert len(files[1].read_text().splitlines()) == 7
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}


def test_the_table_has_the_titles_of_the_definitions(capsys: Captured) -> None:
    """As they were when they were used; a definition that cannot be read is only named."""
    text = Path(default_definition()).read_text(encoding="utf-8")
    endpoints = (endpoint_called("lab-notice", text=text), endpoint_called("broken", text="::"))
    with Store.open(default_store()) as opened:
        record = msgspec.structs.replace(record_called(endpoints=endpoints), keywords=1)
        keeper = opened.begin(record, keep_exchanges="none", secrets={})
        for one in endpoints:
            keeper.settle(verdict_of("谣言", endpoint=one.name, status=Status.BLOCKED))
    _, out, _ = run(capsys, "show", "last")
    title = (
        next(line for line in text.splitlines() if line.startswith("title: "))
        .removeprefix("title: ")
        .strip('"')
    )
    assert f"lab-notice ({title})" in out
    assert "broken" in out


def default_definition() -> Path:
    import probe

    return Path(probe.__file__).parent / "builtin" / "lab-notice.yaml"


def test_what_was_not_kept_is_said(capsys: Captured) -> None:
    """On standard error, beside the results."""
    with Store.open(default_store(), most_exchanges=10) as opened:
        keeper = begin(opened, keep_exchanges="all")
        keep(keeper, question_about("谣言"), exchange=with_body(b"page"))
    code, _, err = run(capsys, "show", "last")
    assert (code, err) == (0, f"probe: {FULL_NOTE}\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("show", "eeee"), "no run 'eeee' is kept"),
        (("show", "a"), "too short"),
        (("delete", "eeee", "--yes"), "no run 'eeee' is kept"),
        (("delete", "--yes"), "name the runs to delete, or give --all"),
        (("delete", "aaaa", "--all", "--yes"), "name the runs to delete, or give --all"),
        (("show", "aaaa", "-o", "x.unknown"), "no format is known"),
    ],
)
def test_wrong_use_is_said(capsys: Captured, store: Path, arguments: tuple[str, ...], message: str) -> None:
    """And nothing is printed or deleted."""
    code, out, err = run(capsys, *arguments)
    assert (code, out) == (ExitCode.WRONG_USE, "")
    assert message in err
    with Store.open(store) as opened:
        assert len(opened.runs()) == 2


def test_what_is_no_store_is_said(capsys: Captured, tmp_path: Path) -> None:
    """With exit code 4."""
    path = tmp_path / "words.txt"
    path.write_text("谣言\n" * 1000)
    for arguments in (("list",), ("show", "last"), ("delete", "--all", "--yes")):
        code, out, err = run(capsys, *arguments, "--store", str(path))
        assert (code, out) == (ExitCode.COULD_NOT_RUN, "")
        assert f"{path} is not a store of probe" in err


def test_runs_are_deleted_for_good(capsys: Captured, store: Path) -> None:
    """Those that were named, each once."""
    assert run(capsys, "delete", "--yes", "last", "cccc") == (0, "1 run deleted\n", "")
    with Store.open(store) as opened:
        assert [one.id for one in opened.runs()] == [DONE]
    assert run(capsys, "delete", "--yes", "--all") == (0, "1 run deleted\n", "")
    assert run(capsys, "list") == (0, "no runs are kept yet\n", "")


def leave_messages(path: Path, name: str) -> None:
    """Six messages of a run: five at one endpoint, of which one is gone, and one at another."""
    first, other, _ = (endpoint_called(one, digest=one.ljust(64, "0")) for one in NAMES)
    with Store.open(path) as opened:
        keeper = opened.resume(name, keep_exchanges="none", secrets={})
        for number in range(4):
            keeper.post(first, post_of(f"kavo{number}", at=1_700_000_000.0 + number))
        keeper.post(first, post_of("gone", state=PostState.GONE))
        values = {"key": "k", "id": "\x1b[2J17"}
        why = "the answer was 403, \x1b[31mno\n more"
        keeper.post(other, post_of("luza", at=1e9, state=PostState.POSTED, values=values, why_left=why))
        if name == DONE:
            keeper.close(document_of(name))


def test_messages_that_are_left_are_named(capsys: Captured, store: Path) -> None:
    """By endpoint, the oldest first, three at most, with what helps to find each; foreign text obeys nobody."""
    leave_messages(store, DONE)
    code, out, err = run(capsys, "show", "aaaa", "-f", "jsonl")
    assert code == 0
    assert [json.loads(line)["type"] for line in out.splitlines()] == [*["verdict"] * 6, "run"]
    assert err.splitlines() == [
        "probe: 5 messages of this run are still there; to try again to delete: probe run --resume aaaa1111",
        "probe: lab-moderation: 1 message",
        "probe:   2001-09-09T01:46:40.000Z, posted, id \\x1b[2J17: the answer was 403, \\x1b[31mno\\x0a more",
        "probe: lab-notice: 4 messages",
        "probe:   2023-11-14T22:13:20.000Z, perhaps posted, marked kavo0",
        "probe:   2023-11-14T22:13:21.000Z, perhaps posted, marked kavo1",
        "probe:   2023-11-14T22:13:22.000Z, perhaps posted, marked kavo2",
        "probe:   and 1 more",
    ]
    _, _, err = run(capsys, "show", "aaaa", "-f", "jsonl", "--store", str(store))
    assert f"probe run --resume aaaa1111 --store {store}" in err


def test_messages_of_a_run_at_work_are_no_trouble(capsys: Captured, store: Path) -> None:
    """It will take them away itself."""
    with Store.open(store) as opened:
        keeper = opened.resume(STOPPED, keep_exchanges="none", secrets={})
        keeper.post(endpoint_called(NAMES[0]), post_of("kavo"))
        _, _, err = run(capsys, "show", "cccc", "-f", "jsonl")
        assert "probe: 1 message of this run is there, while it is at work\n" in err
        assert "--resume" not in err
        _, out, _ = run(capsys, "list")
        assert "left" not in out
        for more in ((), ("--force",)):
            code, _, err = run(capsys, "delete", "--yes", "cccc", *more)
            assert code == ExitCode.WRONG_USE
            assert "another program is at work" in err


@pytest.mark.parametrize("width", [60, 80, 200])
def test_the_list_marks_runs_with_messages(
    capsys: Captured, store: Path, monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    """Complete ones too, with how to go on; others stay as they were."""
    monkeypatch.setenv("COLUMNS", str(width))
    leave_messages(store, DONE)
    _, out, _ = run(capsys, "list")
    assert all(cell_len(line) <= width for line in out.splitlines())
    said = " ".join(out.split())
    assert "5 messages left: probe run --resume aaaa1111" in said
    assert said.count("messages left") == 1
    assert "probe run --resume cccc3333" in said
    _, out, _ = run(capsys, "list", "-f", "json")
    assert [one["messages_left"] for one in json.loads(out)] == [0, 5]


@pytest.mark.parametrize("which", [("aaaa", "cccc"), ("--all",)])
def test_a_run_with_messages_is_deleted_only_by_force(
    capsys: Captured, store: Path, monkeypatch: pytest.MonkeyPatch, which: tuple[str, ...]
) -> None:
    """Nobody is asked for what is refused anyway; the error says what would be lost, and what helps."""
    monkeypatch.setattr("probe.cli.runs.TERMINAL", str(store.parent / "none"))
    leave_messages(store, DONE)
    for more in ((), ("--yes",)):
        code, out, err = run(capsys, "delete", *which, *more)
        assert (code, out) == (ExitCode.WRONG_USE, "")
        said = " ".join(err.split())
        assert "messages that were sent are still there: run aaaa1111 (5); what finds them again" in said
        assert "probe run --resume RUN" in said
        assert "--force" in said
    with Store.open(store) as opened:
        assert len(opened.runs()) == 2
    code, _, err = run(capsys, "delete", *which, "--force")
    assert (code, "--yes" in err) == (ExitCode.WRONG_USE, True)
    assert run(capsys, "delete", *which, "--force", "--yes") == (0, "2 runs deleted\n", "")


@pytest.fixture
def terminal() -> Iterator[tuple[int, str]]:
    """A terminal: where its other end is written and read, and its name."""
    ours, theirs = pty.openpty()
    yield ours, os.ttyname(theirs)
    os.close(ours)
    os.close(theirs)


@pytest.mark.parametrize(("answer", "left"), [(b"yes\n", 0), (b"no\n", 2), (b"\n", 2)])
def test_it_asks_before_it_deletes(
    capsys: Captured,
    store: Path,
    monkeypatch: pytest.MonkeyPatch,
    terminal: tuple[int, str],
    answer: bytes,
    left: int,
) -> None:
    """At the terminal, with the number of runs; whatever is not yes is no."""
    ours, name = terminal
    monkeypatch.setattr("probe.cli.runs.TERMINAL", name)
    os.write(ours, answer)
    code, _, _ = run(capsys, "delete", "--all")
    assert code == (0 if left == 0 else ExitCode.WRONG_USE)
    said = b""
    while b"?" not in said:  # the terminal echoes the answer, too
        said += os.read(ours, 1000)
    assert b"Delete 2 runs for good (cccc3333, aaaa1111)?" in said
    with Store.open(store) as opened:
        assert len(opened.runs()) == left


def test_without_a_terminal_it_deletes_nothing(
    capsys: Captured, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A script must say --yes."""
    monkeypatch.setattr("probe.cli.runs.TERMINAL", str(store.parent / "none"))
    code, _, err = run(capsys, "delete", "--all")
    assert code == ExitCode.WRONG_USE
    assert "--yes" in err
    with Store.open(store) as opened:
        assert len(opened.runs()) == 2
