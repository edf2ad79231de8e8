"""Arrival: our message among those that stand in an answer, and what became of its text on the way."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import unescape

from probe.model.message import Listed
from probe.model.observation import Arrival
from probe.reading.extract import find_json
from probe.reading.message_list import ListedMessage, read_messages
from probe.reading.page import Page
from probe.reading.plain_form import in_plain_form, without_markup

DESCRIBED = 60
"""Characters of a description at most."""

_ALONE = "*＊∗✱•●○◯■□▪▫◼◻█▇▆▓▒░×✕✖※★☆⬛⬜"
"""Signs that mask even alone."""
_IN_A_ROW = ("#＃", "_＿", "-－", "xX")
"""Letters and marks of any text, which mask only in a row of two and more."""
_SIGNS = "|".join((rf"\\?[{_ALONE}]", *(f"[{re.escape(signs)}]{{2,}}+" for signs in _IN_A_ROW)))
"""Where a star has a meaning, it comes with a backslash before it."""
_MASK = re.compile(rf"(?:{_SIGNS})(?: ?(?:{_SIGNS}))*+")
_SEVERITY = (Arrival.IDENTICAL, Arrival.MASKED, Arrival.CUT, Arrival.REPLACED)


@dataclass(frozen=True, kw_only=True)
class FoundMessage:
    """A message as whoever reads it back sees it."""

    text: str
    """As it stands in the answer; of a page, without markup."""
    id: str | None
    """Its id, where the definition says where that stands, and where it could be sent on."""


def find_message(page: Page, listed: Listed, *, id: str | None, nonce: str) -> FoundMessage | None:
    """Our message among those that stand in the page, or None. Never raises on what the network sent.

    Ours is the one of this `id`, else the one in whose text, else anywhere in which, the nonce stands; but never one that
    has another id. A message without a text is none: some services keep the empty shell of what was taken away.
    """
    messages = read_messages(page, listed)
    if id is not None:
        for message in messages:
            if message.id == id:
                return _found(message)
        messages = [message for message in messages if message.id is None]
    holding = [message for message in messages if nonce and message.holds(nonce)]
    for message in holding:
        if nonce in (message.text or ""):
            return _found(message)
    return next((found for found in map(_found, holding) if found is not None), None)


def is_readable(page: Page, listed: Listed) -> bool:
    """Whether messages could stand in the page, so that it means something if ours does not.

    So it is with a 2xx that is HTML, or has a list or a mapping where the definition says. An empty list will do.
    """
    if not 200 <= page.response.status < 300:
        return False
    if listed.json is None:
        return page.is_html
    return isinstance(find_json(page, listed.json)[0], list | dict)


def compare_texts(sent: str, arrived: str, *, html: bool) -> Arrival:
    """What became of a text: IDENTICAL, MASKED, CUT or REPLACED; `html` where it arrived as HTML.

    Not counted are markup, escapes, Unicode forms, runs of white space and characters without width. MASKED: parts are
    hidden, each behind one sign or more such as `*`, and all else is there. CUT: something is missing and nothing is added,
    whether or not it is a sign that is left. REPLACED: anything else. Only the first MOST_COMPARED characters count.
    """
    return _read(sent, arrived, html=html)[0]


def describe_change(sent: str, arrived: str, *, html: bool) -> str:
    """The changed place as it arrived, with what stands around it, for people: at most DESCRIBED characters.

    `[…]` stands where something is missing. Empty where nothing was changed. It is the network's text: clean it for showing.
    """
    arrival, before, after = _read(sent, arrived, html=html)
    if arrival is Arrival.IDENTICAL:
        return ""
    start = _shared(before, after)
    end = len(after) - _shared(before[start:][::-1], after[start:][::-1])
    changed = after[start:end] or "[…]"
    room = max(DESCRIBED - len(changed), 0) // 2
    left, right = after[max(start - room, 0) : start], after[end : end + room]
    text = f"{left}{changed}{right}"
    return text if len(text) <= DESCRIBED else f"{text[: DESCRIBED - 1]}…"


def _found(message: ListedMessage) -> FoundMessage | None:
    text = message.text
    return None if text is None else FoundMessage(text=text, id=message.id)


def _read(sent: str, arrived: str, *, html: bool) -> tuple[Arrival, str, str]:
    """What became of the text, in the mildest of the ways in which it can be read, with both texts in plain form."""
    readings = ((_compare(one, other), one, other) for one, other in _readings(sent, arrived, html=html))
    return min(readings, key=lambda reading: _SEVERITY.index(reading[0]))


def _readings(sent: str, arrived: str, *, html: bool) -> Iterator[tuple[str, str]]:
    """Both texts in plain form; where there may be entities in them, also with these read."""
    if html:
        arrived = without_markup(arrived)
    before = in_plain_form(sent)
    yield before, in_plain_form(arrived)
    if "&" in arrived:
        yield before, in_plain_form(unescape(arrived))
    if "&" in sent:
        yield in_plain_form(unescape(sent)), in_plain_form(unescape(arrived))


def _compare(sent: str, arrived: str) -> Arrival:
    """Two texts in plain form, in a time that grows as their length does."""
    if sent == arrived:
        return Arrival.IDENTICAL
    left = iter(sent)
    if all(character in left for character in arrived):  # each is looked for behind the one before
        return Arrival.CUT
    return Arrival.MASKED if _is_masked(sent, arrived) else Arrival.REPLACED


def _is_masked(sent: str, arrived: str) -> bool:
    """Whether every run of signs stands for one character or more of what was sent, and some of that is hidden.

    A sign that was sent stands for itself, which this allows for: it too is one character or more.
    """
    return bool(Counter(sent) - Counter(arrived)) and _fits(_MASK.split(arrived), sent)


def _fits(pieces: Sequence[str], text: str) -> bool:
    """Whether a text is these pieces in this order, with one character or more between any two."""
    if len(pieces) == 1:
        return text == pieces[0]
    first, *between, last = pieces
    if not text.startswith(first):
        return False
    place = len(first)
    for piece in between:
        place = text.find(piece, place + 1)
        if place < 0:
            return False
        place += len(piece)
    return text.endswith(last) and place + 1 <= len(text) - len(last)


def _shared(one: str, other: str) -> int:
    """How many characters two texts have in common from their start."""
    pairs = zip(one, other, strict=False)
    return next((place for place, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))
