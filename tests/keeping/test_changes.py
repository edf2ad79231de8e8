"""Is a change told as what it is, and as news only where both sides carry it and nothing of ours changed?"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as some

from probe.keeping.changes import (
    find_change,
    find_own_changes,
    is_worth_asking_again,
    read_past,
    trace_changes,
)
from probe.model.change import CARRIED, OF_STATUS, Background, Change, ChangeKind, OwnChange, Told
from probe.model.run import Vantage
from probe.model.verdict import Certainty, Counts, Status

from .samples import verdict_of

HERE = Background(software="0.3", vantage=Vantage(label="here"), settings={"base": "b"})
KINDS = {
    ("ok", "blocked"): "newly-blocked",
    ("ok", "filtered"): "newly-filtered",
    ("blocked", "ok"): "lifted",
    ("filtered", "ok"): "lifted",
    ("filtered", "blocked"): "hardened",
    ("blocked", "filtered"): "softened",
}


def told(
    status: str,
    agreeing: int = 1,
    *,
    sure: bool = False,
    definition: str = "d" * 64,
    background: Background = HERE,
) -> Told:
    """A verdict: `likely` unless it is sure, where that means something."""
    is_found = status in ("blocked", "filtered")
    certainty = (Certainty.CONFIRMED if sure else Certainty.LIKELY) if is_found else None
    verdict = msgspec.structs.replace(
        verdict_of("谣言", status=Status(status), definition=definition),
        certainty=certainty,
        counts=Counts(asked=agreeing, agreeing=agreeing),
    )
    return Told(verdict=verdict, background=background)


def change(*before: Told, now: Told | None) -> Change | None:
    """What became of a pair; `before` is oldest first."""
    return find_change(read_past(reversed(before)), now)


def brief(found: Change | None) -> tuple[str, bool | None, bool] | None:
    """Kind, whether it is carried, whether it is news."""
    return None if found is None else (found.kind.value, found.carried, found.news)


@pytest.mark.parametrize(("states", "kind"), KINDS.items(), ids=str)
def test_what_is_proven_on_both_sides_is_news(states: tuple[str, str], kind: str) -> None:
    """Each kind by its name, with both verdicts."""
    before, now = (told(one, sure=True) for one in states)
    found = change(before, now=now)
    assert brief(found) == (kind, True, True)
    assert found is not None
    assert (found.before, found.after, found.doubt) == (before.verdict, now.verdict, None)


def test_what_stays_as_it_was_is_no_change() -> None:
    """Also where it became surer, or less sure."""
    for status in Status:
        assert change(told(status.value), now=told(status.value)) is None
    assert change(told("blocked", sure=True), now=told("blocked", 2)) is None
    assert change(told("blocked", 2), now=told("blocked", sure=True)) is None


@pytest.mark.parametrize("status", ["blocked", "filtered"])
def test_two_answers_are_not_news_and_three_are(status: str) -> None:
    """In either direction; it says why not."""
    for number in range(1, CARRIED):
        for pair in (told("ok"), told(status, number)), (told(status, number), told("ok")):
            found = change(pair[0], now=pair[1])
            assert found is not None
            assert (found.carried, found.news) == (False, False)
            assert f"{number} answer" in (found.doubt or "")
    assert brief(change(told("ok"), now=told(status, CARRIED))) == (f"newly-{status}", True, True)
    assert brief(change(told(status, CARRIED), now=told("ok"))) == ("lifted", True, True)


def test_what_two_runs_in_a_row_found_likely_is_news_with_the_second() -> None:
    """Their answers add up, and the third says nothing new."""
    ok, twice = told("ok"), told("blocked", 2)
    assert brief(change(ok, now=twice)) == ("newly-blocked", False, False)
    assert brief(change(ok, twice, now=twice)) == ("newly-blocked", True, True)
    assert change(ok, twice, twice, now=twice) is None


def test_a_chance_finding_leaves_no_trace() -> None:
    """After it everything is as it was, so nothing was lifted."""
    ok, chance = told("ok"), told("blocked", 2)
    assert change(ok, chance, now=ok) is None
    assert brief(change(ok, chance, ok, now=told("blocked", sure=True))) == ("newly-blocked", True, True)


def test_a_gap_between_two_runs_hides_nothing() -> None:
    """What happened while nobody could look is news as soon as somebody can; the gap itself never is."""
    ok, gap = told("ok"), told("unmeasured")
    assert brief(change(ok, now=gap)) == ("became-unmeasured", None, False)
    assert change(ok, gap, now=gap) is None
    assert brief(change(ok, gap, now=ok)) == ("measured-again", None, False)
    assert brief(change(ok, gap, gap, now=told("blocked", sure=True))) == ("newly-blocked", True, True)
    assert brief(change(told("blocked", sure=True), gap, now=ok)) == ("lifted", True, True)
    assert brief(change(gap, now=told("blocked", sure=True))) == ("measured-again", None, False)


def test_what_is_inconclusive_is_never_news() -> None:
    """Undecided now, or before."""
    ok, open_ = told("ok"), told("inconclusive")
    assert brief(change(ok, now=open_)) == ("undecided", False, False)
    assert brief(change(open_, now=told("blocked", sure=True))) == ("decided", False, False)
    assert brief(change(ok, open_, now=told("blocked", sure=True))) == ("newly-blocked", True, True)


def test_a_list_that_changed_is_no_news_of_censorship() -> None:
    """What came, and what left."""
    assert brief(change(now=told("blocked", sure=True))) == ("appeared", None, False)
    assert brief(change(told("blocked", sure=True), now=None)) == ("left", None, False)
    assert change(now=None) is None


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"definition": "e" * 64}, OwnChange.DEFINITION),
        ({"background": msgspec.structs.replace(HERE, software="0.4")}, OwnChange.SOFTWARE),
        ({"background": msgspec.structs.replace(HERE, settings={})}, OwnChange.SETTINGS),
        ({"background": msgspec.structs.replace(HERE, vantage=Vantage(label="there"))}, OwnChange.VANTAGE),
    ],
    ids=["definition", "software", "settings", "vantage"],
)
def test_a_change_of_ours_is_told_apart(changes: dict[str, Any], what: OwnChange) -> None:
    """Nobody can tell then whether the platform changed: it is carried, and no news."""
    before, now = told("ok"), told("blocked", sure=True, **changes)
    found = change(before, now=now)
    assert found is not None
    assert (found.carried, found.news, found.also_changed) == (True, False, (what,))
    assert found.is_apart
    assert "changed as well" in (found.doubt or "")
    assert not found.meets("newly-blocked")
    assert found.meets("changed")


def test_what_is_not_known_of_a_file_is_no_change_of_ours() -> None:
    """A sheet does not say which version judged."""
    nothing = told("ok", definition="", background=Background())
    assert find_own_changes(nothing, told("blocked")) == ()
    assert brief(change(nothing, now=told("blocked", sure=True))) == ("newly-blocked", True, True)


def test_what_is_worth_asking_again() -> None:
    """What could become news or be taken back; and where nothing is firm yet, what could be made so."""
    cases = [
        ((told("ok"),), told("blocked", 2), True),
        ((told("ok"),), told("blocked", sure=True), False),
        ((told("blocked", sure=True),), told("ok"), True),
        ((told("ok"),), told("inconclusive"), True),
        ((told("ok"),), told("ok"), False),
        ((told("ok"),), told("unmeasured"), False),
        ((), told("blocked", 2), True),
        ((), told("blocked", 3), False),
        ((), told("ok"), False),
        ((), told("inconclusive"), False),
        ((told("blocked", 2),), told("blocked", 2), False),
    ]
    for before, now, wanted in cases:
        assert is_worth_asking_again(read_past(reversed(before)), now) is wanted, (before, now)


def test_a_timeline_begins_without_a_change() -> None:
    """Of its first verdict nobody knows what it was before."""
    timeline = [told("ok"), told("unmeasured"), told("blocked", sure=True), told("blocked", sure=True)]
    kinds = [None if one is None else one.kind.value for one in trace_changes(timeline)]
    assert kinds == [None, "became-unmeasured", "newly-blocked", None]


verdicts = some.builds(
    told,
    some.sampled_from([status.value for status in Status]),
    some.integers(0, 6),
    sure=some.booleans(),
    definition=some.sampled_from(["d" * 64, "e" * 64]),
)


@given(some.lists(verdicts, max_size=6), verdicts)
def test_news_always_rests_on_both_sides(before: list[Told], now: Told) -> None:
    """It differs, it is decided and carried on both sides, and nothing of ours changed."""
    found = change(*before, now=now)
    if found is None or not found.news:
        return
    assert found.kind in OF_STATUS
    assert found.before is not None
    assert found.after == now.verdict
    assert KINDS[found.before.status.value, found.after.status.value] == found.kind
    assert found.before.definition == found.after.definition
    sides = [one for one in [*before, now] if one.verdict.status is not Status.UNMEASURED]
    for side in (found.before, found.after):
        agreeing = sum(one.verdict.counts.agreeing for one in sides if one.verdict.status is side.status)
        proven = any(
            one.verdict.status is side.status
            and (side.status is Status.OK or one.verdict.certainty is Certainty.CONFIRMED)
            for one in sides
        )
        assert proven or agreeing >= CARRIED


@given(some.lists(verdicts, max_size=6), verdicts)
def test_what_is_no_news_says_why_or_says_nothing_of_censorship(before: list[Told], now: Told) -> None:
    """Every change is one of three: news, doubted with a reason, or silent about censorship."""
    found = change(*before, now=now)
    if found is not None:
        assert [found.news, found.doubt is not None, found.carried is None].count(True) == 1
        assert (found.kind in OF_STATUS or found.carried is False) is (found.carried is not None)
        assert found.meets("changed") is (found.carried is True)


@given(some.lists(verdicts, max_size=6), verdicts, some.integers(0, 6))
def test_runs_that_could_not_measure_change_nothing(before: list[Told], now: Told, place: int) -> None:
    """News is the same with an unmeasured run anywhere between."""
    with_gap = [*before[:place], told("unmeasured"), *before[place:]]
    plain, gapped = change(*before, now=now), change(*with_gap, now=now)
    for one, other in ((plain, gapped), (gapped, plain)):
        if one is not None and one.kind in OF_STATUS:
            assert other is not None
            assert brief(one) == brief(other)


@given(some.lists(verdicts, min_size=1, max_size=8))
def test_the_same_news_is_told_once(timeline: list[Told]) -> None:
    """Between two pieces of news of one kind something else was news."""
    steady = [
        Told(verdict=msgspec.structs.replace(one.verdict, definition="d" * 64), background=one.background)
        for one in timeline
    ]
    statuses = [
        one.after.status
        for one in trace_changes(steady)
        if one is not None and one.news and one.after is not None
    ]
    assert all(one is not other for one, other in pairwise(statuses))


def test_every_kind_of_change_can_happen() -> None:
    """None is a word only."""
    sure = [told(status.value, sure=True) for status in Status]
    kinds = {found.kind for one in sure for other in sure if (found := change(one, now=other))}
    kinds |= {found.kind for found in (change(now=sure[0]), change(sure[0], now=None)) if found}
    assert kinds == set(ChangeKind)
