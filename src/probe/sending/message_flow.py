"""Message flow: a text is sent, then read back until it is there or the time is over.

A generator that says what to ask next, and is told what came back: it asks nobody itself, and waits for nothing.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field

from probe.model.exchange import Part
from probe.model.message import Listed, Message
from probe.reading.arrival import FoundMessage, find_message
from probe.reading.match import PatternTooSlow
from probe.reading.page import Page
from probe.reading.take import take_value
from probe.reading.waiting import read_wait
from probe.sending.pacing import Clock

ID = "id"
"""The name of the taken value by which a message is known again."""
GROWTH = 1.5
"""By how much longer each pause between two readings is than the one before: who waits long need not look often."""
NO_ENTRY = (401, 403)
"""Statuses of a reader who may not read: to wait would not help."""
LONGEST_PAUSE = 10.0
"""Seconds between two readings."""


@dataclass(frozen=True, kw_only=True)
class Next:
    """What to ask next, and after how many seconds."""

    part: Part
    wait: float = 0.0


@dataclass(kw_only=True)
class Journey:
    """What is known of one message on its way."""

    nonce: str
    values: dict[str, str] = field(default_factory=dict)
    """What was taken when it was accepted."""
    is_accepted: bool = False
    delivery: float | None = None
    """Seconds from its sending until it was first seen; None as long as it was not."""


def travel(
    message: Message, journey: Journey, *, clock: Clock, within: float
) -> Generator[Next, Page | None, None]:
    """All steps of one message; each is answered with its page, or None where it failed.

    `within` is for how many seconds it is looked for.
    """
    now = clock.now
    page = yield Next(part=Part.SEND)
    sent_at = now()
    values = None if page is None else read_values(message, page)
    if page is None or values is None:
        return
    journey.values, journey.is_accepted = values, True
    back = message.read_back
    if back is None:
        return
    if back.request is None:
        journey.delivery = 0.0 if seek(page, back.messages, journey) is not None else None
        return
    until = sent_at + within
    pause = back.after
    while True:
        page = yield Next(part=Part.READ_BACK, wait=pause)
        if page is not None and seek(page, back.messages, journey) is not None:
            journey.delivery = now() - sent_at
            break
        if page is not None and page.response.status in NO_ENTRY and page.response.status not in back.missing:
            return
        left = until - now()
        asked_for = 0.0 if page is None else read_wait(page, clock.wall()) or 0.0
        if left <= 0 or asked_for > left:
            return  # where it asks to be left alone for longer, that is what is judged
        pause = max(min(pause * GROWTH, LONGEST_PAUSE, left), asked_for)
    if back.again_after is not None:
        yield Next(part=Part.READ_BACK, wait=back.again_after)


def read_values(message: Message, page: Page) -> dict[str, str] | None:
    """What the answer to a sending gives; None where the message was not accepted."""
    if not message.take:
        return {} if 200 <= page.response.status < 400 else None
    values: dict[str, str] = {}
    for name, take in message.take.items():
        try:
            value = take_value(page, take)
        except PatternTooSlow:
            value = None
        if value is None:
            return None
        values[name] = value
    return values


def is_refused(message: Message, page: Page) -> bool:
    """Whether the answer to a sending says that nothing was posted, by its status or as the definition says."""
    if 400 <= page.response.status < 500:
        return True
    try:
        return message.refused is not None and take_value(page, message.refused) is not None
    except PatternTooSlow:
        return False


def seek(page: Page, listed: Listed, journey: Journey) -> FoundMessage | None:
    """The message on a page, or None."""
    try:
        return find_message(page, listed, id=journey.values.get(ID), nonce=journey.nonce)
    except PatternTooSlow:
        return None
