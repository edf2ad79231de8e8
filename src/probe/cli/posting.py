"""Posting: what must hold before anything is posted in somebody's name."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from probe.cli.consent import stays_here
from probe.errors import WrongUse
from probe.model.definition import Endpoint


def check_posting(endpoints: Sequence[Endpoint], *, place: Path | None, public: bool) -> None:
    """Raises WrongUse where messages could not be found again, or where strangers would see them and nobody said so.

    `place` is the store, None where nothing is kept; `public` is `--public`.
    """
    for endpoint in endpoints:
        if not endpoint.definition.risk.sends:
            continue
        if place is None:
            raise WrongUse(
                f"{endpoint.name} posts messages, and --store none keeps nothing of them",
                hint="Only what is kept can be taken away again after a crash. Leave out --store none.",
            )
        if not public and is_public(endpoint) and not stays_here(endpoint):
            raise WrongUse(
                f"{endpoint.name} would post where strangers can see it",
                hint=_remedy(endpoint),
            )


def is_public(endpoint: Endpoint) -> bool:
    """Whether strangers can see what an endpoint sends, with the variables that it has now."""
    public = endpoint.definition.risk.public
    if isinstance(public, bool):
        return public
    return any(endpoint.values.get(name) in values for name, values in public.items())


def _remedy(endpoint: Endpoint) -> str:
    public = endpoint.definition.risk.public
    if isinstance(public, bool):
        return "If that is what you want, add --public."
    named = [
        f"{name}={endpoint.values.get(name)}" for name in public if endpoint.values.get(name) in public[name]
    ]
    return f"Set another value than {', '.join(named)}; or, if that is what you want, add --public."
