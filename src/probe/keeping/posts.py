"""Posts: messages from before they are sent until they are gone again, so that a later session can find and delete them."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from probe.errors import CouldNotRun, WrongUse
from probe.keeping.database import Database, decoded
from probe.model.post import Post, PostState

_LEFT = f"state <> '{PostState.GONE.value}'"
_KEEP = """
    INSERT INTO post (run, endpoint, nonce, question, state, at, body) VALUES (?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (nonce) DO UPDATE SET state = excluded.state, at = excluded.at, body = excluded.body
    WHERE post.run = excluded.run AND post.endpoint = excluded.endpoint AND post.question = excluded.question
"""
_COLUMNS = "endpoint, nonce, question, state, at, body"
_MOST_NAMED = 5
"""Runs that an error names."""


class NonceTaken(CouldNotRun):
    """A nonce that another message has already. Nothing was kept of this one; it can be written with another nonce."""

    def __init__(self) -> None:
        super().__init__(
            "the mark of a message is that of another one, so it was not sent",
            hint="Go on with: probe run --resume",
        )


class _PackedPost(msgspec.Struct, frozen=True, array_like=True):
    """Fields are added at the end, with defaults. Foreign text as bytes: half of a surrogate pair must not be refused."""

    keyword: bytes
    form: str | None
    values: dict[str, bytes]
    is_seen: bool
    why_left: bytes | None


_encoder = msgspec.msgpack.Encoder()
_posts = msgspec.msgpack.Decoder(_PackedPost)


class Posts:
    """The messages of one run."""

    def __init__(self, database: Database, run: int) -> None:
        self._database = database
        self._run = run

    def keep(self, endpoint: str, post: Post) -> None:
        """Keep a message as it now is. Raises NonceTaken where another question, endpoint or run has its nonce.

        Of one that is gone no text stays, nor when it was sent; but its question does, so that no other gets its nonce.
        """
        gone = post.state is PostState.GONE
        moment, body = (None, None) if gone else (post.at, _pack(post))
        values = (self._run, endpoint, post.nonce, post.question, post.state.value, moment, body)
        if not self._database.run(_KEEP, values):
            raise NonceTaken

    def left(self, endpoint: str) -> list[Post]:
        """Those of an endpoint that are not gone, oldest first."""
        return [post for name, post in read_left(self._database, self._run) if name == endpoint]


def read_left(database: Database, run: int) -> list[tuple[str, Post]]:
    """The messages of a run that are not gone, oldest first, each with the name of its endpoint."""
    rows = database.rows(
        f"SELECT {_COLUMNS} FROM post WHERE run = ? AND {_LEFT} ORDER BY at, id",
        (run,),
    )
    with decoded(database.path):
        return [(row[0], _unpack(*row[1:])) for row in rows]


def count_left(database: Database, run: int) -> dict[str, int]:
    """How many messages of a run are not gone, by the name of their endpoint; only endpoints that have any."""
    rows = database.rows(
        f"SELECT endpoint, count(*) FROM post WHERE run = ? AND {_LEFT} GROUP BY endpoint ORDER BY min(at)",
        (run,),
    )
    return dict(rows)


def demand_gone(left: Mapping[str, int]) -> None:
    """Raises WrongUse where one of these runs (id: messages that are not gone) must not be deleted for its messages."""
    names = [f"run {run[:8]} ({number:,})" for run, number in left.items() if number]
    if not names:
        return
    more = f" and {len(names) - _MOST_NAMED:,} more" if len(names) > _MOST_NAMED else ""
    raise WrongUse(
        f"messages that were sent are still there: {', '.join(names[:_MOST_NAMED])}{more}; what finds them again would be"
        " lost, and nobody could delete them",
        hint="probe run --resume RUN tries again to delete the messages; --force deletes what is kept all the same.",
    )


def without_text(post: Post) -> Post:
    """What stays of a message that is gone."""
    return Post(question=post.question, keyword="", nonce=post.nonce, at=0.0, state=post.state)


def owned_alike(one: tuple[str, Post], other: tuple[str, Post]) -> bool:
    """Whether two messages of one nonce (each with its endpoint's name) are the same one."""
    return (one[0], one[1].question) == (other[0], other[1].question)


def _pack(post: Post) -> bytes:
    packed = _PackedPost(
        keyword=_to_bytes(post.keyword),
        form=post.form,
        values={name: _to_bytes(value) for name, value in post.values.items()},
        is_seen=post.is_seen,
        why_left=None if post.why_left is None else _to_bytes(post.why_left),
    )
    return _encoder.encode(packed)


def _unpack(nonce: str, question: str, state: str, moment: float, body: bytes) -> Post:
    packed = _posts.decode(body)
    return Post(
        question=question,
        keyword=_to_text(packed.keyword),
        form=packed.form,
        nonce=nonce,
        at=float(moment),
        state=PostState(state),
        values={name: _to_text(value) for name, value in packed.values.items()},
        is_seen=packed.is_seen,
        why_left=None if packed.why_left is None else _to_text(packed.why_left),
    )


def _to_bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _to_text(body: bytes) -> str:
    return body.decode("utf-8", "surrogatepass")
