"""`probe check`, as a user or a script calls it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from probe.cli import start
from probe.cli.run import command
from probe.cli.settings import schema_of
from probe.errors import ExitCode


def test_a_sound_file_is_said_to_be(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a name it is probe.yaml."""
    Path("probe.yaml").write_text("words: [谣言]\nendpoint: lab-notice\n", encoding="utf-8")
    assert start(["check"]) == ExitCode.DONE
    assert capsys.readouterr().out == "probe.yaml: sound; 1 keyword at 1 endpoint\n"


@pytest.mark.parametrize("text", ["rate: 0\n", "endpoint: none-of-that-name\n"])
def test_a_fault_of_form_or_sense_ends_with_2(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Named on standard error; nothing on standard output."""
    Path("own.yaml").write_text(text, encoding="utf-8")
    assert start(["check", "own.yaml"]) == ExitCode.WRONG_USE
    out, err = capsys.readouterr()
    assert out == ""
    assert f"own.yaml:1: {text.split(':')[0]}: " in err
    assert "1 fault in own.yaml" in err


def test_a_file_that_is_not_there_ends_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    """It is named."""
    assert start(["check"]) == ExitCode.WRONG_USE
    assert "probe.yaml: cannot be read" in capsys.readouterr().err


def test_the_schema_can_be_had(capsys: pytest.CaptureFixture[str]) -> None:
    """The one that the check uses."""
    assert start(["check", "--schema"]) == ExitCode.DONE
    assert json.loads(capsys.readouterr().out) == schema_of(command)
