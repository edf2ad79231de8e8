"""Keeper: what a run asks of whoever keeps its answers, and one who keeps nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from probe.keeping.posts import NonceTaken, owned_alike, without_text
from probe.model.definition import Endpoint
from probe.model.exchange import Exchange, Question
from probe.model.observation import Observation
from probe.model.post import Post, PostState
from probe.model.record import Answer
from probe.model.run import Run
from probe.model.verdict import Verdict


class Keeper(Protocol):
    """Keeps one run. What is kept is there after a crash; whatever cannot be kept raises CouldNotRun."""

    def keep(
        self,
        endpoint: Endpoint,
        question: Question,
        exchange: Exchange,
        observation: Observation,
        *,
        host: str | None = None,
    ) -> None:
        """Keep one answer, at once, and count a question to this `host:port`. What was kept of it before stays."""

    def void(self, endpoint: Endpoint, question: Question) -> None:
        """An answer that was kept counts for nothing."""

    def settle(self, verdict: Verdict) -> None:
        """Keep a verdict. A later one of the same pair takes its place."""

    def answers(self, endpoint: Endpoint, components: tuple[str, ...]) -> Sequence[Answer]:
        """All that was answered about one keyword under this definition (same digest), in the order of asking."""

    def controls(self, endpoint: Endpoint) -> Iterable[Answer]:
        """All answers to benign, nonsense and canary questions under this definition, in the order of asking."""

    def pools(self, endpoint: Endpoint) -> Iterable[Answer]:
        """All answers about several keywords at a time under this definition, in the order of asking."""

    def verdict(self, endpoint: Endpoint, components: tuple[str, ...]) -> Verdict | None:
        """The verdict that was kept of this pair under this definition, or None."""

    def questions(self, endpoint: Endpoint) -> int:
        """How many answers are kept of this endpoint under this definition."""

    def asked_today(self, host: str) -> int:
        """Questions sent to a `host:port` on this day (UTC), by all runs of the store."""

    def rest(self, host: str, seconds: float) -> None:
        """A `host:port` must not be asked for so long, counted from now; a longer rest that is kept stays."""

    def resting(self, host: str) -> float:
        """Seconds for which a `host:port` must still rest, from this or any other run of the store."""

    def post(self, endpoint: Endpoint, post: Post) -> None:
        """Keep a message as it now is, at once; a later one with the same nonce takes its place.

        To be called before it is sent: whatever happens then, it can be found again. Raises NonceTaken where the nonce is
        another message's.
        """

    def posts(self, endpoint: Endpoint) -> Sequence[Post]:
        """The messages of this run that are not gone, oldest first; also those that another definition of this name sent."""

    def hide(self, name: str, value: str) -> None:
        """From now on keep this value, which came over the network and logs in, no more than a secret."""

    def notes(self) -> tuple[str, ...]:
        """What there is to know of what was kept, each in one sentence."""

    def close(self, document: Run) -> None:
        """The run is over, complete or not."""


@dataclass
class Unkept:
    """Keeps nothing: `--store none`, the demo, and tests. Only messages, in memory, as they have to be taken away again."""

    _posts: dict[str, tuple[str, Post]] = field(default_factory=dict, init=False, repr=False)
    """Nonce: the endpoint's name, and the message."""

    def keep(
        self,
        endpoint: Endpoint,
        question: Question,
        exchange: Exchange,
        observation: Observation,
        *,
        host: str | None = None,
    ) -> None:
        pass

    def void(self, endpoint: Endpoint, question: Question) -> None:
        pass

    def settle(self, verdict: Verdict) -> None:
        pass

    def answers(self, endpoint: Endpoint, components: tuple[str, ...]) -> Sequence[Answer]:
        return ()

    def controls(self, endpoint: Endpoint) -> Iterable[Answer]:
        return ()

    def pools(self, endpoint: Endpoint) -> Iterable[Answer]:
        return ()

    def verdict(self, endpoint: Endpoint, components: tuple[str, ...]) -> Verdict | None:
        return None

    def questions(self, endpoint: Endpoint) -> int:
        return 0

    def asked_today(self, host: str) -> int:
        return 0

    def rest(self, host: str, seconds: float) -> None:
        pass

    def resting(self, host: str) -> float:
        return 0.0

    def post(self, endpoint: Endpoint, post: Post) -> None:
        now = (endpoint.name, without_text(post) if post.state is PostState.GONE else post)
        if not owned_alike(self._posts.setdefault(post.nonce, now), now):
            raise NonceTaken
        self._posts[post.nonce] = now

    def posts(self, endpoint: Endpoint) -> Sequence[Post]:
        ours = (post for name, post in self._posts.values() if name == endpoint.name)
        return sorted((post for post in ours if post.state is not PostState.GONE), key=lambda post: post.at)

    def hide(self, name: str, value: str) -> None:
        pass

    def notes(self) -> tuple[str, ...]:
        return ()

    def close(self, document: Run) -> None:
        pass
