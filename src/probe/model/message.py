"""Message: the parts of a definition that say how a text is posted, read back as somebody else, and taken away again.

The JSON Schema that editors use is made from these classes, so their field names are a promise to users.
"""

from __future__ import annotations

from probe.model.asking import Node, RequestTemplate, Take


class Listed(Node, frozen=True, kw_only=True):
    """Where messages stand in the answer to a reading; exactly one of json and css."""

    json: str | None = None
    """A JMESPath expression for a list of messages, or for one message."""
    css: str | None = None
    """A selector that finds each message."""
    id: str | None = None
    """Within a message: where its id stands, a JMESPath expression or, with css, the name of an attribute. A message is then
    ours if this is the `id` that was taken when it was sent, else if our nonce stands in it."""
    text: str | None = None
    """Within a message: where its text stands, a JMESPath expression or, with css, a selector; the message itself where it
    is not given."""
    html: bool = False
    """Whether a text in JSON is HTML."""


class ReadBack(Node, frozen=True, kw_only=True):
    """How to see what arrived: best as somebody else than the sender, whose own view may be kept whole to deceive him."""

    request: RequestTemplate | None = None
    """What to ask; its slots may be values that were taken when the message was sent. Where it is not given, the answer to
    the sending is read."""
    messages: Listed
    """Where the messages stand in its answer."""
    after: float = 1.0
    """Seconds from the sending to the first reading, and then to the second; longer from one to the next."""
    within: float = 30.0
    """Seconds from the sending for which it is looked for. Four times what the slowest control took, if that is more."""
    latest: float = 120.0
    """Seconds from the sending after which a message that was missing is looked for once more, at the end of the run: only
    then it counts as absent."""
    again_after: float | None = None
    """Seconds after which a message that arrived is looked at once more, where moderators may take it away; null for not."""
    log: bool = False
    """Whether the answer is a log of what was delivered: a message that is taken away later still stands in it."""
    missing: tuple[int, ...] = ()
    """Statuses that say that there is no such message, where one message is asked for by its id."""


class CleanUp(Node, frozen=True, kw_only=True):
    """How to take away again what was posted."""

    request: RequestTemplate
    """What to ask; its slots may be values that were taken when the message was sent, or found when it was read back."""
    expect: Take | None = None
    """What stands in the answer if it worked, where its status does not say it. Without it: any 2xx, 404 or 410."""


class Message(Node, frozen=True, kw_only=True):
    """What becomes of a text after it was sent: whether it is accepted, how it is read back and taken away."""

    take: dict[str, Take] = {}
    """Slot: where its value stands in the answer to the sending, such as the message's id. A message is accepted if the
    answer has all of them; without any, if its status is 2xx or 3xx."""
    refused: Take | None = None
    """What stands in an answer that says that nothing was posted, where its status does not say it (any 4xx does)."""
    read_back: ReadBack | None = None
    """How to see what arrived; null where nobody can."""
    clean_up: CleanUp | None = None
    """How to take it away; null where that is not possible."""
    resend: bool = False
    """Whether sending the same text with the same nonce again posts nothing new, and answers as the first time did."""
