"""A run is about the keywords and endpoints of its latest list; what it was about before is kept, and not counted."""

from __future__ import annotations

import msgspec

from probe.keeping.run_keeper import RunKeeper
from probe.keeping.store import Store
from probe.model.definition import Endpoint
from probe.model.record import RunRecord
from probe.model.verdict import Status
from tests.keeping.samples import (
    begin,
    document_of,
    endpoint_called,
    keep,
    question_about,
    record_called,
    verdict_of,
)

EXAMPLE, OTHER = endpoint_called(), endpoint_called("other", digest="e" * 64)
RUN = "abcdef0123456789"


def fill(store: Store, statuses: dict[str, Status], *endpoints: Endpoint) -> None:
    """A run that came to its end with these verdicts at each of the endpoints."""
    keeper = begin(store, endpoints=endpoints)
    for endpoint in endpoints:
        for word, status in statuses.items():
            keep(keeper, question_about(word, endpoint=endpoint.name), endpoint=endpoint)
            keeper.settle(verdict_of(word, status=status, endpoint=endpoint.name, definition=endpoint.digest))
    keeper.close(document_of())


def go_on(store: Store, *words: str, endpoints: tuple[Endpoint, ...] = (EXAMPLE,)) -> RunKeeper:
    record = msgspec.structs.replace(record_called(endpoints=endpoints), keywords=len(words))
    return store.resume(
        RUN, keep_exchanges="none", secrets={}, record=record, keywords=[(word,) for word in words]
    )


def told(store: Store) -> list[tuple[str, str]]:
    return [(one.endpoint, one.keyword) for one in store.verdicts(RUN)]


THREE = {"a": Status.OK, "b": Status.BLOCKED, "c": Status.UNMEASURED}


def test_what_is_listed_no_longer_is_kept_but_neither_told_nor_counted(store: Store) -> None:
    """In all numbers alike; back on the list, it counts again."""
    fill(store, THREE, EXAMPLE)
    go_on(store, "c", "a", "new").release()
    found = store.find(RUN)
    assert told(store) == [("example", "a"), ("example", "c")]
    assert {status: number for status, number in found.statuses.items() if number} == {
        Status.OK: 1,
        Status.UNMEASURED: 1,
    }
    assert (found.verdicts, found.record.keywords, store.count_unlisted(RUN)) == (2, 3, 1)
    assert store.document(RUN).counts.verdicts == 2
    go_on(store, "a", "b").release()
    assert told(store) == [("example", "a"), ("example", "b")]
    assert (store.find(RUN).verdicts, store.count_unlisted(RUN)) == (2, 1)


def test_the_head_of_the_run_is_that_of_its_latest_session(store: Store) -> None:
    """So that going on once more needs no second telling."""
    fill(store, THREE, EXAMPLE)
    record: RunRecord = msgspec.structs.replace(record_called(), keywords=1, lists=())
    store.resume(RUN, keep_exchanges="none", secrets={}, record=record, keywords=[("a",)]).release()
    assert store.find(RUN).record == record


def test_an_endpoint_that_is_not_asked_any_more_is_not_told(store: Store) -> None:
    """Until it is asked again: then its verdicts are there."""
    fill(store, {"a": Status.OK}, EXAMPLE, OTHER)
    go_on(store, "a", endpoints=(OTHER,)).release()
    assert told(store) == [("other", "a")]
    assert [one.name for one in store.find(RUN).record.definitions] == ["other"]
    assert (store.find(RUN).verdicts, store.count_unlisted(RUN)) == (1, 0)
    go_on(store, "a", endpoints=(EXAMPLE, OTHER)).release()
    assert sorted(told(store)) == [("example", "a"), ("other", "a")]


def test_verdicts_under_an_old_definition_are_not_those_of_words_that_were_taken_out(store: Store) -> None:
    """Nobody would miss them."""
    fill(store, THREE, EXAMPLE)
    edited = endpoint_called(digest="f" * 64)
    go_on(store, "a", endpoints=(edited,)).release()
    assert (told(store), store.count_unlisted(RUN)) == ([], 0)


def test_a_verdict_that_is_reached_anew_is_counted_once(store: Store) -> None:
    """Whether the one before was listed or not."""
    fill(store, THREE, EXAMPLE)
    keeper = go_on(store, "c")
    keeper.settle(verdict_of("c", status=Status.OK))
    keeper.settle(verdict_of("a", status=Status.BLOCKED))  # of a word that was taken out
    keeper.release()
    assert told(store) == [("example", "c"), ("example", "a")]
    assert {status: number for status, number in store.find(RUN).statuses.items() if number} == {
        Status.OK: 1,
        Status.BLOCKED: 1,
    }


def test_what_is_known_of_keywords_is_counted_without_changing_anything(store: Store) -> None:
    """Under one definition at a time; a keyword of which nothing is known is not there."""
    fill(store, THREE, EXAMPLE, OTHER)
    keywords = [("a",), ("c",), ("new",), ("a", "b")]
    definitions = [("example", EXAMPLE.digest), ("other", "0" * 64), ("new", "0" * 64)]
    found = store.count_statuses(RUN, definitions, keywords)
    assert found == [{Status.OK: 1, Status.UNMEASURED: 1}, {}, {}]
    assert store.count_statuses(RUN, definitions, []) == [{}, {}, {}]
    assert store.find(RUN).verdicts == 6


def test_what_others_keep_is_left_alone(store: Store) -> None:
    """Another run of the same words at the same endpoint."""
    fill(store, THREE, EXAMPLE)
    other = begin(store, "fedcba9876543210")
    other.settle(verdict_of("b", run="fedcba9876543210"))
    other.release()
    go_on(store, "a").release()
    assert store.find("fedcba9876543210").verdicts == 1
    assert [one.keyword for one in store.verdicts("fedcba9876543210")] == ["b"]
