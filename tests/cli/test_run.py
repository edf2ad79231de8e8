"""`probe run`, as a user or a script calls it."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from probe.cli import start
from probe.errors import ExitCode
from probe.lab.server import Lab

AWAY = "http://192.0.2.1/?q={keyword}"
"""An address that is nobody's (RFC 5737). Nothing is ever sent there: that is what these tests are about."""


def at(lab: Lab, *names: str) -> list[str]:
    """Options for some of the lab's endpoints."""
    options = [part for name in names for part in ("-e", f"lab-{name}")]
    return [*options, "--set", f"base={lab.base}"]


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_one_keyword_gives_a_card(lab: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    """The verdict, why, and the evidence; results on standard output, the rest on standard error."""
    assert start(["run", "谣言", *at(lab, "notice")]) == ExitCode.DONE
    out, err = capsys.readouterr()
    assert "blocked, confirmed" in out
    assert "根据相关法律法规和政策" in out
    assert "1 keyword at 1 endpoint" in err


def test_many_keywords_give_a_table(lab: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    """A row for each that is not ok everywhere, then the sums; without a terminal no colours."""
    assert start(["run", "谣言", "天气", *at(lab, "notice", "moderation")]) == ExitCode.DONE
    out = capsys.readouterr().out
    assert "✖ blocked: notice" in out or "✖ blocked" in out
    assert "2 keywords at 2 endpoints" in out
    assert "\x1b" not in out


def test_json_lines_stream_and_end_with_the_run(lab: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    """A line a pair, then the run; the sums agree."""
    words = ["谣言", "天气", "维权 + 律师"]
    assert (
        start(["run", *words, *at(lab, "notice"), "-f", "jsonl", "--vantage", "desk", "-q"]) == ExitCode.DONE
    )
    *verdicts, run = lines(capsys.readouterr().out)
    assert {one["keyword"]: one["status"] for one in verdicts} == {
        "谣言": "blocked",
        "天气": "ok",
        "维权 + 律师": "blocked",
    }
    assert verdicts[-1]["components"] == ["维权", "律师"] or any(
        one["components"] == ["维权", "律师"] for one in verdicts
    )
    assert (run["type"], run["complete"], run["vantage"]["label"]) == ("run", True, "desk")
    assert run["counts"]["blocked"] == 2


def test_files_by_ending_several_at_once(
    lab: Lab, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each file in the format of its ending, nothing on standard output, nobody else may read them."""
    names = ["a.json", "a.jsonl", "a.csv", "a.txt"]
    options = [part for name in names for part in ("-o", name)]
    assert start(["run", "谣言", "天气", *at(lab, "notice"), *options]) == ExitCode.DONE
    assert capsys.readouterr().out == ""
    assert json.loads((tmp_path / "a.json").read_text())["counts"]["blocked"] == 1
    assert len(lines((tmp_path / "a.jsonl").read_text())) == 3
    rows = list(csv.DictReader(io.StringIO((tmp_path / "a.csv").read_text())))
    assert {(row["keyword"], row["status"]) for row in rows} == {("谣言", "blocked"), ("天气", "ok")}
    assert "blocked" in (tmp_path / "a.txt").read_text()
    assert all((tmp_path / name).stat().st_mode & 0o077 == 0 for name in names)
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == sorted(names)


@pytest.mark.parametrize(
    ("platform", "fail_on", "code"),
    [
        ("notice", None, ExitCode.DONE),
        ("notice", "blocked", ExitCode.CONDITION_MET),
        ("notice", "filtered, inconclusive", ExitCode.DONE),
        ("login", None, ExitCode.NOTHING_TRUSTED),
        ("login", "unmeasured", ExitCode.NOTHING_TRUSTED),
    ],
)
def test_exit_codes(lab: Lab, platform: str, fail_on: str | None, code: ExitCode) -> None:
    """Done, condition met, nothing trusted."""
    conditions = [] if fail_on is None else ["--fail-on", fail_on]
    assert start(["run", "谣言", *at(lab, platform), "-q", *conditions]) == code


def test_some_untrusted_endpoints_are_named_but_change_nothing(
    lab: Lab, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where one endpoint is trusted the run is worth something; `--fail-on unmeasured` makes it 1."""
    arguments = ["run", "谣言", *at(lab, "notice", "login"), "-q", "-f", "jsonl"]
    assert start(arguments) == ExitCode.DONE
    assert "lab-login is not trusted" in capsys.readouterr().err
    assert start([*arguments, "--fail-on", "unmeasured"]) == ExitCode.CONDITION_MET


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["谣言"], "no endpoint"),
        (["-e", "lab-notice"], "no keywords"),
        (["谣言", "-e", "lab-notic"], "lab-notice"),
        (["-k", "rumour", "-e", "lab-notice"], "rumor"),
        (["谣言", "-e", "lab-notice", "--fail-on", "blokked"], "blokked"),
        (["谣言", "-e", "lab-notice", "-o", "x.doc"], "ending"),
        (["谣言", "-e", "lab-notice", "--set", "bse=x"], "bse"),
        (["谣言", "-e", "lab-notice", "--benign", "x"], "--benign"),
        (["谣言", "-e", "lab-notice", "--proxy", "127.0.0.1"], "--proxy"),
        (["谣言", "-u", "http://127.0.0.1:1/"], "{keyword}"),
        (["谣言", "-e", "lab-notice", "--rate", "0"], "--rate"),
        (["谣言 + ", "-e", "lab-notice"], "component"),
        (["谣言", "-e", "lab-notice", "-e", "lab-notice"], "twice"),
        (
            ["谣言", "-u", "http://127.0.0.1:1/?q={keyword}", "-u", "http://127.0.0.1:1/?q={keyword}"],
            "twice",
        ),
    ],
)
def test_wrong_use_is_explained(arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 2, the place named, nothing on standard output, nothing sent."""
    assert start(["run", *arguments]) == ExitCode.WRONG_USE
    out, err = capsys.readouterr()
    assert out == ""
    assert words in err


def test_a_bad_list_and_a_bad_definition_stop_everything(
    tmp_path: Path, lab: Lab, capsys: pytest.CaptureFixture[str]
) -> None:
    """Faults are named with file and line before anything is asked, and no output file is touched."""
    (tmp_path / "bad.txt").write_text("谣言\nbell\x07\n")
    (tmp_path / "bad.yaml").write_text("name: x\n")
    (tmp_path / "out.csv").write_text("precious")
    before = len(lab.received)
    assert start(["run", "-k", "bad.txt", *at(lab, "notice"), "-o", "out.csv"]) == ExitCode.WRONG_USE
    assert "bad.txt:2:" in capsys.readouterr().err
    assert start(["run", "谣言", "-e", "bad.yaml", "-o", "out.csv"]) == ExitCode.WRONG_USE
    assert "bad.yaml" in capsys.readouterr().err
    assert ((tmp_path / "out.csv").read_text(), len(lab.received)) == ("precious", before)


def test_a_place_that_cannot_be_written_is_said(lab: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 4: the surroundings fail, not the user's words."""
    assert (
        start(["run", "谣言", *at(lab, "notice"), "-o", "no/such/folder/x.csv", "-q"])
        == ExitCode.COULD_NOT_RUN
    )
    assert "no/such/folder/x.csv" in capsys.readouterr().err


def test_a_full_disk_is_said(
    lab: Lab, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Results that cannot be written end the run with exit code 4."""
    with open("/dev/full", "w") as full:
        monkeypatch.setattr(sys, "stdout", full)
        code = start(["run", "谣言", *at(lab, "notice"), "-f", "jsonl", "-q"])
        monkeypatch.undo()
        assert code == ExitCode.COULD_NOT_RUN
        with pytest.raises(OSError, match="No space"):
            full.close()
    assert "cannot write standard output: No space left" in capfd.readouterr().err


def test_dry_run_prints_the_plan_and_sends_nothing(lab: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    """Not even a name is looked up, and no consent is needed."""
    before = len(lab.received)
    assert start(["run", "-k", "rumor", *at(lab, "notice"), "-u", AWAY, "--dry-run"]) == ExitCode.DONE
    out = capsys.readouterr().out
    assert "asks 192.0.2.1:80" in out
    assert "unverified" not in out  # an address has no definition that somebody could have verified
    assert len(lab.received) == before


def test_the_rest_after_a_cut_can_be_set(lab: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    """The plan reckons with it; no rest is longer than a day."""
    arguments = ["run", "谣言", *at(lab, "wall"), "--dry-run"]
    assert start([*arguments, "--residual-wait", "3600"]) == ExitCode.DONE
    assert " to 2 h 0" in capsys.readouterr().out
    assert start([*arguments, "--residual-wait", "0"]) == ExitCode.DONE
    assert " h " not in capsys.readouterr().out
    assert start([*arguments, "--residual-wait", "86401"]) == ExitCode.WRONG_USE


def test_an_address_is_no_unverified_definition(lab: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    """It has none."""
    assert start(["run", "天气", "谣言", "-u", f"{lab.base}/notice/search?q={{keyword}}"]) == ExitCode.DONE
    assert "nverified" not in capsys.readouterr().out


def test_two_addresses_on_one_host_can_be_asked(lab: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    """Under names that differ."""
    urls = [part for name in ("notice", "open") for part in ("-u", f"{lab.base}/{name}/search?q={{keyword}}")]
    assert start(["run", "谣言", *urls, "-f", "jsonl", "-q"]) == ExitCode.DONE
    *verdicts, _ = lines(capsys.readouterr().out)
    port = lab.base.rpartition(":")[2]
    assert {one["endpoint"]: one["status"] for one in verdicts} == {
        f"127-0-0-1-{port}": "blocked",
        f"127-0-0-1-{port}-2": "ok",
    }


def probe(*arguments: str, **more: Any) -> subprocess.CompletedProcess[str]:
    """The installed command, in a process of its own without a terminal."""
    command = [str(Path(sys.executable).parent / "probe"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, start_new_session=True, timeout=60, **more)


def test_nothing_leaves_this_machine_without_consent() -> None:
    """Where nobody can be asked, the risks are named, with the way to accept them."""
    ended = probe("run", "谣言", "-u", AWAY, stdin=subprocess.DEVNULL)
    assert ended.returncode == ExitCode.WRONG_USE
    assert "nobody has agreed to the risks" in ended.stderr
    assert "PROBE_CONSENT=reads" in ended.stderr
    assert ended.stdout == ""


def test_a_proxy_needs_consent_even_for_this_machine(lab: Lab) -> None:
    """Whatever is asked, the proxy sees it."""
    ended = probe(
        "run", "谣言", *at(lab, "notice"), "--proxy", "http://192.0.2.1:3128", stdin=subprocess.DEVNULL
    )
    assert ended.returncode == ExitCode.WRONG_USE
    assert "reads" in ended.stderr


@pytest.mark.parametrize(("answer", "remembered"), [("no\n", False), ("yes\n", True)])
def test_consent_is_asked_on_the_terminal_not_on_standard_input(
    answer: str, remembered: bool, tmp_path: Path
) -> None:
    """The prompt uses the terminal device, and `yes` is remembered. The deadline is tiny and the address nobody's:
    with `yes` only --dry-run's plan may follow, so the run itself is replaced by one that says what it would do."""
    script = (
        "import probe.cli.session as s, probe.cli\n"
        "s.carry_out = lambda job, **more: print('WOULD ASK') or 0\n"
        f"raise SystemExit(probe.cli.start(['run', '-k', '-', '-u', {AWAY!r}]))\n"
    )
    child, terminal = pty.fork()
    if child == 0:  # pragma: no cover - the child becomes another program
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.execve(sys.executable, [sys.executable, "-c", "import sys, io\n"
                  "sys.stdin = io.TextIOWrapper(io.BytesIO('谣言\\n'.encode()))\n" + script],
                  {**os.environ, "XDG_CONFIG_HOME": str(tmp_path / "config")})  # fmt: skip
    seen = read_until(terminal, "Type yes: ")
    assert "192.0.2.1:80" in seen
    os.write(terminal, answer.encode())
    rest = read_until(terminal, None)
    _, status = os.waitpid(child, 0)
    assert ("WOULD ASK" in rest) is remembered
    assert os.waitstatus_to_exitcode(status) == (0 if remembered else ExitCode.WRONG_USE)
    consent = tmp_path / "config" / "probe" / "consent"
    assert (consent.read_text().split() if consent.exists() else []) == (["reads"] if remembered else [])


def read_until(terminal: int, words: str | None) -> str:
    """What the terminal shows, until some words or the end."""
    seen = b""
    while words is None or words.encode() not in seen:
        try:
            piece = os.read(terminal, 4096)
        except OSError:  # Linux says so where the other end is closed
            break
        if not piece:
            break
        seen += piece
    return seen.decode(errors="replace")


def test_a_closed_pipe_is_a_quiet_end(lab: Lab) -> None:
    """`probe run ... | head -1`: no complaint, no traceback."""
    command = [
        sys.executable,
        "-m",
        "probe",
        "run",
        "-k",
        "rumor",
        "-k",
        "politics",
        *at(lab, "notice"),
        "-f",
        "jsonl",
        "-q",
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        assert running.stdout.readline().startswith('{"type":"verdict"')
        running.stdout.close()
        assert running.stderr.read() == ""
        assert running.wait(30) == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopping_keeps_what_was_reached(lab: Lab, number: signal.Signals) -> None:
    """Ctrl-C and SIGTERM: exit code 130, the verdicts that were final, and a run that says it is not complete."""
    command = [
        sys.executable,
        "-m",
        "probe",
        "run",
        "-k",
        "-",
        *at(lab, "notice"),
        "-f",
        "jsonl",
        "--rate",
        "50",
    ]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        running.stdin.write("\n".join(f"词{count}" for count in range(5000)))
        running.stdin.close()
        first = running.stdout.readline()
        running.send_signal(number)
        rest = running.stdout.read()
        assert running.wait(30) == ExitCode.STOPPED
    *verdicts, run = lines(first + rest)
    assert 1 <= len(verdicts) < 5000
    assert (run["complete"], run["exit_code"], run["counts"]["verdicts"]) == (False, 130, len(verdicts))


def test_standard_input_is_a_list_only_when_asked_for(lab: Lab) -> None:
    """A pipe alone is not taken for a list."""
    assert probe("run", *at(lab, "notice"), input="谣言\n").returncode == ExitCode.WRONG_USE
    ended = probe("run", "-k", "-", *at(lab, "notice"), "-f", "csv", "-q", input="谣言\n天气\n")
    assert [line.split(",")[2] for line in ended.stdout.splitlines()[1:]] == ["谣言", "天气"]


def test_secrets_come_from_the_environment(
    lab: Lab, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A secret is sent, and stands nowhere in what is printed."""
    definition = (
        "name: own\ntitle: Own\nkind: search\nrequest:\n"
        f"  url: {lab.base}/notice/search?q={{keyword}}\n  headers: {{X-Key: '{{secret:KEY}}'}}\n"
        "rules:\n- {id: results, when: {css: '#results'}, outcome: served}\n"
    )
    (tmp_path / "own.yaml").write_text(definition)
    arguments = ["run", "天气", "-e", "own.yaml", "-f", "json"]
    assert start(arguments) == ExitCode.WRONG_USE
    assert "export PROBE_SECRET_KEY" in capsys.readouterr().err
    ended = probe(*arguments, env={**os.environ, "PROBE_SECRET_KEY": "hush-hush"})
    assert ended.returncode == 0
    assert lab.received[-1].headers["x-key"] == "hush-hush"
    assert "hush" not in ended.stdout + ended.stderr


def test_two_runs_of_the_lab_in_threads_end_cleanly(lab: Lab) -> None:
    """The practice platform answers several programs at once."""
    codes: list[int] = []
    ask = lambda: codes.append(probe("run", "谣言", *at(lab, "notice"), "-q").returncode)  # noqa: E731
    threads: Sequence[threading.Thread] = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert codes == [0, 0]
