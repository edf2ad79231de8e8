"""Mattermost: version 4 of the API, with the community's profanity filter as a plugin."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from tests.replicas.messenger import Message, Messenger, bearer, json_object
from tests.replicas.replica import Answer, Asked, html_answer, json_answer

ID = r"[a-z0-9]{26}"
POSTS = "/api/v4/posts"
ONE = re.compile(POSTS + r"/([^/]+)")
LIST = re.compile(r"/api/v4/channels/([^/]+)/posts")
KEPT = 30
"""Seconds for which a `pending_post_id` is remembered."""
LONGEST = 16_383
DISMISSED = "plugin.message_will_be_posted.dismiss_post"
MESSAGES = {
    "api.context.404.app_error": "Sorry, we could not find the page.",
    "api.context.invalid_body_param.app_error": "Invalid or missing {} in request body.",
    "api.context.invalid_url_param.app_error": "Invalid or missing {} parameter in request URL.",
    "api.context.permissions.app_error": "You do not have the appropriate permissions.",
    "api.context.session_expired.app_error": "Invalid or expired session, please login again.",
    "api.post.deduplicate_create_post.failed_to_get": "Failed to fetch original post after deduplicating a client "
    "repeating the same request.",
    "app.post.get.app_error": "Unable to get the post.",
    "app.post.save.app_error": "Unable to save the Post.",
    "model.post.is_valid.message_length.app_error": "Post Message property is longer than the maximum permitted "
    "length.",
}
"""What is said, by id; an id that is in no table is said itself."""


class _Refused(Exception):
    """Becomes an error in the form of the platform."""

    def __init__(self, status: int, identity: str, name: str = "") -> None:
        super().__init__(identity)
        said = MESSAGES.get(identity, identity).format(name) if name else MESSAGES.get(identity, identity)
        told = {"id": identity, "message": said, "detailed_error": "", "status_code": status}
        self.answer = json_answer(told | {"request_id": "k4fz1xbo1b8wjrtbyj1hzqz1wc"}, status=status)


@dataclass(kw_only=True)
class Mattermost(Messenger):
    """One channel of two. The filter refuses hard words and masks soft ones, though one of it does only either."""

    troubles: ClassVar[tuple[str, ...]] = (
        "rate-limit",
        "login",
        "server-busy",
        "server-error",
        "not-in-channel",
        "swept",
    )

    sender_token: str = "sendertokenofthereplica001"
    reader_token: str = "readertokenofthereplica001"
    channel: str = "channelofthereplica0000001"
    refuses_by: Literal["profanity", "dismissal"] = "profanity"
    """How a plugin refuses: with a reason that names the word, or so that its author's app shows nothing."""
    censor: str = r"\*"
    """What stands in place of each character: as it is set at first, an asterisk that markdown leaves alone."""
    _pending: dict[str, tuple[float, str]] = field(default_factory=dict)
    """By `pending_post_id`, when it was used and for which post."""

    def _answer(self, asked: Asked) -> Answer:
        if self.trouble == "server-busy":
            return html_answer("<html><head><title>503 Service Unavailable</title></head></html>", status=503)
        if self.trouble == "rate-limit":
            wait = (("x-ratelimit-limit", "101"), ("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "11"))
            kind = ("content-type", "text/plain; charset=utf-8")
            return Answer(status=429, headers=(kind, *wait, ("retry-after", "1")), body="limit exceeded\n")
        try:
            return self._do(asked)
        except _Refused as refused:
            return refused.answer

    def _do(self, asked: Asked) -> Answer:
        if asked.path == POSTS and asked.method == "POST":
            return self._create(asked, self._who(asked))
        routes: tuple[tuple[re.Pattern[str], str, str, Callable[..., Any]], ...] = (
            (ONE, "GET", "post_id", self._get),
            (ONE, "DELETE", "post_id", self._delete),
            (LIST, "GET", "channel_id", self._list),
        )
        for pattern, method, name, handler in routes:
            found = pattern.fullmatch(asked.path)
            if found and asked.method == method:
                user = self._who(asked)
                if not re.fullmatch(ID, found[1]):
                    raise _Refused(400, "api.context.invalid_url_param.app_error", name)
                return json_answer(handler(asked, user, found[1]))
        raise _Refused(404, "api.context.404.app_error")

    def _who(self, asked: Asked) -> str:
        known = {
            self.sender_token: "senderofthereplica00000001",
            self.reader_token: "readerofthereplica00000001",
        }
        user = known.get(bearer(asked) or "")
        if user is None or self.trouble == "login":
            raise _Refused(401, "api.context.session_expired.app_error")
        return user

    def _check_channel(self, channel: Any) -> None:
        """Of a channel that there is none of, and of one that is closed to them, people are told the same."""
        if channel != self.channel or self.trouble == "not-in-channel":
            raise _Refused(403, "api.context.permissions.app_error")

    def _create(self, asked: Asked, user: str) -> Answer:
        try:
            sent = json_object(asked)
        except ValueError:
            sent = None
        # what kind the body says it is of is not looked at
        if sent is None or not all(isinstance(one, str) for one in _texts(sent)):
            raise _Refused(400, "api.context.invalid_body_param.app_error", "post")
        self._check_channel(sent.get("channel_id", ""))
        text, pending = sent.get("message", ""), sent.get("pending_post_id", "")
        earlier = self._earlier(pending)
        if earlier is not None:
            return json_answer(self._shown(earlier), status=201)
        if self.trouble == "server-error":
            raise _Refused(500, "app.post.save.app_error")
        text = self._filter(text)
        if len(text) > LONGEST:
            raise _Refused(400, "model.post.is_valid.message_length.app_error")
        post = Message(
            id=f"post{len(self.messages):022d}",
            sender=user,
            place=self.channel,
            text=text,
            at=self.clock(),
        )
        self.messages.append(post)
        told = self._shown(post) | {"pending_post_id": pending}
        if pending:
            self._pending[pending] = self.clock(), post.id
        # a plugin that has it taken away comes after the answer
        post.gone = self.is_dropped(text)
        return json_answer(told, status=201)

    def _earlier(self, pending: str) -> Message | None:
        """The post that was made for the same `pending_post_id` a while ago."""
        at, identity = self._pending.get(pending, (0.0, ""))
        if not pending or self.clock() - at > KEPT:
            return None
        post = self.find(identity)
        if post is None or post.gone:
            raise _Refused(500, "api.post.deduplicate_create_post.failed_to_get")
        return post

    def _filter(self, text: str) -> str:
        hard = sorted({found[0] for word in self.hard for found in fitting(word).finditer(text)})
        if hard:
            said = f"Post rejected by plugin. Profane word not allowed: {', '.join(hard)}"
            raise _Refused(400, said if self.refuses_by == "profanity" else DISMISSED)
        for word in sorted(self.soft, key=len, reverse=True):
            text = fitting(word).sub(lambda found: self.censor * len(found[0]), text)
        return text

    def _seen(self, identity: str) -> Message:
        post = self.find(identity)
        if post is None or post.gone:
            raise _Refused(404, "app.post.get.app_error")
        self._check_channel(post.place)
        return post

    def _get(self, asked: Asked, user: str, identity: str) -> dict[str, Any]:
        return self._shown(self._seen(identity))

    def _delete(self, asked: Asked, user: str, identity: str) -> dict[str, Any]:
        post = self._seen(identity)
        if post.sender != user:
            raise _Refused(403, "api.context.permissions.app_error")
        post.gone = True
        return {"status": "OK"}

    def _list(self, asked: Asked, user: str, channel: str) -> dict[str, Any]:
        """The newest first. Those since a time are shown even if they were deleted, without their text."""
        self._check_channel(channel)
        query = asked.query()
        try:
            page, size = int(query.get("page", 0)), min(int(query.get("per_page", 60)), 200)
            since = int(query.get("since", 0))
        except ValueError:
            page, size, since = 0, 60, 0
        newest = self.messages[::-1]
        if since:
            chosen = [one for one in newest if one.at * 1000 > since]
        else:
            chosen = [one for one in newest if not one.gone][page * size : (page + 1) * size]
        posts = {one.id: self._shown(one) for one in chosen}
        return {"order": list(posts), "posts": posts, "next_post_id": "", "prev_post_id": ""}

    def _shown(self, post: Message) -> dict[str, Any]:
        at = int(post.at * 1000)
        return {
            "id": post.id,
            "create_at": at,
            "update_at": at,
            "edit_at": 0,
            "delete_at": at + 1 if post.gone else 0,
            "is_pinned": False,
            "user_id": post.sender,
            "channel_id": post.place,
            "root_id": "",
            "original_id": "",
            "message": "" if post.gone else post.text,
            "type": "",
            "props": {"disable_group_highlight": True},
            "hashtags": "",
            "pending_post_id": "",
            "reply_count": 0,
            "last_reply_at": 0,
            "participants": None,
            "metadata": {},
        }


def fitting(word: str) -> re.Pattern[str]:
    """Where the filter finds a word: an ASCII one by itself and in any case, any other wherever it stands."""
    pattern = re.escape(word)
    return re.compile(rf"\b{pattern}\b" if word.isascii() else pattern, re.IGNORECASE | re.ASCII)


def _texts(sent: dict[str, Any]) -> list[Any]:
    return [sent.get(name, "") for name in ("channel_id", "message", "pending_post_id")]
