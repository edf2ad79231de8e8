"""Environments: servers from PyPI whose pins agree neither with ours nor with each other; `make real` builds them."""

from __future__ import annotations

from pathlib import Path

from tests.real.software import miss

HOME = Path(__file__).parents[2] / ".real"
"""A folder for each environment. The Makefile leaves a mark in those that are whole."""


def in_environment(name: str, place: str) -> Path:
    """A file of an environment, as `bin/python`; skips or fails, naming the remedy, where that was not built."""
    found = next((HOME / name).glob(place), None)
    if found is None or not (HOME / name / ".ready").exists():
        miss(f"the environment of {name} is not built: make real")
    return found
