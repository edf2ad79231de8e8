"""Clean-up: takes away again what was posted, in this session or in one that ended in the middle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from probe.model.exchange import Step
from probe.model.observation import Outcome
from probe.model.post import Post, PostState
from probe.reading.match import PatternTooSlow
from probe.reading.page import Page
from probe.reading.take import take_value
from probe.sending.message_flow import ID, is_refused, read_values
from probe.sending.poster import Poster
from probe.sending.redirects import follow
from probe.sending.request import RequestWriter
from probe.sending.second_look import PAUSE, TRIES, SecondLook, is_trouble, slot_names
from probe.sending.transport import Transport

NO_WAY = "the definition knows no way to take it away"
NOT_FOUND = "it may have been posted, and cannot be found"
MAY_WAIT = "it may have been posted, and wait for a review where nobody sees it"
STILL_THERE = "the service said that it took it away, and it is still there"


class CleaningUp:
    """Takes away the messages of one endpoint."""

    def __init__(self, poster: Poster, writer: RequestWriter | None) -> None:
        """`writer` writes the requests of the definition's `clean_up`; None where it has none."""
        self.poster = poster
        self.look = SecondLook(poster)
        self._writer = writer
        needed = slot_names(poster.message.clean_up) & {ID, *poster.message.take}
        self._needs = () if writer is None else tuple(sorted(needed))
        """The slots of the request that only the answer to a sending can fill."""
        self._holds = any(rule.outcome is Outcome.HELD for rule in poster.definition.rules)
        """Whether a message may wait for review, unseen."""
        self._removed: list[Post] = []
        """Seen messages of which the service said that it took them away."""

    async def tidy(self, question: str, transport: Transport, values: Mapping[str, str]) -> None:
        """Take away the message of a question, which did its service; a missing one is left, as it may only be late."""
        post = self.poster.delivered.pop(question, None)
        if post is None:
            return
        waits = self.poster.message.read_back is not None and not post.is_seen
        if post.state is PostState.POSTED and self._writer is not None and not waits:
            await self._remove(post, transport, values, tries=1)

    def name_lasting(self) -> list[Post]:
        """Keep of each message that nobody can take away that it is so; the others that are left."""
        others = []
        for post in self.poster.posts.left():
            if self._writer is not None or post.state is PostState.WRITTEN:
                others.append(post)
            elif post.why_left is None:
                self.look.keep(post, why_left=NO_WAY)
        return others

    @property
    def is_needed(self) -> bool:
        """Whether anything is to be taken away, or to be looked at once more."""
        return bool(self.name_lasting() or (self._removed and self.look.shows_all))

    async def clear(self, transport: Transport, values: Mapping[str, str]) -> None:
        """Take away everything that is left. What cannot be is kept with the reason."""
        for number, post in enumerate(self.name_lasting()):
            if number:
                await self.poster.clock.sleep(PAUSE)
            found = await self._find(post, transport, values)
            if found is None:
                continue
            if self._writer is None:
                self.look.keep(found, why_left=NO_WAY)
            else:
                await self._remove(found, transport, values, tries=TRIES)
        await self._verify(transport, values)

    async def _verify(self, transport: Transport, values: Mapping[str, str]) -> None:
        """One reading at the end: of an account that was muted meanwhile a service may take orders and do nothing."""
        removed, self._removed = self._removed, []
        can_tell = removed and self.look.shows_all
        page = await self.look.read(removed[-1], transport, values) if can_tell else None
        if page is None:
            return
        for post in removed:
            found = self.look.find(page, post)
            if found is not None:
                self.look.keep(found, why_left=STILL_THERE)

    async def _remove(
        self, post: Post, transport: Transport, values: Mapping[str, str], *, tries: int
    ) -> None:
        poster = self.poster
        assert self._writer is not None
        if any(name not in post.values for name in self._needs):
            self.look.keep(post, why_left="its id is not known")
            return
        steps = await self.look.insist(lambda: self._ask_removal(post, transport, values), tries=tries)
        page = poster.page(steps[-1]) if steps else None
        if page is not None and self._worked(page):
            gone = self.look.keep(post, state=PostState.GONE)
            self._removed += [gone] if gone.is_seen else []
        elif page is not None and await self._is_gone(post, page, transport, values):
            self.look.keep(post, state=PostState.GONE)
        elif steps:
            why = steps[-1].failure if page is None else f"HTTP {page.response.status}"
            self.look.keep(post, why_left=f"the service did not take it away ({why})")
        else:
            self.look.keep(post, why_left="the request cannot be written")

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
        it looks again. Where nobody can, 404 and 410 say it. A service in trouble says nothing, and who does not see the
        message may be the only one."""
        if is_trouble(answer):
            return False
        is_there = await self.look.is_there(post, transport, values)
        return is_there is False or (is_there is None and answer.response.status in (404, 410))

    async def _find(self, post: Post, transport: Transport, values: Mapping[str, str]) -> Post | None:
        """A message of which nobody knows whether it was posted, with its id; None where there is nothing to take away."""
        if post.state is not PostState.WRITTEN:
            return post
        is_looked_for = False
        if self.look.lists:
            await self._ripen(post)
            page = await self.look.read(post, transport, values)
            is_looked_for = page is not None and 200 <= page.response.status < 300
            found = None if page is None else self.look.find(page, post)
            if found is not None:
                return found
        if self.poster.message.resend:
            return await self._send_again(post, transport, values)
        if not is_looked_for:
            self.look.keep(post, why_left=NOT_FOUND)
        elif self._holds:
            self.look.keep(post, why_left=MAY_WAIT)
        else:
            self.look.keep(post, state=PostState.GONE)  # it is not among those that are there
        return None

    async def _send_again(self, post: Post, transport: Transport, values: Mapping[str, str]) -> Post | None:
        """The protocol answers the same nonce with the id of then: only to know what to take away."""
        poster = self.poster
        steps = await self.look.insist(lambda: poster.send(post, transport, values))
        page = poster.page(steps[-1]) if steps else None
        taken = None if page is None else read_values(poster.message, page)
        if taken is not None:
            return self.look.keep(post, state=PostState.POSTED, values=taken)
        if page is not None and is_refused(poster.message, page) and page.response.status != 429:
            self.look.keep(post, state=PostState.GONE)  # it is refused, so it never was posted
        else:
            self.look.keep(post, why_left=NOT_FOUND)
        return None

    async def _ripen(self, post: Post) -> None:
        """Wait until a message that was sent just now has had the time to arrive."""
        back, clock = self.poster.message.read_back, self.poster.clock
        if back is not None:
            await clock.sleep(max(0.0, back.within - (clock.wall() - post.at) * clock.rate))


def describe_left(posts: Sequence[Post]) -> str | None:
    """One sentence on what could not be taken away; None where nothing is left."""
    if not posts:
        return None
    reasons = dict.fromkeys(one.why_left or "it was not tried" for one in posts)
    noun = "1 message is" if len(posts) == 1 else f"{len(posts):,} messages are"
    return f"{noun} still there that this run posted: {'; '.join(reasons)}"
