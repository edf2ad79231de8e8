"""Where each value comes from."""

from __future__ import annotations

from pathlib import Path

import pytest

from probe.cli import start
from probe.cli.settings_page import say_value
from probe.errors import ExitCode


def shown(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, tuple[str, str]]:
    """Value and source by name."""
    assert start(["run", *arguments, "--show-settings"]) == ExitCode.DONE
    rows = [line.split("  ") for line in capsys.readouterr().out.splitlines()]
    cells = [[cell.strip() for cell in row if cell.strip()] for row in rows]
    return {name: (value, source) for name, value, source in cells}


def test_each_value_stands_with_its_source(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Default, file and line, environment variable, option; nothing is asked, and nothing need be named."""
    Path("probe.yaml").write_text(
        "endpoint: lab-notice\n\nrate: 2\nbudget: 50\nconsent: reads\nquiet: true\n"
    )
    monkeypatch.setenv("PROBE_RATE", "3")
    monkeypatch.setenv("PROBE_BUDGET", "60")
    monkeypatch.setenv("PROBE_CONSENT", "sends")
    rows = shown(capsys, "谣言", "-c", "probe.yaml", "--budget", "70", "--dry-run")
    assert rows["words"] == ("谣言", "command line")
    assert rows["endpoint"] == ("lab-notice", "probe.yaml:1")
    assert rows["rate"] == ("3.0", "PROBE_RATE")
    assert rows["budget"] == ("70", "--budget")
    assert rows["quiet"] == ("true", "probe.yaml:6")
    assert rows["keep-exchanges"] == ("hits", "default")
    assert rows["dry-run"] == ("true", "--dry-run")
    assert "config" not in rows


def test_consent_and_secrets_are_named_and_secrets_not_shown(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whether a secret is set helps; what it is stays where it is. A password in a proxy is hidden, too."""
    Path("probe.yaml").write_text("endpoint: lab-notice\nconsent: [reads, account]\n")
    monkeypatch.setenv("PROBE_SECRET_MATRIX", "hush-hush")
    monkeypatch.setenv("PROBE_PROXY", "socks5://me:hush@127.0.0.1:9050")
    monkeypatch.setenv("PROBE_CONSENT", "sends")
    assert start(["run", "--show-settings", "-c", "probe.yaml"]) == ExitCode.DONE
    out = capsys.readouterr().out
    assert "hush" not in out
    assert "socks5://me:***@127.0.0.1:9050" in out
    lines = [" ".join(line.split()) for line in out.splitlines()]
    assert "consent reads, account probe.yaml:2" in lines
    assert "consent sends PROBE_CONSENT" in lines
    assert "secret MATRIX PROBE_SECRET_MATRIX" in lines
    assert start(["run", "--show-settings"]) == ExitCode.DONE
    assert "probe.yaml:2, which counts only with -c" in capsys.readouterr().out


def test_what_was_put_aside_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    """So nobody wonders where it is."""
    Path("probe.yaml").write_text("keywords: rumor\nendpoint: lab-notice\nset: {base: x}\n")
    rows = shown(capsys, "谣言", "-e", "lab-wall", "-c", "probe.yaml")
    assert rows["keywords"] == ("-", "probe.yaml:1 is left aside, as others are named")
    assert rows["endpoint"] == ("lab-wall", "--endpoint")
    assert rows["set"] == ("-", "probe.yaml:3 is left aside, as others are named")


def test_values_can_do_nothing_to_a_terminal() -> None:
    """They come from files of others."""
    assert say_value(("a\x1b[2J", "b")) == "a\\x1b[2J, b"
    assert [say_value(one) for one in (None, (), False, 0, "")] == ["-", "-", "false", "0", ""]
