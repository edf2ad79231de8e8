"""The examples of docs/endpoints.md, carried out: a platform in thirty lines, and a definition drawn up by a trial."""

from __future__ import annotations

import random
import re
import shlex
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from probe.cli import cli
from probe.cli.practice import practice_platform
from probe.model.verdict import Status
from tests.replicas.asking import HARD, SERVED, UNKNOWN, ask_file
from tests.replicas.replica import Answer, Asked, Replica, json_answer

DOCS = (Path(__file__).parent.parent.parent / "docs" / "endpoints.md").read_text(encoding="utf-8")


@dataclass(kw_only=True)
class ChinaSo(Replica):
    """As a public metasearch engine reads it."""

    def answer(self, asked: Asked) -> Answer:
        query = asked.query()
        if asked.path != "/v5/general/v1/web/search" or not {"q", "pn", "ps"} <= query.keys():
            return Answer(status=404)
        if not asked.cookies.get("uid"):
            return Answer(status=403)
        if self.trouble is not None:
            return Answer(status=429)
        text = query["q"]
        if self.is_hard(text) or not self.has_results(text):
            return json_answer({"status": 0, "msg": "empty result", "data": {}})
        found = [
            {"title": f"{text} {number}", "url": f"https://site{number}.example/"} for number in range(5)
        ]
        return json_answer({"status": 0, "msg": "", "data": {"data": found}})


def block(mark: str) -> str:
    found = re.search(rf"<!-- {mark} -->\n```\w*\n(.*?)```", DOCS, re.DOTALL)
    assert found is not None
    return found[1]


def test_a_platform_takes_thirty_lines(tmp_path: Path) -> None:
    """And no code: it tells 50 words apart, and a limit is no censorship."""
    file = tmp_path / "chinaso.yaml"
    file.write_text(block("small"), encoding="utf-8")
    assert len(block("small").splitlines()) <= 30
    words = [*SERVED, *UNKNOWN, *HARD]
    asked = ask_file(str(file), ChinaSo(hard=frozenset(HARD)), words)
    assert asked.unlike([*SERVED, *UNKNOWN], Status.OK) == []
    assert asked.unlike(HARD, Status.BLOCKED) == []
    limited = ask_file(str(file), ChinaSo(hard=frozenset(HARD), trouble="limit"), words[-8:])
    assert limited.unlike(words[-8:], Status.UNMEASURED) == []
    result = CliRunner().invoke(cli, ["endpoints", "check", str(file)])
    assert "2 examples, 0 misread" in result.output


def test_a_definition_is_drawn_up_as_the_docs_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """The three commands, on a port of the test's own."""
    from probe.cli import start

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    random.seed(1)
    with practice_platform(seed=0) as lab:
        draw, check, run = block("new").replace("http://127.0.0.1:8765", lab.base).splitlines()
        assert start(shlex.split(draw)[1:]) == 0
        said = capfd.readouterr().err
        assert "canary    谣言: blocked" in said
        assert "Written to my-search.yaml" in said
        assert start(shlex.split(check)[1:]) == 0
        assert "3 examples, 0 misread" in capfd.readouterr().out
        assert start([*shlex.split(run)[1:], "--rate", "50", "-f", "csv"]) == 0
        rows = capfd.readouterr().out.splitlines()
    for word, status in (("天气", "ok"), ("谣言", "blocked"), ("法轮功", "blocked")):
        assert any(word in row and f",{status}," in row for row in rows), rows
