"""A platform with a memory: what its policy does to a question, given who asked what before, and when."""

import math
from collections import Counter, deque
from dataclasses import dataclass, field

from probe.lab.censor import Cause, Noise, Ruling, judge
from probe.lab.policy import ON_THE_WIRE, Act, Policy


@dataclass(frozen=True, kw_only=True)
class Treatment:
    """All that is needed to answer one question."""

    act: Act
    cause: Cause
    status: int = 503
    """HTTP status, where the act is ERROR."""
    retry_after: float = 0.0
    """Seconds, where the act is THROTTLE."""
    delay: float = 0.0
    """Seconds until the answer leaves."""
    new_layout: bool = False


@dataclass(kw_only=True)
class Visitor:
    """What a platform remembers of one client address."""

    residual_act: Act = Act.CUT
    residual_until: float = -math.inf
    captcha_until: float = -math.inf
    answered: int = 0
    """Since the last captcha."""
    recent: deque[float] = field(default_factory=deque)
    """When the requests were let through that count against the rate limit."""


class Platform:
    """Carries out one policy; the time is handed in with each question."""

    def __init__(self, policy: Policy, *, seed: int) -> None:
        self.policy = policy
        self._seed = seed
        self._received = 0
        self._first_at: float | None = None
        self._answered = 0
        self._asked: Counter[str] = Counter()
        self._visitors: dict[str, Visitor] = {}

    def treat(self, text: str, *, client: str, at: float) -> Treatment:
        """Decide what happens to one question of this client at this time."""
        number, self._received = self._received, self._received + 1
        if self._first_at is None:
            self._first_at = at
        visitor = self._visitors.setdefault(client, Visitor())
        if at < visitor.residual_until:
            if self.policy.renews:
                visitor.residual_until = at + self.policy.residual
            return Treatment(act=visitor.residual_act, cause=Cause.RESIDUAL)
        noise = Noise(seed=self._seed, policy=self.policy.name, text=text, nth=self._asked[text])
        ruling = judge(self.policy, noise)
        # What is cut on the wire never reaches the gates.
        gate = (
            None if ruling.act in ON_THE_WIRE else self._closed_gate(visitor, number, at, at - self._first_at)
        )
        if gate is not None:
            return gate
        # Only what was answered moves the noise on: a rate limit must not change what is seen after it.
        self._asked[text] += 1
        if ruling.act in ON_THE_WIRE:
            self._begin_residual(visitor, ruling, at)
            return Treatment(act=ruling.act, cause=ruling.cause)
        return self._answer(visitor, ruling, noise)

    def _closed_gate(self, visitor: Visitor, number: int, at: float, age: float) -> Treatment | None:
        """What stands between the client and any answer, whatever the text; None: the way is free."""
        policy = self.policy
        if _lies_in(policy.outage, number) or _lies_in(policy.outage_between, age):
            return Treatment(act=Act.ERROR, cause=Cause.GATE)
        if policy.throttle is not None:
            most, span = policy.throttle
            while visitor.recent and at - visitor.recent[0] >= span:
                visitor.recent.popleft()
            if len(visitor.recent) >= most:
                wait = visitor.recent[0] + span - at if visitor.recent else span
                return Treatment(act=Act.THROTTLE, cause=Cause.GATE, retry_after=wait)
            visitor.recent.append(at)
        if policy.captcha_every is not None and visitor.answered >= policy.captcha_every:
            visitor.answered = 0
            visitor.captcha_until = at + policy.captcha_for
        if at < visitor.captcha_until:
            return Treatment(act=Act.CAPTCHA, cause=Cause.GATE)
        return None

    def _begin_residual(self, visitor: Visitor, ruling: Ruling, at: float) -> None:
        # A random cut is the network's, and the network bears no grudge.
        if ruling.cause is Cause.KEYWORD:
            visitor.residual_act = ruling.act
            visitor.residual_until = at + self.policy.residual

    def _answer(self, visitor: Visitor, ruling: Ruling, noise: Noise) -> Treatment:
        after = self.policy.layout_after
        new_layout = after is not None and self._answered >= after
        self._answered += 1
        visitor.answered += 1
        least, most = self.policy.delay
        return Treatment(
            act=ruling.act,
            cause=ruling.cause,
            status=502 if ruling.cause is Cause.NOISE and noise.draw("status") < 0.5 else 503,
            delay=least + (most - least) * noise.draw("delay") if most else 0.0,
            new_layout=new_layout,
        )


def _lies_in(span: tuple[float, float] | None, value: float) -> bool:
    return span is not None and span[0] <= value < span[1]
