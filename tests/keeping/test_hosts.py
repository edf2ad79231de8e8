"""Daily counts and rests of hosts outlast runs, and no clock makes a rest longer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.keeping.database import open_database
from probe.keeping.hosts import Hosts
from probe.keeping.migrations import migrate
from tests.keeping.samples import HOST, Wall

DAY = 86_400
MIDNIGHT = 19_700 * DAY


@pytest.fixture
def wall() -> Wall:
    return Wall(MIDNIGHT + 100.0)


@pytest.fixture
def hosts(path: Path, wall: Wall) -> Iterator[Hosts]:
    database = open_database(path, patience=1, reading=False)
    migrate(database)
    yield Hosts(database, wall)
    database.close()


def test_questions_are_counted_by_host_and_day(hosts: Hosts, wall: Wall) -> None:
    """The day is that of UTC."""
    hosts.count(HOST)
    hosts.count(HOST)
    hosts.count("other:80")
    assert (hosts.asked_today(HOST), hosts.asked_today("other:80"), hosts.asked_today("none:80")) == (2, 1, 0)
    wall.now = MIDNIGHT + DAY - 0.001
    assert hosts.asked_today(HOST) == 2
    wall.now = MIDNIGHT + DAY
    assert hosts.asked_today(HOST) == 0


def test_a_rest_runs_down(hosts: Hosts, wall: Wall) -> None:
    """To nothing, and never below."""
    assert hosts.resting(HOST) == 0
    hosts.rest(HOST, 120)
    assert hosts.resting(HOST) == pytest.approx(120)
    wall.now += 50
    assert hosts.resting(HOST) == pytest.approx(70)
    wall.now += 1_000_000
    assert hosts.resting(HOST) == 0


def test_a_longer_rest_stays(hosts: Hosts, wall: Wall) -> None:
    """A shorter one may not take its place; a longer one does."""
    hosts.rest(HOST, 120)
    hosts.rest(HOST, 10)
    hosts.rest(HOST, 0)
    hosts.rest(HOST, -5)
    assert hosts.resting(HOST) == pytest.approx(120)
    wall.now += 115
    hosts.rest(HOST, 10)
    assert hosts.resting(HOST) == pytest.approx(10)


def test_a_clock_that_is_set_back_makes_no_rest_of_a_day(hosts: Hosts, wall: Wall) -> None:
    """The rest begins anew once, and then runs down by the clock as it is now."""
    hosts.rest(HOST, 120)
    wall.now -= DAY
    assert hosts.resting(HOST) == pytest.approx(120)
    wall.now += 119
    assert hosts.resting(HOST) == pytest.approx(1)
    wall.now += 1
    assert hosts.resting(HOST) == 0


@given(
    st.floats(0.1, 10_000),
    st.lists(st.floats(-200_000, 200_000), min_size=1, max_size=6),
)
def test_no_clock_makes_a_rest_longer_than_was_asked_for(
    tmp_path_factory: pytest.TempPathFactory, seconds: float, jumps: list[float]
) -> None:
    """However it jumps; and from wherever it is, a rest is over when the asked time has passed without a jump."""
    wall = Wall()
    database = open_database(tmp_path_factory.mktemp("rest") / "s", patience=1, reading=False)
    migrate(database)
    hosts = Hosts(database, wall)
    hosts.rest(HOST, seconds)
    for jump in jumps:
        wall.now += jump
        assert 0 <= hosts.resting(HOST) <= seconds
    wall.now += seconds + 1e-6
    assert hosts.resting(HOST) == pytest.approx(0, abs=1e-5)
    database.close()


def test_the_name_of_a_host_is_not_kept(hosts: Hosts, path: Path) -> None:
    """Counts and rests outlast the runs that were deleted."""
    hosts.count("forbidden.example:80")
    hosts.rest("forbidden.example:80", 120)
    for file in path.parent.iterdir():
        assert b"forbid" not in file.read_bytes()
    assert hosts.asked_today("forbidden.example:80") == 1


def test_what_is_past_is_forgotten(hosts: Hosts, wall: Wall) -> None:
    """Counts of yesterday may still be asked for by a clock that is set back a little."""
    hosts.count(HOST)
    wall.now += DAY
    hosts.forget_past()
    wall.now -= DAY
    assert hosts.asked_today(HOST) == 1
    wall.now += 2 * DAY
    hosts.forget_past()
    wall.now -= 2 * DAY
    assert hosts.asked_today(HOST) == 0
