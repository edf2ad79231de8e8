"""Timeline: what run after run said of one keyword, and what became of it between them."""

from __future__ import annotations

from typing import Literal

import msgspec

from probe.model.change import Change
from probe.model.run import Vantage
from probe.model.verdict import SCHEMA_VERSION, Verdict


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """What one run said of the keyword at one endpoint."""

    run: str
    started: str
    """When that run began."""
    complete: bool
    """Whether that run was."""
    vantage: Vantage | None
    settings: dict[str, str] | None
    """The variables of the endpoint."""
    verdict: Verdict
    change: Change | None
    """What became of it since the runs before, of those from the same vantage and with the same settings; null where nothing
    did, and for the first of them."""


class Timeline(msgspec.Struct, frozen=True, kw_only=True):
    """The document of `probe history`."""

    type: Literal["history"] = "history"
    schema_version: int = SCHEMA_VERSION
    keyword: str
    components: tuple[str, ...]
    entries: tuple[Entry, ...]
    """By endpoint, vantage and settings; of each, the oldest first."""
