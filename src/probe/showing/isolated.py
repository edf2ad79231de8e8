"""Isolated: which parts of censored keywords trigger, below a table of many keywords."""

from __future__ import annotations

from probe.model.keyword import write_line
from probe.model.verdict import Verdict
from probe.showing.page import Page, Span
from probe.showing.triggers import confirmed

MOST_LISTED = 500
"""Keywords that are listed; the rest are counted."""


class Isolated:
    """What was found of many keywords, in little room."""

    def __init__(self) -> None:
        self._endpoints: dict[tuple[str, str], list[str]] = {}
        """Keyword and what of it triggers: where."""
        self._more = 0

    def add(self, verdict: Verdict) -> None:
        """Keep what is less than the whole keyword."""
        found = verdict.isolation
        if found is None:
            return
        triggers = confirmed(found)
        if not found.complete and not triggers:
            said = f"not found out: {found.reason}"
        elif any(one.components != verdict.components for one in triggers):
            said = " | ".join(write_line(one.components) for one in triggers)
        else:
            return
        if (verdict.keyword, said) in self._endpoints or len(self._endpoints) < MOST_LISTED:
            self._endpoints.setdefault((verdict.keyword, said), []).append(verdict.endpoint)
        else:
            self._more += 1

    def print(self, page: Page) -> None:
        """A line for each keyword; nothing where there is none."""
        if not self._endpoints:
            return
        page.line(Span("What of it triggers", "bold"))
        for (keyword, said), endpoints in self._endpoints.items():
            where = page.say(", ".join(endpoints), 200)
            page.paragraph(f"{page.say(keyword, 200)}: {page.say(said, 400)} ({where})", indent=2, hang=2)
        if self._more:
            page.paragraph(f"and {self._more:,} more, which other formats have", indent=2, hang=2)
        page.line()
