import json
from typing import Any

import pytest

from probe.lab.message import Draft
from probe.lab.messenger_requests import (
    LONGEST_NAME,
    LONGEST_TEXT,
    MOST_LISTED,
    Place,
    read_draft,
    read_limit,
    read_place,
    read_user,
)
from probe.lab.wire import BadRequestError, Request


def draft(**sent: Any) -> Draft:
    return read_draft("alice", "lobby", json.dumps(sent).encode())


def listing(query: str) -> Request:
    target = f"/messenger/rooms/lobby/messages{query}"
    return Request(method="GET", target=target, headers={}, body=b"", keep_alive=True)


@pytest.mark.parametrize(
    ("header", "user"),
    [
        ("Bearer alice", "alice"),
        ("bearer  a.l-i_c~e+/==", "a.l-i_c~e+/=="),
        ("Bearer " + "a" * LONGEST_NAME, "a" * LONGEST_NAME),
        ("Bearer " + "a" * (LONGEST_NAME + 1), None),
        ("Bearer", None),
        ("Bearer ", None),
        ("Bearer alice, Bearer bob", None),
        ("Basic YTpi", None),
        ("", None),
    ],
)
def test_the_token_is_the_user(header: str, user: str | None) -> None:
    """Any one token, but not two, and none without end."""
    assert read_user({"authorization": header}) == user
    assert read_user({}) is None


@pytest.mark.parametrize(
    ("path", "room", "message_id"),
    [
        ("/messenger/rooms/lobby/messages", "lobby", None),
        ("/messenger/rooms/lobby/messages/abc", "lobby", "abc"),
        ("/messenger/rooms/%21a%3Ab%2Fc+d%26/messages", "!a:b/c+d&", None),
        ("/messenger/rooms/%E5%A4%A7%E5%8E%85/messages", "大厅", None),
    ],
)
def test_a_path_names_a_room_or_a_message(path: str, room: str, message_id: str | None) -> None:
    """Percent-encoding is undone."""
    assert read_place(path) == Place(room=room, message_id=message_id)


@pytest.mark.parametrize(
    "path",
    ["/messenger", "/messenger/rooms/lobby", "/messenger/rooms//messages", "/messenger/rooms/lobby/messages/",
     "/messenger/rooms/lobby/messages/a/b"],
)  # fmt: skip
def test_other_paths_name_nothing(path: str) -> None:
    """A mistake in a definition's URL is not a room."""
    assert read_place(path) is None


@pytest.mark.parametrize("room", ["%", "%C0", "a" * (LONGEST_NAME + 1)])
def test_a_name_that_cannot_be_read_is_refused(room: str) -> None:
    """Rather than taken for another room."""
    with pytest.raises(BadRequestError):
        read_place(f"/messenger/rooms/{room}/messages")


def test_a_draft_has_text_and_nonce() -> None:
    """As they were sent, up to their bounds."""
    text, nonce = "天" * LONGEST_TEXT, "n" * LONGEST_NAME
    assert draft(text=text, nonce=nonce) == Draft(author="alice", room="lobby", text=text, nonce=nonce)


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"text": "天气"}, 400),
        ({"nonce": "1"}, 400),
        ({"text": " ", "nonce": "1"}, 400),
        ({"text": "天气", "nonce": ""}, 400),
        ({"text": 1, "nonce": "1"}, 400),
        ({"text": "天气", "nonce": 1}, 400),
        ({"text": "\ud800", "nonce": "1"}, 400),
        ({"text": "天气", "nonce": "\udfff"}, 400),
        ({"text": "天" * (LONGEST_TEXT + 1), "nonce": "1"}, 413),
        ({"text": "天气", "nonce": "n" * (LONGEST_NAME + 1)}, 400),
    ],
)
def test_a_draft_that_cannot_be_posted_is_refused(sent: dict[str, Any], status: int) -> None:
    """Whatever is missing, of another type, not Unicode, or too long."""
    with pytest.raises(BadRequestError) as caught:
        draft(**sent)
    assert caught.value.status == status


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"text"', b"\xff", b"[" * 60_000])
def test_a_body_that_is_no_object_is_refused(body: bytes) -> None:
    """Without falling over it."""
    with pytest.raises(BadRequestError):
        read_draft("alice", "lobby", body)


@pytest.mark.parametrize(
    ("query", "limit"),
    [("", 50), ("?limit=3", 3), (f"?limit={MOST_LISTED + 1}", MOST_LISTED), ("?other=1", 50)],
)
def test_a_list_has_a_limit(query: str, limit: int) -> None:
    """Whoever asks for more than there may be gets the most."""
    assert read_limit(listing(query)) == limit


@pytest.mark.parametrize("limit", ["0", "-1", "x", "", "1" * 10, "%CC", "１"])
def test_a_limit_is_a_number(limit: str) -> None:
    """Anything else is a mistake."""
    with pytest.raises(BadRequestError):
        read_limit(listing(f"?limit={limit}"))
