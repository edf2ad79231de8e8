"""The replicas of Slack and Zulip answer as those platforms document."""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.replicas import slack, zulip
from tests.replicas.plain import FORM, JSON, WORDS, Clock, Reply, Send, asking
from tests.replicas.slack import Slack, written
from tests.replicas.zulip import Zulip, html_of

# Slack


UTF_8 = {"Content-Type": "application/json; charset=utf-8"}
APP = {"Authorization": f"Bearer {Slack.sender_token}"}
OTHER = {"Authorization": f"Bearer {Slack.reader_token}"}


def post(send: Send, text: Any, **changed: Any) -> Any:
    body = json.dumps({"channel": Slack.channel, "text": text} | changed)
    status, told, _ = send("/api/chat.postMessage", body, UTF_8 | APP)
    assert status == 200
    return told


def history(send: Send, **query: Any) -> Any:
    given = urlencode({"channel": Slack.channel} | query)
    return send(f"/api/conversations.history?{given}", None, OTHER)[1]


def erase(send: Send, ts: str, app: dict[str, str] = APP) -> Any:
    return send("/api/chat.delete", urlencode({"channel": Slack.channel, "ts": ts}), FORM | app)[1]


def test_slack_says_yes_and_no_within_200() -> None:
    """Another app finds a message by its `ts`, if it asks for the bounds themselves."""
    replica = Slack(**WORDS)
    with asking(replica) as send:
        told = post(send, "好文")
        assert (told["ok"], told["message"]["text"], told["channel"]) == (True, "好文", Slack.channel)
        exact = {"latest": told["ts"], "limit": 1}
        (found,) = history(send, **exact, inclusive="true")["messages"]
        assert (found["ts"], found["text"], found["type"]) == (told["ts"], "好文", "message")
        assert history(send, **exact)["messages"][0]["subtype"] == "channel_join"
        assert history(send, oldest=told["ts"])["messages"] == []
        assert erase(send, told["ts"], OTHER) == {"ok": False, "error": "cant_delete_message"}
        assert erase(send, told["ts"])["ok"]
        assert erase(send, told["ts"]) == {"ok": False, "error": "message_not_found"}
        assert [one["ts"] for one in history(send)["messages"]] == [slack.FIRST]
    assert replica.left() == []


def test_slack_gives_the_newest_first_and_says_whether_there_is_more() -> None:
    """To apps of strangers few at a time."""
    replica = Slack()
    with asking(replica) as send:
        for number in range(3):
            post(send, f"文{number}")
        first = history(send, limit=2)
        assert [one["text"] for one in first["messages"]] == ["文2", "文1"]
        assert (first["has_more"], "next_cursor" in first["response_metadata"]) == (True, True)
        assert history(send)["has_more"] is False
        assert history(send, limit=1000)["error"] == "invalid_limit"
        replica.newest = 1
        assert len(history(send, limit=3)["messages"]) == 1


def test_slack_refuses_no_text_and_looks_at_it_afterwards() -> None:
    """A hard word is hidden behind a tombstone or gone, a soft one edited by whoever prevents losses."""
    replica = Slack(**WORDS)
    with asking(replica) as send:
        hidden, edited, gone = (post(send, f"{word} 记") for word in ("坏词一号", "疑词", "静词"))
        assert hidden["message"]["text"] == "坏词一号 记"
        shown = {one["ts"]: one for one in history(send)["messages"]}
        assert shown[hidden["ts"]]["subtype"] == "tombstone"
        assert "坏词一号" not in shown[hidden["ts"]]["text"]
        assert (shown[edited["ts"]]["text"], "edited" in shown[edited["ts"]]) == ("** 记", True)
        assert gone["ts"] not in shown
        assert erase(send, hidden["ts"])["error"] == "message_not_found"
        replica.hides_by = "deletion"
        later = post(send, "坏词一号")
        assert later["ts"] not in {one["ts"] for one in history(send)["messages"]}
    assert replica.left() == ["** 记"]


def test_slack_writes_three_characters_as_entities() -> None:
    """And addresses in brackets; what was written so already stays."""
    assert written("a < b & c > d") == "a &lt; b &amp; c &gt; d"
    assert written("&amp; <@U1> <https://a.example|x>") == "&amp; <@U1> <https://a.example|x>"
    assert written("看 https://a.example/?b=1&c=2 了") == "看 <https://a.example/?b=1&amp;c=2> 了"


@pytest.mark.parametrize(
    ("body", "headers", "error"),
    [
        ('{"channel": "C0REPLICA1", "text": " "}', UTF_8 | APP, "no_text"),
        ('{"channel": "C1", "text": "x"}', UTF_8 | APP, "channel_not_found"),
        ('{"text": "x"}', UTF_8 | APP, "invalid_arguments"),
        ("{", UTF_8 | APP, "invalid_json"),
        ("[]", UTF_8 | APP, "json_not_object"),
        ("text=x", {"Content-Type": "text/xml"} | APP, "invalid_post_type"),
        ("text=x", APP, "missing_post_type"),
        ("{}", UTF_8, "not_authed"),
        ('{"token": "xoxb-replica-sender"}', UTF_8, "not_authed"),
        ("token=x", FORM, "invalid_auth"),
    ],
)
def test_slack_names_what_is_wrong(body: str, headers: dict[str, str], error: str) -> None:
    """In a word, at `error`."""
    with asking(Slack()) as send:
        status, told, _ = send("/api/chat.postMessage", body, headers)
        assert (status, told["ok"], told["error"]) == (200, False, error)
        assert send("/api/chat.post", None, APP)[1]["error"] == "unknown_method"


def test_slack_takes_a_form_and_warns_of_json_without_a_charset() -> None:
    """The token may stand in the form."""
    with asking(Slack()) as send:
        form = {"channel": Slack.channel, "text": "文", "token": Slack.sender_token}
        assert send("/api/chat.postMessage", urlencode(form), FORM)[1]["ok"]
        assert "warning" not in post(send, "文")
        body = json.dumps({"channel": Slack.channel, "text": "文" * 40_001})
        told = send("/api/chat.postMessage", body, JSON | APP)[1]
        assert (told["warning"], len(told["message"]["text"])) == ("missing_charset", 40_000)
        assert send("/api/auth.test", "", FORM | OTHER, "POST")[1]["user_id"] == "U0READER"


def test_an_export_keeps_what_was_written_on_slack() -> None:
    """Its author is told."""
    with asking(Slack(keeps=True)) as send:
        assert erase(send, post(send, "文")["ts"])["error"] == "compliance_exports_prevent_deletion"


@pytest.mark.parametrize("trouble", Slack.troubles)
def test_the_troubles_of_slack(trouble: str) -> None:
    """Only two have a status of their own. Where posting is forbidden, reading goes on."""
    with asking(Slack(trouble=trouble)) as send:
        status, told, headers = send(f"/api/conversations.history?channel={Slack.channel}", None, OTHER)
        if trouble in {"rate-limit", "history-rate-limit"}:
            assert (status, told["error"], headers["retry-after"]) == (429, "ratelimited", "30")
            assert trouble == "rate-limit" or post(send, "文")["ok"]
        elif trouble == "server-busy":
            assert (status, told[:6]) == (503, "<html>")
        elif trouble in slack.OF_POSTS:
            assert told["ok"]
            assert post(send, "文") == {"ok": False, "error": slack.OF_POSTS[trouble]}
        elif trouble == "swept":
            assert post(send, "文")["ok"]
            assert len(history(send)["messages"]) == 1
        else:
            assert told == {"ok": False} | slack.TROUBLES[trouble]
            assert post(send, "文") == told


def test_slack_may_have_posted_what_it_says_failed() -> None:
    """As it documents of internal errors."""
    replica = Slack(trouble="internal-error", half_done=True)
    with asking(replica) as send:
        assert post(send, "文") == {"ok": False, "error": "internal_error"}
    assert replica.left() == ["文"]


# Zulip


def as_user(name: str, key: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{name}:{key}".encode()).decode()}


SENDER = as_user(Zulip.sender, Zulip.sender_key)
READER = as_user(Zulip.reader, Zulip.reader_key)
MESSAGES = "/api/v1/messages"


def write(send: Send, content: str, user: dict[str, str] = SENDER, **changed: Any) -> Reply:
    fields = {"type": "direct", "to": f'["{Zulip.reader}"]', "content": content} | changed
    return send(MESSAGES, urlencode(fields), FORM | user)


def to_channel(send: Send, content: str, topic: str = "试") -> int:
    told = write(send, content, type="stream", to=Zulip.channel, topic=topic)[1]
    return int(told["id"])


def narrowed(send: Send, *terms: Any, user: dict[str, str] = READER, **query: Any) -> Any:
    given = {"anchor": "newest", "num_before": 10, "num_after": 0, "narrow": json.dumps(terms)} | query
    return send(f"{MESSAGES}?{urlencode(given)}", None, user)[1]


def test_a_direct_message_on_zulip_has_a_number_and_two_who_see_it() -> None:
    """As HTML, unless it is asked for as it was written."""
    replica = Zulip(**WORDS)
    with asking(replica) as send:
        status, told, headers = write(send, "好文 <&>\n")
        assert (status, told) == (200, {"result": "success", "msg": "", "id": 42})
        assert headers["x-ratelimit-limit"] == "200"
        where = f"{MESSAGES}/42"
        shown = send(where, None, READER)[1]
        assert (shown["message"]["content"], shown["raw_content"]) == (
            "<p>好文 &lt;&amp;&gt;</p>",
            "好文 <&>",
        )
        plain = send(f"{where}?apply_markdown=false", None, READER)[1]["message"]
        assert (plain["content"], plain["content_type"]) == ("好文 <&>", "text/x-markdown")
        assert send(where, None, READER, "DELETE")[1]["code"] == "BAD_REQUEST"
        assert send(where, None, SENDER, "DELETE")[1] == {"result": "success", "msg": ""}
        for method in ("GET", "DELETE"):
            status, told, _ = send(where, None, SENDER, method)
            assert (status, told["msg"], told["code"]) == (400, zulip.GONE, "BAD_REQUEST")
        write(send, "自语", to=json.dumps([Zulip.sender_id]))
        assert send(f"{MESSAGES}/43", None, READER)[0] == 400
    assert replica.reader_sees() == []
    assert replica.left() == ["自语"]


def test_zulip_takes_away_hard_words_and_has_no_other_censorship() -> None:
    """Unless an organisation builds it in."""
    replica = Zulip(**WORDS)
    with asking(replica) as send:
        numbers = [write(send, text)[1]["id"] for text in ("坏词一号", "静词", "疑词")]
        assert [send(f"{MESSAGES}/{one}", None, READER)[0] for one in numbers] == [400, 400, 200]
    assert replica.left() == ["疑词"]
    changed = Zulip(**WORDS, refusal="这些话不行", masks=True)
    with asking(changed) as send:
        assert write(send, "坏词一号")[1]["msg"] == "这些话不行"
        write(send, "疑词 记")
    assert changed.left() == ["** 记"]


def test_zulip_narrows() -> None:
    """The oldest first, around an anchor. A search knows whole words only."""
    with asking(Zulip()) as send:
        first = to_channel(send, "一 天气好", "甲")
        second = to_channel(send, "二 天气", "乙")
        third = write(send, "三 天气")[1]["id"]

        def found(*terms: Any, **query: Any) -> list[int]:
            return [one["id"] for one in narrowed(send, *terms, **query)["messages"]]

        assert found() == [first, second, third]
        assert found({"operator": "search", "operand": "天气"}) == [second, third]
        assert found(["channel", Zulip.channel], ["topic", "甲"]) == [first]
        assert found({"operator": "channel", "operand": Zulip.channel_id, "negated": True}) == [third]
        assert found(["dm", [Zulip.sender_id]]) == [third]
        assert found(["dm", [Zulip.reader_id]], user=SENDER) == [third]
        assert found(["dm", [Zulip.reader_id]]) == []
        assert found(["sender", Zulip.reader]) == []
        assert found(["id", second]) == [second]
        assert found(anchor=second, num_before=0, num_after=0) == [second]
        assert found(anchor="oldest", num_before=0, num_after=2) == [first, second]
        told = narrowed(send, num_before=1)
        assert (told["found_newest"], told["found_oldest"], told["found_anchor"]) == (True, False, False)
        assert narrowed(send, ["colour", "red"])["code"] == "BAD_NARROW"
        assert narrowed(send, num_before=5000, num_after=1)["result"] == "error"
        given = f"{MESSAGES}?anchor=newest&num_after=0"
        assert send(given, None, READER)[1]["var_name"] == "num_before"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"content": " "}, "BAD_REQUEST"),
        ({"type": "letter"}, "BAD_REQUEST"),
        ({"to": '["nobody@replica.example"]'}, "BAD_REQUEST"),
        ({"to": "[99]"}, "BAD_REQUEST"),
        ({"to": "[]"}, "BAD_REQUEST"),
        ({"type": "stream", "to": "nowhere", "topic": "x"}, "STREAM_DOES_NOT_EXIST"),
        ({"type": "stream", "to": Zulip.channel}, "BAD_REQUEST"),
    ],
)
def test_zulip_has_a_code_for_what_is_wrong(changed: dict[str, Any], code: str) -> None:
    """Mostly the same one. What is not sent as a form is not seen."""
    with asking(Zulip()) as send:
        status, told, _ = write(send, **({"content": "好文"} | changed))
        assert (status, told["result"], told["code"]) == (400, "error", code)
        told = send(MESSAGES, '{"type": "direct"}', JSON | SENDER)[1]
        assert (told["code"], told["var_name"]) == ("REQUEST_VARIABLE_MISSING", "type")


@pytest.mark.parametrize(
    ("user", "code"),
    [
        ({}, "UNAUTHORIZED"),
        ({"Authorization": "Bearer x"}, "UNAUTHORIZED"),
        (as_user(Zulip.sender, "short"), "INVALID_API_KEY"),
        (as_user(Zulip.reader, Zulip.sender_key), "INVALID_API_KEY"),
    ],
)
def test_zulip_wants_an_address_and_its_key(user: dict[str, str], code: str) -> None:
    """By HTTP Basic."""
    with asking(Zulip()) as send:
        status, told, headers = write(send, "好文", user)
        assert (status, told["code"]) == (401, code)
        assert headers["www-authenticate"] == 'Basic realm="zulip"'


def test_zulip_cuts_what_is_too_long_and_ends_what_may_be_deleted() -> None:
    """After ten minutes, if nothing else was set, or at once."""
    clock = Clock()
    replica = Zulip(clock=clock)
    with asking(replica) as send:
        number = write(send, "文" * 10_001)[1]["id"]
        assert replica.left()[0].endswith("文\n[message truncated]")
        assert len(replica.left()[0]) == zulip.LONGEST
        clock.now += zulip.DELETED_WITHIN + 1
        told = send(f"{MESSAGES}/{number}", None, SENDER, "DELETE")[1]
        assert told["msg"] == "The time limit for deleting this message has passed"
        replica.deletes = False
        number = write(send, "文")[1]["id"]
        assert "permission" in send(f"{MESSAGES}/{number}", None, SENDER, "DELETE")[1]["msg"]
    assert (
        html_of("一\n\nhttps://a.example")
        == '<p>一</p>\n<p><a href="https://a.example">https://a.example</a></p>'
    )
    assert html_of("二\n三") == "<p>二<br>\n三</p>"


@pytest.mark.parametrize("trouble", Zulip.troubles)
def test_the_troubles_of_zulip(trouble: str) -> None:
    """How long to wait is no whole number of seconds."""
    with asking(Zulip(trouble=trouble)) as send:
        status, told, headers = write(send, "好文")
        if trouble == "rate-limit":
            assert (status, told["code"], told["retry-after"]) == (429, "RATE_LIMIT_HIT", zulip.WAIT)
            assert (headers["retry-after"], headers["x-ratelimit-remaining"]) == (str(zulip.WAIT), "0")
        elif trouble == "server-busy":
            assert (status, told[:6]) == (502, "<html>")
        elif trouble == "not-allowed":
            assert (status, told["code"], told["msg"][:22]) == (400, "BAD_REQUEST", "Not authorized to send")
        elif trouble == "swept":
            assert (status, send(f"{MESSAGES}/{told['id']}", None, READER)[0]) == (200, 400)
        else:
            assert (status, told["code"], told["msg"]) == zulip.TROUBLES[trouble]
