"""What is said when a run is over."""

from __future__ import annotations

from pathlib import Path

import pytest

from probe.cli import start
from probe.cli.endings import say_written
from probe.errors import ExitCode
from probe.lab.server import Lab
from tests.cli.test_run import at
from tests.showing.samples import ENDPOINTS, a_run, made_up_verdicts

Captured = pytest.CaptureFixture[str]


def test_results_that_went_to_files_are_summed_up(lab: Lab, capsys: Captured, tmp_path: Path) -> None:
    """On standard error, in one line, unless that is to be quiet."""
    options = ["run", "谣言", "天气", *at(lab, "notice"), "-o", "a.csv", "-o", "b.json"]
    assert start(options) == ExitCode.DONE
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines()[-1] == (
        "probe: 2 keywords at 1 endpoint: 1 blocked, 1 ok; complete; written to a.csv, b.json"
    )
    assert start([*options, "-q"]) == ExitCode.DONE
    assert capsys.readouterr() == ("", "")
    assert start(["run", "谣言", "天气", *at(lab, "notice"), "-f", "csv"]) == ExitCode.DONE
    assert "written to" not in capsys.readouterr().err


def test_a_run_that_is_not_complete_says_so(capsys: Captured) -> None:
    """With how much there was to find out."""
    verdicts = [one for one in made_up_verdicts() if one.endpoint in ENDPOINTS[:3]][:30]
    say_written(a_run(verdicts, endpoints=ENDPOINTS[:3], complete=False), ["x\x1b[2J.csv"])
    assert capsys.readouterr().err == (
        "probe: 12 keywords at 3 endpoints: 9 blocked, 3 filtered, 16 ok, 2 inconclusive;"
        " not complete, as 36 pairs were to be judged; written to x\\x1b[2J.csv\n"
    )
    say_written(a_run([], endpoints=ENDPOINTS[:1], complete=False), ["x.csv"])
    assert ": no verdict; not complete, as 12 pairs" in capsys.readouterr().err
