"""Rule: the parts of a definition that say what an answer means.

The JSON Schema that editors use is made from these classes, so their field names are a promise to users.
"""

from __future__ import annotations

import enum
from typing import Literal

from probe.model.asking import Node
from probe.model.exchange import Failure, Part, Stage
from probe.model.observation import Manner, Mechanism, Outcome, Weight


class Pick(Node, frozen=True, kw_only=True):
    """Where in an answer a value stands; exactly one of css, json and pattern."""

    css: str | None = None
    """Every node that this selector finds."""
    attribute: str | None = None
    """Of those nodes, this attribute; their text where it is not given."""
    json: str | None = None
    """A JMESPath expression."""
    pattern: str | None = None
    """A regular expression on the visible text; its first group."""


class Results(Node, frozen=True, kw_only=True):
    """How to read a list of results."""

    count: Pick | None = None
    """A number as it stands, or the number of things found."""
    hosts: Pick | None = None
    """URLs or host names of the results."""
    authors: Pick | None = None
    """Names of the authors of the results."""


class TextMatch(Node, frozen=True, kw_only=True):
    """A test on a text. All parts that are given must hold."""

    contains: str | tuple[str, ...] | None = None
    """One of these stands in it."""
    pattern: str | None = None
    """This regular expression is found in it."""


class ValueMatch(Node, frozen=True, kw_only=True):
    """A test on a value inside a JSON answer. All parts that are given must hold."""

    exists: bool | None = None
    """Whether there is a value at all; null counts as none."""
    equals: str | int | float | bool | tuple[str | int | float | bool | None, ...] | None = ()
    """The value, or one of several."""
    contains: str | tuple[str, ...] | None = None
    """The value is a text, and one of these stands in it."""
    pattern: str | None = None
    """The value is a text, and this regular expression is found in it."""
    above: float | None = None
    """The value is a number above this."""
    below: float | None = None
    """The value is a number below this."""


class NoticeKind(enum.StrEnum):
    LEGAL = "legal"
    """The platform says that law or rules keep something back."""
    REFUSED = "refused"
    """The platform says that it takes or shows no such text."""
    NO_RESULTS = "no-results"
    """Nothing was found, and nothing else is meant."""
    DELETED = "deleted"
    """Whoever wrote it took it away."""
    ACCOUNT = "account"
    """About an account, not about a text."""
    CAPTCHA = "captcha"
    """Prove that you are human."""
    LOGIN = "login"
    """Log in first."""
    RATE = "rate"
    """Slow down."""


class Notice(Node, frozen=True, kw_only=True):
    """What a platform says to people, word for word: compared in Unicode form NFKC, without markup and white space."""

    text: str | tuple[str, ...]
    """The words, or several versions of them; `{keyword}` stands for what was asked."""
    kind: NoticeKind
    """What sort of notice it is."""
    language: str
    """Such as zh-Hans."""
    platforms: tuple[str, ...] = ()
    """Where it was seen."""
    meaning: str
    """What it says, in English."""
    source: str
    """Who saw it."""
    date: str | None = None
    """When: a year or a span."""


TextTest = str | tuple[str, ...] | TextMatch
"""A text, or one of several, that must stand in it; or a mapping for more."""
ValueTest = str | int | float | bool | None | tuple[str | int | float | bool | None, ...] | ValueMatch
"""A value, or one of several, that it must equal; or a mapping for more."""
NumberTest = int | str
"""`0`, `">=1"`, `"<10"`, `"3-5"`."""


ArrivedTest = Literal["identical", "masked", "cut", "replaced", "altered", "absent", "withdrawn"]


class When(Node, frozen=True, kw_only=True, rename={"not_": "not"}):
    """A condition: all parts that are given must hold."""

    part: Part | None = None
    """For messages: look at the answer to the sending (`send`), or to the last reading (`read-back`); else at the last
    answer of all, which is that to the sending where the message was not accepted."""
    arrived: ArrivedTest | tuple[ArrivedTest, ...] | None = None
    """For messages: what became of it. `altered` is any of masked, cut and replaced."""
    refusal: Literal["canned", "prose"] | None = None
    """On a model's answer: `canned` if it is one of the fixed texts with which services decline, `prose` if it is short and
    declines in its own words."""
    failure: Failure | tuple[Failure, ...] | None = None
    stage: Stage | tuple[Stage, ...] | None = None
    status: int | str | tuple[int | str, ...] | None = None
    """`200`, `4xx`, `500-599`, or several of them."""
    redirect: TextTest | None = None
    """On the target of a redirect; the status must be 3xx."""
    header: dict[str, TextTest] | None = None
    json: dict[str, ValueTest] | None = None
    """JMESPath expression: test."""
    css: str | tuple[str, ...] | None = None
    """One of these selectors finds something."""
    title: TextTest | None = None
    text: TextTest | None = None
    """On what a reader sees; the echoed keyword does not count."""
    body: TextTest | None = None
    """On the body as it came; the echoed keyword does not count."""
    notice: str | tuple[str, ...] | None = None
    """Ids of notices; one of them stands on the page by itself, neither inside a result nor quoted."""
    count: NumberTest | None = None
    """On the number of results; does not hold where they could not be counted."""
    length: NumberTest | None = None
    """On the bytes of the body."""
    hosts: Literal["authorised"] | None = None
    """There are results, and all are of authorised hosts."""
    authors: Literal["authorised"] | None = None
    """There are results with authors, and all are authorised."""
    like: Literal["benign", "not-benign", "nonsense", "canary", "unlike"] | None = None
    """How it compares with this run's controls. `benign`, `not-benign`: as the benign ones, or not; `nonsense`, `canary`: as
    those, and not as the benign ones; `unlike`: as none of them, and poorer than the benign ones, or sent elsewhere."""
    not_: When | None = None


class Rule(Node, frozen=True, kw_only=True):
    """If this is seen, it means that. Rules are tried in order; the first that fits decides."""

    id: str
    """Lasting: output names it, and other programs rely on it."""
    when: When | tuple[When, ...]
    """A condition, or several of which one must hold."""
    outcome: Outcome
    """What the answer then looks like."""
    weight: Weight = Weight.AMBIGUOUS
    """Whether that proves itself, or has innocent causes too."""
    mechanism: Mechanism | None = None
    """By what the platform does it."""
    manner: Manner | None = None
    """Whether the platform admits it."""
    reason: str | None = None
    """One sentence for people."""

    @property
    def conditions(self) -> tuple[When, ...]:
        """The conditions of which one must hold."""
        return self.when if isinstance(self.when, tuple) else (self.when,)
