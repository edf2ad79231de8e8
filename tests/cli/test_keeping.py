"""`probe run` with a store: budget and time, going on, and what is kept of it."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from probe.cli import start
from probe.errors import ExitCode
from probe.lab.server import Lab
from tests.cli.test_run import at

WORDS = ["谣言", "天气", "六四", "音乐", "足球", "法轮功", "面包", "春天"]


def run(capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, dict[str, Any], str]:
    """Exit code, the JSON document, and what was said on standard error."""
    code = start(["run", *options, "-f", "json", "-q"])
    out, err = capsys.readouterr()
    return code, json.loads(out) if out else {}, err


def asked(lab: Lab) -> Counter[str]:
    return Counter(one.text for one in lab.received)


def statuses(document: dict[str, Any]) -> dict[str, str]:
    return {one["keyword"]: one["status"] for one in document["verdicts"]}


def test_a_budget_ends_a_run_which_then_goes_on(lab: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    """No question more than allowed; the rest later, and what was answered is not asked again."""
    before = asked(lab)
    code, document, err = run(capsys, *WORDS, *at(lab, "notice"), "--budget", "10")
    assert code == ExitCode.DONE
    assert document["complete"] is False
    assert document["ended_early"] == "the budget of 10 questions is spent"
    assert (asked(lab) - before).total() <= 10
    assert 0 < len(document["verdicts"]) < len(WORDS)
    assert f"probe run --resume={document['id'][:8]}" in err

    code, whole, err = run(capsys, "--resume")
    assert code == ExitCode.DONE
    assert (whole["id"], whole["complete"], whole["started"]) == (document["id"], True, document["started"])
    assert statuses(whole) == {
        word: "blocked" if word in ("谣言", "六四", "法轮功") else "ok" for word in WORDS
    }
    again = {word: count for word, count in (asked(lab) - before).items() if word in WORDS and count > 1}
    controls = {"天气", "音乐", "足球", "面包", "春天"}
    assert set(again) <= controls  # benign controls are words of the list here
    assert whole["counts"]["questions"] == (asked(lab) - before).total()


def test_a_complete_run_that_goes_on_asks_no_keyword(lab: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    """All verdicts are told again from the store."""
    words = ["谣言", "某个词", "另一个词"]
    _, first, _ = run(capsys, *words, *at(lab, "notice"))
    before = asked(lab)
    code, again, _ = run(capsys, "--resume", first["id"][:6])
    assert code == ExitCode.DONE
    assert again["verdicts"] == first["verdicts"]
    assert not set(asked(lab) - before) & set(words)


def test_an_edited_list_and_a_new_endpoint(
    lab: Lab, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """New words are asked, dropped words are gone, a new endpoint is asked about all, and nothing else is asked."""
    words = tmp_path / "words.txt"
    words.write_text("谣言\n某词甲\n某词乙\n", encoding="utf-8")
    options = ["-k", str(words)]
    run(capsys, *options, *at(lab, "notice"))
    words.write_text("某词丙\n谣言\n某词甲\n", encoding="utf-8")
    before = asked(lab)
    code, document, err = run(capsys, *options, *at(lab, "notice", "sources"), "--resume")
    assert code == ExitCode.DONE
    assert "lab-sources is new in this run" in err
    assert Counter(one["endpoint"] for one in document["verdicts"]) == {"lab-notice": 3, "lab-sources": 3}
    assert {one["keyword"] for one in document["verdicts"]} == {"谣言", "某词甲", "某词丙"}
    new = asked(lab) - before
    assert (new["谣言"], new["某词甲"], new["某词丙"], new["某词乙"]) == (1, 1, 2, 0)


def test_a_changed_definition_is_asked_anew(
    lab: Lab, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Answers under other rules, or to another request, do not count for the new ones; that is said."""
    text = Path(str(start_definition())).read_text(encoding="utf-8")
    mine = tmp_path / "mine.yaml"
    mine.write_text(text.replace("name: lab-notice", "name: mine"), encoding="utf-8")
    options = ["某词丁", "-e", str(mine), "--set", f"base={lab.base}"]
    run(capsys, *options)
    mine.write_text(mine.read_text(encoding="utf-8") + "notes: edited\n", encoding="utf-8")
    before = asked(lab)
    code, document, err = run(capsys, "--resume")
    assert code == ExitCode.DONE
    assert "the definition of mine has changed since" in err
    assert (asked(lab) - before)["某词丁"] == 1
    assert statuses(document) == {"某词丁": "ok"}


def start_definition() -> Path:
    import probe.builtin

    return Path(next(iter(probe.builtin.__path__))) / "lab-notice.yaml"


def test_what_was_unmeasured_is_asked_again(lab: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    """A captcha stood in the way: whoever goes on later wants to know whether it still does."""
    _, first, _ = run(capsys, "谣言", *at(lab, "captcha"))
    assert statuses(first) == {"谣言": "unmeasured"}
    before = asked(lab).total()
    code, again, _ = run(capsys, "--resume")
    assert code == ExitCode.NOTHING_TRUSTED
    assert asked(lab).total() > before
    assert statuses(again) == {"谣言": "unmeasured"}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--resume"], "no runs are kept yet"),
        (["--resume", "--store", "none"], "--store none keeps nothing"),
        (["--resume", "谣言"], "that is no run"),
        (["谣言", "--budget", "2"], "4"),
        (["谣言", "--max-time", "soon"], "is no time"),
        (["谣言", "--max-time", "0s"], "is no time"),
        (["谣言", "--canary", "六四", "-e", "lab-notice"], "--canary is for -u"),
        (["谣言", "--proxy", "http://127.0.0.1:99999"], "a port is a number from 1 to 65535"),
    ],
)
def test_what_cannot_be_is_said_before_anything_is_asked(
    lab: Lab, capsys: pytest.CaptureFixture[str], options: list[str], words: str
) -> None:
    """Exit code 2, the place and the remedy; nothing is sent, nothing is kept."""
    before = asked(lab).total()
    more = [] if "-e" in options or "--resume" in options else at(lab, "notice")
    assert start(["run", *options, *more]) == ExitCode.WRONG_USE
    assert words in capsys.readouterr().err
    assert asked(lab).total() == before
    assert not list(Path("data").rglob("*.sqlite"))


def test_words_from_standard_input_must_be_given_again(
    lab: Lab, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """They are not kept; the message says how to go on."""
    piped = tmp_path / "piped.txt"
    piped.write_text("某词戊\n", encoding="utf-8")
    with piped.open(encoding="utf-8") as stdin:
        monkeypatch.setattr("sys.stdin", stdin)
        run(capsys, "-k", "-", *at(lab, "notice"))
    assert start(["run", "--resume"]) == ExitCode.WRONG_USE
    assert "--resume -k -" in capsys.readouterr().err


def test_nothing_is_kept_where_nothing_shall_be(lab: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    """`--store none` leaves no file; a plan alone leaves none either."""
    assert run(capsys, "谣言", *at(lab, "notice"), "--store", "none")[0] == ExitCode.DONE
    assert start(["run", "谣言", *at(lab, "notice"), "--dry-run"]) == ExitCode.DONE
    assert not list(Path("data").rglob("*"))


def test_time_ends_a_run(lab: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    """No keyword after it; what was asked is closed by its control."""
    words = [f"词{number}" for number in range(5000)]
    code, document, err = run(capsys, *words, *at(lab, "notice"), "--max-time", "3s")
    assert code == ExitCode.DONE
    assert document["ended_early"] == "the time of 3 seconds is over"
    assert 0 < len(document["verdicts"]) < 5000
    assert "go on with" in err


def test_canaries_tell_whether_censorship_could_be_seen(lab: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    """A canary that is served takes the worth from every ok, and the run says so."""
    url = f"{lab.base}/open/search?q={{keyword}}"
    code, document, err = run(
        capsys, "某词己", "-u", url, "--canary", "六四", "--benign", "天气", "--benign", "音乐"
    )
    assert code == ExitCode.NOTHING_TRUSTED
    assert statuses(document) == {"某词己": "inconclusive"}
    assert "the canary «六四» was served" in err
    (use,) = document["endpoints"]
    assert use["controls"]["canaries_served"] >= 6
    assert use["trusted"] is False


def test_time_ends_a_rest_too(lab: Lab, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A residual wait of an hour does not hold anybody who has given a second."""
    text = (start_definition().parent / "lab-wall.yaml").read_text(encoding="utf-8")
    patient = text.replace("name: lab-wall", "name: patient").replace(
        "deadline: 5, residual_wait: 0.25", "deadline: 0.1, residual_wait: 3600"
    )
    (tmp_path / "patient.yaml").write_text(patient, encoding="utf-8")
    code, document, err = run(
        capsys, "谣言", "天气", "-e", "patient.yaml", "--set", f"base={lab.base}", "--max-time", "1s"
    )
    assert code == ExitCode.DONE
    assert document["complete"] is False
    assert document["ended_early"] == "the time was over during a rest"
    assert "go on with" in err


def test_what_is_known_is_told_even_if_the_budget_is_spent_before(
    lab: Lab, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """New words at the head of a list use the budget up; the verdicts behind them are not lost for it."""
    words = tmp_path / "words.txt"
    old = [f"旧词{number}" for number in range(5)]
    words.write_text("\n".join(old), encoding="utf-8")
    run(capsys, "-k", str(words), *at(lab, "notice"))
    words.write_text("\n".join([*(f"新词{number}" for number in range(30)), *old]), encoding="utf-8")
    _, document, _ = run(capsys, "-k", str(words), *at(lab, "notice"), "--resume", "--budget", "12")
    assert document["complete"] is False
    told = statuses(document)
    assert {word: told[word] for word in old} == dict.fromkeys(old, "ok")


def test_a_benign_word_that_the_encoding_lacks_is_not_asked(
    lab: Lab, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The simplified characters of the benign list do not exist in Big5: others of it do."""
    text = start_definition().read_text(encoding="utf-8").replace('"{keyword}"', '"{keyword:big5}"')
    (tmp_path / "big5.yaml").write_text(text.replace("name: lab-notice", "name: big5"), encoding="utf-8")
    code, document, _ = run(capsys, "天", "-e", "big5.yaml", "--set", f"base={lab.base}")
    assert code == ExitCode.NOTHING_TRUSTED  # the lab reads UTF-8 only; what matters is that nothing broke
    assert statuses(document) == {"天": "unmeasured"}
