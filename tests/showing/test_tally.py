"""The tally keeps what a table shows, and little else."""

from __future__ import annotations

import sys

from probe.model.verdict import Status
from probe.showing.tally import Tally

from .samples import ENDPOINTS, a_verdict, made_up_verdicts


def tally_of(*kinds: tuple[str, str, str], keep_all: bool = False) -> Tally:
    """A tally of verdicts given as keyword, endpoint and kind."""
    tally = Tally(keep_all=keep_all)
    for keyword, endpoint, kind in kinds:
        tally.add(a_verdict(keyword, endpoint, kind))
    return tally


def test_rows_are_the_keywords_with_a_finding_in_the_order_of_hearing() -> None:
    """What is ok or unmeasured everywhere is counted only, but shown beside a finding."""
    tally = tally_of(
        ("c", "x", "."), ("b", "x", "B"), ("a", "x", "-"), ("a", "y", "F"), ("c", "y", "-"), ("b", "y", ".")
    )
    assert [row.keyword for row in tally.rows()] == ["b", "a"]
    first, second = tally.rows()
    assert [finding.status for finding in first.findings.values()] == [Status.BLOCKED, Status.OK]
    assert [finding.status for finding in second.findings.values()] == [Status.UNMEASURED, Status.FILTERED]


def test_everything_can_be_listed() -> None:
    """With `keep_all`, keywords that are ok come with their gloss."""
    tally = tally_of(("c", "x", "."), ("b", "x", "B"), keep_all=True)
    rows = list(tally.rows(everything=True))
    assert [(row.keyword, row.gloss) for row in rows] == [("c", "rumor"), ("b", "rumor")]


def test_a_missing_verdict_is_no_verdict() -> None:
    """A run that was stopped leaves gaps, which must not read as ok."""
    tally = tally_of(("b", "x", "B"), ("c", "y", "B"))
    assert [list(row.findings) for row in tally.rows()] == [["x"], ["y"]]
    assert tally.count_ok(["x", "y"]) == 0


def test_ok_means_ok_at_all_endpoints_asked_about() -> None:
    """An endpoint left out of the question does not matter; a missing verdict does."""
    tally = tally_of(
        ("a", "x", "."), ("a", "y", "."), ("b", "x", "."), ("b", "y", "-"), ("c", "x", "."), ("d", "y", "B")
    )
    assert tally.count_ok(["x", "y"]) == 1
    assert tally.count_ok(["x"]) == 3
    assert tally.count_ok([]) == 0


def test_an_endpoint_is_silent_only_for_one_reason_throughout() -> None:
    """Two reasons, or one verdict, and it has something to say."""
    tally = tally_of(("a", "x", "-"), ("b", "x", "-"), ("a", "y", "-"), ("b", "y", "."))
    tally.add(a_verdict("a", "z", "-"))
    tally.add(a_verdict("b", "z", "-", reason="a login page"))
    reasons = {name: endpoint.silent_reason for name, endpoint in tally.endpoints.items()}
    assert reasons == {"x": "the site asks for a captcha", "y": None, "z": None}


def test_one_keyword_is_kept_in_full_until_a_second_comes() -> None:
    """The card needs whole verdicts; a table does not."""
    tally = tally_of(("a", "x", "."), ("a", "y", "B"))
    assert [one.endpoint for one in tally.first] == ["x", "y"]
    tally.add(a_verdict("b", "x", "."))
    assert tally.first == []


def test_ok_verdicts_are_not_kept() -> None:
    """A keyword that is ok costs its place in one dictionary; equal findings are kept once."""
    tally = Tally(keep_all=False)
    for number in range(500):
        tally.add(a_verdict(f"word {number}", "x", "."))
        tally.add(a_verdict(f"word {number}", "y", "-"))
    assert tally._kept == {}
    for number in range(500):
        tally.add(a_verdict(f"word {number}", "z", "B"))
    assert len({id(one) for _, _, kept in tally._kept.values() for one in kept.values()}) == 1
    assert all(sys.getsizeof(marks) < 40 for marks in tally._marks.values())


def test_reasons_are_bounded() -> None:
    """An endpoint that gives each keyword its own reason does not fill the memory."""
    tally = Tally(keep_all=False)
    for number in range(300):
        tally.add(a_verdict(f"word {number}", "x", "-", reason=f"{number} " * 1000))
    endpoint = tally.endpoints["x"]
    assert (len(endpoint.unmeasured), endpoint.unnamed) == (100, 200)
    assert max(map(len, endpoint.unmeasured)) <= 300
    assert endpoint.silent_reason is None


def test_the_sums_are_those_of_the_verdicts() -> None:
    """Every verdict is counted once, in all and for its endpoint."""
    tally = Tally(keep_all=False)
    verdicts = list(made_up_verdicts())
    for verdict in verdicts:
        tally.add(verdict)
    assert tally.statuses.total() == len(verdicts) == 108
    assert list(tally.endpoints) == list(ENDPOINTS)
    assert all(endpoint.statuses.total() == 12 for endpoint in tally.endpoints.values())
    assert tally.keywords == 12
