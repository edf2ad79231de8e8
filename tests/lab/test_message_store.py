from dataclasses import replace

import pytest

from probe.lab import message_store
from probe.lab.censor import Cause
from probe.lab.message import Message
from probe.lab.message_store import MessageStore

FIRST = Message(
    id="1",
    author="alice",
    room="lobby",
    text="天气",
    nonce="n",
    act=None,
    cause=Cause.NOTHING,
    shown="天气",
    sent_at="2023-11-14T22:13:20.000Z",
    seen_from=10.0,
    seen_until=20.0,
)
SECOND = replace(FIRST, id="2")
ELSEWHERE = replace(FIRST, id="3", room="garden")


def stored() -> MessageStore:
    store = MessageStore()
    for message in (FIRST, SECOND, ELSEWHERE):
        store.add(message)
    return store


def test_a_room_is_read_from_its_end() -> None:
    """Newest first, this room's only, no more than asked for, and what the user can see."""
    store = stored()
    assert store.latest("lobby", 9, user="bob", at=10.0) == [SECOND, FIRST]
    assert store.latest("lobby", 1, user="bob", at=10.0) == [SECOND]
    assert store.latest("lobby", 9, user="bob", at=9.0) == []
    assert store.latest("lobby", 9, user="alice", at=9.0) == [SECOND, FIRST]
    assert store.latest("cellar", 9, user="alice", at=9.0) == []


def test_a_message_is_found_in_its_room_by_who_can_see_it() -> None:
    """Nobody else learns that it is there."""
    store = stored()
    assert store.find("lobby", "1", user="bob", at=10.0) == FIRST
    assert store.find("lobby", "1", user="bob", at=20.0) is None
    assert store.find("lobby", "3", user="alice", at=10.0) is None
    assert store.find("cellar", "1", user="alice", at=10.0) is None


def test_what_is_deleted_is_gone() -> None:
    """From the room and from the whole."""
    store = stored()
    for message in (FIRST, ELSEWHERE):
        store.delete(message)
    assert store.messages == [SECOND]
    assert store.find("garden", "3", user="alice", at=10.0) is None
    with pytest.raises(KeyError):
        store.delete(FIRST)


def test_a_full_store_takes_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """It never forgets one by itself: tests rely on seeing all that was left behind."""
    monkeypatch.setattr(message_store, "STORED", 3)
    store = stored()
    assert store.full
    with pytest.raises(ValueError, match="more than"):
        store.add(replace(FIRST, id="4"))
    store.delete(FIRST)
    assert not store.full
