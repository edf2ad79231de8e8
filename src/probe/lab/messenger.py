"""A messenger with a memory: what becomes of messages, given who posted what before, and when."""

import math
from dataclasses import replace
from hashlib import blake2b

from probe.lab.censor import Cause, Noise
from probe.lab.message import Draft, Message, escape_text, write_message
from probe.lab.message_store import MessageStore
from probe.lab.messenger_memory import Latest, User
from probe.lab.messenger_policy import EscalationForm, MessageAct, MessengerPolicy
from probe.lab.messenger_result import (
    DUPLICATE,
    FULL,
    KEPT,
    LOST,
    NOT_FOUND,
    NOT_YOURS,
    REJECTED,
    Accepted,
    Refusal,
    Shown,
    fail,
    mute,
    put_off,
)
from probe.lab.policy import Act

REMEMBERED = 20_000
"""Users, nonces, texts: of each kind so many are remembered, and the oldest forgotten."""


class Messenger:
    """Carries out one policy; the time is handed in with each request, in seconds of the lab's clock."""

    def __init__(self, policy: MessengerPolicy, *, seed: int) -> None:
        self.policy = policy
        self._seed = seed
        self._posted = 0
        self._store = MessageStore()
        self._users: Latest[str, User] = Latest(REMEMBERED)
        self._nonces: Latest[tuple[str, str], Accepted] = Latest(REMEMBERED)
        self._said: Latest[tuple[str, str], float] = Latest(REMEMBERED)
        self._judged: Latest[str, int] = Latest(REMEMBERED)
        self._looked: Latest[str, int] = Latest(REMEMBERED)

    @property
    def messages(self) -> list[Message]:
        """All that are stored, oldest first, whoever may see them."""
        return self._store.messages

    def post(self, draft: Draft, *, at: float, wall: float) -> Accepted | Refusal:
        """Take a message; `wall` is the present in seconds since 1970, which readers are told."""
        user = self._meet(draft.author)
        throttled = self._throttle(user, at)
        if throttled is not None:
            return throttled
        earlier = self._nonces.get((draft.author, draft.nonce))
        if earlier is not None:
            return replace(earlier, act=Act.SERVE, cause=Cause.NOTHING, again=True)
        gate = self._closed_gate(user, draft, at)
        if gate is not None:
            return gate
        # Only what gets so far moves the noise on: a rate limit must not change what is seen after it.
        noise = self._draw(self._judged, draft.text)
        if noise.happens("error", self.policy.error_rate):
            return fail(noise)
        # Looked at before the censor rules: the hit that begins an escalation does not fall under it.
        hidden = self._is_hidden(user, draft, at)
        act = self._rule(user, noise, at)
        if act is MessageAct.REJECT:
            return REJECTED
        cause = Cause.NOTHING if act is None else Cause.KEYWORD
        if hidden:
            act, cause = MessageAct.DROP, Cause.GATE
        identity = self._next_id()
        message = write_message(
            self.policy, draft, act, cause, message_id=identity, noise=noise, at=at, wall=wall
        )
        accepted = self._accept(user, message, at)
        return LOST if noise.happens("lost", self.policy.lost_rate) else accepted

    def read(self, user: str, room: str, limit: int, *, at: float) -> list[Shown] | Refusal:
        """The latest messages that this user can see, newest first, at most so many."""
        trouble = self._find_trouble(user, f"read {room}", at)
        if trouble is not None:
            return trouble
        found = self._store.latest(room, limit, user=user, at=at)
        return [self._show(message, user) for message in found]

    def read_one(self, user: str, room: str, message_id: str, *, at: float) -> Shown | Refusal:
        """One message, if this user can see it."""
        trouble = self._find_trouble(user, f"read {room} {message_id}", at)
        if trouble is not None:
            return trouble
        message = self._store.find(room, message_id, user=user, at=at)
        return NOT_FOUND if message is None else self._show(message, user)

    def delete(self, user: str, room: str, message_id: str, *, at: float) -> Refusal | None:
        """Forget a message of this user; None: done."""
        trouble = self._find_trouble(user, f"delete {room} {message_id}", at)
        if trouble is not None:
            return trouble
        message = self._store.find(room, message_id, user=user, at=at)
        if message is None:
            return NOT_FOUND
        if message.author != user:
            return NOT_YOURS
        if self.policy.keeps:
            return KEPT
        self._store.delete(message)
        return None

    def _meet(self, name: str) -> User:
        # Written anew each time, so that those are forgotten first who stayed away longest.
        user = self._users.get(name) or User()
        self._users[name] = user
        return user

    def _draw(self, counts: Latest[str, int], text: str) -> Noise:
        nth = counts.get(text, 0)
        counts[text] = nth + 1
        return Noise(seed=self._seed, policy=self.policy.name, text=text, nth=nth)

    def _throttle(self, user: User, at: float) -> Refusal | None:
        wait = user.wait_for_turn(self.policy.throttle, at)
        return None if wait is None else put_off("slow_down", wait)

    def _find_trouble(self, name: str, request: str, at: float) -> Refusal | None:
        """What comes between a user and what he reads or deletes; None: nothing."""
        throttled = self._throttle(self._meet(name), at)
        if throttled is not None:
            return throttled
        noise = self._draw(self._looked, f"{name} {request}")
        return fail(noise) if noise.happens("error", self.policy.read_error_rate) else None

    def _closed_gate(self, user: User, draft: Draft, at: float) -> Refusal | None:
        """What refuses a message without a look at its words; None: the way is free."""
        form = self._escalation_of(user, at)
        if form == "said":
            return mute(user.escalated_until - at)
        if form == "same":
            return replace(REJECTED, cause=Cause.GATE)
        wait = user.wait_for_day(self.policy.posts_a_day, at)
        if wait is not None:
            return put_off("daily_limit", wait)
        if self.policy.duplicates == "said" and self._was_said(draft.author, draft.text, at):
            return DUPLICATE
        return FULL if self._store.full else None

    def _escalation_of(self, user: User, at: float) -> EscalationForm | None:
        if self.policy.escalation is None or at >= user.escalated_until:
            return None
        return self.policy.escalation[2]

    def _was_said(self, author: str, text: str, at: float) -> bool:
        return at - self._said.get((author, text), -math.inf) < self.policy.duplicate_window

    def _is_hidden(self, user: User, draft: Draft, at: float) -> bool:
        if draft.author in self.policy.shadow_banned or self._escalation_of(user, at) == "shadow":
            return True
        return self.policy.duplicates == "silent" and self._was_said(draft.author, draft.text, at)

    def _rule(self, user: User, noise: Noise, at: float) -> MessageAct | None:
        act = self.policy.act_on(noise.text)
        if act is None or not noise.happens("trigger", self.policy.trigger_rate):
            return None
        if self.policy.escalation is not None and self._escalation_of(user, at) is None:
            hits, seconds, _ = self.policy.escalation
            user.count_hit(hits, seconds, at)
        return act

    def _next_id(self) -> str:
        number, self._posted = self._posted, self._posted + 1
        key = ascii((self._seed, self.policy.name, "id", number)).encode("ascii")
        return blake2b(key, digest_size=12).hexdigest()

    def _accept(self, user: User, message: Message, at: float) -> Accepted:
        """Store it, and remember all that later messages are held against."""
        self._store.add(message)
        user.count_post(at)
        # A copy does not begin the time anew.
        if not self._was_said(message.author, message.text, at):
            self._said[message.author, message.text] = at
        accepted = Accepted(
            id=message.id,
            state="review" if message.act is MessageAct.REVIEW else "sent",
            act=message.act or Act.SERVE,
            cause=message.cause,
        )
        self._nonces[message.author, message.nonce] = accepted
        return accepted

    def _show(self, message: Message, user: str) -> Shown:
        text = message.text_for(user)
        return Shown(
            id=message.id,
            author=message.author,
            text=escape_text(text) if self.policy.escapes else text,
            sent_at=message.sent_at,
        )
