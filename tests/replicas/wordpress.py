"""WordPress: comments by its REST API, with the word lists that stand in its discussion settings."""

from __future__ import annotations

import base64
import binascii
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import parse_qsl, urlsplit

from tests.replicas.posts import Board, Place, Post
from tests.replicas.replica import Answer, Asked, html_answer, json_answer
from tests.replicas.wordpress_rest import (
    LIMITS,
    USERS,
    Caller,
    RestError,
    User,
    bad_param,
    body,
    check_author,
    content,
    forbidden,
    is_listed,
    number,
    told,
)

ROUTE = "/wp/v2/comments"
METHODS = {("GET", False), ("POST", False), ("GET", True), ("DELETE", True)}
"""What may be done with all comments, and with one."""
LOGIN = "Sorry, you must be logged in to comment."
MAINTENANCE = "<h1>Briefly unavailable for scheduled maintenance. Check back in a minute.</h1>"


@dataclass(kw_only=True)
class WordPress(Board):
    """One site with one post. `hard` are its disallowed words, `soft` its moderation words: both are answered by 201.

    It knows no word that a request is refused for, so what became of a comment stands in `status`, and on the site. Comments
    cannot be changed here, and files are not taken.
    """

    troubles = ("flood", "closed", "login", "limiter", "maintenance")
    first = 101

    post: int = 1
    """The id of the one post."""
    users: Mapping[str, User] = field(default_factory=lambda: dict(USERS))
    """By name."""
    anonymous: bool = False
    """Whether those without an account may write (the filter `rest_allow_anonymous_comments`)."""
    trash: Literal["trash", "spam"] = "trash"
    """Where disallowed comments go: `spam` on a site that keeps no trash."""
    first_held: bool = False
    """Whether who never had a comment approved is held, as on a new site."""
    pause: float = 0.0
    """Seconds between two comments of one author; WordPress itself has 15."""
    clock: Callable[[], float] = time.time

    def answer(self, asked: Asked) -> Answer | None:
        if self.trouble == "maintenance":
            return html_answer(MAINTENANCE, status=503, headers=(("retry-after", "600"),))
        if self.trouble == "limiter":
            return html_answer("<h1>Too Many Requests</h1>", status=429, headers=(("retry-after", "5"),))
        try:
            return self._rest(asked)
        except RestError as refused:
            return refused.answer

    def release(self) -> None:
        """A moderator approves what waits; what is disallowed stays where it is."""
        for post in self.kept():
            if post.about["status"] == "hold":
                post.place, post.about["status"] = "shown", "approved"

    def _rest(self, asked: Asked) -> Answer:
        query = dict(parse_qsl(urlsplit(asked.target).query, keep_blank_values=True))
        path = asked.path.removeprefix("/wp-json") if asked.path.startswith("/wp-json/") else ""
        route = (path or query.get("rest_route", "")).rstrip("/")
        method = asked.method
        if method == "POST":
            method = query.get("_method", asked.headers.get("x-http-method-override", "POST")).upper()
        found = re.fullmatch(ROUTE + r"(?:/(\d+))?", route)
        if not found or (method, bool(found[1])) not in METHODS:
            raise RestError(404, "rest_no_route", "No route was found matching the URL and request method.")
        caller = self._caller(asked.headers.get("authorization", ""))
        if found[1] is None:
            return self._list(query, caller) if method == "GET" else self._create(query | body(asked), caller)
        return (self._show if method == "GET" else self._delete)(found[1], query, caller)

    def _caller(self, header: str) -> Caller:
        """Other schemes than Basic are nobody's business here: who uses them is anybody."""
        if not header.startswith("Basic "):
            return None
        try:
            name, _, password = base64.b64decode(header[6:], validate=True).decode().partition(":")
        except (binascii.Error, ValueError):
            return None
        user = self.users.get(name)
        if user is None:
            said = "Error: The username is not registered on this site."
            raise RestError(401, "invalid_username", said)
        if re.sub(r"[^A-Za-z0-9]", "", password) != user.password.replace(" ", ""):
            said = "The provided password is an invalid application password."
            raise RestError(401, "incorrect_password", said)
        return name, user

    def _create(self, params: dict[str, Any], caller: Caller) -> Answer:
        user = caller[1] if caller else None
        email = str(params.get("author_email") or "")
        if email and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s.]+", email):
            raise bad_param("author_email", "Invalid email address.")
        if (user is None and not self.anonymous) or self.trouble == "login":
            raise RestError(401, "rest_comment_login_required", LOGIN)
        if "status" in params and not (user and user.moderates):
            said = "Sorry, you are not allowed to edit 'status' for comments."
            raise RestError(forbidden(caller), "rest_comment_invalid_status", said)
        if str(params.get("post")) != str(self.post):
            said = "Sorry, you are not allowed to create this comment without a post."
            raise RestError(403, "rest_comment_invalid_post_id", said)
        if self.trouble == "closed":
            raise RestError(403, "rest_comment_closed", "Sorry, comments are closed for this item.")
        about: dict[str, Any] = {name: str(params.get(name) or "") for name in LIMITS}
        # Who names an author writes as this author, whoever logged in: the word lists are for such a comment too.
        named = any(about.values())
        about |= {"user": "0" if named or not user else str(user.id), "post": self.post}
        if caller and not named:
            about |= {"author_name": caller[0], "author_email": f"{caller[0]}@example.invalid"}
        text = content(params.get("content"))
        check_author(about, text)
        self._check_repetition(about, text, user)
        return self._taken(about, text, user)

    def _check_repetition(self, about: dict[str, Any], text: str, user: User | None) -> None:
        by = [one for one in self.kept() if one.about["author_email"] == about["author_email"]]
        same = [one for one in by if one.about["author_name"] == about["author_name"] and one.text == text]
        if any(one.about["status"] != "trash" for one in same):
            said = "Duplicate comment detected; it looks as though you&#8217;ve already said that!"
            raise RestError(409, "comment_duplicate", said)
        is_fast = any(self.clock() - one.at < self.pause for one in by)
        if self.trouble == "flood" or (is_fast and not (user and user.moderates)):
            raise RestError(400, "comment_flood", "You are posting comments too quickly. Slow down.")

    def _taken(self, about: dict[str, Any], text: str, user: User | None) -> Answer:
        place: Place = self.place(text)
        status = {"shown": "approved", "held": "hold", "dropped": "approved"}[place]
        if about["user"] != "0" and user and user.moderates:
            status, place = "approved", "dropped" if place == "dropped" else "shown"
        elif self.is_hard(text):
            status, place = self.trash, "held"
        elif self.first_held:
            status, place = "hold", "held"
        post = self.put(text, at=self.clock(), place=place, **about, status=status)
        headers = (("location", f"/wp-json{ROUTE}/{post.id}"),)
        return json_answer(told(post, edits=bool(user and user.moderates)), status=201, headers=headers)

    def _list(self, query: dict[str, str], caller: Caller) -> Answer:
        size, page = number(query, "per_page", 10, 100), number(query, "page", 1, None)
        order = query.get("order", "desc")
        if order not in {"asc", "desc"}:
            raise bad_param("order", "order is not one of asc and desc.")
        wanted = [one for one in re.split(r"[,\s]+", query.get("post", "")) if one]
        if not all(one.isdigit() for one in wanted):
            raise bad_param("post", "post[0] is not of type integer.")
        edits = bool(caller and caller[1].moderates)
        status = query.get("status", "approve")
        if not edits and (status != "approve" or query.get("author_email")):
            name = "author_email" if query.get("author_email") else "status"
            said = f"Query parameter not permitted: {name}"
            raise RestError(forbidden(caller), "rest_forbidden_param", said)
        found = [one for one in self.kept() if is_listed(one, status)]
        found = [] if wanted and str(self.post) not in wanted else found
        found = [one for one in found if query.get("search", "") in one.text]
        found = found if order == "asc" else found[::-1]
        pages = -(-len(found) // size)
        headers = (("x-wp-total", str(len(found))), ("x-wp-totalpages", str(pages)))
        listed = [told(one) for one in found[(page - 1) * size : page * size]]
        return json_answer(listed, headers=headers)

    def _find(self, which: str) -> Post:
        found = self.posts.get(str(int(which)))
        # what is dropped is still in the database, and only a broken site or a plugin hides it from all
        if found is None:
            raise RestError(404, "rest_comment_invalid_id", "Invalid comment ID.")
        return found

    def _show(self, which: str, query: dict[str, str], caller: Caller) -> Answer:
        post = self._find(which)
        is_own = caller is not None and (caller[1].moderates or str(caller[1].id) == post.about["user"])
        if query.get("context") == "edit" and not (caller and caller[1].moderates):
            said = "Sorry, you are not allowed to edit comments."
            raise RestError(forbidden(caller), "rest_forbidden_context", said)
        if post.place != "shown" and not is_own:
            said = "Sorry, you are not allowed to read this comment."
            raise RestError(forbidden(caller), "rest_cannot_read", said)
        return json_answer(told(post, edits=query.get("context") == "edit"))

    def _delete(self, which: str, query: dict[str, str], caller: Caller) -> Answer:
        post = self._find(which)
        force = query.get("force", "false").lower()
        if force not in {"true", "false", "1", "0"}:
            raise bad_param("force", "force is not of type boolean.")
        if caller is None or not caller[1].moderates:
            said = "Sorry, you are not allowed to delete this comment."
            raise RestError(forbidden(caller), "rest_cannot_delete", said)
        if force in {"true", "1"}:
            self.take_away(post.id)
            return json_answer({"deleted": True, "previous": told(post, edits=True)})
        if post.about["status"] == "trash":
            raise RestError(410, "rest_already_trashed", "The comment has already been trashed.")
        post.about["status"], post.place = "trash", "held"
        return json_answer(told(post, edits=True))
