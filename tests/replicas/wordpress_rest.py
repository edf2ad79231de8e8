"""The REST API of WordPress: how it reads parameters, what it says of a refusal, how it tells of a comment."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from tests.replicas.posts import Post
from tests.replicas.replica import Asked, json_answer

LIMITS = {"author_name": 245, "author_email": 100, "author_url": 200}
"""Characters; the content has 65,525 bytes."""


class RestError(Exception):
    """What the API says of a request that it refuses."""

    def __init__(self, status: int, code: str, message: str, **data: Any) -> None:
        super().__init__(code)
        told = {"code": code, "message": message, "data": {"status": status, **data}}
        self.answer = json_answer(told, status=status)


@dataclass(frozen=True, kw_only=True)
class User:
    """An account, with one application password."""

    id: int
    password: str
    """As the profile page shows it: in groups of four, of which the spaces do not count."""
    moderates: bool = False
    """Whether it is an editor or administrator: no word list, and no pause between comments, binds it."""


USERS = {
    "probe-writer": User(id=7, password="abcd EFGH 1234 ijkl MNOP 5678"),
    "probe-editor": User(id=2, password="wxyz STUV 8765 qrst IJKL 4321", moderates=True),
}
Caller = tuple[str, User] | None
"""Who asks; None for anybody."""


def forbidden(caller: Caller) -> int:
    """The status of what this caller may not do."""
    return 401 if caller is None else 403


def bad_param(name: str, why: str) -> RestError:
    """What is said of a parameter with a value that there is not."""
    return RestError(400, "rest_invalid_param", f"Invalid parameter(s): {name}", params={name: why})


def number(query: Mapping[str, str], name: str, default: int, most: int | None) -> int:
    """A number from 1 on."""
    text = query.get(name, str(default))
    if not re.fullmatch(r"-?\d+", text):
        raise bad_param(name, f"{name} is not of type integer.")
    if not 1 <= int(text) <= (most or int(text)):
        limits = f"must be between 1 (inclusive) and {most} (inclusive)" if most else "must be 1 or more"
        raise bad_param(name, f"{name} {limits}")
    return int(text)


def body(asked: Asked) -> dict[str, Any]:
    """The fields of a body in JSON or of a form; a body of another kind is as good as none."""
    kind = asked.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json" and asked.body:
        try:
            sent = json.loads(asked.body)
        except ValueError:
            why = {"json_error_code": 4, "json_error_message": "Syntax error"}
            raise RestError(400, "rest_invalid_json", "Invalid JSON body passed.", **why) from None
        return sent if isinstance(sent, dict) else {}
    is_form = kind == "application/x-www-form-urlencoded" and asked.body.isascii()
    return dict(asked.form()) if is_form else {}


def content(sent: Any) -> str:
    """The text of a comment, a string or an object with `raw` in it."""
    text = sent.get("raw") if isinstance(sent, dict) else sent
    if not isinstance(text, str) or text in {"", "0"}:
        raise RestError(400, "rest_comment_content_invalid", "Invalid comment content.")
    return text


def check_author(about: Mapping[str, str], text: str) -> None:
    """Refuse a comment whose author is not named, or of which something is too long."""
    if not (about["author_name"] and about["author_email"]):
        said = "Creating a comment requires valid author name and email values."
        raise RestError(400, "rest_comment_author_data_required", said)
    long = [name for name, most in LIMITS.items() if len(about[name]) > most]
    long += ["content"] if len(text.encode()) > 65525 else []
    if long:
        code = f"comment_{long[0].removesuffix('_name')}_column_length"
        raise RestError(400, code, "Comment field exceeds maximum length allowed.")


def is_listed(post: Post, status: str) -> bool:
    """Whether a list of comments with this status has this one in it."""
    if status == "approve":
        return post.place == "shown"
    return status in {"all", post.about["status"]} and post.place != "dropped"


def rendered(text: str) -> str:
    """A text as it stands on the site: without tags, with the signs of printers, in paragraphs."""
    text = escape(re.sub(r"</?[A-Za-z][^<>]*>", "", text), quote=False)
    text = re.sub(r'"([^"]*)"', "&#8220;\\1&#8221;", text).replace("'", "&#8217;").replace("...", "&#8230;")
    parts = [part.replace("\n", "<br />\n") for part in re.split(r"\n{2,}", text.strip())]
    return "".join(f"<p>{part}</p>\n" for part in parts)


def told(post: Post, *, edits: bool = False) -> dict[str, Any]:
    """A comment as the API tells of it; more to those who edit comments."""
    about, when = post.about, time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(post.at))
    raw = {"raw": post.text} if edits else {}
    return {
        "id": int(post.id),
        "post": about["post"],
        "parent": 0,
        "author": int(about["user"]),
        "author_name": about["author_name"],
        "author_url": about["author_url"],
        **({"author_email": about["author_email"]} if edits else {}),
        "date": when,
        "date_gmt": when,
        "content": {"rendered": rendered(post.shown), **raw},
        "link": f"http://localhost/?p={about['post']}#comment-{post.id}",
        "status": about["status"],
        "type": "comment",
        "meta": [],
    }
