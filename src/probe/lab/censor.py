"""What each pretended platform does to a text, and what a careful prober should say of it: pure decisions.

No I/O and no clock stand here. What depends on time or on earlier requests (outages, rate limits, captchas,
residual blocking) is declared in `Policy` and carried out by `probe.lab.platform`.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b
from typing import Literal

from probe.lab.policy import ON_THE_WIRE, Act, Form, Policy, ThrottleForm

__all__ = [
    "ON_THE_WIRE",
    "Act",
    "Cause",
    "Form",
    "Noise",
    "Policy",
    "Ruling",
    "ThrottleForm",
    "Truth",
    "finds_nothing",
    "judge",
    "truth",
]

Truth = Literal["blocked", "filtered", "ok", "inconclusive", "unmeasured"]

NONSENSE = re.compile(r"zzq.*|[bcdfghjklmnpqrstvwxz]{8,}", re.IGNORECASE | re.DOTALL)
TRUISM_JOIN = " OR "


class Cause(StrEnum):
    """Why it was done, for tests that must tell the censor from the weather."""

    NOTHING = "nothing"
    KEYWORD = "keyword"
    NONSENSE = "nonsense"  # nothing matches such a text: an honest zero
    NOISE = "noise"
    RESIDUAL = "residual"  # an earlier cut still holds
    GATE = "gate"  # outage, rate limit, captcha or login wall: the text was not looked at
    REQUEST = "request"  # the request was malformed, or asked for a page


_TRUTHS: dict[Act, Truth] = {
    Act.SERVE: "ok",
    Act.NAG: "ok",
    Act.NOTICE: "blocked",
    Act.EMPTY: "inconclusive",
    Act.SCARCE: "filtered",
    Act.SOURCES: "filtered",
    Act.SOURCES_NOTICE: "filtered",
    Act.AUTHORS: "filtered",
    Act.REVIEW: "filtered",
    Act.BLOCK: "blocked",
    Act.FORBID: "blocked",
    Act.CUT: "blocked",
    Act.CLOSE: "blocked",
    Act.HANG: "blocked",
    Act.CAPTCHA: "unmeasured",
    Act.DISGUISED: "unmeasured",
    Act.LOGIN: "unmeasured",
    Act.ERROR: "blocked",  # always for this text and never for the controls
}


@dataclass(frozen=True, kw_only=True)
class Noise:
    """Chance that repeats: depends on what is asked and how often it was, never on the order of the texts."""

    seed: int
    policy: str
    text: str
    nth: int
    """How often this text was answered before."""

    def draw(self, kind: str) -> float:
        """A number in [0, 1), its own for each kind of chance."""
        # ascii() of a tuple keeps the parts apart, whatever the text contains.
        key = ascii((self.seed, self.policy, kind, self.text, self.nth)).encode("ascii")
        return (int.from_bytes(blake2b(key, digest_size=8).digest(), "big") >> 11) / 2**53

    def happens(self, kind: str, rate: float) -> bool:
        """Whether something of this probability happens this time."""
        return rate > 0 and (rate >= 1 or self.draw(kind) < rate)


@dataclass(frozen=True, kw_only=True)
class Ruling:
    """What is done to one question, and why."""

    act: Act
    cause: Cause


def judge(policy: Policy, noise: Noise) -> Ruling:
    """Rule on one question as if no other had been asked."""
    if noise.happens("cut", policy.cut_rate):
        return Ruling(act=Act.CUT, cause=Cause.NOISE)
    keyword = _keyword_act(policy, noise)
    if keyword in ON_THE_WIRE:  # the box on the wire sees a request before the platform can stumble over it
        return Ruling(act=keyword, cause=Cause.KEYWORD)
    if policy.always is not None:
        return Ruling(act=policy.always, cause=Cause.GATE)
    if noise.happens("error", policy.error_rate):
        return Ruling(act=Act.ERROR, cause=Cause.NOISE)
    if noise.happens("empty", policy.empty_rate):
        return Ruling(act=Act.EMPTY, cause=Cause.NOISE)
    if keyword is not None:
        return Ruling(act=keyword, cause=Cause.KEYWORD)
    if finds_nothing(policy, noise.text):
        return Ruling(act=Act.EMPTY, cause=Cause.NONSENSE)
    if noise.happens("nag", policy.nag_rate):
        return Ruling(act=Act.NAG, cause=Cause.NOISE)
    return Ruling(act=Act.SERVE, cause=Cause.NOTHING)


def _keyword_act(policy: Policy, noise: Noise) -> Act | None:
    act = policy.act_on(noise.text)
    if act is None or not noise.happens("trigger", policy.trigger_rate):
        return None
    return act if noise.happens("backend", 1 / policy.backends) else None


def finds_nothing(policy: Policy, text: str) -> bool:
    """Whether a search for this text has honestly zero results; one sensible side of an OR has some."""
    sides = text.split(TRUISM_JOIN)
    return policy.form is not Form.MODERATION and all(NONSENSE.fullmatch(side.strip()) for side in sides)


def truth(policy: Policy, text: str) -> Truth:
    """The best that a careful prober with working controls could say; noise and gates never change it.

    Zero results alone are inconclusive. Where they are provable, the truism `天气 OR text` tells them apart: the
    censor empties it too, so the text is blocked; an honest zero has the truism's own results, so the text is ok.
    """
    if policy.always is not None:
        return _TRUTHS[policy.always]
    act = policy.act_on(text) if policy.trigger_rate else None
    if act is Act.EMPTY and policy.provable:
        return "blocked"
    if act is None and finds_nothing(policy, text):
        return "ok" if policy.provable else "inconclusive"
    return _TRUTHS[act or Act.SERVE]
