"""What each pretended platform does to a text, and what a careful prober should say of it: pure decisions.

No I/O and no clock stand here. What depends on time or on earlier requests (outages, rate limits, captchas,
residual blocking) is declared in `Policy` and carried out by `probe.lab.platform`.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from hashlib import blake2b
from typing import Literal

Truth = Literal["blocked", "filtered", "ok", "inconclusive", "unmeasured"]

NONSENSE = re.compile(r"zzq.*|[bcdfghjklmnpqrstvwxz]{8,}", re.IGNORECASE | re.DOTALL)
TRUISM_JOIN = " OR "


class Act(StrEnum):
    """What was done with one request."""

    SERVE = "serve"
    NOTICE = "notice"  # a page with a legal notice and no results
    EMPTY = "empty"  # zero results, nothing said
    SOURCES = "sources"  # results from authorised hosts only, nothing said
    SOURCES_NOTICE = "sources-notice"  # the same, and a notice says so
    REVIEW = "review"  # moderation: held for a person to look at
    BLOCK = "block"  # moderation: refused
    FORBID = "forbid"  # HTTP 403
    CUT = "cut"  # a TCP reset
    CLOSE = "close"  # the connection ends in good order, without an answer
    HANG = "hang"  # no answer, the connection stays open
    CAPTCHA = "captcha"  # a redirect to a challenge
    DISGUISED = "disguised"  # a challenge that looks like an empty success
    LOGIN = "login"  # a redirect to a login form
    THROTTLE = "throttle"  # 429 with Retry-After
    ERROR = "error"  # 502 or 503
    REFUSE = "refuse"  # the request itself is wrong: 4xx, or the platform's own code for it
    PAGE = "page"  # a page that is no answer to a question: a challenge, a login form


ON_THE_WIRE = frozenset({Act.CUT, Act.CLOSE, Act.HANG})


class Cause(StrEnum):
    """Why it was done, for tests that must tell the censor from the weather."""

    NOTHING = "nothing"
    KEYWORD = "keyword"
    NONSENSE = "nonsense"  # nothing matches such a text: an honest zero
    NOISE = "noise"
    RESIDUAL = "residual"  # an earlier cut still holds
    GATE = "gate"  # outage, rate limit, captcha or login wall: the text was not looked at
    REQUEST = "request"  # the request was malformed, or asked for a page


class Form(StrEnum):
    """How a platform speaks; with it come method and path."""

    HTML = "html"
    JSON = "json"
    MODERATION = "moderation"


_ANYWHERE = ON_THE_WIRE | {Act.SERVE, Act.FORBID, Act.CAPTCHA, Act.DISGUISED, Act.LOGIN, Act.ERROR}
_ACTS = {
    Form.HTML: _ANYWHERE | {Act.NOTICE, Act.EMPTY, Act.SOURCES, Act.SOURCES_NOTICE},
    Form.JSON: _ANYWHERE | {Act.NOTICE, Act.EMPTY, Act.SOURCES, Act.SOURCES_NOTICE},
    Form.MODERATION: _ANYWHERE | {Act.REVIEW, Act.BLOCK},
}

_TRUTHS: dict[Act, Truth] = {
    Act.SERVE: "ok",
    Act.NOTICE: "blocked",
    Act.EMPTY: "inconclusive",
    Act.SOURCES: "filtered",
    Act.SOURCES_NOTICE: "filtered",
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
class Policy:
    """One pretended platform: its words, what its censor does, and its weather."""

    name: str
    """The platform's first path segment."""
    form: Form = Form.HTML

    hard: frozenset[str] = frozenset()
    """A text that contains one of these is hit, whatever the case."""
    combos: frozenset[tuple[str, ...]] = frozenset()
    """A text that contains all words of one of these, in any order, is hit too."""
    soft: frozenset[str] = frozenset()
    hard_act: Act = Act.NOTICE
    soft_act: Act = Act.SERVE
    always: Act | None = None
    """Done to every text alike; None: the words decide."""
    trigger_rate: float = 1.0
    """How often a hit is acted on."""
    backends: int = 1
    """Only one of so many, drawn anew for each answer, censors."""
    residual: float = 0.0
    """Seconds for which a client's every request meets the same end, after a keyword cut its connection."""
    renews: bool = False
    """A request made during the residual time starts it anew."""

    error_rate: float = 0.0
    """Probability of a 502 or 503 that has nothing to do with the text; so for the next two."""
    empty_rate: float = 0.0
    cut_rate: float = 0.0
    delay: tuple[float, float] = (0.0, 0.0)
    """Seconds an answer takes: least, most."""

    captcha_every: int | None = None
    """So many answers to one client, then a captcha; None: never."""
    captcha_for: float = 1.0
    """Seconds until the captcha goes away, counted from when it was first shown."""
    throttle: tuple[int, float] | None = None
    """(requests, seconds): one client's requests beyond so many in any such span get a 429; None: never."""
    outage: tuple[int, int] | None = None
    """(first, end): requests counted from 0, first <= number < end, get a 503; None: no outage."""
    layout_after: int | None = None
    """So many answers, then the pages are built differently; None: never."""

    def __post_init__(self) -> None:
        """Refuse a policy that could not be carried out, rather than pretend something else."""
        if not re.fullmatch(r"[a-z][a-z0-9-]*", self.name):
            raise ValueError(f"policy name {self.name!r}: small letters, digits and hyphens only")
        for act in (self.hard_act, self.soft_act, self.always):
            if act is not None and act not in _ACTS[self.form]:
                raise ValueError(f"policy {self.name}: a platform of form {self.form} cannot {act}")
        for rate in (self.trigger_rate, self.error_rate, self.empty_rate, self.cut_rate):
            if not 0 <= rate <= 1:
                raise ValueError(f"policy {self.name}: {rate} is no probability")
        if self.empty_rate and self.form is Form.MODERATION:
            raise ValueError(f"policy {self.name}: moderation has no results that could be empty")
        if self.backends < 1:
            raise ValueError(f"policy {self.name}: needs at least one backend")
        if not all(word.strip() for word in self.hard | self.soft) or not all(map(all, self._folded_combos)):
            raise ValueError(f"policy {self.name}: a blank word would match every text")
        if () in self.combos:
            raise ValueError(f"policy {self.name}: an empty combination would match every text")

    @property
    def path(self) -> str:
        """Where its questions go."""
        return f"/{self.name}/check" if self.form is Form.MODERATION else f"/{self.name}/search"

    # Folded once: tests plant lists of thousands of words.
    @cached_property
    def _folded_hard(self) -> tuple[str, ...]:
        return tuple(word.casefold() for word in self.hard)

    @cached_property
    def _folded_soft(self) -> tuple[str, ...]:
        return tuple(word.casefold() for word in self.soft)

    @cached_property
    def _folded_combos(self) -> tuple[tuple[str, ...], ...]:
        return tuple(tuple(word.casefold() for word in combo) for combo in self.combos)

    def act_on(self, text: str) -> Act | None:
        """What the censor does to this text whenever it acts; None: the text is no business of his."""
        folded = text.casefold()
        if any(word in folded for word in self._folded_hard):
            return self.hard_act
        if any(all(word in folded for word in combo) for combo in self._folded_combos):
            return self.hard_act
        if any(word in folded for word in self._folded_soft):
            return self.soft_act
        return None


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

    Zero results alone are inconclusive. That a silent censor empties even `天气 OR word` proves more, but
    only to a prober whose definition declares that truism, so it is not counted on here.
    """
    if policy.always is not None:
        return _TRUTHS[policy.always]
    act = policy.act_on(text) if policy.trigger_rate else None
    if act is None:
        act = Act.EMPTY if finds_nothing(policy, text) else Act.SERVE
    return _TRUTHS[act]
