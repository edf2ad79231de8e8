"""The practice platform, running beside the tests of the command line; and a home that is nobody's."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from probe.cli.practice import practice_platform
from probe.lab.server import Lab


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    with practice_platform(seed=0) as running:
        yield running


@pytest.fixture(autouse=True)
def clean_surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No consent, setting, colour or width from whoever runs the tests; nothing is written to their home."""
    settings = [name for name in os.environ if name.startswith("PROBE_")]
    for name in (*settings, "NO_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
