"""X, once Twitter: the search in the posts of the last seven days."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any, ClassVar

from tests.replicas.replica import Answer, Asked, Replica, json_answer

QUOTED = "微博：根据相关法律法规和政策，搜索结果未予显示。"
"""What people write about another platform: it says nothing about this one."""
POSTS = (
    "Reading about {} on the train this morning",
    "{}: ten photos from our archive",
    "Does anybody have a good book on {}?",
    "New on the blog: a short history of {}",
)
KNOWN = {"query", "max_results", "tweet.fields", "next_token"}


@dataclass(kw_only=True)
class XSearch(Replica):
    """api.x.com: for those with a bearer token; without results there is no `data` at all."""

    troubles: ClassVar[tuple[str, ...]] = ("rate-limit",)

    token: str | None = None
    """The one token that is good; None takes any."""
    wait: int = 900
    """Seconds until the limit of requests is set back."""

    def answer(self, asked: Asked) -> Answer | None:
        if asked.path != "/2/tweets/search/recent":
            return Answer(status=404)
        if asked.method != "GET" or not asked.target.isascii():
            return Answer(status=400)
        if not self._is_let_in(asked.headers.get("authorization", "")):
            return _problem(401, "Unauthorized", "Unauthorized")
        try:
            query = asked.query()
            most = int(query.get("max_results", "10"))
        except ValueError:  # as of a wrong encoding
            return Answer(status=400)
        if not query.get("query") or not 10 <= most <= 100 or query.keys() - KNOWN:
            return _problem(400, "Invalid Request", "One or more parameters to your request was invalid.")
        if self.trouble == "rate-limit":
            body = {"errors": [{"code": 88, "message": "Rate limit exceeded"}]}
            return json_answer(body, status=429, headers=self._limits(0))
        return json_answer(self._found(query["query"]), headers=self._limits(449))

    def _is_let_in(self, authorization: str) -> bool:
        scheme, _, token = authorization.partition(" ")
        return scheme == "Bearer" and (token == self.token if self.token else bool(token))

    def _limits(self, remaining: int) -> tuple[tuple[str, str], ...]:
        return (
            ("x-rate-limit-limit", "450"),
            ("x-rate-limit-remaining", str(remaining)),
            ("x-rate-limit-reset", str(int(time.time()) + self.wait)),
        )

    def _found(self, text: str) -> dict[str, Any]:
        """How a censored search looks is not known: it is answered like one without posts."""
        if self.is_hard(text) or not self.has_results(text):
            return {"meta": {"result_count": 0}}
        posts = [
            {"id": str(1990000000000000000 + number), "text": post.format(text)}
            for number, post in enumerate(POSTS)
        ]
        if len(text) % 2 == 0:
            posts[-1]["text"] += " " + QUOTED
        meta = {
            "result_count": len(posts),
            "newest_id": posts[-1]["id"],
            "oldest_id": posts[0]["id"],
            "next_token": "b26v89c19zqg8o3fr5t7",
        }
        return {"data": posts, "meta": meta}


def _problem(status: int, title: str, detail: str) -> Answer:
    body = {"title": title, "type": "about:blank", "status": status, "detail": detail}
    return json_answer(body, status=status)
