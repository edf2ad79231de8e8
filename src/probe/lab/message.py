"""One message as a pretended messenger keeps it: who may see it and when, and what others read in its place."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from typing import assert_never
from unicodedata import normalize

from probe.lab.censor import Cause, Noise
from probe.lab.messenger_policy import MessageAct, MessengerPolicy

_INNOCENT = ("今天天气真好", "周末一起去公园吧", "晚饭吃什么呢", "早上好，大家", "这首歌很好听")
_LAST_RESORT = "……"


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A message as it comes in."""

    author: str
    room: str
    text: str
    nonce: str


@dataclass(frozen=True, kw_only=True)
class Message:
    """What is stored of one message, until its author deletes it."""

    id: str
    author: str
    room: str
    text: str
    """As it was sent."""
    nonce: str
    act: MessageAct | None
    """What was done with it; None: nothing. DROP also where the user was shadow banned or said it twice."""
    cause: Cause
    shown: str
    """What others read, once they can."""
    sent_at: str
    """As readers are told it: RFC 3339, in UTC."""
    seen_from: float
    """When others begin to see it, by the lab's own clock, in seconds; infinite: never."""
    seen_until: float
    """When they cease to; infinite: never."""

    def visible_to(self, user: str, at: float) -> bool:
        """Whether this user can read it at this time; the author always can."""
        return user == self.author or self.seen_from <= at < self.seen_until

    def text_for(self, user: str) -> str:
        """What this user reads; the author never learns what others read."""
        return self.text if user == self.author else self.shown


def write_message(
    policy: MessengerPolicy,
    draft: Draft,
    act: MessageAct | None,
    cause: Cause,
    *,
    message_id: str,
    noise: Noise,
    at: float,
    wall: float,
) -> Message:
    """The message that is stored; `at` by the lab's clock, `wall` in seconds since 1970. ValueError: REJECT stores none."""
    least, most = policy.latency
    arrives = at + least + (most - least) * noise.draw("latency")
    seen_from, seen_until = plan_visibility(policy, act, arrives)
    moment = datetime.fromtimestamp(wall, tz=UTC).isoformat(timespec="milliseconds")
    return Message(
        id=message_id,
        author=draft.author,
        room=draft.room,
        text=draft.text,
        nonce=draft.nonce,
        act=act,
        cause=cause,
        shown=alter_text(policy, act, draft.text, noise),
        sent_at=moment.replace("+00:00", "Z"),
        seen_from=seen_from,
        seen_until=seen_until,
    )


def plan_visibility(policy: MessengerPolicy, act: MessageAct | None, arrives: float) -> tuple[float, float]:
    """From when until when others see a message that would arrive at such a time if nobody interfered."""
    match act:
        case None | MessageAct.MASK | MessageAct.CUT | MessageAct.REPLACE:
            return arrives, math.inf
        case MessageAct.DELAY:
            return arrives + policy.slow, math.inf
        case MessageAct.WITHDRAW:
            return arrives, arrives + policy.withdraw_after
        case MessageAct.SILENT_REVIEW:
            return (math.inf if policy.review_for is None else arrives + policy.review_for), math.inf
        case MessageAct.DROP | MessageAct.REVIEW:
            return math.inf, math.inf
        case MessageAct.REJECT:
            raise ValueError("what is refused is not stored")
        case _:
            assert_never(act)


def alter_text(policy: MessengerPolicy, act: MessageAct | None, text: str, noise: Noise) -> str:
    """What others read in place of the text."""
    match act:
        case MessageAct.MASK:
            covered = _find_covered(text, policy.words_in(text))
            return "".join("*" if hit else one for one, hit in zip(text, covered, strict=True))
        case MessageAct.CUT:
            covered = _find_covered(text, policy.words_in(text))
            return "".join(one for one, hit in zip(text, covered, strict=True) if not hit)
        case MessageAct.REPLACE:
            others = [one for one in _INNOCENT if one != text and policy.act_on(one) is None]
            return others[int(noise.draw("innocent") * len(others))] if others else _LAST_RESORT
        case _:
            return text


def _find_covered(text: str, words: Iterable[str]) -> list[bool]:
    """Which characters of the text belong to one of these folded words."""
    # Folding can make two characters of one (ß), so places in the folded text are led back to the text's own.
    origins = [place for place, one in enumerate(text) for _ in one.casefold()]
    folded = text.casefold()
    covered = [False] * len(text)
    for word in words:
        start = folded.find(word)
        while start >= 0:
            for place in range(origins[start], origins[start + len(word) - 1] + 1):
                covered[place] = True
            start = folded.find(word, start + 1)
    return covered


def escape_text(text: str) -> str:
    """A text as messengers give it out that keep HTML, such as Mastodon."""
    return f"<p>{escape(normalize('NFC', text))}</p>"
