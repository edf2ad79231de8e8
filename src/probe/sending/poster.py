"""Poster: sends messages and sees whether they arrive. Each is kept before it is sent, so that it can be found again."""

from __future__ import annotations

import secrets as random_source
from collections.abc import Callable, Generator, Mapping, Sequence
from typing import Protocol

import msgspec

from probe.model.definition import Endpoint
from probe.model.exchange import Exchange, Part, Purpose, Question, Sent, Step
from probe.model.post import Post, PostState
from probe.reading.page import Page, read_page
from probe.sending.message_flow import Journey, Next, is_refused, travel
from probe.sending.pacing import Clock
from probe.sending.redirects import follow
from probe.sending.request import KEYWORD, RequestWriter, put_into
from probe.sending.transport import Transport

_CONSONANTS, _VOWELS, _SYLLABLES = "kvlz", "aou", 14


PATIENCE = 4.0
"""How many times longer than the slowest control a message may take."""
MOST_STRETCH = 8


class Posts(Protocol):
    """Where messages are kept."""

    def keep(self, post: Post) -> None:
        """Keep a message as it now is, at once; a later one with the same nonce takes its place."""

    def left(self) -> Sequence[Post]:
        """Those that are not gone, oldest first."""


def new_nonce() -> str:
    """A mark that no other message has: 50 bits of chance, as syllables that mean nothing. It has no digits and no
    abbreviations, as some of those are censored (8964)."""
    draw = random_source.choice
    return "".join(draw(_CONSONANTS) + draw(_VOWELS) for _ in range(_SYLLABLES))


class Poster:
    """The messages of one endpoint in one run."""

    def __init__(
        self,
        endpoint: Endpoint,
        writer: RequestWriter,
        secrets: Mapping[str, str],
        clock: Clock,
        posts: Posts,
        nonce: Callable[[], str] = new_nonce,
    ) -> None:
        assert endpoint.definition.message is not None
        self.definition = endpoint.definition
        self.message = endpoint.definition.message
        self.posts = posts
        self.clock = clock
        self._nonce = nonce
        self._writer = writer
        back = self.message.read_back
        asks = back is not None and back.request is not None
        self._reader = RequestWriter(endpoint, secrets, back.request) if back is not None and asks else None
        self.delivered: dict[str, Post] = {}
        """By question: the messages whose exchange is over, until they are tidied up."""
        self._slowest = 0.0
        """Seconds that the slowest control took to arrive."""
        self._stretch = 1
        """How many times longer than the definition says a message may take: doubled when a control is missing."""

    async def deliver(self, question: Question, transport: Transport, values: Mapping[str, str]) -> Exchange:
        """Ask one question by a message; `values` are those of the session. Raises CannotRender before anything is sent."""
        started = self.clock.wall()
        post = Post(
            question=question.id,
            keyword=question.text,
            form=question.form,
            nonce=self._nonce(),
            at=started,
        )
        self._writer.write(
            post.keyword, now=started, session=values, nonce=post.nonce, form=self.form_text(post)
        )
        self.posts.keep(post)  # before it is sent: whatever happens then, it can be found again
        journey = Journey(nonce=post.nonce)
        steps: dict[str, list[Step]] = {}
        flow = travel(self.message, journey, clock=self.clock, within=self._within())
        todo: Next | None = next(flow)
        while todo is not None:
            await self.clock.sleep(todo.wait)
            ask = self.send if todo.part is Part.SEND else self.read
            taken = await ask(post, transport, values)
            # Of many readings two are kept: the one that saw it first, and the last.
            steps["again" if journey.delivery is not None else todo.part] = taken
            page = self.page(taken[-1])
            part, todo = todo.part, _tell(flow, page)
            post = self._note(post, journey, page, part)
        if question.purpose is Purpose.BENIGN and journey.is_accepted:
            self._learn(journey.delivery)
        self.delivered[question.id] = post
        every = [step for taken in steps.values() for step in taken]
        return self.exchange(post, every, delivery=journey.delivery)

    def exchange(self, post: Post, steps: Sequence[Step], *, delivery: float | None = None) -> Exchange:
        """The exchange of a message, from when it was sent until now."""
        sent = Sent(
            text=put_into(self.form_text(post), post.keyword, post.nonce),
            nonce=post.nonce,
            values=post.values,
            delivery=delivery,
        )
        return Exchange(steps=tuple(steps), started=post.at, ended=self.clock.wall(), sent=sent)

    async def send(self, post: Post, transport: Transport, values: Mapping[str, str]) -> list[Step]:
        """Send a message, or the same one once more. Raises CannotRender."""
        request = self._writer.write(
            post.keyword, now=self.clock.wall(), session=values, nonce=post.nonce, form=self.form_text(post)
        )
        limits = self.definition.limits
        redirects = self.definition.request.redirects
        taken = await follow(request, transport, self.clock, deadline=limits.deadline, redirects=redirects)
        return [msgspec.structs.replace(step, part=Part.SEND) for step in taken]

    async def read(self, post: Post, transport: Transport, values: Mapping[str, str]) -> list[Step]:
        """Look whether a message arrived. Raises CannotRender."""
        assert self._reader is not None
        request = self._reader.write(
            post.keyword,
            now=self.clock.wall(),
            session={**values, **post.values},
            nonce=post.nonce,
            form=self.form_text(post),
        )
        back = self.message.read_back
        redirects = 0 if back is None or back.request is None else back.request.redirects
        taken = await follow(
            request, transport, self.clock, deadline=self.definition.limits.deadline, redirects=redirects
        )
        return [msgspec.structs.replace(step, part=Part.READ_BACK) for step in taken]

    def page(self, step: Step) -> Page | None:
        """The answer of a step, to be read as the definition says; None where it failed."""
        if step.response is None:
            return None
        return read_page(self.definition, step.request, step.response)

    def _within(self) -> float:
        """Seconds for which a message is looked for."""
        back = self.message.read_back
        return 0.0 if back is None else max(back.within * self._stretch, PATIENCE * self._slowest)

    def _learn(self, delivery: float | None) -> None:
        """Where a control is missing, the service may only be slow: the next one is looked for twice as long."""
        if delivery is None:
            self._stretch = min(self._stretch * 2, MOST_STRETCH)
        else:
            self._slowest = max(self._slowest, delivery)

    def form_text(self, post: Post) -> str:
        """The text into which the keyword of a message is put."""
        return KEYWORD if post.form is None else self.definition.forms.get(post.form, KEYWORD)

    def _note(self, post: Post, journey: Journey, page: Page | None, part: Part) -> Post:
        """Keep what a step showed of a message."""
        state = post.state
        if journey.is_accepted:
            state = PostState.POSTED
        elif part is Part.SEND and page is not None and is_refused(self.message, page):
            state = PostState.GONE  # it was refused; after any other answer it may have been posted
        later = msgspec.structs.replace(
            post, state=state, values=journey.values, is_seen=journey.delivery is not None
        )
        if later != post:
            self.posts.keep(later)
        return later


def _tell(flow: Generator[Next, Page | None, None], page: Page | None) -> Next | None:
    """What to do after this page, or None where it was the last."""
    try:
        return flow.send(page)
    except StopIteration:
        return None
