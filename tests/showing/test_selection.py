"""Which verdicts are listed, in which order, under which headings."""

from __future__ import annotations

import io

from probe.model.verdict import Counts, Status
from probe.showing.json_lines import LinesWriter
from probe.showing.selection import ArrangedWriter, Selection, arrange

from .samples import a_run, a_verdict

VERDICTS = (
    a_verdict("b", "weibo-search", "F", category="two", counts=Counts(asked=2)),
    a_verdict("a", "baidu-search", ".", category=None, counts=Counts(asked=10)),
    a_verdict("C", "weibo-search", "B", category="one", counts=Counts(asked=9)),
    a_verdict("d", "bing-cn", "R", category="two", counts=Counts(asked=1)),
)
PLATFORMS = {"weibo-search": "Weibo", "baidu-search": "Baidu"}


def words(selection: Selection) -> list[tuple[str, str]]:
    """Heading, and the keywords under it in a row."""
    groups = arrange(VERDICTS, selection, PLATFORMS)
    return [(heading, "".join(one.keyword for one in verdicts)) for heading, verdicts in groups]


def test_without_wishes_all_stand_as_they_came() -> None:
    """One group, without a heading."""
    assert words(Selection()) == [("", "baCd")]
    assert Selection().is_plain
    assert not Selection(sort=("keyword",)).is_plain


def test_texts_are_sorted_without_case_numbers_as_numbers_and_statuses_by_gravity() -> None:
    """Ten comes after nine; blocked before filtered before ok."""
    assert words(Selection(sort=("keyword",))) == [("", "abCd")]
    assert words(Selection(sort=("-asked",))) == [("", "aCbd")]
    assert words(Selection(sort=("status", "-keyword"))) == [("", "dCba")]


def test_what_is_empty_comes_last_either_way() -> None:
    """A keyword without a category is neither the first nor the last of them."""
    assert words(Selection(sort=("category",)))[0][1][-1] == "a"
    assert words(Selection(sort=("-category",)))[0][1][-1] == "a"


def test_groups_have_headings_in_order() -> None:
    """Statuses by gravity, others by name; what has none stands last, an endpoint without a platform for itself."""
    assert words(Selection(group_by="status")) == [("blocked", "Cd"), ("filtered", "b"), ("ok", "a")]
    assert words(Selection(group_by="platform")) == [("Baidu", "a"), ("bing-cn", "d"), ("Weibo", "bC")]
    assert words(Selection(group_by="category")) == [("one", "C"), ("two", "bd"), ("(no category)", "a")]


def test_only_some_statuses_are_listed() -> None:
    """And they are as they would be among all."""
    assert words(Selection(only=frozenset({Status.BLOCKED}), sort=("-keyword",))) == [("", "dC")]


def lines(selection: Selection, *, before_the_end: bool = False) -> list[str]:
    out = io.StringIO()
    writer = ArrangedWriter(LinesWriter(out), selection, PLATFORMS)
    writer.start()
    for verdict in VERDICTS:
        writer.verdict(verdict)
    if not before_the_end:
        writer.finish(a_run(VERDICTS))
    return out.getvalue().splitlines()


def test_lines_come_at_once_unless_an_order_is_asked_for() -> None:
    """A pipe that only wants the blocked ones need not wait for the end."""
    only = Selection(only=frozenset({Status.BLOCKED}))
    assert len(lines(only, before_the_end=True)) == 2
    assert lines(Selection(sort=("keyword",)), before_the_end=True) == []


def test_the_run_stays_the_last_line() -> None:
    """With its counts of everything."""
    *verdicts, run = lines(Selection(sort=("keyword",), only=frozenset({Status.BLOCKED})))
    assert [one.split('"keyword":"')[1][0] for one in verdicts] == ["C", "d"]
    assert '"type":"run"' in run
    assert '"verdicts":4' in run


def test_what_weighs_the_same_stays_as_it_came() -> None:
    """All are of one language."""
    assert words(Selection(sort=("language",))) == [("", "baCd")]
