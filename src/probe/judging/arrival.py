"""Arrival: what became of a message, by what its last reading shows."""

from __future__ import annotations

from dataclasses import dataclass

from probe.model.definition import Definition
from probe.model.exchange import Exchange, Part, Step
from probe.model.message import ReadBack
from probe.model.observation import Arrival
from probe.reading.arrival import compare_texts, describe_change, find_message, is_readable
from probe.reading.page import Page, read_page


@dataclass(frozen=True, kw_only=True)
class Arrived:
    """What became of a message."""

    kind: Arrival
    change: str = ""
    """What stands there now, where it was altered."""


def read_arrival(definition: Definition, exchange: Exchange) -> Arrived | None:
    """What became of the message of an exchange; None where nobody can tell. Raises PatternTooSlow."""
    back = None if definition.message is None else definition.message.read_back
    sent, step = exchange.sent, exchange.last
    looked = Part.SEND if back is None or back.request is None else Part.READ_BACK
    if back is None or sent is None or step.part is not looked or step.response is None:
        return None
    page = read_page(definition, step.request, step.response)
    found = find_message(page, back.messages, id=sent.values.get("id"), nonce=sent.nonce)
    if found is None:
        return _missing(page, back, exchange, step)
    html = back.messages.html
    kind = compare_texts(sent.text, found.text, html=html)
    change = "" if kind is Arrival.IDENTICAL else describe_change(sent.text, found.text, html=html)
    return Arrived(kind=kind, change=change)


def _missing(page: Page, back: ReadBack, exchange: Exchange, step: Step) -> Arrived | None:
    """A message is missing only from a page on which messages stand, or where the service says so."""
    if not is_readable(page, back.messages) and page.response.status not in back.missing:
        return None
    if step.part is Part.SEND:
        return None  # an answer that does not repeat the text says nothing of it
    was_seen = exchange.sent is not None and exchange.sent.delivery is not None
    return Arrived(kind=Arrival.WITHDRAWN if was_seen else Arrival.ABSENT)
