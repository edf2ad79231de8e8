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


def test_a_session_is_in_the_plan() -> None:
    """How many requests come on top, and when again; without one nothing is said."""
    end = an_endpoint(session=2, session_seconds=7000.0)
    lines = plan_text(Planned(run="r", keywords=1, endpoints=(end, an_endpoint("b", session=0)))).splitlines()
    said = [line for line in lines if "session" in line]
    assert said == ["  and 2 requests to open a session, again after 1 h 57 min at the soonest"]
    assert lines.index(said[0]) == 3
    one = plan_text(Planned(run="r", keywords=1, endpoints=(an_endpoint(session=1, session_seconds=60.0),)))
    assert "  and 1 request to open a session, again after 1 min 00 s at the soonest" in one.splitlines()


def test_a_run_that_goes_on_is_told_what_is_left() -> None:
    """By endpoint and in all; where it is nothing, that alone."""
    planned = Planned(run="r", keywords=12, endpoints=(an_endpoint("a"), an_endpoint("b", questions=0)))
    text = plan_text(planned, {"a": 5, "b": 0})
    assert "  5 of 12 keywords left\n" in text
    assert "  0 of 12 keywords left\n" in text
    assert "\n5 of 24 pairs left at 2 endpoints: 30 to 2,800 questions in 30.0 s to 2 h 05 min\n" in text
    alone = Planned(run="r", keywords=12, endpoints=(an_endpoint("a"),))
    assert plan_line(alone, {"a": 5}).startswith("5 of 12 keywords left at 1 endpoint: ")
    assert plan_text(planned, {"a": 0, "b": 0}) == "nothing is left to ask"


def test_what_isolating_costs_is_in_the_plan() -> None:
    """For one keyword, of so many characters; where it is not asked for nothing is said."""
    plain = plan_text(Planned(run="r", keywords=1, endpoints=(an_endpoint(),)))
    isolating = plan_text(Planned(run="r", keywords=1, endpoints=(an_endpoint(isolating=(21, 40)),)))
    line = "  about 21 questions more, and controls, to find what triggers in 40 characters"
    assert line in isolating.splitlines()
    assert "more, and controls" not in plain
