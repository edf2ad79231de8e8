"""Environments that `make real` did not build are named, and never used half."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.real import environments
from tests.real.environments import in_environment
from tests.real.software import REQUIRED

pytestmark = pytest.mark.real


@pytest.mark.parametrize("required", [True, False], ids=["required", "optional"])
@pytest.mark.parametrize("half_built", [True, False], ids=["half-built", "not-built"])
def test_an_environment_that_is_not_whole_is_named_with_its_remedy(
    required: bool, half_built: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A skipped test, or a failed one where everything must be there."""
    monkeypatch.setattr(environments, "HOME", tmp_path)
    monkeypatch.setenv(REQUIRED, "1" if required else "0")
    if half_built:
        (tmp_path / "synapse" / "bin").mkdir(parents=True)
        (tmp_path / "synapse" / "bin" / "python").touch()

    outcome = pytest.fail.Exception if required else pytest.skip.Exception
    with pytest.raises(outcome, match=r"the environment of synapse is not built: make real"):
        in_environment("synapse", "bin/python")
