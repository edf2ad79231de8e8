"""Which conditions does a change meet?"""

from __future__ import annotations

import pytest

from probe.cli.options import CHANGES
from probe.model.change import CHANGED, OF_STATUS, Change, ChangeKind


def a_change(kind: ChangeKind, *, carried: bool | None, news: bool) -> Change:
    return Change(
        id="0123456789abcdef",
        keyword="谣言",
        components=("谣言",),
        endpoint="example",
        kind=kind,
        carried=carried,
        also_changed=(),
        news=news,
        doubt=None,
        before=None,
        after=None,
    )


def test_the_command_line_knows_every_kind() -> None:
    """And the one word for all of them."""
    assert set(CHANGES) == {CHANGED, *(kind.value for kind in ChangeKind)}


@pytest.mark.parametrize("kind", ChangeKind)
def test_news_meets_its_kind_and_nothing_else(kind: ChangeKind) -> None:
    """What says nothing of censorship meets its kind, too, as whoever names it wants to know."""
    is_news = kind in OF_STATUS
    change = a_change(kind, carried=True if is_news else None, news=is_news)
    met = {condition for condition in CHANGES if change.meets(condition)}
    assert met == ({kind.value, CHANGED} if is_news else {kind.value})


@pytest.mark.parametrize("kind", sorted(OF_STATUS))
def test_what_is_not_carried_meets_nothing(kind: ChangeKind) -> None:
    """Nobody is woken by two answers."""
    change = a_change(kind, carried=False, news=False)
    assert not any(change.meets(condition) for condition in CHANGES)
    assert change.is_weak
    assert not change.is_apart
