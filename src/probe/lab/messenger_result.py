"""What a pretended messenger says to a request, before it becomes an answer on the wire."""

from dataclasses import dataclass

from probe.lab.censor import Cause, Noise
from probe.lab.messenger_policy import MessageAct
from probe.lab.policy import Act


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """A message has this id."""

    id: str
    state: str
    """What the sender is told: "sent" or "review"."""
    act: Act | MessageAct
    cause: Cause
    again: bool = False
    """The same nonce had come before, and nothing was posted now."""


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """Nothing was done, or so the user is told."""

    status: int
    code: str
    act: Act | MessageAct
    cause: Cause
    retry_after: float | None = None
    """Seconds, where the answer says so."""


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A message as one user reads it."""

    id: str
    author: str
    text: str
    sent_at: str


# A mute in the form "same" gives the first of these, but for the cause, which is not told.
REJECTED = Refusal(status=403, code="text_refused", act=MessageAct.REJECT, cause=Cause.KEYWORD)
DUPLICATE = Refusal(status=409, code="duplicate", act=Act.REFUSE, cause=Cause.GATE)
NOT_YOURS = Refusal(status=403, code="not_yours", act=Act.FORBID, cause=Cause.REQUEST)
NOT_FOUND = Refusal(status=404, code="not_found", act=Act.REFUSE, cause=Cause.REQUEST)
KEPT = Refusal(status=403, code="deletion_refused", act=Act.FORBID, cause=Cause.GATE)
FULL = Refusal(status=507, code="full", act=Act.ERROR, cause=Cause.GATE)
LOST = Refusal(status=503, code="unavailable", act=Act.ERROR, cause=Cause.NOISE)


def fail(noise: Noise) -> Refusal:
    """A failure that has nothing to do with the text; a 503 looks as if the message were lost."""
    status = 502 if noise.draw("status") < 0.5 else 503
    return Refusal(status=status, code="unavailable", act=Act.ERROR, cause=Cause.NOISE)


def mute(wait: float) -> Refusal:
    """The user may say nothing for so many seconds."""
    return Refusal(status=403, code="muted", act=Act.FORBID, cause=Cause.GATE, retry_after=wait)


def put_off(code: str, wait: float) -> Refusal:
    """A request too many; the next may come after so many seconds."""
    return Refusal(status=429, code=code, act=Act.THROTTLE, cause=Cause.GATE, retry_after=wait)
