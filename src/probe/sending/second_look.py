"""Second look: whether a message is there, after its own exchange is over: it may be late, lost, or taken away."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

import msgspec

from probe.model.exchange import Exchange, Step
from probe.model.message import CleanUp, Message, ReadBack
from probe.model.post import Post, PostState
from probe.reading.arrival import is_readable
from probe.reading.page import Page
from probe.reading.slots import SLOT
from probe.reading.waiting import read_wait
from probe.sending.message_flow import ID, Journey, seek
from probe.sending.poster import Poster
from probe.sending.request import CannotRender
from probe.sending.transport import Transport

TRIES = 3
"""How often the same is asked at the end, where the service fails or says that it was asked too often."""
LONGEST_WAIT = 60.0
"""Seconds that are waited in between, at most."""
PAUSE = 0.5
"""Seconds between two messages that are taken away at the end; longer before the next try with the same one."""


class SecondLook:
    """Looks once more for the messages of one endpoint."""

    def __init__(self, poster: Poster) -> None:
        self.poster = poster
        self._back = poster.message.read_back
        self.lists = self._asks and not _names_one(poster.message, self._back)
        """Whether a reading shows all messages, and not only the one that it asks for."""
        self._looked: set[str] = set()
        """Nonces of messages that were missing still when they were as old as any may become."""
        self.shows_all = self.lists and self._back is not None and not self._back.log
        """Whether a reading shows all messages that are there, and no others."""

    @property
    def _asks(self) -> bool:
        return self._back is not None and self._back.request is not None

    def missing(self) -> list[Post]:
        """The messages that were accepted and not seen, and may still come."""
        return [
            one
            for one in self.poster.posts.left()
            if one.state is PostState.POSTED and not one.is_seen and one.nonce not in self._looked
        ]

    def patience(self) -> float:
        """Seconds until the last of the missing ones is as old as any may become."""
        missing = self.missing()
        if not self._asks or not missing:
            return 0.0
        return max(0.0, min(self._left(max(missing, key=lambda one: one.at)), self._latest))

    async def look_for_ripe(
        self, transport: Transport, values: Mapping[str, str]
    ) -> list[tuple[str, Exchange]]:
        """Look for those that are as old as any may become: later, a list may not reach back to them any more."""
        ripe = [one for one in self.missing() if self._asks and self._left(one) <= 0]
        return await self._look(ripe, transport, values) if ripe else []

    async def look_again(self, transport: Transport, values: Mapping[str, str]) -> list[tuple[str, Exchange]]:
        """The messages that were missing and have arrived since: the id of the question, and what shows it."""
        return await self._look(self.missing(), transport, values) if self._asks else []

    async def is_there(self, post: Post, transport: Transport, values: Mapping[str, str]) -> bool | None:
        """Whether a message that was seen is there; None where that cannot be told."""
        back = self._back
        if back is None or not self._asks or back.log or not post.is_seen:
            return None
        page = await self.read(post, transport, values)
        if page is None or not (page.response.status in back.missing or is_readable(page, back.messages)):
            return None
        return seek(page, back.messages, _journey(post)) is not None

    async def read(self, post: Post, transport: Transport, values: Mapping[str, str]) -> Page | None:
        """The answer to a reading; None where there is none."""
        steps = await self._steps(post, transport, values)
        return self.poster.page(steps[-1]) if steps else None

    def find(self, page: Page, post: Post) -> Post | None:
        """The message as it is known now, if it stands in the page; that is kept."""
        found = None if self._back is None else seek(page, self._back.messages, _journey(post))
        if found is None:
            return None
        known = post.values if found.id is None else {**post.values, ID: found.id}
        return self.keep(post, state=PostState.POSTED, values=known, is_seen=True)

    def keep(self, post: Post, **changes: object) -> Post:
        """Keep a message with these changes."""
        later = msgspec.structs.replace(post, **changes)
        self.poster.posts.keep(later)
        return later

    async def insist(self, ask: Callable[[], Awaitable[list[Step]]], *, tries: int = TRIES) -> list[Step]:
        """Ask again where the service is in trouble; nothing where the request cannot be written."""
        steps: list[Step] = []
        for attempt in range(1, tries + 1):
            try:
                steps = await ask()
            except CannotRender:
                return []
            page = self.poster.page(steps[-1])
            if not is_trouble(page) or attempt == tries:
                break
            asked_for = None if page is None else read_wait(page, self.poster.clock.wall())
            await self.poster.clock.sleep(min(max(asked_for or 0.0, PAUSE * 2**attempt), LONGEST_WAIT))
        return steps

    async def _look(
        self, missing: list[Post], transport: Transport, values: Mapping[str, str]
    ) -> list[tuple[str, Exchange]]:
        self._looked |= {one.nonce for one in missing}  # at once: others look at the same time
        late: list[tuple[str, Exchange]] = []
        steps: list[Step] = []
        for post in missing:
            if not steps or not self.lists:
                steps = await self._steps(post, transport, values)
            page = self.poster.page(steps[-1]) if steps else None
            found = None if page is None else self.find(page, post)
            if found is not None:
                late.append((post.question, self.poster.exchange(found, steps)))
        return late

    async def _steps(self, post: Post, transport: Transport, values: Mapping[str, str]) -> list[Step]:
        return await self.insist(lambda: self.poster.read(post, transport, values))

    @property
    def _latest(self) -> float:
        return 0.0 if self._back is None else self._back.latest

    def _left(self, post: Post) -> float:
        """Seconds until a message is as old as any may become."""
        clock = self.poster.clock
        return self._latest - (clock.wall() - post.at) * clock.rate


def slot_names(node: CleanUp | ReadBack | None) -> set[str]:
    """The names of the slots of a part of a message's definition."""
    request = None if node is None else node.request
    return {found[0] for found in SLOT.findall(msgspec.json.encode(request).decode())}


def _names_one(message: Message, back: ReadBack | None) -> bool:
    """Whether a reading asks for one message, and not for all that there are."""
    return bool(slot_names(back) & {ID, *message.take, "nonce", "text", "keyword"})


def is_trouble(page: Page | None) -> bool:
    """Whether the same may go well a little later."""
    return page is None or page.response.status == 429 or page.response.status >= 500


def _journey(post: Post) -> Journey:
    return Journey(nonce=post.nonce, values=post.values)
