"""The words about the method."""

from __future__ import annotations

import msgspec

from probe.model.run import ControlCounts, Cost, Vantage
from probe.model.verdict import Status
from probe.showing.method import METHOD, describe_controls, describe_pools, describe_run

from .samples import a_run


def test_it_explains_every_status() -> None:
    """Whoever reads a report has nothing but this page."""
    text = " ".join(METHOD).lower()
    assert [status for status in Status if f"'{status}'" not in text] == []


def test_it_says_when_from_where_and_with_what() -> None:
    """With the digests of the lists."""
    facts = dict(describe_run(a_run([], vantage=Vantage(label="a café", country="fr"))))
    assert facts["started"] == "2026-11-23 10:15:00 UTC"
    assert facts["ended"] == "2026-11-23 10:19:10 UTC, after 4 min 10 s"
    assert facts["asked from"] == "a café, fr"
    assert facts["list"] == f"politics, 12 keywords, SHA-256 {'ab' * 32}"
    assert dict(describe_run(a_run([])))["asked from"] == "not declared"


def test_pools_are_told_with_what_is_only_censored_together() -> None:
    """That is a finding of its own."""
    use = a_run([]).endpoints[0]
    assert list(describe_pools(use)) == []
    cost = Cost(
        questions=12, pools=9, hits=3, one_by_one=1200, limit=10, ratio=1.2, combinations=(("维权", "律师"),)
    )
    asked, together = describe_pools(msgspec.structs.replace(use, cost=cost))
    assert "12 questions about them, one by one 1,200" in asked
    assert together.endswith("维权 + 律师")


def test_controls_are_counted_in_words() -> None:
    """What was not asked is not mentioned."""
    assert describe_controls(ControlCounts(passed=3, failed=1)) == "3 of 4 benign controls served"
    said = describe_controls(
        ControlCounts(passed=1, canaries_hit=1, canaries_served=1, nonsense=2, truisms=1)
    )
    assert said == (
        "1 of 1 benign control served, 1 of 2 answers about words known to be censored were hits,"
        " 2 nonsense words, 1 question inside a truism"
    )
