"""A pretended platform as it is declared: how it speaks, what its censor does to which words, and its weather."""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property


class Act(StrEnum):
    """What was done with one request."""

    SERVE = "serve"
    NAG = "nag"  # ordinary results, with the legal notice above them for no reason
    NOTICE = "notice"  # a page with a legal notice and no results
    EMPTY = "empty"  # zero results, nothing said
    SCARCE = "scarce"  # a small part of the results, nothing said
    SOURCES = "sources"  # results from authorised hosts only, nothing said
    SOURCES_NOTICE = "sources-notice"  # the same, and a notice says so
    AUTHORS = "authors"  # results by verified authors only, nothing said
    REVIEW = "review"  # moderation: held for a person to look at
    BLOCK = "block"  # moderation: refused
    FORBID = "forbid"  # HTTP 403
    CUT = "cut"  # a TCP reset
    CLOSE = "close"  # the connection ends in good order, without an answer
    HANG = "hang"  # no answer, the connection stays open
    CAPTCHA = "captcha"  # a redirect to a challenge
    DISGUISED = "disguised"  # a challenge that looks like an empty success
    LOGIN = "login"  # a redirect to a login form
    THROTTLE = "throttle"  # too many requests, said in one of the forms below
    ERROR = "error"  # 502 or 503
    REFUSE = "refuse"  # the request itself is wrong: 4xx, or the platform's own code for it
    PAGE = "page"  # a page that is no answer to a question: a challenge, a login form


ON_THE_WIRE = frozenset({Act.CUT, Act.CLOSE, Act.HANG})


class Form(StrEnum):
    """How a platform speaks; with it come method and path."""

    HTML = "html"
    JSON = "json"
    MODERATION = "moderation"


class ThrottleForm(StrEnum):
    """How a platform says that it was asked too often, and until when to leave it alone; HTTP 429 but for the last two."""

    HEADER = "header"  # Retry-After: seconds
    DATE = "date"  # Retry-After: an HTTP date
    RESET = "reset"  # x-rate-limit-reset: seconds since 1970, as Twitter has it
    RESET_MS = "reset-ms"  # X-RateLimit-Reset: milliseconds since 1970, as OpenRouter has it
    JSON = "json"  # {"retry_after": seconds}, as Discord has it
    JSON_MS = "json-ms"  # {"retry_after_ms": milliseconds}, as Matrix has it
    ODD_STATUS = "432"  # HTTP 432 and no word of how long, as Weibo has it
    UNAVAILABLE = "503"  # HTTP 503, with Retry-After in seconds


_SEARCHED = frozenset(
    {Act.NAG, Act.NOTICE, Act.EMPTY, Act.SCARCE, Act.SOURCES, Act.SOURCES_NOTICE, Act.AUTHORS}
)
_ANYWHERE = ON_THE_WIRE | {Act.SERVE, Act.FORBID, Act.CAPTCHA, Act.DISGUISED, Act.LOGIN, Act.ERROR}
_ACTS = {
    Form.HTML: _ANYWHERE | _SEARCHED,
    Form.JSON: _ANYWHERE | _SEARCHED,
    Form.MODERATION: _ANYWHERE | {Act.REVIEW, Act.BLOCK},
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
    sequences: frozenset[tuple[str, ...]] = frozenset()
    """A text that contains all words of one of these one after the other is hit too, whatever stands between them."""
    ignored: str = ""
    """Characters that the censor does not see, such as spaces."""
    canary: str = "禁词样本"
    """Hit like the hard words wherever there are any, as the test strings are that moderation services document."""
    soft: frozenset[str] = frozenset()
    hard_act: Act = Act.NOTICE
    soft_act: Act = Act.SERVE
    always: Act | None = None
    """Done to every text alike; None: the words decide."""
    provable: bool = False
    """Whether the shipped definition can prove what zero results mean, by a truism that this search understands."""
    trigger_rate: float = 1.0
    """How often a hit is acted on."""
    backends: int = 1
    """Only one of so many, drawn anew for each answer, censors."""
    residual: float = 0.0
    """Seconds for which a client's every request meets the same end, after a keyword cut its connection."""
    renews: bool = False
    """A request made during the residual time starts it anew."""

    error_rate: float = 0.0
    """Probability of a 502 or 503 that has nothing to do with the text; so for the next three."""
    empty_rate: float = 0.0
    cut_rate: float = 0.0
    nag_rate: float = 0.0
    """The legal notice above ordinary results. Such a platform has one notice for all that it does."""
    delay: tuple[float, float] = (0.0, 0.0)
    """Seconds an answer takes: least, most."""

    captcha_every: int | None = None
    """So many answers to one client, then a captcha; None: never."""
    captcha_for: float = 1.0
    """Seconds until the captcha goes away, counted from when it was first shown."""
    throttle: tuple[int, float] | None = None
    """(requests, seconds): one client's requests beyond so many in any such span are refused; None: never."""
    throttle_form: ThrottleForm = ThrottleForm.HEADER
    """How they are refused."""
    outage: tuple[int, int] | None = None
    """(first, end): requests counted from 0, first <= number < end, get a 503; None: no outage."""
    outage_between: tuple[float, float] | None = None
    """(begin, end): the same for requests that come at such a time, in seconds since the platform's first request."""
    layout_after: int | None = None
    """So many answers, then the pages are built differently; None: never."""

    def __post_init__(self) -> None:
        """Refuse a policy that could not be carried out, rather than pretend something else."""
        if not re.fullmatch(r"[a-z][a-z0-9-]*", self.name):
            raise ValueError(f"policy name {self.name!r}: small letters, digits and hyphens only")
        for act in (self.hard_act, self.soft_act, self.always):
            if act is not None and act not in _ACTS[self.form]:
                raise ValueError(f"policy {self.name}: a platform of form {self.form} cannot {act}")
        self._refuse_rates()
        if self.backends < 1:
            raise ValueError(f"policy {self.name}: needs at least one backend")
        self._refuse_words()

    def _refuse_rates(self) -> None:
        rates = (self.trigger_rate, self.error_rate, self.empty_rate, self.cut_rate, self.nag_rate)
        for rate in rates:
            if not 0 <= rate <= 1:
                raise ValueError(f"policy {self.name}: {rate} is no probability")
        if self.form is Form.MODERATION and (self.empty_rate or self.nag_rate or self.provable):
            raise ValueError(f"policy {self.name}: moderation has no results, so they cannot be empty either")

    def _refuse_words(self) -> None:
        words = self.hard | self.soft | {self.canary}
        if not all(word.strip() for word in words) or not all(map(all, self._folded_combos)):
            raise ValueError(f"policy {self.name}: a blank word would match every text")
        if not all(map(all, self._folded_sequences)):
            raise ValueError(f"policy {self.name}: a blank word would match every text")
        if () in self.combos | self.sequences:
            raise ValueError(f"policy {self.name}: an empty combination would match every text")

    @property
    def path(self) -> str:
        """Where its questions go."""
        return f"/{self.name}/check" if self.form is Form.MODERATION else f"/{self.name}/search"

    # Folded once: tests plant lists of thousands of words.
    @cached_property
    def _folded_hard(self) -> tuple[str, ...]:
        canaries = {self.canary} if self.hard or self.combos or self.sequences else set()
        return tuple(word.casefold() for word in self.hard | canaries)

    @cached_property
    def _folded_soft(self) -> tuple[str, ...]:
        return tuple(word.casefold() for word in self.soft)

    @cached_property
    def _folded_combos(self) -> tuple[tuple[str, ...], ...]:
        return tuple(tuple(word.casefold() for word in combo) for combo in self.combos)

    @cached_property
    def _folded_sequences(self) -> tuple[tuple[str, ...], ...]:
        return tuple(tuple(word.casefold() for word in words) for words in self.sequences)

    def act_on(self, text: str) -> Act | None:
        """What the censor does to this text whenever it acts; None: the text is no business of his."""
        folded = text.casefold()
        if self.ignored:
            folded = folded.translate(dict.fromkeys(map(ord, self.ignored)))
        if any(word in folded for word in self._folded_hard):
            return self.hard_act
        if any(all(word in folded for word in combo) for combo in self._folded_combos):
            return self.hard_act
        if any(_follow(words, folded) for words in self._folded_sequences):
            return self.hard_act
        if any(word in folded for word in self._folded_soft):
            return self.soft_act
        return None


def _follow(words: tuple[str, ...], text: str) -> bool:
    """Whether these words stand in the text one after the other."""
    place = 0
    for word in words:
        found = text.find(word, place)
        if found < 0:
            return False
        place = found + len(word)
    return True
