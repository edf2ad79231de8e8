"""The replicas of Matrix and Mastodon answer as their specifications and their own source say."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from tests.replicas import mastodon, matrix
from tests.replicas.mastodon import Mastodon, html_of
from tests.replicas.matrix import Matrix
from tests.replicas.plain import FORM, JSON, WORDS, Clock, Reply, Send, asking

# Matrix


ROOM = quote("!replica:replica.example", safe="")
SENDER = {"Authorization": "Bearer syt_replica_sender"}
READER = {"Authorization": "Bearer syt_replica_reader"}


def put(send: Send, text: str, transaction: str, user: dict[str, str] = SENDER, **changed: Any) -> Reply:
    body = json.dumps({"msgtype": "m.text", "body": text} | changed)
    return send(f"{matrix.ROOMS}{ROOM}/send/m.room.message/{transaction}", body, user, "PUT")


def event(send: Send, identity: str, user: dict[str, str] = READER) -> Reply:
    return send(f"{matrix.ROOMS}{ROOM}/event/{quote(identity, safe='')}", None, user)


def timeline(send: Send, user: dict[str, str] = READER, **query: Any) -> Any:
    return send(f"{matrix.ROOMS}{ROOM}/messages?" + urlencode({"dir": "b"} | query), None, user)[1]


def redact(send: Send, identity: str, user: dict[str, str] = SENDER) -> Reply:
    return send(f"{matrix.ROOMS}{ROOM}/redact/{quote(identity, safe='')}/r1", "{}", user, "PUT")


def test_a_matrix_event_is_sent_read_and_redacted() -> None:
    """Whoever sends the same transaction again gets the same id, and posts nothing."""
    replica = Matrix(**WORDS)
    with asking(replica) as send:
        status, told, _ = put(send, "好文", "t1")
        assert (status, list(told)) == (200, ["event_id"])
        assert put(send, "别的", "t1")[1] == told
        shown = event(send, told["event_id"])[1]
        assert (shown["content"]["body"], shown["type"]) == ("好文", "m.room.message")
        assert "transaction_id" not in shown["unsigned"]
        assert event(send, told["event_id"], SENDER)[1]["unsigned"]["transaction_id"] == "t1"
        assert redact(send, told["event_id"], READER)[1]["errcode"] == "M_FORBIDDEN"
        assert replica.left() == ["好文"]
        assert redact(send, told["event_id"])[0] == 200
        shown = event(send, told["event_id"])[1]
        assert shown["content"] == {}
        assert shown["unsigned"]["redacted_because"]["redacts"] == told["event_id"]
    assert replica.left() == []


def test_matrix_lists_events_of_all_kinds_by_pages() -> None:
    """The last page is the one without an end; an empty one need not be."""
    with asking(Matrix()) as send:
        for number in range(3):
            put(send, f"文{number}", f"t{number}")
        first = timeline(send, limit=2)
        assert [one["content"]["body"] for one in first["chunk"]] == ["文2", "文1"]
        second = timeline(send, limit=2, **{"from": first["end"]})
        assert [one["type"] for one in second["chunk"]] == ["m.room.message", "m.room.member"]
        wanted = json.dumps({"types": ["m.room.message"]})
        last = timeline(send, limit=2, filter=wanted, **{"from": second["end"]})
        assert (last["chunk"], "end" in last) == ([], False)
        assert timeline(send, dir="x")["errcode"] == "M_INVALID_PARAM"
        assert send(f"{matrix.ROOMS}{ROOM}/messages", None, READER)[1]["errcode"] == "M_MISSING_PARAM"


def test_matrix_refuses_a_hard_word_redacts_a_soft_one_and_hides_a_dropped_one() -> None:
    """A refusal is 403 M_FORBIDDEN, as many other things are; its author still sees what is hidden."""
    replica = Matrix(**WORDS)
    with asking(replica) as send:
        status, told, _ = put(send, "坏词一号", "t1")
        assert (status, told) == (403, {"errcode": "M_FORBIDDEN", "error": replica.refusal})
        soft, hidden = (
            put(send, text, f"t{n + 2}")[1]["event_id"] for n, text in enumerate(("疑词", "静词"))
        )
        assert event(send, soft)[1]["unsigned"]["redacted_because"]["sender"] == matrix.MODERATOR
        assert (event(send, hidden)[0], event(send, hidden, SENDER)[0]) == (404, 200)
        assert replica.reader_sees() == []
        assert replica.left() == ["静词"]
        assert redact(send, hidden)[0] == 200
    assert replica.left() == []


@pytest.mark.parametrize(
    ("user", "changed", "status", "code"),
    [
        ({}, {}, 401, "M_MISSING_TOKEN"),
        ({"Authorization": "Bearer x"}, {}, 401, "M_UNKNOWN_TOKEN"),
        (SENDER, {"body": 1}, 400, "M_UNKNOWN"),
        (SENDER, {"body": "文" * 65_001}, 413, "M_TOO_LARGE"),
    ],
)
def test_matrix_demands_a_token_and_a_text(
    user: dict[str, str], changed: dict[str, Any], status: int, code: str
) -> None:
    """By an `errcode` each."""
    with asking(Matrix()) as send:
        found, told, _ = put(send, "好文", "t1", user, **changed)
        assert (found, told["errcode"]) == (status, code)
        assert send(f"{matrix.ROOMS}!x/messages?dir=b", None, SENDER)[0] == 403
        assert put(send, "好文", "t/2")[0] == 404


@pytest.mark.parametrize("trouble", Matrix.troubles)
def test_the_troubles_of_matrix(trouble: str) -> None:
    """One who is ignored is told of success, each time of the same one."""
    replica = Matrix(trouble=trouble)
    with asking(replica) as send:
        status, told, headers = put(send, "好文", "t1")
        if trouble == "shadow-ban":
            assert put(send, "好文", "t1")[1] == told
            assert event(send, told["event_id"])[0] == 404
            assert event(send, told["event_id"], SENDER)[0] == 404
        elif trouble == "muted":
            assert (status, told["errcode"], timeline(send)["chunk"] != []) == (403, "M_FORBIDDEN", True)
        else:
            assert (status, told["errcode"], told["error"]) == matrix.TROUBLES[trouble]
            assert told.get("soft_logout") == {"login": True, "token-error": False}.get(trouble)
            assert headers["retry-after"] == ("2" if trouble == "rate-limit" else None)
    assert replica.left() == []


# Mastodon


WRITER = {"Authorization": "Bearer replica-sender-token"}
FOLLOWED = {"Authorization": "Bearer replica-reader-token"}
STATUSES = "/api/v1/statuses"


def toot(send: Send, text: str, key: str = "", **changed: str) -> Reply:
    fields = {"status": text, "visibility": "direct"} | changed
    return send(STATUSES, urlencode(fields), WRITER | FORM | ({"Idempotency-Key": key} if key else {}))


def test_a_status_is_written_read_and_deleted() -> None:
    """It is HTML, in which a mention is a link. What is direct is there for those alone who are mentioned."""
    replica = Mastodon(**WORDS)
    with asking(replica) as send:
        code, told, headers = toot(send, "@reader 好文 <&>")
        assert (code, headers["x-ratelimit-limit"]) == (200, "300")
        assert told["content"].startswith('<p><span class="h-card" translate="no"><a href=')
        assert told["content"].endswith(" 好文 &lt;&amp;&gt;</p>")
        where = f"{STATUSES}/{told['id']}"
        assert [send(where, None, user)[0] for user in (FOLLOWED, WRITER, None)] == [200, 200, 404]
        assert send("/api/v1/conversations", None, FOLLOWED)[1][0]["last_status"]["id"] == told["id"]
        (mention,) = send("/api/v1/notifications?types[]=mention", None, FOLLOWED)[1]
        assert mention["status"]["id"] == told["id"]
        assert send(where, None, FOLLOWED, "DELETE")[0] == 404
        deleted = send(where, None, WRITER, "DELETE")[1]
        assert (deleted["text"], "content" in deleted) == ("@reader 好文 <&>", False)
        assert send(where, None, FOLLOWED)[1] == {"error": "Record not found"}
    assert replica.left() == []


def test_mastodon_refuses_masks_and_hides() -> None:
    """A direct one that mentions nobody has no reader."""
    replica = Mastodon(**WORDS)
    with asking(replica) as send:
        refused = toot(send, "@reader 坏词一号")
        assert (refused[0], refused[1]["error"]) == (422, replica.refusal)
        assert "**" in toot(send, "@reader 疑词")[1]["content"]
        hidden = toot(send, "@reader 静词")[1]["id"]
        alone = toot(send, "好文")[1]["id"]
        assert [send(f"{STATUSES}/{one}", None, FOLLOWED)[0] for one in (hidden, alone)] == [404, 404]
        assert send(f"{STATUSES}/{hidden}", None, WRITER)[0] == 200
    assert replica.reader_sees() == ["@reader **"]
    assert len(replica.left()) == 3


def test_mastodon_remembers_a_key_for_an_hour() -> None:
    """What was deleted meanwhile is not made anew."""
    clock = Clock()
    replica = Mastodon(clock=clock)
    with asking(replica) as send:
        first = toot(send, "一", "k1")[1]["id"]
        assert toot(send, "二", "k1")[1]["id"] == first
        send(f"{STATUSES}/{first}", None, WRITER, "DELETE")
        assert toot(send, "一", "k1")[0] == 404
        clock.now += mastodon.KEPT + 1
        assert toot(send, "一", "k1")[1]["id"] != first


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({"status": " "}, "Validation failed: Text can't be blank"),
        ({"status": "文" * 501}, "Validation failed: Text character limit of 500 exceeded"),
        ({"visibility": "secret"}, "Validation failed: Visibility is not included in the list"),
    ],
)
def test_mastodon_says_what_is_wrong_with_a_status(changed: dict[str, str], wrong: str) -> None:
    """With 422."""
    with asking(Mastodon()) as send:
        assert toot(send, "好文", **changed)[:2] == (422, {"error": wrong})
        assert send(STATUSES, "status=x", FORM)[:2] == (401, {"error": "The access token is invalid"})
        assert send(STATUSES, "{", WRITER | JSON)[0] == 400


def test_mastodon_writes_html() -> None:
    """Addresses, tags and breaks too."""
    assert html_of("一\n二\n\n三", ()) == "<p>一<br />二</p><p>三</p>"
    assert html_of('"it\'s"', ()) == "<p>&quot;it&#39;s&quot;</p>"
    assert 'class="mention hashtag" rel="tag">#<span>标签</span></a>' in html_of("#标签", ())
    assert '<span class="invisible">https://</span>' in html_of("https://a.example", ())


@pytest.mark.parametrize("trouble", Mastodon.troubles)
def test_the_troubles_of_mastodon(trouble: str) -> None:
    """Of one who is ignored the mentioned are not told, yet by its id the status is there."""
    with asking(Mastodon(trouble=trouble)) as send:
        code, told, headers = toot(send, "@reader 好文")
        if trouble == "shadow-ban":
            assert send("/api/v1/conversations", None, FOLLOWED)[1] == []
            assert send(f"{STATUSES}/{told['id']}", None, FOLLOWED)[0] == 200
        else:
            assert (code, told["error"]) == mastodon.TROUBLES[trouble]
            assert headers["x-ratelimit-remaining"] == ("0" if trouble == "rate-limit" else "299")
            assert headers["x-ratelimit-reset"].endswith("000Z")
