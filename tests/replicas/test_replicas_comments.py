"""The replicas of sites with comments answer as WordPress' source and Django's comments app say."""

from __future__ import annotations

import base64
import json
import re
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.replicas import comment_form
from tests.replicas.comment_form import CommentForm
from tests.replicas.plain import FORM, JSON, WORDS, Clock, Reply, Send, asking
from tests.replicas.replica import Asked
from tests.replicas.wordpress import WordPress

COMMENTS = "/wp-json/wp/v2/comments"
WRITER = {"author_name": "读者", "author_email": "reader@example.invalid"}


def as_user(name: str, password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()}


BY_WRITER = as_user("probe-writer", "abcd EFGH 1234 ijkl MNOP 5678")
BY_EDITOR = as_user("probe-editor", "wxyzSTUV8765qrstIJKL4321")


def comment(send: Send, text: str, user: dict[str, str] | None = None, **changed: Any) -> Reply:
    body = json.dumps({"post": 1, "content": text, **WRITER, **changed})
    return send(COMMENTS, body, JSON | (BY_WRITER if user is None else user))


@pytest.mark.parametrize(
    ("text", "status", "is_shown"),
    [
        ("好文", "approved", True),
        ("含坏词一号", "trash", False),
        ("含疑词", "hold", False),
        ("含静词", "approved", False),
    ],
)
def test_every_comment_is_answered_by_201(text: str, status: str, is_shown: bool) -> None:
    """What became of it stands in `status`, and on the site."""
    replica = WordPress(**WORDS)
    with asking(replica) as send:
        code, told, headers = comment(send, text)
        assert (code, told["status"]) == (201, status)
        assert headers["location"].endswith(f"{COMMENTS}/{told['id']}")
        assert "author_email" not in told
        listed = send(f"{COMMENTS}?post=1&per_page=100&order=desc")[1]
        assert [one["id"] for one in listed] == ([told["id"]] if is_shown else [])
        code, shown, _ = send(f"{COMMENTS}/{told['id']}")
        assert (code, shown.get("code")) == ((200, None) if is_shown else (401, "rest_cannot_read"))
    assert replica.left() == [text]


def test_a_site_without_a_trash_calls_it_spam() -> None:
    """`EMPTY_TRASH_DAYS` of 0."""
    with asking(WordPress(trash="spam", **WORDS)) as send:
        assert comment(send, "坏词一号")[1]["status"] == "spam"


def test_no_word_list_binds_an_editor_who_names_no_author() -> None:
    """With an author's name it does, whoever logged in: else a run by an administrator would find nothing."""
    with asking(WordPress(**WORDS)) as send:
        body = json.dumps({"post": 1, "content": "坏词一号"})
        assert send(COMMENTS, body, JSON | BY_EDITOR)[1]["status"] == "approved"
        assert comment(send, "坏词一号二", BY_EDITOR)[1]["status"] == "trash"


def test_a_word_filter_shows_asterisks() -> None:
    """The text is HTML, with the signs of printers."""
    with asking(WordPress(masks=True, **WORDS)) as send:
        comment(send, 'A "疑词" & <b>it\'s</b>\n\n二')
        rendered = send(COMMENTS)[1][0]["content"]
        assert rendered == {"rendered": "<p>A &#8220;**&#8221; &amp; it&#8217;s</p>\n<p>二</p>\n"}


def test_a_comment_is_taken_away_by_an_editor_only() -> None:
    """Without `force` it lies in the trash, once."""
    replica = WordPress()
    with asking(replica) as send:
        number = comment(send, "好文")[1]["id"]
        target, delete = f"{COMMENTS}/{number}?force=true", {"X-HTTP-Method-Override": "DELETE"}
        refused = [send(target, "x", delete | one)[:2] for one in ({}, BY_WRITER)]
        assert [(code, told["code"]) for code, told in refused] == [
            (401, "rest_cannot_delete"),
            (403, "rest_cannot_delete"),
        ]
        soft = f"{COMMENTS}/{number}?_method=DELETE"
        assert send(soft, "x", BY_EDITOR)[1]["status"] == "trash"
        assert send(soft, "x", BY_EDITOR)[:1] == (410,)
        assert replica.left() == ["好文"]
        code, told, _ = send(target, "x", delete | BY_EDITOR)
        assert (code, told["deleted"], told["previous"]["content"]["raw"]) == (200, True, "好文")
        assert send(target, "x", delete | BY_EDITOR)[1]["code"] == "rest_comment_invalid_id"
    assert replica.left() == []
    about: dict[str, Any] = {"post": 1, "status": "approved", "user": "0", "author_url": "", **WRITER}
    number = replica.put("x", at=0.0, **about).id
    plain = Asked(method="DELETE", target=f"{COMMENTS}/{number}?force=1", headers=_low(BY_EDITOR), body=b"")
    answer = replica.answer(plain)
    assert answer is not None
    assert answer.status == 200


def _low(headers: dict[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


@pytest.mark.parametrize(
    ("changed", "user", "status", "code"),
    [
        ({}, {}, 401, "rest_comment_login_required"),
        ({}, as_user("nobody", "x"), 401, "invalid_username"),
        ({}, as_user("probe-writer", "wrong"), 401, "incorrect_password"),
        ({"post": 2}, BY_WRITER, 403, "rest_comment_invalid_post_id"),
        ({"content": ""}, BY_WRITER, 400, "rest_comment_content_invalid"),
        ({"content": {"raw": 1}}, BY_WRITER, 400, "rest_comment_content_invalid"),
        ({"author_email": ""}, BY_WRITER, 400, "rest_comment_author_data_required"),
        ({"author_email": "nobody"}, BY_WRITER, 400, "rest_invalid_param"),
        ({"author_name": "x" * 246}, BY_WRITER, 400, "comment_author_column_length"),
        ({"content": "文" * 21842}, BY_WRITER, 400, "comment_content_column_length"),
        ({"status": "approved"}, BY_WRITER, 403, "rest_comment_invalid_status"),
    ],
)
def test_wordpress_refuses(changed: dict[str, Any], user: dict[str, str], status: int, code: str) -> None:
    """In its one form: code, message, and the status once more."""
    replica = WordPress()
    with asking(replica) as send:
        got, told, _ = comment(send, "好文", user, **changed)
    assert (got, told["code"], told["data"]["status"]) == (status, code, status)
    assert told["message"]
    assert replica.left() == []


def test_wordpress_refuses_repetition_and_haste() -> None:
    """The pause is 15 seconds on a site as it is installed; an editor needs none."""
    clock = Clock()
    with asking(WordPress(pause=15.0, clock=clock)) as send:
        assert comment(send, "好文")[0] == 201
        assert comment(send, "好文")[:1] == (409,)
        code, told, _ = comment(send, "另文")
        assert (code, told["code"]) == (400, "comment_flood")
        assert comment(send, "另文", BY_EDITOR)[0] == 201
        clock.now += 16
        assert comment(send, "三文")[0] == 201


def test_wordpress_takes_forms_and_strangers_where_it_is_told_to() -> None:
    """A body of another kind is as good as none; broken JSON is said to be."""
    with asking(WordPress(anonymous=True)) as send:
        fields = urlencode({"post": 1, "content": "好文", **WRITER})
        assert send(COMMENTS, fields, FORM)[0] == 201
        assert send("/?rest_route=/wp/v2/comments", fields, FORM)[0] == 409
        assert (
            send(COMMENTS, fields, {"Content-Type": "text/plain"})[1]["code"]
            == "rest_comment_invalid_post_id"
        )
        assert send(COMMENTS, "{", JSON)[1]["code"] == "rest_invalid_json"
        assert send(COMMENTS + "s")[1]["code"] == "rest_no_route"


def test_a_list_of_comments_has_its_limits() -> None:
    """And is told about to nobody but editors where it is of others than the approved."""
    replica = WordPress(**WORDS)
    with asking(replica) as send:
        for text in ("一", "二", "疑词"):
            comment(send, text)
        assert [one["content"]["rendered"] for one in send(f"{COMMENTS}?order=asc")[1]] == [
            "<p>一</p>\n",
            "<p>二</p>\n",
        ]
        _, listed, headers = send(f"{COMMENTS}?post=1&per_page=1")
        assert ([one["id"] for one in listed], headers["x-wp-total"]) == ([102], "2")
        assert send(f"{COMMENTS}?post=9")[1] == []
        for query in ("per_page=101", "per_page=x", "order=up", "post=x"):
            assert send(f"{COMMENTS}?{query}")[1]["code"] == "rest_invalid_param"
        assert send(f"{COMMENTS}?status=hold")[:1] == (401,)
        assert len(send(f"{COMMENTS}?status=hold", None, BY_EDITOR)[1]) == 1
        replica.release()
        assert len(send(COMMENTS)[1]) == 3


@pytest.mark.parametrize(
    ("trouble", "status"),
    [("flood", 400), ("closed", 403), ("login", 401), ("limiter", 429), ("maintenance", 503)],
)
def test_the_troubles_of_wordpress(trouble: str, status: int) -> None:
    """Each has its status."""
    with asking(WordPress(trouble=trouble)) as send:
        assert comment(send, "好文")[0] == status
    assert trouble in WordPress.troubles


def test_a_new_author_is_held() -> None:
    """As WordPress is installed."""
    with asking(WordPress(first_held=True)) as send:
        assert comment(send, "好文")[1]["status"] == "hold"


# A form of comments


def fill(send: Send, text: str, cookie: str | None = None, **changed: str | None) -> Reply:
    _, page, headers = send("/page/")
    hidden = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page)
    fields = dict(hidden) | {
        "name": "读者",
        "email": "reader@example.invalid",
        "comment": text,
        "honeypot": "",
    }
    fields |= changed
    held = headers.get("set-cookie", "").partition(";")[0] if cookie is None else cookie
    sent = urlencode({name: value for name, value in fields.items() if value is not None})
    return send("/comments/post/", sent, FORM | {"Cookie": held})


def on_page(send: Send) -> list[str]:
    return re.findall(r'<div class="text">(.*?)</div>', send("/page/")[1])


@pytest.mark.parametrize(
    ("text", "shown"), [("好文 <b>", ["好文 &lt;b&gt;"]), ("含疑词", []), ("含静词", [])]
)
def test_a_comment_that_is_taken_leads_away(text: str, shown: list[str]) -> None:
    """Whether it is on the page is another question."""
    replica = CommentForm(**WORDS)
    with asking(replica) as send:
        status, _, headers = fill(send, text)
        assert (status, headers["location"]) == (302, "/comments/posted/?c=1")
        assert "感谢" in send(headers["location"])[1]
        assert on_page(send) == shown
        assert fill(send, text)[2]["location"] == "/comments/posted/?c=1"
    assert replica.left() == [text]


def test_a_comment_that_is_refused_comes_back_with_its_errors() -> None:
    """With 200, the word without its middle, and the form filled in: to be sent once more."""
    replica = CommentForm(**WORDS)
    with asking(replica) as send:
        status, page, _ = fill(send, "含坏词一号")
        assert status == 200
        assert '<ul class="errorlist"><li>请注意用语！这里不允许使用 &quot;坏--号&quot;。</li></ul>' in page
        assert "含坏词一号</textarea>" in page
        status, page, _ = fill(send, "好文", email="x", name="")
        assert (status, page.count("errorlist")) == (200, 2)
        assert "预览" in fill(send, "好文", preview="预览")[1]
    assert replica.left() == []


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"csrfmiddlewaretoken": None}, 403),
        ({"csrfmiddlewaretoken": "x" * 64}, 403),
        ({"cookie": ""}, 403),
        ({"cookie": "csrftoken=" + "y" * 32}, 403),
        ({"honeypot": "x"}, 400),
        ({"security_hash": "0" * 40}, 400),
        ({"timestamp": "1"}, 400),
        ({"object_pk": "2"}, 400),
        ({"content_type": None}, 400),
    ],
)
def test_a_form_of_somebody_elses_is_not_taken(changed: dict[str, Any], status: int) -> None:
    """Nor one in which something hidden was changed."""
    replica = CommentForm()
    with asking(replica) as send:
        assert fill(send, "好文", **changed)[0] == status
    assert replica.left() == []


def test_a_form_is_good_for_two_hours_and_from_its_own_page() -> None:
    """A browser says where it comes from; whoever says nothing is believed by token and cookie."""
    clock = Clock()
    replica = CommentForm(clock=clock)
    with asking(replica) as send:
        _, page, headers = send("/page/")
        fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
        fields |= {"name": "读者", "email": "a@example.invalid", "comment": "好文"}
        given = FORM | {"Cookie": headers["set-cookie"].partition(";")[0]}
        body = urlencode(fields)
        assert send("/comments/post/", body, given | {"Origin": "https://example.org"})[0] == 403
        clock.now += comment_form.LIFETIME + 1
        assert send("/comments/post/", body, given)[0] == 400
        clock.now -= 2
        assert send("/comments/post/", body, given)[0] == 302
        assert send("/comments/post/")[0] == 405


def test_a_page_that_masks_and_one_that_is_moderated() -> None:
    """What is approved later is on the page then, and what is dropped never."""
    with asking(CommentForm(masks=True, **WORDS)) as send:
        fill(send, "含疑词的文")
        assert on_page(send) == ["含**的文"]
    replica = CommentForm(moderated=True, **WORDS)
    with asking(replica) as send:
        assert fill(send, "好文")[0] == fill(send, "静词")[0] == 302
        assert on_page(send) == []
        replica.release()
        assert on_page(send) == ["好文"]


@pytest.mark.parametrize(
    ("trouble", "status", "sign"),
    [
        ("captcha", 200, "captcha"),
        ("login", 403, "登录"),
        ("closed", 403, "评论已关闭"),
        ("limiter", 429, "429"),
        ("maintenance", 503, "503"),
    ],
)
def test_the_troubles_of_a_form(trouble: str, status: int, sign: str) -> None:
    """Where there is no form, there is no token, and so no way to write."""
    with asking(CommentForm(trouble=trouble)) as send:
        assert sign in send("/page/")[1]
        assert fill(send, "好文")[0] == status
