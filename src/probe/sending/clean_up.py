"""Clean-up: takes away again what was posted, in this session or in one that ended in the middle."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence

import msgspec

from probe.model.exchange import Exchange, Step
from probe.model.message import CleanUp, Message, ReadBack
from probe.model.post import Post, PostState
from probe.reading.arrival import is_readable
from probe.reading.match import PatternTooSlow
from probe.reading.page import Page
from probe.reading.slots import SLOT
from probe.reading.take import take_value
from probe.reading.waiting import read_wait
from probe.sending.message_flow import ID, Journey, is_refused, read_values, seek
from probe.sending.poster import Poster
from probe.sending.redirects import follow
from probe.sending.request import CannotRender, RequestWriter
from probe.sending.transport import Transport

TRIES = 3
"""How often the same is asked at the end, where the service fails or says that it was asked too often."""
LONGEST_WAIT = 60.0
"""Seconds that are waited in between, at most."""
PAUSE = 0.5
"""Seconds between two messages that are taken away at the end; longer before the next try with the same one."""

NO_WAY = "the definition knows no way to take it away"
NOT_FOUND = "it may have been posted, and cannot be found"


class CleaningUp:
    """Takes away the messages of one endpoint."""

    def __init__(self, poster: Poster, writer: RequestWriter | None) -> None:
        """`writer` writes the requests of the definition's `clean_up`; None where it has none."""
        self.poster = poster
        self._writer = writer
        self._needs = () if writer is None else _taken_slots(poster.message, poster.message.clean_up)
        back = poster.message.read_back
        self._lists = back is not None and back.request is not None and not _names_one(poster.message, back)
        """Whether a reading shows all messages, and not only the one that it asks for."""

    async def tidy(self, question: str, transport: Transport, values: Mapping[str, str]) -> None:
        """Take away the message of a question, which did its service; a missing one is left, as it may only be late."""
        post = self.poster.delivered.pop(question, None)
        if post is None:
            return
        waits = self.poster.message.read_back is not None and not post.is_seen
        if post.state is PostState.POSTED and self._writer is not None and not waits:
            await self._remove(post, transport, values, tries=1)

    def missing(self) -> list[Post]:
        """The messages that were accepted and not seen."""
        return [one for one in self.poster.posts.left() if one.state is PostState.POSTED and not one.is_seen]

    def patience(self) -> float:
        """Seconds until the last of the missing ones is as old as any may become."""
        back, clock, missing = self.poster.message.read_back, self.poster.clock, self.missing()
        if back is None or back.request is None or not missing:
            return 0.0
        age = (clock.wall() - max(one.at for one in missing)) * clock.rate
        return min(max(0.0, back.latest - age), back.latest)

    async def look_again(self, transport: Transport, values: Mapping[str, str]) -> list[tuple[str, Exchange]]:
        """The messages that were missing and have arrived since: the id of the question, and what shows it."""
        poster = self.poster
        back = poster.message.read_back
        missing = self.missing()
        if back is None or back.request is None:
            return []
        late: list[tuple[str, Exchange]] = []
        steps: list[Step] = []
        for post in missing:
            if not steps or not self._lists:
                steps = await self._read(post, transport, values)
            page = poster.page(steps[-1]) if steps else None
            found = None if page is None else self._seek(page, post)
            if found is not None:
                late.append((post.question, poster.exchange(found, steps)))
        return late

    def name_lasting(self) -> list[Post]:
        """Keep of each message that nobody can take away that it is so; the others that are left."""
        others = []
        for post in self.poster.posts.left():
            if self._writer is not None or post.state is PostState.WRITTEN:
                others.append(post)
            elif post.why_left is None:
                self._keep(post, why_left=NO_WAY)
        return others

    async def clear(self, transport: Transport, values: Mapping[str, str]) -> None:
        """Take away everything that is left. What cannot be is kept with the reason."""
        for number, post in enumerate(self.name_lasting()):
            if number:
                await self.poster.clock.sleep(PAUSE)
            found = await self._find(post, transport, values)
            if found is None:
                continue
            if self._writer is None:
                self._keep(found, why_left=NO_WAY)
            else:
                await self._remove(found, transport, values, tries=TRIES)

    async def _remove(
        self, post: Post, transport: Transport, values: Mapping[str, str], *, tries: int
    ) -> None:
        poster = self.poster
        assert self._writer is not None
        if any(name not in post.values for name in self._needs):
            self._keep(post, why_left="its id is not known")
            return
        steps = await self._insist(lambda: self._ask_removal(post, transport, values), tries=tries)
        page = poster.page(steps[-1]) if steps else None
        if page is not None and (self._worked(page) or await self._is_gone(post, page, transport, values)):
            self._keep(post, state=PostState.GONE)
        elif steps:
            why = steps[-1].failure if page is None else f"HTTP {page.response.status}"
            self._keep(post, why_left=f"the service did not take it away ({why})")
        else:
            self._keep(post, why_left="the request cannot be written")

    async def _ask_removal(self, post: Post, transport: Transport, values: Mapping[str, str]) -> list[Step]:
        clean_up, poster = self.poster.message.clean_up, self.poster
        assert self._writer is not None
        assert clean_up is not None
        request = self._writer.write(
            post.keyword,
            now=poster.clock.wall(),
            session={**values, **post.values},
            nonce=post.nonce,
            form=poster.form_text(post),
        )
        deadline = poster.definition.limits.deadline
        redirects = clean_up.request.redirects
        return await follow(request, transport, poster.clock, deadline=deadline, redirects=redirects)

    def _worked(self, page: Page) -> bool:
        clean_up = self.poster.message.clean_up
        assert clean_up is not None
        if clean_up.expect is None:
            return 200 <= page.response.status < 300
        try:
            return take_value(page, clean_up.expect) is not None
        except PatternTooSlow:
            return False

    async def _is_gone(
        self, post: Post, answer: Page, transport: Transport, values: Mapping[str, str]
    ) -> bool:
        """Whether a message that was not taken away is not there: each service has its own words for that, so whoever saw
        it looks again. Where nobody can, 404 and 410 say it."""
        back = self.poster.message.read_back
        if back is None or back.request is None or not post.is_seen:
            return answer.response.status in (404, 410)
        steps = await self._read(post, transport, values)
        page = self.poster.page(steps[-1]) if steps else None
        if page is None:
            return False
        can_tell = page.response.status in back.missing or is_readable(page, back.messages)
        return can_tell and seek(page, back.messages, _journey(post)) is None

    async def _find(self, post: Post, transport: Transport, values: Mapping[str, str]) -> Post | None:
        """A message of which nobody knows whether it was posted, with its id; None where there is nothing to take away."""
        if post.state is not PostState.WRITTEN:
            return post
        is_looked_for = False
        if self._lists:
            await self._ripen(post)
            steps = await self._read(post, transport, values)
            page = self.poster.page(steps[-1]) if steps else None
            is_looked_for = page is not None and 200 <= page.response.status < 300
            found = None if page is None else self._seek(page, post)
            if found is not None:
                return found
        if self.poster.message.resend:
            return await self._send_again(post, transport, values)
        if is_looked_for:
            self._keep(post, state=PostState.GONE)  # it is not among those that are there
        else:
            self._keep(post, why_left=NOT_FOUND)
        return None

    async def _send_again(self, post: Post, transport: Transport, values: Mapping[str, str]) -> Post | None:
        """The protocol answers the same nonce with the id of then: only to know what to take away."""
        poster = self.poster
        steps = await self._insist(lambda: poster.send(post, transport, values))
        page = poster.page(steps[-1]) if steps else None
        taken = None if page is None else read_values(poster.message, page)
        if taken is not None:
            return self._keep(post, state=PostState.POSTED, values=taken)
        if page is not None and is_refused(poster.message, page) and page.response.status != 429:
            self._keep(post, state=PostState.GONE)  # it is refused, so it never was posted
        else:
            self._keep(post, why_left=NOT_FOUND)
        return None

    def _seek(self, page: Page, post: Post) -> Post | None:
        back = self.poster.message.read_back
        found = None if back is None else seek(page, back.messages, _journey(post))
        if found is None:
            return None
        known = post.values if found.id is None else {**post.values, ID: found.id}
        return self._keep(post, state=PostState.POSTED, values=known, is_seen=True)

    async def _ripen(self, post: Post) -> None:
        """Wait until a message that was sent just now has had the time to arrive."""
        back, clock = self.poster.message.read_back, self.poster.clock
        if back is not None:
            await clock.sleep(max(0.0, back.within - (clock.wall() - post.at) * clock.rate))

    async def _read(self, post: Post, transport: Transport, values: Mapping[str, str]) -> list[Step]:
        return await self._insist(lambda: self.poster.read(post, transport, values))

    async def _insist(self, ask: Callable[[], Awaitable[list[Step]]], *, tries: int = TRIES) -> list[Step]:
        """Ask again where the service is in trouble; nothing where the request cannot be written."""
        steps: list[Step] = []
        for attempt in range(1, tries + 1):
            try:
                steps = await ask()
            except CannotRender:
                return []
            page = self.poster.page(steps[-1])
            if not _is_trouble(page) or attempt == tries:
                break
            await self._wait(page, attempt)
        return steps

    async def _wait(self, page: Page | None, attempt: int) -> None:
        asked_for = None if page is None else read_wait(page, self.poster.clock.wall())
        await self.poster.clock.sleep(min(max(asked_for or 0.0, PAUSE * 2**attempt), LONGEST_WAIT))

    def _keep(self, post: Post, **changes: object) -> Post:
        later = msgspec.structs.replace(post, **changes)
        self.poster.posts.keep(later)
        return later


def describe_left(posts: Sequence[Post]) -> str | None:
    """One sentence on what could not be taken away; None where nothing is left."""
    if not posts:
        return None
    reasons = dict.fromkeys(one.why_left or "it was not tried" for one in posts)
    noun = "1 message is" if len(posts) == 1 else f"{len(posts):,} messages are"
    return f"{noun} still there that this run posted: {'; '.join(reasons)}"


def _is_trouble(page: Page | None) -> bool:
    """Whether the same may go well a little later."""
    return page is None or page.response.status == 429 or page.response.status >= 500


def _journey(post: Post) -> Journey:
    return Journey(nonce=post.nonce, values=post.values)


def _taken_slots(message: Message, node: CleanUp | ReadBack | None) -> tuple[str, ...]:
    """The slots of a request that only the answer to a sending can fill."""
    return tuple(sorted(_slots(node) & {ID, *message.take}))


def _names_one(message: Message, back: ReadBack) -> bool:
    """Whether a reading asks for one message, and not for all that there are."""
    return bool(_slots(back) & {ID, *message.take, "nonce", "text", "keyword"})


def _slots(node: CleanUp | ReadBack | None) -> set[str]:
    request = None if node is None else node.request
    return {found[0] for found in SLOT.findall(msgspec.json.encode(request).decode())}
