"""`probe demo` and `probe lab`."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections import Counter

import pytest

from probe.cli import start
from probe.cli.demo import WORDS
from probe.cli.practice import Exam, choose_keywords, practice_platform
from probe.errors import ExitCode
from probe.events import Judged
from probe.judging.verdict import Circumstances, conclude
from probe.model.observation import Outcome, Weight
from tests.builders import make_endpoint, make_grounds, make_keyword, make_observation


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_demo_tells_the_truth(seed: int, capsys: pytest.CaptureFixture[str]) -> None:
    """Twelve words at seventeen platforms: no verdict is wrong, whatever the noise."""
    assert start(["demo", "-f", "json", "--seed", str(seed)]) == ExitCode.DONE
    out, err = capsys.readouterr()
    assert "none wrong" in err
    document = json.loads(out)
    asked = Counter(verdict["endpoint"] for verdict in document["verdicts"])
    assert set(asked.values()) == {12}
    assert len(asked) == 17
    assert document["counts"]["blocked"] >= 30


def test_the_demo_asks_words_of_the_bundled_lists() -> None:
    """At most twelve, with gloss and category, and their lists named."""
    keywords = choose_keywords(WORDS)
    assert [keyword.line for keyword in keywords] == list(WORDS)
    assert len(WORDS) <= 12
    assert all(keyword.gloss and keyword.category and keyword.lists for keyword in keywords)
    assert sum(use.keywords for use in keywords.lists) == 12


def test_a_wrong_verdict_fails_the_exam() -> None:
    """The comparison at the demo's end is no decoration."""
    with practice_platform(0) as lab:
        exam = Exam(lab)
        served = make_observation(Outcome.SERVED, weight=Weight.DETERMINATE)
        endpoint = make_endpoint(name="lab-notice")
        for word, seen in (("天气", [served]), ("谣言", []), ("六四", [served])):
            verdict = conclude(make_keyword(word), endpoint, seen, make_grounds(), Circumstances(), run="r")
            exam.listen(Judged(verdict=verdict))
    assert (exam.right, exam.cautious, [one.keyword for one in exam.wrong]) == (1, 1, ["六四"])
    assert "1 wrong" in exam.result()
    assert "wrong: 六四 at lab-notice: ok" in exam.result()


def test_the_lab_runs_until_stopped() -> None:
    """It says where it listens, and ends quietly."""
    command = [sys.executable, "-m", "probe", "lab", "--port", "18765"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        assert "http://127.0.0.1:18765" in running.stdout.readline()
        second = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
        assert second.returncode == ExitCode.COULD_NOT_RUN
        assert "cannot listen on 127.0.0.1:18765" in second.stderr
        running.send_signal(signal.SIGTERM)
        assert running.wait(30) == 0
        assert running.stderr is not None
        assert running.stderr.read() == ""
