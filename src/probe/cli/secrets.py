"""Secrets: values for `{secret:NAME}` slots, from the environment alone: never from a file or the command line."""

from __future__ import annotations

from collections.abc import Mapping

_PREFIX = "PROBE_SECRET_"


def read_secrets(environment: Mapping[str, str]) -> dict[str, str]:
    """Those that are set, by NAME."""
    return {
        name.removeprefix(_PREFIX): value
        for name, value in environment.items()
        if name.startswith(_PREFIX) and value
    }
