"""`probe evidence`, and `probe run --evidence`, as a user or a script calls them."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from probe.cli import start
from probe.errors import ExitCode
from probe.keeping.evidence.statement import (
    AnswerStatement,
    RunStatement,
    VerdictStatement,
)
from probe.keeping.evidence.verification import verify
from probe.lab.server import Lab
from tests.keeping.evidence.samples import records_of, statements_of, unpacked

Captured = pytest.CaptureFixture[str]
FILE = Path("run.warc.gz")
TOKEN = "t0ken-of-mine/äß&=%"


def at(lab: Lab, *names: str) -> list[str]:
    options = [part for name in names for part in ("-e", f"lab-{name}")]
    return [*options, "--set", f"base={lab.base}"]


def ask(lab: Lab, *more: str) -> None:
    assert start(["run", "谣言", "天气", *at(lab, "notice", "wall"), "-q", *more]) == ExitCode.DONE


def test_a_run_writes_all_that_was_sent_and_came_back(lab: Lab, capsys: Captured) -> None:
    """Also normal answers, which the store does not keep; sealed, with the hash on standard error."""
    ask(lab, "--evidence", str(FILE))
    err = capsys.readouterr().err
    found = verify(FILE)
    assert found.is_sound
    assert found.complete
    assert f"SHA-256 {found.sha256}" in err
    statements = statements_of(FILE)
    answers = [one for one in statements if isinstance(one, AnswerStatement)]
    assert {one.exchange for one in answers} == {"kept"}
    assert {one.purpose for one in answers} >= {"keyword", "benign"}
    cut = next(one for one in answers if one.outcome == "blocked" and one.endpoint == "lab-wall")
    assert cut.steps is not None
    assert cut.steps[-1].failure == "connection_reset"
    verdicts = {
        (one.verdict.endpoint, one.verdict.keyword): one.verdict.status
        for one in statements
        if isinstance(one, VerdictStatement)
    }
    assert verdicts == {
        ("lab-notice", "谣言"): "blocked",
        ("lab-notice", "天气"): "ok",
        ("lab-wall", "谣言"): "blocked",
        ("lab-wall", "天气"): "ok",
    }
    assert isinstance(statements[-1], RunStatement)
    assert statements[-1].run is not None


def test_warcio_itself_finds_every_digest_right(lab: Lab) -> None:
    """Its own checker looks at the file, and its own index finds the pages."""
    ask(lab, "--evidence", str(FILE))
    tool = Path(sys.executable).with_name("warcio")
    checked = subprocess.run(
        [tool, "check", "-v", FILE], capture_output=True, text=True, timeout=60, check=False
    )
    assert (checked.returncode, checked.stderr) == (0, "")
    assert checked.stdout.count("digest pass") == len(records_of(FILE))
    index = subprocess.run([tool, "index", FILE], capture_output=True, text=True, timeout=60, check=True)
    kinds = [json.loads(line)["warc-type"] for line in index.stdout.splitlines()]
    assert kinds[0] == "warcinfo"
    assert kinds.count("response") > 4


def test_it_works_where_nothing_else_is_kept(lab: Lab, capsys: Captured) -> None:
    """And nobody is told to go on with a run that no one can go on with."""
    ask(lab, "--evidence", str(FILE), "--store", "none", "-f", "json")
    out, err = capsys.readouterr()
    verdicts = [one for one in statements_of(FILE) if isinstance(one, VerdictStatement)]
    assert {one.verdict.run for one in verdicts} == {json.loads(out)["id"]}
    assert all(one.answers for one in verdicts)
    assert "--resume" not in err


class _Echo(BaseHTTPRequestHandler):
    """A service that repeats in its answer whatever it was sent, cookies and tokens too."""

    def do_GET(self) -> None:
        sent = f"{self.path}\n{self.headers}"
        body = f"<ol><li class=result>one</li></ol><pre>{sent}</pre>".encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Set-Cookie", "visitor=cookie-of-a-visitor")
        self.send_header("X-Echo", self.path)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture
def echo() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Echo) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


DEFINITION = """
name: echo
title: It repeats what it is sent
kind: search
stability: supported
request:
  url: "BASE/s?q={keyword}&key={secret:KEY}"
  headers:
    Authorization: "Bearer {secret:KEY}"
    X-Token: "{secret:KEY}"
    Cookie: "sid={secret:KEY}"
rules:
  - id: results
    when: {status: 200, css: li.result}
    outcome: served
    weight: determinate
controls:
  benign: [天气, 美食, 旅游]
"""


def test_no_secret_is_in_the_file(echo: str, monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    """A known token, sent in the address, in headers and in a cookie, and repeated by the service in all of these."""
    Path("echo.yaml").write_text(DEFINITION.replace("BASE", echo))
    monkeypatch.setenv("PROBE_SECRET_KEY", TOKEN)
    asked = ["run", "谣言", "-e", "echo.yaml", "-q", "--keep-exchanges", "all"]
    assert start([*asked, "--evidence", str(FILE)]) == ExitCode.DONE, capsys.readouterr().err
    assert start(["evidence", "write", "last", "-o", "stored.warc.gz"]) == ExitCode.DONE
    assert start(["runs", "show", "last", "-f", "ooni", "-o", "run.txt.ooni"]) == ExitCode.DONE
    for content in (unpacked(FILE), unpacked(Path("stored.warc.gz")), Path("run.txt.ooni").read_bytes()):
        assert b"{secret:KEY}" in content
        assert b"{removed}" in content
        for part in ("t0ken-of-mine", "t0ken", "cookie-of-a-visitor"):
            assert part.encode() not in content
    assert verify(FILE).is_sound


def test_what_cannot_be_written_is_said_before_anything_is_asked(lab: Lab, capsys: Captured) -> None:
    """Nothing is sent, nothing is kept, and the file that is there stays."""
    FILE.write_text("mine")
    before = len(lab.received)
    for name, why in ((str(FILE), "never written over"), ("run.warc", "ends in .warc.gz")):
        code = start(["run", "谣言", *at(lab, "notice"), "--evidence", name])
        assert code == ExitCode.WRONG_USE
        assert why in capsys.readouterr().err
    assert len(lab.received) == before
    assert FILE.read_text() == "mine"
    assert start(["runs", "list"]) == ExitCode.DONE
    assert "no runs are kept yet" in capsys.readouterr().out


def test_a_run_that_comes_back_has_a_file_of_its_own_each_time(lab: Lab) -> None:
    """The id of the run stands in the name; a session that goes on has a number, too."""
    for more in ([], [], ["--resume"]):
        start(["run", *at(lab, "notice"), *(more or ["谣言"]), "--evidence", "{run}.warc.gz", "-q"])
    names = sorted(path.name for path in Path().glob("*.warc.gz"))
    assert len(names) == 3
    assert sum(name.endswith("-2.warc.gz") for name in names) == 1
    assert len({name[:16] for name in names}) == 2


def test_a_dry_run_writes_nothing(lab: Lab) -> None:
    """It sends nothing either."""
    assert start(["run", "谣言", *at(lab, "notice"), "--dry-run", "--evidence", str(FILE)]) == ExitCode.DONE
    assert not FILE.exists()


def begin(lab: Lab) -> subprocess.Popen[bytes]:
    """A run that takes long, which has written some answers."""
    Path("words.txt").write_text("\n".join(f"词{number}" for number in range(3000)))
    command = [sys.executable, "-m", "probe", "run", "-k", "words.txt", *at(lab, "notice")]
    options = ["--rate", "50", "--pool", "off", "-q", "--evidence", str(FILE)]
    running = subprocess.Popen(
        [*command, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=dict(os.environ)
    )
    while not FILE.exists() or FILE.stat().st_size < 20_000:
        assert running.poll() is None, running.communicate()[1]
    return running


def test_a_run_that_is_stopped_is_sealed_as_far_as_it_came(lab: Lab) -> None:
    """Ctrl-C: the file is whole, and says that the run is not."""
    with begin(lab) as running:
        running.send_signal(signal.SIGINT)
        _, err = running.communicate(timeout=60)
        assert running.returncode == ExitCode.STOPPED
    found = verify(FILE)
    assert found.is_sound
    assert found.sha256 in err.decode()
    last = statements_of(FILE)[-1]
    assert isinstance(last, RunStatement)
    assert last.run is not None
    assert not last.run.complete


def test_a_run_that_is_killed_leaves_whole_records_and_no_seal(lab: Lab, capsys: Captured) -> None:
    """What was answered is there; and `verify` says that nothing shows whether that is all."""
    with begin(lab) as running:
        running.kill()
        running.communicate(timeout=60)
    found = verify(FILE)
    assert not found.is_sound
    assert not found.sealed
    assert found.records > 5
    assert start(["evidence", "verify", str(FILE)]) == ExitCode.WRONG_USE
    assert "ot sealed" in capsys.readouterr().out
    assert start(["evidence", "show", str(FILE)]) == ExitCode.DONE
    assert "not known" in capsys.readouterr().out
    assert start(["evidence", "write", "last", "-o", "anew.warc.gz"]) == ExitCode.DONE
    assert verify(Path("anew.warc.gz")).is_sound


def test_a_run_that_goes_on_says_what_its_file_cannot_hold(lab: Lab, capsys: Captured) -> None:
    """The answers of before were not asked again."""
    words = [f"词{number}" for number in range(30)]
    start(["run", *words, *at(lab, "notice"), "-q", "--budget", "12"])
    assert start(["run", "--resume", "-q", "--evidence", str(FILE)]) == ExitCode.DONE
    capsys.readouterr()
    assert start(["evidence", "show", str(FILE)]) == ExitCode.DONE
    assert "what was answered before this file was begun" in " ".join(capsys.readouterr().out.split())


def test_a_kept_run_is_written_later(lab: Lab, capsys: Captured) -> None:
    """The store has hits and controls whole; of the others the file says what they showed."""
    ask(lab)
    assert start(["evidence", "write", "last", "-o", str(FILE)]) == ExitCode.DONE
    said = re.search(r"(\d+) answers, (\d+) of them", capsys.readouterr().err)
    assert said is not None
    assert int(said[1]) > int(said[2]) > 0
    assert verify(FILE).complete


def test_nothing_is_left_of_a_file_that_could_not_be_written(lab: Lab, capsys: Captured) -> None:
    """A run of which no exchange was kept shows nothing to others."""
    ask(lab, "--keep-exchanges", "none")
    assert start(["evidence", "write", "last", "-o", str(FILE)]) == ExitCode.WRONG_USE
    assert "nothing to show" in capsys.readouterr().err
    assert not FILE.exists()


def test_verifying_says_what_it_found_and_where(lab: Lab, capsys: Captured) -> None:
    """0 as it was written, 2 where a byte is not, or where it is no evidence file at all."""
    ask(lab, "--evidence", str(FILE))
    capsys.readouterr()
    assert start(["evidence", "verify", str(FILE)]) == ExitCode.DONE
    out = capsys.readouterr().out
    assert "As it was written" in out
    assert verify(FILE).sha256 in out
    data = bytearray(FILE.read_bytes())
    data[len(data) // 2] ^= 1
    FILE.write_bytes(data)
    assert start(["evidence", "verify", str(FILE)]) == ExitCode.WRONG_USE
    out, err = capsys.readouterr()
    assert "Not as it was written" in out
    assert re.search(r"byte [0-9,]+: .* is not as it was written", err)
    Path("text").write_text("hello")
    assert start(["evidence", "verify", "text"]) == ExitCode.WRONG_USE
    assert "no evidence file" in capsys.readouterr().err


def test_a_file_is_shown_with_its_verdicts_and_the_records_they_rest_on(lab: Lab, capsys: Captured) -> None:
    """And a record by the beginning of its id, as people read it."""
    ask(lab, "--evidence", str(FILE))
    capsys.readouterr()
    assert start(["evidence", "show", str(FILE)]) == ExitCode.DONE
    out = capsys.readouterr().out
    assert "blocked  谣言 at lab-notice" in out
    assert re.search(r"^ended .*complete", out, re.MULTILINE)
    record = re.search(r"blocked  谣言 at lab-notice.*?([0-9a-f]{8}-[0-9a-f-]{27})", out, re.DOTALL)
    assert record is not None
    assert start(["evidence", "show", str(FILE), record[1][:13]]) == ExitCode.DONE
    statement = capsys.readouterr().out
    page = re.search(r"^rests on +(urn:uuid:\S+)", statement, re.MULTILINE)
    assert page is not None
    assert start(["evidence", "show", str(FILE), page[1]]) == ExitCode.DONE
    shown = capsys.readouterr().out
    assert "根据相关法律法规和政策" in shown
    assert "HTTP/1.1 200" in shown
    assert start(["evidence", "show", str(FILE), "ffffffffffff"]) == ExitCode.WRONG_USE


def test_what_a_page_holds_is_harmless_on_a_terminal(capsys: Captured) -> None:
    """A control sequence in it is shown, not obeyed."""
    from tests.keeping.evidence.samples import KEY, answered, begin_evidence
    from tests.keeping.samples import observation_of, question_about

    evidence = begin_evidence(FILE)
    question = question_about("谣言")
    evidence.answer(KEY, question, observation_of(question), answered(b"<p>\x1b[2J\x9b</p>"))
    evidence.close(None)
    page = next(one for one in records_of(FILE) if one.kind == "response")
    assert start(["evidence", "show", str(FILE), page.id]) == ExitCode.DONE
    out = capsys.readouterr().out
    assert "\\x1b[2J" in out
    assert "\x1b" not in out


def test_measurements_for_ooni_have_what_was_sent_and_came_back(lab: Lab, capsys: Captured) -> None:
    """While it is asked, and from the store; as OONI's pages describe them."""
    from tests.showing.ooni_shapes import faults

    ask(lab, "-f", "ooni", "--keep-exchanges", "all")
    asked = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert start(["runs", "show", "last", "-f", "ooni"]) == ExitCode.DONE
    kept = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert asked == kept
    assert [faults(one) for one in asked] == [[]] * 4
    by_pair = {(one["options"][0], one["input"]): one["test_keys"] for one in asked}
    notice = by_pair["endpoint=lab-notice", "谣言"]["requests"][-1]
    assert "根据相关法律法规和政策" in notice["response"]["body"]
    wall = by_pair["endpoint=lab-wall", "谣言"]
    assert {one["failure"] for one in wall["requests"]} == {"connection_reset"}
    assert wall["failure"] == "connection_reset"
    assert all(one["exchange_kept"] for keys in by_pair.values() for one in keys["x_answers"])


def test_judging_again_tells_measurements_too(lab: Lab, capsys: Captured) -> None:
    """With the answers as they were."""
    ask(lab)
    capsys.readouterr()
    assert start(["rejudge", "last", "-f", "ooni"]) == ExitCode.DONE
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len(lines) == 4
    assert all(one["test_keys"]["x_answers"] for one in lines)
