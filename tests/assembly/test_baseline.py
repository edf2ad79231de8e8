"""Which run is the last one of the same pairs?"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
import pytest

from probe.assembly.baseline import Baseline, last_run, stored_run
from probe.keeping.store import Store
from probe.model.run import Vantage
from probe.model.verdict import Status
from tests.keeping.samples import begin, document_of, endpoint_called, keep, question_about, verdict_of
from tests.scenarios.practice import Words

HERE = Vantage(label="here", country="ch")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "store.sqlite") as opened:
        yield opened


def add(
    store: Store,
    run: str,
    words: Sequence[str],
    *,
    started: float,
    status: Status = Status.OK,
    names: Sequence[str] = ("example",),
    close: bool = True,
) -> None:
    endpoints = tuple(endpoint_called(name) for name in names)
    keeper = begin(store, run, started=started, endpoints=endpoints)
    for endpoint in endpoints:
        for word in words:
            keep(keeper, question_about(word, endpoint=endpoint.name), endpoint=endpoint)
            keeper.settle(verdict_of(word, run=run, endpoint=endpoint.name, status=status))
    if close:
        keeper.close(document_of(run))
    keeper.release()


def last(
    store: Store, words: Sequence[str], *, vantage: Vantage = HERE, before: float = math.inf, base: str = "1"
) -> Baseline:
    endpoint = msgspec.structs.replace(endpoint_called(), values={"base": f"http://127.0.0.1:{base}"})
    return last_run(store.history, [endpoint], Words(words), vantage, before=before, named="last")


FOUR = ["a", "b", "c", "d"]


def test_the_newest_with_half_of_the_pairs_is_the_last_run(store: Store) -> None:
    """A question about one word in between is none, nor is a run about other words."""
    add(store, "aaaa", FOUR, started=1.0)
    add(store, "bbbb", ["a", "b", "x"], started=2.0)
    add(store, "cccc", ["a"], started=3.0)
    add(store, "dddd", ["x", "y"], started=4.0)
    assert last(store, FOUR).use.run == "bbbb"
    assert last(store, [*FOUR, "e"]).use.run == "aaaa"


def test_where_none_has_half_it_is_the_one_that_has_most(store: Store) -> None:
    """Lists grow."""
    add(store, "aaaa", ["a", "b"], started=1.0)
    add(store, "bbbb", ["a"], started=2.0)
    assert last(store, [*FOUR, "e", "f"]).use.run == "aaaa"


def test_runs_that_do_not_compare_are_no_baseline(store: Store) -> None:
    """Another vantage, other settings, another endpoint, one that is not complete, a later one, or none."""
    add(store, "aaaa", FOUR, started=5.0)
    assert last(store, FOUR, vantage=Vantage(label="there")).use.run is None
    assert last(store, FOUR, base="2").use.run is None
    assert last(store, FOUR, before=5.0).use.run is None
    assert last(store, ["x"]).use.run is None
    add(store, "bbbb", FOUR, started=6.0, close=False)
    add(store, "cccc", FOUR, started=7.0, names=("other",))
    assert last(store, FOUR).use.run == "aaaa"


def test_what_is_not_there_says_so_and_knows_nothing(store: Store) -> None:
    """So that the first run of a schedule is no error."""
    baseline = last(store, FOUR)
    assert "no earlier run" in baseline.use.notes[0]
    assert not baseline.endpoints
    assert [*baseline.past("example", ("a",))] == []


def test_the_past_of_a_pair_goes_further_back_than_one_run(store: Store) -> None:
    """Newest first, without runs that decided nothing, unless it was the last one."""
    add(store, "aaaa", FOUR, started=1.0, status=Status.BLOCKED)
    add(store, "bbbb", FOUR, started=2.0, status=Status.UNMEASURED)
    add(store, "cccc", FOUR, started=3.0)
    add(store, "dddd", FOUR, started=4.0, status=Status.UNMEASURED)
    runs = [told.verdict.run for told in last(store, FOUR).past("example", ("a",))]
    assert runs == ["dddd", "cccc", "aaaa"]
    assert [
        told.verdict.run for told in stored_run(store.history, "dddd", named="d").past("example", ("a",))
    ] == ["dddd"]


def test_all_pairs_of_a_run_are_there_with_where_they_come_from(store: Store) -> None:
    """Version, vantage and settings."""
    add(store, "aaaa", FOUR, started=1.0)
    told = [*last(store, FOUR).pairs("example")]
    assert [one.verdict.keyword for one in told] == FOUR
    assert {one.background.software for one in told} == {"0.2"}
    assert {one.background.vantage for one in told} == {HERE}
