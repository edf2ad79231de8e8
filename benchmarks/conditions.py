"""Conditions under which the truth is looked for: a policy of the practice platform, and the definition that reads it.

The definitions are the lab's own built-in ones. Where a condition needs another rule or another platform's name, it is
changed here in code, and the condition says so.

Time. Lab and engine share one clock that runs faster than the real one, so nothing real is waited for long; but a question
takes its one to three real milliseconds whatever the clock does, which is 1 to 3 s of a clock at rate 1,000. Hence:
- a deadline must be long in real time: 5 real seconds, so 5,000 s at rate 1,000. No condition here lets a question hang;
- residual spans count in the clock at both ends, and the rest after a cut begins later than the residual time, so 90 s
  blocked and 120 s waited keep their order at any rate;
- the pace of the definitions (200 a second) is taken away: at this rate it never bites, and each look at it costs time;
- what must last a share of the run is counted in answers, or the run is given a pace of the clock (`outage`).
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec

from probe.inputs.endpoints import open_endpoints
from probe.lab.censor import Act, Policy
from probe.lab.policies import STANDARD
from probe.model.definition import Controls, Endpoint
from probe.model.observation import Manner, Mechanism, Outcome
from probe.model.rule import Rule, When

PATIENT_SECONDS = 5.0
"""Real seconds that a question may take before it counts as timed out."""

_SHARE = 0.02
"""Of the words: so many are hard, and as many soft."""


@dataclass(frozen=True, kw_only=True)
class Words:
    """Made-up keywords, none of which lies inside another or inside a control."""

    texts: Sequence[str]
    hard: frozenset[str]
    soft: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Condition:
    """One kind of weather, with the definition that has to see through it."""

    name: str
    what: str
    policy: Callable[[int], Policy]
    """By the number of keywords: without words, they are planted later."""
    definition: str
    """The built-in definition."""
    rules: tuple[Rule, ...] = ()
    """Tried before the definition's own."""
    limits: dict[str, Any] = field(default_factory=dict)
    clock_rate: float = 1000.0
    most_questions: float | None = None
    """A keyword, without controls; None: only printed."""
    may_give_up: bool = False
    """Whether an endpoint in this condition may be left, so that what was not asked is unmeasured."""
    exact: bool = False
    """Whether no verdict at all may differ from the truth: nothing in this condition looks like censorship by chance."""

    def plant(self, words: Words) -> Policy:
        """The platform with these words in its censor's lists."""
        policy = self.policy(len(words.texts))
        return replace(policy, hard=words.hard, soft=words.soft, combos=frozenset())

    def open(self, base: str, policy: Policy) -> Endpoint:
        """The definition, changed as this condition needs it."""
        (endpoint,) = open_endpoints([self.definition], [f"base={base}"])
        definition = endpoint.definition
        limits = {"rate": None, "deadline": PATIENT_SECONDS * self.clock_rate, **self.limits}
        changed = msgspec.structs.replace(
            definition,
            request=msgspec.structs.replace(definition.request, url="{base}" + policy.path),
            rules=(*self.rules, *definition.rules),
            limits=msgspec.structs.replace(definition.limits, **limits),
        )
        return msgspec.structs.replace(endpoint, definition=changed)


def make_words(count: int, seed: int) -> Words:
    """Distinct Chinese words of two to four characters, 2 % of them hard and 2 % soft."""
    chance = random.Random(f"words {seed}")
    alphabet = [chr(code) for code in range(0x4E00, 0x9000)]
    texts: set[str] = set()
    inside = set().union(*(_parts(text) for text in _taken()))
    while len(texts) < count:
        text = "".join(chance.choices(alphabet, k=chance.choice((2, 2, 3, 4))))
        parts = _parts(text)
        if text not in inside and texts.isdisjoint(parts):
            texts.add(text)
            inside |= parts
    order = sorted(texts)
    chance.shuffle(order)
    some = max(1, round(count * _SHARE))
    planted = chance.sample(order, 2 * some)
    return Words(texts=order, hard=frozenset(planted[:some]), soft=frozenset(planted[some:]))


def _parts(text: str) -> set[str]:
    return {text[start:end] for start in range(len(text)) for end in range(start + 2, len(text) + 1)}


def _taken() -> set[str]:
    """Texts that are asked beside the keywords, and must not be planted by accident."""
    taken = {Policy.canary}
    for endpoint in open_endpoints(sorted({one.definition for one in CONDITIONS.values()})):
        controls: Controls = endpoint.definition.controls
        taken |= {*controls.benign, *controls.canaries}
    return taken


def _standard(name: str, **changes: Any) -> Callable[[int], Policy]:
    policy = next(one for one in STANDARD if one.name == name)
    return lambda keywords: replace(policy, **changes)


SERVER_ERROR = Rule(
    id="server-error",
    when=When(status="5xx"),
    outcome=Outcome.BLOCKED,
    mechanism=Mechanism.STATUS,
    manner=Manner.IMPLICIT,
    reason="an error of the server",
)
"""As the general definition has it: one may be the weather, those that repeat for one word only are not."""

_PACE = 0.4
"""Questions a second of the clock where an outage must last a share of the run: one each 2.5 real milliseconds."""


def _down_for_a_third(keywords: int) -> Policy:
    """Without the outage the run takes about 1.2 questions a keyword, controls included; half of that again is a third."""
    run = 1.2 * keywords / _PACE
    policy = _standard("sources", hard_act=Act.ERROR)(keywords)
    return replace(policy, outage_between=(run / 3, run / 3 + run / 2))


_ALL = (
    Condition(
        name="quiet",
        what="no trouble at all",
        policy=_standard("sources"),
        definition="lab-sources",
        exact=True,
        most_questions=1.6,
    ),
    Condition(
        name="errors",
        what="5 % random 5xx, which no rule reads",
        policy=_standard("sources", error_rate=0.05),
        definition="lab-sources",
    ),
    Condition(
        name="errors-read",
        what="5 % random 5xx; the censor's own answer is a 5xx, so a rule (server-error) reads it as an ambiguous hit",
        policy=_standard("sources", error_rate=0.05, hard_act=Act.ERROR),
        definition="lab-sources",
        rules=(SERVER_ERROR,),
    ),
    Condition(
        name="empty",
        what="2 % random empty answers; the censor's are empty too, and a truism tells",
        policy=_standard("silent", empty_rate=0.02),
        definition="lab-silent",
    ),
    Condition(
        name="cuts",
        what="3 % of connections cut at random; the censor cuts too",
        policy=_standard("wall", cut_rate=0.03, residual=90.0),
        definition="lab-wall",
        limits={"residual_wait": 120.0, "control_wait": 5.0},
        clock_rate=4000.0,
    ),
    Condition(
        name="trigger",
        what="the censor cuts three of four connections, and then blocks for 90 s",
        policy=_standard("wall", trigger_rate=0.75, residual=90.0, renews=True),
        definition="lab-wall",
        limits={"residual_wait": 120.0, "control_wait": 5.0},
        clock_rate=4000.0,
        most_questions=7.0,
    ),
    Condition(
        name="captcha",
        what="a captcha of 20 s after every 150 answers",
        policy=_standard("sources", captcha_every=150, captcha_for=20.0),
        definition="lab-sources",
        may_give_up=True,
        exact=True,
        limits={"control_wait": 5.0},
    ),
    Condition(
        name="outage",
        what="down for a third of the run; the censor's answer is a 5xx too (rule server-error), and nobody loses patience",
        policy=_down_for_a_third,
        definition="lab-sources",
        may_give_up=True,
        exact=True,
        rules=(SERVER_ERROR,),
        limits={"rate": _PACE, "jitter": 0.0, "control_wait": 5.0, "patience": 30},
    ),
    Condition(
        name="given-up",
        what="the same outage with a definition's usual patience",
        policy=_down_for_a_third,
        definition="lab-sources",
        may_give_up=True,
        exact=True,
        rules=(SERVER_ERROR,),
        limits={"rate": _PACE, "jitter": 0.0, "control_wait": 5.0},
    ),
    Condition(
        name="layout",
        what="other pages after two of three keywords",
        policy=lambda keywords: replace(_standard("sources")(keywords), layout_after=keywords * 2 // 3),
        definition="lab-sources",
        may_give_up=True,
        exact=True,
    ),
    Condition(
        name="nagging",
        what="the legal notice stands on 60 % of all pages; the rule that reads it is weak",
        policy=_standard("nagging"),
        definition="lab-nagging",
    ),
    Condition(
        name="backend",
        what="one of two backends does not censor",
        policy=_standard("sources", backends=2),
        definition="lab-sources",
        most_questions=12.0,
    ),
)

CONDITIONS = {one.name: one for one in _ALL}
