"""Mastodon: statuses, conversations and notifications of one instance."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import escape
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

from tests.replicas.messenger import Message, Messenger, bearer, fields_of, mask, stars, whole
from tests.replicas.replica import Answer, Asked, json_answer

TROUBLES = {
    "token-error": (401, "The access token is invalid"),
    "login": (403, "Your login is currently disabled"),
    "rate-limit": (429, "Too many requests"),
    "server-busy": (503, "There was a temporary problem serving your request, please try again"),
}
VISIBILITIES = ("public", "unlisted", "private", "direct")
LIMIT = 300
KEPT = 3600
"""Seconds for which an `Idempotency-Key` is remembered."""
RESET = 300.0
"""Seconds until requests are counted anew."""
HOST = "https://replica.example"
MARKED = re.compile(r"(?<![\w/])@(\w+)(?:@replica\.example)?|(?<![\w/&])#(\w+)|https?://[^\s<]+")
NOT_FOUND = (404, "Record not found")


class _Refused(Exception):
    """Becomes an error in the form of the platform."""

    def __init__(self, status: int, error: str) -> None:
        super().__init__(error)
        self.wrong = status, error


@dataclass(kw_only=True)
class Mastodon(Messenger):
    """Two accounts: one writes and mentions, the other reads. Hard words are refused, soft ones masked."""

    troubles: ClassVar[tuple[str, ...]] = (*TROUBLES, "shadow-ban")

    sender_token: str = "replica-sender-token"
    reader_token: str = "replica-reader-token"
    sender: str = "sender"
    reader: str = "reader"
    refusal: str = "Validation failed: Text contains a word that is not allowed here"
    """What a hard word is refused with: an instance's own sentence, since Mastodon itself has none."""
    _keys: dict[tuple[str, str], Message] = field(default_factory=dict)
    """By account and `Idempotency-Key`."""

    def _answer(self, asked: Asked) -> Answer:
        if self.trouble in TROUBLES:
            return self._error(*TROUBLES[self.trouble])
        try:
            return json_answer(self._do(asked), headers=self._limits(LIMIT - 1))
        except _Refused as refused:
            return self._error(*refused.wrong)
        except ValueError:  # the body is not what it says
            return self._error(400, "There was a problem parsing the request")

    def _do(self, asked: Asked) -> Any:
        match asked.method, asked.path.split("/")[1:]:
            case "POST", ["api", "v1", "statuses"]:
                return self._post(asked, self._who(asked))
            case "GET", ["api", "v1", "statuses", identity]:
                user = None if bearer(asked) is None else self._who(asked)
                return self._shown(self._seen(identity, user))
            case "DELETE", ["api", "v1", "statuses", identity]:
                return self._delete(identity, self._who(asked))
            case "GET", ["api", "v1", "conversations"]:
                return self._conversations(asked, self._who(asked))
            case "GET", ["api", "v1", "notifications"]:
                return self._notifications(asked, self._who(asked))
        raise _Refused(*NOT_FOUND)

    def _who(self, asked: Asked) -> str:
        known = {self.sender_token: self.sender, self.reader_token: self.reader}
        user = known.get(bearer(asked) or "")
        if user is None:
            raise _Refused(401, "The access token is invalid")
        return user

    def _post(self, asked: Asked, user: str) -> dict[str, Any]:
        given = fields_of(asked)
        key = asked.headers.get("idempotency-key", "")
        earlier = self._keys.get((user, key)) if key else None
        if earlier is not None and self.clock() - earlier.at < KEPT:
            if earlier.gone:
                raise _Refused(*NOT_FOUND)
            return self._shown(earlier)
        text = given.get("status", "")
        visibility = given.get("visibility") or "public"
        if not isinstance(text, str) or not text.strip():
            raise _Refused(422, "Validation failed: Text can't be blank")
        if len(text) > 500:
            raise _Refused(422, "Validation failed: Text character limit of 500 exceeded")
        if visibility not in VISIBILITIES:
            raise _Refused(422, "Validation failed: Visibility is not included in the list")
        if self.is_hard(text):
            raise _Refused(422, self.refusal)
        status = Message(
            id=str(115_000_000_000_000_000 + 1000 * len(self.messages)),
            sender=user,
            place=visibility,
            text=mask(text.strip(), self.soft, stars),
            at=self.clock(),
            unseen=any(word in text for word in self.dropped),
            more={"quiet": self.trouble == "shadow-ban"},
        )
        self.messages.append(status)
        if key:
            self._keys[user, key] = status
        return self._shown(status)

    def reader_sees(self) -> list[str]:
        """Of direct ones, only those that mention the reader."""
        with self._lock:
            return [one.text for one in self.messages if self._may_see(one, self.reader)]

    def _may_see(self, status: Message, user: str | None) -> bool:
        if status.gone or (status.unseen and user != status.sender):
            return False
        if status.place in ("public", "unlisted"):
            return True
        # nobody follows anybody here
        return user is not None and (user == status.sender or user in self._mentioned(status))

    def _mentioned(self, status: Message) -> list[str]:
        names = [found[1] for found in MARKED.finditer(status.text) if found[1]]
        return [name for name in dict.fromkeys(names) if name in (self.sender, self.reader)]

    def _seen(self, identity: str, user: str | None) -> Message:
        status = self.find(identity)
        if status is None or not self._may_see(status, user):
            raise _Refused(*NOT_FOUND)
        return status

    def _delete(self, identity: str, user: str) -> dict[str, Any]:
        status = self._seen(identity, user)
        if status.sender != user:
            raise _Refused(*NOT_FOUND)
        status.gone = True
        shown = self._shown(status) | {"text": status.text}
        del shown["content"]
        return shown

    def _told(self, user: str) -> list[Message]:
        """What was brought before this user: the newest first. A limited account's mentions are not."""
        mentions = [one for one in self.messages if self._may_see(one, user) and user in self._mentioned(one)]
        return [one for one in reversed(mentions) if not one.more["quiet"]]

    def _conversations(self, asked: Asked, user: str) -> list[dict[str, Any]]:
        mine = [one for one in reversed(self.messages) if one.sender == user and not one.gone]
        direct = [one for one in (*self._told(user), *mine) if one.place == "direct"]
        shown = [
            {
                "id": str(400_000 + self.messages.index(one)),
                "unread": one.sender != user,
                "accounts": [self._account(name) for name in {one.sender, *self._mentioned(one)} - {user}],
                "last_status": self._shown(one),
            }
            for one in direct
        ]
        return shown[: _limit(asked, 20, 40)]

    def _notifications(self, asked: Asked, user: str) -> list[dict[str, Any]]:
        query = parse_qs(urlsplit(asked.target).query)
        types, unwanted = query.get("types[]"), query.get("exclude_types[]", [])
        mentions = [
            {
                "id": str(34_000 + self.messages.index(one)),
                "type": "mention",
                "created_at": self.iso(one.at),
                "group_key": f"ungrouped-{one.id}",
                "account": self._account(one.sender),
                "status": self._shown(one),
            }
            for one in self._told(user)
        ]
        follow = {"id": "33999", "type": "follow", "created_at": self.iso(0), "group_key": "ungrouped-33999"}
        told = [*mentions, {**follow, "account": self._account("somebody")}]
        wanted = [one for one in told if types is None or one["type"] in types]
        return [one for one in wanted if one["type"] not in unwanted][: _limit(asked, 40, 80)]

    def _account(self, name: str) -> dict[str, Any]:
        identity = str(100 + len(name))
        return {"id": identity, "username": name, "acct": name, "url": f"{HOST}/@{name}", "note": ""}

    def _shown(self, status: Message) -> dict[str, Any]:
        return {
            "id": status.id,
            "created_at": self.iso(status.at),
            "in_reply_to_id": None,
            "sensitive": False,
            "spoiler_text": "",
            "visibility": status.place,
            "language": "en",
            "uri": f"{HOST}/users/{status.sender}/statuses/{status.id}",
            "url": f"{HOST}/@{status.sender}/{status.id}",
            "content": html_of(status.text, (self.sender, self.reader)),
            "account": self._account(status.sender),
            "media_attachments": [],
            "mentions": [self._account(name) for name in self._mentioned(status)],
            "tags": [{"name": found[2]} for found in MARKED.finditer(status.text) if found[2]],
            "emojis": [],
            "card": None,
            "poll": None,
        }

    def _limits(self, remaining: int) -> tuple[tuple[str, str], ...]:
        reset = self.iso(self.clock() + RESET).replace("Z", "000Z")
        told = {"limit": str(LIMIT), "remaining": str(remaining), "reset": reset}
        return tuple((f"x-ratelimit-{name}", value) for name, value in told.items())

    def _error(self, status: int, error: str) -> Answer:
        remaining = 0 if status == 429 else LIMIT - 1
        return json_answer({"error": error}, status=status, headers=self._limits(remaining))


def _limit(asked: Asked, default: int, most: int) -> int:
    """How many are wanted; more than may be had are cut without a word."""
    return min(whole(asked.query().get("limit"), 0, 1_000_000, default), most)


def html_of(text: str, names: tuple[str, ...]) -> str:
    """A text as it is shown: escaped, in paragraphs, with mentions, tags and addresses as links."""

    def link(found: re.Match[str]) -> str:
        shown = found[0]
        if found[1] in names:
            inner = f'<a href="{HOST}/@{found[1]}" class="u-url mention">@<span>{found[1]}</span></a>'
            return f'<span class="h-card" translate="no">{inner}</span>'
        if found[2]:
            href = f'href="{HOST}/tags/{found[2]}" class="mention hashtag" rel="tag"'
            return f"<a {href}>#<span>{found[2]}</span></a>"
        if found[1]:
            return shown
        bare = shown.partition("://")
        hidden = f'<span class="invisible">{bare[0]}://</span><span class="">{bare[2]}</span>'
        return f'<a href="{shown}" rel="nofollow noopener" target="_blank">{hidden}</a>'

    escaped = MARKED.sub(link, escape(text).replace("&#x27;", "&#39;"))
    paragraphs = re.split(r"\n{2,}", escaped)
    return "".join(f"<p>{one}</p>".replace("\n", "<br />") for one in paragraphs)
