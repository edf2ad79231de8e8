"""A pretended messenger as it is declared: what its censor does to messages with which words, and its weather."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType
from typing import Literal


class MessageAct(StrEnum):
    """What the censor does with one message. The first here is the most serious: it wins where a text has several words."""

    REJECT = "reject"  # HTTP 403, nothing is posted
    DROP = "drop"  # accepted as if sent, never seen by others
    REVIEW = "review"  # held for a person to look at, and the sender is told so
    SILENT_REVIEW = "silent-review"  # the same, and the sender is told that it was sent
    WITHDRAW = "withdraw"  # seen by others for a while
    REPLACE = "replace"  # others read another, innocent text
    CUT = "word-cut"  # the word is missing for others; "cut" alone is a cut connection
    MASK = "mask"  # each character of the word is a * for others
    DELAY = "delay"  # seen by others much later than other messages


def say_fate(act: MessageAct | None) -> Literal["blocked", "filtered", "ok"]:
    """What a careful prober says of a text: not delivered, delivered otherwise or not yet, or delivered, if late."""
    if act in (MessageAct.REJECT, MessageAct.DROP, MessageAct.SILENT_REVIEW, MessageAct.WITHDRAW):
        return "blocked"
    if act in (MessageAct.REVIEW, MessageAct.REPLACE, MessageAct.CUT, MessageAct.MASK):
        return "filtered"
    return "ok"


_SERIOUSNESS = {act: place for place, act in enumerate(MessageAct)}

Duplicates = Literal["said", "silent"]
EscalationForm = Literal["said", "same", "shadow"]


@dataclass(frozen=True, kw_only=True)
class MessengerPolicy:
    """One pretended messenger: its words, what its censor does with them, and its weather. All times are in seconds."""

    name: str
    """The messenger's first path segment."""
    words: Mapping[str, MessageAct] = field(default_factory=dict, hash=False)
    """A text that contains one of these is hit, whatever the case; the act is done to all listed words in it."""
    canary: str = "禁词样本"
    """Hit as well wherever there are words."""
    canary_act: MessageAct = MessageAct.REJECT
    slow: float = 60.0
    """DELAY: how much later than other messages."""
    review_for: float | None = None
    """SILENT_REVIEW: how much later than other messages; None: never."""
    withdraw_after: float = 60.0
    """WITHDRAW: how long others can see it."""
    trigger_rate: float = 1.0
    """How often a hit is acted on."""
    escalation: tuple[int, float, EscalationForm] | None = None
    """(hits, seconds, form): what happens to a user after so many hits, for so long; then the count begins anew.

    "said": every text is refused, and the answer says for how long. "same": every text is refused as REJECT does.
    "shadow": every text is accepted, and nobody else ever sees it. What is sent meanwhile does not count as a hit.
    """
    shadow_banned: frozenset[str] = frozenset()
    """Users whose accepted messages nobody else ever sees; what REJECT refuses is refused to them too."""
    duplicates: Duplicates | None = None
    """What meets the same text by the same user in any room: "said": 409; "silent": accepted, never seen by others."""
    duplicate_window: float = 3600.0
    """How long a text counts as said already, from when it was posted; deleting it does not help."""

    latency: tuple[float, float] = (0.0, 0.0)
    """Least and most that any message takes until others can see it."""
    error_rate: float = 0.0
    """Probability that a message is answered with a 502 or 503 and is not posted."""
    lost_rate: float = 0.0
    """Probability that a message is posted and answered with a 503."""
    read_error_rate: float = 0.0
    """Probability of a 502 or 503 when messages are read or deleted; nothing happens then."""
    throttle: tuple[int, float] | None = None
    """(requests, seconds): a user's requests of any kind beyond so many in any such span are refused; None: never."""
    posts_a_day: int | None = None
    """So many messages of one user in 86,400 seconds from his first one; None: any number."""
    escapes: bool = False
    """Everybody reads NFC, escaped for HTML, inside <p>...</p>."""
    keeps: bool = False
    """Nothing can be deleted."""

    def __post_init__(self) -> None:
        """Refuse a policy that could not be carried out, rather than pretend something else."""
        if not re.fullmatch(r"[a-z][a-z0-9-]*", self.name):
            raise ValueError(f"policy name {self.name!r}: small letters, digits and hyphens only")
        self._refuse_words()
        self._refuse_rates()
        self._refuse_times()
        self._refuse_limits()
        object.__setattr__(self, "words", MappingProxyType(dict(self.words)))

    def _refuse(self, fault: str) -> None:
        raise ValueError(f"policy {self.name}: {fault}")

    def _refuse_words(self) -> None:
        if not all(word.strip() for word in (*self.words, self.canary)):
            self._refuse("a blank word would match every text")
        if self.canary.casefold() in map(str.casefold, self.words):
            self._refuse("the canary has an act of its own, canary_act")
        for act in (*self.words.values(), self.canary_act):
            if not isinstance(act, MessageAct):
                self._refuse(f"{act!r} is nothing that a messenger does")

    def _refuse_rates(self) -> None:
        for rate in (self.trigger_rate, self.error_rate, self.lost_rate, self.read_error_rate):
            if not 0 <= rate <= 1:
                self._refuse(f"{rate} is no probability")

    def _refuse_times(self) -> None:
        least, most = self.latency
        if not 0 <= least <= most:
            self._refuse("latency is (least, most)")
        for seconds in (most, self.slow, self.review_for or 0.0):
            if not 0 <= seconds < math.inf:
                self._refuse(f"{seconds} is no time to wait")
        spans = [self.withdraw_after, self.duplicate_window]
        spans += [limit[1] for limit in (self.throttle, self.escalation) if limit is not None]
        if not all(0 < seconds < math.inf for seconds in spans):
            self._refuse("a span of time must be more than nothing, and end")

    def _refuse_limits(self) -> None:
        counts = [limit[0] for limit in (self.throttle, self.escalation) if limit is not None]
        if self.posts_a_day is not None:
            counts.append(self.posts_a_day)
        if not all(count >= 1 for count in counts):
            self._refuse("a limit must let one pass")
        if self.duplicates not in (None, "said", "silent"):
            self._refuse(f"duplicates cannot be {self.duplicates!r}")
        if self.escalation is not None and self.escalation[2] not in ("said", "same", "shadow"):
            self._refuse(f"an escalation cannot be {self.escalation[2]!r}")

    # Folded once: tests plant lists of thousands of words.
    @cached_property
    def _folded(self) -> tuple[tuple[str, MessageAct], ...]:
        listed = {**self.words, self.canary: self.canary_act} if self.words else {}
        return tuple((word.casefold(), act) for word, act in listed.items())

    def words_in(self, text: str) -> tuple[str, ...]:
        """The listed words that a text contains, folded."""
        folded = text.casefold()
        return tuple(word for word, _ in self._folded if word in folded)

    def truth(self, text: str) -> MessageAct | None:
        """What a careful prober with working controls could find out about this text; None: it is left alone."""
        return self.act_on(text) if self.trigger_rate else None

    def act_on(self, text: str) -> MessageAct | None:
        """What the censor does to this text whenever it acts; None: the text is no business of his."""
        folded = text.casefold()
        acts = (act for word, act in self._folded if word in folded)
        return min(acts, key=_SERIOUSNESS.__getitem__, default=None)
