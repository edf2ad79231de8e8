"""The plan in plain words, before anything is sent."""

from __future__ import annotations

from typing import Any

from probe.events import Planned, PlannedEndpoint
from probe.showing.plan_text import plan_line, plan_text


def an_endpoint(name: str = "weibo-search", **changes: Any) -> PlannedEndpoint:
    """A planned endpoint, with some fields changed."""
    fields: dict[str, Any] = {
        "name": name,
        "title": "Weibo search",
        "hosts": ("s.weibo.com:443",),
        "questions": 30,
        "most_questions": 1400,
        "seconds": 30.0,
        "most_seconds": 7500.0,
        "unverified": False,
    }
    return PlannedEndpoint(**(fields | changes))


def test_the_line_sums_questions_and_takes_the_slowest_time() -> None:
    """Endpoints are asked side by side."""
    planned = Planned(
        run="r", keywords=12, endpoints=(an_endpoint(), an_endpoint("b", seconds=90.0, most_seconds=90.0))
    )
    assert (
        plan_line(planned) == "12 keywords at 2 endpoints: 60 to 2,800 questions in 1 min 30 s to 2 h 05 min"
    )


def test_the_text_says_who_is_asked_how_often_and_how_long() -> None:
    """Titles, hosts, both bounds, and what is unverified."""
    hosts = tuple(f"host{number}:80" for number in range(6))
    text = plan_text(Planned(run="r", keywords=1, endpoints=(an_endpoint(hosts=hosts, unverified=True),)))
    assert text.splitlines()[:3] == [
        "weibo-search (Weibo search), unverified definition",
        "  asks host0:80, host1:80, host2:80, host3:80, 2 other hosts",
        "  30 to 1,400 questions in 30.0 s to 2 h 05 min",
    ]
    assert all(len(line) <= 80 for line in text.splitlines())


def test_one_number_is_no_range() -> None:
    """Where the least is the most, it is said once."""
    end = an_endpoint(questions=1, most_questions=1, seconds=1.0, most_seconds=1.0)
    text = plan_text(Planned(run="r", keywords=1, endpoints=(end,)))
    assert "1 keyword at 1 endpoint: 1 question in 1.0 s\n" in text
    assert "lower numbers" not in text


def test_foreign_names_are_harmless() -> None:
    """A definition's title cannot move the cursor."""
    text = plan_text(
        Planned(run="r", keywords=1, endpoints=(an_endpoint(title="a\x1b[2J", hosts=("b\x9b",)),))
    )
    assert "\x1b" not in text
    assert "\x9b" not in text


def test_a_plan_without_endpoints_is_said_as_well() -> None:
    """Nothing to ask, nothing to fail on."""
    assert plan_text(Planned(run="r", keywords=3, endpoints=())).startswith("3 keywords at 0 endpoints")
