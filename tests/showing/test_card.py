"""The card shows one keyword with the evidence of each verdict."""

from __future__ import annotations

import io
from typing import Any

from rich.cells import cell_len

from probe.model.verdict import Counts, Verdict
from probe.showing.card import print_card
from probe.showing.page import Page

from .samples import a_look, a_verdict


def print_cards(*verdicts: Verdict, width: int = 80, order: tuple[str, ...] = (), **look: Any) -> str:
    """The card of these verdicts."""
    out = io.StringIO()
    print_card(Page(out, width=width, colour=False), verdicts, order, a_look(width, **look))
    return out.getvalue()


def test_all_of_the_evidence_is_there() -> None:
    """Status, certainty, manner, mechanism, reason, counts, rule, failure, stage and times."""
    counts = Counts(
        asked=5, pooled=2, agreeing=3, contradicting=1, void=1, controls_passed=6, controls_failed=1
    )
    text = " ".join(print_cards(a_verdict("六四", "lab-reset", "R", counts=counts)).split())
    for words in (
        "六四 rumor, politics, zh-Hans",
        "lab-reset (A page whose censor cuts connections)",
        "✖ blocked, likely",
        "because the connection was reset",
        "how reset, implicit",
        "failure connection_reset, at read",
        "rule rule-r",
        "evidence asked 5 times (2 in pools): agreeing 3, contradicting 1, void 1",
        "controls passed 6, failed 1",
        "asked 2026-11-23 10:15:02 to 10:15:44 UTC",
    ):
        assert words in text


def test_what_does_not_apply_is_left_out() -> None:
    """An unmeasured pair has no rule, no mechanism and no time."""
    verdict = a_verdict("六四", "x", "-", gloss=None, category=None, language=None, first_asked=None)
    lines = print_cards(verdict, unverified=frozenset({"x"})).splitlines()
    assert lines[:4] == ["六四", "", "x  unverified definition", "  – unmeasured"]
    assert [line.split()[0] for line in lines[4:] if line] == ["because", "evidence", "controls"]


def test_endpoints_come_in_the_order_of_the_run() -> None:
    """Verdicts come as they may; one of an unknown endpoint comes last."""
    text = print_cards(*(a_verdict("六四", name) for name in "cab"), order=("a", "b"))
    assert [line for line in text.splitlines() if line in ("a", "b", "c")] == ["a", "b", "c"]


def test_long_reasons_are_folded_under_themselves() -> None:
    """The words at the left stay alone."""
    lines = print_cards(a_verdict(reason="a reason " * 30), width=60).splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("    because"))
    assert all(cell_len(line) <= 60 for line in lines)
    assert lines[start + 1].startswith(" " * 14 + "reason") or lines[start + 1].startswith(" " * 14 + "a ")
    assert "a reason" not in lines[start + 1][:14]


def test_two_days_are_both_named() -> None:
    """A keyword that was asked around midnight shows so."""
    verdict = a_verdict(first_asked="2026-11-23T23:59:58.100Z", last_asked="2026-11-24T00:00:03Z")
    assert "2026-11-23 23:59:58 to 2026-11-24 00:00:03 UTC" in print_cards(verdict)
