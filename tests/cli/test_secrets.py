"""Secrets come from the environment."""

from __future__ import annotations

from probe.cli.secrets import read_secrets


def test_what_is_set_counts_and_nothing_else() -> None:
    """An empty variable is none; other variables of probe are no secrets."""
    given = {"PROBE_SECRET_A": "x", "PROBE_SECRET_B": "", "PROBE_CONSENT": "reads", "HOME": "/"}
    assert read_secrets(given) == {"A": "x"}
